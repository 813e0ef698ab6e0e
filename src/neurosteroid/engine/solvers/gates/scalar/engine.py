"""How Python hands a batch of cells to numba."""

from __future__ import annotations

import functools
import threading
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType
from typing import Final

from neurosteroid.engine.solvers.gates.job import Walk, Walked, empty_walked
from neurosteroid.engine.solvers.gates.order import Moves
from neurosteroid.engine.solvers.gates.scalar import task as task_module
from neurosteroid.engine.solvers.gates.scalar.source import write_scalar_source
from neurosteroid.engine.solvers.gates.scalar.task import task_of
from neurosteroid.engine.solvers.processors import usable_processors
from neurosteroid.engine.solvers.rosenbrock.scalar.modules import module_of

PORTION: Final = 16
"""Cells a thread takes at a time."""

_LOCK: Final = threading.Lock()


@functools.lru_cache(maxsize=64)
def _module(moves: Moves) -> ModuleType:
    return module_of(write_scalar_source(moves), task_module)


def walk_numba(moves: Moves, walk: Walk, threads: int | None = None) -> Walked:
    """Run cells with numba; the same moves in the same order as walk.c.

    Raises:
        MissingExtraError: numba is not installed, or cannot be used.
    """
    with _LOCK:
        module = _module(moves)
    walked = empty_walked(walk)
    task = task_of(walk, walked)
    cells = len(walk.parameters)
    portions = range(0, cells, PORTION)
    workers = max(min(threads or usable_processors(), len(portions)), 1)
    # Even one thread is not this one, so that Ctrl-C is heard.
    with ThreadPoolExecutor(workers, thread_name_prefix="gates") as pool:
        waiting = [pool.submit(module.walk, task, first, min(first + PORTION, cells)) for first in portions]
        try:
            for item in waiting:
                item.result()
        except BaseException:
            task.stop[0] = 1
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return walked
