"""The Rosenbrock coefficients have the orders their papers claim, on a problem with a closed form."""

import numpy as np
import pytest

from neurosteroid.engine.solvers.rosenbrock.tableau import RODAS4, RODAS5P

SPAN = 1.0


def exact(t):
    """The solution of `slope`."""
    return np.array([np.exp(np.sin(t)), np.exp(np.cos(t))])


def slope(t, x):
    """Nonlinear in x and explicit in t: x1' = x1 log x2, x2' = -x2 sin t + (log x1 - sin t) x2."""
    return np.array([x[0] * np.log(x[1]), -x[1] * np.sin(t) + (np.log(x[0]) - np.sin(t)) * x[1]])


def jacobian(t, x):
    return np.array([[np.log(x[1]), x[0] / x[1]], [x[1] / x[0], -np.sin(t) + np.log(x[0]) - np.sin(t)]])


def time_slope(t, x):
    return np.array([0.0, -2.0 * x[1] * np.cos(t)])


def step(tableau, t, x, h):
    """Return the next states, the error estimate and the dense output at the middle, from the docstring's formulas."""
    matrix = np.eye(2) / (tableau.gamma * h) - jacobian(t, x)
    stages = []
    for row, changes, node, weight in zip(tableau.a, tableau.c, tableau.nodes, tableau.times, strict=True):
        at = x + sum((a * k for a, k in zip(row, stages, strict=True)), np.zeros(2))
        change = sum((c * k for c, k in zip(changes, stages, strict=True)), np.zeros(2)) / h
        right = slope(t + node * h, at) + change + weight * h * time_slope(t, x)
        stages.append(np.linalg.solve(matrix, right))
    reached = x + sum(a * k for a, k in zip(tableau.a[-1], stages[:-1], strict=True)) + stages[-1]
    v, inner = 0.5, np.zeros(2)
    for row in reversed(tableau.dense):
        inner = sum(c * k for c, k in zip(row, stages, strict=True)) + v * inner
    middle = (1 - v) * x + v * (reached + (1 - v) * inner)
    return reached, stages[-1], middle


def errors(tableau, count):
    """Return the error at the end, of one embedded step, and of the dense output between, with `count` steps."""
    h = SPAN / count
    x, between = exact(0.0), 0.0
    for index in range(count):
        x, _, middle = step(tableau, index * h, x, h)
        between = max(between, np.abs(middle - exact((index + 0.5) * h)).max())
    end = np.abs(x - exact(SPAN)).max()
    reached, estimate, _ = step(tableau, 0.3, exact(0.3), h)
    embedded = np.abs(reached - estimate - exact(0.3 + h)).max()
    return np.array([end, embedded, between])


@pytest.mark.parametrize(
    ("tableau", "orders"),
    # Global order; order of the embedded method plus one (a single step); global order of the dense output.
    [(RODAS4, (4, 4, 3)), (RODAS5P, (5, 5, 4))],
    ids=["Rodas4", "Rodas5P"],
)
def test_orders(tableau, orders):
    coarse, fine = errors(tableau, 10), errors(tableau, 20)
    found = np.log2(coarse / fine)
    # An order lower by one would show as a ratio lower by 1; half of that tells them apart.
    assert (found > np.array(orders) - 0.5).all(), found


@pytest.mark.parametrize("tableau", [RODAS4, RODAS5P], ids=["Rodas4", "Rodas5P"])
def test_infinitely_stiff_parts_vanish_in_one_step(tableau):
    """Stiffly accurate: on x' = -z (x - 1) with h z = 1e12 one step ends at 1 (to 1 / (h z) times the coefficients)."""
    z, h, x = 1e12, 1.0, 5.0
    stages = []
    for row, changes in zip(tableau.a, tableau.c, strict=True):
        at = x + sum(a * k for a, k in zip(row, stages, strict=True))
        change = sum(c * k for c, k in zip(changes, stages, strict=True)) / h
        stages.append((-z * (at - 1.0) + change) / (1 / (tableau.gamma * h) + z))
    reached = x + sum(a * k for a, k in zip(tableau.a[-1], stages[:-1], strict=True)) + stages[-1]
    assert reached == pytest.approx(1.0, abs=1e-9)
