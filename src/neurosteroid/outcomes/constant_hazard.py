"""A hazard that stays the same: how often a random event happens to those at risk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

from neurosteroid.engine import AbstractPart, Value, parameter


@final
@dataclass(frozen=True, kw_only=True)
class ConstantHazard(AbstractPart):
    """A hazard that does not change with time or concentration.

        hazard = rate * frailty                        1/h

    Settings: `name` makes the port ``{name}.hazard``, which a `RandomEvent` accumulates. The frailty multiplies the
    hazard of one person; 1 is typical.
    """

    rate: float = parameter("1/h", "events per hour at risk")
    frailty: float = parameter("1", "the person's hazard over the typical one", 1.0)
    name: str = "event"

    gives = (Value("hazard", "{name}.hazard", "1/h"),)

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the hazard, 1/h."""
        return {"hazard": self.rate * self.frailty}
