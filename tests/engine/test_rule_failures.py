"""Who fails while she is solved again, to locate a crossing or a turn: reported with time and reason; others go on."""

from dataclasses import replace

import numpy as np
import pytest

from neurosteroid.engine import Failure, wire
from neurosteroid.engine.rules import PlannedDose, Programme
from neurosteroid.engine.rules.stretch import Method
from tests.engine.native_parts import WEIGHT, Compartments
from tests.engine.rule_parts import INFLOW, done, rise, rule, run

PEOPLE, UNLUCKY = 3, 1
FEW = 10
"""Rows of what is solved again; a stretch has more."""
REASON = "the step fell below what the clock can tell apart"


@pytest.fixture
def unlucky(monkeypatch):
    """One person of a batch, whom the solver loses a tenth of the way whenever it solves her again over one step."""
    solve = Method.solve
    asked = []

    def losing(self, plan, timeline, states, who):
        found = solve(self, plan, timeline, states, who)
        if timeline.times.shape[1] > FEW or UNLUCKY not in who:
            return found
        place = int(np.flatnonzero(who == UNLUCKY)[0])
        begin, end = timeline.start[place], timeline.times[place, -1]
        lost = np.array(found.states)
        lost[place] = np.nan
        asked.append(float(begin))
        failure = Failure(
            place, float(begin + 0.1 * (end - begin)), "the step fell below what the clock can tell apart"
        )
        return replace(found, states=lost, failures=(*found.failures, failure))

    monkeypatch.setattr(Method, "solve", losing)
    return asked


def test_a_failure_while_a_crossing_is_located_is_the_persons_and_the_others_go_on(unlucky):
    found = run([rule("hold", ">= 150")], people=PEOPLE)
    (failure,) = found.failures
    look = np.floor(rise(150.0) * 12.0) / 12.0
    assert failure.person == UNLUCKY
    assert failure.reason == REASON
    assert look < failure.time < rise(150.0)
    assert unlucky
    # what is known of her ends there, and so does what she was given
    np.testing.assert_array_equal(np.isnan(found.states[UNLUCKY, :, 0]), found.times >= failure.time)
    mine = found.given.person == UNLUCKY
    assert found.given.end[mine][-1] == failure.time
    assert found.given.infused[UNLUCKY] == pytest.approx(INFLOW * failure.time, rel=1e-12)
    assert done(found, UNLUCKY) == []
    for other in (0, 2):
        assert done(found, other) == [(pytest.approx(rise(150.0), abs=1e-8), "hold")]
        assert np.isfinite(found.states[other]).all()


def test_a_failure_behind_what_another_rule_does_first_is_of_a_course_not_taken(monkeypatch):
    # both limits are met between the same two looks; only the way to the later one is lost
    solve = Method.solve

    def losing(self, plan, timeline, states, who):
        found = solve(self, plan, timeline, states, who)
        later = rise(150.0) + 1e-6
        if timeline.times.shape[1] > FEW or len(who) != 2 or timeline.times[1, -1] <= later:
            return found
        lost = np.array(found.states)
        lost[1, timeline.times[1] > later] = np.nan
        return replace(found, states=lost, failures=(Failure(1, later, REASON),))

    monkeypatch.setattr(Method, "solve", losing)
    rules = [rule("hold", ">= 150"), rule("stop for good", ">= 150.1")]
    assert rise(150.1) < np.ceil(rise(150.0) * 12.0) / 12.0
    found = run(rules)
    assert found.failures == ()
    assert done(found)[0] == (pytest.approx(rise(150.0), abs=1e-8), "hold")


def test_a_failure_while_a_turn_between_looks_is_sought_is_reported(unlucky):
    ka, k, dose = 1.1, 0.3, 100.0
    peak_time = np.log(ka / k) / (ka - k)
    peak = dose * ka / (ka - k) * (np.exp(-k * peak_time) - np.exp(-ka * peak_time))
    body = wire({"body": Compartments(ka=ka, k=k, k12=0.0, k21=0.2)}, [WEIGHT])
    given = {"parameters": body.parameters(PEOPLE), "covariates": np.full((PEOPLE, 1), 70.0), "people": PEOPLE}
    touched = rule("stop for good", f">= {float(peak * (1.0 - 1e-5))!r}", port="central")
    programme = Programme(doses=(PlannedDose(0.0, dose, "nmol", "depot"),))
    found = run([touched], programme, system=body, resolution=1.0, **given)
    (failure,) = found.failures
    assert (failure.person, failure.reason) == (UNLUCKY, REASON)
    assert 1.0 < failure.time < 2.0
    assert done(found, UNLUCKY) == []
    assert done(found, 0) == done(found, 2) == [(pytest.approx(peak_time, abs=0.01), "stop for good")]


def test_doses_behind_a_failure_are_not_counted_as_given(unlucky):
    later = Programme(
        state="tank",
        times=(0.0, 12.0),
        rates=(INFLOW, 0.0),
        doses=tuple(PlannedDose(hour, 5.0, "nmol", "tank") for hour in (1.0, 20.0)),
    )
    found = run([rule("hold", ">= 150")], later, people=PEOPLE)
    assert found.failures[0].time < 12.0
    assert found.given.dose_time[found.given.dose_person == UNLUCKY].tolist() == [1.0]
    assert found.given.dosed[UNLUCKY] == pytest.approx(5.0)
