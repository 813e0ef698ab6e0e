"""What each action does to the programme, and what happens to the rest of it."""

import numpy as np
import pytest

from neurosteroid.engine.rules import Checks, Clock, PlannedDose, Programme, RescueDose
from tests.engine.rule_parts import INFLOW, PUMP, RATE, TANK, done, rise, rule, run

LADDER = ((0.0, 4.0, 8.0, 12.0), (30.0, 60.0, 90.0, 0.0))


def ladder(**options):
    return Programme(state="tank", times=LADDER[0], rates=LADDER[1], **options)


def at(hour):
    """Checks that are made once, at this hour."""
    return Checks(1000.0, first=hour)


def staircase(found, person=0):
    times, rates = found.given.staircase(person)
    return list(zip(times.tolist(), rates.tolist(), strict=False))


def test_without_rules_the_programme_is_given_as_it_is():
    assert staircase(run([], ladder())) == [(0.0, 30.0), (4.0, 60.0), (8.0, 90.0), (12.0, 0.0)]


def test_a_hold_lasts_to_the_end_when_no_rule_resumes_it():
    assert staircase(run([rule("hold", ">= 0", checks=at(5.0))], ladder())) == [(0.0, 30.0), (4.0, 60.0), (5.0, 0.0)]


@pytest.mark.parametrize(
    ("clock", "expected"),
    [
        # the rate at which it was held is the highest allowed afterwards; the end does not move
        (Clock.CONTINUES, [(0.0, 30.0), (4.0, 60.0), (5.0, 0.0), (7.0, 60.0), (12.0, 0.0)]),
        # 3 h of the second step and 4 h of the third one were left
        (Clock.WAITS, [(0.0, 30.0), (4.0, 60.0), (5.0, 0.0), (7.0, 60.0), (14.0, 0.0)]),
    ],
)
def test_resumption_at_the_same_step(clock, expected):
    rules = [rule("hold", ">= 0", checks=at(5.0)), rule("resume", ">= 0", checks=at(7.0))]
    assert staircase(run(rules, ladder(clock=clock))) == expected


def test_resumption_at_a_lower_step():
    rules = [rule("hold", ">= 0", checks=at(9.0)), rule("resume", ">= 0", checks=at(10.0), lower=True)]
    assert staircase(run(rules, ladder()))[3:] == [(9.0, 0.0), (10.0, 60.0), (12.0, 0.0)]


@pytest.mark.parametrize(
    ("clock", "expected"),
    [
        (Clock.CONTINUES, [(5.0, 0.0), (7.0, 60.0), (8.0, 90.0), (12.0, 0.0)]),
        (Clock.WAITS, [(5.0, 0.0), (7.0, 60.0), (10.0, 90.0), (14.0, 0.0)]),
    ],
)
def test_resumption_as_programmed_goes_on_with_the_ladder(clock, expected):
    rules = [rule("hold", ">= 0", checks=at(5.0)), rule("resume", ">= 0", checks=at(7.0), onward=True)]
    assert staircase(run(rules, ladder(clock=clock)))[2:] == expected
    lowered = rule("step down", ">= 0", checks=at(6.0))
    assert staircase(run([*rules, lowered], ladder(clock=clock)))[3] == (7.0, 30.0)


def test_an_order_that_falls_behind_the_end_is_not_done_and_blocks_nothing():
    late = rule("hold", ">= 0", checks=at(11.0), delay=2.0)
    rescue = rule("rescue dose", ">= 0", checks=at(14.0), rescue=RescueDose(5.0, "nmol", "tank"))
    assert done(run([late, rescue], ladder())) == [(14.0, "rescue dose")]


def test_a_hold_lapses_at_the_end_of_the_programme():
    hold = rule("hold", ">= 0", checks=at(5.0))
    rescue = rule("rescue dose", ">= 0", checks=Checks(3.0), rescue=RescueDose(5.0, "nmol", "tank"), maximum=3)
    hours = [hour for hour, kind in done(run([hold, rescue], ladder())) if kind == "rescue dose"]
    assert hours == [3.0, 12.0, 15.0]
    waiting = [hour for hour, kind in done(run([hold, rescue], ladder(clock=Clock.WAITS))) if kind == "rescue dose"]
    assert waiting == [3.0]


def test_resumption_below_the_lowest_step_is_at_the_lowest():
    rules = [rule("hold", ">= 0", checks=at(2.0)), rule("resume", ">= 0", checks=at(3.0), lower=True)]
    assert staircase(run(rules, ladder())) == [(0.0, 30.0), (2.0, 0.0), (3.0, 30.0), (12.0, 0.0)]


def test_a_step_down_holds_for_the_rest_and_a_step_up_takes_it_back():
    rules = [rule("step down", ">= 0", checks=at(9.0)), rule("titrate up", ">= 0", checks=at(11.0))]
    assert staircase(run(rules[:1], ladder()))[2:] == [(8.0, 90.0), (9.0, 60.0), (12.0, 0.0)]
    assert staircase(run(rules, ladder()))[2:] == [(8.0, 90.0), (9.0, 60.0), (11.0, 90.0), (12.0, 0.0)]


def test_a_step_down_at_the_lowest_step_keeps_it_there():
    assert staircase(run([rule("step down", ">= 0", checks=at(1.0))], ladder())) == [(0.0, 30.0), (12.0, 0.0)]


def test_a_step_down_at_the_hour_of_a_step_looks_at_the_step_that_ends():
    found = run([rule("step down", ">= 0", checks=at(8.0))], ladder())
    assert staircase(found) == [(0.0, 30.0), (4.0, 60.0), (8.0, 30.0), (12.0, 0.0)]
    assert (found.log.rate_before[0], found.log.rate_after[0]) == (60.0, 30.0)


def test_titration_from_a_low_step_never_exceeds_the_programme():
    plan = Programme(state="tank", times=(0.0, 1.0, 2.0, 20.0), rates=(30.0, 60.0, 90.0, 0.0), first_level=0)
    found = run([rule("titrate up", "< 1000", checks=Checks(4.0))], plan)
    assert staircase(found) == [(0.0, 30.0), (4.0, 60.0), (8.0, 90.0), (20.0, 0.0)]
    assert [time for time, _ in done(found)] == [4.0, 8.0]


def test_stop_for_good_is_not_resumed():
    rules = [rule("stop for good", ">= 0", checks=at(5.0)), rule("resume", ">= 0", checks=Checks(1.0))]
    found = run(rules, ladder())
    assert staircase(found)[-1] == (5.0, 0.0)
    assert done(found) == [(5.0, "stop for good")]


def test_a_rescue_dose_enters_at_once_and_is_counted():
    rescue = RescueDose(25.0, "mg", "tank", scale=2.0)
    found = run([rule("rescue dose", "< 60", checks=at(14.0), rescue=rescue)], PUMP, step=1.0)
    peak = INFLOW / RATE * (1.0 - np.exp(-12.0 * RATE))
    before = peak * np.exp(-2.0 * RATE)
    assert not len(found.log)
    found = run([rule("rescue dose", "< 1000", checks=at(14.0), rescue=rescue)], PUMP, step=1.0)
    assert found.states[0, 14, 0] == pytest.approx(before + 50.0, rel=1e-12)
    assert found.states[0, 13, 0] == pytest.approx(peak * np.exp(-RATE), rel=1e-12)
    assert (found.given.dose_time[0], found.given.dose_amount[0], found.given.dose_rule[0]) == (14.0, 25.0, 0)
    assert found.given.dosed[0] == 50.0


def test_no_rescue_dose_during_a_hold():
    rescue = rule("rescue dose", ">= 0", checks=Checks(3.0), rescue=RescueDose(5.0, "mg", "tank"))
    found = run([rule("hold", ">= 0", checks=at(5.0)), rescue])
    assert [time for time, action in done(found) if action == "rescue dose" and time < 12.0] == [3.0]


@pytest.mark.parametrize(
    ("clock", "times"),
    [(Clock.CONTINUES, [0.0, 6.0, 18.0]), (Clock.WAITS, [0.0, 6.0, 14.0, 20.0])],
)
def test_single_doses_that_fall_into_a_hold(clock, times):
    """The dose of 12 h is lost, or given when the hold ends; those after it come as planned, or later."""
    doses = tuple(PlannedDose(6.0 * number, 50.0, "mg", "tank") for number in range(4))
    rules = [rule("hold", ">= 0", checks=at(11.0)), rule("resume", ">= 0", checks=at(13.0))]
    found = run(rules, Programme(doses=doses, clock=clock))
    assert found.given.dose_time.tolist() == times


def test_steps_of_single_doses():
    doses = tuple(PlannedDose(6.0 * number, amount, "mg", "tank") for number, amount in enumerate((40.0, 50.0, 50.0)))
    found = run([rule("step down", ">= 0", checks=at(8.0))], Programme(doses=doses))
    assert found.given.dose_amount.tolist() == [40.0, 50.0, 40.0]


def test_what_was_given_is_what_the_body_and_its_surroundings_hold():
    rules = [
        rule("hold", ">= 150"),
        rule("resume", "< 80"),
        rule("rescue dose", "< 50", checks=at(20.0), rescue=RescueDose(7.0, "mg", "tank", scale=3.0)),
    ]
    found = run(rules, PUMP, until=36.0, step=1.0)
    assert TANK.state_names == ("tank", "outside.nmol")
    given = found.given.infused + found.given.dosed
    assert found.states[:, -1].sum(axis=1) == pytest.approx(given, rel=1e-12)
    assert found.given.infused == pytest.approx(found.given.integral(1), rel=1e-15)


def test_the_log_says_what_was_seen_and_what_was_changed():
    found = run([rule("hold", ">= 150", name="too much")], PUMP)
    log = found.log
    assert found.rules[log.rule[0]].name == "too much"
    assert log.time[0] == log.triggered[0] == pytest.approx(rise(150.0), abs=1e-8)
    assert (log.rate_before[0], log.rate_after[0], log.done[0]) == (INFLOW, 0.0, True)
