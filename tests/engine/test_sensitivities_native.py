"""Sensitivities by the native solver against the reference, against the exact ones, and in other company."""

import numpy as np
import pytest
from benchmarks.qsp_model import qsp_people, qsp_records, qsp_system

from neurosteroid.engine import Record, Tolerances, solve, wire
from neurosteroid.engine.solvers.kept import Kept
from neurosteroid.engine.solvers.rosenbrock import compiling
from neurosteroid.engine.solvers.rosenbrock import engine as engine_module
from neurosteroid.engine.solvers.rosenbrock import task as task_module
from neurosteroid.errors import InputError
from tests.engine.differences import by_differences
from tests.engine.event_cases import CASES
from tests.engine.native_parts import Explosion, compartments, saturating, sigmoid, weights
from tests.engine.test_sensitivities_events import CHECKED, TIMES, set_up

DOSES = [
    Record(1.0, 1, "tank", 100.0, rate=20.0, interval=8.0, additional=2),
    Record(11.0, 1, "tank", 50.0),
    Record(30.0, 3),
    Record(31.0, 1, "tank", 20.0),
]
MOVING = ["lag-addl", "f-rate-minus-1", "f-rate-minus-2", "ss1-lag-infusion-overlapping", "reset-and-dose-addl-lag"]


def problem(name):
    """A system that is not linear, records, parameters, and names to differentiate by."""
    if name in ("saturating", "sigmoid"):
        system = {"saturating": saturating, "sigmoid": sigmoid}[name]()
        given = {"output_times": TIMES, "covariates": weights(1) if system.covariate_names else None}
        return system, DOSES, system.parameters(1), list(system.parameter_names), given
    system, records, parameters, names, given = set_up(name, saturation=(20.0, 30.0))
    return system, records, parameters, ["saturation.vmax", "saturation.km", *names], given


def errors(found, wanted, parameters, system, names):
    """Largest error of each state's p s, as a fraction of the largest of that state's p s and of the state itself."""
    places = [system.parameter_names.index(name) for name in names]
    size = np.where(parameters[:, places] != 0.0, np.abs(parameters[:, places]), 1.0)[:, None, None, :]
    largest = np.abs(wanted.sensitivities * size).max(axis=(0, 1))
    largest = np.maximum(largest, np.abs(wanted.states).max(axis=(0, 1))[:, None])
    error = np.abs((found.sensitivities - wanted.sensitivities) * size).max(axis=(0, 1))
    return (error / np.where(largest > 0.0, largest, 1.0)).max()


@pytest.mark.parametrize("name", ["saturating", "sigmoid", *MOVING])
def test_agrees_with_the_reference(name):
    system, records, parameters, names, given = problem(name)
    given |= {"parameters": parameters, "sensitivities": names}
    wanted = solve(system, records, **given, method="reference").require_complete()
    for relative in (1e-4, 1e-6, 1e-8):
        tolerances = Tolerances(relative=relative, absolute=1e-3 * relative)
        found = solve(system, records, **given, tolerances=tolerances).require_complete()
        assert found.method == "rosenbrock (Rodas5P)"
        assert found.notes == ()
        # The promise for the states holds for p s: 50 times the tolerance of each one's largest.
        assert errors(found, wanted, parameters, system, names) <= 50.0 * relative
        largest = np.abs(wanted.states).max(axis=(0, 1))
        assert (np.abs(found.states - wanted.states).max(axis=(0, 1)) <= 50.0 * relative * largest).all()


@pytest.mark.parametrize("name", ["saturating", "lag-addl"])
def test_they_converge_with_the_states_when_left_out_of_the_error_test(name):
    system, records, parameters, names, given = problem(name)
    given |= {"parameters": parameters, "sensitivities": names}
    wanted = solve(system, records, **given, method="reference").require_complete()
    for relative in (1e-5, 1e-8):
        tolerances = Tolerances(relative=relative, absolute=1e-3 * relative, sensitivities=False)
        found = solve(system, records, **given, tolerances=tolerances).require_complete()
        # Only with the exact Jacobian of states and sensitivities does the order hold for both.
        assert errors(found, wanted, parameters, system, names) <= 50.0 * relative


def check_against_exact(name):
    system, records, parameters, names, given = set_up(name)
    given |= {"parameters": parameters, "sensitivities": names}
    exact = solve(system, records, **given).require_complete()
    tolerances = Tolerances(relative=1e-8, absolute=1e-11)
    native = solve(system, records, **given, method="rosenbrock", tolerances=tolerances).require_complete()
    assert errors(native, exact, parameters, system, names) <= 50.0 * 1e-8


@pytest.mark.parametrize("name", CHECKED)
def test_event_case_against_exact(name):
    check_against_exact(name)


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in CASES if name not in CHECKED])
def test_every_other_event_case_against_exact(name):
    check_against_exact(name)


def test_numbers_depend_neither_on_threads_nor_on_neighbours():
    system = compartments(("lag",), saturation=(20.0, 30.0))
    rng = np.random.default_rng(2)
    people = 19
    names = ["saturation.km", "central-lag.value"]
    parameters = system.parameters(people) * np.exp(0.2 * rng.standard_normal((people, len(system.parameter_names))))
    schedules = [
        [Record(0.0, 1, "central", 50.0 + 5.0 * who, interval=6.0, additional=who % 3 + 1)] for who in range(people)
    ]
    given = {"output_times": TIMES[:20], "sensitivities": names}
    two = solve(system, schedules, parameters=parameters, covariates=weights(people), threads=2, **given)
    one = solve(system, schedules, parameters=parameters, covariates=weights(people), threads=1, **given)
    np.testing.assert_array_equal(one.sensitivities, two.sensitivities)
    for person in (0, 18):
        alone = solve(
            system, schedules[person], parameters=parameters[person : person + 1], covariates=weights(1), **given
        )
        np.testing.assert_array_equal(two.sensitivities[person], alone.sensitivities[0])


def test_covariates_that_change_at_a_moving_dose():
    system = compartments(("lag",), saturation=(20.0, 30.0))
    parameters = system.parameters(1, {"central-lag.value": 2.0, "depot-lag.value": 0.3})
    records = [
        Record(0.0, 1, "central", 80.0, covariates={"person.weight": 60.0}),
        Record(2.0, 2, covariates={"person.weight": 120.0}),
        Record(5.0, 1, "depot", 30.0, rate=10.0, covariates={"person.weight": 50.0}),
    ]
    names = ["central-lag.value", "depot-lag.value", "body.k"]
    given = {"parameters": parameters, "output_times": TIMES[:20], "sensitivities": names}
    wanted = solve(system, records, **given, method="reference").require_complete()
    found = solve(system, records, **given).require_complete()
    assert errors(found, wanted, parameters, system, names) <= 50.0 * 1e-8


def test_failing_people_are_reported_and_the_others_go_on():
    system = wire({"explosion": Explosion(speed=0.01)})
    speeds = np.array([0.01, 0.25, 0.02, np.nan])
    parameters = system.parameters(4, {"explosion.speed": speeds})
    times = np.linspace(0.0, 10.0, 21)
    solution = solve(
        system, parameters=parameters, output_times=times, sensitivities=["explosion.speed", "explosion.start"]
    )
    failed = {failure.person: failure for failure in solution.failures}
    assert set(failed) == {1, 3}
    assert failed[1].time == pytest.approx(4.0, rel=1e-6)
    assert np.isnan(solution.sensitivities[1, times > 4.0]).all()
    assert np.isnan(solution.sensitivities[3, 1:]).all()
    for person in (0, 2):
        # x = x0 / (1 - v x0 t) at x0 = 1
        wanted = np.stack([times, np.ones(21)], axis=1) / (1.0 - speeds[person] * times[:, None]) ** 2
        np.testing.assert_allclose(solution.sensitivities[person, :, 0], wanted, rtol=1e-6, atol=1e-9)


def test_people_with_too_many_steps_are_followed_by_the_reference(monkeypatch):
    system, records, parameters, names, given = problem("lag-addl")
    given |= {"parameters": parameters, "sensitivities": names}
    wanted = solve(system, records, **given, method="reference").require_complete()
    monkeypatch.setattr(task_module, "MOST_ATTEMPTS", 5)
    found = solve(system, records, **given, tolerances=Tolerances()).require_complete()
    assert "1 people were followed by the reference solver" in found.notes[0]
    np.testing.assert_array_equal(found.sensitivities, wanted.sensitivities)


def test_without_a_compiler_the_reference_takes_over_and_says_so(monkeypatch):
    def none():
        raise compiling.CompilerError("there is none.")

    system = saturating()
    given = {"parameters": system.parameters(1), "covariates": weights(1), "output_times": [1.0]}
    monkeypatch.setattr(compiling, "find_compiler", none)
    monkeypatch.setattr(engine_module, "_ENGINES", Kept())
    found = solve(system, **given, sensitivities=["tank.rate"])
    assert found.method == "reference (LSODA)"
    assert "there is none." in found.notes[0]


def test_numba_has_none():
    system = saturating()
    given = {"parameters": system.parameters(1), "covariates": weights(1), "output_times": [1.0]}
    with pytest.raises(InputError, match="'numba' has no sensitivities"):
        solve(system, **given, sensitivities=["tank.rate"], method="numba")


def test_a_model_of_25_states_against_differences_state_by_state():
    system, records = qsp_system(), qsp_records()
    parameters = qsp_people(system, 2)
    names = ["disposition.clearance", "chain.v4"]
    tight = Tolerances(relative=1e-10, absolute=1e-12)
    given = {"output_times": np.linspace(0.0, 240.0, 41), "tolerances": tight}
    found = solve(system, records, parameters=parameters, **given, sensitivities=names).require_complete()
    largest = np.abs(found.states).max(axis=(0, 1))
    for place, name in enumerate(names):
        wanted = by_differences(system, records, parameters, name, step=1e-3, **given)
        size = parameters[:, system.parameter_names.index(name)][:, None, None]
        error = np.abs((found.sensitivities[..., place] - wanted) * size).max(axis=(0, 1))
        own = np.abs(wanted * size).max(axis=(0, 1))
        # 1e-10 a step, over differences of a thousandth: a noise of 1e-7 of each state; a state that the parameter
        # does not move has only that to go by.
        assert (error <= 1e-6 * own + 1e-7 * largest).all()
        assert (own > 1e-3 * largest).sum() >= 5
