"""Dual arrays against derivatives written by hand, through numpy and through generated programs."""

import numpy as np
import pytest

from neurosteroid.engine import maths
from neurosteroid.engine.sensitivity.differential import differential
from neurosteroid.engine.sensitivity.dual import Dual
from neurosteroid.errors import InputError, UnknownNameError
from tests.engine.native_parts import compartments, saturating, sigmoid, weights

X = np.array([0.3, 1.2, 2.5])
FUNCTIONS = {
    "sum": (lambda x: 3.0 + x + x, lambda x: 2.0 + 0.0 * x),
    "difference": (lambda x: 1.0 - x - 2.0 * x, lambda x: -3.0 + 0.0 * x),
    "product": (lambda x: x * maths.sin(x), lambda x: np.sin(x) + x * np.cos(x)),
    "quotient": (lambda x: x / (2.0 + x), lambda x: 2.0 / (2.0 + x) ** 2),
    "inverse": (lambda x: 1.0 / x, lambda x: -1.0 / x**2),
    "power": (lambda x: x**2.5, lambda x: 2.5 * x**1.5),
    "exponent": (lambda x: 2.0**x, lambda x: 2.0**x * np.log(2.0)),
    "both": (lambda x: x**x, lambda x: x**x * (np.log(x) + 1.0)),
    "exponential": (lambda x: maths.exp(-2.0 * x), lambda x: -2.0 * np.exp(-2.0 * x)),
    "logarithm": (lambda x: maths.log(1.0 + x), lambda x: 1.0 / (1.0 + x)),
    "root": (lambda x: maths.sqrt(x), lambda x: 0.5 / np.sqrt(x)),
    "cosine": (lambda x: maths.cos(x), lambda x: -np.sin(x)),
    "size": (lambda x: abs(1.0 - x), lambda x: np.where(x < 1.0, -1.0, 1.0)),
    "cases": (lambda x: np.select([x < 1.0, True], [x**2, 3.0], default=np.nan), lambda x: np.where(x < 1.0, 2 * x, 0)),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_function(name):
    function, slope = FUNCTIONS[name]
    # Two parameters: x is the first plus twice the second.
    found = function(Dual(X, np.stack([np.ones(3), 2.0 * np.ones(3)])))
    np.testing.assert_allclose(
        found.value, function(X) if name != "cases" else np.where(X < 1.0, X**2, 3.0), rtol=1e-15
    )
    wanted = np.stack([slope(X), 2.0 * slope(X)])
    np.testing.assert_allclose(np.broadcast_to(found.slope, (2, 3)), wanted, rtol=1e-14)


def test_power_at_zero():
    base = Dual(np.zeros(1), np.ones((1, 1)))
    assert (base**2.0).slope[0, 0] == 0.0
    assert (base**1.0).slope[0, 0] == 1.0
    assert (np.zeros(1) ** Dual(np.full(1, 1.7), np.ones((1, 1)))).slope[0, 0] == 0.0


def test_a_function_without_a_rule_is_refused():
    with pytest.raises(TypeError):
        np.arctan(Dual(X, np.ones((1, 3))))


SYSTEMS = {
    "linear": (lambda: compartments(("lag", "bioavailability")), weights),
    "saturable": (lambda: compartments(saturation=(20.0, 30.0)), weights),
    "saturating": (saturating, weights),
    "sigmoid": (sigmoid, lambda people: np.zeros((people, 0))),
}


@pytest.mark.parametrize("name", SYSTEMS)
def test_derivatives_of_a_system(name):
    make, covariates = SYSTEMS[name]
    system, people = make(), 3
    given = covariates(people)
    rng = np.random.default_rng(3)
    n, q = len(system.state_names), len(system.parameter_names)
    parameters = system.parameters(people) * rng.uniform(0.5, 2.0, (people, q)) + 0.1
    states, slopes = rng.uniform(0.5, 5.0, (people, n)), rng.normal(size=(people, q, n))
    made = differential(system, system.parameter_names)
    rates, found = made.rates(1.3, states, slopes, parameters, given)
    np.testing.assert_array_equal(rates, system.derivative(1.3, states, parameters, given))
    _, started = made.initial(parameters, given)
    names = system.output_names
    times, wide = np.full((people, 2), 1.3), np.repeat(states[:, None], 2, axis=1)
    at_rows = np.repeat(given[:, None], 2, axis=1)
    shown = made.outputs(names, times, wide, np.repeat(slopes[:, None], 2, axis=1), parameters, at_rows)
    for place in range(q):
        # Central differences along (s, dp): error of their step squared, rounding over their step.
        step = 1e-5 * parameters[:, place]
        both = []
        for sign in (1.0, -1.0):
            moved = parameters.copy()
            moved[:, place] += sign * step
            along = states + sign * step[:, None] * slopes[:, place]
            outputs = system.outputs(names, times, np.repeat(along[:, None], 2, axis=1), moved, at_rows)
            both.append((system.derivative(1.3, along, moved, given), system.initial(moved, given), outputs))
        (up, begun, high), (down, before, low) = both
        size = 1e-7 * (1.0 + np.abs(found).max())
        np.testing.assert_allclose(found[:, place], (up - down) / (2.0 * step[:, None]), atol=size)
        np.testing.assert_allclose(started[:, place], (begun - before) / (2.0 * step[:, None]), atol=1e-8)
        for output in names:
            wanted = (high[output] - low[output]) / (2.0 * step[:, None])
            np.testing.assert_allclose(shown[output][..., place], wanted, atol=size)


def test_matrix_of_a_linear_system():
    system = compartments(production=2.0)
    parameters, given = system.parameters(1), weights(1) * 2.0
    made = differential(system, ["body.k", "body.production"])
    matrix, constant = made.matrix(parameters, given)
    wanted = np.zeros((2, 3, 3))
    wanted[0, 1, 1] = -2.0  # elimination is k weight / 70
    np.testing.assert_array_equal(matrix[0], wanted)
    np.testing.assert_array_equal(constant[0], [[0.0, 0.0, 0.0], [0.0, 1.0, 0.0]])


def test_names_are_checked():
    system = compartments()
    with pytest.raises(UnknownNameError, match=r"Did you mean 'body.k"):
        differential(system, ["body.k1"])
    with pytest.raises(InputError, match="different parameter names"):
        differential(system, ["body.k", "body.k"])
    with pytest.raises(InputError, match="different parameter names"):
        differential(system, [])
