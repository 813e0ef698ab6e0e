"""The reference solver ends, whatever the rates: blow-up, chattering, endless oscillation, numbers that are none."""

import numpy as np
import pytest

from neurosteroid.engine import Record, Tolerances, solve, wire
from neurosteroid.engine.solvers import stepping
from neurosteroid.engine.solvers.convergence import PROMISE
from tests.engine.native_parts import Explosion
from tests.engine.random_systems import Feedback, Pool, Saturable

INTEGRATORS = ("LSODA", "Radau", "BDF")
TIMES = np.array([1.0, 2.0, 3.9, 5.0, 8.0])


def follow(rate, slope, integrator, start=1.0, times=TIMES):
    def jacobian(t, x):
        return np.array([[slope(t, x[0])]])

    return stepping.follow(
        lambda t, x: np.array([rate(t, x[0])]), jacobian, np.array([start]), 0.0, times, integrator, (1e-8, 1e-10)
    )


@pytest.mark.parametrize("integrator", INTEGRATORS)
def test_blow_up_is_reported_at_its_time(integrator):
    # 1 / (1 - t / 4) has no value from t = 4 on; what came before is kept.
    found = follow(lambda t, x: 0.25 * x * x, lambda t, x: 0.5 * x, integrator)
    assert found.reached == pytest.approx(4.0, rel=1e-4)
    assert found.reason
    np.testing.assert_allclose(found.states[:3, 0], 1.0 / (1.0 - TIMES[:3] / 4.0), rtol=1e-5)
    assert np.isnan(found.states[3:]).all()


@pytest.mark.parametrize("integrator", INTEGRATORS)
def test_chattering_ends(integrator, monkeypatch):
    # The rate points at 0 from both sides: no step is accepted once it is there, or only tiny ones.
    monkeypatch.setattr(stepping, "MOST_CALLS", 20_000)
    found = follow(lambda t, x: -1.0 if x > 0.0 else 1.0, lambda t, x: 0.0, integrator, start=1.5)
    assert found.reason is None or found.reached >= 1.0
    shown = ~np.isnan(found.states[:, 0])
    np.testing.assert_allclose(found.states[shown, 0], np.maximum(1.5 - TIMES[shown], 0.0), atol=1e-3)
    assert shown[0]


@pytest.mark.parametrize("integrator", INTEGRATORS)
def test_more_oscillations_than_can_be_followed_end(integrator, monkeypatch):
    monkeypatch.setattr(stepping, "MOST_CALLS", 3000)
    found = follow(lambda t, x: 1e6 * np.cos(1e6 * t), lambda t, x: 0.0, integrator)
    assert "more than 3000 evaluations" in found.reason
    assert found.reached < 1.0
    assert np.isnan(found.states).all()


@pytest.mark.parametrize("integrator", INTEGRATORS)
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_rates_that_are_no_numbers_end(integrator, value):
    found = follow(lambda t, x: value if t > 2.5 else 0.0, lambda t, x: value if t > 2.5 else 0.0, integrator)
    assert found.reason
    assert 2.0 <= found.reached <= 2.5 + 1e-6
    np.testing.assert_array_equal(np.isnan(found.states[:, 0]), [False, False, True, True, True])


@pytest.mark.parametrize("integrator", INTEGRATORS)
def test_a_person_who_blows_up_is_reported_with_time_and_reason_and_the_others_go_on(integrator):
    system = wire({"explosion": Explosion(speed=0.01)})
    parameters = system.parameters(3, {"explosion.speed": np.array([0.01, 0.25, 0.02])})
    tolerances = Tolerances(relative=1e-8, absolute=1e-10, integrator=integrator)
    solution = solve(
        system, parameters=parameters, output_times=TIMES, start=0.0, method="reference", tolerances=tolerances
    )
    (failure,) = solution.failures
    assert failure.person == 1
    assert failure.time == pytest.approx(4.0, rel=1e-4)
    np.testing.assert_array_equal(np.isnan(solution.states[1, :, 0]), [False, False, False, True, True])
    assert np.isfinite(solution.states[[0, 2]]).all()


@pytest.mark.parametrize("integrator", INTEGRATORS)
def test_a_slope_that_is_no_number_where_a_course_begins(integrator):
    # The rate 1 / (1 + x^hill) at x = 0; its derivative is written with x^hill / x. For hill 1, (1 + x)^2 = 1 + 2 t.
    system = wire({"pool": Pool(start=0.0, loss=0.0), "made": Feedback(rate=1.0, half=1.0, hill=1.0, second="a")})
    tolerances = Tolerances(relative=1e-8, absolute=1e-10, integrator=integrator)
    given = {"parameters": system.parameters(1), "output_times": TIMES, "start": 0.0}
    solution = solve(system, **given, method="reference", tolerances=tolerances).require_complete()
    np.testing.assert_allclose(solution.states[0, :, 0], np.sqrt(1.0 + 2.0 * TIMES) - 1.0, rtol=1e-6)


@pytest.mark.parametrize("integrator", INTEGRATORS)
def test_rates_that_end_at_zero_take_no_more_steps_than_others(integrator, monkeypatch):
    # The enzyme empties f at 26000 per h; below zero, (f / 1.8)^5.26 is no number, and from then on f is taken as zero,
    # also after a dose, when f has long been small. LSODA and Radau took more than 500,000 evaluations.
    monkeypatch.setattr(stepping, "MOST_CALLS", 30_000)
    pools = {"f": Pool(start=100.0, loss=0.1, name="f"), "b": Pool(start=1.0, loss=1.0, name="b")}
    enzyme = Saturable(most=826.0, half=0.0316, first="f", second="b")
    system = wire({**pools, "enzyme": enzyme, "made": Feedback(rate=78.8, half=1.8, hill=5.26, first="f", second="b")})
    relative = 1e-11 if integrator != "BDF" else 1e-7
    given = {"parameters": system.parameters(1), "output_times": TIMES, "start": 0.0, "method": "reference"}
    doses = [Record(1.5, 1, "b", 10.0), Record(3.0, 1, "b", 10.0)]
    found = solve(system, doses, **given, tolerances=Tolerances(relative, 1e-3 * relative, integrator))
    assert found.failures == ()
    # With f gone, b - rate / loss leaves at 1 per h, and so does what a dose adds.
    b = found.states[0, found.timeline.row_output[0] >= 0, system.state_names.index("b")]
    added = 10.0 * (np.exp(1.5 - 8.0) + np.exp(3.0 - 8.0))
    assert b[-1] == pytest.approx(78.8 + (b[0] - 78.8) * np.exp(1.0 - 8.0) + added, rel=PROMISE * relative)
