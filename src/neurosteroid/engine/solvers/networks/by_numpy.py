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
from neurosteroid.engine.solvers.networks.plan import Kind, Plan
from neurosteroid.engine.solvers.networks.source import SUBSTEPS

Array = NDArray[np.float64]
Rates = Callable[[Any, Any, Any, Any], list[Any]]


@final
@dataclass(frozen=True, eq=False)
class _Crowd:
    """The cells of one population: their states (n, N), and the functions that move them."""

    kind: Kind
    y: Array
    parameters: Array
    together: Rates | None
    alone: dict[int, Rates]

    def move_gates(self, t: float, h: float) -> None:
        if self.together is None:
            return
        gates = self.kind.gates
        found = self.together(t, self.y, self.parameters, ())
        for index, state in enumerate(gates):
            carried = reach if state in self.kind.moves.steady else reach_near
            self.y[state] += found[index] * carried(found[len(gates) + index], h)

    def move_rest(self, t: float, h: float) -> None:
        if not self.kind.rest:
            return
        *first, last = self.kind.rest
        middle = SUBSTEPS * [(last, 1.0 / SUBSTEPS)]
        for state, share in (*((s, 0.5) for s in first), *middle, *((s, 0.5) for s in reversed(first))):
            rate, slope = self.alone[state](t, self.y, self.parameters, ())
            self.y[state] += rate * _reach_either(slope, share * h)


def _crowd(kind: Kind, parameters: Array, initial: Array) -> _Crowd:
    tape, count = kind.moves.tape, kind.states
    chosen = [*kind.gates, *(count + state for state in kind.gates)]
    return _Crowd(
        kind,
        initial.T.copy(),
        parameters,
        function_of(tape, chosen) if kind.gates else None,
        {state: function_of(tape, [state, count + state]) for state in kind.rest},
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
                crowd.move_gates(step * plan.step, plan.step if step else 0.5 * plan.step)
            for place, jumps in enumerate(plan.jumps):
                end = int(np.searchsorted(jumps.steps, step, side="right"))
                crowds[jumps.population].y[jumps.state, jumps.cells[begun[place] : end]] = jumps.value
                begun[place] = end
            _couple(plan, crowds)
            since = step - plan.settle
            if since >= 0 and since % plan.every == 0 and step + plan.every <= plan.steps:
                _keep(plan, written, crowds, since // plan.every)
            for place, crowd in enumerate(crowds):
                watched = plan.watched[place]
                before = crowd.y[watched].copy()
                crowd.move_rest((step + 0.5) * plan.step, plan.step)
                if since >= 0:
                    _fire(plan, written.populations[place], before, crowd.y[watched], step)
            if not all(np.isfinite(crowd.y).all() for crowd in crowds):
                written.failed[0] = (step + 1) * plan.step
                break
    return written.course("numpy")


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


def _fire(plan: Plan, arrays: dict[str, NDArray[Any]], before: Array, after: Array, step: int) -> None:
    for cell in np.nonzero((before < plan.threshold) & (after >= plan.threshold))[0]:
        arrays["spike_counts"][cell] += 1
        place = int(arrays["kept_spikes"][0])
        if place < len(arrays["spike_times"]):
            share = (plan.threshold - before[cell]) / (after[cell] - before[cell])
            arrays["spike_times"][place] = (step + share) * plan.step
            arrays["spike_cells"][place] = cell
            arrays["kept_spikes"][0] = place + 1


def _reach_either(slope: Any, h: float) -> Any:
    """Return the same as reach_either of kind.h."""
    z = h * np.asarray(slope)
    return np.where(z > 0.0, h * (1.0 + 0.5 * z), reach_near(np.minimum(slope, 0.0), h))
