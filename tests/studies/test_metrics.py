"""What is counted for a woman is what her course says."""

import numpy as np
import pytest

from neurosteroid.studies.metrics import hours_within

TIMES = np.array([0.0, 1.0, 3.0])


@pytest.mark.parametrize(
    ("values", "hours"),
    [
        ([0.0, 10.0, 10.0], 0.5 + 2.0),  # enters half way through the first hour, then stays
        ([0.0, 20.0, 0.0], 0.25 + 0.25 * 2),  # passes through 5 to 10 once each way
        ([5.0, 10.0, 5.0], 3.0),  # the limits belong to the window
        ([4.0, 4.0, 4.0], 0.0),
        ([7.0, 7.0, 7.0], 3.0),
        ([0.0, 2.5, 12.5], 2.0 * 0.5),
    ],
)
def test_hours_in_a_window_follow_the_straight_line_between_times(values, hours):
    assert hours_within(TIMES, np.array([values]), 5.0, 10.0)[0] == pytest.approx(hours, rel=1e-12)


def test_hours_in_a_window_do_not_depend_on_the_output_step():
    def hours(step):
        times = np.arange(0.0, 24.0 + step / 2, step)
        return hours_within(times, 100 * np.exp(-0.2 * times)[None, :], 10.0, 50.0)[0]

    # time from 50 to 10 of an exponential: ln 5 / 0.2; the straight line of a 1 h step is off by minutes only
    assert hours(0.01) == pytest.approx(np.log(5) / 0.2, abs=1e-4)
    assert hours(1.0) == pytest.approx(np.log(5) / 0.2, abs=0.05)


def test_a_woman_without_a_course_has_no_hours():
    assert np.isnan(hours_within(TIMES, np.array([[1.0, np.nan, 1.0]]), 0.0, 2.0)[0])
