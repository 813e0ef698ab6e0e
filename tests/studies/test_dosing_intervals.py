"""Repeated doses: the peak is on the grid, and the last interval is read whatever the output step."""

import numpy as np
import pytest

import neurosteroid as ns
from neurosteroid.dosing import Protocol
from neurosteroid.model.absorption import MOST, absorption_times
from neurosteroid.studies.dosing_intervals import repeated

DAILY = Protocol.parse("50 mg orally every 24 h x 4", name="daily", compound="zuranolone")
STATES = [ns.Postpartum(day=21)]


def test_intervals_go_from_dose_to_dose_and_end_with_follow_up():
    whole = repeated(DAILY, 96.0)
    assert [(each.dose, each.begin, each.end) for each in whole.intervals] == [
        (1, 0, 24),
        (2, 24, 48),
        (3, 48, 72),
        (4, 72, 96),
    ]
    assert whole.alike
    assert repeated(DAILY, 95.0).last.end == 72.0
    assert repeated(DAILY, 47.0) is None


@pytest.mark.parametrize(
    "plan",
    [
        Protocol.parse("30 ug/kg/h for 4 h then 60 ug/kg/h for 20 h", name="infused"),
        Protocol.parse("50 mg orally", name="once", compound="zuranolone"),
        DAILY.with_rule("hold when plasma.zuranolone >= 100 ng/mL", name="ruled"),
    ],
)
def test_infusions_single_doses_and_rules_have_no_intervals(plan):
    assert repeated(plan, 200.0) is None


def test_doses_that_differ_have_intervals_and_no_accumulation():
    plan = Protocol.parse(
        "30 mg orally every 24 h x 2 then 50 mg orally every 24 h x 2", name="up", compound="zuranolone"
    )
    whole = repeated(plan, 120.0)
    assert whole is not None
    assert not whole.alike


def test_an_interval_is_told_by_its_peak_trough_and_average():
    times = np.linspace(0.0, 96.0, 961)
    course = np.exp(-0.1 * (times % 24.0))[None]
    course[0, times == 96.0] = np.exp(-2.4)
    read = repeated(DAILY, 96.0).last.compute(times, course)
    assert read["c_max"][0] == 1.0
    assert read["t_max"][0] == 0.0
    assert read["c_trough"][0] == pytest.approx(np.exp(-2.4))
    assert read["c_average"][0] == pytest.approx((1 - np.exp(-2.4)) / 2.4, rel=1e-3)  # the step of the grid


def test_hours_of_absorption_stop_at_the_next_dose_and_at_the_end_and_are_not_without_bound():
    hours = absorption_times([DAILY], 80.0)
    assert 24.5 in hours
    assert 36.0 in hours
    assert hours.max() == 80.0
    assert not np.isin(hours, [24.0, 48.0, 72.0]).any()
    vein = Protocol.parse("5 mg intravenously every 24 h x 4", name="vein")
    assert not len(absorption_times([vein], 80.0))
    # doses at hours that share no grid
    many = [Protocol.parse(f"wait {place} min then 1 mg orally every 8 h x 300", name=str(place)) for place in range(7)]
    assert 0 < len(absorption_times(many, 2400.0)) <= MOST


@pytest.fixture(scope="module")
def coarse_and_fine():
    women = ns.population("postpartum", size=6, seed=3)
    return [
        ns.study(women, [DAILY, "no-drug"], states=STATES, start="20:00", until="96 h", step=step)
        for step in ("24 h", "30 min")
    ]


@pytest.mark.parametrize(
    "name", ["c_max", "c_max_interval", "c_trough", "c_average_interval", "accumulation", "auc_treatment"]
)
def test_a_step_of_a_day_reads_what_half_hours_read(coarse_and_fine, name):
    coarse, fine = (np.asarray(each.individuals[name])[:6] for each in coarse_and_fine)
    # lines and exponentials between hours that follow absorption: a step of a day alone would read half of it
    np.testing.assert_allclose(coarse, fine, rtol=0.01)


def test_the_band_of_a_step_of_a_day_holds_the_peaks(coarse_and_fine):
    coarse, fine = (each.bands["daily", "plasma.zuranolone"].p50 for each in coarse_and_fine)
    assert coarse.max() == pytest.approx(fine.max(), rel=0.01)
    assert coarse.max() > 3 * coarse[-1]


def test_one_person_with_a_step_of_a_day_has_her_peaks():
    woman = ns.Person(weight="70 kg", states=STATES)
    coarse, fine = (ns.simulate(woman, DAILY, start="20:00", until="96 h", step=step) for step in ("24 h", "30 min"))
    assert coarse.values["plasma.zuranolone"].max() == pytest.approx(fine.values["plasma.zuranolone"].max(), rel=0.01)
    assert len(fine.times) == 193  # a grid of half hours gets nothing added
