"""What is given is drawn as what it is, and what rules did has its table and figure."""

import numpy as np
import pytest

import neurosteroid as ns
from neurosteroid.dosing import Protocol
from neurosteroid.reports.courses import course_figure, study_figure
from neurosteroid.reports.html import render
from neurosteroid.reports.rules_figure import rules_figure
from neurosteroid.studies import conduct
from tests.reports.small_study import small

STATES = [{"kind": "postpartum", "day": 21}]


def stems(axes):
    return [
        segment[1].tolist()
        for each in axes.collections
        if hasattr(each, "get_segments")
        for segment in each.get_segments()
    ]


@pytest.fixture(scope="module")
def oral():
    protocols = [
        {"name": "fifty", "sentence": "50 mg orally every 24 h x 3", "compound": "zuranolone"},
        {"name": "up", "sentence": "20 mg orally every 24 h x 2 then 30 mg orally", "compound": "zuranolone"},
        {"card": "no-drug"},
    ]
    people = {"card": "postpartum", "size": 3}
    return conduct(small(protocols=protocols, states=STATES, population=people, time={"until": "96 h", "step": "6 h"}))


def test_single_doses_are_stems_as_high_as_the_dose_on_an_axis_of_mass(oral):
    fifty, up, none = study_figure(oral).axes[:3]
    assert [axes.get_ylabel() for axes in (fifty, up, none)] == ["mg"] * 3
    assert [point for point in stems(fifty) if point[1] == 50.0] == [[0, 50], [24, 50], [48, 50]]
    assert {point[1] for point in stems(up) if point[1] > 0} >= {20.0, 30.0}
    # one scale, so that heights can be compared
    assert fifty.get_ylim() == up.get_ylim() == none.get_ylim() == (0.0, 75.0)


def test_an_amount_is_written_where_it_begins_and_where_it_changes(oral):
    fifty, up = study_figure(oral).axes[:2]
    written = [[text.get_text() for text in axes.texts if text.get_text().endswith(" mg")] for axes in (fifty, up)]
    assert written == [["50 mg"], ["20 mg", "30 mg"]]


def test_the_last_of_single_doses_is_no_end_of_treatment(oral):
    words = {text.get_text() for axes in study_figure(oral).axes for text in axes.texts}
    assert "end of treatment" not in words


def test_the_report_says_which_interval_is_the_last_and_why_there_is_no_score(oral):
    text = render(oral)
    assert "Last dosing interval of fifty: after dose 3, 48 to 72 h." in text
    assert "HAM-D and sedation are left out" in text
    assert "Accumulation: AUC of the last dosing interval" in text


def test_doses_that_rules_kept_back_are_not_among_those_given():
    plan = Protocol.parse(
        "50 mg orally every 24 h x 4 with rules: check every 24 h; hold when plasma.zuranolone >= 10 ng/mL",
        name="held",
        compound="zuranolone",
    )
    course = ns.simulate(ns.Person(weight="70 kg", states=[ns.Postpartum(day=21)]), plan, until="96 h")
    (axes, *_) = course_figure(course).axes
    dark = [line for line in axes.lines if line.get_color() == "#1c2430" and line.get_marker() == "^"]
    assert [line.get_xdata().tolist() for line in dark] == [[0.0]]
    assert any("given, after the rules" in text.get_text() for text in axes.texts)


def test_what_the_rules_did_has_a_table_and_a_figure_and_plain_studies_have_neither(study):
    assert rules_figure(study) is None
    assert "What the rules did" not in render(study)
    protocols = [
        {
            "card": "brexanolone-label",
            "rules": ["step down when plasma.allopregnanolone >= 60 ng/mL"],
            "name": "ceiling",
        },
        {"card": "no-drug"},
    ]
    ruled = conduct(small(protocols=protocols))
    text = render(ruled)
    row = ruled.rule_effects.table.rows()[0]
    assert '<h2 id="rules">What the rules did</h2>' in text
    assert f"{row['women']} of 12" in text
    (panel,) = rules_figure(ruled).axes
    (line,) = [line for line in panel.lines if len(line.get_ydata()) == len(ruled.rule_effects.times)]
    assert line.get_ydata()[-1] == pytest.approx(100 * row["women"] / 12)
    assert np.all(np.diff(line.get_ydata()) >= 0)


def test_rules_that_did_nothing_are_told_without_a_figure():
    protocols = [
        {"name": "held", "sentence": "60 ug/kg/h for 4 h with rules: hold when plasma.allopregnanolone >= 900 ng/mL"}
    ]
    found = conduct(
        small(protocols=protocols, population={"card": "postpartum", "size": 2}, time={"until": "12 h", "step": "2 h"})
    )
    assert rules_figure(found) is None
    assert "No rule acted on anybody." in render(found)
