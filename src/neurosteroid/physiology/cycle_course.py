"""What a course of hormones says about the cycle: its surges, its period, the peaks of one cycle, medians by phase."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.errors import InputError

Array = NDArray[np.float64]

DAY: Final = 24.0  # h
HORMONES: Final = ("plasma.lh", "plasma.fsh", "plasma.estradiol", "plasma.progesterone")
"""The outputs that describe a cycle."""

_ALONE: Final = 8 * DAY
"""A surge is the highest LH within this time on either side: daily drug effects and shoulders are not surges."""
_STANDS_OUT: Final = 2.5
"""A surge is at least this many times the median LH of its course."""


@final
@dataclass(frozen=True, kw_only=True)
class PhaseDays:
    """Where the phases of a cycle lie, in days from its LH peak.

    Attributes:
        luteal_length: from the LH peak to the next menses; the cycle before it began this long after its own LH peak.
        ovulation_half_width: the ovulation phase reaches this far to both sides of the LH peak.
    """

    luteal_length: float
    ovulation_half_width: float


@final
@dataclass(frozen=True, eq=False)
class Cycle:
    """One cycle of a course.

    Attributes:
        surge: time of its LH peak, h.
        period: time since the LH peak before it, d.
        days: (T,) d from its LH peak.
        courses: hormone to its course (T,).
    """

    surge: float
    period: float
    days: Array
    courses: Mapping[str, Array]

    def between(self, first: float, last: float) -> NDArray[np.bool_]:
        """Return (T,) which times lie between two days from the LH peak."""
        return (self.days >= first) & (self.days <= last)

    def highest(self, hormone: str, first: float, last: float) -> tuple[float, float]:
        """Return the highest value of a hormone between two days, and its day."""
        inside = self.between(first, last)
        course = self.courses[hormone][inside]
        return float(course.max()), float(self.days[inside][course.argmax()])

    def median(self, hormone: str, phase: str, where: PhaseDays) -> float:
        """Return the median over time of a hormone in the ``"follicular"``, ``"ovulation"`` or ``"luteal"`` phase.

        Raises:
            InputError: another phase.
        """
        return float(np.median(self.courses[hormone][self.between(*self.phase(phase, where))]))

    def phase(self, phase: str, where: PhaseDays) -> tuple[float, float]:
        """Return the days from the LH peak at which a phase begins and ends.

        Raises:
            InputError: another phase than ``"follicular"``, ``"ovulation"`` or ``"luteal"``.
        """
        half = where.ovulation_half_width
        phases = {
            "follicular": (where.luteal_length - self.period, -half),
            "ovulation": (-half, half),
            "luteal": (half, where.luteal_length),
        }
        if phase not in phases:
            raise InputError(f"'{phase}' is not a phase of the cycle: follicular, ovulation or luteal.")
        return phases[phase]


def surges(times: Array, lh: Array) -> NDArray[np.intp]:
    """Return the positions of the LH peaks in a course (T,) over evenly spaced times (T,) in h."""
    if not np.isfinite(lh).all():
        return np.zeros(0, dtype=np.intp)
    inner = lh[1:-1]
    found = np.nonzero((inner > lh[:-2]) & (inner >= lh[2:]) & (inner > _STANDS_OUT * np.median(lh)))[0] + 1
    reach = round(_ALONE / (times[1] - times[0]))
    alone = [place for place in found if lh[place] >= lh[max(place - reach, 0) : place + reach + 1].max()]
    return np.array(alone, dtype=np.intp)


def last_cycle(times: Array, courses: Mapping[str, Array], luteal_length: float) -> Cycle | None:
    """Return the last cycle whose luteal phase the course holds to its end, or None where there is none.

    Args:
        times: (T,) h, evenly spaced.
        courses: hormone to its course (T,); ``plasma.lh`` among them.
        luteal_length: d from the LH peak to menses.
    """
    found = surges(times, courses["plasma.lh"])
    whole = [index for index in range(1, len(found)) if times[-1] - times[found[index]] >= luteal_length * DAY]
    if not whole:
        return None
    peak, before = found[whole[-1]], found[whole[-1] - 1]
    return Cycle(
        surge=float(times[peak]),
        period=float(times[peak] - times[before]) / DAY,
        days=(times - times[peak]) / DAY,
        courses=courses,
    )
