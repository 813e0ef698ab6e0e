"""Points that the output times miss: where rules and doses act, known in closed form."""

import sys

import numpy as np
import pytest

from neurosteroid.engine.reducers import Points, outlines
from neurosteroid.engine.rules import Checks, Clock, PlannedDose, Programme, RescueDose, follow
from tests.engine.rule_parts import INFLOW, PUMP, RATE, TANK, rise, rule, run

TOP = INFLOW / RATE


def points(found, person=0):
    """Time and level of the tank at one person's corners."""
    mine = found.corners.person == person
    return found.corners.time[mine], found.at_corners(["tank"])["tank"][mine]


def test_a_hold_between_output_times_is_a_corner_at_its_own_level():
    found = run([rule("hold", ">= 150")], step=2.0)
    times, levels = points(found)
    np.testing.assert_allclose(times, [rise(150.0)], atol=1e-9)
    np.testing.assert_allclose(levels, [150.0], rtol=1e-9)
    assert found.states[0, :, TANK.state_names.index("tank")].max() < 149.9


def test_a_course_without_actions_and_changes_at_output_times_has_no_corners():
    assert len(run([rule("hold", ">= 1e6")]).corners.time) == 0


def test_changes_of_rate_between_output_times_are_corners_also_when_a_hold_delays_them():
    rules = [rule("hold", ">= 0", checks=Checks(1000.0, first=5.0)), rule("resume", "< 40")]
    plan = Programme(state="tank", times=(0.0, 7.0), rates=(INFLOW, 0.0), clock=Clock.WAITS)
    times, levels = points(run(rules, plan, step=24.0))
    at_hold = TOP * (1.0 - np.exp(-5.0 * RATE))
    resumed = 5.0 + np.log(at_hold / 40.0) / RATE
    np.testing.assert_allclose(times, [5.0, resumed, resumed + 2.0], atol=1e-9)
    at_end = TOP + (40.0 - TOP) * np.exp(-2.0 * RATE)
    np.testing.assert_allclose(levels, [at_hold, 40.0, at_end], rtol=1e-9)


def test_a_rescue_dose_shows_what_was_before_it_and_after_it():
    rescue = RescueDose(25.0, "nmol", "tank")
    times, levels = points(run([rule("rescue dose", ">= 200", rescue=rescue, maximum=1)], PUMP, step=24.0))
    at_end = TOP + (225.0 - TOP) * np.exp(-RATE * (12.0 - rise(200.0)))
    np.testing.assert_allclose(levels, [200.0, 225.0, at_end], rtol=1e-9)
    np.testing.assert_allclose(times, [rise(200.0), rise(200.0), 12.0], atol=1e-9)
    assert times[0] < times[1]


@pytest.mark.parametrize("step", [8.0, 5.0])
def test_a_planned_dose_shows_what_was_before_it_also_at_an_output_time(step):
    plan = Programme(doses=(PlannedDose(0.0, 40.0, "nmol", "tank"), PlannedDose(8.0, 10.0, "nmol", "tank")))
    times, levels = points(run([rule("hold", ">= 1e6")], plan, until=40.0, step=step))
    before = 40.0 * np.exp(-8.0 * RATE)
    beside = [] if step == 8.0 else [before + 10.0]
    np.testing.assert_allclose(levels, [before, *beside], rtol=1e-9)
    np.testing.assert_allclose(times, np.full(len(times), 8.0), rtol=1e-12)
    assert np.all(np.diff(times) > 0.0)
    assert times[0] < 8.0


def test_two_doses_at_one_moment_are_one_jump():
    doses = tuple(PlannedDose(8.0, 10.0, "nmol", "tank") for _ in range(2))
    times, levels = points(run([rule("hold", ">= 1e6")], Programme(doses=doses), step=5.0))
    np.testing.assert_allclose(levels, [0.0, 20.0], atol=1e-12)
    assert len(times) == 2


@pytest.mark.parametrize(
    "rules",
    [
        [rule("hold", ">= 150")],
        [rule("rescue dose", ">= 200", rescue=RescueDose(60.0, "nmol", "tank"), maximum=1)],
        [rule("rescue dose", ">= 100", rescue=RescueDose(60.0, "nmol", "tank"), checks=Checks(5.0), maximum=2)],
    ],
)
def test_the_area_is_as_good_as_that_of_a_course_without_corners(rules):
    step, tank = 0.5, TANK.state_names.index("tank")
    found = run(rules, step=step)
    assert len(found.log)
    given = found.given.infused + found.given.dosed
    exact = (given - found.states[:, -1, tank]) / RATE  # all that has left went out in proportion to the level
    courses = found.outputs(["tank"])
    (outline,) = outlines(
        found.times, courses, Points(found.corners.person, found.corners.time, found.at_corners(["tank"]))
    )
    area = np.trapezoid(outline.values["tank"], outline.times, axis=1)
    # of straight lines under smooth pieces: h^2 / 12 times the integral of the second derivative, at most RATE^2 TOP
    bound = step**2 / 12.0 * RATE**2 * TOP * found.times[-1]
    assert np.abs(area - exact) < 0.25 * bound
    without = np.trapezoid(courses["tank"], found.times, axis=1)
    assert np.abs(without - exact) > 4.0 * np.abs(area - exact)


def test_corners_are_sorted_and_each_persons_own_in_groups_too(monkeypatch):
    parameters = TANK.parameters(4, {"tank.rate": np.array([0.2, 0.3, 0.4, 0.6])})
    whole = run([rule("hold", ">= 150")], people=4, step=2.0, parameters=parameters)
    monkeypatch.setattr(sys.modules[follow.__module__], "MEMORY", 1)
    apart = run([rule("hold", ">= 150")], people=4, step=2.0, parameters=parameters)
    assert whole.corners.person.tolist() == apart.corners.person.tolist() == [0, 1, 2, 3]
    np.testing.assert_allclose(whole.corners.time, apart.corners.time, rtol=1e-12)
