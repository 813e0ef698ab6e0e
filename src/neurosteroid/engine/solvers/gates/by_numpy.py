"""The same walk in numpy, all cells at once: for machines without a C compiler, and to hold the C against."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine.solvers.gates.arithmetic import function_of
from neurosteroid.engine.solvers.gates.job import Walk, Walked, empty_walked
from neurosteroid.engine.solvers.gates.order import Moves

Array = NDArray[np.float64]


def walk_numpy(moves: Moves, walk: Walk) -> Walked:
    """Run cells with numpy; the same moves in the same order as walk.c."""
    count = len(moves.tape.results) // 2
    together = function_of(moves.tape, [*moves.gates, *(count + state for state in moves.gates)])
    alone = {state: function_of(moves.tape, [state, count + state]) for state in moves.rest}
    walked = empty_walked(walk)
    y, p, u = walk.initial.T.copy(), walk.parameters.T, walk.covariates.T
    gates = list(moves.gates)

    def move_gates(t: float, states: Array, h: float) -> None:
        found = together(t, states, p, u)
        for index, state in enumerate(gates):
            carried = reach if state in moves.steady else reach_near
            states[state] += found[index] * carried(found[len(gates) + index], h)

    def move_rest(t: float, h: float) -> None:
        *first, last = moves.rest
        for state, share in (*((s, 0.5) for s in first), (last, 1.0), *((s, 0.5) for s in reversed(first))):
            rate, slope = alone[state](t, y, p, u)
            y[state] += rate * reach_near(slope, share * h)

    by_step = _events_by_step(walk)
    with np.errstate(all="ignore"):
        for step in range(walk.steps):
            now = walk.start + step * walk.step
            records, acts = step % walk.every == 0, by_step.get(step)
            if step == 0 or acts is not None:
                if step:
                    move_gates(now, y, 0.5 * walk.step)
                for cell, state, amount in acts or ():
                    y[state, cell] += amount
                if records:
                    walked.courses[:, step // walk.every] = y[walk.kept].T
                move_gates(now, y, 0.5 * walk.step)
            else:
                if records:
                    shown = y.copy()
                    move_gates(now, shown, 0.5 * walk.step)
                    walked.courses[:, step // walk.every] = shown[walk.kept].T
                move_gates(now, y, walk.step)
            before = y[walk.watched].copy()
            if moves.rest:
                move_rest(now + 0.5 * walk.step, walk.step)
            _fire(walk, walked, before, y[walk.watched], now)
            walked.failed[:] = np.minimum(walked.failed, np.where(np.isfinite(y).all(axis=0), np.inf, now + walk.step))
        end = walk.start + walk.steps * walk.step
        move_gates(end, y, 0.5 * walk.step)
        if walk.steps % walk.every == 0:
            walked.courses[:, -1] = y[walk.kept].T
    return walked


def _fire(walk: Walk, walked: Walked, before: Array, after: Array, now: float) -> None:
    for cell in np.nonzero((before < walk.threshold) & (after >= walk.threshold))[0]:
        place = walked.spike_count[cell]
        walked.spike_count[cell] += 1
        if place < walk.most_spikes:
            share = (walk.threshold - before[cell]) / (after[cell] - before[cell])
            walked.spikes[cell, place] = now + share * walk.step


def reach(slope: Any, h: float) -> Any:
    """Return (exp(h slope) - 1) / slope: how far a rate of one carries in a step, as reach of moves.h."""
    z = h * slope
    near = np.abs(z) < 1e-5
    return np.where(near, h * (1.0 + 0.5 * z), (np.exp(z) - 1.0) / np.where(near, 1.0, slope))


def reach_near(slope: Any, h: float) -> Any:
    """Return the same with the exponential in its Pade form, as reach_near of moves.h."""
    z = h * slope
    z2 = z * z
    return (h + (h / 60.0) * z2) / (1.0 + 0.1 * z2 - z * (0.5 + (1.0 / 120.0) * z2))


def _events_by_step(walk: Walk) -> dict[int, list[tuple[int, int, float]]]:
    found: dict[int, list[tuple[int, int, float]]] = {}
    for cell, place in zip(*np.nonzero(walk.event_step < walk.steps), strict=True):
        what = (int(cell), int(walk.event_state[cell, place]), float(walk.event_amount[cell, place]))
        found.setdefault(int(walk.event_step[cell, place]), []).append(what)
    return found
