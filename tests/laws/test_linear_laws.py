"""Laws that hold whatever the numbers: mass balance, and proportion where the system is linear."""

import numpy as np
import pytest

from neurosteroid.engine import wire
from neurosteroid.engine.records import Record
from neurosteroid.engine.solvers.choose import solve
from tests.engine.doubles import WEIGHT, Oral, Saturable
from tests.engine.test_exact import FIVE_RATES, Chain

TIMES = np.linspace(0.0, 120.0, 61)
MIXED = [
    Record(0.0, 1, "depot", 100.0, interval=8.0, additional=6),
    Record(3.0, 1, "central", 70.0, rate=7.0, interval=5.0, additional=3),
    Record(9.0, 1, "central", 40.0, duration=30.0),
]
"""Doses that are all in by 60 h."""
GIVEN = 7 * 100.0 + 4 * 70.0 + 40.0


@pytest.mark.parametrize(("method", "tolerance"), [("exact", 1e-12), ("reference", 1e-9)])
def test_what_went_in_is_there_or_has_left(method, tolerance):
    system = Oral(declared=("bioavailability", "lag"))
    parameters = system.parameters(2, bioavailability=[1.0, 0.6], lag=[0.0, 2.5])
    weights = np.repeat(WEIGHT, 2, axis=0)
    states = solve(system, MIXED, parameters=parameters, covariates=weights, output_times=TIMES, method=method).states
    np.testing.assert_allclose(states[:, TIMES > 62].sum(axis=2).T / GIVEN, [[1.0, 0.6]] * 29, rtol=tolerance)


def test_mass_balance_of_a_traced_system_with_accounts():
    system = wire({"body": Chain(absorption=1.3, elimination=0.2)}, accounts=True)
    records = [Record(start, 1, "central", rate * hours, duration=hours) for start, rate, hours in FIVE_RATES]
    solution = solve(system, records, parameters=system.parameters(3), output_times=TIMES)
    given = np.array([sum(rate * np.clip(t - start, 0, hours) for start, rate, hours in FIVE_RATES) for t in TIMES])
    np.testing.assert_allclose(solution.states.sum(axis=2), np.tile(given, (3, 1)), rtol=1e-12, atol=1e-9)


def test_mass_balance_where_elimination_saturates():
    records = [Record(0.0, 1, "central", 100.0, rate=8.0), Record(20.0, 1, "central", 30.0)]
    solution = solve(Saturable(), records, parameters=np.array([[10.0, 50.0]]), output_times=TIMES, method="reference")
    np.testing.assert_allclose(solution.states[0, TIMES >= 20].sum(axis=1), 130.0, rtol=1e-9)


def scaled(factor):
    return [
        Record(0.0, 1, "depot", 100.0 * factor, interval=6.0, steady_state=1, additional=3),
        Record(4.0, 1, "central", 50.0 * factor, duration=20.0, interval=8.0, steady_state=2),
        Record(30.0, 4, "central", 20.0 * factor, rate=5.0 * factor),
    ]


def test_twice_the_dose_is_twice_the_amount():
    system = Oral(declared=("lag",))
    parameters = system.parameters(lag=1.5)
    once, twice = (
        solve(system, scaled(factor), parameters=parameters, covariates=WEIGHT, output_times=TIMES).states[0, :, :3]
        for factor in (1.0, 2.0)
    )
    np.testing.assert_allclose(twice, 2.0 * once, rtol=1e-12)


def test_amounts_are_never_negative():
    system = Oral()
    states = solve(system, scaled(1.0), parameters=system.parameters(), covariates=WEIGHT, output_times=TIMES).states
    assert states.min() >= 0.0


def test_later_output_times_do_not_change_earlier_rows():
    system = Oral()
    few, many = (
        solve(system, MIXED, parameters=system.parameters(), covariates=WEIGHT, output_times=times).states[0]
        for times in (TIMES[:20], TIMES)
    )
    np.testing.assert_allclose(few, many[:20], rtol=1e-13)


def test_shifting_the_clock_shifts_the_course():
    system = Oral()
    states = []
    for shift in (0.0, 500.0):
        records = [
            Record(r.time + shift, 1, r.state, r.amount, rate=r.rate, duration=r.duration, interval=r.interval,
                   additional=r.additional)
            for r in MIXED
        ]  # fmt: skip
        states.append(
            solve(system, records, parameters=system.parameters(), covariates=WEIGHT, output_times=TIMES + shift).states
        )
    np.testing.assert_allclose(states[1], states[0], rtol=1e-9, atol=1e-12)
