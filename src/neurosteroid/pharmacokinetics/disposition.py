"""Where a steroid goes after it reaches plasma: two compartments, scaled by body weight."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

from neurosteroid.engine import AbstractPart, parameter
from neurosteroid.engine.maths import exp, power
from neurosteroid.pharmacokinetics.two_compartments import FLOWS, GIVES, NEEDS, STATES, flow_rates


@final
@dataclass(frozen=True, kw_only=True)
class TwoCompartment(AbstractPart):
    """A steroid in plasma and tissue: linear elimination, first-order exchange, power scaling by body weight.

    With s = weight / reference_weight,

        CL = clearance * s^clearance_exponent * exp(eta_clearance)
        Q  = intercompartmental_clearance * s^clearance_exponent
        V1 = central_volume * s^volume_exponent * exp(eta_central_volume)
        V2 = peripheral_volume * s^volume_exponent

        plasma         = central / V1                      nmol/L
        elimination    = eliminated_share * CL * central / V1      nmol/h, central to outside
        distribution   = Q * central / V1                  nmol/h, central to peripheral
        redistribution = Q * peripheral / V2               nmol/h, peripheral to central

    Plasma is total (bound and unbound) concentration. Amounts are held in ``central.{analyte}`` and
    ``peripheral.{analyte}``; doses go to ``central.{analyte}``. The woman's own CL and V1 are given as
    ``clearance.{analyte}`` and ``central_volume.{analyte}``, so a report or a later part need not repeat the scaling.

    `eliminated_share` is 1 where the steroid is followed alone. Where its metabolites are followed too, parts of the
    synthesis pathway take the rest of CL by flows of their own.

    Source:
        The structure of the published brexanolone population model (Wald et al., Clin Pharmacokinet 2022;61:1307-1319).
        Caveat: V1 is weakly identified there; short infusions and boluses lie outside what it was fitted to.
    """

    clearance: float = parameter("L/h", "total plasma clearance at the reference weight")
    central_volume: float = parameter("L", "central volume at the reference weight")
    intercompartmental_clearance: float = parameter("L/h", "exchange clearance at the reference weight")
    peripheral_volume: float = parameter("L", "peripheral volume at the reference weight")
    reference_weight: float = parameter("kg", "body weight the volumes and clearances are stated at")
    clearance_exponent: float = parameter("1", "power of relative weight on both clearances")
    volume_exponent: float = parameter("1", "power of relative weight on both volumes")
    eta_clearance: float = parameter("1", "the person's own deviation of ln clearance", 0.0)
    eta_central_volume: float = parameter("1", "the person's own deviation of ln central volume", 0.0)
    eliminated_share: float = parameter("1", "share of the clearance that this part takes outside", 1.0)
    analyte: str = "allopregnanolone"

    states = STATES
    needs = NEEDS
    gives = GIVES
    flows = FLOWS

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return total plasma concentration (nmol/L), clearance (L/h) and central volume (L) of the person."""
        clearance, _ = self._clearances(given["weight"])
        central, _ = self._volumes(given["weight"])
        return {"plasma": state["central"] / central, "clearance": clearance, "central_volume": central}

    def rates(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the three flows in nmol/h."""
        clearance, exchange = self._clearances(given["weight"])
        central, peripheral = self._volumes(given["weight"])
        return flow_rates(clearance, exchange, central, peripheral, state, self.eliminated_share)

    def _clearances(self, weight: Any) -> tuple[Any, Any]:
        scale = power(weight / self.reference_weight, self.clearance_exponent)
        return self.clearance * scale * exp(self.eta_clearance), self.intercompartmental_clearance * scale

    def _volumes(self, weight: Any) -> tuple[Any, Any]:
        scale = power(weight / self.reference_weight, self.volume_exponent)
        return self.central_volume * scale * exp(self.eta_central_volume), self.peripheral_volume * scale
