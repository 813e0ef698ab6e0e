"""Timelines in fixed steps: what `solve` is asked for, where it can be walked on a grid of steps."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine.solution import Failure, Solution
from neurosteroid.engine.solvers.gates.job import NEVER, Walk
from neurosteroid.engine.solvers.gates.order import plan_moves, sharing_moves
from neurosteroid.engine.solvers.gates.running import FAILED, run
from neurosteroid.engine.system import System
from neurosteroid.engine.timetable import Timeline
from neurosteroid.errors import InputError, SolverError

Array = NDArray[np.float64]
Whole = NDArray[np.int64]

_NEAR: Final = 1e-6
"""How far from a whole number of steps a time may lie, in steps; times are sums of decimal numbers."""


def solve_gates(
    system: System, timeline: Timeline, parameters: Array, step: float, *, threads: int | None = None
) -> Solution:
    """Follow P people in symmetric exponential moves of one length, without error control; see `order.plan_moves`.

    Args:
        system: with a tape.
        timeline: of P people; boluses and rows at whole steps from one start, covariates that stay.
        parameters: (P, m).
        step: length of a step, in the time of the rates.
        threads: of compiled code.

    Raises:
        InputError: a step that is no positive time, or a timeline that does not fit.
        SolverError: a function in the equations has no native form.
    """
    if not (math.isfinite(step) and step > 0):
        raise InputError(f"step is {step!r}; give a positive time.")
    if system.traced.tape is None:
        raise SolverError(
            "a function in these equations has no native form; write them with neurosteroid.engine.maths."
        )
    _refuse(timeline)
    row_at = _whole(timeline.row_times, timeline, step, "an output time")
    dosed = timeline.dose >= 0
    dose_at = _whole(np.where(dosed, timeline.times, np.nan), timeline, step, "a dose")
    last = max(int(row_at.max(initial=0)), 1)
    every = math.gcd(last, *np.unique(row_at[timeline.mask]).tolist())
    # A dose at the last row acts before it, so there must be a step after it.
    steps = last + (every if (dose_at[dosed] >= last).any() else 0)
    covariates = np.take_along_axis(timeline.covariates, timeline.start_epoch[:, None, None], axis=1)[:, 0]
    with np.errstate(all="ignore"):
        first = system.initial(parameters, covariates) if timeline.initial is None else timeline.initial
    event_step, event_state, event_amount = _events(timeline, np.where(dosed, dose_at, NEVER), steps)
    walk = Walk(
        steps=steps,
        every=every,
        watched=0,
        most_spikes=0,
        start=float(timeline.start[0]),
        step=float(step),
        threshold=math.inf,
        kept=np.arange(len(system.state_names)),
        parameters=parameters,
        covariates=covariates,
        initial=first,
        event_step=event_step,
        event_state=event_state,
        event_amount=event_amount,
    )
    moves = sharing_moves(plan_moves(system.traced.tape), parameters, covariates)
    walked, used, notes = run(moves, walk, "auto", threads)
    states = np.take_along_axis(walked.courses, (row_at // every)[:, :, None], axis=1)
    states[~timeline.mask | (timeline.row_times >= walked.failed[:, None])] = np.nan
    failures = tuple(
        Failure(int(person), float(walked.failed[person]), FAILED) for person in np.flatnonzero(walked.failed < np.inf)
    )
    method = "gates" if used == "gates" else f"gates ({used})"
    return Solution(system, timeline, parameters, states, method, {"step": float(step)}, failures, tuple(notes))


def _refuse(timeline: Timeline) -> None:
    """Raise InputError for what cannot be walked in fixed steps."""
    way = "leave step out for a solver that can"
    if timeline.slopes is not None:
        raise InputError(f"fixed steps give no sensitivities; {way}.")
    if np.ptp(timeline.start) > 0:
        raise InputError("fixed steps need one start for everybody; give start.")
    if np.any(timeline.levels):
        raise InputError(f"fixed steps follow no infusions; {way}.")
    if (timeline.steady >= 0).any() or (timeline.reset >= 0).any():
        raise InputError(f"fixed steps follow neither steady states nor resets; {way}.")
    used = np.take_along_axis(timeline.covariates, timeline.epoch[:, :, None], axis=1)
    begin = np.take_along_axis(timeline.covariates, timeline.start_epoch[:, None, None], axis=1)
    if not np.array_equal(used, np.broadcast_to(begin, used.shape), equal_nan=True):
        raise InputError(f"fixed steps follow no covariates that change; {way}.")


def _whole(times: Array, timeline: Timeline, step: float, what: str) -> Whole:
    """Return times in steps from the start; 0 where there is none."""
    real = np.isfinite(times)
    counts = np.where(real, (times - timeline.start[:, None]) / step, 0.0)
    found = np.rint(counts)
    odd = np.abs(counts - found) > _NEAR
    if odd.any():
        time = times[odd][0]
        raise InputError(
            f"{what} at {time:g} is no whole number of steps of {step:g} from {timeline.start[0]:g}; change one."
        )
    return found.astype(np.int64)


def _events(timeline: Timeline, at: Whole, steps: int) -> tuple[Whole, Whole, Array]:
    """Return (P, E) steps, states and amounts of the boluses."""
    inputs: Sequence[int] = timeline.inputs
    people, moments = at.shape
    amounts = timeline.boluses.reshape(people, moments * len(inputs))
    each = np.repeat(at, len(inputs), axis=1)
    each = np.where((amounts != 0.0) & (each < steps), each, NEVER)
    states = np.tile(np.asarray(inputs, dtype=np.int64), (people, moments))
    order = np.argsort(each, axis=1, kind="stable")
    most = int((each < NEVER).sum(axis=1).max(initial=0))
    order = order[:, :most]
    return (
        np.take_along_axis(each, order, axis=1),
        np.take_along_axis(states, order, axis=1),
        np.take_along_axis(amounts, order, axis=1),
    )
