"""scikit-sundae on the infusion: CVODE (BDF) with a right-hand side compiled by numba, called back through Python.

One thread, since the callback holds Python's lock.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

import numpy as np

from benchmarks.peers.serving import Problem, serve

numba: Any = importlib.import_module("numba")
cvode: Any = importlib.import_module("sksundae.cvode")

MOST_STEPS = 1_000_000


def prepare(problem: Problem, tolerance: float) -> Callable[[], Any]:
    """Compile the equations and return the run over all people; CVODE starts anew at each rate change."""

    @numba.njit(error_model="numpy", fastmath={"contract", "nsz"})
    def derivative(t: float, x: Any, dx: Any, given: Any) -> None:
        p = given[0]
        flow = p[1] * x[0] - p[2] * x[1]
        dx[0] = p[3] - p[0] * x[0] - flow
        dx[1] = flow

    times = problem["times"]
    edges = np.array([*problem["starts"], problem["ends"][-1], times[-1]])
    places = [int(np.searchsorted(times, edge)) for edge in edges]
    if not np.array_equal(times[places], edges):
        raise ValueError("rates change at output times only")
    people = len(problem["k"])
    rates = np.column_stack([problem["rates"], np.zeros(people)])
    given = np.empty(4)
    atol = tolerance * 1e-3 * float(problem["rates"].max())
    solver = cvode.CVODE(derivative, userdata=(given,), rtol=tolerance, atol=atol, max_num_steps=MOST_STEPS)

    def run() -> Any:
        found = np.zeros((people, len(times)))
        for person in range(people):
            given[:3] = [problem[name][person] for name in ("k", "k12", "k21")]
            x = np.zeros(2)
            for piece, rate in enumerate(rates[person]):
                given[3] = rate
                shown = slice(places[piece], places[piece + 1] + 1)
                span = times[shown]
                # with two times only, it would return every step of its own
                solution = solver.solve(span if len(span) > 2 else np.linspace(span[0], span[-1], 3), x)
                if not solution.success:
                    raise RuntimeError(f"CVODE stopped: {solution.message}")
                course = solution.y if len(span) > 2 else solution.y[::2]
                found[person, shown] = course[:, 0]
                x = course[-1]
        return found / problem["volume"][:, None]

    return run


if __name__ == "__main__":
    serve(f"scikit-sundae {version('scikit-sundae')} (CVODE, numba {version('numba')})", prepare)
