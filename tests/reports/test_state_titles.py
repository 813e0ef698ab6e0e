"""What stands above the panels of a state or medicine is in words."""

from __future__ import annotations

import itertools

import pytest

from neurosteroid.reports.state_figure import state_figure, title_of
from neurosteroid.studies.state_course import state_course


@pytest.mark.parametrize(
    ("output", "title"),
    [
        ("plasma.lh", "LH in plasma"),
        ("plasma.5alpha-dihydroprogesterone", "5α-dihydroprogesterone in plasma"),
        ("activity.3alpha-hsd", "Activity of 3α-hydroxysteroid dehydrogenase (1 is untreated)"),
        ("activity.5alpha-reductase-1", "Activity of 5α-reductase type 1 (1 is untreated)"),
    ],
)
def test_titles(output: str, title: str) -> None:
    assert title_of(output) == title


def test_an_activity_is_no_concentration() -> None:
    panel = state_figure(state_course("fluoxetine", "medicines")).axes
    assert "times untreated" in [axes.get_ylabel() for axes in panel]
    assert "1" not in [axes.get_ylabel() for axes in panel]


def test_hours_are_marked_at_parts_of_a_day_and_values_of_one_moment_stand_apart() -> None:
    figure = state_figure(state_course("stress"))
    figure.canvas.draw()
    cortisol = next(axes for axes in figure.axes if axes.texts and axes.texts[0].get_text() == "Cortisol in plasma")
    assert {tick % 3.0 for tick in figure.axes[-1].get_xticks()} == {0.0}
    drawn = [line for line in cortisol.lines if line.get_marker() in "os^" and len(line.get_xdata()) == 1]
    at_once = [line for line in drawn if abs(line.get_xdata()[0] - 8.5) < 0.5]
    places = sorted(line.get_transform().transform((line.get_xdata()[0], line.get_ydata()[0]))[0] for line in at_once)
    assert len(places) > 2
    # 4.5 points of a mark at the resolution of the canvas
    assert min(b - a for a, b in itertools.pairwise(places)) > 4.5 / 72 * figure.dpi
