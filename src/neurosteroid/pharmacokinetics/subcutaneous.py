"""A neurosteroid injected under the skin: a depot that empties into the pool that the body fills too."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

from neurosteroid.engine import OUTSIDE, AbstractPart, Flow, State, parameter


@final
@dataclass(frozen=True, kw_only=True)
class SubcutaneousDepot(AbstractPart):
    """A depot under the skin empties at one rate; what arrives enters the pool of the same molecule.

        k       = ln 2 / absorption_half_life
        arrives = availability * k * depot             nmol/h, into central.{analyte}
        lost    = (1 - availability) * k * depot       nmol/h

    Where the depot is slower than the body, the last slope in plasma is the depot's and not that of elimination.
    Doses go to ``depot.subcutaneous.{analyte}``.
    """

    absorption_half_life: float = parameter("h", "half-life of the depot")
    availability: float = parameter("1", "share of the dose that arrives")
    analyte: str = "isoallopregnanolone"

    states = (State("depot", "depot.subcutaneous.{analyte}", "nmol"),)
    flows = (
        Flow("arrives", "nmol/h", source="depot.subcutaneous.{analyte}", target="central.{analyte}"),
        Flow("lost", "nmol/h", source="depot.subcutaneous.{analyte}", target=OUTSIDE),
    )

    def rates(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return what arrives in the pool and what is lost, nmol/h."""
        leaving = math.log(2) / self.absorption_half_life * state["depot"]
        return {"arrives": self.availability * leaving, "lost": (1 - self.availability) * leaving}
