"""When and how long courses lie between two limits."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def hours_within(times: Array, values: Array, low: float, high: float) -> Array:
    """Return the hours (P,) at which values (P, K), straight between the times (K,) or (P, K), lie between two limits.

    An interval from a to b spends the share (min(b', high) - max(a', low)) / (b' - a') of its length inside, with a'
    the smaller and b' the larger of the two; so a crossing is placed where it falls, not at the next time.
    """
    lower, upper = np.minimum(values[:, :-1], values[:, 1:]), np.maximum(values[:, :-1], values[:, 1:])
    covered = np.maximum(np.minimum(upper, high) - np.maximum(lower, low), 0.0)
    flat = upper <= lower
    upper -= lower
    upper[flat] = 1.0
    covered /= upper
    np.copyto(covered, (lower >= low) & (lower <= high), where=flat)
    covered *= np.diff(times)
    # a sum and not a product with the lengths: it rounds alike whatever the number of threads
    return np.asarray(covered.sum(axis=1))


def first_time_within(times: Array, values: Array, low: float, high: float) -> Array:
    """Return the first time (P,) at which values (P, K), straight between the times, lie between two limits.

    The times are (K,) for everybody or (P, K).

    NaN where they never do, or where a value is missing before they do.
    """
    before, after = values[:, :-1], values[:, 1:]
    starts = (values >= low) & (values <= high)
    enters = starts[:, 1:] | ((before < low) & (after > high)) | ((before > high) & (after < low))
    inside = np.concatenate([starts[:, :1], enters], axis=1)
    place = np.argmax(inside, axis=1)
    rows = np.arange(len(values))
    until = np.maximum(place - 1, 0)
    one, other = values[rows, until], values[rows, place]
    limit = np.where(one < low, low, high)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(place == 0, 0.0, (limit - one) / (other - one))
    clock = np.broadcast_to(times, values.shape)
    found = clock[rows, until] + share * (clock[rows, place] - clock[rows, until])
    missing = np.isnan(values)
    complete = ~missing.any(axis=1) | (np.argmax(missing, axis=1) > place)
    return np.where(inside.any(axis=1) & complete, found, np.nan)
