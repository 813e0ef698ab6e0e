"""Random rule sets: whatever the rules say, nothing is given after a stop for good, and every dose is accounted for."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from neurosteroid.engine import wire
from neurosteroid.engine.random_events import RandomEvent
from neurosteroid.engine.rules import (
    ActionKind,
    Checks,
    Clock,
    Condition,
    Limit,
    PlannedDose,
    Programme,
    Relation,
    RescueDose,
    Rule,
    follow,
)
from tests.engine.parts import Tank
from tests.engine.rule_parts import TANK
from tests.engine.test_random_events import HazardOfTank

END = 16.0
HOURS = st.integers(0, 32).map(lambda halves: 0.5 * halves)
LEVELS = st.sampled_from([5.0, 20.0, 60.0, 100.0, 150.0, 250.0])


@st.composite
def checks(draw):
    if draw(st.booleans()):
        return None
    awake = draw(st.sampled_from([None, (7.0, 23.0), (22.0, 6.0)]))
    return Checks(draw(st.sampled_from([0.5, 1.0, 2.0, 3.7])), draw(st.sampled_from([None, 0.0, 1.0])), awake, 0.3)


@st.composite
def conditions(draw):
    relation, level = draw(st.sampled_from(list(Relation))), draw(LEVELS)
    until = None
    if draw(st.booleans()):
        away = Relation.BELOW if relation.rising else Relation.ABOVE
        until = Limit(away, level * draw(st.sampled_from([0.5, 0.9])) ** (1 if relation.rising else -1))
    return Condition("tank", Limit(relation, level), until)


@st.composite
def rules(draw, number):
    action = draw(st.sampled_from(list(ActionKind)))
    rescue = RescueDose(draw(st.sampled_from([3.0, 30.0])), "mg", "tank", 2.0)
    return Rule(
        name=f"{number}",
        condition=draw(conditions()),
        action=action,
        checks=draw(checks()),
        lower=action is ActionKind.RESUME and draw(st.booleans()),
        rescue=rescue if action is ActionKind.RESCUE else None,
        delay=draw(st.sampled_from([0.0, 0.0, 0.5, 2.3])),
        maximum=draw(st.sampled_from([None, 1, 3])),
        cool_down=draw(st.sampled_from([0.0, 1.0, 4.0])),
    )


@st.composite
def programmes(draw):
    clock = draw(st.sampled_from(list(Clock)))
    due = sorted(draw(st.lists(HOURS, max_size=4)))
    doses = tuple(PlannedDose(time, draw(st.sampled_from([10.0, 40.0])), "mg", "tank", 1.5) for time in due)
    times = sorted(draw(st.sets(HOURS, max_size=4)))
    rates = tuple(draw(st.sampled_from([0.0, 20.0, 50.0, 90.0])) for _ in times)
    found = Programme("tank" if times else None, tuple(times), rates, "mg/h", 1.25, doses, clock)
    levels = len(found.levels)
    first = draw(st.one_of(st.none(), st.integers(0, levels - 1))) if levels else None
    return Programme("tank" if times else None, tuple(times), rates, "mg/h", 1.25, doses, clock, first)


@st.composite
def cases(draw):
    count = draw(st.integers(0, 5))
    return draw(programmes()), [draw(rules(number)) for number in range(count)], draw(st.integers(0, 2**16))


def check_laws(programme, chosen, seed, method="exact", error=1e-10):
    rng = np.random.default_rng(seed)
    people = 3
    found = follow(
        TANK,
        programme,
        chosen,
        parameters=TANK.parameters(people, {"tank.rate": rng.uniform(0.1, 0.8, people)}),
        output_times=np.arange(0.0, END + 1.0, 4.0),
        clock=8.0,
        resolution=0.5,
        draws=lambda _, count: rng.random((people, count)),
        method=method,
    )
    failed = {failure.person: failure.time for failure in found.failures}
    assert all("undo each other" in failure.reason for failure in found.failures)
    highest = max([0.0, *programme.rates])
    for person in range(people):
        log = found.log.of(person)
        assert np.all(np.diff(log.time) >= 0.0)
        assert np.all(log.triggered <= log.time)
        mine = found.given.person == person
        begin, end, rate = found.given.begin[mine], found.given.end[mine], found.given.rate[mine]
        # one rate at every time, from the start to the end
        np.testing.assert_array_equal(begin[1:], end[:-1])
        assert begin[0] == 0.0
        assert end[-1] == failed.get(person, END)
        assert np.all((rate >= 0.0) & (rate <= highest))
        doses = found.given.dose_time[found.given.dose_person == person]
        planned = found.given.dose_rule[found.given.dose_person == person] < 0
        # a hold lapses at the end of the programme, and rescue doses may then be given again
        lapses = programme.end if programme.clock is Clock.CONTINUES else np.inf
        held = None
        for time, number, carried in zip(log.time, log.rule, log.done, strict=True):
            action = chosen[number].action
            if held is not None and carried and action in (ActionKind.RESUME, ActionKind.STOP):
                assert np.all(rate[(end > held) & (begin < time)] == 0.0)
                assert not np.any((doses > held) & (doses < time) & (planned | (doses < lapses - 1e-9)))
                held = None
            if carried and action is ActionKind.HOLD:
                held = time
            if carried and action is ActionKind.STOP:
                assert np.all(rate[end > time] == 0.0), "the pump runs after a stop for good"
                # a dose whose own rise fires the rule at once has been given
                assert not np.any(doses > time)
                assert not np.any(log.done[log.time > time])
    whole = [person for person in range(people) if person not in failed]
    given_in_all = found.given.infused + found.given.dosed
    np.testing.assert_allclose(found.given.integral(people) * 1.25, found.given.infused, rtol=1e-13)
    held_and_left = found.states[:, -1].sum(axis=1)
    # what the exact solver keeps is conserved to rounding; the doses are some hundred units
    np.testing.assert_allclose(held_and_left[whole], given_in_all[whole], rtol=error, atol=10.0 * error)
    return found


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(cases())
def test_random_rule_sets(case):
    check_laws(*case)


def test_a_hold_lapses_at_the_end_of_the_programme_and_a_rescue_dose_is_given_then():
    """Found among thousands: all that is planned has been given at hour 0, where the hold begins."""
    dose = PlannedDose(0.0, 10.0, "mg", "tank", 1.5)
    at_once = Condition("tank", Limit(Relation.AT_LEAST, 5.0))
    chosen = [
        Rule("0", at_once, ActionKind.STOP, delay=2.3),
        Rule("1", at_once, ActionKind.HOLD),
        Rule("2", at_once, ActionKind.RESCUE, rescue=RescueDose(3.0, "mg", "tank", 2.0), delay=0.5),
    ]
    found = check_laws(Programme(doses=(dose,)), chosen, 0)
    assert found.given.dose_time[found.given.dose_rule == 2].tolist() == [0.5] * 3


@pytest.mark.slow
@settings(max_examples=3000, deadline=None, derandomize=False, suppress_health_check=[HealthCheck.too_slow])
@given(cases())
def test_thousands_of_random_rule_sets(case):
    check_laws(*case)


@settings(max_examples=100, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(cases())
def test_random_rule_sets_with_the_adaptive_solver(case):
    # its tolerance is 1e-8 a step
    check_laws(*case, method="rosenbrock", error=1e-6)


EVENTFUL = wire(
    {"tank": Tank(rate=0.3), "hazard": HazardOfTank(slope=0.002), "fall": RandomEvent(name="fall")}, accounts=True
)


def with_events(chosen, kinds, never_falls):
    """The rules of a case and one on the event for each kind of action."""
    condition = Condition("fall.excess", Limit(Relation.AT_LEAST, 0.0), never_falls=never_falls)
    more = [Rule(f"event {place}", condition, kind, delay=delay) for place, (kind, delay) in enumerate(kinds)]
    return [*chosen, *more]


KINDS = [ActionKind.STOP, ActionKind.HOLD, ActionKind.STEP_DOWN, ActionKind.RESUME, ActionKind.TITRATE_UP]


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(cases(), st.lists(st.tuples(st.sampled_from(KINDS), st.sampled_from([0.0, 1.3])), min_size=1, max_size=2))
def test_looks_far_apart_at_a_port_that_never_falls_see_what_close_looks_see(case, kinds):
    programme, chosen, seed = case
    # continuous rules on the tank would bring the close looks back
    chosen = [rule for rule in chosen if rule.checks is not None]
    rng = np.random.default_rng(seed)
    changes = {"tank.rate": rng.uniform(0.1, 0.8, 4), "fall.draw": rng.uniform(0.01, 0.9, 4)}
    drawn = rng.random((4, 1000))
    close, far = (
        follow(
            EVENTFUL,
            programme,
            with_events(chosen, kinds, never_falls),
            parameters=EVENTFUL.parameters(4, changes),
            output_times=np.arange(0.0, END + 1.0, 4.0),
            clock=8.0,
            resolution=0.05,
            draws=lambda _, count: drawn[:, :count],
        )
        for never_falls in (False, True)
    )
    for name in ("person", "rule", "done"):
        np.testing.assert_array_equal(getattr(far.log, name), getattr(close.log, name))
    # a crossing is located to 1e-11 h, and levels and rates are some hundreds in size and change by as much in an hour
    for name in ("time", "triggered", "value", "rate_before", "rate_after"):
        np.testing.assert_allclose(getattr(far.log, name), getattr(close.log, name), rtol=1e-9, atol=1e-7)
    np.testing.assert_allclose(far.states, close.states, rtol=1e-9, atol=1e-7)
    np.testing.assert_allclose(far.given.infused, close.given.infused, rtol=1e-9, atol=1e-7)
    assert [failure.person for failure in far.failures] == [failure.person for failure in close.failures]
