"""Exact propagation with NumPy alone, for people whose equations are known as numbers; no compiler is needed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine.solvers.exponential import affine_step
from neurosteroid.engine.solvers.propagation.steps import rounded_spans
from neurosteroid.engine.system import System
from neurosteroid.engine.timetable import Timeline, initial_states

Array = NDArray[np.float64]
Indexes = NDArray[np.intp]

MEMORY: Final = 64 * 2**20
"""Bytes of propagators held at once; people are worked on in groups of this size."""


@final
@dataclass(frozen=True, eq=False)
class Equations:
    """A, b and the initial states of each person in each epoch; `unusable` people have some that are not finite."""

    matrix: Array  # (P, E, n, n)
    constant: Array  # (P, E, n)
    initial: Array  # (P, E, n)
    unusable: NDArray[np.bool_]  # (P,)


def equations_of(system: System, timeline: Timeline, parameters: Array) -> Equations:
    """Return the equations of everybody."""
    people, epochs, _ = timeline.covariates.shape
    repeated = np.repeat(parameters, epochs, axis=0)
    covariates = timeline.covariates.reshape(people * epochs, -1)
    with np.errstate(all="ignore"):
        matrix, constant = system.matrix(repeated, covariates)
        initial = initial_states(system, timeline, parameters).reshape(people * epochs, -1)
    n = len(system.state_names)
    bad = ~(np.isfinite(matrix).all((1, 2)) & np.isfinite(constant).all(1) & np.isfinite(initial).all(1))
    matrix, constant, initial = (np.array(item, dtype=np.float64) for item in (matrix, constant, initial))
    for item in (matrix, constant, initial):
        item[bad] = 0.0
    return Equations(
        matrix.reshape(people, epochs, n, n),
        constant.reshape(people, epochs, n),
        initial.reshape(people, epochs, n),
        np.asarray(bad.reshape(people, epochs).any(axis=1), dtype=np.bool_),
    )


def group_size(system: System, timeline: Timeline) -> int:
    """Return how many people's propagators fit into `MEMORY`."""
    width = len(system.state_names) + 1 + len(timeline.inputs)
    return max(int(MEMORY / (8 * width * width * max(timeline.times.shape[1], 1))), 1)


def walk_with_numpy(timeline: Timeline, equations: Equations, steady: Array, keeps: NDArray[np.bool_]) -> Array:
    """Return the states after each step (P, K, n).

        x(t + h) = Phi x(t) + Gamma (b, R),    exp(h [[A, B], [0, 0]]) = [[Phi, Gamma], [0, 1]]

    One propagator serves every step of the same length under the same covariates.

    Args:
        timeline: of P people.
        equations: of the same people.
        steady: (D, n) states of the timeline's regimens at steady state.
        keeps: (n,) accounts, which a steady state leaves alone.
    """
    matrix, constant, initial = equations.matrix, equations.constant, equations.initial
    n = matrix.shape[-1]
    epochs, rates, boluses = timeline.epoch, timeline.rates, timeline.boluses
    lengths, which = np.unique(rounded_spans(timeline), return_inverse=True)
    people, steps = timeline.times.shape
    which = which.reshape(people, steps)
    inputs = np.array(timeline.inputs, dtype=np.intp)
    # Which (person, epoch, length) occur; each gets one propagator.
    everyone = np.arange(people)[:, None]
    found, index = _distinct((everyone * matrix.shape[1] + epochs) * max(len(lengths), 1) + which)
    owner, length = np.divmod(found, max(len(lengths), 1))
    columns = np.zeros((len(found), n, 1 + len(inputs)))
    columns[:, :, 0] = constant.reshape(-1, n)[owner]
    columns[:, inputs, 1 + np.arange(len(inputs))] = 1.0
    phi, gamma = affine_step(matrix.reshape(-1, n, n)[owner], columns, lengths[length])
    propagators = np.concatenate([phi, gamma], axis=2)
    reset, chosen = timeline.reset, timeline.steady
    # plain lists: they are looked up once a step
    moves = _anybody(lengths[which] > 0.0) if steps else []
    resets, settles = _anybody(reset >= 0), _anybody(chosen >= 0)
    receives = _anybody((boluses != 0.0).max(axis=2, initial=False))
    states = np.empty((people, steps, n))
    carried = np.empty((people, n + 1 + len(inputs)))
    carried[:, n] = 1.0
    now = initial[np.arange(people), timeline.start_epoch]
    doses = timeline.steady_doses
    with np.errstate(over="ignore", invalid="ignore"):
        for step in range(steps):
            if moves[step]:
                carried[:, :n] = now
                carried[:, n + 1 :] = rates[:, step]
                now = np.einsum("pij,pj->pi", propagators[index[:, step]], carried)
            # a reset or steady state must not hide what went wrong before it
            bad = ~np.isfinite(now).all(axis=1) if resets[step] or settles[step] else None
            if resets[step]:
                back = np.flatnonzero(reset[:, step] >= 0)
                now[back] = initial[back, reset[back, step]]
            if settles[step]:
                settled = np.flatnonzero(chosen[:, step] >= 0)
                dose = chosen[settled, step]
                now[settled] = np.where(keeps | doses.adds[dose, None], now[settled], 0.0) + steady[dose]
            if receives[step]:
                now[:, inputs] += boluses[:, step]
            if bad is not None:
                now[bad] = np.nan
            states[:, step] = now
    return states


def _anybody(does: NDArray[np.bool_]) -> list[bool]:
    """Return for each step (K) whether any of the people (P, K) does."""
    return [bool(some) for some in np.asarray(does.any(axis=0))]


def _distinct(codes: Indexes) -> tuple[Indexes, Indexes]:
    """Return the different whole numbers in an array, and for each place which of them stands there."""
    if codes.size and int(codes.max()) < 4 * codes.size:
        occurs = np.zeros(int(codes.max()) + 1, dtype=bool)
        occurs[codes] = True
        return np.flatnonzero(occurs), (np.cumsum(occurs) - 1)[codes]
    found, index = np.unique(codes, return_inverse=True)
    return found, index.reshape(codes.shape)
