"""libRoadRunner: the equations as SBML, compiled to machine code and solved by CVODE, one person at a time.

CVODE starts anew wherever something happens to a person; one thread.
"""

from __future__ import annotations

import functools
import importlib
from importlib.metadata import version
from typing import Any

import numpy as np

from benchmarks.peers.ladder import Problem, Run, serve_ladder
from benchmarks.peers.sbml import sbml
from benchmarks.peers.stretches import stretches

roadrunner: Any = importlib.import_module("roadrunner")

MOST_STEPS = 1_000_000


def prepare(problem: Problem) -> Run:
    """Compile the model and return the run; each person's constants are worked out once, outside what is timed."""
    functions: dict[str, Any] = {}
    exec(str(problem["equations"]), functions)
    n, rows = problem["initial"].shape[1], problem["row_step"].shape[1]

    @functools.cache
    def constants(person: int) -> Any:
        values = np.zeros(2000)
        count = functions["prepare"](problem["parameters"][person], problem["covariates"][person], values)
        return values[:count].copy()

    count = len(constants(0))
    way = functools.cache(lambda person: stretches(problem, person))
    runner = roadrunner.RoadRunner(sbml(str(problem["equations"]), count + n, n))
    runner.setIntegrator("cvode")
    runner.integrator.maximum_num_steps = MOST_STEPS
    names = list(runner.model.getGlobalParameterIds())
    fixed = [names.index(f"k{number}") for number in range(count)]
    moved = [names.index(f"k{count + row}") for row in range(n)] + [names.index(f"y{row}") for row in range(n)]
    runner.timeCourseSelections = [f"y{row}" for row in range(n)]

    def run(people: int, tolerance: float) -> Any:
        states = np.empty((people, rows, n))
        runner.integrator.relative_tolerance = tolerance
        runner.integrator.absolute_tolerance = 0.1 * tolerance
        for person in range(people):
            runner.model.setGlobalParameterValues(fixed, constants(person))
            y = problem["initial"][person].copy()
            for stretch in way(person):
                runner.model.setGlobalParameterValues(moved, np.concatenate([stretch.inflow, y]))
                found = y[None]
                if len(stretch.times) > 1:
                    found = np.array(runner.simulate(times=stretch.times.tolist()))
                states[person, stretch.rows] = found[stretch.places]
                y = found[-1] + stretch.bolus
                states[person, stretch.after] = y
        return states

    return run


if __name__ == "__main__":
    serve_ladder(f"libRoadRunner {version('libroadrunner')} (CVODE)", prepare)
