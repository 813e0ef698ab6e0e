"""Spread over women of what one normal deviation moves."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

CV: Final = "cv "
"""A metric ``cv peak`` is the coefficient of variation of the metric ``peak`` between women."""

_NODES: Final = 24  # of the Gauss-Hermite rule; the moments of a log-normal of 60 % are exact to 1e-9


def women(variance: float, nodes: int = _NODES) -> tuple[Array, Array]:
    """Return deviations (N,) of women and how much each counts (N,), which add up to 1; one woman where none differ."""
    if variance == 0.0:
        return np.zeros(1), np.ones(1)
    points, weights = np.polynomial.hermite_e.hermegauss(nodes)
    return np.sqrt(variance) * points, weights / weights.sum()


def coefficient_of_variation(values: Array, weights: Array) -> float:
    """Return standard deviation over mean of values (N,) that count by weights (N,)."""
    mean = weights @ values
    return float(np.sqrt(weights @ (values - mean) ** 2) / mean)
