"""Current that an electrode brings into a cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

from neurosteroid.engine import AbstractPart, Value, parameter
from neurosteroid.engine.maths import less, where


@final
@dataclass(frozen=True, kw_only=True)
class CurrentStep(AbstractPart):
    """A holding current, and a step on top of it from `begin` until `end`; inward (depolarising) is positive."""

    holding: float = parameter("pA", "current throughout", 0.0)
    amplitude: float = parameter("pA", "of the step", 0.0)
    begin: float = parameter("ms", "when the step begins", 0.0)
    end: float = parameter("ms", "when the step ends", 0.0)

    gives = (Value("current", "stimulus.current", "pA"),)

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the current in pA; t in ms."""
        stepped = where(less(t, self.end), self.amplitude, 0.0)
        return {"current": self.holding + where(less(t, self.begin), 0.0, stepped)}


@final
@dataclass(frozen=True, kw_only=True)
class VoltageClamp(AbstractPart):
    """A membrane that is held: in place of a cell, so that whatever reads its voltage reads the command.

    A perfect clamp, without series resistance.
    """

    command: float = parameter("mV", "voltage at which the membrane is held")

    gives = (Value("voltage", "membrane.voltage", "mV"),)

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the voltage in mV."""
        return {"voltage": self.command}
