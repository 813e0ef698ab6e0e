"""Ganaxolone by mouth and by vein: suspension, meal, first pass, plasma."""

from __future__ import annotations

from typing import Final

from neurosteroid.evidence import Ledger
from neurosteroid.model.contribution import Asked, Body, Contribution, Situation
from neurosteroid.model.medicines import ORAL_STATE, medicine_contribution

_NAME: Final = "ganaxolone"


def contribute(asked: Asked, ledger: Ledger, situation: Situation) -> Contribution:
    """Return the parts of `neurosteroid.model.medicines` with the numbers of the card."""
    routes = {"oral": ORAL_STATE.format(_NAME), "intravenous": f"central.{_NAME}"}
    return medicine_contribution(_NAME, ledger, situation, routes, situation.choice.ganaxolone)


BODY: Final = Body(contribute=contribute, compounds=(_NAME,))
