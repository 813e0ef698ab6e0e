"""The compiled solver of one system: what is loaded, and how Python hands a batch of people to it."""

from __future__ import annotations

import ctypes
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final, Protocol, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine.solvers.kept import Kept
from neurosteroid.engine.solvers.processors import usable_processors
from neurosteroid.engine.solvers.rosenbrock.compiling import load
from neurosteroid.engine.solvers.rosenbrock.source import Source, write_source
from neurosteroid.engine.solvers.rosenbrock.tableau import TABLEAUX, Tableau
from neurosteroid.engine.solvers.rosenbrock.task import (
    ARRAYS,
    Task,
    Walked,
    given_arrays,
    task_of,
    walked_of,
    written_arrays,
)
from neurosteroid.engine.tape import Tape
from neurosteroid.engine.timetable import Timeline
from neurosteroid.engine.tracing import Traced

Array = NDArray[np.float64]
Indexes = NDArray[np.intp]


class Varied(Protocol):
    """Parameters by which the states are differentiated; hashable, as libraries are kept by it."""

    def source(self, tape: Tape, sizes: tuple[int, int, int], tableau: Tableau) -> Source:
        """Return the C text of the solver of states and sensitivities."""


@final
@dataclass(frozen=True, eq=False)
class Engine:
    """A loaded library and the text it came from."""

    library: ctypes.CDLL
    source: Source
    lanes: int

    def walk(
        self,
        timeline: Timeline,
        parameters: Array,
        initial: Array,
        settled: Array,
        accounts: NDArray[np.bool_],
        tolerances: tuple[float, float],
        threads: int | None = None,
        moves: Array | None = None,
        most_attempts: int | None = None,
    ) -> Walked:
        """Follow P people through their timelines.

        Args:
            timeline: of the people.
            parameters: (P, m).
            initial: (P, E, n) initial states under the covariates of each epoch.
            settled: (D, n) states of the timeline's D regimens at steady state, NaN where there is none.
            accounts: (n,) states that a steady state leaves alone.
            tolerances: relative and absolute error of a step.
            threads: that work at once; by default one for each processor this process may use.
            moves: (P, K, q) derivatives of the ends of the steps by q scaled parameters, for blocks of states.
            most_attempts: steps tried for one person before she is given up, `MOST_ATTEMPTS` if None.
        """
        people, rows = timeline.row_step.shape
        given = given_arrays(timeline, parameters, initial, settled, accounts, moves)
        given |= written_arrays(people, rows, initial.shape[-1])
        arrays = {name: np.ascontiguousarray(given[name], dtype=kind) for name, kind in ARRAYS.items()}
        task = task_of(timeline, tolerances, {name: array.ctypes.data for name, array in arrays.items()}, most_attempts)
        bundles = -(-people // self.lanes)
        self._run(task, arrays["stop"], max(min(threads or usable_processors(), bundles), 1))
        return walked_of(timeline, arrays)

    def _run(self, task: Task, stop: NDArray[np.int32], threads: int) -> None:
        """Call the library in several threads; it lets go of the interpreter while it works."""
        pointer = ctypes.byref(task)
        # Even one thread is not this one, so that Ctrl-C is heard.
        with ThreadPoolExecutor(threads, thread_name_prefix="rosenbrock") as pool:
            waiting = [pool.submit(self.library.walk, pointer) for _ in range(threads)]
            try:
                for item in waiting:
                    item.result()
            except BaseException:
                stop[0] = 1
                raise


_ENGINES: Final = Kept[Engine]()


def engine_for(traced: Traced, method: str, flags: tuple[str, ...] = (), varied: Varied | None = None) -> Engine:
    """Return the compiled solver of a traced system; the last that were asked for are kept.

    Args:
        traced: with a tape.
        method: a name of `TABLEAUX`.
        flags: further compiler flags.
        varied: parameters by which the states are differentiated, None for none.

    Raises:
        CompilerError: it cannot be compiled here.
    """
    if traced.tape is None:
        raise ValueError("this system has no tape")
    tape = traced.tape

    def make() -> Engine:
        sizes = (len(traced.states), len(traced.parameters), len(traced.covariates))
        write = write_source if varied is None else varied.source
        source = write(tape, sizes, TABLEAUX[method])
        library = load(source.text, flags)
        library.walk.argtypes, library.walk.restype = (ctypes.c_void_p,), None
        library.lanes.restype = ctypes.c_int64
        return Engine(library, source, int(library.lanes()))

    return _ENGINES.get((traced.digest, method, flags, varied), make)
