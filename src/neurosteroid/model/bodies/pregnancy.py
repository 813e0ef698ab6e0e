"""Pregnancy, with a delivery within the course where one is said."""

from __future__ import annotations

from typing import Final

from neurosteroid.errors import WiringError
from neurosteroid.evidence import Ledger
from neurosteroid.model.contribution import Asked, Body, Contribution, Situation
from neurosteroid.model.gestation import gestation
from neurosteroid.model.states import Pregnancy


def contribute(asked: Asked, ledger: Ledger, situation: Situation) -> Contribution:
    """Return a pregnancy whose week at hour 0 is that of the state."""
    if not isinstance(asked, Pregnancy):
        raise WiringError("the state Pregnancy says which week it is; nothing else can ask for it.", where="pregnancy")
    return gestation(
        ledger,
        situation,
        week=asked.week,
        delivery_week=asked.delivery_week,
        nursing=asked.breastfeeding,
    )


BODY: Final = Body(contribute=contribute, states=(Pregnancy,), requires=("pathway", "estradiol"))
