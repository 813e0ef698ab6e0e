"""The numba solver of one system: its module on disk, and how Python hands a batch of people to it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from types import ModuleType
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine.solvers.kept import Kept
from neurosteroid.engine.solvers.processors import usable_processors
from neurosteroid.engine.solvers.rosenbrock.scalar import task as task_module
from neurosteroid.engine.solvers.rosenbrock.scalar.modules import module_of
from neurosteroid.engine.solvers.rosenbrock.scalar.source import write_scalar_source
from neurosteroid.engine.solvers.rosenbrock.scalar.task import Task, task_of
from neurosteroid.engine.solvers.rosenbrock.tableau import TABLEAUX
from neurosteroid.engine.solvers.rosenbrock.task import Walked
from neurosteroid.engine.timetable import Timeline
from neurosteroid.engine.tracing import Traced

Array = NDArray[np.float64]

PORTION: Final = 16
"""People a thread takes at a time; small, because some take longer than others."""


@final
@dataclass(frozen=True, eq=False)
class ScalarEngine:
    """A module whose functions numba compiles at their first call, or finds compiled beside the module."""

    module: ModuleType

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
        """Follow P people through their timelines; arguments and result as of the compiled C, `engine.Engine.walk`."""
        task = task_of(timeline, parameters, initial, settled, accounts, tolerances, most_attempts)
        people = len(parameters)
        portions = range(0, people, PORTION)
        workers = max(min(threads or usable_processors(), len(portions)), 1)
        # Even one thread is not this one, so that Ctrl-C is heard.
        with ThreadPoolExecutor(workers, thread_name_prefix="rosenbrock") as pool:
            waiting = [pool.submit(self._portion, task, first, min(first + PORTION, people)) for first in portions]
            try:
                for item in waiting:
                    item.result()
            except BaseException:
                task.stop[0] = 1
                pool.shutdown(wait=False, cancel_futures=True)
                raise
        return Walked(task.states, task.outcome, task.reached, task.work)

    def _portion(self, task: Task, first: int, after: int) -> None:
        self.module.walk(task, first, after)


_ENGINES: Final = Kept[ScalarEngine]()


def scalar_engine_for(traced: Traced, method: str) -> ScalarEngine:
    """Return the numba solver of a traced system; the last that were asked for are kept.

    Args:
        traced: with a tape.
        method: a name of `TABLEAUX`.

    Raises:
        MissingExtraError: numba is not installed, or cannot be used.
    """
    if traced.tape is None:
        raise ValueError("this system has no tape")
    tape = traced.tape

    def make() -> ScalarEngine:
        text = write_scalar_source(tape, len(traced.states), TABLEAUX[method])
        return ScalarEngine(module_of(text, task_module))

    return _ENGINES.get((traced.digest, method), make)
