"""From plasma to the receptor: an explicit link whose assumptions can be counted and replaced."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

from neurosteroid.engine import AbstractPart, Need, State, Value, parameter


@final
@dataclass(frozen=True, kw_only=True)
class BrainLink(AbstractPart):
    """Brain follows plasma with a delay, and the receptor sees a stated share of brain.

        k = ln 2 / equilibration_half_life
        d brain / dt = k (brain_to_plasma * plasma + local_concentration - brain)      nmol/L per h
        receptor     = receptor_to_brain * (brain - (1 - local_seen) * local_concentration)      nmol/L

    ``brain.{analyte}`` is total brain concentration, tissue taken at 1 kg/L. ``receptor.{analyte}`` is *nominal*: what
    a bath concentration in an in-vitro study would have to be for the receptor to see the same. No measurement links
    the two for a lipophilic steroid, so `receptor_to_brain` is an assumption wherever this part is used. Brain takes
    so little of the body's steroid that plasma does not lose what brain gains; the link is not a flow.

    ``local_concentration`` is what synthesis in the brain itself holds there, at a constant rate of k times it; 0 for a
    drug, and 0 wherever the steroid of the brain's own is left out. ``local_seen`` is the share of it that counts at
    the receptor: with 0 the receptor is stated from the level that the brain's own steroid sets, as outcomes fitted
    without it are.

    Source:
        Linear effect compartment, Sheiner et al., Clinical Pharmacology and Therapeutics 1979;25:358-371.
    """

    brain_to_plasma: float = parameter("1", "total brain to total plasma concentration at equilibrium")
    equilibration_half_life: float = parameter("h", "half-life of the difference between brain and plasma")
    local_concentration: float = parameter("nmol/L", "what local synthesis holds in brain at equilibrium", 0.0)
    local_seen: float = parameter("1", "share of what local synthesis holds that counts at the receptor", 1.0)
    receptor_to_brain: float = parameter("1", "nominal concentration at the receptor to total brain concentration")
    analyte: str = "allopregnanolone"

    states = (State("brain", "brain.{analyte}", "nmol/L"),)
    needs = (Need("plasma", "plasma.{analyte}", "nmol/L"),)
    gives = (Value("receptor", "receptor.{analyte}", "nmol/L"),)

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the nominal concentration at the receptor in nmol/L."""
        return {
            "receptor": self.receptor_to_brain * (state["brain"] - (1 - self.local_seen) * self.local_concentration)
        }

    def rates(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return d brain / dt in nmol/L per h."""
        rate = math.log(2) / self.equilibration_half_life
        return {"brain": rate * (self.brain_to_plasma * given["plasma"] + self.local_concentration - state["brain"])}


@final
@dataclass(frozen=True, kw_only=True)
class BrainTissue(AbstractPart):
    """A drug in brain tissue: total concentration that follows plasma.

        k = ln 2 / equilibration_half_life
        d brain / dt = k (brain_to_plasma * plasma - brain)      nmol/L per h

    The same link as `BrainLink` without a receptor, for drugs whose effect is not modelled.
    """

    brain_to_plasma: float = parameter("1", "total brain to total plasma concentration at equilibrium")
    equilibration_half_life: float = parameter("h", "half-life of the difference between brain and plasma")
    analyte: str = "zuranolone"

    states = (State("brain", "brain.{analyte}", "nmol/L"),)
    needs = (Need("plasma", "plasma.{analyte}", "nmol/L"),)

    def rates(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return d brain / dt in nmol/L per h."""
        rate = math.log(2) / self.equilibration_half_life
        return {"brain": rate * (self.brain_to_plasma * given["plasma"] - state["brain"])}


@final
@dataclass(frozen=True, kw_only=True)
class UnboundBrain(AbstractPart):
    """What of a steroid in brain is free, and cerebrospinal fluid, which holds that.

        unbound_brain = unbound_fraction * brain        nmol/L
        csf           = unbound_brain                   nmol/L

    Fluid has next to no protein; that it is in equilibrium with the free steroid of the tissue is an assumption.
    """

    unbound_fraction: float = parameter("1", "unbound over total concentration in brain tissue")
    analyte: str = "allopregnanolone"

    needs = (Need("brain", "brain.{analyte}", "nmol/L"),)
    gives = (Value("unbound", "unbound_brain.{analyte}", "nmol/L"), Value("csf", "csf.{analyte}", "nmol/L"))

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return unbound brain and cerebrospinal fluid concentrations in nmol/L."""
        unbound = self.unbound_fraction * given["brain"]
        return {"unbound": unbound, "csf": unbound}
