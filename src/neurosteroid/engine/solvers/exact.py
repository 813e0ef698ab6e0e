"""The exact solver: linear systems by state propagation from event to event, without a tolerance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine.solution import Failure, Solution
from neurosteroid.engine.solvers.exponential import affine_step
from neurosteroid.engine.solvers.linear_steady import linear_steady_states
from neurosteroid.engine.system import System
from neurosteroid.engine.timetable import Timeline, initial_states
from neurosteroid.errors import EventError, SolverError

Array = NDArray[np.float64]
Indexes = NDArray[np.intp]

MEMORY: Final = 64 * 2**20
"""Bytes of propagators held at once; people are worked on in groups of this size."""

ROUNDING: Final = 8
"""Units in the last place of a person's latest time by which two step lengths may differ and still be one."""


def solve_exact(system: System, timeline: Timeline, parameters: Array) -> Solution:
    """Solve a linear system for every person.

        x(t + h) = Phi x(t) + Gamma (b, R),    exp(h [[A, B], [0, 0]]) = [[Phi, Gamma], [0, 1]]

    One propagator serves every step of the same length under the same covariates. No eigenvectors are taken, so equal
    rate constants are no special case.

    Args:
        system: linear, with n states.
        timeline: of P people.
        parameters: (P, m).

    Raises:
        SolverError: the system is not linear.
        EventError: a steady state that no person can reach; the message names the state that keeps what it gets.
    """
    if not system.linear:
        raise SolverError("The exact solver needs a linear system; use method='reference'.")
    people, rows = timeline.row_step.shape
    states = np.empty((people, rows, len(system.state_names)))
    failures: list[Failure] = []
    equations = _equations(system, timeline, parameters)
    steady, unsteady = _steady(system, timeline, equations)
    lengths, which = _lengths(timeline)
    width = len(system.state_names) + 1 + len(timeline.inputs)
    each = max(min(len(lengths), timeline.times.shape[1]), 1)
    chunk = max(int(MEMORY / (8 * width * width * each)), 1)
    for first in range(0, people, chunk):
        who = slice(first, min(first + chunk, people))
        walked = _walk(timeline, equations, steady, system.is_account, lengths, which[who], who)
        kept = np.maximum(timeline.row_step[who], 0)
        states[who] = np.take_along_axis(walked, kept[:, :, None], axis=1) if walked.shape[1] else np.nan
        failures += _failures(walked, timeline, who, equations.unusable[who], unsteady)
    for failure in failures:
        failed = timeline.row_times[failure.person] >= failure.time
        states[failure.person, failed] = np.nan
    states[~timeline.mask] = np.nan
    return Solution(system, timeline, parameters, states, "exact", {}, tuple(failures))


@final
@dataclass(frozen=True, eq=False)
class _Equations:
    """A, b and the initial states of each person in each epoch; `unusable` people have some that are not finite."""

    matrix: Array  # (P, E, n, n)
    constant: Array  # (P, E, n)
    initial: Array  # (P, E, n)
    unusable: NDArray[np.bool_]  # (P,)


def _equations(system: System, timeline: Timeline, parameters: Array) -> _Equations:
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
    return _Equations(
        matrix.reshape(people, epochs, n, n),
        constant.reshape(people, epochs, n),
        initial.reshape(people, epochs, n),
        np.asarray(bad.reshape(people, epochs).any(axis=1), dtype=np.bool_),
    )


def _steady(system: System, timeline: Timeline, equations: _Equations) -> tuple[Array, dict[int, str]]:
    """Return the states of all steady-state records (D, n), and by person why there is none."""
    doses = timeline.steady_doses
    if not len(doses):
        return np.zeros((0, len(system.state_names))), {}
    matrix = equations.matrix[doses.person, doses.epoch]
    constant = equations.constant[doses.person, doses.epoch]
    states, reasons = linear_steady_states(matrix, constant, doses, system.is_account, system.state_names)
    unsteady: dict[int, str] = {}
    for index, reason in enumerate(reasons):
        if reason is not None and not equations.unusable[doses.person[index]]:
            unsteady.setdefault(int(doses.person[index]), f"({doses.where[index]}) {reason}")
            states[index] = np.nan
    if len(unsteady) == len(timeline.times):
        index = next(index for index, reason in enumerate(reasons) if reason is not None)
        raise EventError(str(reasons[index]), where=doses.where[index])
    return states, unsteady


def _lengths(timeline: Timeline) -> tuple[Array, Indexes]:
    """Return the distinct step lengths (U,) in h, and which one each step has (P, K)."""
    spans = timeline.spans
    alike = len(spans) == 1 or bool((spans == spans[:1]).all())
    looked_at = spans[:1] if alike else spans
    if not looked_at.size:
        return np.zeros(0), np.zeros(spans.shape, dtype=np.intp)
    # Lengths that differ by no more than the rounding of that person's times are one length.
    latest = np.maximum(np.abs(timeline.start), np.abs(timeline.times[:, -1]))[: len(looked_at), None]
    rounding = np.broadcast_to(ROUNDING * np.finfo(float).eps * latest, looked_at.shape).ravel()
    order = np.argsort(looked_at, axis=None, kind="stable")
    lengths, rounding = looked_at.ravel()[order], rounding[order]
    opens = np.concatenate([[True], np.diff(lengths) > np.minimum(rounding[1:], rounding[:-1])])
    which = np.empty(looked_at.size, dtype=np.intp)
    which[order] = np.cumsum(opens) - 1
    return lengths[opens], np.broadcast_to(which.reshape(looked_at.shape), spans.shape)


def _walk(
    timeline: Timeline,
    equations: _Equations,
    steady: Array,
    keeps: NDArray[np.bool_],
    lengths: Array,
    which: Indexes,
    who: slice,
) -> Array:
    """Return the states after each step (C, K, n) of a group of people; a steady state `keeps` the accounts."""
    people, steps = which.shape
    matrix, constant, initial = equations.matrix[who], equations.constant[who], equations.initial[who]
    n = matrix.shape[-1]
    epochs = timeline.epoch[who]
    rates, boluses = timeline.rates[who], timeline.boluses[who]
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
    reset, chosen = timeline.reset[who], timeline.steady[who]
    # plain lists: they are looked up once a step
    moves = _anybody(lengths[which] > 0.0) if steps else []
    resets, settles = _anybody(reset >= 0), _anybody(chosen >= 0)
    receives = _anybody((boluses != 0.0).max(axis=2, initial=False))
    states = np.empty((people, steps, n))
    carried = np.empty((people, n + 1 + len(inputs)))
    carried[:, n] = 1.0
    now = initial[np.arange(people), timeline.start_epoch[who]]
    doses = timeline.steady_doses
    with np.errstate(over="ignore", invalid="ignore"):
        for step in range(steps):
            if moves[step]:
                carried[:, :n] = now
                carried[:, n + 1 :] = rates[:, step]
                now = np.einsum("pij,pj->pi", propagators[index[:, step]], carried)
            if resets[step]:
                back = np.flatnonzero(reset[:, step] >= 0)
                now[back] = initial[back, reset[back, step]]
            if settles[step]:
                settled = np.flatnonzero(chosen[:, step] >= 0)
                dose = chosen[settled, step]
                now[settled] = np.where(keeps | doses.adds[dose, None], now[settled], 0.0) + steady[dose]
            if receives[step]:
                now[:, inputs] += boluses[:, step]
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


def _failures(
    walked: Array, timeline: Timeline, who: slice, unusable: NDArray[np.bool_], unsteady: dict[int, str]
) -> list[Failure]:
    times, start, first = timeline.times[who], timeline.start[who], who.start
    failures: list[Failure] = []
    if not unusable.any() and np.isfinite(walked).all():
        return failures
    bad = np.asarray(~np.isfinite(walked).all(axis=2))
    for person in range(len(walked)):
        if unusable[person]:
            reason = "a rate coefficient or initial value is not finite. Check the parameters and covariates."
            failures.append(Failure(first + person, float(start[person]), reason))
        elif bad[person].any():
            time = float(times[person, int(np.argmax(bad[person]))])
            reason = unsteady.get(first + person, "the states grow beyond all bounds. Check the rate constants.")
            failures.append(Failure(first + person, time, reason))
    return failures
