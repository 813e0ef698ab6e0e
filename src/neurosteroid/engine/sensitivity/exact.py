"""Exact sensitivities of linear systems by NumPy alone: the propagator and its derivative, from event to event."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine.sensitivity.differential import Differential
from neurosteroid.engine.sensitivity.motion import DoseSlopes, TimelineSlopes
from neurosteroid.engine.sensitivity.steady import LinearFlow, affine_slopes, chosen_doses, steady_slopes
from neurosteroid.engine.solvers.linear_steady import linear_steady_states
from neurosteroid.engine.timetable import Timeline, initial_states

Array = NDArray[np.float64]
Indexes = NDArray[np.intp]

MEMORY: Final = 64 * 2**20
"""Bytes of propagators and their derivatives held at once; people are worked on in groups of this size."""

SAME_LENGTH: Final = 2.0**-49
"""Step lengths that agree to this fraction of the longest time are one length."""


@final
@dataclass(frozen=True, eq=False)
class LinearEquations:
    """A, b and initial states in each person's epochs, with their derivatives; zeros where they are not finite."""

    matrix: Array  # (P, E, n, n)
    constant: Array  # (P, E, n)
    initial: Array  # (P, E, n)
    matrix_slopes: Array  # (P, E, q, n, n)
    constant_slopes: Array  # (P, E, q, n)
    initial_slopes: Array  # (P, E, q, n)

    def of(self, who: slice) -> LinearEquations:
        """Return those of some people."""
        return LinearEquations(*(item[who] for item in vars(self).values()))


def exact_slopes(differential: Differential, timeline: Timeline, parameters: Array) -> Array:
    """Return the derivatives of the states of a linear system at every row (P, R, q, n).

    Between events, with s = dx/dp at a fixed time,

        x(t + h) = Phi x + Gamma u,    s(t + h) = Phi s + dPhi x + dGamma u + Gamma du,    u = (b, R)

    An event at time tau that moves with the parameters is met with D = s + f dtau/dp, the derivative along with the
    event; D takes what the event does, and after it s = D - f dtau/dp with the rates that hold then. There is no
    tolerance anywhere.

    Args:
        differential: of the system.
        timeline: of P people, with slopes.
        parameters: (P, m).
    """
    slopes = timeline.slopes
    if slopes is None:
        raise ValueError("the timeline has no slopes")
    people, rows = timeline.row_step.shape
    steps, n = timeline.times.shape[1], len(differential.system.state_names)
    found = np.full((people, rows, differential.count, n), np.nan)
    if not steps:
        return found
    with np.errstate(all="ignore"):
        equations = linear_equations(differential, timeline, parameters)
        (steady, settled), _ = _steady(differential, timeline, slopes.regimens, equations)
    lengths, which = _lengths(timeline)
    width = n + 1 + len(timeline.inputs)
    each = min(len(lengths), steps) * differential.count * (2 * n + 2 * width) ** 2
    chunk = max(int(MEMORY / (8 * each)), 1)
    for first in range(0, people, chunk):
        who = slice(first, min(first + chunk, people))
        with np.errstate(over="ignore", invalid="ignore"):
            walked = _walk(differential, timeline, slopes, equations.of(who), (steady, settled), (lengths, which), who)
        kept = np.maximum(timeline.row_step[who], 0)
        found[who] = np.take_along_axis(walked, kept[:, :, None, None], axis=1)
    found[~timeline.mask] = np.nan
    return found


def linear_equations(differential: Differential, timeline: Timeline, parameters: Array) -> LinearEquations:
    """Return the equations of everybody with their derivatives."""
    people, epochs, _ = timeline.covariates.shape
    repeated, covariates = np.repeat(parameters, epochs, axis=0), timeline.covariates.reshape(people * epochs, -1)
    matrix, constant = differential.system.matrix(repeated, covariates)
    initial = initial_states(differential.system, timeline, parameters)
    _, initial_slopes = differential.initial(repeated, covariates)
    matrix_slopes, constant_slopes = differential.matrix(repeated, covariates)
    items = [
        np.array(item, float).reshape(people, epochs, *item.shape[1:])
        for item in (matrix, constant, initial.reshape(people * epochs, -1), matrix_slopes, constant_slopes)
    ]
    started = initial_slopes.reshape(people, epochs, *initial_slopes.shape[1:])
    if timeline.initial is not None:
        # Given states do not change with the parameters.
        started[np.arange(people), timeline.start_epoch] = 0.0
    for item in items:
        item[~np.isfinite(item)] = 0.0
    return LinearEquations(items[0], items[1], items[2], items[3], items[4], started)


def _steady(
    differential: Differential, timeline: Timeline, slopes: DoseSlopes, equations: LinearEquations
) -> tuple[tuple[Array, Array], dict[int, str]]:
    """Return the states of all regimens (D, n) and their derivatives (D, q, n), and by person why there are none."""
    doses, accounts = timeline.steady_doses, differential.system.is_account
    n, q = len(accounts), differential.count
    states, found = np.full((len(doses), n), np.nan), np.full((len(doses), q, n), np.nan)
    if not len(doses):
        return (states, found), {}
    place = (doses.person, doses.epoch)
    matrix, constant = equations.matrix[place], equations.constant[place]
    names = differential.system.state_names
    at_record, reasons = linear_steady_states(matrix, constant, doses, accounts, names)
    after_entry, _ = linear_steady_states(matrix, constant, replace(doses, phase=np.zeros(len(doses))), accounts, names)
    good = np.flatnonzero([reason is None for reason in reasons])
    kept = np.flatnonzero(~accounts)
    some = chosen_doses(doses, good)
    flow = LinearFlow(
        matrix[good[:, None, None], kept[:, None], kept],
        np.where(some.adds[:, None], 0.0, constant[good][:, kept]),
        equations.matrix_slopes[place][good][:, :, kept[:, None], kept],
        np.where(some.adds[:, None, None], 0.0, equations.constant_slopes[place][good][:, :, kept]),
    )
    own = DoseSlopes(*(item[good] for item in vars(slopes).values()))
    unit = (kept == some.state[:, None]).astype(np.float64)
    states[good], found[good] = at_record[good], 0.0
    found[good[:, None], :, kept] = np.swapaxes(steady_slopes(flow, after_entry[good][:, kept], some, own, unit), 1, 2)
    missing: dict[int, str] = {}
    for index, reason in enumerate(reasons):
        if reason is not None:
            missing.setdefault(int(doses.person[index]), f"({doses.where[index]}) {reason}")
    return (states, found), missing


def linear_steady_slopes(
    differential: Differential, timeline: Timeline, parameters: Array
) -> tuple[tuple[Array, Array], dict[int, str]]:
    """Return what `_steady` says of the regimens of a linear system."""
    if timeline.slopes is None:
        raise ValueError("the timeline has no slopes")
    with np.errstate(all="ignore"):
        equations = linear_equations(differential, timeline, parameters)
        return _steady(differential, timeline, timeline.slopes.regimens, equations)


def _lengths(timeline: Timeline) -> tuple[Array, Indexes]:
    """Return the distinct step lengths (U,), h, and which one each step has (P, K)."""
    spans = timeline.spans
    latest = max(float(np.abs(timeline.times).max(initial=0.0)), float(np.abs(timeline.start).max(initial=0.0)))
    whole = np.rint(spans / max(latest * SAME_LENGTH, np.finfo(float).tiny))
    _, first, which = np.unique(whole, return_index=True, return_inverse=True)
    return spans.ravel()[first], which.reshape(spans.shape)


def _walk(
    differential: Differential,
    timeline: Timeline,
    slopes: TimelineSlopes,
    equations: LinearEquations,
    steady: tuple[Array, Array],
    known: tuple[Array, Indexes],
    who: slice,
) -> Array:
    """Return the derivatives after each step (C, K, q, n) of a group of people."""
    (lengths, which), (steady_states, settled) = known, steady
    which, epochs = which[who], timeline.epoch[who]
    people, steps = which.shape
    n, inputs = equations.matrix.shape[-1], np.array(timeline.inputs, dtype=np.intp)
    everyone = np.arange(people)
    codes = (everyone[:, None] * equations.matrix.shape[1] + epochs) * len(lengths) + which
    distinct, index = np.unique(codes, return_inverse=True)
    index = index.reshape(codes.shape)
    owner, length = np.divmod(distinct, len(lengths))
    columns = np.zeros((len(distinct), n, 1 + len(inputs)))
    columns[:, :, 0] = equations.constant.reshape(-1, n)[owner]
    columns[:, inputs, 1 + np.arange(len(inputs))] = 1.0
    q = differential.count
    propagators, changes = affine_slopes(
        equations.matrix.reshape(-1, n, n)[owner],
        columns,
        equations.matrix_slopes.reshape(-1, q, n, n)[owner],
        equations.constant_slopes.reshape(-1, q, n, 1)[owner],
        lengths[length],
    )
    rates, rate_slopes = timeline.rates[who], np.swapaxes(slopes.rates[who], 2, 3)
    boluses, bolus_slopes = timeline.boluses[who], np.swapaxes(slopes.boluses[who], 2, 3)
    moves = slopes.times[who]
    moving = (moves != 0.0).any(axis=(0, 2))
    reset, chosen = timeline.reset[who], timeline.steady[who]
    keeps, adds = differential.system.is_account, timeline.steady_doses.adds
    found = np.empty((people, steps, q, n))
    start = timeline.start_epoch[who]
    now, change = equations.initial[everyone, start], equations.initial_slopes[everyone, start].copy()
    carried = np.empty((people, n + 1 + len(inputs)))
    carried[:, n] = 1.0

    def speed(step: int) -> Array:
        """Return d x / dt (C, 1, n) under what holds during a step."""
        place = (everyone, epochs[:, step])
        flow = np.einsum("pij,pj->pi", equations.matrix[place], now) + equations.constant[place]
        flow[:, inputs] += rates[:, step]
        return flow[:, None, :]

    for step in range(steps):
        if step and moving[step - 1]:
            change -= moves[:, step - 1, :, None] * speed(step)
        carried[:, :n], carried[:, n + 1 :] = now, rates[:, step]
        own = propagators[index[:, step]]
        change = np.einsum("pij,pqj->pqi", own[:, :, :n], change)
        change += np.einsum("pqij,pj->pqi", changes[index[:, step]], carried)
        change += np.einsum("pij,pqj->pqi", own[:, :, n + 1 :], rate_slopes[:, step])
        now = np.einsum("pij,pj->pi", own, carried)
        if moving[step]:
            change += moves[:, step, :, None] * speed(step)
        if (back := np.flatnonzero(reset[:, step] >= 0)).size:
            place = (back, reset[back, step])
            now[back], change[back] = equations.initial[place], equations.initial_slopes[place]
        if (resting := np.flatnonzero(chosen[:, step] >= 0)).size:
            dose = chosen[resting, step]
            stays = keeps | adds[dose, None]
            now[resting] = np.where(stays, now[resting], 0.0) + steady_states[dose]
            change[resting] = np.where(stays[:, None], change[resting], 0.0) + settled[dose]
        now[:, inputs] += boluses[:, step]
        change[:, :, inputs] += bolus_slopes[:, step]
        found[:, step] = change
    return found
