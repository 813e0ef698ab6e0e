"""Points of a square, polynomials through values at them, and points between to see how good they are."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.polynomial import chebyshev
from numpy.typing import NDArray

Array = NDArray[np.float64]

HELD_OUT: Final = 16
"""Points between the nodes at which the error is measured."""


def nodes(count: int) -> list[float]:
    """Return the ends of -1 to 1 and the extremes of a Chebyshev polynomial between; twice as many hold all of them."""
    half = (count - 1) // 2
    upper = [float(np.sin(np.pi * place / (count - 1))) for place in range(1, half + 1)]
    return [*(-each for each in reversed(upper)), 0.0, *upper]


def halton(base: int) -> list[float]:
    """Return points that fill -1 to 1 evenly, none of them a node."""
    found = []
    for index in range(1, HELD_OUT + 1):
        value, share, rest = 0.0, 1.0, index
        while rest:
            share /= base
            value += share * (rest % base)
            rest //= base
        found.append(2.0 * value - 1.0)
    return found


def scaled(x: Array, ends: tuple[float, float]) -> Array:
    """Return points of -1 to 1 on a range."""
    return np.asarray(ends[0] + (x + 1.0) / 2.0 * (ends[1] - ends[0]))


def place(value: float, ends: tuple[float, float]) -> float:
    """Return where a value of a range lies in -1 to 1."""
    return 2.0 * (value - ends[0]) / (ends[1] - ends[0]) - 1.0


def through(values: Array) -> Array:
    """Return the coefficients (p, q) of x^i y^j of the polynomial through values (p, q) at the nodes."""
    p, q = values.shape
    left, right = (chebyshev.chebvander(nodes(count), count - 1) for count in (p, q))
    waves = np.linalg.solve(right, np.linalg.solve(left, values).T).T
    powers = np.stack([_powers(column, p) for column in waves.T], axis=1)
    return np.stack([_powers(row, q) for row in powers])


def _powers(waves: Array, count: int) -> Array:
    found = chebyshev.cheb2poly(waves)
    return np.pad(found, (0, count - len(found)))


def value(coefficients: Array, x: float, y: float) -> float:
    """Return the polynomial with coefficients (p, q) of x^i y^j at a point."""
    return float(np.polynomial.polynomial.polyval2d(x, y, coefficients))
