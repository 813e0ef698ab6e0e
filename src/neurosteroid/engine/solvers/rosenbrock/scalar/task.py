"""A batch of people as the numba solver is given it: plain arrays under names."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine.solvers.rosenbrock.task import MOST_ATTEMPTS, acting_steps
from neurosteroid.engine.timetable import Timeline

Array = NDArray[np.float64]
Whole = NDArray[np.int64]


class Task(NamedTuple):
    """P people in K steps and R rows; n states, q inputs, E epochs, D regimens; names as in `Timeline`.

    Attributes:
        acts: (P, K) something changes after this step.
        settled: (D, n) states of the regimens at steady state, NaN where there is none.
        adds, accounts: (D,) and (n,) truth values.
        tolerances: (2,) relative and absolute.
        most_attempts: (1,) steps tried for one person before she is given up.
        states: (P, R, n), written.
        outcome: (P,) written.
        reached: (P,) written.
        work: (P, 2) attempted and accepted steps, written.
        stop: (1,) set to leave early.
    """

    input_states: Whole
    parameters: Array
    covariates: Array
    initial: Array
    start: Array
    start_epoch: Whole
    times: Array
    rates: Array
    boluses: Array
    acts: Whole
    epoch: Whole
    reset: Whole
    steady: Whole
    settled: Array
    adds: Whole
    accounts: Whole
    row_step: Whole
    tolerances: Array
    most_attempts: Whole
    states: Array
    outcome: Whole
    reached: Array
    work: Whole
    stop: Whole


_NUMBERS: Final = (
    "parameters",
    "covariates",
    "initial",
    "start",
    "times",
    "rates",
    "boluses",
    "settled",
    "tolerances",
    "states",
    "reached",
)


def task_of(
    timeline: Timeline,
    parameters: Array,
    initial: Array,
    settled: Array,
    accounts: NDArray[np.bool_],
    tolerances: tuple[float, float],
    most_attempts: int | None,
) -> Task:
    """Return a batch as contiguous, writable arrays of float64 and int64: the kinds the compiled code was made for."""
    people, rows = timeline.row_step.shape
    given: dict[str, Any] = {
        "input_states": timeline.inputs,
        "parameters": parameters,
        "initial": initial,
        "acts": acting_steps(timeline),
        "settled": settled,
        "adds": timeline.steady_doses.adds,
        "accounts": accounts,
        "tolerances": tolerances,
        "most_attempts": [most_attempts or MOST_ATTEMPTS],
        "states": np.full((people, rows, initial.shape[-1]), np.nan),
        "outcome": np.zeros(people),
        "reached": np.zeros(people),
        "work": np.zeros((people, 2)),
        "stop": np.zeros(1),
    }
    arrays = {
        name: np.require(
            given[name] if name in given else getattr(timeline, name),
            np.float64 if name in _NUMBERS else np.int64,
            ["C_CONTIGUOUS", "WRITEABLE"],
        )
        for name in Task._fields
    }
    return Task(**arrays)
