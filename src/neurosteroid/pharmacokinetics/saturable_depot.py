"""Progesterone in the vagina that the mucosa takes up at no more than a highest rate."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, final

from neurosteroid.engine import OUTSIDE, AbstractPart, Flow, State, Value, parameter
from neurosteroid.engine.maths import exp

_DEPOT: Final = "depot.{route}.progesterone"


@final
@dataclass(frozen=True, kw_only=True)
class SaturableProgesteroneDepot(AbstractPart):
    """Progesterone leaves the vagina at one rate; the mucosa takes up a share of it, at no more than a highest rate.

        k       = ln 2 / (absorption_half_life * exp(eta_absorption))
        leaving = k * depot                                                      nmol/h
        offered = share_progesterone * leaving                                   nmol/h
        own     = exp(eta_availability) / (1 - share_progesterone + share_progesterone * exp(eta_availability))
        taken   = own * offered / (1 + offered / highest_uptake)                 nmol/h, into plasma
        lost    = leaving - taken                                                nmol/h: discharged with what carries it

    Of a dose that offers far more than `highest_uptake` twice as much lasts one half-life longer and is no more at its
    height; of a small one the share arrives, as from the linear `ProgesteroneDepot`. A woman's own mucosa takes up more
    or less of all doses alike, and never more than is there. All that is taken up arrives unchanged. Doses go to
    ``depot.{route}.progesterone`` after ``lag * exp(eta_lag)``.
    """

    absorption_half_life: float = parameter("h", "half-life of the depot")
    lag: float = parameter("h", "time from dose to the start of absorption", 0.0)
    share_progesterone: float = parameter("1", "share of a small dose that reaches plasma")
    highest_uptake: float = parameter("nmol/h", "highest rate at which the mucosa takes progesterone up")
    eta_availability: float = parameter("1", "the woman's own deviation of the logit of what arrives", 0.0)
    eta_absorption: float = parameter("1", "the woman's own deviation of ln half-life of the depot", 0.0)
    eta_lag: float = parameter("1", "the woman's own deviation of ln lag", 0.0)
    route: str = "vaginal"

    states = (State("depot", _DEPOT, "nmol"),)
    gives = (Value("delay", f"{_DEPOT}.lag", "h"),)
    flows = (
        Flow("taken", "nmol/h", source=_DEPOT, target="central.progesterone"),
        Flow("lost", "nmol/h", source=_DEPOT, target=OUTSIDE),
    )

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the lag of doses in h."""
        return {"delay": self.lag * exp(self.eta_lag)}

    def rates(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the mucosa takes up and what is lost, nmol/h."""
        leaving = math.log(2) / (self.absorption_half_life * exp(self.eta_absorption)) * state["depot"]
        odds = exp(self.eta_availability)
        own = odds / (1 - self.share_progesterone + self.share_progesterone * odds)
        offered = self.share_progesterone * leaving
        taken = own * offered / (1 + offered / self.highest_uptake)
        return {"taken": taken, "lost": leaving - taken}
