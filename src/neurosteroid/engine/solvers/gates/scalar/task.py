"""What a walk by numba is given and what it fills."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine.solvers.gates.job import Walk, Walked

Array = NDArray[np.float64]
Whole = NDArray[np.int64]


class Task(NamedTuple):
    """`Walk` and `Walked` as numba takes them; `stop` is not 0 when nobody waits for the rest any more."""

    steps: int
    every: int
    watched: int
    most_spikes: int
    start: float
    step: float
    threshold: float
    kept: Whole
    parameters: Array
    covariates: Array
    initial: Array
    event_step: Whole
    event_state: Whole
    event_amount: Array
    courses: Array
    spikes: Array
    spike_count: Whole
    failed: Array
    stop: NDArray[np.int32]


def task_of(walk: Walk, walked: Walked) -> Task:
    """Return the task of a run, whose arrays are those of `walked`."""
    given: dict[str, Any] = {**vars(walk), **vars(walked), "stop": np.zeros(1, dtype=np.int32)}
    arrays = {name: np.ascontiguousarray(value) for name, value in given.items() if isinstance(value, np.ndarray)}
    return Task(**{**given, **arrays})
