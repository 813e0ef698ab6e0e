"""Milk: in step with plasma, at a constant ratio."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

from neurosteroid.engine import AbstractPart, Need, Value, parameter


@final
@dataclass(frozen=True, kw_only=True)
class MilkPartition(AbstractPart):
    """Breast milk follows total plasma concentration without delay.

        milk = milk_to_plasma * plasma        nmol/L

    Source:
        The milk partition of Wald et al., Clin Pharmacokinet 2022;61:1307-1319. The ratio is an input: milk
        concentrations predicted from it do not test it.
    """

    milk_to_plasma: float = parameter("1", "milk to total plasma concentration")
    analyte: str = "allopregnanolone"

    needs = (Need("plasma", "plasma.{analyte}", "nmol/L"),)
    gives = (Value("milk", "milk.{analyte}", "nmol/L"),)

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return milk concentration in nmol/L."""
        return {"milk": self.milk_to_plasma * given["plasma"]}
