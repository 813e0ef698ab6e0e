"""SBECD, which carries brexanolone: given by the protocol that `neurosteroid.dosing.carrier` makes of the drug's."""

from __future__ import annotations

from typing import Final

from neurosteroid.evidence import Ledger, library
from neurosteroid.model.catalogue import part_from_card
from neurosteroid.model.contribution import Asked, Body, Contribution, Situation
from neurosteroid.model.medicines import CARDS
from neurosteroid.model.own_deviation import own_deviation

_NAME: Final = "sbecd"


def contribute(asked: Asked, ledger: Ledger, situation: Situation) -> Contribution:
    """Return its disposition, which the filtration rate of the kidneys sets."""
    card = library().card(_NAME, CARDS)
    return Contribution(
        parts={f"{_NAME}-disposition": part_from_card(card, None, ledger, analyte=_NAME)},
        outputs=(f"plasma.{_NAME}", f"clearance.{_NAME}"),
        effects=own_deviation(card, None, ledger, "variance_clearance", f"{_NAME}-disposition.eta_clearance"),
        limits=tuple(note for note in (card.note, card.variant().note) if note),
        dose_states={_NAME: {"intravenous": f"central.{_NAME}"}},
    )


BODY: Final = Body(contribute=contribute, compounds=(_NAME,))
