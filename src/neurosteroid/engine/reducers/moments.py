"""Count, mean and sum of squares of columns, joined without loss of digits."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def moments(values: Array) -> Array:
    """Return count, mean and sum of squared deviations (3, S) of columns (P, S); NaN is left out."""
    known = np.isfinite(values)
    count = known.sum(axis=0).astype(np.float64)
    some = np.maximum(count, 1.0)
    mean = np.where(known, values, 0.0).sum(axis=0) / some
    deviation = np.where(known, values - mean, 0.0)
    # one correction step: the rounding of the mean itself
    mean += deviation.sum(axis=0) / some
    deviation = np.where(known, values - mean, 0.0)
    return np.stack([count, mean, (deviation * deviation).sum(axis=0)])


def join_moments(left: Array, right: Array) -> Array:
    """Return the moments (3, S) of two groups together.

        n = n1 + n2,  d = mean2 - mean1,  mean = mean1 + d n2 / n,  M = M1 + M2 + d^2 n1 n2 / n

    Source:
        Chan, Golub and LeVeque, Updating formulae and a pairwise algorithm for computing sample variances (1979).
    """
    count = left[0] + right[0]
    some = np.maximum(count, 1.0)
    apart = right[1] - left[1]
    mean = left[1] + apart * (right[0] / some)
    return np.stack([count, mean, left[2] + right[2] + apart * apart * (left[0] * right[0] / some)])
