"""The days after delivery: a pregnancy whose delivery lies before hour 0."""

from __future__ import annotations

from typing import Final

from neurosteroid.errors import WiringError
from neurosteroid.evidence import Ledger, library
from neurosteroid.model.contribution import Asked, Body, Contribution, Situation
from neurosteroid.model.gestation import gestation
from neurosteroid.model.states import Postpartum


def contribute(asked: Asked, ledger: Ledger, situation: Situation) -> Contribution:
    """Return the pregnancy that ended `day` days before hour 0, and the days since."""
    if not isinstance(asked, Postpartum):
        raise WiringError("the state Postpartum says which day it is; nothing else can ask for it.", where="postpartum")
    delivery = asked.delivery_week
    if delivery is None:
        delivery = ledger.take(library().card("pregnancy", "physiology"), "usual_delivery", "week")
    return gestation(
        ledger,
        situation,
        week=delivery + asked.day / 7.0,
        delivery_week=delivery,
        nursing=asked.breastfeeding,
    )


BODY: Final = Body(contribute=contribute, states=(Postpartum,), requires=("pathway", "estradiol"))
