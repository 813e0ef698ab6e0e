"""Matrix exponentials of many small matrices at once, by scaling and squaring; no eigenvectors needed."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

PADE_BOUNDS = (
    (3, 1.495585217958292e-2),
    (5, 2.539398330063230e-1),
    (7, 9.504178996162932e-1),
    (9, 2.097847961257068e0),
    (13, 5.371920351148152e0),
)
"""Degree of the diagonal Pade approximant and the largest 1-norm at which its backward error is below 2^-53.

Source: N. J. Higham, The scaling and squaring method for the matrix exponential revisited, SIAM J. Matrix Anal. Appl.
26 (2005) 1179-1193, table 2.3.
"""

BLOCK = 2048
"""Matrices worked on together; keeps temporaries inside the processor's cache."""


def exponential(matrices: Array) -> Array:
    """Return exp(M) for each of N matrices, (N, m, m) to (N, m, m).

    Works for defective matrices (equal rate constants) and for long steps of stiff ones, to a relative error of some
    1e-16 times the 1-norm of M: a mode of 1e6 per h over 96 h leaves about eight digits. Entries must be finite.
    """
    result = np.empty_like(matrices)
    for first in range(0, len(matrices), BLOCK):
        result[first : first + BLOCK] = _block(matrices[first : first + BLOCK])
    return result


def affine_step(matrix: Array, inputs: Array, spans: Array) -> tuple[Array, Array]:
    """Return the exact step of dx/dt = A x + B u over a span with constant u: x_new = Phi x + Gamma u.

        exp(h [[A, B], [0, 0]]) = [[Phi, Gamma], [0, 1]]

    Args:
        matrix: A, (N, n, n), per h.
        inputs: B, (N, n, c).
        spans: h, (N,), h.

    Returns:
        Phi (N, n, n) and Gamma (N, n, c).
    """
    count, n, columns = inputs.shape
    # Columns of B are brought to size 1, so that large inputs do not force needless squaring.
    size = np.abs(inputs).max(axis=1, keepdims=True)
    size[size == 0.0] = 1.0
    augmented = np.zeros((count, n + columns, n + columns))
    augmented[:, :n, :n] = matrix * spans[:, None, None]
    augmented[:, :n, n:] = inputs / size * spans[:, None, None]
    found = exponential(augmented)
    return found[:, :n, :n], found[:, :n, n:] * size


def _block(matrices: Array) -> Array:
    """Return exp(M); each matrix takes the degree of its own norm, whatever stands beside it."""
    norms = np.abs(matrices).sum(axis=1).max(axis=1)
    result = np.empty_like(matrices)
    kinds = np.searchsorted([bound for _, bound in PADE_BOUNDS[:-1]], norms)
    for kind, (degree, _) in enumerate(PADE_BOUNDS):
        chosen = kinds == kind
        if chosen.any():
            low = kind + 1 < len(PADE_BOUNDS)
            result[chosen] = _pade(matrices[chosen], degree) if low else _squared(matrices[chosen], norms[chosen])
    return result


def _squared(matrices: Array, norms: Array) -> Array:
    bound = PADE_BOUNDS[-1][1]
    squarings = np.maximum(np.ceil(np.log2(np.maximum(norms, bound) / bound)), 0).astype(int)
    result: Array = _pade(matrices * (0.5**squarings)[:, None, None], 13)
    for done in range(int(squarings.max())):
        left = squarings > done
        if left.all():
            result[...] = result @ result
        else:
            result[left] = result[left] @ result[left]
    return result


def _pade(matrices: Array, degree: int) -> Array:
    """Return the diagonal Pade approximant: (V - U)^-1 (V + U), U odd and V even in the matrix."""
    weights = [
        math.factorial(2 * degree - k) / (math.factorial(degree - k) * math.factorial(k)) for k in range(degree + 1)
    ]
    square = matrices @ matrices
    powers = [np.broadcast_to(np.eye(matrices.shape[-1]), matrices.shape), square]
    while len(powers) <= min(degree // 2, 4 if degree < 13 else 3):
        powers.append(powers[-1] @ square)
    odd, even = weights[1::2], weights[0::2]
    if degree == 13:
        # Powers above the sixth are reached by one more product each: M^6 (c8 M^2 + c10 M^4 + c12 M^6).
        u = powers[3] @ _sum(odd[4:], powers[1:]) + _sum(odd[:4], powers)
        v = powers[3] @ _sum(even[4:], powers[1:]) + _sum(even[:4], powers)
    else:
        u, v = _sum(odd, powers), _sum(even, powers)
    u = matrices @ u
    return np.asarray(np.linalg.solve(v - u, v + u), dtype=np.float64)


def _sum(weights: Sequence[float], powers: Sequence[Array]) -> Array:
    total = weights[0] * powers[0]
    for weight, power in zip(weights[1:], powers[1:], strict=True):
        total += weight * power
    return total
