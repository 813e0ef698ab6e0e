"""Steady states of systems that are not linear, by compiled code: against doses one after the other, and formulas."""

import numpy as np
import pytest

from neurosteroid.engine import Record, Tolerances, solve
from neurosteroid.engine.solvers.convergence import PROMISE
from tests.engine.native_parts import compartments, weights

SYSTEM = compartments(saturation=(30.0, 50.0))
TIMES = np.linspace(0.0, 24.0, 25)
REGIMENS = {
    "bolus": {},
    "depot": {"state": "depot"},
    "infusion": {"rate": 20.0},
    "infusions that overlap": {"duration": 19.0},
}


def people(count, seed=5):
    """Return parameters (P, m), lognormal around the system's own."""
    rng = np.random.default_rng(seed)
    return SYSTEM.parameters(count) * np.exp(0.3 * rng.standard_normal((count, len(SYSTEM.parameter_names))))


def run(records, parameters, system=SYSTEM, times=TIMES, **options):
    options = {"method": "rosenbrock", "tolerances": Tolerances(1e-8, 1e-10)} | options
    return solve(
        system, records, parameters=parameters, covariates=weights(len(parameters)), output_times=times, **options
    )


def dose(time, amount=60.0, **changes):
    changes = {"state": "central", "interval": 8.0} | changes
    return Record(time, 1, changes.pop("state"), amount, **changes)


@pytest.mark.parametrize("relative", [1e-4, 1e-6, 1e-8])
@pytest.mark.parametrize("changes", REGIMENS.values(), ids=list(REGIMENS))
def test_steady_states_equal_doses_given_one_after_the_other(changes, relative):
    parameters = people(5)
    tolerances = Tolerances(relative, 1e-3 * relative)
    settled = run([dose(0.0, steady_state=1, additional=1, **changes)], parameters, tolerances=tolerances)
    # 300 doses of 8 h: the slowest of these people keeps exp(-40) of where she began.
    given = [dose(-2400.0, additional=301, **changes)]
    many = run(given, parameters, start=-2400.0, tolerances=Tolerances(1e-11, 1e-13)).require_complete()
    found, expected = (item.states[:, item.timeline.row_output[0] >= 0] for item in (settled, many))
    largest = np.maximum(np.abs(expected).max(axis=1), 1e-3)
    assert (np.abs(found - expected).max(axis=1) <= PROMISE * relative * largest).all()


@pytest.mark.slow
@pytest.mark.parametrize("changes", REGIMENS.values(), ids=list(REGIMENS))
def test_numba_and_the_reference_find_the_same_steady_states(changes):
    records, parameters = [dose(0.0, steady_state=1, **changes)], people(3)
    states = {
        method: run(records, parameters, method=method, tolerances=Tolerances(1e-9, 1e-11)).require_complete().states
        for method in ("rosenbrock", "numba", "reference")
    }
    size = np.abs(states["reference"]).max(axis=1)
    for method in ("rosenbrock", "numba"):
        assert (np.abs(states[method] - states["reference"]).max(axis=1) <= PROMISE * 1e-9 * size).all()


@pytest.mark.parametrize("loss", [0.3, 0.002, 2e-5])
def test_slow_states_have_their_digits(loss):
    # vmax is 0, so the equations are those of a linear system, which has an exact solution; of the last one's amount an
    # interval leaves 0.99984, and an error of an interval counts 6000 times.
    system = compartments(saturation=(0.0, 50.0), k=loss)
    records = [dose(0.0, steady_state=1)]
    parameters = system.parameters(2)
    tolerances = Tolerances(1e-7, 1e-9)
    found = run(records, parameters, system, tolerances=tolerances).require_complete()
    linear = compartments(k=loss)
    exact = run(records, linear.parameters(2), linear, method="exact", tolerances=None)
    size = np.abs(exact.states).max(axis=1)
    assert (np.abs(found.states - exact.states).max(axis=1) <= PROMISE * 1e-7 * np.maximum(size, 1e-2)).all()


def test_endless_infusions_end_where_no_rate_is_left():
    # k x + vmax x / (km + x) = R
    system = compartments(saturation=(30.0, 50.0), k=0.1)
    rates = np.array([0.5, 6.0, 40.0])
    record = Record(0.0, 1, "central", 0.0, rate=rates, steady_state=1)
    found = run([record], system.parameters(3), system, times=[0.0])
    k, vmax, km = 0.1, 30.0, 50.0
    middle = (rates - vmax) / k - km
    amount = 0.5 * (middle + np.sqrt(middle**2 + 4.0 * km * rates / k))
    np.testing.assert_allclose(found.states[:, 0, 1], amount, rtol=1e-8)


def test_nobody_depends_on_the_others_and_who_never_settles_is_named():
    parameters = people(20)
    columns = [SYSTEM.parameter_names.index(name) for name in ("body.k", "saturation.vmax")]
    # Of 7.5 nmol/h in, 5 can leave.
    parameters[7, columns] = 0.0, 5.0
    records = [dose(0.0, steady_state=1)]
    together = run(records, parameters)
    (failure,) = together.failures
    assert (failure.person, failure.time) == (7, 0.0)
    assert "no steady state: '" in failure.reason
    for person in (6, 8, 19):
        alone = run(records, parameters[[person]])
        np.testing.assert_array_equal(alone.states[0], together.states[person])
    assert np.isfinite(together.states[np.arange(20) != 7]).all()
