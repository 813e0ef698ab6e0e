"""scikit-sundae on a Markov scheme: CVODE (BDF, dense Newton, given the Jacobian), its functions compiled by numba.

CVODE starts anew where the agonist changes; one thread.
"""

from __future__ import annotations

import importlib
from importlib.metadata import version
from typing import Any

import numpy as np

from benchmarks.peers.ladder import Problem, Run, serve_ladder
from benchmarks.peers.scheme_pieces import pieces

numba: Any = importlib.import_module("numba")
cvode: Any = importlib.import_module("sksundae.cvode")

MOST_STEPS = 1_000_000


def prepare(problem: Problem) -> Run:
    """Compile the equations and return the run."""

    @numba.njit(error_model="numpy", fastmath={"contract", "nsz"})
    def rates(t: float, y: Any, dy: Any, given: Any) -> None:
        columns = given[0]
        for row in range(len(y)):
            total = 0.0
            for column in range(len(y)):
                total += columns[row, column] * y[column]
            dy[row] = total

    @numba.njit(error_model="numpy")
    def jacobian(t: float, y: Any, dy: Any, jac: Any, given: Any) -> None:
        jac[:, :] = given[0]

    start, way = problem["start"], pieces(problem)
    n, rows = len(start), len(problem["times"])
    columns = np.ascontiguousarray(np.swapaxes(problem["matrices"], 2, 3))

    def run(people: int, tolerance: float) -> Any:
        states = np.empty((people, rows, n))
        given = np.empty((n, n))
        solver = cvode.CVODE(
            rates, jacfn=jacobian, userdata=(given,), rtol=tolerance, atol=0.1 * tolerance, max_num_steps=MOST_STEPS
        )
        for person in range(people):
            y = start
            for piece, (times, shown) in enumerate(way):
                given[:, :] = columns[person, piece]
                found = solver.solve(times, y)
                if not found.success:
                    raise RuntimeError(f"CVODE stopped: {found.message}")
                states[person, shown] = found.y[1 : 1 + (shown.stop - shown.start)]
                y = found.y[-1]
        return states

    return run


if __name__ == "__main__":
    serve_ladder(f"scikit-sundae {version('scikit-sundae')} (CVODE, numba {version('numba')})", prepare)
