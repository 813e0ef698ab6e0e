"""Courses that a coarse tolerance let through zero, where the equations let nobody through."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine.system import System
from neurosteroid.engine.timetable import Timeline

Array = NDArray[np.float64]

MARGIN: Final = 50.0
"""A state this many tolerances below zero is not rounding. The tolerance is that of its largest size until then."""


def below_zero(
    system: System,
    timeline: Timeline,
    parameters: Array,
    initial: Array,
    states: Array,
    tolerances: tuple[float, float],
) -> dict[int, tuple[float, str]]:
    """Return the people with a state that is below zero though it cannot be: person to time (h) and state.

    States that start at or above zero never fall below when the rate of each is not negative wherever it is zero and
    the others of them are not below (Nagumo's condition). The rates are looked at in all her rows, with such states put
    to zero where they are below; who breaks the condition is left out until none does. A step that jumps over zero can
    meet equations that mean nothing there, such as those of an enzyme, and run away from the true course, and what is
    exchanged with that state follows it.

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
    found: dict[int, tuple[float, str]] = {}
    start = np.min(initial, axis=1)
    # an account of what left the system goes below zero where more comes in from outside than leaves
    suspects = (low < -MARGIN * absolute) & (start >= 0.0) & ~np.asarray(system.is_account)
    for person in np.flatnonzero(suspects.any(axis=1)).tolist():
        rows = np.flatnonzero(np.isfinite(states[person]).all(axis=1))
        hers = states[person, rows]
        largest = np.maximum(np.maximum.accumulate(np.abs(hers)), start[person])
        below = (hers < -MARGIN * (absolute + relative * largest)) & suspects[person]
        if not below.any():
            continue
        times = timeline.row_times[person, rows]
        given = (
            np.tile(parameters[person], (len(rows), 1)),
            timeline.covariates[person, timeline.row_epoch[person, rows]],
        )
        below &= _never_below(system, times, hers, start[person] >= 0.0, given)
        for row, state in np.argwhere(below)[:1].tolist():
            found[person] = (float(times[row]), system.state_names[state])
    return found


def _never_below(
    system: System, times: Array, states: Array, candidates: NDArray[np.bool_], given: tuple[Array, Array]
) -> NDArray[np.bool_]:
    """Return which of the candidates (n,) never fall below zero, by their rates in rows (R, n)."""
    kept = candidates.copy()
    while True:
        bounded = np.where(kept, np.maximum(states, 0.0), states)
        falls = np.zeros_like(kept)
        for state in np.flatnonzero(kept).tolist():
            at_zero = bounded.copy()
            at_zero[:, state] = 0.0
            with np.errstate(all="ignore"):
                falls[state] = (system.derivative(times, at_zero, *given)[:, state] < 0.0).any()
        if not falls.any():
            return kept
        kept &= ~falls
