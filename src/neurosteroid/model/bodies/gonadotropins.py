"""Gonadotropins injected into a woman who cycles: FSH that adds to her own, and hCG that acts as LH."""

from __future__ import annotations

from typing import Final

from neurosteroid.evidence import Ledger, library
from neurosteroid.model.bodies.gnrh_analogues import needs_cycle
from neurosteroid.model.bodies.menstrual_cycle import FOLLITROPIN, HCG
from neurosteroid.model.catalogue import part_from_card
from neurosteroid.model.contribution import Asked, Body, Contribution, Situation

CARD: Final = "gonadotropins"


def contribute(asked: Asked, ledger: Ledger, situation: Situation) -> Contribution:
    """Return the disposition of one gonadotropin; the parts of the cycle bind it.

    Raises:
        InputError: a person without a cycle, in whom it has no follicles to act on.
    """
    compound = str(asked)
    needs_cycle(compound, situation, "the ovary")
    card = library().card(CARD, "pharmacokinetics")
    chosen = situation.choice.follitropin if compound == FOLLITROPIN else None
    notes = (library().card(compound, "compounds").note, card.note if compound == FOLLITROPIN else None)
    return Contribution(
        parts={f"injected_{compound}": part_from_card(card, chosen or compound, ledger, analyte=compound)},
        outputs=(f"plasma.{compound}",),
        limits=tuple(note for note in notes if note),
        dose_states={compound: {"subcutaneous": f"depot.{compound}"}},
    )


BODY: Final = Body(contribute=contribute, compounds=(FOLLITROPIN, HCG))
