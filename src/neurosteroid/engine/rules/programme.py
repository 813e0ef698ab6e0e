"""Programmes: a pump's staircase of rates and a list of single doses, as they are planned before any rule acts."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from enum import StrEnum
from typing import final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.errors import InputError

Array = NDArray[np.float64]


class Clock(StrEnum):
    """What a hold does to the rest of the programme."""

    CONTINUES = "continues"
    """the programme's clock runs on: steps and doses that fall into the hold are lost, and the end does not move"""
    WAITS = "waits"
    """the programme's clock stands still: what was left at the hold is given after it, and everything ends later"""


@final
@dataclass(frozen=True, eq=False)
class PlannedDose:
    """A single dose; `scale` is state unit per unit of `amount`, one number or one per person (P,)."""

    time: float
    amount: float
    unit: str
    state: str
    scale: float | Array = 1.0


@final
@dataclass(frozen=True, eq=False)
class Programme:
    """What is given to P people as long as no rule acts.

    Attributes:
        state: that the pump's infusion enters; None without one.
        times: (B,) h, rising; `rates[i]` holds from `times[i]` until `times[i + 1]`, the last one for ever.
        rates: (B,) in `unit`.
        unit: of the rates.
        scale: state unit per h for one `unit`, one number or one per person (P,).
        doses: single doses, in order of time.
        clock: what a hold does to the rest.
        first_level: the highest step allowed at the start, an index into `levels`; None: as programmed.

    Raises:
        InputError: times that do not rise, rates or amounts that are negative, or a level that is not there.
    """

    state: str | None = None
    times: Array | tuple[float, ...] = ()
    rates: Array | tuple[float, ...] = ()
    unit: str = "1"
    scale: float | Array = 1.0
    doses: tuple[PlannedDose, ...] = ()
    clock: Clock = Clock.CONTINUES
    first_level: int | None = None

    def __post_init__(self) -> None:
        times, rates = np.asarray(self.times, float), np.asarray(self.rates, float)
        if times.shape != rates.shape or times.ndim != 1 or (len(times) > 0) != (self.state is not None):
            raise InputError("a programme has one rate for each time, and a state that they enter.")
        due = [dose.time for dose in self.doses]
        if np.any(np.diff(times) <= 0.0) or due != sorted(due):
            raise InputError("the times of a programme rise, and its doses are in order of time.")
        given = np.array([*rates, *(dose.amount for dose in self.doses)])
        if not np.all(np.isfinite(given)) or np.any(given < 0.0):
            raise InputError("rates and doses are finite numbers of 0 or more.")
        if self.first_level is not None and not 0 <= self.first_level < len(self.levels):
            raise InputError(f"there is no step {self.first_level}; the programme has {len(self.levels)}.")

    @functools.cached_property
    def by_doses(self) -> bool:
        """Whether the steps are amounts of single doses: there is no infusion, and all doses have one unit."""
        return self.state is None and len({dose.unit for dose in self.doses}) == 1

    @functools.cached_property
    def levels(self) -> Array:
        """(L,) the steps, rising: the different rates of the pump, or amounts of the doses when there is no pump."""
        values = [dose.amount for dose in self.doses] if self.by_doses else list(np.asarray(self.rates, float))
        return np.unique([value for value in values if value > 0.0])

    @functools.cached_property
    def end(self) -> float:
        """Hour after which nothing is planned; infinite when the last rate is not 0."""
        times, rates = np.asarray(self.times, float), np.asarray(self.rates, float)
        if len(rates) and rates[-1] > 0.0:
            return np.inf
        return max([*times[-1:], *(dose.time for dose in self.doses[-1:])], default=0.0)
