"""Points just before doses into a vein, where a concentration jumps and an output time shows only what is after it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.dosing import Protocol, Route
from neurosteroid.engine.reducers import Points

Array = NDArray[np.float64]

_BEFORE: Final = 1e-8
"""Hours before a dose at which a course is read, in courses of up to `_LONG` hours; longer ones are told apart less."""

_LONG: Final = 1000.0


def dose_points(protocols: Sequence[Protocol], times: Array) -> Array:
    """Return the hours (C,), rising, at which courses jump between their output times, or are not shown to jump at one.

    For each single dose into a vein after the first output time (K,): just before it, and at it where that is no output
    time.
    """
    doses = [dose.time_h for item in protocols for dose in item.doses() if dose.route is Route.INTRAVENOUS]
    gap = _BEFORE * max(1.0, float(times[-1]) / _LONG)
    given = np.array(doses)[(np.array(doses) > times[0] + gap) & (np.array(doses) <= times[-1])] if doses else times[:0]
    found = np.concatenate([given - gap, given])
    following = np.minimum(np.searchsorted(times, found), len(times) - 1)
    near = np.minimum(np.abs(times[following] - found), np.abs(times[np.maximum(following - 1, 0)] - found))
    return np.unique(found[near > 0.5 * gap])


def with_points(times: Array, extra: Array) -> Array:
    """Return the hours (K + C,), rising, at which courses are read to be `split` again."""
    return np.sort(np.concatenate([times, extra]))


def split(times: Array, extra: Array, courses: Mapping[str, Array]) -> tuple[dict[str, Array], Points | None]:
    """Return what courses (P, K + C) show at output times (K,) and at `dose_points` (C,); None where there are none."""
    if not len(extra):
        return dict(courses), None
    together = with_points(times, extra)
    shown, beside = np.searchsorted(together, times), np.searchsorted(together, extra)
    people = len(next(iter(courses.values())))
    points = Points(
        person=np.repeat(np.arange(people), len(extra)),
        time=np.tile(extra, people),
        values={name: found[:, beside].ravel() for name, found in courses.items()},
    )
    return {name: found[:, shown] for name, found in courses.items()}, points
