"""Functions a part may use beyond + - * / **: the same lines run on numbers, on people at once and on symbols."""

from __future__ import annotations

from typing import Any

import numpy as np


def _symbolic(*values: Any) -> bool:
    return any(hasattr(value, "free_symbols") for value in values)


def _sympy() -> Any:
    import sympy

    return sympy


def exp(x: Any) -> Any:
    """Return e to the power x."""
    return _sympy().exp(x) if _symbolic(x) else np.exp(x)


def log(x: Any) -> Any:
    """Return the natural logarithm of x > 0."""
    return _sympy().log(x) if _symbolic(x) else np.log(x)


def sqrt(x: Any) -> Any:
    """Return the square root of x >= 0."""
    return _sympy().sqrt(x) if _symbolic(x) else np.sqrt(x)


def sin(x: Any) -> Any:
    """Return the sine of x, in radians."""
    return _sympy().sin(x) if _symbolic(x) else np.sin(x)


def cos(x: Any) -> Any:
    """Return the cosine of x, in radians."""
    return _sympy().cos(x) if _symbolic(x) else np.cos(x)


def power(base: Any, exponent: Any) -> Any:
    """Return base to the power exponent, for base >= 0."""
    return base**exponent if _symbolic(base, exponent) else np.power(base, exponent)


def expit(x: Any) -> Any:
    """Return the logistic function 1 / (1 + exp(-x))."""
    return 1 / (1 + exp(-x))


def logit(p: Any) -> Any:
    """Return log(p / (1 - p)), for 0 < p < 1."""
    return log(p / (1 - p))


def less(x: Any, y: Any) -> Any:
    """Return whether x < y, for use in `where`."""
    return _sympy().Lt(x, y) if _symbolic(x, y) else np.less(x, y)


def where(condition: Any, then: Any, otherwise: Any) -> Any:
    """Return `then` where the condition holds and `otherwise` elsewhere."""
    if _symbolic(condition, then, otherwise):
        return _sympy().Piecewise((then, condition), (otherwise, True))
    return np.where(condition, then, otherwise)


def minimum(x: Any, y: Any) -> Any:
    """Return the smaller of x and y."""
    return where(less(x, y), x, y)


def maximum(x: Any, y: Any) -> Any:
    """Return the larger of x and y."""
    return where(less(x, y), y, x)


def held(x: Any, low: Any, high: Any) -> Any:
    """Return x, held at `low` below it and at `high` above it, for low < high."""
    return where(less(x, low), low, where(less(high, x), high, x))
