"""What stands above the panels of a state or medicine is in words."""

from __future__ import annotations

import pytest

from neurosteroid.reports.state_figure import state_figure, title_of
from neurosteroid.studies.state_course import state_course


@pytest.mark.parametrize(
    ("output", "title"),
    [
        ("plasma.lh", "LH in plasma"),
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
