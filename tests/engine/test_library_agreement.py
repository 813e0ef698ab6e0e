"""Compiled C, numba and SciPy agree on every model that the library makes of a person, and converge."""

import numpy as np
import pytest

from neurosteroid.engine import Tolerances
from neurosteroid.engine.solvers.convergence import PROMISE
from neurosteroid.model.bodies import bodies
from tests.engine import library_problems as problems
from tests.engine.judges import FLOOR, errors, tolerances

METHODS = ("rosenbrock", "numba", "reference")
TOLERANCES = (1e-4, 1e-6, 1e-8)

TIGHT, CHECKED = 1e-11, 1e-10
"""Relative tolerances of the course that all are held to, and of SciPy's that confirms it."""

CONFIRMED = 0.1 * PROMISE * TOLERANCES[-1]
"""How near the two have to be: a tenth of what the tightest tolerance is allowed."""

QUICK = ("states/hepatic-impairment", "medicines/sbecd")
"""Small linear ones; the others take a minute or two each, most of it SciPy's and numba's compiling."""


def judged(problem):
    """Return the course (1, R, n) that all are held to, and the largest error of the one that confirms it."""
    if problem.system.linear:
        return problem.solve("exact").states, 0.0
    right = problem.solve("rosenbrock", Tolerances(TIGHT, FLOOR * TIGHT)).states
    return right, float(errors(problem.solve("reference", tolerances(CHECKED)).states, right).max())


def measured(problem, right, method, relative):
    """Return the largest error of a solver at a tolerance, and the state that has it."""
    found = problem.solve(method, tolerances(relative))
    assert found.method.startswith("reference" if method == "reference" else "rosenbrock")
    error = errors(found.states, right).max(axis=0)
    return float(error.max()), problem.system.state_names[int(np.argmax(error))]


def test_every_body_of_the_model_stands_in_a_problem():
    found = set().union(*(problems.bodies_in(name) for name in problems.names()))
    assert found == set(bodies())


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if name in QUICK else pytest.mark.slow) for name in problems.names()]
)
def test_solvers_agree(name):
    problem = problems.problem(name)
    right, confirmed = judged(problem)
    assert confirmed <= CONFIRMED
    worst = {}
    for method in METHODS:
        for relative in TOLERANCES:
            worst[method, relative], state = measured(problem, right, method, relative)
            assert worst[method, relative] <= PROMISE * relative, (method, relative, state, worst[method, relative])
        assert worst[method, TOLERANCES[0]] >= worst[method, TOLERANCES[1]] >= worst[method, TOLERANCES[2]]
