"""Several programmes with rules of their own: each acts on its own doses, and none touches another."""

import numpy as np
import pytest

from neurosteroid.engine import wire
from neurosteroid.engine.rules import Checks, Clock, PlannedDose, Programme, RescueDose, follow
from neurosteroid.errors import InputError
from tests.engine.parts import Tank
from tests.engine.rule_parts import INFLOW, PUMP, RATE, done, rise, rule

BOTH = wire({"tank": Tank(rate=RATE), "other": Tank(name="other", rate=0.5)}, accounts=True)
DOSES = Programme(
    doses=tuple(PlannedDose(4.0 * number, 40.0 + 20.0 * (number % 2), "mg", "other") for number in range(5))
)


def together(rules, programmes, *, until=24.0, system=BOTH, **options):
    options.setdefault("parameters", system.parameters(1))
    return follow(system, programmes, rules, output_times=np.arange(0.0, until + 0.25, 0.5), **options)


def level(followed, name):
    return followed.states[0, :, BOTH.state_names.index(name)]


def test_a_stop_for_good_of_one_leaves_the_other_as_it_is():
    stop = rule("stop for good", ">= 150")
    found = together([stop], [PUMP, DOSES])
    free = together([], [PUMP, DOSES])
    ((hour, action),) = done(found)
    assert (hour, action) == (pytest.approx(rise(150.0), abs=1e-8), "stop for good")
    np.testing.assert_allclose(level(found, "other"), level(free, "other"), rtol=1e-12)
    pump, doses = found.each_given
    assert pump.infused[0] == pytest.approx(INFLOW * rise(150.0), rel=1e-9)
    assert pump.dosed[0] == 0.0
    assert doses.dose_time.tolist() == [0.0, 4.0, 8.0, 12.0, 16.0]
    assert doses.dosed[0] == sum(dose.amount for dose in DOSES.doses)
    assert doses.infused[0] == 0.0


def test_a_stop_of_the_doses_leaves_the_pump_running_and_its_orders_standing():
    stop = rule("stop for good", ">= 0", port="other", programme=1, checks=Checks(3.0))
    late = rule("hold", ">= 50", delay=6.0)
    found = together([late, stop], [PUMP, DOSES])
    # the hold is ordered before the stop and done after it
    assert rise(50.0) < 3.0
    assert done(found) == [(3.0, "stop for good"), (pytest.approx(rise(50.0) + 6.0, abs=1e-8), "hold")]
    assert found.each_given[1].dose_time.tolist() == [0.0]


def test_what_overrules_an_action_is_of_the_same_programme():
    at_visits = {"checks": Checks(3.0)}
    hold = rule("hold", ">= 0", programme=1, maximum=1, port="other", **at_visits)
    up = rule("titrate up", ">= 0", maximum=1, **at_visits)
    steps = Programme(state="tank", times=(0.0, 2.0, 12.0), rates=(30.0, INFLOW, 0.0), first_level=0)
    found = together([hold, up], [steps, DOSES])
    assert found.log.done.tolist() == [True, True]
    same = together([rule("hold", ">= 0", maximum=1, **at_visits), up], [steps, DOSES])
    assert same.log.done.tolist()[:2] == [True, False]


def test_only_the_clock_of_the_held_programme_waits():
    waiting = Programme(state="tank", times=(0.0, 12.0), rates=(INFLOW, 0.0), clock=Clock.WAITS)
    rules = [
        rule("hold", ">= 150", maximum=1),
        rule("resume", "< 100"),
    ]
    found = together(rules, [waiting, DOSES])
    (_, _), (resumed, _) = done(found)
    held = resumed - rise(150.0)
    pump, doses = found.each_given
    assert pump.end[pump.rate > 0.0][-1] == pytest.approx(12.0 + held, abs=1e-8)
    assert pump.infused[0] == pytest.approx(12.0 * INFLOW, rel=1e-9)
    assert doses.dose_time.tolist() == [0.0, 4.0, 8.0, 12.0, 16.0]


def test_a_rescue_dose_belongs_to_the_programme_of_its_rule():
    dose = RescueDose(25.0, "mg", "other", 2.0)
    found = together([rule("rescue dose", ">= 150", programme=1, rescue=dose, maximum=1)], [PUMP, DOSES])
    pump, doses = found.each_given
    assert pump.dosed[0] == 0.0
    assert doses.dosed[0] == sum(each.amount for each in DOSES.doses) + 50.0
    # what was given stays or has left: the amounts in the system, with its account of what left it
    entered = pump.infused[0] + doses.dosed[0]
    assert found.states[0, -1].sum() == pytest.approx(entered, rel=1e-9)


def test_two_pumps_into_one_state_add_up():
    halves = [Programme(state="tank", times=(0.0, 12.0), rates=(0.5 * INFLOW, 0.0)) for _ in range(2)]
    one, two = together([], [PUMP, DOSES]), together([], [*halves, DOSES])
    np.testing.assert_allclose(level(two, "tank"), level(one, "tank"), rtol=1e-10)
    # a crossing is located under both
    rules = [rule("hold", ">= 150", programme=place) for place in range(2)]
    held = together(rules, [*halves, DOSES])
    np.testing.assert_allclose(held.log.time, rise(150.0), atol=1e-8)
    assert len(held.log) == 2


def test_the_log_of_single_doses_says_the_next_dose():
    rules = [
        rule("step down", ">= 0", programme=1, port="other", checks=Checks(3.0), maximum=1),
        rule("hold", ">= 0", programme=1, port="other", checks=Checks(7.0), maximum=1),
    ]
    found = together(rules, [PUMP, DOSES])
    log = found.log
    assert log.time.tolist() == [3.0, 7.0]
    # the dose of 4 h is 60 mg, then not above 40 mg; the one of 8 h is 40 mg, then held
    assert log.rate_before.tolist() == [60.0, 40.0]
    assert log.rate_after.tolist() == [40.0, 0.0]
    assert log.dose.tolist() == [1, 2]
    assert together([rule("hold", ">= 150")], [PUMP, DOSES]).log.dose.tolist() == [-1]


def test_rules_of_two_programmes_may_have_one_name_and_those_of_one_may_not():
    first, second = rule("hold", ">= 150"), rule("hold", ">= 150", programme=1)
    assert len(together([first, second], [PUMP, DOSES]).log) == 2
    with pytest.raises(InputError, match="each a name of its own"):
        together([first, first], [PUMP, DOSES])


def test_a_programme_that_is_not_there_and_none_at_all_are_refused():
    with pytest.raises(InputError, match="acts on programme 2; there are 2, counted from 0"):
        together([rule("hold", ">= 150", programme=2)], [PUMP, DOSES])
    with pytest.raises(InputError, match="there is no programme"):
        together([], [])


def test_checks_that_nobody_misses_take_no_memory_of_each_person():
    """The plan of many people holds a number for each common time, and not one for each person and rule."""
    from neurosteroid.engine.rules.plan import lay_out_plan

    people, rules = 5000, [rule("hold", f">= {100 + number}", checks=Checks(1.0)) for number in range(8)]

    def plan(chosen, draws=None):
        return lay_out_plan(
            BOTH,
            [PUMP],
            chosen,
            parameters=BOTH.parameters(people),
            covariates=np.zeros((people, 1, 0)),
            changes=np.zeros(0),
            output_times=np.arange(0.0, 24.5, 0.5),
            until=24.0,
            clock=8.0,
            resolution=1.0 / 12.0,
            draws=draws,
        )

    def size(found):
        arrays = [array for each in found.visits for array in (each.check, each.missed) if array is not None]
        return sum(array.nbytes for array in arrays)

    assert size(plan(rules)) < people
    missing = [rule("hold", f">= {100 + number}", checks=Checks(1.0, missed=0.5)) for number in range(8)]
    rng = np.random.default_rng(1)
    found = plan(missing, lambda _, count: rng.random((people, count)))
    # one series of 24 checks for all eight rules: a byte a person and check
    assert size(found) <= people * 24 + 8 * len(found.common)
    seen = found.seen(3, np.arange(people)[:, None], np.arange(len(found.common)))
    assert seen.sum() == (~found.visits[0].missed).sum()
    few = found.of(np.array([7, 3]))
    np.testing.assert_array_equal(few.visits[0].missed, found.visits[0].missed[[7, 3]])
