"""Scanning: the first moment of a stretch at which a rule fires or an ordered action is due, person by person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine.rules.between import Between
from neurosteroid.engine.rules.plan import SAME_MOMENT, Plan
from neurosteroid.engine.rules.rule import WHILE_PLANNED, ActionKind
from neurosteroid.engine.rules.standing import HELD, Standing
from neurosteroid.engine.rules.stretch import (
    BOLUS,
    COMMON,
    END,
    OUTPUT,
    PADDING,
    START,
    Method,
    Stretch,
    watch,
)
from neurosteroid.engine.solution import Failure

Array = NDArray[np.float64]
Indexes = NDArray[np.intp]
Truth = NDArray[np.bool_]


@final
@dataclass(frozen=True, eq=False)
class Moments:
    """The first moment of each of A people of a stretch.

    Attributes:
        row: (A,) the last row before the moment; the last one that is settled when nothing happens.
        happens: (A,) whether there is one.
        goes_on: (A,) whether there is none and the follow-up goes on after what is settled.
        time: (A,) h; when there is none, where what is settled ends.
        states: (A, n) just before anything is done.
        fires: (A, R) which rules fire.
        values: (A, R) the ports they watch, then.
        armed: (A, R) whether each rule may fire after what was seen up to here.
        failures: who failed while a moment was located by solving again, by position among the A.
    """

    row: Indexes
    happens: Truth
    goes_on: Truth
    time: Array
    states: Array
    fires: Truth
    values: Array
    armed: Truth
    failures: tuple[Failure, ...] = ()


def first_moments(plan: Plan, standing: Standing, stretch: Stretch, method: Method) -> Moments:
    """Return the first moment of each person at which something happens."""
    people, rows = stretch.times.shape
    rules = len(plan.rules)
    firsts = np.full((people, rules), rows, dtype=np.intp)
    before: list[Truth] = []
    after: list[Truth] = []
    applicable = standing.applicable(plan)[stretch.who]
    finish_of = standing.finish(plan)[stretch.who]
    held_of = standing.mode[stretch.who] == HELD
    settled = stretch.times <= stretch.settled[:, None]
    last, short = settled.sum(axis=1) - 1, np.isfinite(stretch.settled)
    for index, rule in enumerate(plan.rules):
        fires, armed_before, armed_after = _firing(plan, standing, stretch, index)
        fires &= applicable[:, index, None] & settled
        finish, held = finish_of[:, rule.programme, None], held_of[:, rule.programme, None]
        if rule.action in WHILE_PLANNED:
            # a continuous condition that is seen at the end of the programme may have come to hold before it
            since = stretch.times if rule.checks is not None else before_rows(stretch.times)
            fires &= since < finish + (SAME_MOMENT if plan.programmes[rule.programme].doses else 0.0)
        if rule.action is ActionKind.RESCUE:
            fires &= ~held | (stretch.times >= finish - SAME_MOMENT)
        found = fires.any(axis=1)
        firsts[found, index] = fires[found].argmax(axis=1)
        before.append(armed_before)
        after.append(armed_after)
    everyone = np.arange(people)
    due = stretch.kinds == END
    ends = np.where(due.any(axis=1), due.argmax(axis=1), rows)
    ordered = standing.due[stretch.who].min(axis=1, initial=np.inf) <= plan.horizon + SAME_MOMENT
    cut = np.minimum(firsts.min(axis=1, initial=rows), np.where(ordered & ~short, ends, rows))
    happens = cut < rows
    cut = np.where(happens, cut, last)
    time = stretch.times[everyone, cut]
    given = np.cumsum(stretch.kinds == BOLUS, axis=1)
    seen = np.minimum(firsts, rows - 1)
    together = (firsts < rows) & (np.take_along_axis(stretch.times, seen, axis=1) == time[:, None])
    together &= np.take_along_axis(given, seen, axis=1) == given[everyone, cut][:, None]
    together &= happens[:, None]
    states = stretch.states[everyone, cut]
    values = stretch.values[everyone, cut][:, plan.port]
    row = cut.copy()
    earlier, failures = _located(plan, standing, stretch, method, together, seen, time, states, values, happens)
    row = np.where(earlier, cut - 1, row)
    armed = np.ones((people, rules), dtype=np.bool_)
    # what is watched all the time is read once more after what is done at its own moment
    at_cut = stretch.times == stretch.times[everyone, cut][:, None]
    reached, opened = at_cut.argmax(axis=1), (at_cut & (given == given[everyone, cut][:, None])).argmax(axis=1)
    latest = np.maximum((stretch.times <= time[:, None]).sum(axis=1) - 1, 0)
    for index, rule in enumerate(plan.rules):
        read = after[index][everyone, latest] if rule.checks is not None else before[index][everyone, opened]
        armed[:, index] = np.where(earlier, before[index][everyone, reached], read)
    return Moments(row, happens, short & ~happens, time, states, together, values, armed & ~together, failures)


def before_rows(times: Array) -> Array:
    """Return the time of the row before each row (A, M), and of the first row its own."""
    return np.concatenate([times[:, :1], times[:, :-1]], axis=1)


def _firing(plan: Plan, standing: Standing, stretch: Stretch, index: int) -> tuple[Truth, Truth, Truth]:
    """Return (A, M) where a rule's condition holds while it is armed, and whether it is armed before and after rows."""
    rule = plan.rules[index]
    values = stretch.values[:, :, plan.port[index]]
    if rule.checks is None:
        read = (stretch.kinds != PADDING) & (stretch.kinds != OUTPUT)
    else:
        number = np.where(stretch.kinds == COMMON, stretch.numbers, 0)
        read = (stretch.kinds == COMMON) & plan.seen(index, stretch.who[:, None], number)
    ready = standing.ready[stretch.who, index, None]
    holds = rule.condition.when.holds(values) & read & (stretch.times >= ready - 0.5 * SAME_MOMENT)
    always = np.ones(values.shape, dtype=np.bool_)
    if not rule.by_episode:
        return holds, always, always
    # A rule that has just fired is not armed again by a rounding error at the same moment.
    just = standing.just[stretch.who, index, None] & (stretch.kinds == START)
    released = rule.condition.released(values) & read & ~just
    place = np.broadcast_to(np.arange(values.shape[1]), values.shape)
    last = np.maximum.accumulate(np.where(holds | released, place, -1), axis=1)
    at_first = standing.armed[stretch.who, index, None]
    armed_after = np.where(last < 0, at_first, np.take_along_axis(released, np.maximum(last, 0), axis=1))
    armed_before = np.concatenate([at_first, armed_after[:, :-1]], axis=1)
    return holds & armed_before, armed_before, armed_after


def _located(
    plan: Plan,
    standing: Standing,
    stretch: Stretch,
    method: Method,
    together: Truth,
    seen: Indexes,
    time: Array,
    states: Array,
    values: Array,
    happens: Truth,
) -> tuple[Truth, tuple[Failure, ...]]:
    """Move moments back to where continuous conditions come to hold.

    Returns (A,) whose moment lies before its row, and who failed on the way to hers. `together`, `time`, `states` and
    `values` are changed in place.
    """
    ways = [
        (person, index, row)
        for person, index in np.argwhere(together & plan.continuous).tolist()
        if _crosses(plan, standing, stretch, person, index, row := stretch.way_to(person, int(seen[person, index])))
    ]
    earlier = np.zeros(len(time), dtype=np.bool_)
    if not ways:
        return earlier, ()
    person, index, right = (np.array(column, dtype=np.intp) for column in zip(*ways, strict=True))
    rules = tuple(plan.rules[number] for number in index)
    between = Between(plan, stretch, method, person, right, rules, plan.port[index])
    crossing, at_crossing = between.crossings()
    # the way was looked at beyond the crossing too; what went wrong there does not matter
    lost = {way: failure for way, failure in between.failures.items() if failure.time <= crossing[way]}
    for way, failure in lost.items():
        crossing[way] = failure.time
    located = np.full(together.shape, np.inf)
    located[person, index] = crossing
    at = np.where(np.isfinite(located), located, time[:, None])
    first = np.where(together, at, np.inf).min(axis=1, initial=np.inf)
    earlier = happens & (first < time - SAME_MOMENT)
    for a in np.flatnonzero(earlier).tolist():
        place = int(np.flatnonzero((person == a) & (crossing == first[a]))[0])
        time[a], states[a] = first[a], at_crossing[place]
        together[a] &= located[a] <= first[a] + SAME_MOMENT
        who = stretch.who[a : a + 1]
        values[a] = watch(plan, who, time[a : a + 1, None], states[a : a + 1, None])[0, 0, plan.port]
    # what another rule did before it makes a failure one of a course that was not taken
    failures = tuple(
        Failure(int(person[way]), failure.time, failure.reason)
        for way, failure in lost.items()
        if failure.time <= first[person[way]]
    )
    return earlier, failures


def _crosses(plan: Plan, standing: Standing, stretch: Stretch, person: int, index: int, right: int) -> bool:
    """Return whether a condition came to hold somewhere on the way to a row, the first of its time, and not before."""
    left = right - 1
    if left < 0 or stretch.times[person, left] < standing.ready[stretch.who[person], index] - SAME_MOMENT:
        return False
    before, at_end = stretch.values[person, left : right + 1, plan.port[index]]
    holds = plan.rules[index].condition.when.holds
    return not np.isnan(before) and not bool(holds(before)) and bool(holds(at_end))
