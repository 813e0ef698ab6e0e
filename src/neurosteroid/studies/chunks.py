"""Chunks: a fixed share of the women at a time, in this process or in several, with the same numbers either way."""

from __future__ import annotations

import functools
import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid import units
from neurosteroid.dosing import Protocol
from neurosteroid.evidence import Ledger, Library, library
from neurosteroid.model import Assembly, ModelChoice, assemble, output_times, simulate_many
from neurosteroid.studies.metrics import PLASMA_UNIT, Metric, Scale, Window, compute
from neurosteroid.studies.people import Population, Women

Array = NDArray[np.float64]
SIZE: Final = 250
"""Women in a chunk; never changed by the number of workers, so that results are not either."""


@final
@dataclass(frozen=True)
class Task:
    """All that a worker needs to follow any chunk.

    Attributes:
        population: who.
        protocols: what is given.
        model: variants of the cards.
        until, step: output times, as text with unit.
        window: concentration window, if any.
    """

    population: Population
    protocols: tuple[Protocol, ...]
    model: ModelChoice
    until: str
    step: str
    window: Window | None

    @property
    def readout(self) -> float:
        """Hour at which outcomes are read: the end of the longest protocol, at most the end of follow-up."""
        until = units.parse_span(self.until)
        return min(max(protocol.end_h for protocol in self.protocols) or until, until)

    @property
    def times(self) -> Array:
        """Output times (K,), h: even steps, and the hour at which outcomes are read where no step falls on it."""
        even = output_times(self.until, self.step)
        return even if np.abs(even - self.readout).min() < 1e-9 else np.sort(np.append(even, self.readout))


@final
@dataclass(frozen=True, eq=False)
class Chunk:
    """What happened to some women.

    Attributes:
        women: who they are.
        values: for each protocol, output name to (P, K).
        metrics: for each protocol, metric to (P,).
        failures: sentences.
        solver: which solver ran.
    """

    women: Women
    values: tuple[Mapping[str, Array], ...]
    metrics: tuple[Mapping[Metric, Array], ...]
    failures: tuple[str, ...]
    solver: str


@functools.lru_cache(maxsize=4)
def _assembly(model: ModelChoice, shelf: Library) -> Assembly:
    """Return the model; it is kept for the next chunk as long as the library in use is the same."""
    return assemble(model)


def follow(task: Task, first: int) -> Chunk:
    """Follow the women from number `first` through every protocol."""
    assembly = _assembly(task.model, library())
    numbers = range(first, min(first + SIZE, task.population.size))
    women = task.population.draw(assembly, Ledger(), numbers)
    times = task.times
    factor = float(units.convert(1.0, units.CONCENTRATION, PLASMA_UNIT, molar_mass=assembly.molar_mass))
    scale = Scale(assembly.response_share, assembly.remission_score)
    values, metrics, failures, solver = [], [], [], ""
    for protocol in task.protocols:
        courses = simulate_many(assembly, protocol, women.weight, times, parameters=women.parameters)
        found = compute(times, courses.values, factor=factor, scale=scale, end=task.readout, window=task.window)
        failed = {failure.person for failure in courses.failures}
        keep = np.array([person not in failed for person in range(len(numbers))])
        metrics.append({metric: np.where(keep, column, np.nan) for metric, column in found.items()})
        values.append(courses.values)
        failures += [
            f"{women.names[failure.person]}, {protocol.name}: at {failure.time:g} h {failure.reason}"
            for failure in courses.failures
        ]
        solver = courses.solver
    return Chunk(women, tuple(values), tuple(metrics), tuple(failures), solver)


def follow_all(task: Task, workers: int, progress: Callable[[int, int], None] | None) -> Iterator[Chunk]:
    """Yield every chunk in order of the women.

    Args:
        task: what to do.
        workers: processes; 1 stays in this one.
        progress: called with (women done, women in all) after each chunk.
    """
    starts = range(0, task.population.size, SIZE)
    found = map(functools.partial(follow, task), starts) if workers == 1 else _in_processes(task, starts, workers)
    for first, chunk in zip(starts, found, strict=True):
        yield chunk
        if progress is not None:
            progress(min(first + SIZE, task.population.size), task.population.size)


def _in_processes(task: Task, starts: range, workers: int) -> Iterator[Chunk]:
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    # spawn, not fork: a forked process inherits the locks of the threads that numerical libraries keep
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(workers, len(starts)), mp_context=context) as pool:
        try:
            with _interrupts_stay_here():
                found = pool.map(functools.partial(follow, task), starts)
            yield from found
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


@contextmanager
def _interrupts_stay_here() -> Iterator[None]:
    """Start processes that ignore Ctrl-C, which they would answer with tracebacks; this one ends them instead."""
    if threading.current_thread() is not threading.main_thread():
        yield  # signals can be set in the main thread only, and only it receives Ctrl-C
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
