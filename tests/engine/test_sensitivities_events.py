"""Sensitivities through every dosing feature, against differences and from one solver to another."""

import numpy as np
import pytest

from neurosteroid.engine import Record, Tolerances, solve
from neurosteroid.engine.sensitivity.differential import differential
from neurosteroid.engine.sensitivity.exact import exact_slopes
from neurosteroid.engine.sensitivity.propagated import propagated_slopes
from neurosteroid.engine.timeline import build_timelines
from tests.engine.differences import assert_close, by_differences, one_sided
from tests.engine.event_cases import CASES
from tests.engine.native_parts import compartments, saturating, sigmoid, weights

TIMES = 0.0531 + np.linspace(0.0, 58.0, 30)
"""Off the grid of the events, so that no event moves past an output."""

EXACT = 1e-8
"""Of each state's largest sensitivity: four-point differences of steps of 1e-4 err by some 1e-10."""

NOISE = 1e-8
"""nmol per unit of parameter: rounding of 100 nmol over a step of 1e-5 is some 1e-9."""

CORNERS = {"f-zero": 1e-5, "ss1-f-makes-duration-the-interval": 1e-5, "ss1-lag-is-interval": -1e-5}
"""At the edge of what a parameter may be, or where derivatives bend: compared from one side, by steps of this size."""

CHECKED = [
    "bolus-depot",
    "infusion-rate",
    "rate-minus-2",
    "lag-addl",
    "f-rate-minus-1",
    "ss1-lag-infusion-overlapping",
    "ss1-f-duration",
    "ss2-lag",
    "ss2-constant-infusion",
    "ss1-no-dose",
    "reset-and-dose-addl-lag",
    "lag-one-state-only",
    "f-zero",
]


def set_up(name, **changes):
    """A system of a case, the parameters to look at, and what `solve` needs; states differ in their properties."""
    case = CASES[name]
    system = compartments(tuple(case.properties), production=0.7, accounts=True, **changes)
    factor = {"central": 1.0, "depot": 1.03}
    own = {f"{state}-{key}.value": value * factor[state] for key, value in case.properties.items() for state in factor}
    given = {"covariates": 1.1 * weights(1), "output_times": TIMES}
    return system, case.records, system.parameters(1, own), ["body.k", "body.k21", *own], given


@pytest.mark.parametrize("name", [name for name in CASES if name not in CORNERS])
def test_exact_against_differences(name):
    system, records, parameters, names, given = set_up(name)
    found = solve(system, records, parameters=parameters, **given, sensitivities=names).sensitivities
    for place, parameter in enumerate(names):
        wanted = by_differences(system, records, parameters, parameter, **given)
        assert_close(found[..., place], wanted, EXACT, NOISE)


@pytest.mark.parametrize("name", CORNERS)
def test_corners_from_one_side(name):
    system, records, parameters, names, given = set_up(name)
    found = solve(system, records, parameters=parameters, **given, sensitivities=names).sensitivities
    for place, parameter in enumerate(names):
        wanted = one_sided(system, records, parameters, parameter, step=CORNERS[name], **given)
        # One-sided differences of steps of 1e-5 err by some 1e-9, and their rounding is ten times larger.
        assert_close(found[..., place], wanted, 1e-7, 10.0 * NOISE)


def test_no_lag_yet():
    system = compartments(("lag",))
    records = [Record(1.0, 1, "depot", 50.0), Record(2.0, 1, "central", 20.0, rate=5.0)]
    records += [Record(9.0, 1, "depot", 30.0, rate=10.0, interval=6.0, steady_state=1, additional=1)]
    parameters = system.parameters(1, {"depot-lag.value": 0.0, "central-lag.value": 0.0})
    given = {"covariates": weights(1), "output_times": TIMES}
    names = ["depot-lag.value", "central-lag.value"]
    found = solve(system, records, parameters=parameters, **given, sensitivities=names).sensitivities
    for place, parameter in enumerate(names):
        wanted = one_sided(system, records, parameters, parameter, **given)
        assert_close(found[..., place], wanted, 1e-7, 10.0 * NOISE)


@pytest.mark.parametrize("name", CHECKED)
def test_reference_agrees_with_exact(name):
    system, records, parameters, names, given = set_up(name)
    given = given | {"output_times": TIMES[::6], "parameters": parameters, "sensitivities": names}
    exact = solve(system, records, **given).require_complete().sensitivities
    reference = solve(system, records, **given, method="reference").require_complete().sensitivities
    for place in range(len(names)):
        # A hundred times the reference solver's tolerance of a step.
        assert_close(reference[..., place], exact[..., place], 1e-8, 1e-9)


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in CASES if name not in CHECKED])
def test_reference_agrees_with_exact_on_every_other_case(name):
    test_reference_agrees_with_exact(name)


SATURABLE = ["lag-addl", "ss1-lag"]
TIGHT = Tolerances(relative=1e-11, absolute=1e-13)
"""Of the differenced runs; over a step of 1e-3 their error is some 1e-8 of a state's largest sensitivity."""


@pytest.mark.parametrize("name", SATURABLE)
def test_reference_of_a_system_that_is_not_linear_against_differences(name):
    system, records, parameters, names, given = set_up(name, saturation=(20.0, 30.0))
    given = given | {"output_times": TIMES[:15:4], "method": "reference", "tolerances": TIGHT}
    names = ["saturation.km", *(name for name in names if name.startswith("central"))]
    found = solve(system, records, parameters=parameters, **given, sensitivities=names).require_complete()
    for place, parameter in enumerate(names):
        wanted = by_differences(system, records, parameters, parameter, step=1e-3, **given)
        assert_close(found.sensitivities[..., place], wanted, 1e-6, 1e-6)


@pytest.mark.parametrize("covariate_rule", ["nocb", "locf"])
def test_covariates_that_change(covariate_rule):
    system = compartments(("bioavailability", "lag"))
    parameters = system.parameters(1, {"depot-lag.value": 0.6, "central-lag.value": 0.4})
    records = [
        Record(0.0, 1, "central", 80.0, rate=20.0, covariates={"person.weight": 60.0}),
        Record(5.0, 2, covariates={"person.weight": 90.0}),
        Record(6.0, 1, "depot", 50.0, interval=5.0, additional=3, covariates={"person.weight": 75.0}),
    ]
    given = {"output_times": TIMES, "covariate_rule": covariate_rule}
    names = ["body.k", "depot-lag.value", "central-bioavailability.value"]
    found = solve(system, records, parameters=parameters, **given, sensitivities=names).sensitivities
    for place, parameter in enumerate(names):
        wanted = by_differences(system, records, parameters, parameter, **given)
        assert_close(found[..., place], wanted, EXACT, NOISE)


@pytest.mark.parametrize("make", [saturating, sigmoid])
def test_outputs_of_a_system_that_is_not_linear(make):
    system = make()
    records = [Record(1.0, 1, "tank", 100.0, rate=20.0, interval=8.0, additional=2), Record(12.0, 3)]
    parameters = system.parameters(1)
    given = {"output_times": [0.5, 4.0, 13.0], "method": "reference", "tolerances": TIGHT}
    given |= {"covariates": weights(1)} if system.covariate_names else {}
    names = list(system.parameter_names[::2])
    solution = solve(system, records, parameters=parameters, **given, sensitivities=names).require_complete()
    shown = solution.outputs_sensitivities(system.output_names)
    for place, name in enumerate(names):
        wanted = by_differences(
            system, records, parameters, name, shown=system.output_names, step=1e-3, floor=0.1, **given
        )
        found = np.stack([shown[output][..., place] for output in system.output_names], axis=-1)
        assert_close(found, wanted, 1e-6, 1e-6)
    np.testing.assert_array_equal(shown[system.state_names[0]], solution.sensitivities[:, :, 0])


@pytest.mark.parametrize("name", CASES)
def test_compiled_and_numpy_propagation_agree(name):
    system, records, parameters, names, given = set_up(name)
    parameters = np.repeat(parameters, 3, axis=0) * np.array([[1.0], [1.1], [0.9]])
    if name == "f-zero":
        parameters[:] = parameters[:1]
    made = differential(system, names)
    times = given["output_times"]
    timeline = build_timelines(
        system, records, parameters, np.repeat(given["covariates"], 3, axis=0), times, differential=made
    )
    compiled, plain = (solver(made, timeline, parameters) for solver in (propagated_slopes, exact_slopes))
    # Rounding of some hundred steps, by two ways of taking the exponential, of each parameter's largest.
    largest = np.abs(plain).max(axis=(0, 1, 3))[:, None]
    assert (np.abs(compiled - plain).max(axis=(0, 1)) <= 1e-11 * largest).all()
