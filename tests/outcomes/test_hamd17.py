import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurosteroid.engine import Covariate, wire
from neurosteroid.outcomes.hamd17 import HamiltonDepression

SCALE = HamiltonDepression(
    baseline=28.0,
    highest_score=52.0,
    placebo_improvement=1.0,
    placebo_time_constant=24.0,
    placebo_shape=1.0,
    maximum_drug_effect=0.5,
    half_effect_concentration=50.0,
)


def score(t: float, effect: float, **changes: float) -> float:
    part = HamiltonDepression(**{**vars(SCALE), **changes})
    return float(part.values(t, {}, {"effect": effect})["score"])


def test_starts_at_baseline_and_stays_there_before_treatment() -> None:
    assert score(0.0, 0.0) == pytest.approx(28.0, rel=1e-14)
    assert score(-5.0, 0.0) == pytest.approx(28.0, rel=1e-14)


def test_placebo_response_is_complete_on_the_logit_scale() -> None:
    odds = 28 / 24 * np.exp(-1.0)
    assert score(1e4, 0.0) == pytest.approx(52 * odds / (1 + odds), rel=1e-12)


def test_weibull_course_by_hand() -> None:
    # t / tau = 1/2, shape 2: w = 1 - exp(-1/4)
    odds = 28 / 24 * np.exp(-(1 - np.exp(-0.25)))
    assert score(12.0, 0.0, placebo_shape=2.0) == pytest.approx(52 * odds / (1 + odds), rel=1e-12)


def test_half_the_drug_effect_at_its_concentration() -> None:
    odds = 28 / 24 * np.exp(-0.25)
    assert score(0.0, 50.0) == pytest.approx(52 * odds / (1 + odds), rel=1e-12)


def test_a_womans_own_response_adds_to_the_placebo_response() -> None:
    assert score(48.0, 0.0, eta_improvement=0.4) == pytest.approx(score(48.0, 0.0, placebo_improvement=1.4), rel=1e-14)


effects = st.floats(-8, 8)


@given(
    t=st.floats(-10, 1e4),
    effect=st.floats(0, 1e5),
    base=st.floats(0.5, 51.5),
    placebo=effects,
    drug=effects,
    eta=effects,
)
def test_score_never_leaves_the_scale(
    t: float, effect: float, base: float, placebo: float, drug: float, eta: float
) -> None:
    found = score(t, effect, baseline=base, placebo_improvement=placebo, maximum_drug_effect=drug, eta_improvement=eta)
    assert 0 < found < 52


@given(t=st.floats(0, 1e3), low=st.floats(0, 1e3), more=st.floats(0, 1e3))
def test_more_drug_and_more_time_never_raise_the_score(t: float, low: float, more: float) -> None:
    assert score(t, low + more) <= score(t, low) * (1 + 1e-12)
    assert score(t + more, low) <= score(t, low) * (1 + 1e-12)


def test_wired_course_and_change() -> None:
    system = wire({"scale": SCALE}, [Covariate("effect.mood", "nmol/L")])
    names = ["mood.hamd17", "mood.hamd17_change"]
    t = np.array([[0.0, 30.0, 60.0]])
    found = system.outputs(names, t, np.zeros((1, 3, 0)), system.parameters(1), np.full((1, 3, 1), 100.0))
    expected = [score(moment, 100.0) for moment in t[0]]
    assert found["mood.hamd17"][0] == pytest.approx(expected, rel=1e-13)
    assert found["mood.hamd17_change"][0] == pytest.approx(np.array(expected) - 28.0, rel=1e-12)
