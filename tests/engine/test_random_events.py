"""Random events: moments where a cumulative hazard reaches a person's own threshold, against their closed forms."""

from dataclasses import dataclass
from typing import final

import numpy as np
import pytest
from scipy import stats

from neurosteroid.engine import AbstractPart, Need, Value, parameter, wire
from neurosteroid.engine.random_events import RandomEvent
from neurosteroid.engine.rules import ActionKind, Condition, Limit, Programme, Relation, Rule, follow
from neurosteroid.outcomes.constant_hazard import ConstantHazard
from tests.engine.parts import Tank

HAZARD, RATE, START = 0.05, 0.3, 40.0


@final
@dataclass(frozen=True, kw_only=True)
class HazardOfTank(AbstractPart):
    """A hazard in proportion to what a tank holds."""

    slope: float = parameter("1/(nmol*h)", "hazard per amount")

    needs = (Need("amount", "tank", "nmol"),)
    gives = (Value("hazard", "fall.hazard", "1/h"),)

    def values(self, t, state, given):
        return {"hazard": self.slope * given["amount"]}


CONSTANT = wire({"hazard": ConstantHazard(rate=HAZARD, name="fall"), "fall": RandomEvent(name="fall")})
FADING = wire(
    {"tank": Tank(rate=RATE, start=START), "hazard": HazardOfTank(slope=0.01), "fall": RandomEvent(name="fall")}
)
STOP = Rule("stop", Condition("fall.excess", Limit(Relation.AT_LEAST, 0.0)), ActionKind.STOP)
NOTHING = Programme()


def moments(system, draws, method="auto", until=200.0):
    """When the event happens to each person; infinite for those whom it spares."""
    parameters = system.parameters(len(draws), {"fall.draw": draws})
    found = follow(
        system, NOTHING, [STOP], parameters=parameters, output_times=[0.0, until], method=method, resolution=1.0
    )
    times = np.full(len(draws), np.inf)
    times[found.log.person] = found.log.time
    return times


@pytest.mark.parametrize(("method", "tolerance"), [("exact", 1e-8), ("rosenbrock", 1e-6)])
def test_event_times_under_a_constant_hazard_are_the_thresholds_over_it(method, tolerance):
    draws = np.array([0.001, 0.2, 0.5, 0.9, 0.9999])
    expected = -np.log(1.0 - draws) / HAZARD
    np.testing.assert_allclose(moments(CONSTANT, draws, method), expected, rtol=0.0, atol=tolerance)


def test_event_times_under_a_hazard_that_fades_with_a_tank():
    draws = np.linspace(0.01, 0.99, 25)
    most = 0.01 * START / RATE
    threshold = -np.log(1.0 - draws)
    with np.errstate(invalid="ignore"):
        expected = np.where(threshold < most, -np.log(1.0 - threshold / most) / RATE, np.inf)
    found = moments(FADING, draws)
    assert np.isinf(expected).any()
    np.testing.assert_array_equal(np.isinf(found), np.isinf(expected))
    happens = np.isfinite(expected)
    np.testing.assert_allclose(found[happens], expected[happens], rtol=0.0, atol=1e-8)


def test_event_times_of_many_people_are_distributed_as_the_hazard_says():
    """Kolmogorov and Smirnov against the exponential distribution, at level 0.001, on 400 people of a fixed seed."""
    draws = np.random.default_rng(20).random(400)
    found = moments(CONSTANT, draws)
    assert stats.kstest(found, stats.expon(scale=1.0 / HAZARD).cdf).pvalue > 0.001
    # the test can tell: a hazard ten per cent off in the same sample of 10 000 fails
    many = -np.log(1.0 - np.random.default_rng(20).random(10_000)) / (1.1 * HAZARD)
    assert stats.kstest(many, stats.expon(scale=1.0 / HAZARD).cdf).pvalue < 0.001


def test_the_moment_is_the_persons_own_whoever_else_is_followed():
    draws = np.array([0.3, 0.6, 0.05])
    together = moments(CONSTANT, draws)
    alone = [moments(CONSTANT, draws[place : place + 1])[0] for place in range(3)]
    np.testing.assert_allclose(together, alone, rtol=1e-13)


def test_frailty_multiplies_the_hazard():
    parameters = CONSTANT.parameters(2, {"fall.draw": 0.5, "hazard.frailty": np.array([1.0, 4.0])})
    found = follow(CONSTANT, NOTHING, [STOP], parameters=parameters, output_times=[0.0, 50.0])
    assert found.log.time[0] == pytest.approx(4.0 * found.log.time[1], rel=1e-9)


def test_outputs_before_and_after_the_event():
    parameters = CONSTANT.parameters(1, {"fall.draw": 0.5})
    found = follow(CONSTANT, NOTHING, [STOP], parameters=parameters, output_times=[0.0, 13.0, 14.0])
    outputs = found.outputs(["fall.occurred", "fall.survival"])
    assert outputs["fall.occurred"][0].tolist() == [0.0, 0.0, 1.0]
    np.testing.assert_allclose(outputs["fall.survival"][0], np.exp([0.0, -0.65, -0.7]), rtol=1e-12)
