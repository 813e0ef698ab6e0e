import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurosteroid.errors import InputError
from neurosteroid.pharmacokinetics.areas import area, average

ROUNDING = 1e-12  # relative; a few operations in double precision


def test_rising_part_is_trapezoid_and_falling_part_is_exponential() -> None:
    # By hand: (0 + 4) / 2 * 1 = 2 and (4 - 1) / ln 4 * 2 = 4.32808512...
    assert area([0, 1, 3], [0, 4, 1]) == pytest.approx(2 + 6 / np.log(4), rel=ROUNDING)


def test_fall_to_zero_is_a_straight_line() -> None:
    assert area([0, 2], [4, 0], 0, 2) == pytest.approx(4.0, rel=ROUNDING)


def test_default_ends_at_the_last_positive_sample() -> None:
    assert area([0, 1, 2, 3], [1, 1, 0, 0]) == pytest.approx(1.0, rel=ROUNDING)


def test_exact_on_an_exponential_however_it_is_sampled() -> None:
    times = np.array([0.0, 0.1, 3.0, 3.5, 20.0])
    found = area(times, 7 * np.exp(-0.3 * times), 0.05, 12.0)
    assert found == pytest.approx(7 * (np.exp(-0.015) - np.exp(-3.6)) / 0.3, rel=ROUNDING)


def test_interpolates_a_rise_along_the_line() -> None:
    assert area([0, 10], [0, 10], 2, 4) == pytest.approx(6.0, rel=ROUNDING)


def test_plateau_falling_by_rounding_keeps_its_digits() -> None:
    level = 80.0
    found = area([0, 28], [level, np.nextafter(level, 0)])
    assert found == pytest.approx(level * 28, rel=ROUNDING)


def test_steep_fall_does_not_overflow() -> None:
    assert area([0, 1], [1.0, 1e-30]) == pytest.approx(1 / np.log(1e30), rel=ROUNDING)


def test_people_side_by_side_with_missing_samples() -> None:
    values = [[0, 4, np.nan, 1], [1, 1, 1, 1], [np.nan] * 4]
    found = area([0, 1, 2, 3], values)
    assert found[:2] == pytest.approx([2 + 6 / np.log(4), 3], rel=ROUNDING)
    assert np.isnan(found[2])


def test_each_person_may_have_her_own_interval() -> None:
    assert area([0, 4], np.ones((2, 2)), [0, 1], [2, 4]) == pytest.approx([2, 3], rel=ROUNDING)


def test_interval_beyond_the_samples_is_not_a_number() -> None:
    assert np.isnan(area([0, 4], [1, 1], 0, 5))
    assert np.isnan(area([1, 4], [1, 1], 0, 4))


def test_average_is_area_over_length() -> None:
    assert average([0, 10], [0, 10], 2, 4) == pytest.approx(3.0, rel=ROUNDING)


def test_values_below_quantification_count_as_zero_before_and_are_left_out_after() -> None:
    times, values = [0, 1, 2, 3, 4], [0.5, 4, 0.5, 1, 0.5]
    assert area(times, values, lower_limit=1) == pytest.approx(2 + 6 / np.log(4), rel=ROUNDING)


@pytest.mark.parametrize(
    ("times", "values", "place"),
    [
        ([0, 2, 1], [1, 1, 1], "time[person 0, sample 2]"),
        ([0, 1, 1], [1, 1, 1], "time[person 0, sample 2]"),
        ([0, np.nan, 1], [1, 1, 1], "time[person 0, sample 1]"),
        ([0, 1, 2], [[1, 1, 1], [1, -2, 1]], "concentration[person 1, sample 1]"),
        ([0, 1, 2], [1, np.inf, 1], "concentration[person 0, sample 1]"),
        ([0, 1], [1, 1, 1], "time"),
        ([], [], "concentration"),
    ],
)
def test_wrong_profiles_are_refused_with_the_place(times: list, values: list, place: str) -> None:
    with pytest.raises(InputError) as caught:
        area(times, values)
    assert caught.value.where == place


def test_backward_and_empty_intervals_are_refused() -> None:
    with pytest.raises(InputError, match="before its start"):
        area([0, 4], [1, 1], 3, 2)
    with pytest.raises(InputError, match="no length"):
        average([0, 4], [1, 1], 2, 2)


profile = st.lists(st.floats(0, 1e4).map(lambda x: round(x, 3)), min_size=2, max_size=12)


@given(values=profile, cut=st.floats(0, 1), scale=st.floats(1e-3, 1e3))
def test_adjoining_areas_add_up_and_scale_with_concentration(values: list[float], cut: float, scale: float) -> None:
    times = np.arange(len(values)) * 1.5
    middle, last = cut * times[-1], times[-1]
    whole = area(times, values, 0, last)
    tolerance = 1e-11 * max(float(whole), 1e-3)  # rounding of sums of up to 12 pieces
    assert area(times, values, 0, middle) + area(times, values, middle, last) == pytest.approx(whole, abs=tolerance)
    assert area(times, np.array(values) * scale, 0, last) == pytest.approx(whole * scale, rel=1e-9)


@given(values=profile)
def test_area_lies_between_that_of_lowest_and_highest(values: list[float]) -> None:
    times = np.arange(len(values)) * 1.0
    found = float(area(times, values, 0, times[-1]))
    assert min(values) * times[-1] * (1 - 1e-9) <= found <= max(values) * times[-1] * (1 + 1e-9)
