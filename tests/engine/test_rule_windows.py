"""People are followed a window ahead after an action; what they do and get is what it was without windows."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from neurosteroid.engine import wire
from neurosteroid.engine.rules import Checks, PlannedDose, Programme, RescueDose, follow, windows
from neurosteroid.engine.rules.stretch import Method
from tests.engine.native_parts import WEIGHT, Compartments
from tests.engine.rule_parts import INFLOW, SATURATING, TANK, rule, run
from tests.laws.test_random_rules import END, cases

NEVER = 10**9
"""Looks in the shortest window that is longer than any follow-up."""


RESCUE = RescueDose(1e-9, "nmol", "depot")


def both(monkeypatch, work, least=1):
    """Return what is found with windows that are all as narrow as `least`, and with none."""
    monkeypatch.setattr(windows, "WIDER", 0.0)
    monkeypatch.setattr(windows, "LEAST_LOOKS", least)
    narrow = work()
    monkeypatch.setattr(windows, "LEAST_LOOKS", NEVER)
    return narrow, work()


def assert_same(narrow, whole, time=1e-8, state=1e-9):
    """Require the same log, what was given, and courses; differences in times are those of locating again."""
    for name in ("person", "rule", "done"):
        np.testing.assert_array_equal(getattr(narrow.log, name), getattr(whole.log, name))
    np.testing.assert_allclose(narrow.log.time, whole.log.time, rtol=0.0, atol=time)
    np.testing.assert_allclose(narrow.log.rate_after, whole.log.rate_after)
    np.testing.assert_allclose(narrow.given.begin, whole.given.begin, rtol=0.0, atol=time)
    np.testing.assert_allclose(narrow.given.end, whole.given.end, rtol=0.0, atol=time)
    np.testing.assert_array_equal(narrow.given.rate, whole.given.rate)
    np.testing.assert_allclose(narrow.given.dose_time, whole.given.dose_time, rtol=0.0, atol=time)
    np.testing.assert_array_equal(narrow.given.dose_amount, whole.given.dose_amount)
    largest = np.nanmax(np.abs(whole.states), initial=1.0)
    np.testing.assert_allclose(narrow.states, whole.states, rtol=0.0, atol=state * largest)
    assert [each.person for each in narrow.failures] == [each.person for each in whole.failures]
    assert len(narrow.corners.time) == len(whole.corners.time)
    np.testing.assert_allclose(narrow.corners.time, whole.corners.time, rtol=0.0, atol=time)
    np.testing.assert_allclose(narrow.corners.states, whole.corners.states, rtol=0.0, atol=state * largest)


def test_a_pump_that_goes_on_and_off_all_day(monkeypatch):
    rules = [rule("hold", ">= 150"), rule("resume", "< 100")]
    long = Programme(state="tank", times=(0.0, 28.0), rates=(INFLOW, 0.0))
    narrow, whole = both(monkeypatch, lambda: run(rules, long, until=30.0, resolution=0.25))
    assert len(whole.log) > 15
    assert_same(narrow, whole)


def test_doses_steps_checks_and_delays_fall_on_the_ends_of_windows(monkeypatch):
    programme = Programme(
        state="tank",
        times=tuple(np.arange(0.0, 40.0, 1.0)),
        rates=(*(INFLOW * (1.0 + hour % 3) for hour in range(39)), 0.0),
        doses=tuple(PlannedDose(float(hour), 30.0, "nmol", "tank") for hour in range(2, 40, 2)),
    )
    rules = [
        rule("hold", ">= 250", "< 230", checks=Checks(1.0)),
        rule("resume", "< 200", delay=0.25),
        rule("step down", ">= 320", "< 290", maximum=2),
    ]
    narrow, whole = both(monkeypatch, lambda: run(rules, programme, until=48.0, resolution=0.5))
    assert len(whole.log) > 6
    assert_same(narrow, whole)


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(cases(), st.sampled_from([1, 2, 5]))
def test_random_rule_sets_do_the_same_with_windows_of_any_length(case, least):
    programme, chosen, seed = case

    def work():
        rng = np.random.default_rng(seed)
        return follow(
            TANK,
            programme,
            chosen,
            parameters=TANK.parameters(3, {"tank.rate": rng.uniform(0.1, 0.8, 3)}),
            output_times=np.arange(0.0, END + 1.0, 4.0),
            clock=8.0,
            resolution=0.5,
            draws=lambda _, count: rng.random((3, count)),
        )

    with pytest.MonkeyPatch.context() as patch:
        narrow, whole = both(patch, work, least)
    assert_same(narrow, whole)


@pytest.mark.parametrize("resolution", [0.5, 1.5, 2.0])
def test_turns_beside_the_ends_of_windows_are_seen(monkeypatch, resolution):
    ka, k, dose = 1.1, 0.3, 100.0
    peak_time = np.log(ka / k) / (ka - k)
    peak = dose * ka / (ka - k) * (np.exp(-k * peak_time) - np.exp(-ka * peak_time))
    body = wire({"body": Compartments(ka=ka, k=k, k12=0.0, k21=0.2)}, [WEIGHT])
    # doses whose peaks come at all places between two looks; little is left of one at the next
    doses = tuple(PlannedDose(40.0 * number + 0.31 * number, dose, "nmol", "depot") for number in range(5))
    programme = Programme(doses=doses)
    given = {"parameters": body.parameters(1), "covariates": np.full((1, 1), 70.0), "system": body, "step": 12.0}
    # counted, and nothing else is changed: a rescue dose too small to matter
    touched = rule("rescue dose", f">= {float(peak * (1.0 - 1e-5))!r}", "< 1", port="central", rescue=RESCUE)
    narrow, whole = both(monkeypatch, lambda: run([touched], programme, **given, until=200.0, resolution=resolution))
    assert len(whole.log) == 5
    assert_same(narrow, whole)


def test_crossings_by_rosenbrock_move_by_no_more_than_its_error(monkeypatch):
    rules = [rule("hold", ">= 60"), rule("resume", "< 40")]
    given = {"system": SATURATING, "covariates": np.full((1, 1), 70.0), "method": "rosenbrock", "until": 24.0}
    narrow, whole = both(monkeypatch, lambda: run(rules, **given))
    assert len(whole.log) > 4
    assert_same(narrow, whole, time=1e-4, state=1e-4)


def test_the_rows_solved_grow_with_the_actions_and_not_with_the_way_to_the_end(monkeypatch):
    rows = []
    solve = Method.solve

    def counting(self, plan, timeline, states, who):
        rows.append(timeline.times.size)
        return solve(self, plan, timeline, states, who)

    monkeypatch.setattr(Method, "solve", counting)
    rules = [rule("hold", ">= 150"), rule("resume", "< 100")]
    found = {}
    for hours in (96.0, 192.0):
        rows.clear()
        long = Programme(state="tank", times=(0.0, hours), rates=(INFLOW, 0.0))
        log = run(rules, long, until=hours).log
        found[hours] = sum(rows), len(log)
    # twice the hours, twice the actions: twice the rows. Each action solving on to the end would make it four times
    assert found[192.0][1] / found[96.0][1] == pytest.approx(2.0, abs=0.1)
    assert found[192.0][0] / found[96.0][0] < 2.3
    # an action costs some hours of looks, not half of the whole way, which is 1152
    looks = 12 * 192
    assert found[192.0][0] < looks + found[192.0][1] * 200
