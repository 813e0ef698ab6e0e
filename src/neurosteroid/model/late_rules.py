"""Rules that did nothing because nothing of their protocol was left when their limit came to hold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from neurosteroid.dosing import Protocol
from neurosteroid.engine.rules import ActionKind
from neurosteroid.model.simulation import Courses

_NEED_A_PLAN: Final = (ActionKind.HOLD, ActionKind.STEP_DOWN, ActionKind.TITRATE_UP)


def late_rules(courses: Courses, protocols: Sequence[Protocol]) -> tuple[str, ...]:
    """Return a sentence for each rule of one person that did nothing, as its limit came to hold after the last dose.

    Such a rule leaves no line in the log. Only limits on outputs that the courses show are looked at.

    Args:
        courses: of one person, followed with rules.
        protocols: those of `Courses.programmes`, in their order.
    """
    if courses.actions is None:
        return ()
    found = []
    for place, rule in enumerate(courses.rules):
        port, given = rule.condition.port, courses.each_given[rule.programme]
        if rule.action not in _NEED_A_PLAN or port not in courses.values or place in courses.actions.rule:
            continue
        holds = rule.condition.when.holds(courses.values[port][0])
        last = max([0.0, *given.end[given.rate > 0.0], *given.dose_time])
        begins, item = float(courses.times[int(np.argmax(holds))]), protocols[rule.programme]
        if holds.any() and begins > last:
            found.append(
                f"'{rule.name}' of '{item.name}' did nothing: its limit holds from {begins:.6g} h on, and the last of"
                f" {item.compound} is given at {last:.6g} h."
            )
    return tuple(found)
