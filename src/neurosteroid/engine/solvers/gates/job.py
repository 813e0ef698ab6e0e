"""What the walk is given and what it gives back: ``struct job`` of walk.c and its arrays."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import Any, Final, final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Whole = NDArray[np.int64]

NEVER: Final = np.iinfo(np.int64).max
"""The step before which an event that does not happen acts."""

WHOLES: Final = ("cells", "steps", "every", "rows", "kept_count", "watched", "most_spikes", "events")
NUMBERS: Final = ("start", "step", "threshold")
ARRAYS: Final = {
    "kept": np.int64,
    "parameters": np.float64,
    "covariates": np.float64,
    "initial": np.float64,
    "event_step": np.int64,
    "event_state": np.int64,
    "event_amount": np.float64,
    "courses": np.float64,
    "spikes": np.float64,
    "spike_count": np.int64,
    "failed": np.float64,
    "next": np.int64,
    "stop": np.int32,
}
"""The arrays of ``struct job``, in order, and their kinds."""


@final
class Job(ctypes.Structure):
    """``struct job`` of walk.c."""

    _fields_ = (
        *((name, ctypes.c_int64) for name in WHOLES),
        *((name, ctypes.c_double) for name in NUMBERS),
        *((name, ctypes.c_void_p) for name in ARRAYS),
    )


@final
@dataclass(frozen=True, eq=False)
class Walk:
    """One run of N cells over K steps; n states, m parameters, k covariates, E events a cell; time as in the rates.

    Attributes:
        steps: K.
        every: steps between recorded rows.
        watched: state whose rises through `threshold` are spikes.
        most_spikes: that are kept of a cell; more are counted only.
        start, step, threshold: time of the first step, its length, and the level of spikes.
        kept: (q,) states that are recorded.
        parameters: (N, m).
        covariates: (N, k).
        initial: (N, n).
        event_step: (N, E) before which step, rising; K or more for none.
        event_state, event_amount: (N, E) what is added to which state.
    """

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

    @property
    def rows(self) -> int:
        """Number of recorded rows, those of the start and, if a row falls there, of the end included."""
        return self.steps // self.every + 1


@final
@dataclass(frozen=True, eq=False)
class Walked:
    """What a run gives back.

    Attributes:
        courses: (N, rows, q) recorded states.
        spikes: (N, most_spikes) times, NaN where there is none.
        spike_count: (N,) how many there were.
        failed: (N,) time by which a state was no number, infinite for none.
    """

    courses: Array
    spikes: Array
    spike_count: Whole
    failed: Array


def empty_walked(walk: Walk) -> Walked:
    """Return the arrays that a run fills."""
    cells = len(walk.parameters)
    return Walked(
        np.empty((cells, walk.rows, len(walk.kept))),
        np.full((cells, walk.most_spikes), np.nan),
        np.zeros(cells, dtype=np.int64),
        np.full(cells, np.inf),
    )


def job_of(walk: Walk, walked: Walked) -> tuple[Job, dict[str, NDArray[Any]]]:
    """Return the job of a run, and the arrays that must live as long as it."""
    given: dict[str, Any] = {
        **{name: getattr(walk, name) for name in ARRAYS if hasattr(walk, name)},
        **{name: getattr(walked, name) for name in ("courses", "spikes", "spike_count", "failed")},
        "next": np.zeros(1, dtype=np.int64),
        "stop": np.zeros(1, dtype=np.int32),
    }
    arrays = {name: np.ascontiguousarray(given[name], dtype=kind) for name, kind in ARRAYS.items()}
    wholes = {
        "cells": len(walk.parameters),
        "rows": walk.rows,
        "kept_count": len(walk.kept),
        "events": walk.event_step.shape[1],
        **{name: getattr(walk, name) for name in ("steps", "every", "watched", "most_spikes")},
    }
    numbers = {name: getattr(walk, name) for name in NUMBERS}
    return Job(**wholes, **numbers, **{name: array.ctypes.data for name, array in arrays.items()}), arrays
