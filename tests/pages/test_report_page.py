import pytest

from neurosteroid.reports.html import render
from neurosteroid.studies import conduct
from tests.pages.browser import find, measure
from tests.reports.small_study import small


@pytest.fixture(scope="module")
def page():
    find()
    return render(conduct(small()))


@pytest.mark.parametrize("width", [390, 1200])
def test_the_report_fits_its_window_and_loads_nothing(page, width):
    found, console = measure(page, width)
    assert console == []
    assert found["loaded"] == []
    assert found["width"] <= width
    assert found["headings"] == ["courses", "metrics", "people", "limits", "assumed", "numbers", "sources", "rerun"]
    assert len(found["visible"]) == 2
    assert min(found["visible"]) > 100


def test_labels_in_figures_are_large_enough_to_read(page):
    found, _ = measure(page, 1200)
    # pixels of type; smaller is hard to read on a screen
    assert found["smallest"] >= 10


def test_the_measurement_notices_a_page_that_is_wrong():
    found, console = measure(
        "<p style='width:900px'>wide<svg><text>x</text></svg><script>undefined_name()</script>", 390
    )
    assert found["width"] >= 900
    assert any("undefined_name" in line for line in console)
