"""The same walk in numpy, all cells of a population at once: without a C compiler, and to hold the C against."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine.solvers.gates.arithmetic import function_of
from neurosteroid.engine.solvers.gates.by_numpy import reach, reach_near
from neurosteroid.engine.solvers.networks.job import Written
from neurosteroid.engine.solvers.networks.network import NetworkCourse
from neurosteroid.engine.solvers.networks.plan import JumpList, Kind, Plan
from neurosteroid.engine.solvers.networks.source import SUBSTEPS

Array = NDArray[np.float64]
Whole = NDArray[np.int64]
Rates = Callable[[Any, Any, Any, Any], list[Any]]
_Move = tuple[Whole, Array, Array, float, float]
"""Cells, their watched state before and after, when it began, and how long it was."""


@final
@dataclass(eq=False)
class _Crowd:
    """The cells of one population.

    Attributes:
        kind, parameters, together, alone: how they move.
        y: (n, N) states.
        begun: the same at the beginning of the step.
        steep: (N,) size of the slope of the last state, in the last step that was made.
        fast: cells that went through that step in parts, so that their gates stand at its end.
    """

    kind: Kind
    y: Array
    parameters: Array
    together: Rates | None
    alone: dict[int, Rates]
    begun: Array
    steep: Array
    fast: Whole

    def gates_moved(self, y: Array, t: float, h: float) -> Array:
        """Return states with gates moved by h."""
        y = y.copy()
        if self.together is None:
            return y
        gates = self.kind.gates
        found = self.together(t, y, self.parameters, ())
        for index, state in enumerate(gates):
            carried = reach if state in self.kind.moves.steady else reach_near
            y[state] += found[index] * carried(found[len(gates) + index], h)
        return y

    def rest_moved(self, y: Array, t: float, h: float) -> tuple[Array, Array]:
        """Return states with all else moved by h, and the size of the slope of the last one before."""
        y, steep = y.copy(), np.zeros(y.shape[1])
        if not self.kind.rest:
            return y, steep
        *first, last = self.kind.rest
        middle = SUBSTEPS * [(last, 1.0 / SUBSTEPS)]
        order = (*((s, 0.5) for s in first), *middle, *((s, 0.5) for s in reversed(first)))
        for place, (state, share) in enumerate(order):
            rate, slope = self.alone[state](t, y, self.parameters, ())
            if place == len(first):
                steep += np.abs(slope)
            y[state] += rate * _reach_either(slope, share * h)
        return y, steep

    def begin(self, t: float, h: float, *, first: bool) -> None:
        """Move gates to the middle of a step; those that stand at its beginning by half of it."""
        self.begun = self.y
        self.y = self.gates_moved(self.begun, t, 0.5 * h if first else h)
        if not first and len(self.fast):
            self.y[:, self.fast] = self.gates_moved(self.begun[:, self.fast], t, 0.5 * h)


def _crowd(kind: Kind, parameters: Array, initial: Array) -> _Crowd:
    tape, count = kind.moves.tape, kind.states
    chosen = [*kind.gates, *(count + state for state in kind.gates)]
    return _Crowd(
        kind,
        initial.T.copy(),
        parameters,
        function_of(tape, chosen) if kind.gates else None,
        {state: function_of(tape, [state, count + state]) for state in kind.rest},
        initial.T,
        np.zeros(len(initial)),
        np.arange(len(initial)),
    )


def walk_numpy(plan: Plan) -> NetworkCourse:
    """Run one network with numpy; the same moves in the same order as walk.c."""
    written = Written(plan)
    crowds = [
        _crowd(kind, population.parameters, population.initial)
        for kind, population in zip(plan.kinds, plan.populations, strict=True)
    ]
    begun = [0] * len(plan.jumps)
    with np.errstate(all="ignore"):
        for step in range(plan.steps):
            for crowd in crowds:
                crowd.begin(step * plan.step, plan.step, first=step == 0)
            now = [int(np.searchsorted(jumps.steps, step, side="right")) for jumps in plan.jumps]
            for jumps, start, end in zip(plan.jumps, begun, now, strict=True):
                crowds[jumps.population].y[jumps.state, jumps.cells[start:end]] = jumps.value
            _couple(plan, crowds)
            since = step - plan.settle
            if since >= 0 and since % plan.every == 0 and step + plan.every <= plan.steps:
                _keep(plan, written, crowds, since // plan.every)
            for place, crowd in enumerate(crowds):
                jumped = [
                    (jumps, jumps.cells[start:end])
                    for jumps, start, end in zip(plan.jumps, begun, now, strict=True)
                    if jumps.population == place and end > start
                ]
                _move_rest(plan, written.populations[place], crowd, place, step, jumped)
            begun = now
            if not all(np.isfinite(crowd.y).all() for crowd in crowds):
                written.failed[0] = (step + 1) * plan.step
                break
    return written.course("numpy")


def _move_rest(
    plan: Plan,
    arrays: dict[str, NDArray[Any]],
    crowd: _Crowd,
    place: int,
    step: int,
    jumped: list[tuple[JumpList, Whole]],
) -> None:
    """Move all but gates, fast cells in parts of the step; note spikes."""
    middle, watched, before = crowd.y, plan.watched[place], crowd.steep
    crowd.y, crowd.steep = crowd.rest_moved(middle, (step + 0.5) * plan.step, plan.step)
    was, crowd.fast = crowd.fast, np.nonzero((crowd.steep > plan.fast) | (before > plan.fast))[0]
    slow = np.delete(np.arange(middle.shape[1]), crowd.fast)
    moves: list[_Move] = [(slow, middle[watched, slow], crowd.y[watched, slow], step * plan.step, plan.step)]
    if len(crowd.fast):
        moves += _follow_finely(plan, crowd, place, step, was, middle, jumped)
    if step >= plan.settle:
        for move in moves:
            _fire(plan, arrays, *move)


def _follow_finely(
    plan: Plan, crowd: _Crowd, place: int, step: int, was: Whole, middle: Array, jumped: list[tuple[JumpList, Whole]]
) -> list[_Move]:
    """Follow the fast cells through the step in parts, with their inputs as all have them; return what `_fire` takes.

    Args:
        plan: of the run.
        crowd: of the population.
        place: of the population.
        step: which.
        was: cells that were fast in the step before.
        middle: states before all but gates moved.
        jumped: what jumped in this step.
    """
    cells, begun, watched = crowd.fast, crowd.begun[:, crowd.fast], plan.watched[place]
    now, h = step * plan.step, plan.step / plan.parts
    y = crowd.gates_moved(begun, now, 0.5 * plan.step)
    whole = np.isin(cells, was)
    y[:, whole] = begun[:, whole]
    for *_, target, entry in plan.links:
        if target == place:
            y[entry] = middle[entry, cells]
    found: list[_Move] = []
    for part in range(plan.parts):
        t = now + part * h
        y = crowd.gates_moved(y, t, h if part else 0.5 * h)
        if part == plan.parts // 2:
            for jumps, which in jumped:
                y[jumps.state, np.isin(cells, which)] = jumps.value
        start = y[watched]
        y, _ = crowd.rest_moved(y, t + 0.5 * h, h)
        found.append((cells, start, y[watched], t, h))
    crowd.y[:, cells] = crowd.gates_moved(y, now + plan.step, 0.5 * h)
    return found


def _couple(plan: Plan, crowds: list[_Crowd]) -> None:
    found: dict[tuple[int, int], float] = {}
    for (source, state, target, entry), weight in zip(plan.links, plan.weights, strict=True):
        place = (int(target), int(entry))
        found[place] = found.get(place, 0.0) + float(weight) * float(crowds[source].y[state].mean())
    for (target, entry), value in found.items():
        crowds[target].y[entry] = value


def _keep(plan: Plan, written: Written, crowds: list[_Crowd], row: int) -> None:
    for place, crowd in enumerate(crowds):
        arrays, watched = written.populations[place], plan.watched[place]
        arrays["means"][row] = crowd.y[plan.recorded[place]].mean(axis=1)
        apart = crowd.y[watched] - plan.populations[place].initial[:, watched]
        arrays["sums"] += apart
        arrays["squares"] += apart**2


def _fire(
    plan: Plan, arrays: dict[str, NDArray[Any]], cells: Whole, before: Array, after: Array, time: float, length: float
) -> None:
    for each in np.nonzero((before < plan.threshold) & (after >= plan.threshold))[0]:
        arrays["spike_counts"][cells[each]] += 1
        place = int(arrays["kept_spikes"][0])
        if place < len(arrays["spike_times"]):
            share = (plan.threshold - before[each]) / (after[each] - before[each])
            arrays["spike_times"][place] = time + share * length
            arrays["spike_cells"][place] = cells[each]
            arrays["kept_spikes"][0] = place + 1


def _reach_either(slope: Any, h: float) -> Any:
    """Return the same as reach_either of kind.h."""
    z = h * np.asarray(slope)
    return np.where(z > 0.0, h * (1.0 + 0.5 * z), reach_near(np.minimum(slope, 0.0), h))
