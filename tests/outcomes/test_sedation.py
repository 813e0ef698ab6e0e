import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurosteroid.engine import Covariate, wire
from neurosteroid.outcomes.sedation import LEVELS, Sedation

SCALE = Sedation(
    threshold_mild=-2.0,
    threshold_moderate=-3.0,
    threshold_deep=-4.0,
    maximum_drug_effect=3.0,
    half_effect_concentration=100.0,
)


def values(effect: float, draw: float = 0.5) -> dict[str, float]:
    part = Sedation(**{**vars(SCALE), "sedation_draw": draw})
    return {name: float(value) for name, value in part.values(0.0, {}, {"effect": effect}).items()}


def logistic(x: float) -> float:
    return 1 / (1 + np.exp(-x))


def test_probability_without_drug_and_at_half_effect() -> None:
    assert values(0.0)["probability"] == pytest.approx(logistic(-2.0), rel=1e-13)
    assert values(100.0)["probability"] == pytest.approx(logistic(-0.5), rel=1e-13)


@pytest.mark.parametrize("level", range(4))
def test_level_counts_the_thresholds_a_woman_passes(level: int) -> None:
    edges = [1.0, *(logistic(threshold + 1.5) for threshold in (-2.0, -3.0, -4.0)), 0.0]
    draw = (edges[level] + edges[level + 1]) / 2
    assert values(100.0, draw)["level"] == level
    assert LEVELS[level] in ("none", "mild", "moderate", "deep")


def test_share_of_women_at_each_level_is_the_stated_probability() -> None:
    draws = (np.arange(20_000) + 0.5) / 20_000
    part = Sedation(**{**vars(SCALE), "sedation_draw": draws})
    levels = part.values(0.0, {}, {"effect": 100.0})["level"]
    for level, threshold in enumerate((-2.0, -3.0, -4.0), start=1):
        assert (levels >= level).mean() == pytest.approx(logistic(threshold + 1.5), abs=1 / 20_000)


@given(low=st.floats(0, 1e4), more=st.floats(0, 1e4), draw=st.floats(0, 1, exclude_max=True))
def test_more_drug_never_lowers_a_womans_level(low: float, more: float, draw: float) -> None:
    first, second = values(low, draw), values(low + more, draw)
    assert first["level"] <= second["level"]
    assert 0 < first["probability"] <= second["probability"] * (1 + 1e-12)
    assert second["probability"] < 1
    assert second["level"] in (0, 1, 2, 3)


def test_wired_level_follows_the_effect_site() -> None:
    system = wire({"scale": SCALE}, [Covariate("effect.sedation", "nmol/L")])
    parameters = system.parameters(2, {"scale.sedation_draw": np.array([0.2, 0.9])})
    effect = np.array([[[0.0], [100.0]]] * 2)
    found = system.outputs(["sedation.level"], np.zeros((2, 2)), np.zeros((2, 2, 0)), parameters, effect)
    assert found["sedation.level"].tolist() == [[0, 1], [0, 0]]
