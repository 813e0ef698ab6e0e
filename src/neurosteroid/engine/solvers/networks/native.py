"""The compiled walk of networks: one network a thread, so that nothing depends on the number of threads."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import Final

import numpy as np

from neurosteroid.engine.solvers.kept import Kept
from neurosteroid.engine.solvers.networks.job import Written, job_of
from neurosteroid.engine.solvers.networks.network import NetworkCourse
from neurosteroid.engine.solvers.networks.plan import Kind, Plan
from neurosteroid.engine.solvers.networks.source import write_source
from neurosteroid.engine.solvers.processors import usable_processors
from neurosteroid.engine.solvers.rosenbrock.compiling import load
from neurosteroid.errors import SolverError

Progress = Callable[[int, int], None]

_LIBRARIES: Final = Kept[ctypes.CDLL]()


def library_for(kinds: Sequence[Kind]) -> ctypes.CDLL:
    """Return the compiled walk of networks of these kinds; the last ones are kept.

    Raises:
        CompilerError: it cannot be compiled here.
    """
    text = write_source(kinds)

    def make() -> ctypes.CDLL:
        library = load(text)
        library.follow_network.argtypes, library.follow_network.restype = (ctypes.c_void_p,), ctypes.c_int32
        return library

    return _LIBRARIES.get(text, make)


def walk_native(
    plans: Sequence[Callable[[], Plan]], threads: int | None = None, progress: Progress | None = None
) -> list[NetworkCourse]:
    """Run networks with compiled code, each made when its turn comes; it lets go of the interpreter while it works.

    Args:
        plans: each makes one.
        threads: by default one for each usable processor.
        progress: called with (networks done, networks in all).

    Raises:
        CompilerError: it cannot be compiled here.
        SolverError: there is not enough memory.
    """
    stop = np.zeros(1, dtype=np.int32)

    def run(make: Callable[[], Plan]) -> NetworkCourse:
        plan = make()
        library = library_for(plan.kinds)
        written = Written(plan)
        job, _kept = job_of(written, stop)
        if library.follow_network(ctypes.byref(job)):
            raise SolverError("there is not enough memory for this network; run fewer cells or a shorter time.")
        return written.course("networks")

    count = max(min(threads or usable_processors(), len(plans)), 1)
    # Even one thread is not this one, so that Ctrl-C is heard.
    with ThreadPoolExecutor(count, thread_name_prefix="networks") as pool:
        waiting = [pool.submit(run, make) for make in plans]
        try:
            for done, item in enumerate(as_completed(waiting), start=1):
                item.result()
                if progress is not None:
                    progress(done, len(plans))
            return [item.result() for item in waiting]
        except BaseException:
            stop[0] = 1
            for item in waiting:
                item.cancel()
            raise
