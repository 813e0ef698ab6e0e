"""Rate matrices of many parameter sets at once, and the equilibrium they lead to.

Q has the rate from state i to state j in row i and column j, and on its diagonal what makes every row sum to zero, so
that occupancies p, a row vector, obey

    dp/dt = p Q,    p(t + h) = p(t) exp(Q h)    while the agonist is constant.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from neurosteroid.errors import InputError
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


def equilibrium(matrices: Array, resting: int, names: Sequence[str] | None = None) -> Array:
    """Return the occupancies (P, n) at which p Q = 0, reached from the resting state.

    What is reached from rest and never left again, the closed class, holds everything in the end. States that no way
    leads to, as without agonist, and states that are left for good stay empty.

    Args:
        matrices: (P, n, n).
        resting: place of the state in which all receptors begin.
        names: of the n states, for the message; their places when None.

    Raises:
        InputError: receptors end in several classes that are never left, so that there is no one steady state.
    """
    found = np.zeros(matrices.shape[:2])
    for each, matrix in enumerate(matrices):
        inside = _closed_class(matrix > 0.0, resting, names)
        # Grassmann, Taksar and Heyman's elimination subtracts nothing, so that rare states keep all their digits
        found[each, inside] = _eliminated(matrix[np.ix_(inside, inside)].copy())
    return found


def _closed_class(linked: NDArray[np.bool_], resting: int, names: Sequence[str] | None) -> NDArray[np.int64]:
    """Return the states that are reached from rest, from which each leads to each other and none to the rest."""
    leads = linked | np.eye(len(linked), dtype=bool)
    while True:
        further = leads @ leads
        if (further == leads).all():
            break
        leads = further
    closed = (~leads | leads.T).all(axis=1) & leads[resting]
    first = leads[np.flatnonzero(closed)[0]]
    if (closed & ~first).any():
        texts = names or [str(place) for place in range(len(linked))]
        places = (np.flatnonzero(each).tolist() for each in (first, closed & ~first))
        one, other = (" ".join(texts[place] for place in each) for each in places)
        raise InputError(
            f"there is no one steady state: receptors that get to {one} stay there, others stay in {other}. Leave one"
            " of them a way out, with a rate above 0.",
            where="rates",
        )
    return np.flatnonzero(first)


def _eliminated(rates: Array) -> Array:
    for last in range(len(rates) - 1, 0, -1):
        rates[:last, last] /= rates[last, :last].sum()
        rates[:last, :last] += np.outer(rates[:last, last], rates[last, :last])
    weights = np.zeros(len(rates))
    weights[0] = 1.0
    for state in range(1, len(rates)):
        weights[state] = weights[:state] @ rates[:state, state]
    return np.asarray(weights / weights.sum(), dtype=np.float64)
