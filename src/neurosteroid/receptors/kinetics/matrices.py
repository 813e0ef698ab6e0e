"""Rate matrices of many parameter sets at once, and the equilibrium they lead to.

Q has the rate from state i to state j in row i and column j, and on its diagonal what makes every row sum to zero, so
that occupancies p, a row vector, obey

    dp/dt = p Q,    p(t + h) = p(t) exp(Q h)    while the agonist is constant.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from neurosteroid.receptors.kinetics.structure import Structure

Array = NDArray[np.float64]


def rate_table(structure: Structure, rates: Mapping[str, float | Array]) -> Array:
    """Return the rate constants of P parameter sets, (P, R), in the order of `Structure.rates`.

    Args:
        structure: with R rate constants.
        rates: each a number or one a set (P,).
    """
    columns = np.broadcast_arrays(*(np.atleast_1d(np.asarray(rates[name], float)) for name in structure.rates))
    return np.stack(columns, axis=1)


def rate_matrices(structure: Structure, table: Array, concentration: float | Array) -> Array:
    """Return Q of P parameter sets, (P, n, n), per ms; every row sums to zero.

    Args:
        structure: with n states.
        table: (P, R), see `rate_table`.
        concentration: of the agonist, umol/L, a number or one a set (P,).
    """
    size = len(structure.states)
    found = np.zeros((len(table), size, size))
    place = {name: index for index, name in enumerate(structure.rates)}
    state = {name: index for index, name in enumerate(structure.states)}
    for way in structure.transitions:
        rate = way.count * table[:, place[way.rate]]
        found[:, state[way.source], state[way.target]] = rate if way.ligand is None else rate * concentration
    diagonal = np.arange(size)
    found[:, diagonal, diagonal] = -found.sum(axis=2)
    return found


def equilibrium(matrices: Array, resting: int) -> Array:
    """Return the occupancies (P, n) at which p Q = 0, reached from the resting state.

    Without agonist some states cannot be left for others or reached; what is reached from rest is what counts, so
    states that no way leads to are left out and stay empty.

    Args:
        matrices: (P, n, n).
        resting: place of the state in which all receptors begin.
    """
    found = np.zeros(matrices.shape[:2])
    for each, matrix in enumerate(matrices):
        linked = matrix > 0.0
        reached = np.zeros(len(matrix), dtype=bool)
        reached[resting] = True
        while True:
            wider = reached | linked[reached].any(axis=0)
            if (wider == reached).all():
                break
            reached = wider
        inside = np.flatnonzero(reached)
        # Grassmann, Taksar and Heyman's elimination subtracts nothing, so that rare states keep all their digits
        found[each, inside] = _eliminated(matrix[np.ix_(inside, inside)].copy())
    return found


def _eliminated(rates: Array) -> Array:
    for last in range(len(rates) - 1, 0, -1):
        out = rates[last, :last].sum()
        if out <= 0.0:  # what cannot be left holds everything in the end
            return np.eye(len(rates))[last]
        rates[:last, last] /= out
        rates[:last, :last] += np.outer(rates[:last, last], rates[last, :last])
    weights = np.zeros(len(rates))
    weights[0] = 1.0
    for state in range(1, len(rates)):
        weights[state] = weights[:state] @ rates[:state, state]
    return np.asarray(weights / weights.sum(), dtype=np.float64)
