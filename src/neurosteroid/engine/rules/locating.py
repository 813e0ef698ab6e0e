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

NODES: Final = 0.5 - 0.5 * np.cos(np.pi * (np.arange(6) + 0.5) / 6)
"""Where a bracket is looked at first, as fractions of it: through values there goes a polynomial."""

NARROWER: Final = ((1e-7, 1e-9), (1e-9, 1e-10))
"""Hours on either side of the zero of the polynomial that are looked at next, beside half the width asked for."""

_FLATTENING: Final = 0.2
"""Of the ITP method: kappa_1 times the first width; kappa_2 is 2 and n_0 is 1, as its authors use them."""


def narrow(
    beyond: Callable[[Array], Array], low: Array, high: Array, below: Array, above: Array
) -> tuple[Array, Array, Array, Array]:
    """Return closer brackets of N first crossings, and the values at their ends, after two or three looks.

    On smooth functions they are as close as `locate` wants them: a polynomial through the first looks, time over value,
    says where the next ones are to be. Each look of many times costs little more than a look of one.

    Args:
        beyond: times (N, K) to values (N, K), each row of times rising.
        low: (N,) h, where the functions are below 0.
        high: (N,) h, where they are 0 or above.
        below: (N,) their values at `low`.
        above: (N,) their values at `high`.
    """
    times, values = _looked(beyond, low[:, None] + NODES * (high - low)[:, None], low, high, below, above)
    for spans in NARROWER:
        low, high, below, above = _first(times, values)
        if spans is NARROWER[-1]:
            # so close to it, the line through the ends is as good, and never without a zero
            times, values = np.stack([low, high], axis=1), np.stack([below, above], axis=1)
        zero = _zero(times, values)
        width = np.maximum(WIDTH, ROUNDING * np.spacing(np.abs(high)))
        if not np.any(high - low > width):
            break
        half = np.stack([*(np.full(len(low), span) for span in spans), 0.45 * width], axis=1)
        inside = np.isfinite(zero) & (zero > low) & (zero < high)
        middle = np.where(inside, zero, 0.5 * (low + high))
        around = np.clip(middle[:, None] + np.concatenate([-half, half[:, ::-1]], axis=1), low[:, None], high[:, None])
        times, values = _looked(beyond, around, low, high, below, above)
    return _first(times, values)


def _looked(
    beyond: Callable[[Array], Array], places: Array, low: Array, high: Array, below: Array, above: Array
) -> tuple[Array, Array]:
    """Return times and values (N, K + 2) at the ends of brackets and at places between."""
    values = beyond(places)
    # an end is known already; what is asked for there again may differ by rounding
    values = np.where(places <= low[:, None], below[:, None], values)
    values = np.where(places >= high[:, None], above[:, None], values)
    times = np.concatenate([low[:, None], places, high[:, None]], axis=1)
    return times, np.concatenate([below[:, None], values, above[:, None]], axis=1)


def _first(times: Array, values: Array) -> tuple[Array, Array, Array, Array]:
    """Return the brackets (N,) of the first change from below 0, and the values at their ends."""
    row, right = np.arange(len(times)), (values[:, 1:] >= 0.0).argmax(axis=1) + 1
    return times[row, right - 1], times[row, right], values[row, right - 1], values[row, right]


def _zero(times: Array, values: Array) -> Array:
    """Return where polynomials through (value, time) (N, K) have value 0, by the scheme of Neville; NaN for none."""
    found = times - times[:, :1]
    with np.errstate(all="ignore"):
        for order in range(1, times.shape[1]):
            left, right = values[:, :-order], values[:, order:]
            found = (left * found[:, 1:] - right * found[:, :-1]) / (left - right)
    return np.asarray(times[:, 0] + found[:, 0], dtype=np.float64)


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
