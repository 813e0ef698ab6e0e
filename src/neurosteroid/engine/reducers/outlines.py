"""Outlines: courses at common times with further points of single people put in their places."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Indexes = NDArray[np.intp]


@final
@dataclass(frozen=True, eq=False)
class Points:
    """C points of single people's courses beside the common times, sorted by person and time.

    Attributes:
        person: (C,) positions in the batch.
        time: (C,) h; none of them is a common time.
        values: output name to (C,).
    """

    person: Indexes
    time: Array
    values: Mapping[str, Array]


@final
@dataclass(frozen=True, eq=False)
class Outline:
    """Courses of A people who have equally many points, M times each.

    Attributes:
        who: (A,) positions in the batch.
        times: (A, M) h, rising.
        values: output name to (A, M).
    """

    who: Indexes
    times: Array
    values: Mapping[str, Array]


def outlines(times: Array, values: Mapping[str, Array], points: Points) -> Iterator[Outline]:
    """Yield the outlines of all who have points, those with equally many together, so that nothing has to be padded.

    Args:
        times: (K,) h, rising.
        values: output name to (P, K).
        points: of the same outputs.
    """
    people, begin, count = np.unique(points.person, return_index=True, return_counts=True)
    for many in np.unique(count).tolist():
        chosen = count == many
        who = np.asarray(people[chosen], dtype=np.intp)
        place = begin[chosen, None] + np.arange(many)
        own = np.concatenate([np.broadcast_to(times, (len(who), len(times))), points.time[place]], axis=1)
        order = np.argsort(own, axis=1)
        joined = {
            name: np.concatenate([courses[who], points.values[name][place]], axis=1) for name, courses in values.items()
        }
        yield Outline(
            who,
            np.take_along_axis(own, order, axis=1),
            {name: np.take_along_axis(courses, order, axis=1) for name, courses in joined.items()},
        )
