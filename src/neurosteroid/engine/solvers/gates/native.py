"""The compiled walk: C text to library, threads over bundles of cells."""

from __future__ import annotations

import ctypes
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from neurosteroid.engine.solvers.gates.job import Walk, Walked, empty_walked, job_of
from neurosteroid.engine.solvers.gates.order import Moves
from neurosteroid.engine.solvers.gates.source import write_source
from neurosteroid.engine.solvers.kept import Kept
from neurosteroid.engine.solvers.processors import usable_processors
from neurosteroid.engine.solvers.rosenbrock.compiling import load

_LIBRARIES: Final = Kept[ctypes.CDLL]()


def library_for(moves: Moves, parameters: int, covariates: int) -> ctypes.CDLL:
    """Return the compiled walk of a system with so many parameters and covariates; the last ones are kept.

    Raises:
        CompilerError: it cannot be compiled here.
    """

    def make() -> ctypes.CDLL:
        library = load(write_source(moves, (len(moves.affine), parameters, covariates)))
        library.follow_cells.argtypes, library.follow_cells.restype = (ctypes.c_void_p,), None
        library.lanes.restype = ctypes.c_int64
        return library

    return _LIBRARIES.get((moves, parameters, covariates), make)


def walk_native(moves: Moves, walk: Walk, threads: int | None = None) -> Walked:
    """Run cells with compiled code; it lets go of the interpreter while it works.

    Raises:
        CompilerError: it cannot be compiled here.
    """
    library = library_for(moves, walk.parameters.shape[1], walk.covariates.shape[1])
    walked = empty_walked(walk)
    job, arrays = job_of(walk, walked)
    bundles = -(-len(walk.parameters) // int(library.lanes()))
    count = max(min(threads or usable_processors(), bundles), 1)
    # Even one thread is not this one, so that Ctrl-C is heard.
    with ThreadPoolExecutor(count, thread_name_prefix="gates") as pool:
        waiting = [pool.submit(library.follow_cells, ctypes.byref(job)) for _ in range(count)]
        try:
            for item in waiting:
                item.result()
        except BaseException:
            arrays["stop"][0] = 1
            raise
    return walked
