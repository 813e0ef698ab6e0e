"""numbalsoda: LSODA with a right-hand side and a loop over people compiled by numba; two threads, no Python in between.

LSODA starts anew wherever something happens to a person, as it must; it gets the steps that the engine's timeline has.
"""

from __future__ import annotations

import importlib
import os
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from typing import Any

import numpy as np

from benchmarks.peers.ladder import Problem, Run, serve_ladder

numba: Any = importlib.import_module("numba")
numbalsoda: Any = importlib.import_module("numbalsoda")

CHUNK = 20
"""People a thread takes at a time."""

MOST_STEPS = 1_000_000


def prepare(problem: Problem) -> Run:
    """Compile the equations and the loop, and return the run."""
    functions: dict[str, Any] = {}
    exec(str(problem["equations"]), functions)
    compiled = numba.cfunc(numbalsoda.lsoda_sig, error_model="numpy", fastmath={"contract", "nsz"})
    address = compiled(functions["rates"]).address
    fixed = numba.njit(nogil=True, error_model="numpy")(functions["prepare"])
    lsoda = numbalsoda.lsoda

    @numba.njit(nogil=True)
    def follow(
        first: int,
        last: int,
        rtol: float,
        atol: float,
        parameters: Any,
        epoch_covariates: Any,
        epoch: Any,
        initial: Any,
        start: Any,
        times: Any,
        rates: Any,
        boluses: Any,
        inputs: Any,
        acts: Any,
        row_step: Any,
        states: Any,
    ) -> None:
        n, steps, rows = initial.shape[1], times.shape[1], row_step.shape[1]
        constants = np.zeros(2000)
        for person in range(first, last):
            y = initial[person].copy()
            at, step, row, count = start[person], 0, 0, 0
            while step < steps and row < rows:
                stop = step
                while stop + 1 < steps and not acts[person, stop]:
                    stop += 1
                if step == 0 or epoch[person, step] != epoch[person, step - 1]:
                    count = fixed(parameters[person], epoch_covariates[person, epoch[person, step]], constants)
                    constants[count : count + n] = 0.0
                for column in range(len(inputs)):
                    constants[count + inputs[column]] = rates[person, step, column]
                grid = np.empty(stop - step + 2)
                grid[0], size = at, 1
                for index in range(step, stop + 1):
                    if times[person, index] > grid[size - 1]:
                        grid[size] = times[person, index]
                        size += 1
                found = np.empty((1, n))
                found[0] = y
                if size > 1:
                    found, _ = lsoda(address, y, grid[:size], constants, rtol, atol, MOST_STEPS)
                place = 0
                for index in range(step, stop + 1):
                    if times[person, index] > grid[place]:
                        place += 1
                    if index < stop:
                        while row < rows and row_step[person, row] == index:
                            states[person, row] = found[place]
                            row += 1
                y[:] = found[size - 1]
                for column in range(len(inputs)):
                    y[inputs[column]] += boluses[person, stop, column]
                while row < rows and row_step[person, row] == stop:
                    states[person, row] = y
                    row += 1
                at, step = times[person, stop], stop + 1

    whole = ("parameters", "epoch_covariates", "epoch", "initial", "start")
    names = (*whole, "times", "rates", "boluses", "inputs", "acts", "row_step")
    given = [np.ascontiguousarray(problem[name]) for name in names]
    rows, n = problem["row_step"].shape[1], problem["initial"].shape[1]
    threads = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

    def run(people: int, tolerance: float) -> Any:
        states = np.empty((people, rows, n))
        with ThreadPoolExecutor(threads) as pool:
            chunks = [(first, min(first + CHUNK, people)) for first in range(0, people, CHUNK)]
            waiting = [pool.submit(follow, *chunk, tolerance, 0.1 * tolerance, *given, states) for chunk in chunks]
            for item in waiting:
                item.result()
        return states

    return run


if __name__ == "__main__":
    serve_ladder(f"numbalsoda {version('numbalsoda')} (LSODA, numba {version('numba')})", prepare)
