"""Two compartments whose clearance is the kidney's filtration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

from neurosteroid.engine import AbstractPart, Need, parameter
from neurosteroid.engine.maths import exp
from neurosteroid.pharmacokinetics.two_compartments import FLOWS, GIVES, NEEDS, STATES, flow_rates


@final
@dataclass(frozen=True, kw_only=True)
class RenalTwoCompartment(AbstractPart):
    """A substance that is filtered and not metabolised.

        CL = clearance * exp(eta_clearance) * gfr / reference_gfr            L/h

        plasma         = central / V1                   nmol/L
        elimination    = CL * central / V1              nmol/h, central to outside
        distribution   = Q * central / V1               nmol/h, central to peripheral
        redistribution = Q * peripheral / V2            nmol/h, peripheral to central

    V1 and V2 scale with weight / reference_weight; Q does with its power `clearance_exponent`, CL does not: it follows
    the measured filtration rate of the person.
    """

    clearance: float = parameter("L/h", "plasma clearance at the reference filtration rate")
    reference_gfr: float = parameter("mL/min", "glomerular filtration rate the clearance is stated at")
    central_volume: float = parameter("L", "central volume at the reference weight")
    intercompartmental_clearance: float = parameter("L/h", "exchange clearance at the reference weight")
    peripheral_volume: float = parameter("L", "peripheral volume at the reference weight")
    reference_weight: float = parameter("kg", "body weight the volumes are stated at")
    clearance_exponent: float = parameter("1", "power of relative weight on the exchange clearance")
    eta_clearance: float = parameter("1", "the person's own deviation of ln clearance at a filtration rate", 0.0)
    analyte: str = "sbecd"

    states = STATES
    needs = (*NEEDS, Need("gfr", "renal.gfr", "mL/min"))
    gives = GIVES
    flows = FLOWS

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return plasma concentration (nmol/L), clearance (L/h) and central volume (L) of the person."""
        central = self.central_volume * given["weight"] / self.reference_weight
        return {"plasma": state["central"] / central, "clearance": self._clearance(given), "central_volume": central}

    def rates(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the three flows in nmol/h."""
        scale = given["weight"] / self.reference_weight
        exchange = self.intercompartmental_clearance * scale**self.clearance_exponent
        return flow_rates(
            self._clearance(given), exchange, self.central_volume * scale, self.peripheral_volume * scale, state
        )

    def _clearance(self, given: Mapping[str, Any]) -> Any:
        return self.clearance * exp(self.eta_clearance) * given["gfr"] / self.reference_gfr
