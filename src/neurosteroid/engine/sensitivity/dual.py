"""Dual arrays: numbers that carry their derivatives by chosen parameters through numpy's arithmetic."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, final

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin
from numpy.typing import NDArray

Array = NDArray[np.float64]


@final
class Dual(NDArrayOperatorsMixin):
    """An array (any shape) and its derivatives by q parameters; generated programs run on it as they do on numbers.

    (x, x') + (y, y') = (x + y, x' + y'),    (x, x') (y, y') = (x y, x' y + x y'),    g(x, x') = (g(x), g'(x) x')

    Exact to rounding: nothing is differenced. At a corner (`where`, absolute value) it is the derivative of the case
    that the value falls into.

    Attributes:
        value: the numbers.
        slope: (q, ...) their derivatives, which spread over the shape of `value`.
    """

    def __init__(self, value: Any, slope: Any) -> None:
        self.value: Array = np.asarray(value, dtype=np.float64)
        self.slope: Array = np.asarray(slope, dtype=np.float64)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        """Run a numpy function of one or two operands."""
        values = [item.value if isinstance(item, Dual) else item for item in inputs]
        if method != "__call__" or options:
            return NotImplemented
        if ufunc in _COMPARISONS:
            return ufunc(*values)
        rule = _RULES.get(ufunc)
        if rule is None:
            return NotImplemented
        with np.errstate(all="ignore"):
            value = ufunc(*values)
            slopes = [
                _spread(item.slope, np.ndim(value)) * factor(*values, value)
                for item, factor in zip(inputs, rule, strict=True)
                if isinstance(item, Dual)
            ]
        return Dual(value, sum(slopes[1:], start=slopes[0]))

    def __array_function__(self, function: Any, _types: Any, given: Any, _options: Any) -> Any:
        """Run ``numpy.select``, as which choices between cases are printed."""
        if function is not np.select:
            return NotImplemented
        conditions, choices = given[0], given[1]
        conditions = [np.asarray(item, dtype=bool) for item in conditions]
        value = np.select(conditions, [_value(item) for item in choices], np.nan)
        slopes = [_slope(item, np.ndim(value)) for item in choices]
        return Dual(value, np.select([item[None] for item in _lifted(conditions, np.ndim(value))], slopes, np.nan))


def _value(item: Any) -> Any:
    return item.value if isinstance(item, Dual) else item


def _slope(item: Any, axes: int) -> Any:
    return _spread(item.slope, axes) if isinstance(item, Dual) else 0.0


def _spread(slope: Array, axes: int) -> Array:
    """Return derivatives (q, ...) with as many axes behind the first as the values they belong to."""
    return slope.reshape(slope.shape[0], *(1,) * (axes + 1 - slope.ndim), *slope.shape[1:])


def _lifted(conditions: Sequence[NDArray[np.bool_]], axes: int) -> list[NDArray[np.bool_]]:
    return [item.reshape(*(1,) * (axes - item.ndim), *item.shape) for item in conditions]


_COMPARISONS: Final = (np.less, np.less_equal, np.greater, np.greater_equal, np.equal, np.not_equal)

_RULES: Final[dict[np.ufunc, tuple[Callable[..., Any], ...]]] = {
    np.add: (lambda x, y, z: 1.0, lambda x, y, z: 1.0),
    np.subtract: (lambda x, y, z: 1.0, lambda x, y, z: -1.0),
    np.multiply: (lambda x, y, z: y, lambda x, y, z: x),
    np.divide: (lambda x, y, z: 1.0 / np.asarray(y), lambda x, y, z: -z / np.asarray(y)),
    np.power: (
        lambda x, y, z: y * np.power(np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64) - 1.0),
        # 0 to a power above 0 stays 0 when the power changes.
        lambda x, y, z: z * np.log(np.where(np.asarray(x) == 0.0, 1.0, x)),
    ),
    np.negative: (lambda x, z: -1.0,),
    np.exp: (lambda x, z: z,),
    np.log: (lambda x, z: 1.0 / x,),
    np.sqrt: (lambda x, z: 0.5 / z,),
    np.sin: (lambda x, z: np.cos(x),),
    np.cos: (lambda x, z: -np.sin(x),),
    np.absolute: (lambda x, z: np.sign(x),),
    np.sign: (lambda x, z: 0.0,),
}
"""For each function the derivative by each operand, from the operands and the result."""
