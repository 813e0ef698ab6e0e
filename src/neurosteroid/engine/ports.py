"""Ports: what a part needs, gives, holds and moves, each with its unit."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, Final

OUTSIDE: Final = "outside"
"""The end of a flow that is not a state: the body's surroundings, or what has been metabolised."""

DOSE_PROPERTIES: Final = ("bioavailability", "lag", "infusion_rate", "infusion_duration")
"""Value ports named ``<state>.<property>`` say how doses into that state arrive."""


def dose_property_unit(kind: str, state_unit: str) -> str:
    """Return the unit in which the solvers take a dose property of a state held in `state_unit`."""
    return {"bioavailability": "1", "infusion_rate": f"{state_unit}/h"}.get(kind, "h")


@dataclass(frozen=True)
class State:
    """A quantity that is integrated.

    Attributes:
        local: the name inside the part.
        name: the global port name; ``{field}`` is filled from the part's settings.
        unit: of the state; its rate is this unit per hour.
        initial: the part's parameter that holds the starting value, in a unit of its own, or None for 0.
    """

    local: str
    name: str
    unit: str
    initial: str | None = None


@dataclass(frozen=True)
class Need:
    """A value or state that another part, or a covariate, must supply."""

    local: str
    name: str
    unit: str


@dataclass(frozen=True)
class Value:
    """An algebraic output; a value has exactly one giver."""

    local: str
    name: str
    unit: str


@dataclass(frozen=True)
class Flow:
    """An amount per time from one state to another, or from or to `OUTSIDE`.

    Several flows may share an end; they are summed and enter both ends, so mass balance holds by construction.
    """

    local: str
    unit: str
    source: str
    target: str


@dataclass(frozen=True)
class Covariate:
    """A property of the person that no part gives: constant, or constant between records."""

    name: str
    unit: str


def parameter(unit: str, meaning: str, default: float | None = None) -> Any:
    """Declare a numeric field of a part: its unit and its meaning, in words.

    The default is for neutral values only (an effect of 0, a ratio of 1); numbers of science come from cards.
    """
    metadata = {"unit": unit, "meaning": meaning}
    if default is None:
        return dataclasses.field(metadata=metadata)
    return dataclasses.field(default=default, metadata=metadata)
