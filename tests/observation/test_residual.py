import numpy as np
import pytest

from neurosteroid.errors import InputError
from neurosteroid.observation.residual import ProportionalError


def test_spread_is_in_proportion_to_the_truth() -> None:
    truth = np.repeat([1.0, 100.0], 20_000)
    drawn = ProportionalError(standard_deviation=0.1).measure(truth, np.random.default_rng(1)).value.reshape(2, -1)
    # standard error of a standard deviation from n draws is sd / sqrt(2 n): 0.5 %, four of them allowed
    assert drawn.std(axis=1) == pytest.approx([0.1, 10.0], rel=0.02)
    assert drawn.mean(axis=1) == pytest.approx([1.0, 100.0], rel=0.003)


def test_without_error_a_measurement_is_the_truth() -> None:
    found = ProportionalError(standard_deviation=0.0).measure([0.0, 3.0], np.random.default_rng(1))
    assert found.value.tolist() == [0.0, 3.0]
    assert not found.censored.any()


def test_below_the_limit_the_limit_is_reported_and_marked() -> None:
    found = ProportionalError(standard_deviation=0.0, lower_limit=5.0).measure(
        [4.9, 5.0, 0.0], np.random.default_rng(1)
    )
    assert found.value.tolist() == [5.0, 5.0, 5.0]
    assert found.censored.tolist() == [True, False, True]


def test_a_missing_sample_stays_missing() -> None:
    found = ProportionalError(standard_deviation=0.2, lower_limit=1.0).measure([np.nan, 9.0], np.random.default_rng(1))
    assert np.isnan(found.value[0])
    assert not found.censored[0]


def test_no_measurement_is_negative() -> None:
    found = ProportionalError(standard_deviation=2.0).measure(np.ones(1000), np.random.default_rng(1))
    assert found.value.min() == 0.0


def test_a_limit_does_not_shift_the_draws_of_other_samples() -> None:
    truth = np.array([0.1, 50.0, 60.0])
    free = ProportionalError(standard_deviation=0.3).measure(truth, np.random.default_rng(4))
    limited = ProportionalError(standard_deviation=0.3, lower_limit=1.0).measure(truth, np.random.default_rng(4))
    assert limited.value[1:].tolist() == free.value[1:].tolist()


@pytest.mark.parametrize("wrong", [{"standard_deviation": -0.1}, {"standard_deviation": 0.1, "lower_limit": np.nan}])
def test_numbers_without_meaning_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(InputError):
        ProportionalError(**wrong)


def test_a_negative_truth_is_refused() -> None:
    with pytest.raises(InputError, match="0 or more"):
        ProportionalError(standard_deviation=0.1).measure([1.0, -1.0], np.random.default_rng(1))
