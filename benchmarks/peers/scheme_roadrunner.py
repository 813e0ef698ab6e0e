"""libRoadRunner on a Markov scheme: SBML compiled to machine code and solved by CVODE, one set at a time.

CVODE starts anew where the agonist changes; one thread.
"""

from __future__ import annotations

import importlib
from importlib.metadata import version
from typing import Any

import numpy as np

from benchmarks.peers.ladder import Problem, Run, serve_ladder
from benchmarks.peers.scheme_pieces import pieces

roadrunner: Any = importlib.import_module("roadrunner")

MOST_STEPS = 1_000_000


def sbml(links: list[tuple[int, int]], n: int) -> str:
    """Return the model as SBML level 3: a rate rule for each state, a parameter for each way."""
    names = [*(f"y{row}" for row in range(n)), *(f"q{source}_{target}" for source, target in links)]
    variables = [f'<parameter id="{name}" value="0" constant="false"/>' for name in names]

    def product(link: tuple[int, int]) -> str:
        return f"<apply><times/><ci>q{link[0]}_{link[1]}</ci><ci>y{link[0]}</ci></apply>"

    rules = []
    for row in range(n):
        arriving = "".join(product(link) for link in links if link[1] == row)
        leaving = "".join(product(link) for link in links if link[0] == row)
        formula = f"<apply><minus/><apply><plus/>{arriving}</apply><apply><plus/>{leaving}</apply></apply>"
        rules.append(
            f'<rateRule variable="y{row}"><math xmlns="http://www.w3.org/1998/Math/MathML">{formula}</math></rateRule>'
        )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<sbml xmlns="http://www.sbml.org/sbml/level3/version1/core" level="3" version="1"><model id="scheme">'
        f"<listOfParameters>{''.join(variables)}</listOfParameters><listOfRules>{''.join(rules)}</listOfRules>"
        "</model></sbml>"
    )


def prepare(problem: Problem) -> Run:
    """Compile the model and return the run."""
    matrices, start, way = problem["matrices"], problem["start"], pieces(problem)
    n, rows = len(start), len(problem["times"])
    links = [(row, to) for row in range(n) for to in range(n) if row != to and (matrices[:, :, row, to] > 0).any()]
    runner = roadrunner.RoadRunner(sbml(links, n))
    runner.setIntegrator("cvode")
    runner.integrator.maximum_num_steps = MOST_STEPS
    runner.timeCourseSelections = [f"y{row}" for row in range(n)]
    names = list(runner.model.getGlobalParameterIds())
    moved = [names.index(f"q{row}_{to}") for row, to in links] + [names.index(f"y{row}") for row in range(n)]
    sources, targets = np.array(links).T

    def run(people: int, tolerance: float) -> Any:
        states = np.empty((people, rows, n))
        runner.integrator.relative_tolerance = tolerance
        runner.integrator.absolute_tolerance = 0.1 * tolerance
        for person in range(people):
            y = start
            for piece, (times, shown) in enumerate(way):
                values = np.concatenate([matrices[person, piece, sources, targets], y])
                runner.model.setGlobalParameterValues(moved, values)
                found = np.array(runner.simulate(times=times.tolist()))
                states[person, shown] = found[1 : 1 + (shown.stop - shown.start)]
                y = found[-1]
        return states

    return run


if __name__ == "__main__":
    serve_ladder(f"libRoadRunner {version('libroadrunner')} (CVODE)", prepare)
