"""Dosing intervals: what a repeated dose does from one dose to the next, as bioequivalence and labels report it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.dosing import Protocol
from neurosteroid.engine.reducers import within_span
from neurosteroid.pharmacokinetics.areas import area

Array = NDArray[np.float64]
_SAME: Final = 1e-6  # h, and share of an amount: what differs by less is equal


@final
@dataclass(frozen=True)
class Interval:
    """From one dose to the next.

    Attributes:
        dose: number of the dose, from 1.
        begin, end: h.
    """

    dose: int
    begin: float
    end: float

    def compute(self, times: Array, course: Array) -> Mapping[str, Array]:
        """Return what an interval is told by, each (P,), of courses (P, K) at times (K,) or (P, K).

        c_max = max C        t_max = its time - begin
        c_trough = C(end)    c_average = AUC(begin, end) / (end - begin)
        """
        clock, inside = within_span(times, course, self.begin, self.end)
        place = np.argmax(inside, axis=1)
        people = np.arange(len(course))
        return {
            "c_max": inside[people, place],
            "t_max": np.broadcast_to(clock, inside.shape)[people, place] - self.begin,
            "c_trough": inside[:, -1],
            "c_average": np.asarray(area(times, course, self.begin, self.end)) / (self.end - self.begin),
        }


@final
@dataclass(frozen=True)
class Repeated:
    """The dosing intervals of a protocol inside follow-up.

    Attributes:
        intervals: in order; the last dose has one where follow-up goes on for as long as the one before.
        alike: whether all doses and all intervals are equal, so that the last over the first is accumulation.
    """

    intervals: tuple[Interval, ...]
    alike: bool

    @property
    def first(self) -> Interval:
        """After the first dose."""
        return self.intervals[0]

    @property
    def last(self) -> Interval:
        """The last one that is whole."""
        return self.intervals[-1]

    @property
    def hours(self) -> tuple[float, ...]:
        """Begins and ends of all intervals."""
        return (*(each.begin for each in self.intervals), self.last.end)


def repeated(protocol: Protocol, until: float) -> Repeated | None:
    """Return the dosing intervals of single doses; None where there are less than two of them or an infusion runs.

    Args:
        protocol: what is given; with rules nobody knows ahead when, so that it has no intervals.
        until: h, end of follow-up.
    """
    doses = protocol.doses()
    given = np.unique([dose.time_h for dose in doses])
    if protocol.rules or len(given) < 2 or np.any(protocol.ladder().rates > 0.0):
        return None
    ends = np.append(given[1:], 2.0 * given[-1] - given[-2])
    inside = ends <= until + _SAME
    found = tuple(
        Interval(place + 1, float(given[place]), min(float(ends[place]), until))
        for place in np.flatnonzero(inside).tolist()
    )
    if len(found) < 2:
        return None
    amounts, lengths = np.array([dose.amount for dose in doses]), np.diff(given)
    alike = bool(
        len(given) == len(doses)
        and len({dose.unit for dose in doses}) == 1
        and np.ptp(amounts) <= _SAME * amounts[0]
        and np.ptp(lengths) <= _SAME
    )
    return Repeated(found, alike)
