"""The shape of a compartment."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

from neurosteroid.engine import AbstractPart, Value, parameter


@final
@dataclass(frozen=True, kw_only=True)
class Cylinder(AbstractPart):
    """A cylinder of diameter d and length L without its ends: area pi d L, volume pi d^2 L / 4."""

    diameter: float = parameter("um", "of the cylinder")
    length: float = parameter("um", "of the cylinder")

    gives = (Value("area", "cell.area", "um^2"), Value("volume", "cell.volume", "um^3"))

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return area and volume."""
        area = math.pi * self.diameter * self.length
        return {"area": area, "volume": area * self.diameter / 4}
