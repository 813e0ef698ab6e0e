"""Time inside a window and first passage, on straight lines whose crossings are known."""

import numpy as np
import pytest

from neurosteroid.engine.reducers import first_time_within, hours_within

TIMES = np.array([0.0, 1.0, 3.0])


@pytest.mark.parametrize(
    ("values", "hours", "first"),
    [
        ([0.0, 10.0, 10.0], 0.5 + 2.0, 0.5),  # enters half way through the first hour, then stays
        ([0.0, 20.0, 0.0], 0.25 + 0.25 * 2, 0.25),  # passes through 5 to 10 once each way
        ([5.0, 10.0, 5.0], 3.0, 0.0),  # the limits belong to the window
        ([4.0, 4.0, 4.0], 0.0, np.nan),
        ([7.0, 7.0, 7.0], 3.0, 0.0),
        ([0.0, 2.5, 12.5], 2.0 * 0.5, 1.5),
        ([20.0, 15.0, 5.0], 1.0, 2.0),  # enters from above
        ([12.0, 12.0, 2.0], 1.0, 1.4),
        ([0.0, np.nan, 7.0], np.nan, np.nan),  # what was missed cannot be told
    ],
)
def test_a_window_is_entered_and_left_on_the_straight_line_between_times(values, hours, first):
    courses = np.array([values])
    assert hours_within(TIMES, courses, 5.0, 10.0)[0] == pytest.approx(hours, rel=1e-12, nan_ok=True)
    assert first_time_within(TIMES, courses, 5.0, 10.0)[0] == pytest.approx(first, rel=1e-12, nan_ok=True)


def test_hours_in_a_window_do_not_depend_on_the_output_step():
    def found(step):
        times = np.arange(0.0, 24.0 + step / 2, step)
        courses = 100 * np.exp(-0.2 * times)[None, :]
        return hours_within(times, courses, 10.0, 50.0)[0], first_time_within(times, courses, 10.0, 50.0)[0]

    # 50 and 10 of an exponential lie at ln 2 / 0.2 and ln 10 / 0.2; the line of a 1 h step is off by minutes only
    assert found(0.01) == pytest.approx((np.log(5) / 0.2, np.log(2) / 0.2), abs=1e-4)
    assert found(1.0) == pytest.approx((np.log(5) / 0.2, np.log(2) / 0.2), abs=0.05)


def test_a_course_that_fails_after_its_first_passage_keeps_it():
    assert first_time_within(TIMES, np.array([[0.0, 7.0, np.nan]]), 5.0, 10.0)[0] == pytest.approx(5 / 7)
