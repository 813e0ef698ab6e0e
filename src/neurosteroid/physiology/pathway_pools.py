"""Where the steroids of the synthesis pathway are held: plasma and tissue for free ones, plasma for their sulfates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

from neurosteroid.engine import OUTSIDE, AbstractPart, Flow, Need, State, Value, parameter
from neurosteroid.engine.maths import exp, power


@final
@dataclass(frozen=True, kw_only=True)
class SteroidPool(AbstractPart):
    """A steroid in plasma and tissue; what other parts convert it to leaves by their flows, not by this one.

    With s = weight / reference_weight and g = plasma volume over that outside pregnancy,

        CL = clearance * s^clearance_exponent * exp(eta_clearance)
        Q  = intercompartmental_clearance * s^clearance_exponent
        V1 = central_volume * s^volume_exponent + plasma_volume * (g - 1)
        V2 = peripheral_volume * s^volume_exponent

        plasma         = central / V1                              nmol/L
        elimination    = eliminated_share * CL * central / V1      nmol/h, central to outside
        distribution   = Q * central / V1                          nmol/h, central to peripheral
        redistribution = Q * peripheral / V2                       nmol/h, peripheral to central

    Plasma is total (bound and unbound) concentration. CL is the *whole* clearance of the steroid when every enzyme is
    fully active: `eliminated_share` of it ends outside the model, the rest is taken by the parts that convert it
    (`Conversion`, `Removal`), which read ``clearance.{analyte}``. Only plasma grows in pregnancy, so the central volume
    of a steroid that tissue holds grows by litres, not by the ratio of plasma volumes.

    When the only source of a steroid stops after a long time, its plasma falls at first at the rate CL / V1, whatever
    Q and V2 are: distribution and redistribution are then in balance. That is how V1 is had from a first half-time.
    """

    clearance: float = parameter("L/h", "whole plasma clearance at the reference weight")
    central_volume: float = parameter("L", "central volume at the reference weight")
    intercompartmental_clearance: float = parameter("L/h", "exchange clearance at the reference weight")
    peripheral_volume: float = parameter("L", "peripheral volume at the reference weight")
    reference_weight: float = parameter("kg", "body weight the volumes and clearances are stated at")
    clearance_exponent: float = parameter("1", "power of relative weight on both clearances")
    volume_exponent: float = parameter("1", "power of relative weight on both volumes")
    plasma_volume: float = parameter("L", "plasma volume outside pregnancy, the part of V1 that pregnancy expands")
    eliminated_share: float = parameter("1", "share of the clearance that ends outside the model", 1.0)
    eta_clearance: float = parameter("1", "the person's own deviation of ln clearance", 0.0)
    analyte: str = "progesterone"

    states = (
        State("central", "central.{analyte}", "nmol"),
        State("peripheral", "peripheral.{analyte}", "nmol"),
    )
    needs = (Need("weight", "person.weight", "kg"), Need("expansion", "body.plasma-volume-scale", "1"))
    gives = (
        Value("plasma", "plasma.{analyte}", "nmol/L"),
        Value("clearance", "clearance.{analyte}", "L/h"),
        Value("central_volume", "central_volume.{analyte}", "L"),
    )
    flows = (
        Flow("elimination", "nmol/h", source="central.{analyte}", target=OUTSIDE),
        Flow("distribution", "nmol/h", source="central.{analyte}", target="peripheral.{analyte}"),
        Flow("redistribution", "nmol/h", source="peripheral.{analyte}", target="central.{analyte}"),
    )

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return total plasma concentration (nmol/L), whole clearance (L/h) and central volume (L) of the person."""
        volume = self._central_volume(given)
        return {
            "plasma": state["central"] / volume,
            "clearance": self.clearance * self._clearance_scale(given) * exp(self.eta_clearance),
            "central_volume": volume,
        }

    def rates(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the three flows in nmol/h."""
        values = self.values(t, state, given)
        exchange = self.intercompartmental_clearance * self._clearance_scale(given)
        peripheral_volume = self.peripheral_volume * power(
            given["weight"] / self.reference_weight, self.volume_exponent
        )
        return {
            "elimination": self.eliminated_share * values["clearance"] * values["plasma"],
            "distribution": exchange * values["plasma"],
            "redistribution": exchange * state["peripheral"] / peripheral_volume,
        }

    def _clearance_scale(self, given: Mapping[str, Any]) -> Any:
        return power(given["weight"] / self.reference_weight, self.clearance_exponent)

    def _central_volume(self, given: Mapping[str, Any]) -> Any:
        scale = power(given["weight"] / self.reference_weight, self.volume_exponent)
        return self.central_volume * scale + self.plasma_volume * (given["expansion"] - 1)


@final
@dataclass(frozen=True, kw_only=True)
class ConjugatePool(AbstractPart):
    """A steroid sulfate: one volume, near that of plasma and the water around it.

    With s = weight / reference_weight and g = plasma volume over that outside pregnancy,

        V  = volume * s^volume_exponent + plasma_volume * (g - 1)
        CL = clearance * s^clearance_exponent

        plasma      = central / V                              nmol/L
        elimination = eliminated_share * CL * central / V      nmol/h, central to outside

    The rest of the clearance is hydrolysis back to the free steroid, a `Conversion` by sulfatase.
    """

    clearance: float = parameter("L/h", "whole plasma clearance at the reference weight")
    volume: float = parameter("L", "volume at the reference weight")
    reference_weight: float = parameter("kg", "body weight the volume and clearance are stated at")
    clearance_exponent: float = parameter("1", "power of relative weight on clearance")
    volume_exponent: float = parameter("1", "power of relative weight on volume")
    plasma_volume: float = parameter("L", "plasma volume outside pregnancy, the part of V that pregnancy expands")
    eliminated_share: float = parameter("1", "share of the clearance that ends outside the model", 1.0)
    analyte: str = "allopregnanolone-sulfate"

    states = (State("central", "central.{analyte}", "nmol"),)
    needs = (Need("weight", "person.weight", "kg"), Need("expansion", "body.plasma-volume-scale", "1"))
    gives = (
        Value("plasma", "plasma.{analyte}", "nmol/L"),
        Value("clearance", "clearance.{analyte}", "L/h"),
    )
    flows = (Flow("elimination", "nmol/h", source="central.{analyte}", target=OUTSIDE),)

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return plasma concentration (nmol/L) and clearance (L/h) of the person."""
        relative = given["weight"] / self.reference_weight
        volume = self.volume * power(relative, self.volume_exponent) + self.plasma_volume * (given["expansion"] - 1)
        clearance = self.clearance * power(relative, self.clearance_exponent)
        return {"plasma": state["central"] / volume, "clearance": clearance}

    def rates(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return elimination in nmol/h."""
        values = self.values(t, state, given)
        return {"elimination": self.eliminated_share * values["clearance"] * values["plasma"]}
