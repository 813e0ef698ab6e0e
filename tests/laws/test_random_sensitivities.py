"""Sensitivities through random schedules against differences of the courses."""

import functools

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from neurosteroid.engine import solve
from tests.engine.differences import assert_close, by_differences
from tests.engine.native_parts import UNITS, compartments, weights
from tests.engine.test_sensitivities_native import errors
from tests.laws.test_random_schedules import schedules

SYSTEM = compartments(tuple(UNITS), production=0.7)
NAMES = ["body.k", *(f"{state}-{name}.value" for state in ("central", "depot") for name in UNITS)]

TIMES = 0.0531 + np.linspace(0.0, 58.0, 30)
STEP = 1e-4
NOISE = 1e-5
"""10 000 nmol, to 1e-14, over a step of 1e-5 h."""

# Schedules lie on quarters of an hour. Numbers without a common measure keep events that move in different ways apart,
# by more than the differences move them.
PROPERTIES = st.fixed_dictionaries(
    {
        "lag": st.sampled_from([0.3137, 1.5713, 4.1371, 13.0719]),
        "bioavailability": st.sampled_from([0.9713, 0.5171, 1.2537]),
        "infusion_rate": st.sampled_from([8.1717, 127.317]),
        "infusion_duration": st.sampled_from([0.5171, 20.1371]),
    }
)


def parameters_of(properties):
    shift = {"central": 1.0, "depot": 1.0371}
    return SYSTEM.parameters(
        1, {f"{state}-{name}.value": value * shift[state] for name, value in properties.items() for state in shift}
    )


def check_exact(records, properties):
    parameters = parameters_of(properties)
    options = {"covariates": weights(1), "output_times": TIMES, "start": 0.0}
    found = solve(SYSTEM, records, parameters=parameters, **options, sensitivities=NAMES).require_complete()
    for place, name in enumerate(NAMES):
        differences = functools.partial(by_differences, SYSTEM, records, parameters, name, **options)
        analytic, wanted, noise = found.sensitivities[..., place], differences(step=STEP), NOISE
        if np.abs(analytic - wanted).max() > 1e-6 * np.abs(wanted).max() + NOISE:
            # Where an event crosses an output time or another event within the step, differences contradict themselves;
            # the narrower step, with its ten times larger rounding, is then the one to go by.
            wanted, noise = differences(step=0.1 * STEP), 10.0 * NOISE
        assert_close(analytic, wanted, 1e-7, noise)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(schedules(), PROPERTIES)
def test_exact(records, properties):
    check_exact(records, properties)


@settings(max_examples=6, deadline=None, derandomize=True)
@given(schedules(), PROPERTIES)
def test_native_agrees_with_exact(records, properties):
    parameters = parameters_of(properties)
    options = {"covariates": weights(1), "output_times": TIMES, "start": 0.0, "sensitivities": NAMES}
    exact = solve(SYSTEM, records, parameters=parameters, **options).require_complete()
    native = solve(SYSTEM, records, parameters=parameters, **options, method="rosenbrock").require_complete()
    # 50 times the default tolerance.
    assert errors(native, exact, parameters, SYSTEM, NAMES) <= 50e-8


@pytest.mark.slow
@settings(max_examples=1000, deadline=None, suppress_health_check=list(HealthCheck))
@given(schedules(), PROPERTIES)
def test_exact_many(records, properties):
    check_exact(records, properties)
