"""Workers: parts are followed in this process, in several, or on a cluster, with the same numbers each way."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import Any, Final

from neurosteroid.engine.solvers.processors import at_most, usable_processors
from neurosteroid.errors import InputError, SolverError
from neurosteroid.studies.pacing import Pacing
from neurosteroid.studies.parts import NUMBER, Part, follow
from neurosteroid.studies.task import Task

ATTEMPTS: Final = 4
"""How often processes that end without a result are started anew."""

AHEAD: Final = 2
"""Parts handed out for each worker: one in work, one waiting."""

Progress = Callable[[int, int], None]


def follow_all(
    task: Task, finished: Collection[int], workers: int, cluster: str | None, progress: Progress | None
) -> Iterator[Part]:
    """Yield the parts that are missing, each as soon as it is done.

    Args:
        task: what to do.
        finished: numbers of batches that are there already.
        workers: processes on this machine; 1 stays in this one.
        cluster: address of a Dask scheduler, or ``local:N`` for N processes; takes the place of `workers`.
        progress: called with (women done, women in all).

    Raises:
        SolverError: workers end again and again.
        InputError: the cluster cannot be reached or used.
    """
    done = sum(len(task.women(batch)) for batch in finished)
    if progress is not None and done:
        progress(done, task.population.size)

    def count(women: int) -> None:
        nonlocal done
        done += women
        if progress is not None:
            progress(done, task.population.size)

    if len(finished) == task.batches:
        return
    if cluster is not None:
        from neurosteroid.studies.cluster import follow_on_cluster

        found = follow_on_cluster(task, finished, cluster)
    elif workers > 1:
        found = _in_processes(task, finished, workers)
    else:
        yield from _here(task, finished, count)
        return
    for part in found:
        yield part
        count(len(part.rows[NUMBER]))


def timed(task: Task, first: int, batches: int, processors: int) -> tuple[Part, float]:
    """Follow a part on some processors; return it with the seconds it took. Runs in another process."""
    began = time.perf_counter()
    _leave_if_stopped(0)
    with at_most(processors):
        return follow(task, first, batches, _leave_if_stopped), time.perf_counter() - began


_NOT_BEGUN: Final = (
    "no worker process could begin. Each imports the script that starts the study, so in a script the study must stand"
    " under the line: if __name__ == '__main__':. Where it does, see what the processes wrote, or give workers=1."
)

_STOPS: Final[list[Any]] = []
"""In a process of the pool: the signal that nobody waits for its results any more."""


def _begin(stop: Any, begun: Any) -> None:
    """Prepare a process of the pool: it can be told to stop, and does not outlive the process that started it."""
    import multiprocessing

    begun.value = True
    _STOPS.append(stop)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    """End this process as soon as the one behind a sentinel has ended, were it by SIGKILL."""
    from multiprocessing.connection import wait as wait_for

    wait_for([sentinel])
    os._exit(1)


def _leave_if_stopped(women: int) -> None:
    if any(stop.value for stop in _STOPS):
        raise InterruptedError(f"stopped after {women} women of a part")


def _here(task: Task, finished: Collection[int], count: Callable[[int], None]) -> Iterator[Part]:
    pacing = Pacing(task.batches, finished, 1)
    # no first small part to measure by: one process can stop when it has taken long enough
    while span := pacing.most():
        part = follow(task, *span, seconds=pacing.seconds)
        pacing.give_back(part.first + part.batches, span[1] - part.batches)
        yield part
        count(len(part.rows[NUMBER]))


def _in_processes(task: Task, finished: Collection[int], workers: int) -> Iterator[Part]:
    """Yield parts from processes of this machine; when one of them is killed, what it had in hand is done again."""
    there = set(finished)
    for attempt in range(1, ATTEMPTS + 1):
        try:
            for part in _from_pool(task, there, workers):
                there.update(range(part.first, part.first + part.batches))
                yield part
        except BrokenProcessPool as error:
            if attempt == ATTEMPTS:
                raise SolverError(
                    f"worker processes were ended from outside {ATTEMPTS} times, perhaps for want of memory. Give fewer"
                    " workers and run the same command again: what is finished is kept in the run folder."
                ) from error
        else:
            return


def _from_pool(task: Task, finished: Collection[int], workers: int) -> Iterator[Part]:
    import multiprocessing

    pacing = Pacing(task.batches, finished, workers)
    # spawn, not fork: a forked process inherits the locks of the threads that numerical libraries keep
    context = multiprocessing.get_context("spawn")
    # a bare byte, not an Event: a worker that is killed while it looks at an Event keeps its lock for ever
    stop, begun = context.RawValue(ctypes.c_bool, False), context.RawValue(ctypes.c_bool, False)
    processes = min(workers, task.batches - len(finished))
    share = max(usable_processors() // processes, 1)
    with ProcessPoolExecutor(processes, mp_context=context, initializer=_begin, initargs=(stop, begun)) as pool:
        try:
            running: set[Future[tuple[Part, float]]] = set()
            while True:
                while len(running) < AHEAD * workers and (span := pacing.next()):
                    with _interrupts_wait():
                        running.add(pool.submit(timed, task, *span, share))
                if not running:
                    return
                ended, running = wait(running, return_when=FIRST_COMPLETED)
                for future in ended:
                    part, seconds = future.result()
                    pacing.measured(part.batches, seconds)
                    yield part
        except BrokenProcessPool:
            pool.shutdown(wait=False, cancel_futures=True)
            if not begun.value:
                raise InputError(_NOT_BEGUN, where="workers") from None
            raise
        except BaseException:
            # nobody needs what they have in hand: they leave it at the end of a batch
            stop.value = True
            pool.shutdown(wait=True, cancel_futures=True)
            raise


@contextmanager
def _interrupts_wait() -> Iterator[None]:
    """Start processes that do not hear Ctrl-C, which they would answer with tracebacks; this one ends them instead.

    An interrupt that comes meanwhile is held back and not lost, where the system can do that.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # signals can be set in the main thread only, and only it receives Ctrl-C
    elif sys.platform == "win32":
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)
    else:
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            yield
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
