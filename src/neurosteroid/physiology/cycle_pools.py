"""How ovarian steroids reach plasma: in one published pool of their own, or as a flow into the body's pool."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

from neurosteroid.engine import OUTSIDE, AbstractPart, Flow, Need, State, parameter


@final
@dataclass(frozen=True, kw_only=True)
class OnePool(AbstractPart):
    """A steroid in one well-mixed pool, as the published cycle model has it.

        d plasma / dt = ovary - published_clearance plasma        nmol/L per h

    For the cycle by itself; where the body has its own disposition of the steroid, `OvarianFlow` takes its place.

    Source:
        Röblitz et al., Journal of Theoretical Biology 2013;321:8-27, from the reactions of BIOMD0000000494.
    """

    published_clearance: float = parameter("1/h", "loss from the published pool")
    initial_plasma: float = parameter("nmol/L", "concentration at the start")
    analyte: str

    states = (State("plasma", "plasma.{analyte}", "nmol/L", initial="initial_plasma"),)
    needs = (Need("ovary", "ovary.{analyte}", "nmol/L/h"),)
    flows = (
        Flow("secretion", "nmol/L/h", source=OUTSIDE, target="plasma.{analyte}"),
        Flow("clearance", "nmol/L/h", source="plasma.{analyte}", target=OUTSIDE),
    )

    def rates(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return both flows in nmol/L per h."""
        return {"secretion": given["ovary"], "clearance": self.published_clearance * state["plasma"]}


@final
@dataclass(frozen=True, kw_only=True)
class OvarianFlow(AbstractPart):
    """Ovarian secretion as an amount that enters the body's own pool of a steroid.

        secretion = clearance.{analyte} (ovary / published_clearance - elsewhere)      nmol/h, outside to central

    ovary / published_clearance is the concentration at which the published pool settles; times the clearance of the
    body's pool it is the flow that settles there at the same concentration. So what is given as a drug, or made by the
    adrenals, adds to it and feeds back on LH and FSH. `elsewhere` is the concentration that other sources of the body
    keep up at rest: the published model counts them as ovarian, the body has them as flows of their own.
    """

    published_clearance: float = parameter("1/h", "loss from the published pool")
    elsewhere: float = parameter("nmol/L", "concentration at rest that sources outside the ovary keep up", 0.0)
    analyte: str

    needs = (
        Need("ovary", "ovary.{analyte}", "nmol/L/h"),
        Need("clearance", "clearance.{analyte}", "L/h"),
    )
    flows = (Flow("secretion", "nmol/h", source=OUTSIDE, target="central.{analyte}"),)

    def rates(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the secretion in nmol/h."""
        return {"secretion": given["clearance"] * (given["ovary"] / self.published_clearance - self.elsewhere)}
