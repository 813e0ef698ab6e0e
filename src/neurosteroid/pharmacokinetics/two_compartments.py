"""What every way of stating two compartments shares: the ports of plasma and tissue, and the flows between them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from neurosteroid.engine import OUTSIDE, Flow, Need, State, Value

STATES: Final = (
    State("central", "central.{analyte}", "nmol"),
    State("peripheral", "peripheral.{analyte}", "nmol"),
)
NEEDS: Final = (Need("weight", "person.weight", "kg"),)
GIVES: Final = (
    Value("plasma", "plasma.{analyte}", "nmol/L"),
    Value("clearance", "clearance.{analyte}", "L/h"),
    Value("central_volume", "central_volume.{analyte}", "L"),
)
FLOWS: Final = (
    Flow("elimination", "nmol/h", source="central.{analyte}", target=OUTSIDE),
    Flow("distribution", "nmol/h", source="central.{analyte}", target="peripheral.{analyte}"),
    Flow("redistribution", "nmol/h", source="peripheral.{analyte}", target="central.{analyte}"),
)


def flow_rates(
    clearance: Any, exchange: Any, central: Any, peripheral: Any, state: Mapping[str, Any], eliminated: Any = 1.0
) -> dict[str, Any]:
    """Return the three flows in nmol/h.

        elimination    = e * CL * A1 / V1      central to outside
        distribution   = Q * A1 / V1           central to peripheral
        redistribution = Q * A2 / V2           peripheral to central

    Args:
        clearance: CL, L/h, or L/h/kg when the volumes are per body weight too: weight cancels.
        exchange: Q, in the unit of CL.
        central: V1, L or L/kg.
        peripheral: V2, in the unit of V1.
        state: amounts A1 (``central``) and A2 (``peripheral``), nmol.
        eliminated: e, the share of CL that ends outside; other parts convert the rest.
    """
    return {
        "elimination": eliminated * clearance * state["central"] / central,
        "distribution": exchange * state["central"] / central,
        "redistribution": exchange * state["peripheral"] / peripheral,
    }
