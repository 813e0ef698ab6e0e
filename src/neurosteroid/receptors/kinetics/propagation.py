"""Exact propagation under an agonist that is constant in pieces: matrix exponentials of all parameter sets at once.

    p(t) = p(s) exp(Q(c) (t - s))    from s to t in a piece with concentration c.

There is no tolerance: equal steps share one exponential, and the state at the end of a piece comes from its beginning
in one step, so that rounding does not add up along it. A concentration that decays within a piece is followed by
Magnus' expansion of fourth order, whose error falls with the fourth power of the step.

Source: W. Magnus, Comm. Pure Appl. Math. 7 (1954) 649-673; the fourth-order form with two Gauss points is that of
A. Iserles and S. P. Norsett, Phil. Trans. R. Soc. A 357 (1999) 983-1019.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine.solvers.exponential import exponential

Array = NDArray[np.float64]

SAME_STEP = 1e-12
"""Steps whose lengths differ by less than this share of the latest time are one length, written with rounding."""

AT_ONCE = 4096
"""Matrices that are raised at once, so that a long course of many sets does not need all memory."""


def propagate(matrices: Array, start: Array, edges: Array, times: Array) -> Array:
    """Return the occupancies (P, K, n) of P parameter sets at K times.

    Args:
        matrices: (P, S, n, n) rate matrices of the S pieces, per ms.
        start: (P, n) occupancies at the beginning of the first piece.
        edges: (S + 1,) ms, where the pieces begin and end.
        times: (K,) ms, ascending; those beyond the last edge by rounding are at it.
    """
    times = np.clip(times, edges[0], edges[-1])
    found = np.empty((len(start), len(times), start.shape[1]))
    state = start
    for piece, (begin, end) in enumerate(itertools.pairwise(edges)):
        last = piece == len(edges) - 2
        inside = np.flatnonzero((times >= begin) & ((times <= end) if last else (times < end)))
        if len(inside):
            found[:, inside] = _walk(matrices[:, piece], state, times[inside] - begin)
        if not last:
            state = _stepped(state, exponential(matrices[:, piece] * (end - begin)))
    return found


def _walk(matrices: Array, start: Array, times: Array) -> Array:
    """Return the occupancies (P, K, n) at times since the beginning of a piece."""
    steps = np.diff(times, prepend=0.0)
    lengths, kind = _lengths(steps, float(times[-1]))
    people, size = start.shape
    found = np.empty((people, len(times), size))
    block = max(1, AT_ONCE // max(1, len(lengths)))
    for first in range(0, people, block):
        who = slice(first, first + block)
        spread = matrices[who, None] * lengths[:, None, None]
        raised = exponential(spread.reshape(-1, size, size)).reshape(spread.shape)
        state = start[who]
        for place, index in enumerate(kind):
            state = _stepped(state, raised[:, index])
            found[who, place] = state
    return found


def _lengths(steps: Array, latest: float) -> tuple[Array, NDArray[np.int64]]:
    """Return the different lengths (U,) and which of them each step has (K,)."""
    order = np.argsort(steps, kind="stable")
    new = np.diff(steps[order], prepend=-np.inf) > SAME_STEP * max(latest, 1e-300)
    group = np.cumsum(new) - 1
    kind = np.empty(len(steps), dtype=np.int64)
    kind[order] = group
    return np.array([steps[kind == index].mean() for index in range(int(group[-1]) + 1)]), kind


def _stepped(state: Array, raised: Array) -> Array:
    return np.einsum("pi,pij->pj", state, raised)


def propagate_along(
    matrix_of: Callable[[Array], Array], course: Callable[[Array], Array], start: Array, times: Array
) -> Array:
    """Return the occupancies (K, n) under a concentration that changes smoothly, by Magnus' expansion.

    Args:
        matrix_of: rate matrices (M, n, n) of concentrations (M,).
        course: concentrations (M,) at times (M,), ms.
        start: (n,) at ``times[0]``.
        times: (K,) ms, ascending and close enough together for the concentration; the error of a step of length h is
            of order h^5.
    """
    steps = np.diff(times)
    aside = math.sqrt(3.0) / 6.0
    early = matrix_of(course(times[:-1] + (0.5 - aside) * steps))
    late = matrix_of(course(times[:-1] + (0.5 + aside) * steps))
    h = steps[:, None, None]
    # rows times matrices: the commutator has the other sign than for columns
    turned = math.sqrt(3.0) / 12.0 * h**2 * (early @ late - late @ early)
    raised = exponential(0.5 * h * (early + late) + turned)
    found = np.empty((len(times), len(start)))
    found[0] = start
    for place, each in enumerate(raised):
        found[place + 1] = found[place] @ each
    return found
