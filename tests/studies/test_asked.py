"""Outputs and measures that a study asks for: from any output, over any span, against direct computation."""

import json

import numpy as np
import pytest
from typer.testing import CliRunner

import neurosteroid as ns
from neurosteroid.cli.app import app
from neurosteroid.engine.reducers import first_time_within, hours_within, within_span
from neurosteroid.errors import InputError
from neurosteroid.evidence import Ledger
from neurosteroid.model import simulate_many
from neurosteroid.model.body_course import simulate_bodies
from neurosteroid.studies import config_from_data, pacing, read_config, run
from neurosteroid.studies.conduct import conduct, task_of

PLAN = "60 ug/kg/h for 12 h"
BRAIN = "brain.allopregnanolone"
MEASURES = [
    {"output": BRAIN, "kind": "auc", "since": "2 h", "until": "20 h"},
    {"output": BRAIN, "kind": "cmax"},
    {"output": BRAIN, "kind": "tmax", "since": "1 h", "until": "9.5 h"},
    {"output": BRAIN, "kind": "time_in_window", "low": "60 nmol/L", "high": "150 nmol/L"},
    {"output": BRAIN, "kind": "first_passage", "limit": "80 nmol/L"},
    {
        "output": BRAIN,
        "kind": "first_passage",
        "limit": "80 nmol/L",
        "direction": "down",
        "since": "12 h",
        "name": "low",
    },
    {"output": "mood.hamd17_change", "kind": "auc", "name": "relief"},
    {"output": "plasma.allopregnanolone", "kind": "cmax", "unit": "ng/mL", "since": "6 h", "name": "late"},
]


def config(**changes):
    data = {
        "name": "asked",
        "title": "Asked",
        "question": "What does the brain see?",
        "population": {"card": "postpartum", "size": 8},
        "protocols": [{"name": "short", "sentence": PLAN}, {"card": "no-drug"}],
        "time": {"until": "24 h", "step": "1 min"},
    }
    return config_from_data(data | changes)


def column(study, name, arm="short"):
    rows = np.array(study.individuals["protocol"]) == arm
    return np.asarray(study.individuals[name])[rows]


@pytest.fixture(scope="module")
def asked():
    return conduct(config(outputs=[BRAIN, "mood.hamd17"], measures=MEASURES))


@pytest.fixture(scope="module")
def direct():
    """The same women from the solver, every quarter of a minute: hours, and output to courses."""
    wanted = config()
    task = task_of(wanted, [ns.Protocol.parse(PLAN, name="short")])
    women = task.population.draw(task.assembly, Ledger(), range(8), None)
    times = np.arange(24 * 240 + 1) / 240
    courses = simulate_many(task.assembly, task.arms[0].first, women.weight, times, parameters=women.parameters)
    return times, courses.values


def test_only_the_bands_that_are_asked_for_are_kept(asked):
    outputs = {output for _, output in asked.bands}
    assert outputs == {BRAIN, "mood.hamd17"}
    assert {output for _, output in asked.examples} == outputs
    plain = conduct(config())
    for arm in ("short", "no-drug"):
        np.testing.assert_array_equal(asked.bands[arm, BRAIN].p50, plain.bands[arm, BRAIN].p50)
    # what a study has anyway does not change with it
    np.testing.assert_array_equal(column(asked, "c_max"), column(plain, "c_max"))
    np.testing.assert_array_equal(column(asked, "sedation_any"), column(plain, "sedation_any"))


def test_measures_are_what_direct_computation_gives(asked, direct):
    times, values = direct
    brain, step = values[BRAIN], times[1]
    inside = (times >= 2.0) & (times <= 20.0)
    # lines over 1 min of curves that bend within a quarter of an hour where doses begin: (1/15)^2 / 12 of that piece
    close = {"rtol": 2e-5}
    np.testing.assert_allclose(
        column(asked, f"{BRAIN}.auc"), np.trapezoid(brain[:, inside], times[inside], axis=1), **close
    )
    # a peak is read at output times, every minute; the brain's is up to a minute and a quarter after the infusion ends
    np.testing.assert_allclose(column(asked, f"{BRAIN}.cmax"), brain[:, ::4].max(axis=1), rtol=1e-9)
    np.testing.assert_allclose(column(asked, f"{BRAIN}.cmax"), brain.max(axis=1), rtol=1e-4)
    early = np.where((times >= 1.0) & (times <= 9.5), brain, -np.inf)
    np.testing.assert_allclose(column(asked, f"{BRAIN}.tmax"), times[early.argmax(axis=1)], atol=step)
    within = ((brain >= 60.0) & (brain <= 150.0)).sum(axis=1) * step
    np.testing.assert_allclose(column(asked, f"{BRAIN}.time_in_window"), within, atol=4 * step)
    first = np.where((brain >= 80.0).any(axis=1), times[(brain >= 80.0).argmax(axis=1)], np.nan)
    assert np.isfinite(first).any()
    np.testing.assert_allclose(column(asked, f"{BRAIN}.first_passage"), first, atol=2 * step)
    after = (brain <= 80.0) & (times >= 12.0)
    back = np.where(after.any(axis=1), times[after.argmax(axis=1)], np.nan)
    assert 0 < np.isfinite(back).sum() < len(back)
    np.testing.assert_allclose(column(asked, "low"), back, atol=2 * step)
    relief = np.trapezoid(values["mood.hamd17_change"], times, axis=1)
    np.testing.assert_allclose(column(asked, "relief"), relief, **close)
    late = values["plasma.allopregnanolone"][:, times >= 6.0].max(axis=1) * 0.31849
    np.testing.assert_allclose(column(asked, "late"), late, rtol=1e-4)


def test_summaries_say_what_was_measured_and_in_which_unit(asked):
    rows = {row["metric"]: row for row in asked.summary.rows() if row["protocol"] == "short"}
    assert rows[f"{BRAIN}.auc"]["label"] == f"AUC of {BRAIN} 2 to 20 h"
    assert rows[f"{BRAIN}.auc"]["unit"] == "nmol*h/L"
    assert rows["low"]["label"] == f"First hour with {BRAIN} at or below 80 nmol/L, 12 to 24 h"
    assert rows["relief"]["unit"] == "points*h"
    assert rows["late"]["unit"] == "ng/mL"
    assert rows[f"{BRAIN}.cmax"]["p50"] == pytest.approx(np.median(column(asked, f"{BRAIN}.cmax")))
    # who never gets there has no first hour, and is not counted
    nobody = next(
        row
        for row in asked.summary.rows()
        if row["protocol"] == "no-drug" and row["metric"] == f"{BRAIN}.first_passage"
    )
    assert nobody["n"] == 0


def test_any_output_of_women_in_states(tmp_path):
    names = ["plasma.progesterone", "peripheral.progesterone"]
    wanted = config(
        population={"card": "postpartum", "size": 3},
        protocols=[{"name": "short", "sentence": PLAN}],
        states=[{"kind": "postpartum", "day": 3}],
        outputs=names,
        measures=[{"output": names[1], "kind": "cmax", "name": "top"}],
        time={"until": "24 h", "step": "30 min"},
    )
    done = run(wanted, tmp_path / "out")
    assert {output for _, output in done.study.bands} == set(names)
    task = task_of(wanted, [ns.Protocol.parse(PLAN, name="short")])
    assert names[1] not in task._joined.outputs
    women = task.population.draw(task.assembly, Ledger(), range(3), task.joined)
    found = simulate_bodies(
        task.joined, None, task.arms[0].first, women.weight, task.times, parameters=women.parameters
    )
    np.testing.assert_allclose(column(done.study, "top"), found.values[names[1]].max(axis=1), rtol=1e-6)
    text = done.report.read_text(encoding="utf-8")
    assert "Asked for in this study" in text
    assert f"Highest {names[1]}" in text


def test_memory_does_not_hang_on_the_number_of_women(monkeypatch, tmp_path):
    """What is kept of many women for a measure are counts in bins, and its rows go to the file."""
    monkeypatch.setattr("neurosteroid.studies.task.EXACT", 100)
    monkeypatch.setattr(pacing, "TARGET", 0.0)
    sizes = []
    for size in (500, 1500):
        wanted = config(
            population={"card": "postpartum", "size": size},
            outputs=[BRAIN],
            measures=MEASURES[:5],
            time={"until": "24 h", "step": "2 h"},
        )
        done = run(wanted, tmp_path / str(size))
        rows = done.study.summary.rows()
        assert {row["quantile_error"] for row in rows if row["metric"] == f"{BRAIN}.auc"} == {2.0**-12}
        row = next(row for row in rows if row["metric"] == f"{BRAIN}.auc" and row["protocol"] == "short")
        assert row["p50"] == pytest.approx(np.median(column(done.study, f"{BRAIN}.auc")), rel=2.0**-12)
        sizes.append((done.folder / "courses.nc").stat().st_size)
    assert sizes[0] == sizes[1]


def test_the_config_comes_back_from_what_explain_prints(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    wanted = config(outputs=[BRAIN], measures=MEASURES)
    (tmp_path / "study.json").write_text(wanted.model_dump_json())
    assert config_from_data(json.loads((tmp_path / "study.json").read_text())) == wanted
    from neurosteroid.reports.config_text import config_toml

    (tmp_path / "asked.toml").write_text(config_toml(wanted))
    assert read_config("asked.toml") == wanted
    told = CliRunner().invoke(app, ["run", "asked.toml", "--explain"])
    assert told.exit_code == 0
    assert f'outputs = ["{BRAIN}"]' in told.stdout
    assert told.stdout.count("[[measures]]") == len(MEASURES)
    assert 'kind = "time_in_window"' in told.stdout


def test_the_python_call_takes_the_same():
    women = ns.population("postpartum", size=3, seed=1)
    protocol = ns.Protocol.parse(PLAN, name="short")
    found = ns.study(women, [protocol], until="24 h", outputs=[BRAIN], measures=[MEASURES[1]])
    assert list(found.bands) == [("short", BRAIN)]
    np.testing.assert_allclose(
        found.individuals[f"{BRAIN}.cmax"], np.asarray(found.examples["short", BRAIN]).max(axis=1)
    )


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"outputs": ["brain.allopregnanalone"]}, "outputs[0]: No output 'brain.allopregnanalone'. Did you mean"),
        ({"outputs": [BRAIN, BRAIN]}, f"outputs[1]: '{BRAIN}' is named twice"),
        ({"outputs": []}, "outputs"),
        ({"outputs": BRAIN}, "outputs: this must be a list; put it in square brackets"),
        ({"measures": [{"output": "brain.x", "kind": "auc"}]}, "measures[0].output: No output 'brain.x'"),
        ({"measures": [{"output": BRAIN, "kind": "peak"}]}, "measures[0].kind"),
        ({"measures": [{"output": BRAIN, "kind": "auc", "lowest": "1 h"}]}, "measures[0].lowest: No key 'lowest'"),
        ({"measures": [{"output": BRAIN, "kind": "auc", "low": "1 nmol/L"}]}, "'auc' has no 'low'; leave it out"),
        ({"measures": [{"output": BRAIN, "kind": "time_in_window"}]}, "needs 'low' or 'high', such as '50 nmol/L'"),
        ({"measures": [{"output": BRAIN, "kind": "first_passage"}]}, "needs 'limit'"),
        ({"measures": [{"output": BRAIN, "kind": "cmax", "direction": "down"}]}, "has no 'direction'"),
        (
            {"measures": [{"output": BRAIN, "kind": "first_passage", "limit": "80 h"}]},
            "measures[0].limit: 'h' ([time]) cannot become 'nmol/L'",
        ),
        ({"measures": [{"output": BRAIN, "kind": "first_passage", "limit": "80"}]}, "measures[0].limit: '80'"),
        (
            {"measures": [{"output": BRAIN, "kind": "time_in_window", "low": "9 nmol/L", "high": "8 nmol/L"}]},
            "measures[0]: 'low' (9 nmol/L) must be below 'high' (8 nmol/L)",
        ),
        ({"measures": [{"output": BRAIN, "kind": "auc", "until": "25 h"}]}, "from 0 h to 25 h is no span within"),
        (
            {"measures": [{"output": BRAIN, "kind": "auc", "since": "4 h", "until": "3 h"}]},
            "from 4 h to 3 h is no span within",
        ),
        ({"measures": [{"output": BRAIN, "kind": "auc", "unit": "kg"}]}, "measures[0].unit"),
        (
            {"measures": [{"output": BRAIN, "kind": "auc"}, {"output": BRAIN, "kind": "auc", "since": "1 h"}]},
            "measures[1]: two measures are called 'brain.allopregnanolone.auc'",
        ),
        ({"measures": ["auc"]}, "measures[0]: this must be a table with keys of output, kind, low"),
        ({"measures": {"output": BRAIN, "kind": "auc"}}, "measures: this must be a list; put it in square brackets"),
        ({"measures": [{"output": BRAIN, "kind": "auc", "name": "c_max"}]}, "is the name of a result that this study"),
        ({"measures": [{"output": BRAIN, "kind": "auc", "name": "person"}]}, "is the name of a result that this study"),
        (
            {"measures": [{"output": BRAIN, "kind": "auc", "name": "protocol"}]},
            "is the name of a result that this study",
        ),
        ({"measures": [{"output": BRAIN, "kind": "auc", "name": "0/x"}]}, "measures[0].name"),
    ],
)
def test_what_cannot_be_measured_is_refused_with_its_place(changes, said):
    with pytest.raises(InputError) as told:
        conduct(config(**changes))
    assert said in str(told.value)


def test_a_span_of_courses_against_hand_arithmetic():
    times = np.array([0.0, 1.0, 3.0])
    values = np.array([[0.0, 2.0, 6.0], [6.0, 4.0, 0.0]])
    clock, found = within_span(times, values, 0.5, 2.0)
    np.testing.assert_allclose(clock, [0.5, 1.0, 2.0])
    np.testing.assert_allclose(found, [[1.0, 2.0, 4.0], [5.0, 4.0, 2.0]])
    own, same = within_span(np.tile(times, (2, 1)), values, 0.5, 2.0)
    np.testing.assert_array_equal(own, np.tile(clock, (2, 1)))
    np.testing.assert_array_equal(same, found)
    # pieces outside have no length
    long = np.array([0.0, 0.2, 1.0, 2.5, 3.0])
    clock, found = within_span(long, np.stack([long * 2.0, 6.0 - 2.0 * long]), 0.5, 2.0)
    np.testing.assert_allclose(hours_within(clock, found, 2.0, np.inf), [1.0, 1.5])
    np.testing.assert_allclose(first_time_within(clock, found, 3.0, np.inf), [1.5, 0.5])
    np.testing.assert_allclose(first_time_within(clock, found, -np.inf, 3.0), [0.5, 1.5])


@pytest.mark.parametrize("measures", [{"output": BRAIN, "kind": "auc"}, "auc", 5, None])
def test_measures_without_a_list_are_refused_as_that(measures):
    women = ns.population("postpartum", size=2, seed=1)
    with pytest.raises(InputError, match="measures: this must be a list"):
        ns.study(women, ["no-drug"], until="24 h", measures=measures)
