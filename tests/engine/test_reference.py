"""The reference solver on systems that are not linear, and what happens to people who fail."""

import numpy as np
import pytest

from neurosteroid.engine.records import Record
from neurosteroid.engine.solvers.choose import solve
from neurosteroid.engine.solvers.reference import Tolerances
from neurosteroid.errors import SolverError
from tests.engine.doubles import WEIGHT, Oral, Saturable

VMAX, KM = 10.0, 50.0


def run(records, times=(), parameters=((VMAX, KM),), **changes):
    system = Saturable(**{key: changes.pop(key) for key in ("production", "clock", "time_dependent") if key in changes})
    changes = {"method": "reference"} | changes
    return solve(system, records, parameters=np.array(parameters), output_times=np.array(times, float), **changes)


def dose(time, amount=100.0, **changes):
    return Record(time, 1, "central", amount, **changes)


def test_bolus_against_the_implicit_solution():
    # x + KM log(x / x0) = x0 - VMAX t
    times = np.linspace(0, 30, 13)
    amounts = run([dose(0)], times).states[0, :, 0]
    np.testing.assert_allclose(amounts + KM * np.log(amounts / 100), 100 - VMAX * times, rtol=1e-8, atol=1e-6)


@pytest.mark.parametrize("changes", [{}, {"rate": 12.0}, {"duration": 19.0}])
def test_steady_state_equals_many_doses_one_after_the_other(changes):
    settled = run([dose(0, 60, interval=8, steady_state=1, additional=1, **changes)], np.linspace(0, 20, 11))
    many = run([dose(-8 * 200, 60, interval=8, additional=201, **changes)], np.linspace(0, 20, 11))
    np.testing.assert_allclose(settled.states[0, :, 0], many.states[0, :, 0], rtol=1e-7)


def test_constant_infusion_steady_state():
    # VMAX x / (KM + x) = R + production
    solution = run([dose(3, 0.0, rate=6.0, steady_state=1)], [3.0], production=1.0)
    np.testing.assert_allclose(solution.states[0, 0, 0], KM * 7 / (VMAX - 7), rtol=1e-9)


def test_undosed_steady_state():
    solution = run([Record(3, 1, steady_state=1)], [3.0, 9.0], production=4.0)
    np.testing.assert_allclose(solution.states[0, :, 0], KM * 4 / (VMAX - 4), rtol=1e-8)


def test_accounts_keep_their_value_at_a_steady_state():
    for system, parameters, covariates in (
        (Saturable(), np.array([[VMAX, KM]]), None),
        (Oral(), Oral().parameters(), WEIGHT),
    ):
        for method in ("exact", "reference") if system.linear else ("reference",):
            records = [dose(0), dose(5, 60, interval=8, steady_state=1)]
            solution = solve(
                system,
                records,
                parameters=parameters,
                covariates=covariates,
                output_times=[4.999999, 5.0],
                method=method,
            )
            before, after = solution.states[0, :, -1]
            assert after == pytest.approx(before, rel=1e-5)
            assert before > 10.0


def test_time_in_the_equations():
    # With nothing to eliminate (VMAX 0) the amount is the integral of 1 + sin t.
    times = np.array([1.0, 2.0, 20.0])
    solution = run([dose(0, 5.0)], times, [(0.0, KM)], production=1.0, clock=True, time_dependent=True)
    np.testing.assert_allclose(solution.states[0, :, 0], 5 + times + 1 - np.cos(times), rtol=1e-8)


@pytest.mark.parametrize("integrator", ["Radau", "BDF"])
def test_other_integrators_agree(integrator):
    records, times = [dose(0, rate=20, interval=6, additional=3)], np.linspace(0, 30, 7)
    first = run(records, times)
    other = run(records, times, tolerances=Tolerances(relative=1e-8, absolute=1e-8, integrator=integrator))
    np.testing.assert_allclose(other.states, first.states, rtol=1e-5, atol=1e-5)
    assert other.method == f"reference ({integrator})"
    assert other.tolerances == {"relative": 1e-8, "absolute": 1e-8}


def test_choice_is_made_by_linearity_and_reported():
    linear = solve(Oral(), [], parameters=Oral().parameters(), covariates=WEIGHT, output_times=[0.0])
    assert (linear.method, linear.tolerances) == ("exact", {})
    assert run([], [0.0]).method == "reference (LSODA)"


def test_a_person_without_steady_state_is_reported_and_the_others_go_on():
    # The dose rate of 9 per h is above what the second person can eliminate at most.
    records = [dose(0, 1.0), dose(2, 72, interval=8, steady_state=1), dose(4, 1.0)]
    solution = run(records, [0.0, 1.0, 3.0, 5.0], [(VMAX, KM), (5.0, KM)])
    (failure,) = solution.failures
    assert (failure.person, failure.time) == (1, 2.0)
    assert "no steady state: 'central'" in failure.reason
    np.testing.assert_array_equal(np.isnan(solution.states[1, :, 0]), [False, False, True, True])
    assert np.isfinite(solution.states[0]).all()
    with pytest.raises(SolverError, match=r"Person 'B' did not finish: at 2 h the regimen leads to no steady state"):
        solution.require_complete(["A", "B"])


def test_exact_reports_a_person_without_steady_state_and_goes_on():
    system = Oral()
    parameters = system.parameters(2)
    parameters[1, system.parameter_names.index("k")] = 0.0
    records = [dose(0, 1.0), dose(2, 72, interval=8, steady_state=1, row=3)]
    solution = solve(
        system, records, parameters=parameters, covariates=np.full((2, 1), 70.0), output_times=[0.0, 1.0, 3.0]
    )
    (failure,) = solution.failures
    assert (failure.person, failure.time) == (1, 2.0)
    assert failure.reason.startswith("(row 3 (time 2 h)) there is no steady state")
    np.testing.assert_array_equal(np.isnan(solution.states[1, :, 0]), [False, False, True])
    assert np.isfinite(solution.states[0]).all()


@pytest.mark.parametrize(("k", "reason"), [(np.nan, "not finite. Check the parameters"), (-40.0, "grow beyond")])
def test_exact_reports_a_person_with_unusable_numbers(k, reason):
    system = Oral()
    parameters = system.parameters(3)
    parameters[1, system.parameter_names.index("k")] = k
    solution = solve(
        system, [dose(0)], parameters=parameters, covariates=np.full((3, 1), 70.0), output_times=np.linspace(0, 40, 5)
    )
    assert [failure.person for failure in solution.failures] == [1]
    assert reason in solution.failures[0].reason
    assert np.isfinite(solution.states[[0, 2]]).all()


def test_reference_reports_an_integration_that_fails():
    solution = run([dose(0)], [0.0, 5.0], [(np.nan, KM), (VMAX, KM)])
    assert [failure.person for failure in solution.failures] == [0]
    assert np.isfinite(solution.states[1]).all()
