"""A brain whose own synthesis of a steroid yields to what comes with the blood."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

from neurosteroid.engine import AbstractPart, Need, State, Value, parameter


@final
@dataclass(frozen=True, kw_only=True)
class YieldingSynthesis(AbstractPart):
    """The link of `BrainLink`, with a local synthesis that falls as plasma rises.

        k     = ln 2 / equilibration_half_life
        local = local_concentration (1 - largest_yield plasma / (plasma + half_yield))
        d brain / dt = k (brain_to_plasma plasma + local - brain)                 nmol/L per h
        receptor     = receptor_to_brain brain                                    nmol/L

    It begins with what synthesis holds without any from plasma.

    With ``largest_yield`` 0 synthesis is constant. At rest brain falls as plasma rises from 0 where
    ``local_concentration largest_yield / half_yield`` is more than ``brain_to_plasma``, and rises again above: the only
    way in which a link by itself turns a serum curve round. Feedback of circulating steroid on synthesis in the brain
    was not found measured.

    Source:
        Linear effect compartment as in `BrainLink`; the feedback is a hypothesis.
    """

    brain_to_plasma: float = parameter("1", "total brain to total plasma concentration at equilibrium")
    equilibration_half_life: float = parameter("h", "half-life of the difference between brain and plasma")
    local_concentration: float = parameter("nmol/L", "what local synthesis holds in brain without any from plasma")
    receptor_to_brain: float = parameter("1", "nominal concentration at the receptor to total brain concentration")
    largest_yield: float = parameter("1", "share of local synthesis that a high plasma concentration stops")
    half_yield: float = parameter("nmol/L", "plasma concentration at half of that")
    analyte: str = "allopregnanolone"

    states = (State("brain", "brain.{analyte}", "nmol/L", initial="local_concentration"),)
    needs = (Need("plasma", "plasma.{analyte}", "nmol/L"),)
    gives = (Value("receptor", "receptor.{analyte}", "nmol/L"),)

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the nominal concentration at the receptor in nmol/L."""
        return {"receptor": self.receptor_to_brain * state["brain"]}

    def rates(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return d brain / dt in nmol/L per h."""
        plasma = given["plasma"]
        local = self.local_concentration * (1 - self.largest_yield * plasma / (plasma + self.half_yield))
        rate = math.log(2) / self.equilibration_half_life
        return {"brain": rate * (self.brain_to_plasma * plasma + local - state["brain"])}
