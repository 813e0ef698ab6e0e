"""Random events: the cumulative hazard is a state, and the event happens where it reaches a person's own threshold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

from neurosteroid.engine.maths import exp, less, log, where
from neurosteroid.engine.part import AbstractPart
from neurosteroid.engine.ports import Need, State, Value, parameter


@final
@dataclass(frozen=True, kw_only=True)
class RandomEvent(AbstractPart):
    """The first occurrence of an event with a given hazard.

        d cumulative / dt = hazard                     the chance not to have had it yet is exp(-cumulative)
        threshold         = -log(1 - draw)             exponential with mean 1 when the draw is uniform
        excess            = cumulative - threshold     the event happens where it becomes 0

    Settings: `name` makes the ports ``{name}.cumulative_hazard``, ``{name}.excess``, ``{name}.survival`` and
    ``{name}.occurred`` (0 before the event and 1 after it); the hazard is the port ``{name}.hazard``, in 1/h.

    `draw` is one uniform number between 0 and 1 for each person, from her own stream, so the moment is hers whoever
    else is followed. A rule that watches ``{name}.excess >= 0`` finds it exactly; the draw of 1/2 is the median person.
    """

    draw: float = parameter("1", "the person's place among people, uniform between 0 and 1", 0.5)
    name: str = "event"

    states = (State("cumulative", "{name}.cumulative_hazard", "1"),)
    needs = (Need("hazard", "{name}.hazard", "1/h"),)
    gives = (
        Value("excess", "{name}.excess", "1"),
        Value("survival", "{name}.survival", "1"),
        Value("occurred", "{name}.occurred", "1"),
    )

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the excess over the threshold, the chance not to have had the event, and whether it has happened."""
        excess = state["cumulative"] + log(1 - self.draw)
        return {
            "excess": excess,
            "survival": exp(-state["cumulative"]),
            "occurred": where(less(excess, 0.0), 0.0, 1.0),
        }

    def rates(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return d cumulative / dt = hazard, 1/h."""
        return {"cumulative": given["hazard"]}
