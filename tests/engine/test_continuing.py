"""Going on from given states at each person's own time: the same course as without the stop."""

import numpy as np
import pytest

from neurosteroid.engine import Record, Tolerances, solve, wire
from neurosteroid.errors import InputError
from tests.engine.doubles import RATES
from tests.engine.native_parts import WEIGHT, Compartments, Saturation

LINEAR = wire({"body": Compartments(**RATES, production=0.4)}, [WEIGHT])
SATURATING = wire({"body": Compartments(**RATES), "more": Saturation(vmax=3.0, km=2.0)}, [WEIGHT])
WEIGHTS = np.array([[55.0], [70.0], [92.0]])
STOPS = np.array([3.0, 5.25, 7.5])
TIMES = np.array([8.0, 10.0, 16.0])
# The tolerance of the adaptive solvers is 1e-10 a step, over a few hundred steps.
CASES = [
    (LINEAR, "exact", 1e-12),
    (LINEAR, "rosenbrock", 1e-7),
    (SATURATING, "rosenbrock", 1e-7),
    (SATURATING, "reference", 1e-7),
]


@pytest.mark.parametrize(("system", "method", "tolerance"), CASES)
def test_a_course_that_is_interrupted_goes_on_as_if_it_were_not(system, method, tolerance):
    dose, infusion = Record(0.0, state="depot", amount=40.0), Record(1.0, state="central", amount=60.0, rate=5.0)
    settings = {"parameters": system.parameters(3), "covariates": WEIGHTS, "method": method}
    settings["tolerances"] = Tolerances(1e-10, 1e-12)
    whole = solve(system, [dose, infusion], output_times=TIMES, **settings)
    before = solve(system, [dose, infusion], output_times=STOPS[:, None], **settings)
    left = [[Record(stop, state="central", amount=60.0 - 5.0 * (stop - 1.0), rate=5.0)] for stop in STOPS]
    after = solve(system, left, output_times=TIMES, start=STOPS, initial=before.states[:, 0], **settings)
    np.testing.assert_allclose(after.states, whole.states, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize(("method", "tolerance"), [("exact", 1e-12), ("rosenbrock", 1e-7), ("reference", 1e-7)])
def test_a_reset_returns_to_the_initial_values_of_the_system_not_to_the_given_states(method, tolerance):
    reset = [Record(2.0, evid=3)]
    settings = {"parameters": LINEAR.parameters(3), "covariates": WEIGHTS, "method": method}
    went_on = solve(LINEAR, reset, output_times=[4.0], start=0.0, initial=np.full((3, 3), 9.0), **settings)
    fresh = solve(LINEAR, output_times=[2.0], start=0.0, **settings)
    np.testing.assert_allclose(went_on.states, fresh.states, rtol=tolerance, atol=tolerance)


def test_given_states_are_shown_at_the_start():
    given = np.arange(9.0).reshape(3, 3)
    solution = solve(
        LINEAR,
        parameters=LINEAR.parameters(3),
        covariates=WEIGHTS,
        output_times=STOPS[:, None],
        start=STOPS,
        initial=given,
    )
    np.testing.assert_array_equal(solution.states[:, 0], given)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"initial": np.zeros((2, 3))}, r"initial has shape \(2, 3\); \(3, 3\) is needed"),
        ({"start": np.zeros(2)}, r"start has shape \(2,\)"),
        ({"start": np.array([0.0, 4.0, 1.0])}, "start is 4 h, but there is a record or output time at 2 h"),
        ({"start": np.array([0.0, np.inf, 1.0])}, "start is inf h"),
    ],
)
def test_what_does_not_fit_is_refused(options, message):
    with pytest.raises(InputError, match=message):
        solve(LINEAR, parameters=LINEAR.parameters(3), covariates=WEIGHTS, output_times=[2.0], **options)
