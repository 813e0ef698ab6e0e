"""The native solver against the reference, against closed forms, and against itself in other company."""

import numpy as np
import pytest

from neurosteroid.engine import Record, Tolerances, solve, wire
from neurosteroid.engine.solvers.rosenbrock.engine import engine_for
from neurosteroid.engine.solvers.rosenbrock.solver import solve_rosenbrock
from neurosteroid.engine.timeline import build_timelines
from tests.engine.event_cases import CASES
from tests.engine.native_parts import (
    Explosion,
    Oscillator,
    compartments,
    saturating,
    sigmoid,
    weights,
)
from tests.engine.random_systems import Feedback, Pool
from tests.engine.test_events import TIMES, expected

TIGHT = Tolerances(relative=1e-10, absolute=1e-12)
DOSES = [
    Record(1.0, 1, "tank", 100.0, rate=20.0, interval=8.0, additional=2),
    Record(11.0, 1, "tank", 50.0),
    Record(30.0, 3),
    Record(31.0, 1, "tank", 20.0),
]


def spread(system, people, seed=5):
    rng = np.random.default_rng(seed)
    return system.parameters(people) * np.exp(0.3 * rng.standard_normal((people, len(system.parameter_names))))


def models():
    saturable = compartments(saturation=(20.0, 30.0), production=1.0, accounts=True)
    central = [
        Record(0.5, 1, "depot", 200.0, interval=6.0, additional=3),
        Record(9.0, 1, "central", 90.0, duration=2.5),
    ]
    oscillator = wire({"oscillator": Oscillator(stiffness=20.0)})
    return {
        "saturating": (saturating(), DOSES, weights(11)),
        "sigmoid": (sigmoid(), DOSES, None),
        "saturable": (saturable, central, weights(11)),
        "stiff": (oscillator, [Record(5.0, 1, "x", 0.5), Record(20.0, 3)], None),
    }


MODELS = models()


@pytest.mark.parametrize("relative", [1e-4, 1e-6, 1e-8])
@pytest.mark.parametrize("name", MODELS)
def test_agrees_with_the_reference(name, relative):
    system, records, covariates = MODELS[name]
    given = {
        "parameters": spread(system, 11),
        "covariates": covariates,
        "output_times": np.unique(np.concatenate([np.linspace(0.0, 40.0, 81), [1.0, 1e-9, 10.99999]])),
    }
    reference = solve(system, records, **given, method="reference", tolerances=TIGHT).require_complete()
    tolerances = Tolerances(relative=relative, absolute=1e-3 * relative)
    native = solve(system, records, **given, method="rosenbrock", tolerances=tolerances).require_complete()
    assert native.method == "rosenbrock (Rodas5P)"
    assert native.tolerances == {"relative": relative, "absolute": 1e-3 * relative}
    assert native.notes == ()
    largest = np.abs(reference.states).max(axis=(0, 1))
    allowed = 50.0 * relative * largest
    if name == "stiff":
        # Each jump multiplies errors of the moment at which it comes: allow what a nudge of the start does.
        nudged = given | {"parameters": given["parameters"] * [1.0, 1.0 + relative]}
        moved = solve(system, records, **nudged, method="reference", tolerances=TIGHT)
        allowed = np.maximum(allowed, 50.0 * np.abs(moved.states - reference.states).max(axis=(0, 1)))
    # The promise: 50 times the tolerance of each state's maximum.
    assert (np.abs(native.states - reference.states).max(axis=(0, 1)) <= allowed).all()


@pytest.mark.parametrize("name", ["saturating", "sigmoid"])
def test_error_falls_with_the_tolerance_and_with_the_better_method(name):
    system, records, covariates = MODELS[name]
    parameters, times = spread(system, 5), np.linspace(0.0, 40.0, 41)
    covariates = None if covariates is None else covariates[:5]
    given = {"parameters": parameters, "covariates": covariates, "output_times": times}
    reference = solve(system, records, **given, method="reference", tolerances=TIGHT)
    errors = {}
    for tableau in ("Rodas4", "Rodas5P"):
        for relative in (1e-3, 1e-5, 1e-7):
            tolerances = Tolerances(relative=relative, absolute=1e-3 * relative)
            found = solve_rosenbrock(system, reference.timeline, parameters, tolerances, tableau=tableau)
            errors[tableau, relative] = np.abs(found.states - reference.states).max()
    for tableau in ("Rodas4", "Rodas5P"):
        assert errors[tableau, 1e-3] > 5 * errors[tableau, 1e-5] > 25 * errors[tableau, 1e-7]


def solve_event_case(name, method):
    """Follow one person through a case, compare her with its closed form, and return the solution."""
    case = CASES[name]
    system = compartments(tuple(case.properties))
    changes = {
        f"{state}-{key}.value": value for key, value in case.properties.items() for state in ("central", "depot")
    }
    solution = solve(
        system,
        case.records,
        parameters=system.parameters(1, changes),
        covariates=weights(1),
        output_times=TIMES,
        method=method,
        tolerances=Tolerances(relative=1e-9, absolute=1e-9),
    ).require_complete()
    wanted = expected(case, TIMES)
    # 50 times the tolerance, as everywhere.
    np.testing.assert_allclose(solution.states[0, :, :2], wanted, rtol=0.0, atol=5e-8 * max(wanted.max(), 1.0))
    return solution


@pytest.mark.parametrize("name", CASES)
def test_event_case(name):
    assert solve_event_case(name, "rosenbrock").method == "rosenbrock (Rodas5P)"


def everybody(properties=("bioavailability", "lag", "infusion_rate", "infusion_duration")):
    """All event cases in one batch on a saturable system; SS=2 is for linear systems only."""
    names = [name for name in CASES if "ss2" not in name]
    system = compartments(properties, saturation=(20.0, 60.0), production=0.5, accounts=True)
    parameters = spread(system, len(names), seed=2)
    index = system.parameter_names.index
    defaults = {"bioavailability": 1.0, "lag": 0.0, "infusion_rate": 20.0, "infusion_duration": 5.0}
    for person, name in enumerate(names):
        for key, value in (defaults | dict(CASES[name].properties)).items():
            for state in ("central", "depot"):
                parameters[person, index(f"{state}-{key}.value")] = value
    rng = np.random.default_rng(4)
    return system, [list(CASES[name].records) for name in names], parameters, rng.uniform(45, 110, (len(names), 1))


def test_different_schedules_in_one_batch_agree_with_the_reference():
    system, schedules, parameters, covariates = everybody()
    given = {"parameters": parameters, "covariates": covariates, "output_times": np.linspace(0, 40, 21)}
    tolerances = Tolerances(relative=1e-7, absolute=1e-8)
    native = solve(system, schedules, **given, tolerances=tolerances).require_complete()
    reference = solve(system, schedules, **given, method="reference", tolerances=TIGHT).require_complete()
    assert native.method.startswith("rosenbrock")
    largest = np.nanmax(np.abs(reference.states), axis=(0, 1))
    np.testing.assert_array_equal(np.isnan(native.states), np.isnan(reference.states))
    error = np.nanmax(np.abs(native.states - reference.states), axis=(0, 1))
    assert (error <= 50e-7 * largest).all()


def test_numbers_depend_neither_on_threads_nor_on_neighbours():
    system, schedules, parameters, covariates = everybody()
    times = np.linspace(0, 40, 21)
    given = {"covariates": covariates, "output_times": times, "method": "rosenbrock"}
    two = solve(system, schedules, parameters=parameters, threads=2, **given)
    one = solve(system, schedules, parameters=parameters, threads=1, **given)
    np.testing.assert_array_equal(one.states, two.states)
    for person in (0, 17, 40):
        who = slice(person, person + 1)
        alone = solve(
            system,
            schedules[person],
            parameters=parameters[who],
            covariates=covariates[who],
            output_times=times,
            method="rosenbrock",
        )
        real = two.mask[person]
        np.testing.assert_array_equal(two.states[person, real], alone.states[0])


@pytest.mark.parametrize("lanes", [2, 4])
def test_narrower_lanes_give_the_same_within_tolerance(lanes):
    system, records, _ = MODELS["sigmoid"]
    parameters = spread(system, 7)
    timeline = build_timelines(system, records, parameters, np.zeros((7, 0)), np.linspace(0.0, 40.0, 41))
    found = []
    for flags in ((), (f"-DLANES={lanes}",)):
        engine = engine_for(system.traced, "Rodas5P", flags)
        initial = system.initial(parameters, np.zeros((7, 0)))[:, None, :]
        walked = engine.walk(timeline, parameters, initial, np.zeros((0, 2)), system.is_account, (1e-8, 1e-11))
        found.append(walked.states)
    assert engine.lanes == lanes
    np.testing.assert_allclose(found[1], found[0], rtol=0, atol=50e-8 * np.abs(found[0]).max())


@pytest.mark.parametrize("hill", [0.3, 0.5, 0.96, 1.0, 1.5, 2.0])
def test_powers_and_roots_at_zero(hill):
    # The slope of x^hill is infinite at x = 0 for hill < 1; the course leaves 0 all the same.
    system = wire({"pool": Pool(start=0.0, loss=0.1), "made": Feedback(rate=1.0, half=1.0, hill=hill, second="a")})
    given = {"parameters": system.parameters(1), "output_times": np.linspace(0.0, 12.0, 25), "start": 0.0}
    native = solve(system, **given, tolerances=Tolerances(relative=1e-7, absolute=1e-10)).require_complete()
    reference = solve(system, **given, method="reference", tolerances=TIGHT).require_complete()
    assert native.notes == ()
    np.testing.assert_allclose(native.states, reference.states, rtol=0.0, atol=50e-7 * reference.states.max())


def test_covariates_change_between_records():
    system = compartments(saturation=(20.0, 60.0))
    records = [
        Record(0.0, 1, "central", 100.0, covariates={"person.weight": 50.0}),
        Record(5.0, 0, covariates={"person.weight": 90.0}),
        Record(9.0, 0, covariates={"person.weight": 60.0}),
    ]
    given = {"parameters": system.parameters(3), "output_times": np.linspace(0, 12, 25)}
    native = solve(system, records, **given, tolerances=Tolerances(relative=1e-9, absolute=1e-9))
    reference = solve(system, records, **given, method="reference", tolerances=TIGHT)
    np.testing.assert_allclose(native.states, reference.states, rtol=0, atol=50e-9 * 100.0)


def test_failing_people_are_reported_and_the_others_go_on():
    system = wire({"explosion": Explosion(speed=0.01)})
    speeds = np.array([0.01, 0.25, 0.02, np.nan, 0.005, np.inf, 0.01, 0.01, 0.01, 0.01])
    parameters = system.parameters(10, {"explosion.speed": speeds})
    parameters[8, 1] = np.nan
    times = np.linspace(0.0, 10.0, 21)
    solution = solve(system, parameters=parameters, output_times=times, method="rosenbrock")
    failed = {failure.person: failure for failure in solution.failures}
    assert set(failed) == {1, 3, 5, 8}
    assert failed[1].time == pytest.approx(4.0, rel=1e-6)
    assert "reference solver did not finish either" in failed[1].reason
    assert all("not finite. Check the parameters" in failed[person].reason for person in (3, 5, 8))
    away = times != 4.0
    np.testing.assert_array_equal(np.isnan(solution.states[1, away, 0]), times[away] > 4.0)
    for person in (0, 2, 4, 6, 7, 9):
        wanted = 1.0 / (1.0 - speeds[person] * times)
        np.testing.assert_allclose(solution.states[person, :, 0], wanted, rtol=1e-6)


def test_a_person_without_steady_state_is_reported():
    system = compartments(saturation=(10.0, 50.0), k=0.0)
    parameters = system.parameters(2, {"saturation.vmax": np.array([20.0, 5.0]), "body.k12": 0.0, "body.k21": 0.5})
    records = [Record(0.0, 1, "central", 1.0), Record(2.0, 1, "central", 72.0, interval=8.0, steady_state=1)]
    solution = solve(system, records, parameters=parameters, covariates=weights(2), output_times=[0.0, 1.0, 3.0])
    (failure,) = solution.failures
    assert (failure.person, failure.time) == (1, 2.0)
    assert "no steady state: 'central'" in failure.reason
    np.testing.assert_array_equal(np.isnan(solution.states[1, :, 0]), [False, False, True])
    assert np.isfinite(solution.states[0]).all()


def test_choice_is_made_by_linearity():
    system = compartments()
    given = {"parameters": system.parameters(1), "covariates": weights(1), "output_times": [0.0, 1.0]}
    assert solve(system, **given).method == "exact"
    assert solve(system, **given, method="rosenbrock").method == "rosenbrock (Rodas5P)"
    other = saturating()
    assert solve(other, **given | {"parameters": other.parameters(1)}).method == "rosenbrock (Rodas5P)"
