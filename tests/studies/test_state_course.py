"""Courses of states: every card of a state can be followed, and published values lie where they were measured."""

import re

import numpy as np
import pytest

import neurosteroid as ns
from neurosteroid.errors import CardError, UnknownNameError
from neurosteroid.evidence import SHOWN_KINDS
from neurosteroid.evidence.lookup import PACKAGE_FOLDER
from neurosteroid.studies.state_course import shown_names, state_course

OWN = "observed-here"
ROWS = """
kind = "observations"
name = "observed-here"
title = "T"
description = "D"
[[rows]]
id = "at-week-30"
study = "s"
group = "pregnancy"
arm = "a"
quantity = "progesterone in plasma"
analyte = "progesterone"
statistic = "mean"
value = 100
spread = { kind = "sd", value = 20 }
unit = "ng/mL"
role = "check"
source = "johansson1969"
status = "secondary"
read_at = "somewhere"
claim = { set_up = "x", metric = "mean", arguments = { at = "week 30" } }
[[rows]]
id = "day-2-to-4"
study = "s"
group = "pregnancy"
arm = "a"
quantity = "progesterone in plasma"
analyte = "progesterone"
statistic = "range"
spread = { kind = "range", low = 1, high = 5 }
unit = "nmol/L"
role = "fit"
source = "johansson1969"
status = "secondary"
read_at = "somewhere"
claim = { set_up = "x", metric = "mean", arguments = { day = 2, until_day = 4 } }
[[rows]]
id = "a-half-time-is-no-level"
study = "s"
group = "pregnancy"
arm = "a"
quantity = "half-time"
analyte = "progesterone"
statistic = "mean"
value = 72
unit = "min"
role = "check"
source = "johansson1969"
status = "secondary"
read_at = "somewhere"
claim = { set_up = "x", metric = "mean", arguments = { hour = 0 } }
"""


@pytest.fixture
def own(tmp_path, monkeypatch):
    def write(name, text, kind="states"):
        folder = tmp_path / kind
        folder.mkdir(exist_ok=True)
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")

    monkeypatch.setenv("NEUROSTEROID_LIBRARY", str(tmp_path))
    return write


def package(name):
    # not through library(), which would keep the user's folder as it is before the test writes into it
    return (PACKAGE_FOLDER / "states" / f"{name}.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(("name", "kind"), [(name, kind) for kind in SHOWN_KINDS for name in shown_names(kind)])
def test_every_state_and_medicine_on_a_card_has_its_course(name, kind):
    shown = state_course(name, kind)
    assert len(shown.places) == len(shown.course.times)
    for output in shown.outputs:
        values = shown.course.values[output]
        assert np.isfinite(values).all()
        assert values.max() > 0
        assert values.min() > -1e-6 * values.max()


def test_published_values_lie_on_the_axis_of_the_state_in_the_unit_of_the_course(own):
    text = re.sub(r'observations = ".*"', f'observations = "{OWN}"', package("pregnancy"))
    own("pregnancy", text)
    own(OWN, ROWS, "observations")
    shown = state_course("pregnancy")
    points = {point.row.id: point for point in shown.points}
    assert set(points) == {"at-week-30", "day-2-to-4"}
    level, window = points["at-week-30"], points["day-2-to-4"]
    assert level.place == pytest.approx(30.0)
    # 314.46 g/mol: 100 ng/mL is 318 nmol/L
    assert level.value == pytest.approx(100 / 0.31446, rel=1e-3)
    assert (level.low, level.high) == pytest.approx((80 / 0.31446, 120 / 0.31446), rel=1e-3)
    at = np.interp(30.0, shown.places, shown.course.values["plasma.progesterone"])
    assert level.predicted == pytest.approx(at)
    assert (window.place, window.until) == pytest.approx((40 + 2 / 7, 40 + 4 / 7))
    assert (window.value, window.low, window.high) == (None, 1.0, 5.0)


@pytest.mark.parametrize(
    ("found", "put", "said"),
    [
        ('axis = "week"', 'axis = "weak"', "No axis 'weak'. Did you mean 'week'"),
        ("plasma.progesterone, ", "plasma.progestrone, ", "Did you mean 'plasma.progesterone'"),
        ('axis = "week"', 'axis = "week"\nstate = "pregnant"', "No state 'pregnant'"),
    ],
)
def test_a_card_that_names_what_is_not_there_is_refused(own, found, put, said):
    own("pregnancy", package("pregnancy").replace(found, put, 1))
    with pytest.raises(CardError, match=re.escape(said)):
        state_course("pregnancy")


def test_an_unknown_state_names_the_close_one():
    with pytest.raises(UnknownNameError, match="Did you mean 'pregnancy'"):
        state_course("pregnanc")


def test_the_delivery_is_an_event_of_the_course():
    woman = ns.Person(weight="70 kg", states=[ns.Pregnancy(week=39, delivery_week=40)])
    assert ns.simulate(woman, until="9 day", step="1 day").events == ((168.0, "delivery"),)
