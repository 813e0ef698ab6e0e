"""Locating: the time at which a watched value comes to hold, found with the solver itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

WIDTH: Final = 1e-11
"""Hours to which a crossing is located, where the clock can tell times that far apart."""

ROUNDING: Final = 4
"""Units in the last place of the time that the clock is trusted to."""

_FLATTENING: Final = 0.2
"""Of the ITP method: kappa_1 times the first width; kappa_2 is 2 and n_0 is 1, as its authors use them."""


def locate(beyond: Callable[[Array], Array], low: Array, high: Array, below: Array, above: Array) -> tuple[Array, int]:
    """Return the times at which N functions are first known to be at 0 or above, and how often they were asked.

    Interpolation, truncation and projection: as few steps as the secant method on smooth functions, and never more
    than one more than bisection, also where a function jumps.

    Args:
        beyond: times (N,) to values (N,); it is called with a time inside each bracket.
        low: (N,) h, where the functions are below 0.
        high: (N,) h, where they are 0 or above.
        below: (N,) their values at `low`.
        above: (N,) their values at `high`.

    Source:
        Oliveira and Takahashi, ACM Transactions on Mathematical Software 2021;47(1):5.
    """
    low, high, below, above = (np.array(item, dtype=np.float64) for item in (low, high, below, above))
    width = np.maximum(WIDTH, ROUNDING * np.spacing(np.abs(high)))
    first = np.maximum(high - low, width)
    most = np.ceil(np.log2(first / width)).astype(int) + 1
    asked = 0
    while np.any(wide := high - low > width):
        middle = 0.5 * (low + high)
        gap = above - below
        with np.errstate(all="ignore"):
            secant = np.where(gap > 0.0, (above * low - below * high) / gap, middle)
        secant = np.where(np.isfinite(secant), np.clip(secant, low, high), middle)
        side = np.sign(middle - secant)
        flattened = _FLATTENING / first * (high - low) ** 2
        truncated = np.where(flattened <= np.abs(middle - secant), secant + side * flattened, middle)
        radius = np.maximum(0.5 * width * 2.0 ** (most - asked) - 0.5 * (high - low), 0.0)
        time = np.where(np.abs(truncated - middle) <= radius, truncated, middle - side * radius)
        # a step that cannot be told from an end would never end
        time = np.where(wide, np.clip(time, low + 0.25 * width, high - 0.25 * width), high)
        value = beyond(time)
        asked += 1
        holds = value >= 0.0
        high, above = np.where(wide & holds, time, high), np.where(wide & holds, value, above)
        low, below = np.where(wide & ~holds, time, low), np.where(wide & ~holds, value, below)
    return high, asked
