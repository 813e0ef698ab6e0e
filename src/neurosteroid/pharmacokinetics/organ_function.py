"""Kidney and liver that do less: numbers that dispositions read, and a clearance that changes with binding."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

from neurosteroid.engine import OUTSIDE, AbstractPart, Flow, Need, Value, parameter


@final
@dataclass(frozen=True, kw_only=True)
class RenalFunction(AbstractPart):
    """The glomerular filtration rate of a person whose kidneys are impaired.

    renal.gfr = gfr        mL/min
    """

    gfr: float = parameter("mL/min", "glomerular filtration rate")

    gives = (Value("gfr", "renal.gfr", "mL/min"),)

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the filtration rate in mL/min."""
        return {"gfr": self.gfr}


@final
@dataclass(frozen=True, kw_only=True)
class HepaticFunction(AbstractPart):
    """What an impaired liver, or kidney, leaves of the intrinsic clearance of one drug by the liver.

    hepatic.function.{analyte} = function        1 when healthy

    With an organ, the value is one factor of several, ``hepatic.function.{analyte}.by.liver``.
    """

    function: float = parameter("1", "share of the intrinsic clearance of a healthy liver")
    analyte: str = "zuranolone"
    factor: str = ""

    gives = (Value("function", "hepatic.function.{analyte}{factor}", "1"),)

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the share of the intrinsic clearance, 1."""
        return {"function": self.function}


@final
@dataclass(frozen=True, kw_only=True)
class BindingClearanceChange(AbstractPart):
    """An impaired liver that holds less protein and clears less of what is unbound.

    Total clearance of a drug that the liver removes slowly is its unbound fraction times its unbound clearance, so

        total clearance       CL' = CL * unbound_fraction_ratio * unbound_clearance_ratio
        extra elimination     (CL' - CL) * plasma                     nmol/h, central to outside; negative when CL' < CL
        unbound exposure      1 / unbound_clearance_ratio of the usual one, at one rate of infusion
        unbound_ratio.{analyte} = unbound_fraction_ratio              unbound over total, relative to a healthy person

    The flow stands beside that of the disposition, which stays what it is.

    Source:
        Rowland and Tozer, Clinical Pharmacokinetics, 4th ed. (2011), chapter 5.
    """

    unbound_fraction_ratio: float = parameter("1", "unbound fraction over that with a healthy liver")
    unbound_clearance_ratio: float = parameter("1", "clearance of unbound drug over that with a healthy liver")
    analyte: str = "allopregnanolone"

    needs = (
        Need("plasma", "plasma.{analyte}", "nmol/L"),
        Need("clearance", "clearance.{analyte}", "L/h"),
    )
    gives = (Value("unbound_ratio", "unbound_ratio.{analyte}", "1"),)
    flows = (Flow("change", "nmol/h", source="central.{analyte}", target=OUTSIDE),)

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return how much larger the unbound fraction is."""
        return {"unbound_ratio": self.unbound_fraction_ratio}

    def rates(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the extra elimination in nmol/h."""
        ratio = self.unbound_fraction_ratio * self.unbound_clearance_ratio
        return {"change": (ratio - 1) * given["clearance"] * given["plasma"]}
