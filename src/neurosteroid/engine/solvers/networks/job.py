"""What the compiled walk is given and what it gives back: the structures of walk.c and their arrays."""

from __future__ import annotations

import ctypes
from typing import Any, Final, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine.solvers.networks.network import NetworkCourse, PopulationCourse
from neurosteroid.engine.solvers.networks.plan import Plan

_WHOLE: Final = ctypes.c_int64
_NUMBER: Final = ctypes.c_double
_PLACE: Final = ctypes.c_void_p


@final
class CPopulation(ctypes.Structure):
    """``struct population`` of walk.c."""

    _fields_ = (
        *((name, _WHOLE) for name in ("cells", "watched", "recorded_count", "most_spikes")),
        *((name, _PLACE) for name in ("recorded", "parameters", "initial", "means", "sums", "squares")),
        *((name, _PLACE) for name in ("spike_counts", "spike_times", "spike_cells", "kept_spikes")),
    )


@final
class CJumps(ctypes.Structure):
    """``struct jumps`` of walk.c."""

    _fields_ = (
        *((name, _WHOLE) for name in ("population", "state", "count")),
        ("value", _NUMBER),
        ("steps", _PLACE),
        ("cells", _PLACE),
    )


@final
class CJob(ctypes.Structure):
    """``struct job`` of walk.c."""

    _fields_ = (
        *((name, _WHOLE) for name in ("steps", "settle", "every", "link_count", "jump_count", "parts")),
        *((name, _NUMBER) for name in ("step", "threshold", "fast")),
        *((name, _PLACE) for name in ("populations", "links", "weights", "jumps", "failed", "stop")),
    )


@final
class Written:
    """The arrays that a run of a plan fills; they live as long as this does."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.failed = np.full(1, np.inf)
        self.populations: list[dict[str, NDArray[Any]]] = []
        for population, recorded, most in zip(plan.populations, plan.recorded, plan.most_spikes, strict=True):
            cells = len(population.initial)
            self.populations.append(
                {
                    "means": np.zeros((plan.rows, len(recorded))),
                    "sums": np.zeros(cells),
                    "squares": np.zeros(cells),
                    "spike_counts": np.zeros(cells, dtype=np.int64),
                    "spike_times": np.empty(most),
                    "spike_cells": np.empty(most, dtype=np.int64),
                    "kept_spikes": np.zeros(1, dtype=np.int64),
                }
            )

    def course(self, method: str) -> NetworkCourse:
        """Return what was written, by name."""
        plan, found = self.plan, {}
        for place, population in enumerate(plan.populations):
            arrays = self.populations[place]
            kept = int(arrays["kept_spikes"][0])
            apart = arrays["sums"] / max(plan.rows, 1)
            order = np.argsort(arrays["spike_times"][:kept], kind="stable")
            found[population.name] = PopulationCourse(
                means={name: arrays["means"][:, k] for k, name in enumerate(population.record)},
                spike_counts=arrays["spike_counts"],
                spike_times=arrays["spike_times"][:kept][order],
                spike_cells=arrays["spike_cells"][:kept][order],
                means_of_cells=apart + population.initial[:, plan.watched[place]],
                variances_of_cells=np.maximum(arrays["squares"] / max(plan.rows, 1) - apart**2, 0.0),
            )
        times = plan.step * (plan.settle + plan.every * np.arange(plan.rows, dtype=np.float64))
        return NetworkCourse(times, found, plan.step, method, float(self.failed[0]))


def job_of(written: Written, stop: NDArray[np.int32]) -> tuple[CJob, list[Any]]:
    """Return the job of a run, and what must live as long as it."""
    plan = written.plan
    kept: list[Any] = []

    def place(array: NDArray[Any], kind: type[np.generic]) -> int:
        whole = np.ascontiguousarray(array, dtype=kind)
        kept.append(whole)
        return int(whole.ctypes.data)

    populations = (CPopulation * len(plan.populations))()
    for index, population in enumerate(plan.populations):
        recorded = plan.recorded[index]
        populations[index] = CPopulation(
            len(population.initial),
            plan.watched[index],
            len(recorded),
            plan.most_spikes[index],
            place(recorded, np.int64),
            place(population.parameters, np.float64),
            place(population.initial, np.float64),
            *(int(array.ctypes.data) for array in written.populations[index].values()),
        )
    jumps = (CJumps * max(len(plan.jumps), 1))()
    for index, each in enumerate(plan.jumps):
        jumps[index] = CJumps(
            each.population,
            each.state,
            len(each.steps),
            each.value,
            place(each.steps, np.int64),
            place(each.cells, np.int64),
        )
    kept += [populations, jumps, written, stop]
    job = CJob(
        plan.steps,
        plan.settle,
        plan.every,
        len(plan.links),
        len(plan.jumps),
        plan.parts,
        plan.step,
        plan.threshold,
        plan.fast,
        ctypes.addressof(populations),
        place(plan.links, np.int64),
        place(plan.weights, np.float64),
        ctypes.addressof(jumps),
        int(written.failed.ctypes.data),
        int(stop.ctypes.data),
    )
    return job, kept
