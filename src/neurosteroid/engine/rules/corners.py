"""Corners: what the follower knows of courses beside the output times, where rules and doses act."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine.rules.plan import SAME_MOMENT

Array = NDArray[np.float64]
Indexes = NDArray[np.intp]


@final
@dataclass(frozen=True, eq=False)
class Changes:
    """C moments at which what is given may change, as they were met; n states.

    Attributes:
        person: (C,) positions in the batch.
        time: (C,) h.
        before: (C, n) states just before.
        after: (C, n) states right after; they differ from those before by single doses only.
    """

    person: Indexes
    time: Array
    before: Array
    after: Array


@final
@dataclass(frozen=True, eq=False)
class Corners:
    """Points of courses that the output times miss, sorted by person and time.

    A course bends where its rate of infusion changes: one point. It jumps at a single dose: two points, what was before
    standing one unit in the last place of the time before what is after. At an output time, which shows what holds
    after everything, only what was before a jump is a point of its own.

    Attributes:
        person: (C,) positions in the batch.
        time: (C,) h, rising for each person, between the first and the last output time.
        states: (C, n).
    """

    person: Indexes
    time: Array
    states: Array


def corners(changes: Sequence[Changes], output_times: Array) -> Corners:
    """Return the corners of courses read at output times (K,); changes of one person stand in the order of time."""
    person = np.concatenate([each.person for each in changes])
    time = np.concatenate([each.time for each in changes])
    before = np.concatenate([each.before for each in changes])
    after = np.concatenate([each.after for each in changes])
    within = (time > output_times[0] + SAME_MOMENT) & (time <= output_times[-1] + SAME_MOMENT)
    within &= np.isfinite(before).all(axis=1) & np.isfinite(after).all(axis=1)
    person, time, before, after = person[within], time[within], before[within], after[within]
    near = np.searchsorted(output_times, time - SAME_MOMENT)
    near = np.minimum(near, len(output_times) - 1)
    shown = np.abs(output_times[near] - time) <= SAME_MOMENT
    time = np.where(shown, output_times[near], time)
    order = np.lexsort((time, person))
    person, time, before, after, shown = person[order], time[order], before[order], after[order], shown[order]
    opens = np.ones(len(person), dtype=np.bool_)
    opens[1:] = (person[1:] != person[:-1]) | (np.diff(time) > SAME_MOMENT)
    first = np.flatnonzero(opens)
    last = np.append(first[1:], len(person))[: len(first)] - 1
    jumps = np.logical_or.reduceat((before != after).any(axis=1), first) if len(first) else np.zeros(0, dtype=np.bool_)
    beside = ~np.logical_or.reduceat(shown, first) if len(first) else jumps
    # within one moment only its beginning and its end have a meaning
    moment = np.maximum.reduceat(time, first) if len(first) else np.zeros(0)
    early = np.nextafter(moment[jumps], -np.inf)
    found = Corners(
        person=np.concatenate([person[first][jumps], person[first][beside]]),
        time=np.concatenate([early, moment[beside]]),
        states=np.concatenate([before[first][jumps], after[last][beside]]),
    )
    order = np.lexsort((found.time, found.person))
    return Corners(found.person[order], found.time[order], found.states[order])
