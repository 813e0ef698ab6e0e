"""A part of courses in time: what is reduced of them begins and ends at hours of one's choice."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def within_span(times: Array, values: Array, begin: float, end: float) -> tuple[Array, Array]:
    """Return courses of which only a span of time is left: times and values of the shapes given.

    What is before the span is moved to its beginning and what is after it to its end, with the value there, straight
    between the times. Pieces outside then have no length: extremes, hours, areas and first times of what is returned
    are those of the span.

    Args:
        times: (K,) for everybody or (P, K), h, rising.
        values: (P, K).
        begin: h, not before the first time.
        end: h, above `begin`, not after the last time.
    """
    clock = np.broadcast_to(times, values.shape)
    before, after = clock < begin, clock > end
    first = np.where(before, _at(clock, values, begin)[:, None], values)
    return np.clip(times, begin, end), np.where(after, _at(clock, values, end)[:, None], first)


def _at(clock: Array, values: Array, hour: float) -> Array:
    """Return the values (P,) at an hour."""
    place = np.clip(np.count_nonzero(clock < hour, axis=1), 1, clock.shape[1] - 1)
    rows = np.arange(len(values))
    early, late = clock[rows, place - 1], clock[rows, place]
    one, other = values[rows, place - 1], values[rows, place]
    share = np.clip((hour - early) / np.where(late > early, late - early, 1.0), 0.0, 1.0)
    return np.asarray(one + share * (other - one))
