"""Two compartments whose clearance is the liver's, so that what changes the liver's enzymes also changes first pass."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

from neurosteroid.engine import AbstractPart, Need, Value, parameter
from neurosteroid.engine.maths import exp, power
from neurosteroid.pharmacokinetics.two_compartments import FLOWS, GIVES, NEEDS, STATES, flow_rates


@final
@dataclass(frozen=True, kw_only=True)
class HepaticTwoCompartment(AbstractPart):
    """A drug in plasma and tissue that a well-stirred liver removes, partly by CYP3A4.

    With s = weight / reference_weight, a the activity of CYP3A4 in the liver, i how much of it inducers make the liver
    hold, and h the function of the liver (all 1 at rest),

        CLi = intrinsic_clearance * s^clearance_exponent * exp(eta_clearance) * h
              * (cyp3a4_share * a + (1 - cyp3a4_share) * (1 + other_induction * (i - 1)))      L/h
        Qh  = hepatic_plasma_flow * s^clearance_exponent                            L/h
        hepatic_availability = Qh / (Qh + CLi)                                      what a first pass lets through
        CL  = Qh * CLi / (Qh + CLi)                                                 L/h

        plasma         = central / V1                  nmol/L
        elimination    = CL * central / V1             nmol/h, central to outside
        distribution   = Q * central / V1              nmol/h, central to peripheral
        redistribution = Q * peripheral / V2           nmol/h, peripheral to central

    V1, V2 scale with s^volume_exponent and Q with s^clearance_exponent. All clearances and flows are of plasma: the
    intrinsic clearance holds the unbound fraction, the plasma flow is the blood flow times the blood to plasma ratio.
    After an oral dose the area under the curve is dose * absorbed * gut availability / CLi: the flow cancels.

    Source:
        Well-stirred (venous equilibrium) model: Rowland, Benet and Graham, Journal of Pharmacokinetics and
        Biopharmaceutics 1973;1:123-136. Share of one enzyme: Rowland and Matin, same journal 1973;1:553-567.
    """

    intrinsic_clearance: float = parameter("L/h", "intrinsic clearance of plasma by the liver at the reference weight")
    cyp3a4_share: float = parameter("1", "share of the intrinsic clearance that is by CYP3A4")
    other_induction: float = parameter("1", "rise of the other routes with inducers over that of CYP3A4", 0.0)
    hepatic_plasma_flow: float = parameter(
        "L/h", "plasma that carries the drug through the liver at the reference weight"
    )
    central_volume: float = parameter("L", "central volume at the reference weight")
    intercompartmental_clearance: float = parameter("L/h", "exchange clearance at the reference weight")
    peripheral_volume: float = parameter("L", "peripheral volume at the reference weight")
    reference_weight: float = parameter("kg", "body weight the volumes and clearances are stated at")
    clearance_exponent: float = parameter("1", "power of relative weight on clearances and flow")
    volume_exponent: float = parameter("1", "power of relative weight on both volumes")
    eta_clearance: float = parameter("1", "the person's own deviation of ln intrinsic clearance", 0.0)
    eta_central_volume: float = parameter("1", "the person's own deviation of ln central volume", 0.0)
    analyte: str = "zuranolone"

    states = STATES
    needs = (
        *NEEDS,
        Need("activity", "activity.cyp3a4", "1"),
        Need("induction", "induction.cyp3a4", "1"),
        Need("function", "hepatic.function.{analyte}", "1"),
    )
    gives = (*GIVES, Value("hepatic_availability", "hepatic_availability.{analyte}", "1"))
    flows = FLOWS

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return plasma (nmol/L), clearance (L/h), central volume (L) and what a first pass lets through (1)."""
        clearance, availability, _ = self._clearances(given)
        central, _ = self._volumes(given["weight"])
        return {
            "plasma": state["central"] / central,
            "clearance": clearance,
            "central_volume": central,
            "hepatic_availability": availability,
        }

    def rates(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the three flows in nmol/h."""
        clearance, _, exchange = self._clearances(given)
        central, peripheral = self._volumes(given["weight"])
        return flow_rates(clearance, exchange, central, peripheral, state)

    def _clearances(self, given: Mapping[str, Any]) -> tuple[Any, Any, Any]:
        scale = power(given["weight"] / self.reference_weight, self.clearance_exponent)
        flow = self.hepatic_plasma_flow * scale
        other = 1 + self.other_induction * (given["induction"] - 1)
        enzymes = self.cyp3a4_share * given["activity"] + (1 - self.cyp3a4_share) * other
        intrinsic = self.intrinsic_clearance * scale * exp(self.eta_clearance) * given["function"] * enzymes
        availability = flow / (flow + intrinsic)
        return intrinsic * availability, availability, self.intercompartmental_clearance * scale

    def _volumes(self, weight: Any) -> tuple[Any, Any]:
        scale = power(weight / self.reference_weight, self.volume_exponent)
        return self.central_volume * scale * exp(self.eta_central_volume), self.peripheral_volume * scale
