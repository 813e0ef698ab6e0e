"""Progestins by mouth beside the synthesis pathway, of which they make nothing."""

from __future__ import annotations

from typing import Final

from neurosteroid.errors import WiringError
from neurosteroid.evidence import Ledger, library
from neurosteroid.model.bodies.menstrual_cycle import DYDROGESTERONE, PROGESTINS
from neurosteroid.model.catalogue import part_from_card
from neurosteroid.model.contribution import Asked, Body, Contribution, Situation
from neurosteroid.model.own_deviation import own_deviation

_CARD: Final = "progestins"


def contribute(asked: Asked, ledger: Ledger, situation: Situation) -> Contribution:
    """Return the disposition of one progestin."""
    if not isinstance(asked, str):
        raise WiringError(f"'progestins' answers for compounds, not for {asked!r}.")
    card = library().card(_CARD, "pharmacokinetics")
    chosen = (situation.choice.dydrogesterone if asked == DYDROGESTERONE else None) or asked
    return Contribution(
        parts={f"progestin_{asked}": part_from_card(card, chosen, ledger, analyte=asked)},
        outputs=(f"plasma.{asked}",),
        effects=own_deviation(card, chosen, ledger, "variance_exposure", f"progestin_{asked}.eta_exposure"),
        dose_states={asked: {"oral": f"depot.oral.{asked}"}},
        limits=tuple(note for note in (card.note, card.variant(chosen).note) if note),
    )


BODY: Final = Body(contribute=contribute, compounds=PROGESTINS, requires=("pathway",))
