"""numbalsoda on the infusion: LSODA with right-hand side and loop over people compiled; without Python in between."""

from __future__ import annotations

import importlib
import itertools
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from typing import Any

import numpy as np

from benchmarks.peers.serving import Problem, serve

numba: Any = importlib.import_module("numba")
numbalsoda: Any = importlib.import_module("numbalsoda")

CHUNK = 20
"""People a thread takes at a time."""

MOST_STEPS = 1_000_000


def prepare(problem: Problem, tolerance: float) -> Callable[[], Any]:
    """Compile equations and loop, and return the run over all people; LSODA starts anew at each rate change."""
    lsoda = numbalsoda.lsoda

    @numba.cfunc(numbalsoda.lsoda_sig, error_model="numpy", fastmath={"contract", "nsz"})
    def derivative(t: float, x: Any, dx: Any, p: Any) -> None:
        flow = p[1] * x[0] - p[2] * x[1]
        dx[0] = p[3] - p[0] * x[0] - flow
        dx[1] = flow

    address = derivative.address
    times = problem["times"]
    edges = np.array([*problem["starts"], problem["ends"][-1], times[-1]])
    places = np.array([int(np.searchsorted(times, edge)) for edge in edges])
    if not np.array_equal(times[places], edges):
        raise ValueError("rates change at output times only")
    people = len(problem["k"])
    rates = np.column_stack([problem["rates"], np.zeros(people)])
    constants = np.column_stack([problem[name] for name in ("k", "k12", "k21")])
    atol = tolerance * 1e-3 * float(problem["rates"].max())

    @numba.njit(nogil=True)
    def follow(first: int, last: int, constants: Any, rates: Any, times: Any, places: Any, found: Any) -> None:
        given = np.empty(4)
        for person in range(first, last):
            given[:3] = constants[person]
            x = np.zeros(2)
            for piece in range(rates.shape[1]):
                given[3] = rates[person, piece]
                begin, end = places[piece], places[piece + 1]
                course, _ = lsoda(address, x, times[begin : end + 1], given, tolerance, atol, MOST_STEPS)
                found[person, begin : end + 1] = course[:, 0]
                x[:] = course[-1]

    threads = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    chunks = [*itertools.pairwise([*range(0, people, CHUNK), people])]

    def run() -> Any:
        found = np.zeros((people, len(times)))
        with ThreadPoolExecutor(threads) as pool:
            waiting = [pool.submit(follow, *chunk, constants, rates, times, places, found) for chunk in chunks]
            for item in waiting:
                item.result()
        return found / problem["volume"][:, None]

    return run


if __name__ == "__main__":
    serve(f"numbalsoda {version('numbalsoda')} (LSODA, numba {version('numba')})", prepare)
