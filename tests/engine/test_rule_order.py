"""When rules fire: order at one moment, episodes, delays, counts, cool-downs, checks that are made or missed."""

import itertools

import numpy as np
import pytest

from neurosteroid.engine.rules import Checks, Condition, Limit, Programme, Relation, RescueDose
from neurosteroid.errors import InputError, UnknownNameError
from tests.engine.rule_parts import PUMP, TANK, done, fall, limit, refill, rise, rule, run


def once(hour):
    return Checks(1000.0, first=hour)


def test_order_of_simultaneous_actions_is_the_declared_one_whatever_the_order_of_the_rules():
    kinds = ["rescue dose", "titrate up", "step down", "hold", "stop for good"]
    ladder = Programme(state="tank", times=(0.0, 2.0, 12.0), rates=(50.0, 100.0, 0.0), first_level=0)
    for shift in range(len(kinds)):
        chosen = kinds[shift:] + kinds[:shift]
        rules = [
            rule(kind, ">= 0", checks=once(5.0), rescue=RescueDose(1.0, "mg", "tank") if "dose" in kind else None)
            for kind in chosen
        ]
        found = run(rules, ladder)
        said = [str(found.rules[number].action) for number in found.log.rule]
        # "step down" has nothing to do at the lowest step allowed
        assert said == ["stop for good", "hold", "titrate up", "rescue dose"]
        assert found.log.done.tolist() == [True, False, False, False]
        assert found.given.staircase(0)[1][-1] == 0.0


def test_a_hold_overrules_a_titration_at_the_same_check_but_not_at_the_next():
    ladder = Programme(state="tank", times=(0.0, 12.0), rates=(100.0, 0.0))
    rules = [
        rule("titrate up", ">= 0", checks=Checks(2.0)),
        rule("step down", ">= 0", checks=once(2.0)),
        rule("hold", ">= 0", checks=once(4.0)),
    ]
    steps = Programme(state="tank", times=(0.0, 1.0, 12.0), rates=(50.0, 100.0, 0.0))
    found = run(rules, steps)
    assert done(found) == [(2.0, "step down"), (4.0, "hold")]
    assert found.log.done.tolist() == [True, True, False]
    assert done(run(rules[:2], ladder)) == []


def test_ties_between_actions_of_one_kind_go_by_the_order_of_the_rules():
    first, second = rule("hold", ">= 1", name="first", checks=once(5.0)), rule("hold", ">= 2", checks=once(5.0))
    for rules in ([first, second], [second, first]):
        assert run(rules).log.rule.tolist() == [0]


def test_rules_act_before_the_programme_does():
    doses = Programme(state="tank", times=(0.0, 6.0), rates=(10.0, 0.0))
    found = run([rule("hold", ">= 0", checks=once(0.0))], doses)
    assert found.given.infused[0] == 0.0


def test_hysteresis_keeps_a_rule_from_firing_again_inside_its_band():
    """Doses of 20 every 2 h cross 50 again and again; with the band the rule fires once an episode."""
    rescue = RescueDose(20.0, "mg", "tank")
    checks = Checks(1.0)
    each = run([rule("rescue dose", "< 50", checks=checks, rescue=rescue)], Programme())
    banded = run([rule("rescue dose", "< 50", ">= 55", checks=checks, rescue=rescue)], Programme())
    assert len(banded.log) < len(each.log)
    values = banded.states[0, ::2, 0]
    fired = [int(time) for time in banded.log.time]
    for earlier, later in itertools.pairwise(fired):
        assert values[earlier : later + 1].max() >= 55.0


def test_a_continuous_rule_fires_once_an_episode():
    found = run([rule("rescue dose", "< 50", rescue=RescueDose(80.0, "mg", "tank"))], PUMP, until=48.0)
    # at the start, when the tank is empty, and then each time it has fallen to 50 again
    assert found.log.time[0] == 0.0
    last = found.log.time[found.log.time > 12.0]
    assert np.diff(last) == pytest.approx(fall(130.0, 50.0), abs=1e-8)
    assert len(last) > 3


def test_a_delay_is_waited_for_and_the_order_stands_even_if_the_condition_has_gone():
    found = run([rule("hold", ">= 150", delay=1.5), rule("resume", "< 80", delay=0.25)])
    first = rise(150.0)
    assert found.log.time[0] == pytest.approx(first + 1.5, abs=1e-8)
    assert found.log.triggered[0] == pytest.approx(first, abs=1e-8)
    late = run([rule("hold", "< 10", delay=2.0)])
    assert done(late) == [(2.0, "hold")]
    assert late.states[0, 4, 0] > 10.0


def test_a_stop_cancels_what_was_ordered():
    rescue = rule("rescue dose", ">= 0", checks=once(1.0), delay=3.0, rescue=RescueDose(5.0, "mg", "tank"))
    assert done(run([rescue, rule("stop for good", ">= 0", checks=once(2.0))])) == [(2.0, "stop for good")]


def test_at_most_so_often():
    rules = [rule("hold", ">= 150", maximum=2), rule("resume", "< 80")]
    assert [action for _, action in done(run(rules))].count("hold") == 2


def test_a_cool_down_puts_off_and_does_not_lose():
    """The condition is met again during the cool-down and still holds at its end: it fires then."""
    wait = 6.0
    rules = [rule("hold", ">= 150", cool_down=wait), rule("resume", "< 80")]
    found = run(rules)
    first = rise(150.0)
    again = first + fall(150.0, 80.0) + refill(80.0, 150.0)
    assert again < first + wait
    assert found.log.time[2] == pytest.approx(first + wait, abs=1e-8)
    assert found.log.value[2] > 150.0


def test_checks_are_made_while_awake():
    checks = Checks(2.0, awake=(7.0, 23.0))
    # hour 0 is eight in the morning: hours 2 to 14 are 10:00 to 22:00, hour 24 is eight again
    assert checks.times(26.0, 8.0).tolist() == [2.0, 4.0, 6.0, 8.0, 10.0, 12.0, 14.0, 24.0, 26.0]
    assert Checks(1.0, awake=(7.0, 9.0)).times(3.0, 6.0).tolist() == [1.0, 2.0, 3.0]
    assert Checks(1.0, awake=(22.0, 6.0)).times(12.0, 20.0).tolist() == [2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0]


@pytest.mark.parametrize("awake", [(0.0, 24.0), (24.0, 0.0)])
def test_awake_from_midnight_to_midnight_is_the_whole_day(awake):
    np.testing.assert_array_equal(Checks(2.0, awake=awake).times(48.0, 7.0), Checks(2.0).times(48.0, 7.0))


def test_a_missed_check_sees_nothing_and_is_not_made_up():
    seen = run([rule("hold", ">= 150", checks=Checks(2.0))])
    missed = run([rule("hold", ">= 150", checks=Checks(2.0, left_out=(2.0,)))])
    assert (done(seen), done(missed)) == ([(2.0, "hold")], [(4.0, "hold")])


def test_checks_missed_by_chance_follow_each_persons_own_draws():
    draws = np.array([[0.9, 0.9, 0.9], [0.1, 0.9, 0.9], [0.1, 0.1, 0.9]])
    checks = Checks(2.0, missed=0.5)
    found = run([rule("hold", ">= 150", checks=checks)], people=3, until=6.0, draws=lambda _, n: draws[:, :n])
    assert found.log.time.tolist() == [2.0, 4.0, 6.0]


def test_rules_that_share_their_checks_miss_them_together():
    checks = Checks(2.0, missed=0.5)
    asked = []

    def draws(series, count):
        asked.append((series, count))
        return np.full((1, count), 0.1)

    assert not len(run([rule("hold", ">= 1", checks=checks), rule("resume", "< 1", checks=checks)], draws=draws).log)
    assert asked == [(checks.series, 12)]


def test_rules_that_undo_each_other_are_reported_with_time_and_reason_and_the_others_go_on():
    rules = [rule("hold", ">= 150"), rule("resume", "< 150")]
    pace = TANK.parameters(2, {"tank.rate": np.array([0.3, 3.0])})
    found = run(rules, people=2, parameters=pace)
    (failure,) = found.failures
    assert failure.person == 0
    assert failure.time == pytest.approx(rise(150.0), abs=1e-4)
    assert "undo each other" in failure.reason
    assert np.isnan(found.states[0, -1]).all()
    assert np.isfinite(found.states[1]).all()


def test_everybody_is_followed_as_if_alone():
    rng = np.random.default_rng(3)
    pace = TANK.parameters(7, {"tank.rate": rng.uniform(0.1, 0.5, 7)})
    rules = [
        rule("hold", ">= 150"),
        rule("resume", "< 80", checks=Checks(1.0)),
        rule("rescue dose", "< 20", cool_down=3.0, rescue=RescueDose(9.0, "mg", "tank", scale=rng.uniform(1, 2, 7))),
    ]
    together = run(rules, people=7, parameters=pace)
    for person in range(7):
        own = [
            rules[0],
            rules[1],
            rule(
                "rescue dose",
                "< 20",
                cool_down=3.0,
                rescue=RescueDose(9.0, "mg", "tank", rules[2].rescue.scale[person]),
            ),
        ]
        alone = run(own, parameters=pace[person : person + 1])
        assert [action for _, action in done(alone)] == [action for _, action in done(together, person)]
        # step lengths that are equal but for rounding are one length, within a batch
        np.testing.assert_allclose(alone.log.time, together.log.of(person).time, rtol=1e-13)
        np.testing.assert_allclose(alone.states[0], together.states[person], rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(
    ("until", "message"),
    [(">= 160", "both can hold at once"), ("<= 150", "both can hold at once"), ("< 151", "both can hold at once")],
)
def test_a_band_without_a_gap_is_refused(until, message):
    with pytest.raises(InputError, match=message):
        Condition("tank", limit(">= 150"), limit(until))


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: run([rule("hold", "> 1", port="tnak")]), UnknownNameError, "Did you mean 'tank'"),
        (lambda: run([rule("hold", "> 1"), rule("hold", "> 1")]), InputError, "two rules are called"),
        (lambda: rule("hold", "> 1", delay=-1.0), InputError, "a delay of -1 h"),
        (lambda: rule("hold", "> 1", maximum=0), InputError, "at most 0 times"),
        (lambda: rule("rescue dose", "> 1"), InputError, "a rescue rule has a dose"),
        (lambda: rule("hold", "> 1", lower=True), InputError, "only a resumption"),
        (lambda: Checks(0.0), InputError, "every 0 h"),
        (lambda: Checks(2.0, missed=1.5), InputError, "share of 1.5"),
        (lambda: Checks(2.0, awake=(7.0, 7.0)), InputError, "awake from 7 to 7"),
        (lambda: Limit(Relation.ABOVE, np.nan), InputError, "a limit of nan"),
        (lambda: Programme(state="tank", times=(1.0, 0.0), rates=(1.0, 0.0)), InputError, "rise"),
        (lambda: run([], Programme(state="outside.nmol", times=(0.0,), rates=(1.0,))), InputError, "only collects"),
        (lambda: run([], resolution=0.0), InputError, "a resolution of 0 h"),
        (lambda: run([], method="magic"), InputError, "No method 'magic'"),
    ],
)
def test_what_has_no_meaning_is_refused(make, error, message):
    with pytest.raises(error, match=message):
        make()


@pytest.mark.parametrize("every", [None, 2.0], ids=["continuous", "checked"])
def test_nobody_is_resumed_while_the_limit_of_another_hold_is_seen_to_hold(every):
    checks = Checks(2.0)
    watched = None if every is None else Checks(every)
    first = rule("hold", ">= 100", checks=checks)
    # the account of what left rises for good, so this limit holds from early on
    other = rule("hold", ">= 10", port="outside.nmol", checks=watched, name="other")
    resume = rule("resume", "< 100", checks=checks)
    found = run([first, other, resume])
    assert [kind for _, kind in done(found)] == ["hold"]
    overruled = found.log.rule[~found.log.done]
    assert len(overruled)
    assert set(overruled.tolist()) == {2}
    alone = run([first, resume])
    assert "resume" in [kind for _, kind in done(alone)]
