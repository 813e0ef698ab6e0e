"""Protocol cards: what they say of themselves must fit their steps."""

from pathlib import Path

import pytest

from neurosteroid.dosing import DoseStep, Route, protocol
from neurosteroid.errors import CardError
from neurosteroid.evidence import load_library

HEAD = 'title = "Mine"\ndescription = "For the test."\ncompound = "allopregnanolone"\n'
INFUSION = """
[[steps]]
start = { value = 0, unit = "h", assumed = "test" }
until = { value = 6, unit = "h", assumed = "test" }
rate = { value = 30, unit = "ug/kg/h", assumed = "test" }
"""
DOSE = """
[[steps]]
start = { value = 0, unit = "h", assumed = "test" }
amount = { value = 30, unit = "mg", assumed = "test" }
"""


def read(folder: Path, text: str):
    (folder / "protocols").mkdir()
    (folder / "protocols" / "mine.toml").write_text(HEAD + text, encoding="utf-8")
    return protocol("mine", load_library(folder))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", r"mine\.toml: steps: this protocol has no steps\. .*'none = true'"),
        ("none = true" + INFUSION, r"mine\.toml: none: 'none = true' says that nothing is given, but there are steps"),
        ('route = "oral"' + INFUSION, r"mine\.toml: route: an infusion is intravenous, not 'oral'"),
        ('route = "nasal"' + INFUSION, r"mine\.toml: route: the card's route is 'nasal'; it is"),
        ('route = "nasal"\nnone = true', r"mine\.toml: route: the card's route is 'nasal'; it is"),
        (DOSE, r"mine\.toml: route: steps\[0\] is a dose, which needs a route"),
        ('route = "oral"' + DOSE + INFUSION, r"mine\.toml: route: an infusion is intravenous"),
    ],
)
def test_a_card_that_contradicts_itself_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(CardError, match=said):
        read(tmp_path, text)


def test_a_card_that_gives_nothing_says_so(tmp_path: Path) -> None:
    assert read(tmp_path, "none = true").steps == ()
    assert protocol("no-drug").steps == ()


@pytest.mark.parametrize("route", list(Route))
def test_the_route_of_a_card_is_that_of_its_doses(tmp_path: Path, route: Route) -> None:
    assert read(tmp_path, f'route = "{route}"' + DOSE).steps == (DoseStep(0, 30, "mg", route),)


def test_an_infusion_needs_no_route(tmp_path: Path) -> None:
    assert read(tmp_path, INFUSION).routes == (Route.INTRAVENOUS,)
