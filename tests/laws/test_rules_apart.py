"""Two programmes on two tanks that know nothing of each other: followed together each goes as it goes alone."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from neurosteroid.engine import wire
from neurosteroid.engine.rules import follow
from tests.engine.parts import Tank
from tests.laws.test_random_rules import END, cases

NAMES = ("tank", "other")
BOTH = wire({name: Tank(name=name, rate=0.3) for name in NAMES}, accounts=True)
PEOPLE = 3
LOOKS = 0.25


def moved(case, place):
    """The same programme and rules on the tank of a name, as the programme of a place."""
    programme, chosen, _ = case
    name = NAMES[place]
    doses = tuple(replace(dose, state=name) for dose in programme.doses)
    mine = [
        replace(
            rule,
            condition=replace(rule.condition, port=name),
            rescue=None if rule.rescue is None else replace(rule.rescue, state=name),
        )
        for rule in chosen
    ]
    return replace(programme, state=name if programme.state else None, doses=doses), mine


def followed(programmes, rules, rates, seed):
    def draws(series, count):
        # each series has draws of its own, whichever other series there are
        own = np.random.default_rng([seed, *series.encode()])
        return own.random((PEOPLE, 1000))[:, :count]

    return follow(
        BOTH,
        programmes,
        rules,
        parameters=BOTH.parameters(PEOPLE, {f"{name}.rate": rates[name] for name in NAMES}),
        output_times=np.arange(0.0, END + 1.0, 4.0),
        clock=8.0,
        resolution=LOOKS,
        draws=draws,
    )


def check_apart(one, other, seed):
    rng = np.random.default_rng(seed)
    rates = {name: rng.uniform(0.1, 0.8, PEOPLE) for name in NAMES}
    cases_of = [moved(one, 0), moved(other, 1)]
    joint = [replace(rule, programme=place) for place, (_, rules) in enumerate(cases_of) for rule in rules]
    both = followed([programme for programme, _ in cases_of], joint, rates, seed)
    lost = {failure.person for failure in both.failures}
    for place, (programme, rules) in enumerate(cases_of):
        alone = followed(programme, rules, rates, seed)
        assert {failure.person for failure in alone.failures} <= lost
        given_of, first = both.each_given[place], 0 if place == 0 else len(cases_of[0][1])
        for person in set(range(PEOPLE)) - lost:
            whole, mine = both.log.of(person), alone.log.of(person)
            own = np.array([joint[number].programme == place for number in whole.rule], dtype=bool)
            np.testing.assert_array_equal(whole.rule[own] - first, mine.rule)
            for name in ("done", "dose"):
                np.testing.assert_array_equal(getattr(whole, name)[own], getattr(mine, name))
            for name in ("time", "triggered"):
                # a crossing is located to 1e-11 h, and a value at a limit differs by rounding
                np.testing.assert_allclose(getattr(whole, name)[own], getattr(mine, name), rtol=0.0, atol=1e-7)
            for name in ("value", "rate_before", "rate_after"):
                np.testing.assert_allclose(getattr(whole, name)[own], getattr(mine, name), rtol=1e-6, atol=1e-4)
            given_alone = alone.given
            np.testing.assert_allclose(given_of.infused[person], given_alone.infused[person], rtol=1e-6, atol=1e-4)
            np.testing.assert_allclose(given_of.dosed[person], given_alone.dosed[person], rtol=1e-12)
            column = BOTH.state_names.index(NAMES[place])
            np.testing.assert_allclose(
                both.states[person, :, column], alone.states[person, :, column], rtol=1e-6, atol=1e-4
            )
        # what each gives is the integral of its logged rates, times what enters for one unit
        np.testing.assert_allclose(given_of.integral(PEOPLE) * 1.25, given_of.infused, rtol=1e-12)
    for person in set(range(PEOPLE)) - lost:
        entered = sum(each.infused[person] + each.dosed[person] for each in both.each_given)
        np.testing.assert_allclose(both.states[person, -1].sum(), entered, rtol=1e-8, atol=1e-8)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cases(), cases(), st.integers(0, 2**16))
def test_each_of_two_programmes_goes_as_it_goes_alone(one, other, seed):
    check_apart(one, other, seed)


@pytest.mark.slow
@settings(max_examples=1500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cases(), cases(), st.integers(0, 2**16))
def test_each_of_two_programmes_goes_as_it_goes_alone_in_thousands_of_rule_sets(one, other, seed):
    check_apart(one, other, seed)
