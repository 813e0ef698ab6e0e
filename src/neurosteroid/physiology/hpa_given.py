"""Corticotropin-releasing hormone that is given into a vein: where it goes, and what it does at the pituitary."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

from neurosteroid.engine import AbstractPart, Need, State, Value, parameter


@final
@dataclass(frozen=True, kw_only=True)
class GivenReleasingHormone(AbstractPart):
    """Ovine corticotropin-releasing hormone after a dose by vein, two compartments, and its effect, which saturates.

        d C / dt = R / V - (k10 + k12) C + k21 P
        d P / dt = k12 C - k21 P
        effect   = largest C / (C + C_half)

    C is the concentration in plasma, P what lies outside over the volume of plasma, both in ug/L; R is the rate of
    infusion, ug/kg/h. The rate constants are those of a clearance CL, a first volume V and the two half-lives, from
    a = ln 2 / fast and b = ln 2 / slow:

        k10 = CL / V,    k21 = a b / k10,    k12 = a + b - k10 - k21

    The effect is in multiples of the body's own hormone at rest and adds to it at the pituitary.

    Source:
        Disposition: Tsukada et al., Clinical Endocrinology 1984;20:111-117. That the effect saturates, and the dose of
        half of it: Orth et al., Journal of Clinical Investigation 1983. The hyperbola is chosen here.
    """

    clearance: float = parameter("L/h/kg", "CL")
    volume: float = parameter("L/kg", "V, the first volume")
    fast_half_life: float = parameter("h", "fast")
    slow_half_life: float = parameter("h", "slow")
    largest: float = parameter("1", "the largest effect, over the body's own hormone at rest")
    half_effect: float = parameter("ug/L", "C_half, at half of the largest effect")

    states = (State("plasma", "hpa.given_crh", "ug/L"), State("outside", "hpa.given_crh_outside", "ug/L"))
    needs = (Need("rate", "stress.corticorelin", "ug/kg/h"),)
    gives = (Value("effect", "hpa.crh_given", "1"),)

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the effect at the pituitary."""
        return {"effect": self.largest * state["plasma"] / (state["plasma"] + self.half_effect)}

    def rates(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return d/dt, ug/L/h."""
        fast, slow = math.log(2.0) / self.fast_half_life, math.log(2.0) / self.slow_half_life
        out = self.clearance / self.volume
        back = fast * slow / out
        away = fast + slow - out - back
        exchanged = away * state["plasma"] - back * state["outside"]
        return {"plasma": given["rate"] / self.volume - out * state["plasma"] - exchanged, "outside": exchanged}
