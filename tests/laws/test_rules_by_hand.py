"""Random rules on one tank, against the same rules followed by hand with exponentials and logarithms."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from neurosteroid.engine.rules import follow
from tests.engine.one_tank_by_hand import Woman
from tests.engine.rule_parts import TANK
from tests.laws.test_random_rules import END, cases

PEOPLE = 3
LOOKS = 0.02
"""h. A limit that comes to hold so shortly before another action counts as seen at it; drawn hours are wider apart."""

CLOSE = 1e-6
"""h; a crossing is located to 1e-11 h, and the hours of later ones hang on it by rates and levels of some hundreds."""


def check_by_hand(programme, chosen, seed):
    rng = np.random.default_rng(seed)
    rates, drawn = rng.uniform(0.1, 0.8, PEOPLE), {}

    def draws(series, count):
        return drawn.setdefault(series, rng.random((PEOPLE, 1000)))[:, :count]

    found = follow(
        TANK,
        programme,
        chosen,
        parameters=TANK.parameters(PEOPLE, {"tank.rate": rates}),
        output_times=np.arange(0.0, END + 1.0, 4.0),
        clock=8.0,
        resolution=LOOKS,
        draws=draws,
    )
    failed = {failure.person for failure in found.failures}
    for person in range(PEOPLE):
        visits = [made(rule, person, draws) for rule in chosen]
        by_hand = Woman(programme, chosen, float(rates[person]), visits, END).follow()
        log = found.log.of(person)
        columns = [list(column) for column in zip(*by_hand.log, strict=True)] or [[] for _ in range(7)]
        assert (log.rule.tolist(), log.done.tolist()) == (columns[1], columns[6])
        for seen, wanted in zip((log.time, log.triggered), (columns[0], columns[2]), strict=True):
            np.testing.assert_allclose(seen, wanted, rtol=0.0, atol=CLOSE)
        for seen, wanted in zip((log.value, log.rate_before, log.rate_after), columns[3:6], strict=True):
            np.testing.assert_allclose(seen, wanted, rtol=1e-6, atol=1e-4)
        assert (person in failed) == by_hand.failed
        if not by_hand.failed:
            entered = sum(amount for _, amount in by_hand.doses)
            np.testing.assert_allclose(found.given.dosed[person], entered, rtol=1e-12)
            level = found.states[person, -1, TANK.state_names.index("tank")]
            np.testing.assert_allclose(level, by_hand.level, rtol=1e-6, atol=1e-4)


def made(rule, person, draws):
    """Return the hours of a rule's checks that a person does not miss; None for a continuous rule."""
    if rule.checks is None:
        return None
    times = rule.checks.times(END, 8.0)
    return times[~rule.checks.missing(times, draws(rule.checks.series, len(times)), PEOPLE)[person]].tolist()


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(cases())
def test_random_rules_act_as_by_hand(case):
    check_by_hand(*case)


@pytest.mark.slow
@settings(max_examples=2000, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(cases())
def test_thousands_of_random_rules_act_as_by_hand(case):
    check_by_hand(*case)
