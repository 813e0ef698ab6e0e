"""A batch of people as arrays, in the order and of the kinds of ``struct task`` in walk.c, and what comes back."""

from __future__ import annotations

import ctypes
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine.timetable import Timeline, for_all, one_for_all

Array = NDArray[np.float64]

MOST_ATTEMPTS: Final = 1_000_000
"""Steps tried for one person before she is given up."""

WHOLES: Final = ("people", "steps", "rows", "inputs", "epochs", "most_attempts")
NUMBERS: Final = ("relative", "absolute")
ARRAYS: Final = {
    "input_states": np.int64,
    "parameters": np.float64,
    "covariates": np.float64,
    "initial": np.float64,
    "start": np.float64,
    "start_epoch": np.int64,
    "times": np.float64,
    "rates": np.float64,
    "boluses": np.float64,
    "acts": np.uint8,
    "epoch": np.int64,
    "reset": np.int64,
    "steady": np.int64,
    "settled": np.float64,
    "adds": np.uint8,
    "accounts": np.uint8,
    "row_step": np.int64,
    "states": np.float64,
    "outcome": np.int64,
    "reached": np.float64,
    "work": np.int64,
    "next": np.int64,
    "stop": np.int32,
    "moves": np.float64,
}
"""The arrays of ``struct task`` in walk.c, in order, and their kinds."""

WRITTEN: Final = ("states", "outcome", "reached", "work")
"""Those that the walk fills."""


@final
class Task(ctypes.Structure):
    """``struct task`` of walk.c."""

    _fields_ = (
        *((name, ctypes.c_int64) for name in WHOLES),
        *((name, ctypes.c_double) for name in NUMBERS),
        *((name, ctypes.c_void_p) for name in ARRAYS),
    )


@final
@dataclass(frozen=True, eq=False)
class Walked:
    """What the compiled solver gives back for P people in R rows.

    Attributes:
        states: (P, R, n); NaN where padded, and from the time at which a person failed.
        outcome: (P,) 0 for done, otherwise a key of `solver.REASONS`.
        reached: (P,) time at which a person failed, h.
        work: (P, 2) attempted and accepted steps.
    """

    states: Array
    outcome: NDArray[np.int64]
    reached: Array
    work: NDArray[np.int64]


def given_arrays(
    timeline: Timeline,
    parameters: Array,
    initial: Array,
    settled: Array,
    accounts: NDArray[np.bool_],
    moves: Array | None = None,
) -> dict[str, NDArray[Any]]:
    """Return the arrays of `ARRAYS` that the walk reads or counts with, of any kind and strides.

    Args:
        timeline: of P people.
        parameters: (P, m).
        initial: (P, E, n) initial states under the covariates of each epoch.
        settled: (D, n) states of the timeline's D regimens at steady state, NaN where there is none.
        accounts: (n,) states that a steady state leaves alone.
        moves: (P, K, q) derivatives of the ends of the steps by q scaled parameters, for blocks of states.
    """
    given: dict[str, Any] = {
        "input_states": np.array(timeline.inputs, dtype=np.int64),
        "parameters": parameters,
        "initial": initial,
        "acts": acting_steps(timeline),
        "settled": settled,
        "adds": timeline.steady_doses.adds,
        "accounts": accounts,
        "next": np.zeros(1, dtype=np.int64),
        "stop": np.zeros(1, dtype=np.int32),
        "moves": np.zeros(0) if moves is None else moves,
    }
    return {name: given[name] if name in given else getattr(timeline, name) for name in ARRAYS if name not in WRITTEN}


def written_arrays(people: int, rows: int, states: int) -> dict[str, NDArray[Any]]:
    """Return the arrays that the walk fills, for P people in R rows of n states."""
    shapes = {"states": (people, rows, states), "outcome": (people,), "reached": (people,), "work": (people, 2)}
    return {
        name: np.empty(shapes[name]) if name == "states" else np.zeros(shapes[name], dtype=ARRAYS[name])
        for name in WRITTEN
    }


def task_of(
    timeline: Timeline,
    tolerances: tuple[float, float],
    addresses: Mapping[str, int],
    most_attempts: int | None = None,
) -> Task:
    """Return the task of people whose arrays lie at these addresses; `MOST_ATTEMPTS` unless others are given."""
    people, rows = timeline.row_step.shape
    sizes = (people, timeline.times.shape[1], rows, len(timeline.inputs), timeline.covariates.shape[1])
    wholes = dict(zip(WHOLES, (*sizes, most_attempts or MOST_ATTEMPTS), strict=True))
    return Task(**wholes, **dict(zip(NUMBERS, tolerances, strict=True)), **addresses)


def walked_of(timeline: Timeline, arrays: Mapping[str, NDArray[Any]]) -> Walked:
    """Return what the walk has filled, with NaN where rows are padded."""
    states = arrays["states"]
    if not timeline.mask.all():
        states[~timeline.mask] = np.nan
    return Walked(states, arrays["outcome"], arrays["reached"], arrays["work"])


def acting_steps(timeline: Timeline) -> NDArray[np.bool_]:
    """Return (P, K) after which steps the states jump or the right-hand side changes."""
    epoch, reset, steady = timeline.epoch, timeline.reset, timeline.steady
    rates, boluses = timeline.rates, timeline.boluses
    one = one_for_all(epoch, reset, steady, rates, boluses)
    acts = np.asarray((reset[one] >= 0) | (steady[one] >= 0))
    for column in range(len(timeline.inputs)):
        rate = rates[one, :, column]
        acts |= (boluses[one, :, column] != 0.0) | (rate[:, 1:] != rate[:, :-1])
    acts[:, :-1] |= epoch[one, 1:] != epoch[one, :-1]
    return for_all(acts, len(epoch))
