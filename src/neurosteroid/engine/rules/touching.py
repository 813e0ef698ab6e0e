"""Touching: values that reach a limit and turn back between two looks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine.rules.between import Between
from neurosteroid.engine.rules.plan import Plan
from neurosteroid.engine.rules.scanning import Moments
from neurosteroid.engine.rules.standing import Standing
from neurosteroid.engine.rules.stretch import OUTPUT, PADDING, Method, Stretch

Array = NDArray[np.float64]


def further_looks(plan: Plan, standing: Standing, stretch: Stretch, moments: Moments, method: Method) -> Array:
    """Return times (A, X) before each person's moment at which a continuous condition holds unseen; -inf pads.

    Looked for beside each look that is nearer to the limit than its neighbours, where the line through it and a
    neighbour, drawn on to the other one, reaches the limit: a curve without a bend lies below such a line. The place of
    the turn is where the slope of the value changes its sign.
    """
    people = len(stretch.who)
    closely = np.array([rule.watched_closely for rule in plan.rules], dtype=np.bool_)
    applicable = standing.applicable(plan)[stretch.who] & closely
    found: list[tuple[int, int, int]] = []
    for index, rule in enumerate(plan.rules):
        if not applicable[:, index].any():
            continue
        excess = rule.condition.when.excess(stretch.values[:, :, plan.port[index]])
        later = stretch.times >= standing.ready[stretch.who, index, None]
        below = (stretch.kinds != PADDING) & later & applicable[:, index, None] & (excess < 0.0)
        near = below & (stretch.kinds != OUTPUT)
        # a row of output shows what the look before it has seen, and stands between it and the next look
        for person in np.flatnonzero(_might_reach(excess, below)).tolist():
            found += [(person, index, row) for row in _turns(stretch, person, excess[person], near[person])]
    found = [(person, index, row) for person, index, row in found if row <= moments.row[person]]
    if not found:
        return np.zeros((people, 0))
    who, which, right = np.array(found, dtype=np.intp).T
    rules = tuple(plan.rules[number] for number in which)
    times = Between(plan, stretch, method, who, right, rules, plan.port[which]).peaks()
    kept = np.isfinite(times)
    if not kept.any():
        return np.zeros((people, 0))
    extra = [times[kept & (who == place)] for place in range(people)]
    width = max(len(own) for own in extra)
    return np.array([np.append(own, np.full(width - len(own), -np.inf)) for own in extra])


def _might_reach(excess: Array, below: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return (A,) whether the largest step between rows would carry the nearest of them over the limit."""
    steps = np.abs(np.diff(excess, axis=1)).max(axis=1, initial=0.0, where=below[:, 1:] & below[:, :-1])
    highest = np.where(below, excess, -np.inf).max(axis=1, initial=-np.inf)
    return np.asarray(highest + steps >= 0.0, dtype=np.bool_)


def _turns(stretch: Stretch, person: int, excess: Array, near: NDArray[np.bool_]) -> list[int]:
    """Return the rows of one person on whose way the value may reach the limit and turn back."""
    times, place = stretch.times[person], np.flatnonzero(near)
    # one look at each time, the last one
    place = place[np.append(np.diff(times[place]) > 0.0, True)] if len(place) else place
    if len(place) < 3:
        return []
    value, time = excess[place], times[place]
    slope = np.diff(value) / np.diff(time)
    rows: list[int] = []
    for i in range(1, len(place) - 1):
        if slope[i - 1] < 0.0 or slope[i] > 0.0:
            continue
        if value[i] + slope[i - 1] * (time[i + 1] - time[i]) >= 0.0:
            rows.append(stretch.way_from(person, int(place[i])))
        if value[i] - slope[i] * (time[i] - time[i - 1]) >= 0.0:
            rows.append(stretch.way_to(person, int(place[i])))
    return rows
