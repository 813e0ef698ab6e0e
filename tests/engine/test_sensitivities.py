"""Sensitivities against closed forms, and what a solution says about them."""

from dataclasses import dataclass
from typing import final

import numpy as np
import pytest

from neurosteroid.engine import OUTSIDE, AbstractPart, Flow, Record, State, Value, parameter, solve, wire
from neurosteroid.engine.sensitivity import propagated
from neurosteroid.engine.solvers.rosenbrock.compilers import CompilerError
from neurosteroid.errors import InputError, SolverError, UnknownNameError
from tests.engine.native_parts import PROPERTIES, compartments, weights

TIMES = np.array([0.2, 0.9, 1.4, 2.0, 3.1, 4.9, 8.0, 20.0])
DOSE, CLEARANCE, VOLUME, LAG, LASTS = 120.0, 1.7, 8.0, 0.7, 2.5
METHODS = {"exact": 1e-12, "reference": 1e-8}
"""Of the largest value: rounding; a hundred times the reference solver's tolerance of a step."""


@final
@dataclass(frozen=True, kw_only=True)
class OneCompartment(AbstractPart):
    """A' = -CL / V A, shown as C = A / V."""

    clearance: float = parameter("L/h", "clearance")
    volume: float = parameter("L", "volume")
    before: float = parameter("nmol", "amount at time 0", 0.0)

    states = (State("amount", "central", "nmol", initial="before"),)
    gives = (Value("concentration", "plasma", "nmol/L"),)
    flows = (Flow("out", "nmol/h", "central", OUTSIDE),)

    def values(self, t, state, given):
        return {"concentration": state["amount"] / self.volume}

    def rates(self, t, state, given):
        return {"out": self.clearance / self.volume * state["amount"]}


def one_compartment(**properties):
    parts = {"body": OneCompartment(clearance=CLEARANCE, volume=VOLUME)}
    for name, value in properties.items():
        parts[name] = PROPERTIES[name](value=value, name=f"central.{name}")
    return wire(parts)


def derivatives(system, records, names, method):
    given = {"parameters": system.parameters(1), "output_times": TIMES, "start": 0.0, "method": method}
    solution = solve(system, records, **given, sensitivities=names).require_complete()
    assert solution.sensitivities is not None
    assert solution.sensitivities.shape == (1, len(TIMES), 1, len(names))
    return solution.outputs_sensitivities(["plasma"])["plasma"][0]


def check(found, wanted, method):
    np.testing.assert_allclose(found, wanted, rtol=0.0, atol=METHODS[method] * np.abs(wanted).max())


@pytest.mark.parametrize("method", METHODS)
def test_bolus_after_a_lag(method):
    names = ["body.clearance", "body.volume", "lag.value"]
    found = derivatives(one_compartment(lag=LAG), [Record(0.0, 1, "central", DOSE)], names, method)
    k, since = CLEARANCE / VOLUME, TIMES - LAG
    c = np.where(since >= 0.0, DOSE / VOLUME * np.exp(-k * since), 0.0)
    check(found, np.stack([-since / VOLUME * c, c * (k * since - 1.0) / VOLUME, k * c], axis=1), method)


@pytest.mark.parametrize("method", METHODS)
def test_infusion_of_a_modelled_duration(method):
    names = ["body.clearance", "infusion_duration.value"]
    system = one_compartment(infusion_duration=LASTS)
    found = derivatives(system, [Record(0.0, 1, "central", DOSE, rate=-2.0)], names, method)
    k, run, after = CLEARANCE / VOLUME, np.minimum(TIMES, LASTS), np.maximum(TIMES - LASTS, 0.0)
    plateau, fall = DOSE / LASTS / CLEARANCE, np.exp(-k * after)
    c = plateau * (1.0 - np.exp(-k * run)) * fall
    by_clearance = -c / CLEARANCE + (plateau * run * np.exp(-k * run) * fall - after * c) / VOLUME
    # Later end: a weaker infusion, and more of it still there afterwards.
    by_duration = -c / LASTS + np.where(after > 0.0, plateau * k * fall, 0.0)
    check(found, np.stack([by_clearance, by_duration], axis=1), method)


@pytest.mark.parametrize("method", METHODS)
def test_infusion_of_a_modelled_rate(method):
    rate = DOSE / LASTS
    system = one_compartment(infusion_rate=rate)
    found = derivatives(system, [Record(0.0, 1, "central", DOSE, rate=-1.0)], ["infusion_rate.value"], method)
    k, run, after = CLEARANCE / VOLUME, np.minimum(TIMES, LASTS), np.maximum(TIMES - LASTS, 0.0)
    fall = np.exp(-k * after)
    # The end comes at D = DOSE / rate, earlier by D / rate for one more unit of rate.
    wanted = (1.0 - np.exp(-k * run)) * fall / CLEARANCE - np.where(after > 0.0, LASTS / VOLUME * fall, 0.0)
    check(found, wanted[:, None], method)


@pytest.mark.parametrize("method", METHODS)
def test_steady_state_of_boluses(method):
    interval = 6.0
    system = one_compartment(bioavailability=0.8)
    record = Record(0.0, 1, "central", DOSE, interval=interval, steady_state=1)
    found = derivatives(system, [record], ["body.clearance", "bioavailability.value"], method)
    k = CLEARANCE / VOLUME
    left = np.exp(-k * interval)
    c = 0.8 * DOSE / VOLUME / (1.0 - left) * np.exp(-k * TIMES)
    by_clearance = -c * (TIMES + interval * left / (1.0 - left)) / VOLUME
    check(found, np.stack([by_clearance, c / 0.8], axis=1), method)


@pytest.mark.parametrize("method", METHODS)
def test_initial_amount_and_a_reset(method):
    found = derivatives(one_compartment(), [Record(3.0, 3)], ["body.before", "body.volume"], method)
    since = np.where(TIMES < 3.0, TIMES, TIMES - 3.0)
    by_amount = np.exp(-CLEARANCE / VOLUME * since) / VOLUME
    check(found, np.stack([by_amount, np.zeros(len(TIMES))], axis=1), method)


def test_states_do_not_depend_on_whether_sensitivities_are_asked_for():
    system = compartments(("lag",), production=1.0)
    records = [Record(0.0, 1, "depot", 50.0, interval=6.0, additional=4), Record(7.0, 1, "central", 9.0, rate=2.0)]
    given = {"parameters": system.parameters(3), "covariates": weights(3), "output_times": TIMES}
    plain = solve(system, records, **given)
    varied = solve(system, records, **given, sensitivities=["body.ka"])
    np.testing.assert_array_equal(plain.states, varied.states)
    assert plain.sensitivities is None
    with pytest.raises(SolverError, match="sensitivities="):
        plain.outputs_sensitivities(["central"])


def test_names_are_checked():
    system = compartments()
    given = {"parameters": system.parameters(1), "covariates": weights(1), "output_times": [1.0]}
    with pytest.raises(UnknownNameError, match="Did you mean"):
        solve(system, [], **given, sensitivities=["body.kk"])
    with pytest.raises(InputError, match="different parameter names"):
        solve(system, [], **given, sensitivities=["body.k", "body.k"])


def test_given_initial_states_do_not_change_with_the_parameters():
    system = one_compartment()
    given = {"parameters": system.parameters(1), "output_times": [0.0, 1.0], "initial": np.array([[5.0]])}
    found = solve(system, [], **given, sensitivities=["body.before", "body.clearance"]).sensitivities
    k = CLEARANCE / VOLUME
    np.testing.assert_allclose(found[0, :, 0], [[0.0, 0.0], [0.0, -5.0 / VOLUME * np.exp(-k)]], rtol=1e-13)


@pytest.mark.parametrize("method", METHODS)
def test_a_person_who_fails_has_no_sensitivities_and_the_others_go_on(method):
    system = one_compartment()
    parameters = system.parameters(2, {"body.volume": np.array([VOLUME, np.nan])})
    given = {"output_times": TIMES, "method": method}
    both = solve(system, [], parameters=parameters, **given, sensitivities=["body.before"])
    assert [failure.person for failure in both.failures] == [1]
    alone = solve(system, [], parameters=parameters[:1], **given, sensitivities=["body.before"])
    np.testing.assert_array_equal(both.sensitivities[0], alone.sensitivities[0])
    assert np.isnan(both.sensitivities[1, 1:]).all()


def test_people_with_schedules_of_their_own_have_padded_rows():
    system = one_compartment()
    schedules = [[Record(0.0, 1, "central", 5.0), Record(1.0, 0)], [Record(0.0, 0), Record(2.0, 1, "central", 5.0)]]
    both = solve(system, schedules, parameters=system.parameters(2), sensitivities=["body.volume"])
    assert np.isnan(both.sensitivities[~both.mask]).all()
    assert np.isfinite(both.sensitivities[both.mask]).all()


@pytest.mark.parametrize("method", ["exact", "rosenbrock", "reference"])
@pytest.mark.parametrize("records", [[], [Record(0.0, 1, "central", 5.0)]])
def test_nothing_to_show(method, records):
    system = compartments(("lag",))
    given = {"parameters": system.parameters(2), "covariates": weights(2), "method": method}
    found = solve(system, records, **given, sensitivities=["body.k", "central-lag.value"])
    assert found.sensitivities.shape == (2, 0, 3, 2)
    assert found.outputs_sensitivities(["central"])["central"].shape == (2, 0, 2)


def test_without_a_compiler_numpy_propagates_them(monkeypatch):
    def none(states):
        raise CompilerError("there is none.")

    system = compartments(("lag",), production=1.0)
    records = [Record(0.0, 1, "depot", 50.0, interval=6.0, additional=4)]
    given = {"parameters": system.parameters(2), "covariates": weights(2), "output_times": TIMES}
    names = ["body.ka", "depot-lag.value"]
    wanted = solve(system, records, **given, sensitivities=names).sensitivities
    monkeypatch.setattr(propagated, "propagator_of_numbers", none)
    found = solve(system, records, **given, sensitivities=names).sensitivities
    np.testing.assert_allclose(found, wanted, rtol=1e-11, atol=1e-11)
