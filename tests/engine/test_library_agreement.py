"""Compiled C, numba and SciPy agree on every model that the library makes of a person."""

import numpy as np
import pytest

from neurosteroid.engine import Tolerances
from neurosteroid.engine.solvers.convergence import PROMISE
from neurosteroid.model.bodies import bodies
from tests.engine import library_problems as problems
from tests.engine.judges import FLOOR, errors, tolerances

TOLERANCES = (1e-4, 1e-6, 1e-8)

TIGHT, CHECKED = 1e-11, 1e-9
"""Relative tolerances of the course that all are held to, and of SciPy's that confirms it."""

QUICK = ("states/hepatic-impairment", "medicines/sbecd")
"""Small linear ones; the others take a minute or two each, most of it SciPy's."""


def test_every_body_of_the_model_stands_in_a_problem():
    found = set().union(*(problems.bodies_in(name) for name in problems.names()))
    assert found == set(bodies())


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if name in QUICK else pytest.mark.slow) for name in problems.names()]
)
def test_solvers_agree(name):
    problem = problems.problem(name)
    if problem.system.linear:
        right = problem.solve("exact").states
    else:
        right = problem.solve("rosenbrock", Tolerances(TIGHT, FLOOR * TIGHT)).states
        confirmed = problem.solve("reference", tolerances(CHECKED)).states
        assert (errors(confirmed, right) <= PROMISE * CHECKED).all()
    worst = {}
    for method in ("rosenbrock", "numba", "reference"):
        for relative in TOLERANCES:
            found = problem.solve(method, tolerances(relative))
            assert found.method.startswith("reference" if method == "reference" else "rosenbrock")
            error = errors(found.states, right)
            state = problem.system.state_names[int(np.argmax(error.max(axis=0)))]
            assert (error <= PROMISE * relative).all(), (method, relative, state, error.max())
            worst[method, relative] = error.max()
    for method in ("rosenbrock", "numba", "reference"):
        assert worst[method, TOLERANCES[0]] >= worst[method, TOLERANCES[-1]]
