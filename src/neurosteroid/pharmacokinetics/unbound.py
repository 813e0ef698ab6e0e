"""What of a drug in plasma is not bound to protein, at a constant fraction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

from neurosteroid.engine import AbstractPart, Need, Value, parameter


@final
@dataclass(frozen=True, kw_only=True)
class ConstantUnboundFraction(AbstractPart):
    """Unbound drug in plasma in proportion to all of it: binding far from saturation.

    unbound = unbound_fraction * plasma        nmol/L

    The fraction is that of the drug's card; plasma proteins are not followed.
    """

    unbound_fraction: float = parameter("1", "unbound over total plasma concentration")
    analyte: str = "zuranolone"

    needs = (Need("plasma", "plasma.{analyte}", "nmol/L"),)
    gives = (Value("unbound", "unbound.{analyte}", "nmol/L"),)

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return unbound plasma concentration in nmol/L."""
        return {"unbound": self.unbound_fraction * given["plasma"]}
