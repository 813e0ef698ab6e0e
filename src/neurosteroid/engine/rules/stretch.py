"""Stretches: some people followed from where each of them stands, as if no rule acted, and what is seen on the way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine.rules.plan import SAME_MOMENT, Plan
from neurosteroid.engine.rules.programme import Programme
from neurosteroid.engine.rules.standing import RUNNING, Standing
from neurosteroid.engine.rules.windows import Window, window
from neurosteroid.engine.solution import Solution
from neurosteroid.engine.solvers.choose import solve_timeline
from neurosteroid.engine.solvers.reference import Tolerances
from neurosteroid.engine.steady import join_steady
from neurosteroid.engine.timetable import Timeline, starting_from

Array = NDArray[np.float64]
Indexes = NDArray[np.intp]
Truth = NDArray[np.bool_]

EDGE, START, END, READY, COMMON, BOLUS, OUTPUT, PADDING = range(8)
"""Kinds of rows; at one time they come in the order EDGE, START to COMMON, BOLUS, OUTPUT."""


@final
@dataclass(frozen=True)
class Method:
    """How stretches are solved."""

    name: str = "auto"
    tolerances: Tolerances | None = None
    threads: int | None = None

    def solve(self, plan: Plan, timeline: Timeline, states: Array, who: Indexes) -> Solution:
        """Follow people `who` from states (A, n) through a timeline."""
        timeline = starting_from(timeline, states)
        return solve_timeline(
            plan.system,
            timeline,
            plan.parameters[who],
            method=self.name,
            tolerances=self.tolerances,
            threads=self.threads,
        )


@final
@dataclass(frozen=True, eq=False)
class Stretch:
    """A people in M rows, in the order in which each person meets them.

    Attributes:
        who: (A,) positions in the plan.
        kinds: (A, M) see above.
        numbers: (A, M) of a row among its kind: the common time, the edge or dose among those of all programmes.
        times: (A, M) h, not decreasing.
        rates: (A, M, G) rate of each programme's pump on the way to each row, in the programme's unit.
        amounts: (A, M) dose given at each row, in its unit.
        states: (A, M, n) after what happens at each row; NaN from a failure on.
        values: (A, M, V) the watched ports.
        settled: (A,) h, see `Window`.
        solution: how it was solved.
    """

    who: Indexes
    kinds: Indexes
    numbers: Indexes
    times: Array
    rates: Array
    amounts: Array
    states: Array
    values: Array
    settled: Array
    solution: Solution

    def way_to(self, person: int, row: int) -> int:
        """Return the first row of the time of a row: the way to it is the stretch of time that ends there."""
        return int(np.searchsorted(self.times[person], self.times[person, row], side="left"))

    def way_from(self, person: int, row: int) -> int:
        """Return the first row after the time of a row."""
        return int(np.searchsorted(self.times[person], self.times[person, row], side="right"))


def run_ahead(plan: Plan, standing: Standing, who: Indexes, method: Method, looks: Array | None = None) -> Stretch:
    """Follow people from where they stand to the end of their windows.

    Args:
        plan: of everybody.
        standing: of everybody.
        who: (A,) to be followed.
        method: how.
        looks: (A, X) further times at which continuous conditions are looked at, h; -inf for none.
    """
    start = standing.time[who]
    ahead = window(plan, standing, who)
    kinds, numbers, times, valid = _rows(plan, standing, who, start, ahead, looks)
    order = np.argsort(times, axis=1, kind="stable")
    kinds, numbers = np.take_along_axis(kinds, order, axis=1), np.take_along_axis(numbers, order, axis=1)
    times, valid = np.take_along_axis(times, order, axis=1), np.take_along_axis(valid, order, axis=1)
    running = standing.mode[who] == RUNNING
    rates = np.zeros((*times.shape, len(plan.programmes)))
    for place, programme in enumerate(plan.programmes):
        if len(programme.times):
            opens = np.zeros(times.shape, dtype=np.bool_)
            opens[kinds == EDGE] = plan.edge_of[numbers[kinds == EDGE]] == place
            passed: Indexes = np.cumsum(opens, axis=1, dtype=np.intp) - opens
            found = pump_rate(programme, passed - 1, standing.ceiling[who, place][:, None])
            rates[:, :, place] = found * running[:, None, place]
    amounts = np.zeros_like(times)
    person, row = np.nonzero((kinds == BOLUS) & valid) if len(plan.dose_states) else (who[:0], who[:0])
    dose = numbers[person, row]
    for place, programme in enumerate(plan.programmes):
        mine = (plan.dose_of[dose] == place) & running[person, place]
        found = dose_amount(programme, plan.dose_number[dose[mine]], standing.ceiling[who[person[mine]], place])
        amounts[person[mine], row[mine]] = found
    timeline = _timeline(plan, who, start, kinds, numbers, times, rates, amounts)
    solution = method.solve(plan, timeline, standing.states[who], who)
    kinds = np.where(valid, kinds, PADDING)
    values = watch(plan, who, times, solution.states)
    return Stretch(who, kinds, numbers, times, rates, amounts, solution.states, values, ahead.settled, solution)


def pump_rate(programme: Programme, edge: Indexes, ceiling: Indexes) -> Array:
    """Return the pump's rate after an edge (-1: before the first), not above the highest step allowed; any shape."""
    rates = np.append(np.asarray(programme.rates, float), 0.0)[edge]
    levels = programme.levels
    if programme.by_doses or not len(levels):
        return rates
    return np.asarray(np.minimum(rates, levels[ceiling]), dtype=np.float64)


def dose_amount(programme: Programme, dose: Indexes, ceiling: Indexes) -> Array:
    """Return the amount of a planned dose in its unit, not above the highest step allowed; any shape."""
    amounts = np.array([item.amount for item in programme.doses], dtype=np.float64)[dose]
    if not programme.by_doses:
        return np.asarray(amounts, dtype=np.float64)
    return np.asarray(np.minimum(amounts, programme.levels[ceiling]), dtype=np.float64)


def watch(plan: Plan, who: Indexes, times: Array, states: Array, epochs: Indexes | None = None) -> Array:
    """Return the watched ports (A, M, V) at times (A, M) in states (A, M, n).

    Args:
        plan: of everybody.
        who: (A,) who is watched.
        times: h.
        states: then.
        epochs: (A, M) of the covariates; by default what holds from each time on.
    """
    if not plan.ports:
        return np.zeros((*times.shape, 0))
    covariates = plan.covariates[who[:, None], plan.epochs(times) if epochs is None else epochs]
    with np.errstate(all="ignore"):
        found = plan.system.outputs(plan.ports, times, states, plan.parameters[who], covariates)
    return np.stack([found[port] for port in plan.ports], axis=2)


def _rows(
    plan: Plan, standing: Standing, who: Indexes, start: Array, ahead: Window, looks: Array | None
) -> tuple[Indexes, Indexes, Array, Truth]:
    """Return kind, number, time and validity of all rows (A, M), in the order of their kinds."""
    people, end = len(who), ahead.end
    edges = plan.edges + standing.shift[who][:, plan.edge_of]
    doses = plan.dose_times + standing.shift[who][:, plan.dose_of] + plan.dose_lags[who]
    own = standing.ready[who] if looks is None else np.concatenate([standing.ready[who], looks], axis=1)
    common, common_times = _within(plan.common, start, end)
    outputs, output_times = _within(plan.common[plan.outputs], start, end)
    blocks: list[tuple[int, Indexes, Array]] = [
        (EDGE, np.arange(edges.shape[1]), edges),
        (START, np.zeros(1, dtype=np.intp), start[:, None]),
        (END, np.zeros(1, dtype=np.intp), end[:, None]),
        (READY, np.arange(own.shape[1]), own),
        # conditions are read on what a dose finds, too
        (READY, np.arange(doses.shape[1]), doses),
        (COMMON, common, common_times),
        (BOLUS, np.arange(doses.shape[1]), doses),
        (OUTPUT, outputs, output_times),
    ]
    shapes = [(people, number.shape[-1]) for _, number, _ in blocks]
    each = list(zip(blocks, shapes, strict=True))
    kinds = np.concatenate([np.full(shape[1], kind) for (kind, _, _), shape in each])
    numbers = np.concatenate([np.broadcast_to(number, shape) for (_, number, _), shape in each], axis=1)
    times = np.concatenate([np.broadcast_to(time, shape) for (_, _, time), shape in each], axis=1)
    inside = (times >= start[:, None] - SAME_MOMENT) & (times <= end[:, None] + SAME_MOMENT)
    valid = inside & ((kinds != COMMON) | (times > standing.read[who, None] + SAME_MOMENT))
    left = plan.dose_number >= standing.next_dose[who][:, plan.dose_of]
    valid[:, kinds == BOLUS] &= left
    # A dose due while an ordered action is due waits for it: rules act first.
    waits = (end < plan.horizon) & ~ahead.goes_on
    held_back = (kinds == BOLUS) & (times >= end[:, None] - SAME_MOMENT) & waits[:, None]
    valid &= ~held_back
    times = np.clip(_snapped(times, kinds, plan.common), start[:, None], end[:, None])
    shape = times.shape
    return np.broadcast_to(kinds, shape), numbers, times, valid


def _within(common: Array, start: Array, end: Array) -> tuple[Indexes, Array]:
    """Return places and times (A, M) of the common times between each person's start and end; -inf pads."""
    first = np.searchsorted(common, start - SAME_MOMENT)
    count = np.searchsorted(common, end + SAME_MOMENT, side="right") - first
    place = first[:, None] + np.arange(count.max(initial=0))
    mine = np.minimum(place, max(len(common) - 1, 0))
    return mine, np.where(np.arange(place.shape[1]) < count[:, None], common[mine], -np.inf)


def _snapped(times: Array, kinds: Indexes, common: Array) -> Array:
    """Return times of which those that are one moment with a common time are that time."""
    if not len(common):
        return times
    own = np.where(np.isfinite(times), times, 0.0)
    near = np.clip(np.searchsorted(common, own - SAME_MOMENT), 0, len(common) - 1)
    same = (np.abs(common[near] - times) <= SAME_MOMENT) & (kinds != COMMON) & (kinds != OUTPUT) & (kinds != START)
    return np.where(same, common[near], times)


def _timeline(
    plan: Plan,
    who: Indexes,
    start: Array,
    kinds: Indexes,
    numbers: Indexes,
    times: Array,
    rates: Array,
    amounts: Array,
) -> Timeline:
    people, steps = times.shape
    inputs = plan.inputs
    inflow = np.zeros((people, steps + 1, len(inputs)))
    for place, pump in enumerate(plan.pumps):
        if pump >= 0:
            inflow[:, :-1, inputs.index(pump)] += rates[:, :, place] * plan.pump_factors[who, None, place]
    boluses = np.zeros((people, steps, len(inputs)))
    rows, columns = np.nonzero(amounts)
    dose = numbers[rows, columns]
    entering = np.searchsorted(inputs, plan.dose_states[dose]) if len(plan.dose_states) else dose
    boluses[rows, columns, entering] = amounts[rows, columns] * plan.dose_factors[who[rows], dose]
    return plain_timeline(plan, who, start, times, inputs, inflow, boluses)


def plain_timeline(
    plan: Plan, who: Indexes, start: Array, times: Array, inputs: tuple[int, ...], inflow: Array, boluses: Array
) -> Timeline:
    """Return a timeline (A, M) in which every step makes a row."""
    people, steps = times.shape
    none = np.full((people, steps), -1, dtype=np.intp)
    return Timeline(
        start=start,
        start_epoch=np.zeros(people, dtype=np.intp),
        times=times,
        inputs=inputs,
        levels=inflow,
        level=np.broadcast_to(np.arange(steps + 1), (people, steps + 1)),
        doses=boluses,
        dose=np.broadcast_to(np.arange(steps), (people, steps)),
        reset=none,
        steady=none,
        steady_doses=join_steady([]),
        epoch=plan.epochs_until(times),
        covariates=plan.covariates[who],
        row_step=np.broadcast_to(np.arange(steps), (people, steps)),
        row_epoch=plan.epochs(times),
        row_output=np.broadcast_to(np.arange(steps), (people, steps)),
        row_record=none,
    )
