"""Disposition as a drug label states it: clearance and volume in proportion to body weight, and a half-life."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

from neurosteroid.engine import AbstractPart, parameter
from neurosteroid.pharmacokinetics.label import disposition_from_label, exchange_clearance
from neurosteroid.pharmacokinetics.two_compartments import FLOWS, GIVES, NEEDS, STATES, flow_rates


@final
@dataclass(frozen=True, kw_only=True)
class TwoCompartmentFromHalfLife(AbstractPart):
    """Two compartments with a label's clearance, steady-state volume and terminal half-life; all scale with weight.

        CL = clearance * weight,   Vss = steady_state_volume * weight
        V1 = central_fraction * Vss,   V2 = (1 - central_fraction) * Vss
        Q  gives the stated terminal half-life; see `neurosteroid.pharmacokinetics.label.exchange_clearance`

        plasma         = central / V1                      nmol/L
        elimination    = eliminated_share * CL * central / V1      nmol/h, central to outside
        distribution   = Q * central / V1                  nmol/h, central to peripheral
        redistribution = Q * peripheral / V2               nmol/h, peripheral to central

    `central_fraction` is the one parameter that no label states. It moves the first hours after a change of rate
    and the level of the fall after the infusion: plateau, area to infinity and terminal half-life do not depend on it.

    `eliminated_share` is 1 where the steroid is followed alone. Where its metabolites are followed too, parts of the
    synthesis pathway take the rest of CL by flows of their own.

    Raises:
        InputError: stated numbers that exclude each other; see `disposition_from_label`.
    """

    clearance: float = parameter("L/h/kg", "total plasma clearance per body weight")
    steady_state_volume: float = parameter("L/kg", "volume of distribution at steady state per body weight")
    terminal_half_life: float = parameter("h", "terminal half-life")
    central_fraction: float = parameter("1", "share of the steady-state volume that is central")
    eliminated_share: float = parameter("1", "share of the clearance that this part takes outside", 1.0)
    analyte: str = "allopregnanolone"

    states = STATES
    needs = NEEDS
    gives = GIVES
    flows = FLOWS

    def __post_init__(self) -> None:
        disposition_from_label(self.clearance, self.steady_state_volume, self.terminal_half_life, self.central_fraction)

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return total plasma concentration (nmol/L), clearance (L/h) and central volume (L) of the person."""
        central = self.central_fraction * self.steady_state_volume * given["weight"]
        return {
            "plasma": state["central"] / central,
            "clearance": self.clearance * given["weight"],
            "central_volume": central,
        }

    def rates(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the three flows in nmol/h; body weight cancels from every rate constant."""
        first = self.central_fraction * self.steady_state_volume
        second = (1 - self.central_fraction) * self.steady_state_volume
        exchange = exchange_clearance(
            self.clearance, self.steady_state_volume, self.terminal_half_life, self.central_fraction
        )
        return flow_rates(self.clearance, exchange, first, second, state, self.eliminated_share)
