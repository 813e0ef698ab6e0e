"""The augmented tape and the blocks of its Jacobian, run by a small interpreter of tapes."""

import numpy as np
import pytest

from neurosteroid.engine.sensitivity.augmented import augmented
from neurosteroid.engine.sensitivity.differential import differential
from neurosteroid.engine.solvers.rosenbrock.blocks import Blocks, staggered_lines
from neurosteroid.engine.solvers.rosenbrock.slopes import linearise
from tests.engine.native_parts import compartments, saturating, sigmoid

FUNCTIONS = {
    "add": np.add,
    "subtract": np.subtract,
    "multiply": np.multiply,
    "negate": np.negative,
    "invert": np.reciprocal,
    "exp": np.exp,
    "log": np.log,
    "sqrt": np.sqrt,
    "sin": np.sin,
    "cos": np.cos,
    "absolute": np.abs,
    "power": np.power,
    "power_slope": lambda x, y: y * np.power(x, y - 1.0),
    "less": np.less,
    "at_most": np.less_equal,
    "both": np.logical_and,
    "either": np.logical_or,
    "opposite": np.logical_not,
    "choose": np.where,
}


def run(tape, t, states, parameters, covariates):
    """The results of a tape for numbers."""
    sources = {"state": states, "parameter": parameters, "covariate": covariates}
    found = []
    for name, *inner in tape.operations:
        if name == "number":
            found.append(np.float64(inner[0]))
        elif name == "time":
            found.append(np.float64(t))
        elif name in sources:
            found.append(np.float64(sources[name][inner[0]]))
        else:
            found.append(FUNCTIONS[name](*(found[place] for place in inner)))
    return np.array([found[place] for place in tape.results])


SYSTEMS = {
    "saturable": lambda: compartments(saturation=(20.0, 30.0), production=1.0),
    "saturating": saturating,
    "sigmoid": sigmoid,
}


def point(name):
    system = SYSTEMS[name]()
    n, m = len(system.state_names), len(system.parameter_names)
    rng = np.random.default_rng(7)
    states, slopes = rng.uniform(0.5, 9.0, n), rng.normal(size=(m, n))
    parameters = system.parameters(1)[0] * rng.uniform(0.7, 1.3, m) + 0.05
    return system, states, slopes, parameters, np.full(len(system.covariate_names), 80.0)


@pytest.mark.parametrize("name", SYSTEMS)
def test_rates_are_those_of_the_dual_arrays(name):
    system, states, slopes, parameters, covariates = point(name)
    n, m = len(states), len(parameters)
    scales = np.linspace(0.5, 2.0, m)
    tape = augmented(system.traced.tape, n, m, range(m))
    wide = np.concatenate([states, (slopes * scales[:, None]).ravel()])
    found = run(tape, 1.3, wide, np.concatenate([parameters, scales]), covariates)
    made = differential(system, system.parameter_names)
    rates, varied = made.rates(1.3, states[None], slopes[None], parameters[None], covariates[None])
    np.testing.assert_allclose(found[:n], rates[0], rtol=1e-13)
    # Two derivations of the same numbers: the chain rule on the tape, and dual numbers through the programs.
    wanted = varied[0] * scales[:, None]
    np.testing.assert_allclose(found[n:].reshape(m, n), wanted, rtol=1e-11, atol=1e-13 * np.abs(wanted).max())


@pytest.mark.parametrize("name", SYSTEMS)
def test_jacobian_has_one_block_again_and_again_and_couples_to_the_first_only(name):
    system, states, slopes, parameters, covariates = point(name)
    n, m = len(states), len(parameters)
    tape = augmented(system.traced.tape, n, m, range(m))
    linearised = linearise(tape)
    blocks = Blocks(linearised.places, n)
    wide, given = np.concatenate([states, slopes.ravel()]), np.concatenate([parameters, np.ones(m)])
    entries = run(linearised.tape, 1.3, wide, given, covariates)[len(wide) : len(wide) + len(linearised.places)]
    jacobian = np.zeros((len(wide), len(wide)))
    for slot, place in zip(blocks.slots, linearised.places, strict=True):
        jacobian[place] = entries[blocks.kept[slot]]
    differences = np.empty_like(jacobian)
    for column in range(len(wide)):
        step = np.zeros(len(wide))
        step[column] = 1e-6
        up, down = (run(tape, 1.3, wide + sign * step, given, covariates) for sign in (1.0, -1.0))
        differences[:, column] = (up - down) / 2e-6
    # Central differences: rounding over their step.
    np.testing.assert_allclose(jacobian, differences, atol=1e-8 * np.abs(differences).max())
    assert len(blocks.kept) < len(linearised.places)


def test_staggered_lines_solve_the_whole_with_the_factors_of_one_block():
    places = ((0, 0), (0, 1), (1, 1), (2, 0), (2, 2), (2, 3), (3, 1), (3, 3))
    blocks = Blocks(places, 2)
    assert blocks.own == ((0, 0), (0, 1), (1, 1))
    assert blocks.coupling == ((2, 0), (3, 1))
    assert blocks.kept == (0, 1, 2, 3, 6)
    assert blocks.slots == (0, 1, 2, 3, 0, 1, 4, 2)
    assert staggered_lines(blocks, 3, 2) == [
        "  vec further[STATES];",
        "  for (int i = BLOCK; i < STATES; i++) further[i] = g[i];",
        "  solve_block(lu, f, g, x);",
        "  further[2] += lu[3] * x[0];",
        "  further[3] += lu[4] * x[1];",
        "  for (int j = 1; j < 2; j++) solve_block(lu, f + j * BLOCK, further + j * BLOCK, x + j * BLOCK);",
    ]


def test_power_of_zero_has_finite_derivatives():
    system = sigmoid()
    n, m = len(system.state_names), len(system.parameter_names)
    tape = augmented(system.traced.tape, n, m, [system.parameter_names.index("effect.hill")])
    with np.errstate(all="ignore"):
        found = run(linearise(tape).tape, 0.0, np.zeros(2 * n), np.append(system.parameters(1)[0], 1.0), [])
    assert np.isfinite(found).all()
