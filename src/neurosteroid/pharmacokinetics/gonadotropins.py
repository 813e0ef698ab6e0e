"""Gonadotropins injected under the skin: FSH and chorionic gonadotropin, in units of activity."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

from neurosteroid.engine import OUTSIDE, AbstractPart, Flow, Need, State, Value, parameter
from neurosteroid.engine.maths import exp, power


@final
@dataclass(frozen=True, kw_only=True)
class InjectedGonadotropin(AbstractPart):
    """A gonadotropin from a depot under the skin in one volume.

        absorption  = ln 2 / absorption_half_life * depot                                  IU/h
        volume_now  = volume * (weight / reference_weight) ^ volume_exponent               L, over availability
                      * exp(-eta_exposure)
        plasma      = central / volume_now                                                 IU/L
        elimination = ln 2 / half_life * (weight / reference_weight) ^ (clearance_exponent - volume_exponent) * central

    Doses go to ``depot.{analyte}`` in IU. Volume and clearance are over availability. Which of the two half-lives is
    the depot's cannot be told from plasma: the course of a dose is the same with the two exchanged. `eta_exposure`, by
    which both over-availability numbers of a woman fall, raises her whole course: half-lives do not move with it.
    """

    absorption_half_life: float = parameter("h", "half-life of the depot")
    half_life: float = parameter("h", "half-life of elimination")
    volume: float = parameter("L", "volume over availability at the reference weight")
    reference_weight: float = parameter("kg", "weight at which the volume is stated")
    clearance_exponent: float = parameter("1", "power of weight on clearance")
    volume_exponent: float = parameter("1", "power of weight on volume")
    eta_exposure: float = parameter("1", "the woman's own deviation of ln concentration", 0.0)
    analyte: str = "follitropin-alfa"

    states = (
        State("depot", "depot.{analyte}", "IU"),
        State("central", "central.{analyte}", "IU"),
    )
    needs = (Need("weight", "person.weight", "kg"),)
    gives = (Value("plasma", "plasma.{analyte}", "IU/L"),)
    flows = (
        Flow("absorption", "IU/h", source="depot.{analyte}", target="central.{analyte}"),
        Flow("elimination", "IU/h", source="central.{analyte}", target=OUTSIDE),
    )

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the plasma concentration in IU/L."""
        return {"plasma": _concentration(self, state["central"], given["weight"]) * exp(self.eta_exposure)}

    def rates(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return both flows in IU/h."""
        return {
            "absorption": math.log(2) / self.absorption_half_life * state["depot"],
            "elimination": _elimination(self, state["central"], given["weight"]),
        }


@final
@dataclass(frozen=True, kw_only=True)
class ChorionicGonadotropinOf(AbstractPart):
    """The chorionic gonadotropin in a urinary preparation, which gives it its LH activity.

        entry       = hcg_share * ln 2 / absorption_half_life * depot                      IU/h, as the FSH
        plasma      = central / volume_now                                                 IU/L
        elimination = ln 2 / half_life * (weight / reference_weight) ^ (clearance_exponent - volume_exponent) * central

    `hcg_share` is IU of chorionic gonadotropin with one IU of FSH. Volume and elimination are those of chorionic
    gonadotropin given by itself; women do not differ in it, because nobody measured by how much. Its concentration is
    ``plasma.{product}``.
    """

    hcg_share: float = parameter("1", "IU of chorionic gonadotropin with one IU of FSH")
    absorption_half_life: float = parameter("h", "half-life of the preparation's depot")
    half_life: float = parameter("h", "half-life of elimination")
    volume: float = parameter("L", "volume over availability at the reference weight")
    reference_weight: float = parameter("kg", "weight at which the volume is stated")
    clearance_exponent: float = parameter("1", "power of weight on clearance")
    volume_exponent: float = parameter("1", "power of weight on volume")
    analyte: str = "menotropin"
    product: str = "hcg-of-menotropin"

    states = (State("central", "central.{product}", "IU"),)
    needs = (Need("weight", "person.weight", "kg"), Need("depot", "depot.{analyte}", "IU"))
    gives = (Value("plasma", "plasma.{product}", "IU/L"),)
    flows = (
        Flow("entry", "IU/h", source=OUTSIDE, target="central.{product}"),
        Flow("elimination", "IU/h", source="central.{product}", target=OUTSIDE),
    )

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the plasma concentration in IU/L."""
        return {"plasma": _concentration(self, state["central"], given["weight"])}

    def rates(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return both flows in IU/h."""
        return {
            "entry": self.hcg_share * math.log(2) / self.absorption_half_life * given["depot"],
            "elimination": _elimination(self, state["central"], given["weight"]),
        }


def _concentration(part: InjectedGonadotropin | ChorionicGonadotropinOf, central: Any, weight: Any) -> Any:
    """Return the plasma concentration in IU/L of an amount in IU."""
    return central / (part.volume * power(weight / part.reference_weight, part.volume_exponent))


def _elimination(part: InjectedGonadotropin | ChorionicGonadotropinOf, central: Any, weight: Any) -> Any:
    """Return the flow out of plasma in IU/h."""
    scale = power(weight / part.reference_weight, part.clearance_exponent - part.volume_exponent)
    return math.log(2) / part.half_life * scale * central
