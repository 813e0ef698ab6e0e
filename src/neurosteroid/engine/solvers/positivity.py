"""Courses that a coarse tolerance let through zero, where the equations let nobody through."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine.system import System
from neurosteroid.engine.timetable import Timeline

Array = NDArray[np.float64]

MARGIN: Final = 50.0
"""A state this many tolerances below zero is not rounding."""


def below_zero(
    system: System,
    timeline: Timeline,
    parameters: Array,
    initial: Array,
    states: Array,
    tolerances: tuple[float, float],
) -> dict[int, tuple[float, str]]:
    """Return the people with a state that is below zero though it cannot be: person to time (h) and state.

    A state that starts at or above zero and whose rate is not negative wherever it is zero never falls below
    (Nagumo's condition). The rate is looked at in all her rows, with the state put to zero. A step that jumps across
    zero can meet equations that mean nothing there, such as those of an enzyme, and run away from the true course.

    Args:
        system: n states.
        timeline: of P people in R rows, E epochs.
        parameters: (P, m).
        initial: (P, E, n).
        states: (P, R, n).
        tolerances: relative and absolute.
    """
    relative, absolute = tolerances
    low = np.fmin.reduce(states, axis=1, initial=np.inf)
    high = np.fmax(np.fmax.reduce(states, axis=1, initial=-np.inf), -low)
    allowed = MARGIN * (absolute + relative * high)
    found: dict[int, tuple[float, str]] = {}
    for person, state in np.argwhere((low < -allowed) & (np.min(initial, axis=1) >= 0.0)).tolist():
        rows = np.flatnonzero(np.isfinite(states[person]).all(axis=1))
        at_zero = states[person, rows]
        at_zero[:, state] = 0.0
        times = timeline.row_times[person, rows]
        covariates = timeline.covariates[person, timeline.row_epoch[person, rows]]
        with np.errstate(all="ignore"):
            rates = system.derivative(times, at_zero, np.tile(parameters[person], (len(rows), 1)), covariates)
        if not (rates[:, state] < 0.0).any():
            first = int(np.argmax(states[person, rows, state] < -allowed[person, state]))
            found.setdefault(person, (float(times[first]), system.state_names[state]))
    return found
