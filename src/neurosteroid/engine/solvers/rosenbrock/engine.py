"""The compiled solver of one system: what is loaded, and how Python hands a batch of people to it."""

from __future__ import annotations

import ctypes
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final, Protocol, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine.solvers.rosenbrock.compiling import load
from neurosteroid.engine.solvers.rosenbrock.source import Source, write_source
from neurosteroid.engine.solvers.rosenbrock.tableau import TABLEAUX, Tableau
from neurosteroid.engine.tape import Tape
from neurosteroid.engine.timetable import Timeline
from neurosteroid.engine.tracing import Traced

Array = NDArray[np.float64]
Indexes = NDArray[np.intp]

MOST_ATTEMPTS: Final = 1_000_000
"""Steps tried for one person before she is given up."""

_WHOLES: Final = ("people", "steps", "rows", "inputs", "epochs", "most_attempts")
_NUMBERS: Final = ("relative", "absolute")
_ARRAYS: Final = {
    "input_states": np.int64,
    "parameters": np.float64,
    "covariates": np.float64,
    "initial": np.float64,
    "start": np.float64,
    "start_epoch": np.int64,
    "times": np.float64,
    "rates": np.float64,
    "boluses": np.float64,
    "acts": np.uint8,
    "epoch": np.int64,
    "reset": np.int64,
    "steady": np.int64,
    "settled": np.float64,
    "adds": np.uint8,
    "accounts": np.uint8,
    "row_step": np.int64,
    "states": np.float64,
    "outcome": np.int64,
    "reached": np.float64,
    "work": np.int64,
    "next": np.int64,
    "stop": np.int32,
    "moves": np.float64,
}
"""The arrays of ``struct task`` in walk.c, in order, and their kinds."""


class _Task(ctypes.Structure):
    _fields_ = (
        *((name, ctypes.c_int64) for name in _WHOLES),
        *((name, ctypes.c_double) for name in _NUMBERS),
        *((name, ctypes.c_void_p) for name in _ARRAYS),
    )


@final
@dataclass(frozen=True, eq=False)
class Walked:
    """What the compiled solver gives back for P people in R rows.

    Attributes:
        states: (P, R, n); NaN where padded, and from the time at which a person failed.
        outcome: (P,) 0 for done, otherwise a key of `solver.REASONS`.
        reached: (P,) time at which a person failed, h.
        work: (P, 2) attempted and accepted steps.
    """

    states: Array
    outcome: NDArray[np.int64]
    reached: Array
    work: NDArray[np.int64]


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
        """
        people, rows = timeline.row_step.shape
        given: dict[str, Any] = {
            "input_states": np.array(timeline.inputs, dtype=np.int64),
            "parameters": parameters,
            "initial": initial,
            "acts": acting_steps(timeline),
            "settled": settled,
            "adds": timeline.steady_doses.adds,
            "accounts": accounts,
            "states": np.empty((people, rows, initial.shape[-1])),
            "outcome": np.zeros(people, dtype=np.int64),
            "reached": np.zeros(people),
            "work": np.zeros((people, 2), dtype=np.int64),
            "next": np.zeros(1, dtype=np.int64),
            "stop": np.zeros(1, dtype=np.int32),
            "moves": np.zeros(0) if moves is None else moves,
        }
        arrays = {
            name: np.ascontiguousarray(given[name] if name in given else getattr(timeline, name), dtype=kind)
            for name, kind in _ARRAYS.items()
        }
        sizes = (people, timeline.times.shape[1], rows, len(timeline.inputs), timeline.covariates.shape[1])
        wholes = dict(zip(_WHOLES, (*sizes, MOST_ATTEMPTS), strict=True))
        pointers = {name: array.ctypes.data for name, array in arrays.items()}
        task = _Task(**wholes, **dict(zip(_NUMBERS, tolerances, strict=True)), **pointers)
        bundles = -(-people // self.lanes)
        self._run(task, arrays["stop"], max(min(threads or usable_processors(), bundles), 1))
        states = arrays["states"]
        if not timeline.mask.all():
            states[~timeline.mask] = np.nan
        return Walked(states, arrays["outcome"], arrays["reached"], arrays["work"])

    def _run(self, task: _Task, stop: NDArray[np.int32], threads: int) -> None:
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


def usable_processors() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def acting_steps(timeline: Timeline) -> NDArray[np.bool_]:
    """Return (P, K) after which steps the states jump or the right-hand side changes."""
    acts = np.asarray((timeline.reset >= 0) | (timeline.steady >= 0))
    for column in range(len(timeline.inputs)):
        rate = timeline.rates[:, :, column]
        acts |= (timeline.boluses[:, :, column] != 0.0) | (rate[:, 1:] != rate[:, :-1])
    acts[:, :-1] |= timeline.epoch[:, 1:] != timeline.epoch[:, :-1]
    return acts


_ENGINES: dict[tuple[object, ...], tuple[Traced, Engine]] = {}
_LOCK: Final = threading.Lock()


def engine_for(traced: Traced, method: str, flags: tuple[str, ...] = (), varied: Varied | None = None) -> Engine:
    """Return the compiled solver of a traced system, kept for the life of the process.

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
    key = (id(traced), method, flags, varied)
    with _LOCK:
        if key not in _ENGINES:
            sizes = (len(traced.states), len(traced.parameters), len(traced.covariates))
            source = (
                write_source(traced.tape, sizes, TABLEAUX[method])
                if varied is None
                else varied.source(traced.tape, sizes, TABLEAUX[method])
            )
            library = load(source.text, flags)
            library.walk.argtypes, library.walk.restype = (ctypes.c_void_p,), None
            library.lanes.restype = ctypes.c_int64
            _ENGINES[key] = (traced, Engine(library, source, int(library.lanes())))
        return _ENGINES[key][1]
