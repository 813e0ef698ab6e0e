"""Covariates that change: which value holds when, for equations, dose properties, resets and outputs."""

import numpy as np
import pytest

from neurosteroid.engine.records import Record
from neurosteroid.engine.solvers.choose import solve
from neurosteroid.errors import EventError
from tests.engine.doubles import RATES, Oral

K = RATES["k"] / 70.0


def run(records, rule, baseline=np.nan, times=(), method="exact", declared=(), people=1, start=0.0):
    system = Oral(declared=declared, start=start)
    return solve(
        system,
        records,
        parameters=system.parameters(people, k12=0.0),
        covariates=np.full((people, 1), baseline),
        output_times=times,
        covariate_rule=rule,
        method=method,
    )


def weighs(time, weight, evid=0, **changes):
    return Record(time, evid, covariates={"weight": weight}, **changes)


RECORDS = [weighs(0, 60.0, 1, state="central", amount=100.0), weighs(2, 80.0), weighs(5, 100.0), weighs(9, 90.0, 2)]


@pytest.mark.parametrize("method", ["exact", "reference"])
@pytest.mark.parametrize(("rule", "weights"), [("nocb", [80, 100, 90]), ("locf", [60, 80, 100])])
def test_value_between_records(rule, weights, method):
    exposure = np.cumsum(np.array(weights) * [2, 3, 4])
    solution = run(RECORDS, rule, method=method)
    np.testing.assert_allclose(solution.states[0, :, 1], 100 * np.exp(-K * exposure), rtol=1e-8)


@pytest.mark.parametrize(("rule", "last"), [("nocb", 90), ("locf", 90)])
def test_last_value_holds_after_the_last_record(rule, last):
    solution = run(RECORDS, rule, times=[9.0, 12.0])
    ratio = solution.states[0, -1, 1] / solution.states[0, -2, 1]
    np.testing.assert_allclose(ratio, np.exp(-K * last * 3), rtol=1e-12)


@pytest.mark.parametrize(("rule", "weights"), [("nocb", [60, 80, 80, 100, 90, 90]), ("locf", [60, 60, 80, 80, 90, 90])])
def test_outputs_show_the_value_in_force(rule, weights):
    solution = run([record for record in RECORDS if record.evid != 0 or record.time], rule, times=[0, 1, 2, 3, 9, 11])
    asked = solution.timeline.row_output[0] >= 0
    np.testing.assert_array_equal(solution.outputs(["weight"])["weight"][0, asked], weights)
    np.testing.assert_array_equal(solution.covariates[0, asked, 0], weights)


@pytest.mark.parametrize(("rule", "early"), [("nocb", 80.0), ("locf", 70.0)])
def test_baseline_holds_before_the_first_value_only_with_locf(rule, early):
    records = [Record(0, 1, "central", 100.0), weighs(2, 80.0)]
    solution = run(records, rule, baseline=70.0)
    np.testing.assert_allclose(solution.states[0, 0, 1], 100 * np.exp(-K * early * 2), rtol=1e-12)


def test_locf_without_baseline_takes_the_first_value_back():
    solution = run([Record(0, 1, "central", 100.0), weighs(2, 80.0)], "locf")
    np.testing.assert_allclose(solution.states[0, 0, 1], 100 * np.exp(-K * 80 * 2), rtol=1e-12)


@pytest.mark.parametrize(("rule", "at_dose", "between"), [("nocb", 80, 80 + 90 + 90), ("locf", 60, 60 + 80 + 80)])
def test_dose_properties_use_the_covariates_at_their_record(rule, at_dose, between):
    # Bioavailability is weight / 70. The dose's record carries no weight, and its further dose keeps the first one's.
    dose = Record(1, 1, "central", 100.0, interval=3, additional=1)
    records = [weighs(0, 60.0), dose, weighs(2, 80.0), weighs(4, 90.0)]
    solution = run(records, rule, times=[1.0, 4.0], declared=("bioavailability",))
    amounts = solution.states[0, solution.timeline.row_output[0] >= 0, 1]
    given = 100 * at_dose / 70
    np.testing.assert_allclose(amounts, [given, given * (1 + np.exp(-K * between))], rtol=1e-12)


def test_initial_values_and_resets_take_the_covariates_at_their_time():
    records = [weighs(0, 60.0), weighs(1, 75.0, 3), weighs(2, 80.0)]
    for rule in ("nocb", "locf"):
        solution = run(records, rule, start=14.0, times=[0.0, 1.0])
        shown = solution.states[0, solution.timeline.row_output[0] >= 0, 1]
        np.testing.assert_allclose(shown, 14.0 / 70.0 * np.array([60.0, 75.0]), rtol=1e-12)


def test_of_several_values_at_one_time_outputs_show_the_last():
    records = [weighs(0, 60.0), weighs(1, 75.0), weighs(1, 80.0), weighs(2, 90.0)]
    for rule in ("nocb", "locf"):
        solution = run(records, rule, times=[1.0])
        asked = solution.timeline.row_output[0] >= 0
        np.testing.assert_array_equal(solution.covariates[0, asked, 0], [80.0])
        np.testing.assert_array_equal(solution.covariates[0, ~asked, 0], [60.0, 75.0, 80.0, 90.0])


def test_steady_state_uses_the_covariates_at_its_record():
    records = [weighs(0, 60.0), Record(4, 1, "central", 100.0, interval=8, steady_state=1), weighs(6, 80.0)]
    for rule, weight in (("nocb", 80), ("locf", 60)):
        solution = run(records, rule, times=[4.0])
        shown = solution.states[0, solution.timeline.row_output[0] >= 0, 1]
        np.testing.assert_allclose(shown, 100 / (1 - np.exp(-K * weight * 8)), rtol=1e-12)


def test_equal_values_make_no_new_epoch():
    records = [weighs(float(hour), 70.0) for hour in range(20)]
    assert run(records, "nocb").timeline.covariates.shape == (1, 1, 1)
    assert run(records, "locf", baseline=70.0).timeline.covariates.shape == (1, 1, 1)


def test_values_may_differ_between_people_who_share_records():
    records = [Record(0, 1, "central", 100.0), weighs(2, np.array([50.0, 80.0]))]
    solution = run(records, "nocb", people=2)
    np.testing.assert_allclose(solution.states[:, 0, 1], 100 * np.exp(-K * np.array([50, 80]) * 2), rtol=1e-12)


def test_many_changes_agree_with_the_reference():
    rng = np.random.default_rng(5)
    records = [weighs(0.0, 70.0, 1, state="central", amount=100.0, rate=20.0, interval=7.0, additional=4)]
    records += [weighs(float(hour), rng.uniform(40, 120)) for hour in range(1, 30)]
    for rule in ("nocb", "locf"):
        exact, reference = (run(records, rule, method=method, times=[33.3]) for method in ("exact", "reference"))
        np.testing.assert_allclose(exact.states, reference.states, rtol=1e-8, atol=1e-8)


def test_unknown_covariate_is_refused_by_row():
    with pytest.raises(EventError, match=r"row 7 .*No covariate 'weights'\. Did you mean 'weight'"):
        run([Record(0, 0, covariates={"weights": 60.0}, row=7)], "nocb", baseline=70.0)


def test_missing_covariate_is_refused():
    with pytest.raises(EventError, match="covariate 'weight' has no value"):
        run([Record(0, 0)], "nocb")


@pytest.mark.parametrize("rule", ["nocb", "locf"])
def test_an_output_time_that_differs_from_a_record_by_rounding_shows_its_value(rule):
    records = [weighs(0, 60.0), weighs(0.3, 80.0), weighs(1, 100.0)]
    solution = run(records, rule, times=[0.1 * 3])
    shown = solution.timeline.row_output[0] >= 0
    assert solution.outputs(["weight"])["weight"][0, shown].tolist() == [80.0]
