"""The CUDA solver of one system: people go to the GPU in portions that fit there, and their courses come back."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any, Final, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine.solvers.kept import Kept
from neurosteroid.engine.solvers.rosenbrock.cuda.compiler import image_for
from neurosteroid.engine.solvers.rosenbrock.cuda.device import Device, Kernel, find_device
from neurosteroid.engine.solvers.rosenbrock.cuda.libraries import GpuError
from neurosteroid.engine.solvers.rosenbrock.source import Source, write_source
from neurosteroid.engine.solvers.rosenbrock.tableau import TABLEAUX
from neurosteroid.engine.solvers.rosenbrock.task import (
    ARRAYS,
    WRITTEN,
    Walked,
    given_arrays,
    task_of,
    walked_of,
    written_arrays,
)
from neurosteroid.engine.timetable import Timeline, for_all, one_for_all
from neurosteroid.engine.tracing import Traced

Array = NDArray[np.float64]

KERNEL: Final = "follow_people"
"""Name of the function in thread.c."""

FILLED: Final = 0.8
"""Part of the free memory that is used."""


@final
@dataclass(frozen=True, eq=False)
class CudaEngine:
    """A kernel on a GPU, and the text it came from."""

    device: Device
    kernel: Kernel
    source: Source

    def walk(
        self,
        timeline: Timeline,
        parameters: Array,
        initial: Array,
        settled: Array,
        accounts: NDArray[np.bool_],
        tolerances: tuple[float, float],
        threads: int | None = None,
        *,
        most_attempts: int | None = None,
    ) -> Walked:
        """Follow P people through their timelines; arguments and result as of the compiled C, `engine.Engine.walk`.

        `threads` says nothing to a GPU.

        Raises:
            GpuError: the GPU fails, or has too little memory for one person.
        """
        people, rows = timeline.row_step.shape
        found = written_arrays(people, rows, initial.shape[-1])
        regimens = timeline.steady_doses.person
        with _LOCK:
            self.device.enter()
            size = self._portion(timeline, parameters, initial)
            for first in range(0, people, size):
                part = slice(first, min(first + size, people))
                some = timeline.part(part)
                own = settled[(regimens >= part.start) & (regimens < part.stop)]
                given = given_arrays(some, parameters[part], initial[part], own, accounts)
                with self.device.room() as room:
                    addresses = {name: room.put(_of_kind(array, name)) for name, array in given.items()}
                    addresses |= {name: room.put(found[name][part]) for name in WRITTEN if name != "states"}
                    addresses["states"] = room.take(found["states"][part].nbytes)
                    task = task_of(some, tolerances, addresses, most_attempts)
                    self.device.run(self.kernel, task, part.stop - part.start, addresses["stop"])
                    for name in WRITTEN:
                        room.get(addresses[name], found[name][part])
        return walked_of(timeline, found)

    def _portion(self, timeline: Timeline, parameters: Array, initial: Array) -> int:
        """Return how many people fit into the free memory at once."""
        one, rows, states = slice(0, 1), timeline.row_step.shape[1], initial.shape[-1]
        given = given_arrays(
            timeline.part(one), parameters[one], initial[one], np.zeros((0, states)), np.zeros(states, dtype=np.bool_)
        )
        needed = sum(array.size * np.dtype(ARRAYS[name]).itemsize for name, array in given.items())
        needed += sum(array.nbytes for array in written_arrays(1, rows, states).values())
        size = int(FILLED * (self.device.free_bytes() - self.kernel.local_bytes)) // needed
        if size < 1:
            raise GpuError(f"'{self.device.name}' has too little free memory.")
        return size


def _of_kind(array: NDArray[Any], name: str) -> NDArray[Any]:
    """Return an array of the kind that the walk reads; rows that people share stay shared."""
    kind = ARRAYS[name]
    if array.dtype == kind:
        return array
    return for_all(array[one_for_all(array)].astype(kind), len(array)) if array.ndim else array.astype(kind)


_ENGINES: Final = Kept[CudaEngine]()
_LOCK: Final = threading.Lock()


def cuda_engine_for(traced: Traced, method: str) -> CudaEngine:
    """Return the CUDA solver of a traced system; the last that were asked for are kept.

    Args:
        traced: with a tape.
        method: a name of `TABLEAUX`.

    Raises:
        GpuError: there is no GPU that can be used, or the system cannot be compiled for it.
    """
    device = find_device()

    def make() -> CudaEngine:
        source = cuda_source(traced, method)
        with _LOCK:
            device.enter()
            kernel = device.kernel(image_for(source.text, device.capability), KERNEL)
        return CudaEngine(device, kernel, source)

    return _ENGINES.get((traced.digest, method), make)


def cuda_source(traced: Traced, method: str) -> Source:
    """Return the text of a system's solver with one lane, which CUDA and C compile alike."""
    if traced.tape is None:
        raise ValueError("this system has no tape")
    sizes = (len(traced.states), len(traced.parameters), len(traced.covariates))
    return write_source(traced.tape, sizes, TABLEAUX[method], lanes="one")
