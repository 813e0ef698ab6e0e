"""scikit-sundae: CVODE (BDF, dense Newton) with a right-hand side compiled by numba, called back through Python.

CVODE starts anew wherever something happens to a person, as LSODA does; one thread, since the callback holds Python's
lock.
"""

from __future__ import annotations

import functools
import importlib
from importlib.metadata import version
from typing import Any

import numpy as np

from benchmarks.peers.ladder import Problem, Run, serve_ladder
from benchmarks.peers.stretches import stretches

numba: Any = importlib.import_module("numba")
cvode: Any = importlib.import_module("sksundae.cvode")

MOST_STEPS = 1_000_000


def prepare(problem: Problem) -> Run:
    """Compile the equations and return the run."""
    functions: dict[str, Any] = {}
    exec(str(problem["equations"]), functions)
    compiled = numba.njit(error_model="numpy", fastmath={"contract", "nsz"})(functions["rates"])

    @numba.njit
    def rates(t: float, y: Any, dy: Any, given: Any) -> None:
        compiled(t, y, dy, given[0])

    fixed = numba.njit(error_model="numpy")(functions["prepare"])
    way = functools.cache(lambda person: stretches(problem, person))
    n, rows = problem["initial"].shape[1], problem["row_step"].shape[1]

    def run(people: int, tolerance: float) -> Any:
        states = np.empty((people, rows, n))
        constants = np.zeros(2000)
        solver = cvode.CVODE(
            rates,
            userdata=(constants,),
            rtol=tolerance,
            atol=0.1 * tolerance,
            max_num_steps=MOST_STEPS,
        )
        for person in range(people):
            count = fixed(problem["parameters"][person], problem["covariates"][person], constants)
            y = problem["initial"][person].copy()
            for stretch in way(person):
                constants[count : count + n] = stretch.inflow
                found = y[None]
                if len(stretch.times) > 1:
                    # with two times only, it would return every step of its own
                    span = stretch.times if len(stretch.times) > 2 else np.linspace(*stretch.times, 3)
                    solution = solver.solve(span, y)
                    if not solution.success:
                        raise RuntimeError(f"CVODE stopped: {solution.message}")
                    found = solution.y
                states[person, stretch.rows] = found[stretch.places]
                y = found[-1] + stretch.bolus
                states[person, stretch.after] = y
        return states

    return run


if __name__ == "__main__":
    serve_ladder(f"scikit-sundae {version('scikit-sundae')} (CVODE, numba {version('numba')})", prepare)
