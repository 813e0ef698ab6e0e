"""What may follow from targets beside GABA-A receptors in a person's model; each is off unless a variant is chosen."""

from __future__ import annotations

from typing import Final

from neurosteroid.engine import AbstractPart
from neurosteroid.evidence import Ledger, library
from neurosteroid.model.analyte import ANALYTE
from neurosteroid.model.catalogue import part_from_card
from neurosteroid.model.choice import ModelChoice

PULSES: Final = "cycle_gnrh_pulses"
"""The part whose frequency is braked."""

WITHOUT_BRAKE: Final = "gnrh.frequency.without-brake"
"""The port that it gives to the brake instead of ``gnrh.frequency``."""

BRAKE: Final = "gnrh.brake"
"""Share of the pulses that the brake leaves."""

DEATHS: Final = "protection.death_ratio"
"""Deaths of stressed neurons over those without steroid."""

_CARDS: Final = "targets"


def gnrh_brake(choice: ModelChoice, ledger: Ledger) -> dict[str, AbstractPart]:
    """Return the brake of allopregnanolone on GnRH pulses, or nothing where the variant has no part.

    Raises:
        UnknownNameError: a variant that the card does not have.
    """
    card = library().card("gnrh-feedback", _CARDS)
    if card.variant(choice.gnrh_feedback).part is None:
        return {}
    return {"gnrh_brake": part_from_card(card, choice.gnrh_feedback, ledger, analyte=ANALYTE)}


def neuroprotection(choice: ModelChoice, ledger: Ledger) -> dict[str, AbstractPart]:
    """Return the target that protects neurons and what follows, or nothing where the variant has no part.

    Raises:
        UnknownNameError: a variant that the card does not have.
    """
    card, variant = library().card("neuroprotection", _CARDS), choice.neuroprotection
    chosen = card.variant(variant)
    if chosen.part is None:
        return {}
    target = chosen.settings["target"]
    return {
        "protection_target": part_from_card(card, variant, ledger, target=target, analyte=ANALYTE),
        "protection": part_from_card(card, variant, ledger, kind="neuroprotection", target=target),
    }


def consequence_limits(card: str) -> tuple[str, ...]:
    """Return what the card of a consequence says against it."""
    note = library().card(card, _CARDS).note
    return (note,) if note else ()
