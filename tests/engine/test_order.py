"""What comes first at the same time, and which rows come out."""

import numpy as np
import pytest

from neurosteroid.engine.records import Record
from neurosteroid.engine.solvers.choose import solve
from tests.engine.doubles import RATES, WEIGHT, Oral


def central(records, times=(), method="exact", **changes):
    """Row times and central amounts of one person without peripheral compartment."""
    system = Oral(declared=tuple(changes))
    parameters = system.parameters(k12=0.0, **changes)
    solution = solve(
        system, records, parameters=parameters, covariates=WEIGHT, output_times=np.array(times, float), method=method
    )
    return solution.times[0], solution.states[0, :, 1], solution


def see(time):
    return Record(time, 0)


def dose(time, amount=100.0, **changes):
    return Record(time, changes.pop("evid", 1), "central", amount, **changes)


DECAY = np.exp(-RATES["k"] * 2.0)


@pytest.mark.parametrize("method", ["exact", "reference"])
def test_observation_before_and_after_a_dose_at_the_same_time(method):
    _, amounts, _ = central([dose(0), see(2), dose(2), see(2)], method=method)
    np.testing.assert_allclose(amounts, [100 * DECAY, 100 * DECAY + 100], rtol=1e-9)


@pytest.mark.parametrize("method", ["exact", "reference"])
def test_requested_times_show_what_holds_after_everything_at_that_time(method):
    times, amounts, _ = central([dose(0), see(2), dose(2)], [0, 2], method=method)
    np.testing.assert_array_equal(times, [0, 2, 2])
    np.testing.assert_allclose(amounts, [100, 100 * DECAY, 100 * DECAY + 100], rtol=1e-9)


def test_further_and_lagged_doses_come_before_records_at_their_time():
    _, amounts, _ = central([dose(0, interval=2, additional=1), see(2)])
    np.testing.assert_allclose(amounts, [100 * DECAY + 100], rtol=1e-12)
    _, amounts, _ = central([dose(0), see(2)], lag=2.0)
    np.testing.assert_allclose(amounts, [100], rtol=1e-12)


def test_times_that_differ_by_rounding_are_one_time():
    # 3 * 0.1 is 0.30000000000000004, after the record at 0.3 unless rounding is seen through.
    _, amounts, _ = central([dose(0, interval=0.1, additional=3), see(0.3)])
    np.testing.assert_allclose(amounts, [100 * sum(np.exp(-RATES["k"] * 0.1 * n) for n in range(4))], rtol=1e-12)


def test_observation_at_the_end_of_an_infusion():
    _, amounts, solution = central([dose(0, duration=2), see(2)], [2.0])
    np.testing.assert_allclose(amounts, 50 / RATES["k"] * (1 - DECAY), rtol=1e-12)
    np.testing.assert_array_equal(solution.rates[0, :, 1], [0.0, 0.0])


def test_rates_after_each_row_leave_nothing_when_infusions_have_ended():
    records = [dose(0, 1, duration=3), dose(0, 0.1, duration=0.7), dose(0.2, 0.3, duration=1.1)]
    _, _, solution = central(records, [0, 0.2, 0.7, 1.3, 3.0])
    wanted = [1 / 3 + 0.1 / 0.7, 1 / 3 + 0.1 / 0.7 + 0.3 / 1.1, 1 / 3 + 0.3 / 1.1, 1 / 3, 0.0]
    np.testing.assert_allclose(solution.rates[0, :, 1], wanted, rtol=1e-15)
    assert solution.rates[0, -1, 1] == 0.0


def test_reset_between_two_observations_at_the_same_time():
    _, amounts, _ = central([dose(0), see(2), Record(2, 3), see(2), dose(2, 7), see(2)])
    np.testing.assert_allclose(amounts, [100 * DECAY, 0, 7], rtol=1e-12)


def test_an_infusion_runs_until_the_reset_that_cancels_it():
    _, _, solution = central([dose(0, duration=10), see(2), Record(2, 3), see(2)])
    np.testing.assert_array_equal(solution.rates[0, :, 1], [10.0, 0.0])


def test_an_infusion_that_outlasts_the_last_row_still_runs_there():
    _, _, solution = central([dose(0, duration=10), see(2)], [3.0])
    np.testing.assert_array_equal(solution.rates[0, :, 1], [10.0, 10.0])


def test_a_dose_that_a_reset_cancels_is_not_seen_before_it():
    system = Oral(declared=("lag",))
    parameters = system.parameters(2, k12=0.0, lag=[1.0, 5.0])
    records = [dose(0), see(3), Record(3, 3), see(3)]
    solution = solve(system, records, parameters=parameters, covariates=np.repeat(WEIGHT, 2, axis=0))
    np.testing.assert_allclose(solution.states[:, :, 1], [[100 * DECAY, 0.0], [0.0, 0.0]], rtol=1e-12)


def test_steady_state_between_two_observations_at_the_same_time():
    _, amounts, _ = central([see(2), dose(2, interval=2, steady_state=1), see(2)])
    np.testing.assert_allclose(amounts, [0, 100 / (1 - DECAY)], rtol=1e-12)


def test_rows_name_their_record_or_requested_time():
    _, _, solution = central([dose(0), see(1), Record(1, 2), dose(2), see(3)], [1, 3])
    np.testing.assert_array_equal(solution.times[0], [1, 1, 1, 3, 3])
    np.testing.assert_array_equal(solution.timeline.row_record[0], [1, 2, -1, 4, -1])
    np.testing.assert_array_equal(solution.timeline.row_output[0], [-1, -1, 0, -1, 1])


def test_output_times_may_repeat():
    _, amounts, _ = central([dose(0)], [2, 2])
    np.testing.assert_allclose(amounts, [100 * DECAY] * 2, rtol=1e-12)


def test_initial_values_stand_at_the_first_record_or_output_time():
    system = Oral(start=50.0)
    for start, since in ((None, 1.0), (-1.0, 2.0)):
        solution = solve(
            system, [see(1)], parameters=system.parameters(k12=0), covariates=WEIGHT, output_times=[0.0], start=start
        )
        np.testing.assert_allclose(solution.states[0, 1, 1], 50 * np.exp(-RATES["k"] * since), rtol=1e-12)


def test_no_records_and_no_output_times_give_no_rows():
    times, amounts, _ = central([])
    assert times.shape == amounts.shape == (0,)
