"""Draft of a timeline: unordered moments of a group of people, then laid out in the order in which they happen."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine.sensitivity.motion import DraftSlopes

Array = NDArray[np.float64]
Places = NDArray[np.intp]

GENERATED: Final = 0
"""Rank of what records bring about later (further and lagged doses, infusion ends): before records at the same time."""

OUTPUT: Final = 10**12
"""Rank of requested output times: after everything else at the same time."""

LAST: Final = 2 * 10**12
"""Rank of what nobody sees any more."""

SAME_TIME: Final = 1e-12
"""Moments closer than this fraction of the longest time (at least of 1 h) are one moment: 3 * 0.1 h is 0.3 h."""


def record_rank(position: int, step: int = 1) -> int:
    """Return the rank of a record in its list; step 0 comes just before it and 2 just after it."""
    return 4 * (position + 1) + step


@final
@dataclass(eq=False)
class Draft:
    """Moments of G people who share a schedule; a time is one number or one per person (G,).

    Moments are numbered in the order in which they are added, and after them come the requested output times; `Layout`
    says where each person meets them.
    """

    people: int
    outputs: Array
    """(T,) or (G, T) requested output times"""
    times: list[float | Array] = field(default_factory=list)
    ranks: list[int | NDArray[np.int64]] = field(default_factory=list)
    boluses: list[tuple[int, int, float | Array]] = field(default_factory=list)
    """(moment, state, amount)"""
    infusions: list[tuple[int, int, int, float | Array]] = field(default_factory=list)
    """(moment of start, moment of end, state, rate)"""
    slopes: DraftSlopes | None = None
    """how all this moves with parameters, when sensitivities are asked for"""

    def add(self, time: float | Array, rank: int | NDArray[np.int64]) -> int:
        """Add a moment and return its number."""
        self.times.append(shared(time))
        varied = not isinstance(rank, int) and np.ptp(rank)
        self.ranks.append(rank if varied else int(np.asarray(rank).flat[0]))
        return len(self.times) - 1


@final
@dataclass(frozen=True, eq=False)
class Layout:
    """Moments in the order in which they happen, for L = 1 (all people alike) or L = G people.

    Attributes:
        times: (L, M) h, not decreasing.
        places: (L, M) where each moment stands in that order.
    """

    times: Array
    places: Places


def lay_out(draft: Draft) -> Layout:
    """Order the moments of a draft by time, and at the same time by rank and then by number."""
    outputs = np.atleast_2d(draft.outputs)
    outputs = outputs[:1] if bool((outputs == outputs[:1]).all()) else outputs
    count = len(draft.times)
    total = count + outputs.shape[1]
    if total == 0:
        return Layout(np.zeros((1, 0)), np.zeros((1, 0), dtype=np.intp))
    alike = len(outputs) == 1 and all(isinstance(item, float | int) for item in (*draft.times, *draft.ranks))
    rows = 1 if alike else draft.people
    times = np.empty((rows, total))
    ranks = np.empty((rows, total), dtype=np.int64)
    times[:, count:], ranks[:, count:] = outputs, OUTPUT
    if alike:
        times[0, :count], ranks[0, :count] = draft.times, draft.ranks
    else:
        for column, (time, rank) in enumerate(zip(draft.times, draft.ranks, strict=True)):
            times[:, column] = time
            ranks[:, column] = rank
    order = np.argsort(times, axis=1, kind="stable")
    ordered = np.take_along_axis(times, order, axis=1)
    tolerance = same_time(ordered[:, -1:], ordered[:, :1])
    opens = np.diff(ordered, axis=1, prepend=-np.inf) > tolerance
    cluster = np.cumsum(opens, axis=1)
    # A moment takes the time of the first of its cluster.
    firsts = np.maximum.accumulate(np.where(opens, np.arange(ordered.shape[1]), 0), axis=1)
    ordered = np.take_along_axis(ordered, firsts, axis=1)
    within = np.lexsort((order, np.take_along_axis(ranks, order, axis=1), cluster), axis=1)
    order = np.take_along_axis(order, within, axis=1)
    places = np.empty_like(order)
    np.put_along_axis(places, order, np.broadcast_to(np.arange(order.shape[1]), order.shape), axis=1)
    return Layout(ordered, places)


def same_time(*times: float | Array) -> float | Array:
    """Return the gap in h below which two times count as one, for times up to the given ones."""
    largest: float | Array = 1.0
    for time in times:
        largest = np.maximum(largest, np.abs(time))
    return SAME_TIME * largest


def shared(value: float | Array) -> float | Array:
    """Return one number when everybody has the same, else the array."""
    if isinstance(value, float) or np.ndim(value) == 0:
        return float(value)
    array = np.asarray(value, dtype=np.float64)
    if array.size and array[0] != array[-1]:
        return array
    return float(array[0]) if array.size and np.all(array == array[0]) else array
