import subprocess
import sys

import matplotlib as mpl
import numpy as np
import pytest

import neurosteroid as ns
from neurosteroid import units
from neurosteroid.reports.axes import GRID, draw_bars, key, stack, time_axis
from neurosteroid.reports.courses import study_figure
from neurosteroid.reports.palette import Look
from neurosteroid.reports.svg import drawing


def titles(axes):
    return [text.get_text() for text in axes.texts]


def panel(figure, title):
    return next(axes for axes in figure.axes if title in titles(axes))


def test_ladders_and_panels_share_one_time_axis(study):
    figure = study_figure(study)
    assert len(figure.axes) == 3 + 6
    assert {axes.get_xlim() for axes in figure.axes} == {(0.0, 72.0)}
    assert len({(axes.get_position().x0, axes.get_position().x1) for axes in figure.axes}) == 1


def test_every_axis_says_its_unit(study):
    assert all(axes.get_ylabel() for axes in study_figure(study).axes)
    assert "(h)" in study_figure(study).axes[-1].get_xlabel()


def test_the_plasma_line_is_the_median_in_clinical_units(study):
    axes = panel(study_figure(study), "Allopregnanolone in plasma, total")
    band = study.bands["brexanolone-label", "plasma.allopregnanolone"]
    expected = units.convert(band.p50, "nmol/L", "ng/mL", molar_mass=318.5)
    drawn = [line.get_ydata() for line in axes.lines if len(line.get_ydata()) == len(band.times)]
    assert any(np.allclose(line, expected, rtol=1e-12) for line in drawn)


def test_the_second_axis_is_molar(study):
    figure = study_figure(study)
    figure.canvas.draw()
    axes = panel(figure, "Allopregnanolone in plasma, total")
    (beside,) = axes.child_axes
    # 1 ng/mL is 1000 / 318.5 nmol/L
    assert beside.get_ylim()[1] / axes.get_ylim()[1] == pytest.approx(1000 / 318.5)


def test_the_ladder_has_the_rates_of_the_protocol(study):
    assert [text for text in titles(study_figure(study).axes[0]) if text.isdigit()] == ["30", "60", "90", "60", "30"]


def test_a_course_draws_itself_and_leaves_the_users_settings_alone():
    before = dict(mpl.rcParams)
    woman = ns.Person(weight="68 kg")
    course = ns.simulate(woman, ns.protocol("brexanolone-label"), until="72 h", step="1 h")
    figure = course.plot()
    assert len(figure.axes) == 1 + 6
    axes = panel(figure, "HAM-D17 total score, expected")
    assert any(np.array_equal(line.get_ydata(), course.values["mood.hamd17"]) for line in axes.lines)
    assert dict(mpl.rcParams) == before


def test_a_bolus_is_drawn_as_an_arrow():
    woman = ns.Person(weight="68 kg")
    plan = ns.Protocol.parse("wait 2 h then 100 ug/kg intravenously", name="bolus")
    figure = ns.simulate(woman, plan, until="12 h").plot()
    assert any(line.get_marker() == "^" and line.get_xdata()[0] == 2.0 for line in figure.axes[0].lines)


def test_importing_the_reports_does_not_import_matplotlib():
    code = "import sys, neurosteroid.reports; sys.exit('matplotlib' in sys.modules or 'jinja2' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_score_is_drawn_with_bars_side_by_side_and_not_with_washes_that_cover_each_other(study):
    axes = panel(study_figure(study), "HAM-D17 total score, expected")
    assert "bars: 5 to 95 % of women at that hour, one beside the other" in titles(axes)
    drawn = [item for item in axes.collections if item.get_label() != GRID]
    bars = [item for item in drawn if hasattr(item, "get_segments")]
    assert len(bars) == len(study.protocols) == len(drawn)
    places = [segment[0][0] for item in bars for segment in item.get_segments()]
    assert len(set(places)) == len(places)
    band = study.bands["no-drug", "mood.hamd17"]
    for segment in bars[2].get_segments():
        hour = round(segment[0][0] / 6) * 6  # ticks stand every 6 h
        at = int(np.searchsorted(band.times, hour))
        assert [segment[0][1], segment[1][1]] == pytest.approx([band.p05[at], band.p95[at]])


@pytest.mark.parametrize("until", [0.4, 23.0, 96.0])
def test_every_panel_has_its_time_lines_where_the_lowest_has_its_ticks(until):
    _figure, ladders, panels = stack(1, [1.0, 2.0], labels=False)
    time_axis([*ladders, *panels], until)
    ticks = [tick for tick in panels[-1].get_xticks() if 0 <= tick <= until]
    for axes in [*ladders, *panels][:-1]:
        (lines,) = [item for item in axes.collections if item.get_label() == GRID]
        assert [segment[0][0] for segment in lines.get_segments()] == pytest.approx(ticks)
        assert lines.get_zorder() == 0.5  # where matplotlib puts a grid below all else
        assert axes.get_xlim() == (0.0, until)


@pytest.mark.parametrize("until", [0.4, 1.5, 96.0, 10_000.0])
def test_some_bar_is_drawn_whatever_the_span(until):
    from matplotlib.figure import Figure

    axes = Figure().add_subplot()
    times = np.linspace(0.0, until, 50)
    draw_bars(axes, times, times, times + 1.0, Look("#000000", (0, ())), 0.1)
    (bars,) = axes.collections
    assert 1 <= len(bars.get_segments()) <= 13
    assert all(0.0 < segment[0][0] < until for segment in bars.get_segments())


@pytest.mark.parametrize("names", [("a", "b"), ("a name of forty letters, as long as kept", "b", "c")])
def test_the_key_stands_above_what_is_drawn(names):
    with drawing():
        figure, _, (axes,) = stack(0, [1.0], labels=True)
        axes.plot([0.0, 96.0], [0.0, 100.0])
        axes.set_ylim(bottom=0.0)
        key(axes, {name: Look("#000000", (0, ())) for name in names}, "median; band: 5 to 95 % of women")
        figure.canvas.draw()
        box = axes.get_legend().get_window_extent().transformed(axes.transData.inverted())
    assert box.y0 >= 100.0
    assert box.y1 <= axes.get_ylim()[1] * 1.02
    assert box.x1 <= axes.get_xlim()[1]


def test_the_rate_that_was_given_is_drawn_over_the_ladder_that_was_planned():
    woman, plan = ns.Person(weight="68 kg"), ns.protocol("brexanolone-label")
    ruled = plan.with_rule("hold when plasma.allopregnanolone >= 60 ng/mL")
    course = ns.simulate(woman, ruled, until="72 h", step="2 h")
    drawn = course.plot().axes[0].get_lines()
    given = drawn[-1]
    np.testing.assert_array_equal(given.get_xdata(), course.given.times)
    assert given.get_ydata()[-1] == 0.0
    assert len(ns.simulate(woman, plan, until="72 h", step="2 h").plot().axes[0].get_lines()) == len(drawn) - 1


def test_what_rules_gave_of_several_compounds_stands_under_what_was_planned():
    mother = ns.Person(weight="70 kg", states=[ns.Postpartum(day=10), ns.Stress(chronic=1.5)])
    tablets = ns.Protocol.parse("50 mg orally every 24 h x 3", "zuranolone", "three")
    plans = [
        ns.protocol("brexanolone-label").with_rule("stop for good when plasma.allopregnanolone >= 30 ng/mL"),
        tablets.with_rule("check every 12 h; hold when plasma.zuranolone >= 20 ng/mL"),
    ]
    course = ns.simulate(mother, plans, until="72 h", step="1 h")
    (stop,) = [each.time for each in course.actions if each.compound == "allopregnanolone"]
    axes = course.plot().axes[0]
    rows = {}
    for line in axes.lines:
        height = float(np.asarray(line.get_ydata(), dtype=float)[0]) if len(line.get_ydata()) else np.nan
        rows.setdefault(round(height, 6), []).append(np.asarray(line.get_xdata(), dtype=float))
    planned, given = np.concatenate(rows[0.0]), np.concatenate(rows[-0.3])
    assert planned.max() == 60.0
    assert given.max() == pytest.approx(stop, abs=1e-9)
    assert rows[-1.0][0].tolist() == [0.0, 24.0, 48.0]
    assert rows[-1.3][0].tolist() == [0.0]
