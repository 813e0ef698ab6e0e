"""Progesterone given: a depot by mouth, in the vagina or in muscle, and what gut and liver make of it on the way."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, final

from neurosteroid.engine import OUTSIDE, AbstractPart, Flow, Need, State, Value, parameter
from neurosteroid.engine.maths import exp

_PRODUCTS: Final = {
    "progesterone": "progesterone",
    "dihydro_5alpha": "5alpha-dihydroprogesterone",
    "allopregnanolone": "allopregnanolone",
    "dihydro_5beta": "5beta-dihydroprogesterone",
    "pregnanolone": "pregnanolone",
}


@final
@dataclass(frozen=True, kw_only=True)
class ProgesteroneDepot(AbstractPart):
    """Progesterone leaves the place where it was put and reaches plasma as itself or as reduced metabolites.

        k = ln 2 / (absorption_half_life * exp(eta_absorption))
        F = sum of shares,  own = exp(eta_availability) / (1 - F + F * exp(eta_availability))
        share_i of the metabolites times alpha or beta
        into pool i = own * share_i * k * depot            nmol/h, for progesterone and four metabolites
        lost        = (1 - own * F) * k * depot            nmol/h: not absorbed, or made what is not followed

    A woman's own availability moves on the logit scale: it is 0 for none, never more than the dose, and nearly a
    factor exp(eta_availability) where little of the dose arrives. All products move together.

    alpha = type_1_share a_1 + (1 - type_1_share) a_2 and beta are the activities of 5alpha- and 5beta-reductase, 1
    without a medicine on them. What they do not reduce is lost: first pass has other enzymes, and that more of it
    arrives unchanged was not read.

    What first pass forms enters the same pools as what the body makes; from there the synthesis pathway goes on, so
    plasma also holds what absorbed progesterone and 5alpha-dihydroprogesterone become later. Doses go to
    ``depot.{route}.progesterone`` after ``lag * exp(eta_lag)``.
    """

    absorption_half_life: float = parameter("h", "half-life of the depot")
    lag: float = parameter("h", "time from dose to the start of absorption", 0.0)
    share_progesterone: float = parameter("1", "share of the dose that reaches plasma unchanged")
    share_dihydro_5alpha: float = parameter("1", "share that first pass makes 5alpha-dihydroprogesterone", 0.0)
    share_allopregnanolone: float = parameter("1", "share that first pass makes allopregnanolone", 0.0)
    share_dihydro_5beta: float = parameter("1", "share that first pass makes 5beta-dihydroprogesterone", 0.0)
    share_pregnanolone: float = parameter("1", "share that first pass makes pregnanolone", 0.0)
    type_1_share: float = parameter("1", "share of the 5alpha-reduction that type 1 does", 1.0)
    eta_availability: float = parameter("1", "the woman's own deviation of the logit of what arrives", 0.0)
    eta_absorption: float = parameter("1", "the woman's own deviation of ln half-life of the depot", 0.0)
    eta_lag: float = parameter("1", "the woman's own deviation of ln lag", 0.0)
    route: str = "oral"

    states = (State("depot", "depot.{route}.progesterone", "nmol"),)
    needs = (
        Need("type_1", "activity.5alpha-reductase-1", "1"),
        Need("type_2", "activity.5alpha-reductase-2", "1"),
        Need("beta", "activity.5beta-reductase", "1"),
    )
    gives = (Value("delay", "depot.{route}.progesterone.lag", "h"),)
    flows = (
        *(
            Flow(local, "nmol/h", source="depot.{route}.progesterone", target=f"central.{name}")
            for local, name in _PRODUCTS.items()
        ),
        Flow("lost", "nmol/h", source="depot.{route}.progesterone", target=OUTSIDE),
    )

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the lag of doses in h."""
        return {"delay": self.lag * exp(self.eta_lag)}

    def rates(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return what enters each pool and what is lost, nmol/h."""
        leaving = math.log(2) / (self.absorption_half_life * exp(self.eta_absorption)) * state["depot"]
        alpha = self.type_1_share * given["type_1"] + (1 - self.type_1_share) * given["type_2"]
        shares = {
            "progesterone": self.share_progesterone,
            "dihydro_5alpha": alpha * self.share_dihydro_5alpha,
            "allopregnanolone": alpha * self.share_allopregnanolone,
            "dihydro_5beta": given["beta"] * self.share_dihydro_5beta,
            "pregnanolone": given["beta"] * self.share_pregnanolone,
        }
        total, odds = sum(shares.values()), exp(self.eta_availability)
        own = odds / (1 - total + total * odds)
        arriving = {local: own * share * leaving for local, share in shares.items()}
        return arriving | {"lost": (1 - own * total) * leaving}
