"""Courses of states: every card of a state can be followed, and published values lie where they were measured."""

import re

import numpy as np
import pytest

import neurosteroid as ns
from neurosteroid.errors import CardError, UnknownNameError
from neurosteroid.evidence import SHOWN_KINDS
from neurosteroid.evidence.lookup import PACKAGE_FOLDER
from neurosteroid.observation.assay_scale import assay_scale
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
    points = {point.entry.name: point for point in shown.points}
    assert set(points) == {"at-week-30", "day-2-to-4"}
    level, window = points["at-week-30"], points["day-2-to-4"]
    assert level.place == pytest.approx(30.0)
    # shown in the unit of its compound's card, as the course is
    assert (level.value, level.unit, shown.course.units["plasma.progesterone"]) == (
        pytest.approx(100),
        "ng/mL",
        "ng/mL",
    )
    assert (level.low, level.high) == pytest.approx((80, 120))
    computed = ns.simulate(shown.course.person, until=f"{shown.course.times[-1]} h", step="7 day")
    last = computed.in_unit("plasma.progesterone", "ng/mL")[-1]
    assert shown.course.values["plasma.progesterone"][-1] == pytest.approx(last, rel=1e-4)
    at = np.interp(30.0, shown.places, shown.course.values["plasma.progesterone"])
    assert level.predicted == pytest.approx(at)
    assert (window.place, window.until) == pytest.approx((40 + 2 / 7, 40 + 4 / 7))
    assert window.value is None
    # 1 to 5 nmol/L of 314.46 g/mol
    assert (window.low, window.high) == pytest.approx((0.31446, 5 * 0.31446), rel=1e-3)


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


@pytest.mark.parametrize(
    ("name", "kind", "row", "output", "taken"),
    [
        ("menstrual-cycle", "states", "anckaert_luteal_lh", "plasma.lh", np.median),
        ("menstrual-cycle", "states", "anckaert_ovulation_lh", "plasma.lh", np.median),
        ("men", "states", "estradiol", "plasma.estradiol", np.mean),
        ("brexanolone", "medicines", "c_average_24_56", "plasma.allopregnanolone", np.mean),
    ],
)
def test_a_value_of_a_phase_or_of_some_hours_covers_them(name, kind, row, output, taken):
    shown = state_course(name, kind)
    (point,) = [each for each in shown.points if each.entry.name == row]
    assert point.until is not None
    inside = (shown.places >= point.place) & (shown.places <= point.until)
    analyte, entry = output.removeprefix("plasma."), point.entry
    bias = assay_scale(analyte, entry.assay, entry.study).bias if point.on_assay_scale else 1.0
    assert point.predicted == pytest.approx(bias * taken(shown.course.values[output][inside]), rel=1e-6)


def test_phases_follow_each_other_around_the_surge():
    shown = state_course("menstrual-cycle")
    found = {point.entry.name: (point.place, point.until) for point in shown.points}
    follicular, ovulation, luteal = (found[f"anckaert_{phase}_lh"] for phase in ("follicular", "ovulation", "luteal"))
    assert follicular[1] == pytest.approx(ovulation[0])
    assert ovulation[1] == pytest.approx(luteal[0])
    second = shown.places > shown.places.mean()
    surge = shown.places[second][shown.course.values["plasma.lh"][second].argmax()]
    assert ovulation[0] < surge < ovulation[1]


def test_a_highest_concentration_stands_at_the_time_that_its_study_saw_it():
    shown = state_course("brexanolone", "medicines")
    found = {point.entry.name: point for point in shown.points}
    peak, time = found["c_max"], found["t_max"]
    assert peak.place == time.place == time.value
    assert (peak.earliest, peak.latest) == (time.low, time.high)
    assert peak.predicted == pytest.approx(shown.course.values["plasma.allopregnanolone"].max())
    assert time.is_time


def test_an_immunoassay_after_an_oral_dose_reads_more_than_there_is():
    shown = state_course("progesterone-oral", "medicines")
    found = {point.entry.name: point for point in shown.points}
    read, true = found["label_100_mg_c_max"], found["peak by mass spectrometry after 100 mg"]
    assert read.on_assay_scale
    assert not true.on_assay_scale
    assert read.predicted > 2 * true.predicted


def test_what_is_of_other_doses_or_no_level_is_named_and_not_drawn():
    shown = state_course("progesterone-oral", "medicines")
    reasons = {each.name: each.reason for each in shown.unplaced}
    assert reasons["label_100_mg_auc_0_10"] == "an area, a ratio, a rate or a change, and no level"
    assert reasons["label_200_mg_c_max"].startswith("after other doses")
    assert not set(reasons) & {point.entry.name for point in shown.points}


def test_values_of_regular_cycles_do_not_lie_on_those_of_perimenopause():
    assert {point.entry.name for point in state_course("perimenopause").points} == {
        "FSH of the follicular phase at 45 to 49 years"
    }
