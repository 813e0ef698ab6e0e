"""What comes to hold on the way to something else: an ordered action, a dose, the end, or beside other people."""

import numpy as np
import pytest

from neurosteroid.engine import wire
from neurosteroid.engine.random_events import RandomEvent
from neurosteroid.engine.rules import (
    ActionKind,
    Checks,
    Condition,
    Limit,
    PlannedDose,
    Programme,
    Relation,
    RescueDose,
    Rule,
)
from tests.engine.native_parts import WEIGHT, Compartments
from tests.engine.parts import Tank
from tests.engine.rule_parts import RATE, TANK, done, fall, rise, rule, run
from tests.engine.test_random_events import HazardOfTank

LATER = rule("titrate up", ">= 0", checks=Checks(1000.0, first=0.0), delay=rise(150.0) + 0.2)
"""Ordered at hour 0, and pointless when it is due: it only ends the stretch that is solved at once."""


@pytest.mark.parametrize("method", ["exact", "rosenbrock"])
def test_a_crossing_just_before_an_ordered_action_is_located(method):
    ladder = Programme(state="tank", times=(0.0, 12.0, 18.0), rates=(100.0, 150.0, 0.0), first_level=0)
    found = run([LATER, rule("hold", ">= 150")], ladder, resolution=3.0, step=8.0, method=method)
    held = next(time for time, action in done(found) if action == "hold")
    # rosenbrock: its tolerance of 1e-8 over a slope of 55 an hour, for a level of 150
    assert held == pytest.approx(rise(150.0), abs=1e-9 if method == "exact" else 1e-7)


def test_a_crossing_just_before_the_end_of_follow_up_is_located():
    until = rise(150.0) + 0.2
    plan = Programme(state="tank", times=(0.0, 12.0), rates=(100.0, 0.0))
    found = run([rule("hold", ">= 150")], plan, resolution=3.0, until=until, step=until)
    assert done(found) == [(pytest.approx(rise(150.0), abs=1e-9), "hold")]
    assert found.states[0, -1, TANK.state_names.index("tank")] < 150.0


def test_an_event_just_before_an_ordered_action_is_located_hours_from_the_last_look():
    system = wire(
        {"tank": Tank(rate=RATE), "hazard": HazardOfTank(slope=0.002), "fall": RandomEvent(name="fall")}, accounts=True
    )
    event = Condition("fall.excess", Limit(Relation.AT_LEAST, 0.0), never_falls=True)
    stop = Rule("event", event, ActionKind.STOP)
    alone = run([stop], system=system, step=12.0)
    (when,) = alone.log.time
    order = rule("titrate up", ">= 0", checks=Checks(1000.0, first=0.0), delay=float(when) + 2.0)
    ladder = Programme(state="tank", times=(0.0, 12.0, 18.0), rates=(100.0, 150.0, 0.0), first_level=0)
    found = run([order, stop], ladder, system=system, step=12.0)
    assert found.log.time[0] == pytest.approx(when, abs=1e-9)


def test_what_holds_only_until_the_next_dose_is_seen():
    before = 40.0 * np.exp(-RATE * 1.005)
    doses = tuple(PlannedDose(time, 40.0, "nmol", "tank") for time in (1.01, 5.0))
    tank = wire({"tank": Tank(rate=RATE, start=40.0)})
    found = run([rule("hold", f"<= {float(before)!r}")], Programme(doses=doses), system=tank, step=8.0)
    assert done(found) == [(pytest.approx(1.005, abs=1e-9), "hold")]


def test_a_rescue_dose_whose_rise_is_over_before_the_next_look_is_given_again():
    # from 100 to 110 and back takes fall(110, 100) = 0.32 h, less than the distance of the looks
    rescue = RescueDose(10.0, "nmol", "tank")
    start = wire({"tank": Tank(rate=RATE, start=120.0)})
    found = run([rule("rescue dose", "<= 100", rescue=rescue)], Programme(), system=start, resolution=0.5, until=2.0)
    first, again = fall(120.0, 100.0), fall(110.0, 100.0)
    np.testing.assert_allclose(found.log.time, np.arange(first, 2.0, again), atol=1e-9)


@pytest.mark.parametrize("method", ["exact", "rosenbrock", "reference"])
def test_people_whose_peaks_touch_a_limit_more_or_less_often_are_followed_together(method):
    ka, k, dose = 1.1, 0.3, 100.0
    peak_time = np.log(ka / k) / (ka - k)
    peak = dose * ka / (ka - k) * (np.exp(-k * peak_time) - np.exp(-ka * peak_time))
    body = wire({"body": Compartments(ka=ka, k=k, k12=0.0, k21=0.2)}, [WEIGHT])
    # the first touches twice, the second once, the third never
    first, second = np.array([1.0, 1.0, 0.9]), np.array([1.0, 0.5, 0.5])
    doses = tuple(
        PlannedDose(time, dose, "nmol", "depot", scale=scale) for time, scale in ((0.0, first), (60.0, second))
    )
    rules = [
        rule("hold", f">= {float(peak * (1.0 - 1e-5))!r}", port="central"),
        rule("resume", "<= 20", port="central"),
        rule("stop for good", ">= 1e6", port="central"),
    ]
    options = {"parameters": body.parameters(3), "covariates": np.full((3, 1), 70.0), "method": method, "people": 3}
    found = run(rules, Programme(doses=doses), system=body, resolution=2.0, step=12.0, until=96.0, **options)
    assert (found.failures, np.isnan(found.states).any()) == ((), False)
    assert [[action for _, action in done(found, person)] for person in range(3)] == [["hold", "resume"]] * 2 + [[]]


@pytest.mark.parametrize("step", [12.0, 1.5])
def test_a_peak_just_after_a_look_is_found_also_where_that_is_an_output_time(step):
    ka, k, dose = 1.1, 0.3, 100.0
    peak_time = np.log(ka / k) / (ka - k)  # 1.62 h, between the looks at 1.5 h and 3 h
    peak = dose * ka / (ka - k) * (np.exp(-k * peak_time) - np.exp(-ka * peak_time))
    body = wire({"body": Compartments(ka=ka, k=k, k12=0.0, k21=0.2)}, [WEIGHT])
    options = {"parameters": body.parameters(1), "covariates": np.array([[70.0]])}
    doses = Programme(doses=(PlannedDose(0.0, dose, "nmol", "depot"),))
    rules = [rule("stop for good", f">= {float(peak * (1.0 - 1e-5))!r}", port="central")]
    found = run(rules, doses, system=body, resolution=1.5, step=step, **options)
    assert done(found) == [(pytest.approx(peak_time, abs=0.01), "stop for good")]
