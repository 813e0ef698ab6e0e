"""Progestins that no enzyme of the pathway takes: by mouth, in plasma and tissue, and out again."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

from neurosteroid.engine import OUTSIDE, AbstractPart, Flow, State, Value, parameter
from neurosteroid.engine.maths import exp
from neurosteroid.pharmacokinetics.two_compartments import FLOWS, STATES, flow_rates


@final
@dataclass(frozen=True, kw_only=True)
class Progestin(AbstractPart):
    """A progestin by mouth in one volume; nothing of it enters a pool of the synthesis pathway.

        absorption  = ln 2 / absorption_half_life * depot        nmol/h
        plasma      = central / volume * exp(eta_exposure)       nmol/L, volume and clearance over availability
        elimination = clearance * central / volume               nmol/h, central to outside

    A woman's own `eta_exposure` lowers volume and clearance over availability alike: her half-life does not move. That
    no flow leads to 5alpha-dihydroprogesterone or allopregnanolone is what sets these steroids apart from
    progesterone; they are here so that both can be given to one person and compared.
    """

    absorption_half_life: float = parameter("h", "half-life of absorption")
    clearance: float = parameter("L/h", "plasma clearance over availability by mouth")
    volume: float = parameter("L", "volume over availability by mouth")
    eta_exposure: float = parameter("1", "the woman's own deviation of ln concentration", 0.0)
    analyte: str = "medroxyprogesterone"

    states = (
        State("depot", "depot.oral.{analyte}", "nmol"),
        State("central", "central.{analyte}", "nmol"),
    )
    gives = (Value("plasma", "plasma.{analyte}", "nmol/L"),)
    flows = (
        Flow("absorption", "nmol/h", source="depot.oral.{analyte}", target="central.{analyte}"),
        Flow("elimination", "nmol/h", source="central.{analyte}", target=OUTSIDE),
    )

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return plasma concentration in nmol/L."""
        return {"plasma": state["central"] / self.volume * exp(self.eta_exposure)}

    def rates(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return both flows in nmol/h."""
        return {
            "absorption": math.log(2) / self.absorption_half_life * state["depot"],
            "elimination": self.clearance * state["central"] / self.volume,
        }


@final
@dataclass(frozen=True, kw_only=True)
class ProgestinInTissue(AbstractPart):
    """A progestin by mouth in two volumes; nothing of it enters a pool of the synthesis pathway.

        absorption     = ln 2 / absorption_half_life * depot                            nmol/h
        plasma         = central / central_volume * exp(eta_exposure)                   nmol/L
        elimination    = clearance * central / central_volume                           nmol/h, central to outside
        distribution   = intercompartmental_clearance * central / central_volume        nmol/h, central to peripheral
        redistribution = intercompartmental_clearance * peripheral / peripheral_volume  nmol/h, peripheral to central

    Clearances and volumes are over availability by mouth; a woman's own `eta_exposure` lowers them all alike.
    """

    absorption_half_life: float = parameter("h", "half-life of absorption")
    clearance: float = parameter("L/h", "plasma clearance over availability by mouth")
    central_volume: float = parameter("L", "central volume over availability by mouth")
    peripheral_volume: float = parameter("L", "peripheral volume over availability by mouth")
    intercompartmental_clearance: float = parameter("L/h", "exchange clearance over availability by mouth")
    eta_exposure: float = parameter("1", "the woman's own deviation of ln concentration", 0.0)
    analyte: str = "dydrogesterone"

    states = (State("depot", "depot.oral.{analyte}", "nmol"), *STATES)
    gives = (Value("plasma", "plasma.{analyte}", "nmol/L"),)
    flows = (Flow("absorption", "nmol/h", source="depot.oral.{analyte}", target="central.{analyte}"), *FLOWS)

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return plasma concentration in nmol/L."""
        return {"plasma": state["central"] / self.central_volume * exp(self.eta_exposure)}

    def rates(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the four flows in nmol/h."""
        return {
            "absorption": math.log(2) / self.absorption_half_life * state["depot"],
            **flow_rates(
                self.clearance,
                self.intercompartmental_clearance,
                self.central_volume,
                self.peripheral_volume,
                state,
            ),
        }
