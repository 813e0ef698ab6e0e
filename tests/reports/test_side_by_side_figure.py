"""The sheet of several concentrations: names of isoforms, one colour a concentration."""

import pytest

from neurosteroid.reports.levels_axes import COLOURS
from neurosteroid.reports.side_by_side_figure import greek


@pytest.mark.parametrize(
    ("name", "shown"), [("a4b2d", "α4β2δ"), ("a1b2g2", "α1β2γ2"), ("a1b3", "α1β3"), ("rho1", "ρ1")]
)
def test_isoforms_are_written_as_they_are_printed(name: str, shown: str) -> None:
    assert greek(name) == shown


def test_colours_differ() -> None:
    assert len(set(COLOURS)) == len(COLOURS)
