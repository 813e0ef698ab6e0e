"""The compiled propagation of one system: what is loaded, and how Python hands people to it."""

from __future__ import annotations

import ctypes
import os
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine.solvers.kept import Kept
from neurosteroid.engine.solvers.processors import usable_processors
from neurosteroid.engine.solvers.propagation.reading import chosen_tape, given_system, read_system, states_tape
from neurosteroid.engine.solvers.propagation.sheet import Sheet
from neurosteroid.engine.solvers.propagation.source import write_source
from neurosteroid.engine.solvers.propagation.steps import repeats, rounded_spans, shares_steps
from neurosteroid.engine.solvers.rosenbrock.compiling import load
from neurosteroid.engine.timetable import Timeline
from neurosteroid.engine.tracing import Traced

Array = NDArray[np.float64]

WORTH_A_THREAD: Final = 300_000
"""Steps of people below which one thread does all the work sooner than several could be started."""

STREAMED: Final = 16 * 2**20
"""Bytes of values above which they are stored past the caches: they would not be there any more when read."""

_WHOLES: Final = (
    *("people", "steps", "rows", "inputs", "epochs"),
    *("alike", "settles", "streams", "value_stride"),
)
_ARRAYS: Final = {
    "input_states": np.int64,
    "runs": np.int64,
    "settled": np.float64,
    "adds": np.uint8,
    "accounts": np.uint8,
}
_BY_PERSON: Final[dict[str, type[np.float64 | np.int64]]] = {
    **dict.fromkeys(("initial", "parameters", "covariates", "times", "spans"), np.float64),
    **dict.fromkeys(("start_epoch", "epoch", "level", "dose", "reset", "steady", "row_step", "row_epoch"), np.int64),
}
_TABLES: Final = ("levels", "doses")
_WRITTEN: Final = ("values", "outcome", "reached", "next", "stop")
"""The members of ``struct task`` in propagate.c, in order, and their kinds."""


class _ByPerson(ctypes.Structure):
    _fields_ = (("at", ctypes.c_void_p), ("stride", ctypes.c_int64))


class _Table(ctypes.Structure):
    _fields_ = (("at", ctypes.c_void_p), *((name, ctypes.c_int64) for name in ("stride", "row", "item")))


class _Task(ctypes.Structure):
    _fields_ = (
        *((name, ctypes.c_int64) for name in _WHOLES),
        *((name, ctypes.c_void_p) for name in _ARRAYS),
        *((name, _ByPerson) for name, kind in _BY_PERSON.items() if kind is np.float64),
        *((name, _Table) for name in _TABLES),
        *((name, _ByPerson) for name, kind in _BY_PERSON.items() if kind is np.int64),
        *((name, ctypes.c_void_p) for name in _WRITTEN),
    )


@final
@dataclass(frozen=True, eq=False)
class Propagator:
    """A loaded library.

    Attributes:
        library: with ``propagate`` and ``lanes``.
        values: number of values in a row.
        given: whether equations are given as numbers in the place of covariates.
    """

    library: ctypes.CDLL
    values: int
    given: bool

    def walk(
        self,
        timeline: Timeline,
        parameters: Array,
        covariates: Array,
        settled: Array,
        accounts: NDArray[np.bool_],
        sheet: Sheet,
        threads: int | None = None,
    ) -> tuple[NDArray[np.int64], Array]:
        """Follow P people through their timelines.

        Args:
            timeline: of the people.
            parameters: (P, m).
            covariates: (P, E, k), or the equations of each epoch (see `given_system`).
            settled: (D, n) states of the timeline's D regimens at steady state, NaN where there is none.
            accounts: (n,) states that a steady state leaves alone.
            sheet: to write the rows of values to.
            threads: that work at once; by default one for each processor this process may use.

        Returns:
            (P,) outcomes, 0 for done, and (P,) the time in h at which a person failed.
        """
        people, rows = timeline.row_step.shape
        steps = timeline.times.shape[1]
        alike = shares_steps(timeline)
        outcome, reached = np.zeros(people, dtype=np.int64), np.zeros(people)
        taken, stop = np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int32)
        results: tuple[NDArray[Any], ...] = (sheet.cells, outcome, reached, taken, stop)
        written = zip(_WRITTEN, results, strict=True)
        arrays: dict[str, NDArray[Any]] = {
            "input_states": np.array(timeline.inputs, dtype=np.int64),
            "runs": repeats(timeline) if alike else np.zeros(0, dtype=np.int64),
            "settled": np.ascontiguousarray(settled),
            "adds": timeline.steady_doses.adds.astype(np.uint8),
            "accounts": accounts.astype(np.uint8),
        }
        of_people = {
            name: _rows(given, _BY_PERSON[name])
            for name, given in (
                ("initial", timeline.initial if timeline.initial is not None else np.zeros((people, 0))),
                ("parameters", parameters),
                ("covariates", covariates),
                ("spans", rounded_spans(timeline)),
                ("start_epoch", timeline.start_epoch[:, None]),
                *((name, getattr(timeline, name)) for name in ("times", "epoch", "level")),
                *((name, getattr(timeline, name)) for name in ("dose", "reset", "steady", "row_step", "row_epoch")),
            )
        }
        wholes = {
            "people": people,
            "steps": steps,
            "rows": rows,
            "inputs": len(timeline.inputs),
            "epochs": timeline.covariates.shape[1],
            "alike": alike,
            "settles": len(timeline.steady_doses) > 0,
            "streams": sheet.cells.nbytes > STREAMED,
            "value_stride": sheet.cells.shape[1],
        }
        task = _Task(
            **{name: int(number) for name, number in wholes.items()},
            **{name: array.ctypes.data for name, array in (*arrays.items(), *written)},
            **{name: _table(getattr(timeline, name)) for name in _TABLES},
            **{name: _by_person(array) for name, array in of_people.items()},
        )
        several = (threads or usable_processors()) if people * steps >= WORTH_A_THREAD else 1
        self._run(task, stop, several)
        return outcome, reached

    def _run(self, task: _Task, stop: NDArray[np.int32], threads: int) -> None:
        """Call the library; it lets go of the interpreter while it works."""
        pointer = ctypes.byref(task)
        if threads == 1:
            self.library.propagate(pointer)
            return
        # The calling thread only waits, so that Ctrl-C is heard.
        waiting = [_pool(threads).submit(self.library.propagate, pointer) for _ in range(threads)]
        try:
            for item in waiting:
                item.result()
        except BaseException:
            stop[0] = 1
            for item in waiting:
                item.exception()
            raise


def _rows(array: NDArray[Any], kind: type[np.float64 | np.int64]) -> NDArray[Any]:
    """Return an array whose rows are whole in memory; a row that all people share stays one row."""
    if array.ndim and array.strides[0] == 0 and len(array) > 1:
        one = np.ascontiguousarray(array[:1], dtype=kind)
        return np.broadcast_to(one, array.shape)
    return np.ascontiguousarray(array, dtype=kind)


def _by_person(array: NDArray[Any]) -> _ByPerson:
    if not array.size:
        return _ByPerson(None, 0)
    return _ByPerson(array.ctypes.data, array.strides[0] // array.itemsize if len(array) > 1 else 0)


def _table(array: Array) -> _Table:
    """Return how (P, L, q) numbers lie in memory."""
    if not array.size:
        return _Table(None, 0, 0, 0)
    return _Table(array.ctypes.data, *(stride // array.itemsize for stride in array.strides))


_POOLS: Final[dict[tuple[int, int], ThreadPoolExecutor]] = {}
"""By process and threads: a forked process has the pools of its parent, but none of their threads."""

_PROPAGATORS: Final = Kept[Propagator]()
_GIVEN: Final = Kept[Propagator]()
_LOCK: Final = threading.Lock()


def _pool(threads: int) -> ThreadPoolExecutor:
    with _LOCK:
        key = (os.getpid(), threads)
        if key not in _POOLS:
            _POOLS[key] = ThreadPoolExecutor(threads, thread_name_prefix="propagation")
        return _POOLS[key]


def propagator_for(traced: Traced, outputs: Sequence[int] | None = None) -> Propagator | None:
    """Return the compiled propagation of a traced linear system; the last that were asked for are kept.

    Args:
        traced: a linear system.
        outputs: which outputs a row shows; the states if None.

    Returns:
        None when a function in the equations or outputs has no native form.

    Raises:
        CompilerError: it cannot be compiled here.
    """
    if traced.tape is None or traced.initial_tape is None or (outputs is not None and traced.output_tape is None):
        return None
    tape, initial_tape, output_tape = traced.tape, traced.initial_tape, traced.output_tape

    def make() -> Propagator:
        sizes = (len(traced.states), len(traced.parameters), len(traced.covariates))
        shown = states_tape(sizes[0])
        if outputs is not None and output_tape is not None:
            shown = chosen_tape(output_tape, outputs)
        reading = read_system(tape, initial_tape, shown, sizes)
        return propagator_from(load(write_source(reading)), reading.values)

    return _PROPAGATORS.get((traced.digest, None if outputs is None else tuple(outputs)), make)


def propagator_of_numbers(states: int) -> Propagator:
    """Return the compiled propagation of n states whose equations are given as numbers.

    Raises:
        CompilerError: it cannot be compiled here.
    """
    return _GIVEN.get(states, lambda: propagator_from(load(write_source(given_system(states))), states, given=True))


def propagator_from(library: ctypes.CDLL, values: int, *, given: bool = False) -> Propagator:
    """Return the propagation of a loaded library whose rows have some number of values."""
    library.propagate.argtypes, library.propagate.restype = (ctypes.c_void_p,), None
    library.lanes.restype = ctypes.c_int64
    return Propagator(library, values, given)
