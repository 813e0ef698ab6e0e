"""The medicines of the card ``enzyme-inhibitors`` as parts."""

from __future__ import annotations

from typing import Final

from neurosteroid.engine import AbstractPart
from neurosteroid.evidence import Ledger, library
from neurosteroid.physiology.enzymes import EnzymeInhibition, InhibitorExposure

CARD: Final = "enzyme-inhibitors"
_ACTIVITY: Final = "activity."


def inhibitors() -> tuple[str, ...]:
    """Return the names of the medicines: the variants of the card."""
    return tuple(library().card(CARD, "physiology").variants)


def inhibitor_parts(name: str, ledger: Ledger) -> dict[str, AbstractPart]:
    """Return one part for each enzyme that a medicine acts on, by enzyme.

    Raises:
        UnknownNameError: a medicine that the card does not have.
    """
    card = library().card(CARD, "physiology")
    keys = [key for key in card.variant(name).numbers if key.startswith(_ACTIVITY)]
    left = {key.removeprefix(_ACTIVITY): ledger.take(card, key, "1", name) for key in keys}
    return {
        enzyme: EnzymeInhibition(
            activity_at_regular_use=activity, name=name, enzyme=enzyme, way="by" if activity > 1 else "against"
        )
        for enzyme, activity in left.items()
    }


def exposure_part(name: str, ledger: Ledger) -> AbstractPart:
    """Return the part that follows how much of a medicine is there."""
    half_life = ledger.take(library().card(CARD, "physiology"), "half_life", "h", name)
    return InhibitorExposure(half_life=half_life, name=name)
