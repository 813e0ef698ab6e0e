"""Touching: values that reach a limit and turn back between two looks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine.rules.between import Between
from neurosteroid.engine.rules.plan import Plan
from neurosteroid.engine.rules.scanning import Moments
from neurosteroid.engine.rules.standing import Standing
from neurosteroid.engine.rules.stretch import OUTPUT, PADDING, Method, Stretch
from neurosteroid.engine.solution import Failure

Array = NDArray[np.float64]
Truth = NDArray[np.bool_]


@final
@dataclass(frozen=True, eq=False)
class FurtherLooks:
    """Where A people have to be looked at beside the common times.

    Attributes:
        times: (A, X) h before each person's moment, at which a continuous condition holds unseen; -inf pads.
        failures: who failed while they were looked for, by position among the A.
        last_time: (A, R) h of the last look below each rule's limit before what is settled ends; -inf for none.
        last_excess: (A, R) what the watched value had of the limit then, below 0.
    """

    times: Array
    failures: tuple[Failure, ...]
    last_time: Array
    last_excess: Array


def further_looks(plan: Plan, standing: Standing, stretch: Stretch, moments: Moments, method: Method) -> FurtherLooks:
    """Return where a continuous condition holds unseen.

    Looked for beside each look that is nearer to the limit than its neighbours, where the line through it and a
    neighbour, drawn on to the other one, reaches the limit: a curve without a bend lies below such a line. The place of
    the turn is where the slope of the value changes its sign.
    """
    people = len(stretch.who)
    closely = np.array([rule.watched_closely for rule in plan.rules], dtype=np.bool_)
    applicable = standing.applicable(plan)[stretch.who] & closely
    last_time, last_excess = standing.near_time[stretch.who], standing.near_excess[stretch.who]
    found: list[tuple[int, int, int]] = []
    for index, rule in enumerate(plan.rules):
        if not applicable[:, index].any():
            continue
        excess = rule.condition.when.excess(stretch.values[:, :, plan.port[index]])
        later = stretch.times >= standing.ready[stretch.who, index, None]
        # a row of output shows what the look before it has seen, and stands between it and the next look
        seen = (stretch.kinds != PADDING) & (stretch.kinds != OUTPUT)
        near = seen & later & applicable[:, index, None] & (excess < 0.0)
        turns = _turns(stretch, excess, near, last_time[:, index], last_excess[:, index])
        found += [(person, index, row) for person, row in turns if row <= moments.row[person]]
        _remember(stretch, excess, near, last_time[:, index], last_excess[:, index])
    if not found:
        return FurtherLooks(np.zeros((people, 0)), (), last_time, last_excess)
    who, which, right = np.array(found, dtype=np.intp).T
    rules = tuple(plan.rules[number] for number in which)
    between = Between(plan, stretch, method, who, right, rules, plan.port[which])
    times = between.peaks()
    failures = tuple(Failure(int(who[way]), each.time, each.reason) for way, each in between.failures.items())
    kept = np.isfinite(times)
    extra = [times[kept & (who == place)] for place in range(people)] if kept.any() else [times[:0]] * people
    width = max(len(own) for own in extra)
    padded = np.array([np.append(own, np.full(width - len(own), -np.inf)) for own in extra]).reshape(people, width)
    return FurtherLooks(padded, failures, last_time, last_excess)


def _turns(
    stretch: Stretch, excess: Array, near: Truth, earlier_time: Array, earlier_excess: Array
) -> list[tuple[int, int]]:
    """Return (person, row) of the ways on which the value may reach the limit and turn back.

    Args:
        stretch: of A people in M rows.
        excess: (A, M) what the watched value has of the limit.
        near: (A, M) the looks, all of them below the limit.
        earlier_time: (A,) h of the look before the first row; -inf for none.
        earlier_excess: (A,) then.
    """
    person, row = np.nonzero(near)
    before = np.flatnonzero(np.isfinite(earlier_time))
    person = np.concatenate([before, person])
    row = np.concatenate([np.full(len(before), -1, dtype=np.intp), row])
    order = np.lexsort((row, person))
    person, row = person[order], row[order]
    known = row < 0
    time = np.where(known, earlier_time[person], stretch.times[person, row])
    value = np.where(known, earlier_excess[person], excess[person, row])
    # one look at each time, the last one
    kept = np.ones(len(person), dtype=np.bool_)
    kept[:-1] = (person[1:] != person[:-1]) | (time[1:] > time[:-1])
    person, row, time, value = person[kept], row[kept], time[kept], value[kept]
    if len(person) < 3:
        return []
    step, rise, same = np.diff(time), np.diff(value), person[1:] == person[:-1]
    slope = rise / np.where(same, step, 1.0)
    turns = same[:-1] & same[1:] & (slope[:-1] >= 0.0) & (slope[1:] <= 0.0)
    onward = turns & (value[1:-1] + slope[:-1] * step[1:] >= 0.0)
    backward = turns & (value[1:-1] - slope[1:] * step[:-1] >= 0.0)
    found: list[tuple[int, int]] = []
    for place in np.flatnonzero(onward | backward).tolist():
        who, at = int(person[place + 1]), int(row[place + 1])
        if onward[place]:
            found.append((who, stretch.way_from(who, at)))
        # the way to the first row was looked at before it was settled
        if backward[place] and (way := stretch.way_to(who, at)) > 0:
            found.append((who, way))
    return found


def _remember(stretch: Stretch, excess: Array, near: Truth, last_time: Array, last_excess: Array) -> None:
    """Write the last look (A,) before what is settled ends into `last_time` and `last_excess`, where there is one."""
    mine = near & (stretch.times < stretch.settled[:, None]) & np.isfinite(stretch.settled)[:, None]
    who = np.flatnonzero(mine.any(axis=1))
    place = mine.shape[1] - 1 - mine[who, ::-1].argmax(axis=1)
    last_time[who], last_excess[who] = stretch.times[who, place], excess[who, place]
