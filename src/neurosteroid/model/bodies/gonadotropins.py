"""Gonadotropins injected into a woman who cycles: FSH that adds to her own, hCG that acts as LH, and menotropin."""

from __future__ import annotations

from typing import Final

from neurosteroid.evidence import Ledger, library
from neurosteroid.model.bodies.gnrh_analogues import needs_cycle
from neurosteroid.model.bodies.menstrual_cycle import HCG
from neurosteroid.model.catalogue import part_from_card
from neurosteroid.model.contribution import Asked, Body, Contribution, Situation
from neurosteroid.model.own_deviation import own_deviation
from neurosteroid.physiology.cycle import FOLLITROPIN, HCG_OF_MENOTROPIN, MENOTROPIN

CARD: Final = "gonadotropins"
_HCG_OF: Final = "chorionic-gonadotropin-of"


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
    injected = f"injected_{compound}"
    parts = {injected: part_from_card(card, chosen or compound, ledger, analyte=compound)}
    if compound == MENOTROPIN:
        keys = {name: f"hcg_{name}" for name in ("half_life", "volume")}
        parts["hcg_of_menotropin"] = part_from_card(card, compound, ledger, kind=_HCG_OF, keys=keys)
    return Contribution(
        parts=parts,
        effects=own_deviation(
            card, chosen or compound, ledger, "variance_exposure", f"injected_{compound}.eta_exposure"
        ),
        outputs=(f"plasma.{compound}", *((f"plasma.{HCG_OF_MENOTROPIN}",) if compound == MENOTROPIN else ())),
        limits=tuple(note for note in notes if note),
        dose_states={compound: {"subcutaneous": f"depot.{compound}"}},
    )


BODY: Final = Body(contribute=contribute, compounds=(FOLLITROPIN, MENOTROPIN, HCG))
