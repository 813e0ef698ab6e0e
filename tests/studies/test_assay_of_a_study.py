"""A study on the scale of an assay: what it reads, what stays true, and what is refused."""

import numpy as np
import pytest
from typer.testing import CliRunner

import neurosteroid as ns
from neurosteroid.cli.app import app
from neurosteroid.errors import InputError
from neurosteroid.evidence import library
from neurosteroid.reports.config_text import config_toml
from neurosteroid.reports.courses import course_figure, study_figure
from neurosteroid.reports.html import render
from neurosteroid.studies import config_from_data, read_config

WOMEN = ns.population("postpartum", size=3, seed=1)
CYCLE = {"states": [ns.MenstrualCycle(day=20)], "until": "12 h", "step": "3 h"}
PROGESTERONE, ALLOPREGNANOLONE = "plasma.progesterone", "plasma.allopregnanolone"


@pytest.fixture(scope="module")
def true():
    return ns.study(WOMEN, ["no-drug"], **CYCLE)


@pytest.fixture(scope="module")
def read():
    return ns.study(WOMEN, ["no-drug"], assay="RIA", **CYCLE)


def test_plasma_is_what_the_assay_reads_and_all_else_is_true(true, read):
    slope = library().card("radioimmunoassay", "assays").number("slope", "allopregnanolone").value
    for study in (true, read):
        assert np.all(study.bands["no-drug", ALLOPREGNANOLONE].p50 > 0)
    ratio = read.bands["no-drug", ALLOPREGNANOLONE].p95 / true.bands["no-drug", ALLOPREGNANOLONE].p95
    np.testing.assert_allclose(ratio, slope, rtol=1e-12)
    for name in ("brain.allopregnanolone", "plasma.lh"):
        np.testing.assert_array_equal(read.bands["no-drug", name].p50, true.bands["no-drug", name].p50)
    both = [np.asarray(study.individuals["allopregnanolone_highest"]) for study in (read, true)]
    np.testing.assert_allclose(both[0], slope * both[1], rtol=1e-12)


def test_what_cross_reacts_is_read_too():
    read = ns.study(WOMEN, ["no-drug"], assay={"name": "elecsys", "analytes": ["progesterone"]}, **CYCLE)
    true = ns.study(WOMEN, ["no-drug"], outputs=[PROGESTERONE, "plasma.5beta-dihydroprogesterone"], **CYCLE)
    card = library().card("elecsys", "assays")
    cross = {
        name: card.number(f"cross_{name}", "progesterone").value
        for name in ("5beta-dihydroprogesterone", "pregnanolone", "allopregnanolone")
    }
    own = true.examples["no-drug", PROGESTERONE]
    least = own + cross["5beta-dihydroprogesterone"] * true.examples["no-drug", "plasma.5beta-dihydroprogesterone"]
    found = read.examples["no-drug", PROGESTERONE]
    assert np.all(found > least)
    assert np.all(found < least * 1.1)  # the two others are read by less than a hundredth
    assert set(read.reading) == {PROGESTERONE}


def test_the_bias_of_a_study_that_nobody_knows_is_drawn_once_for_all_women(true):
    drawn = ns.study(WOMEN, ["no-drug"], assay={"name": "RIA", "seed": 4}, **CYCLE)
    one, other = (np.asarray(study.individuals["allopregnanolone_highest"]) for study in (drawn, true))
    np.testing.assert_allclose(one / other, (one / other)[0], rtol=1e-12)
    assert (one / other)[0] != pytest.approx(2.0, rel=1e-3)
    assert any("drawn with seed 4" in text for text in drawn.limits)


def test_rows_panels_and_limits_name_the_assay(read, true):
    labels = {row["metric"]: row["label"] for row in read.summary.rows()}
    assert labels["progesterone_mean"].endswith("by radioimmunoassay")
    assert "radioimmunoassay" not in labels["lh_highest"]
    assert read.reading == dict.fromkeys(
        [PROGESTERONE, "plasma.5alpha-dihydroprogesterone", ALLOPREGNANOLONE], "radioimmunoassay"
    )
    titles = {text.get_text() for axes in study_figure(read).axes for text in axes.texts}
    assert "Progesterone in plasma, total, as read by radioimmunoassay" in titles
    assert any("the assay 'radioimmunoassay' reads them" in text for text in read.limits)
    assert "plasma as read by radioimmunoassay" in render(read)
    assert "as read by" not in render(true)
    more = {number.where for number in read.ledger.numbers} - {number.where for number in true.ledger.numbers}
    assert "radioimmunoassay[allopregnanolone].slope" in more
    assert all(where.startswith("radioimmunoassay[") for where in more)


def test_measures_are_read_on_the_scale_and_workers_read_alike(true):
    asked = [{"output": ALLOPREGNANOLONE, "kind": "cmax", "name": "top"}]
    alone = ns.study(WOMEN, ["no-drug"], assay="RIA", measures=asked, **CYCLE)
    np.testing.assert_allclose(
        np.asarray(alone.individuals["top"]),
        2.0 * np.asarray(true.individuals["allopregnanolone_highest"]),
        rtol=1e-12,
    )
    assert "by radioimmunoassay" in next(row["label"] for row in alone.summary.rows() if row["metric"] == "top")


def test_a_drug_alone_is_read_too_and_felt_as_it_is():
    true, read = (ns.study(WOMEN, ["brexanolone-60"], assay=each, until="24 h", step="4 h") for each in (None, "elisa"))
    both = [np.asarray(study.individuals["c_max"]) for study in (read, true)]
    np.testing.assert_allclose(both[0], 3.0 * both[1], rtol=1e-12)
    assert np.array_equal(read.individuals["hamd17_change"], true.individuals["hamd17_change"])


def test_one_woman_keeps_the_name_of_her_assay_in_her_figure():
    course = ns.simulate(ns.Person(weight="70 kg", states=CYCLE["states"]), until="12 h").as_measured(assay="RIA")
    assert course.reading[ALLOPREGNANOLONE] == "radioimmunoassay"
    titles = {text.get_text() for axes in course_figure(course).axes for text in axes.texts}
    assert "Allopregnanolone in plasma, total, as read by radioimmunoassay" in titles
    with pytest.raises(InputError, match="read by an assay already"):
        course.as_measured(assay="elisa")


BASE = {
    "name": "own",
    "title": "T",
    "question": "Q?",
    "population": {"card": "postpartum", "size": 2},
    "protocols": [{"card": "no-drug"}],
}


def test_a_file_has_a_name_or_a_table_and_is_written_back(tmp_path):
    short, whole = config_from_data(BASE | {"assay": "RIA"}), config_from_data(BASE | {"assay": {"name": "RIA"}})
    assert short == whole
    path = tmp_path / "own.toml"
    path.write_text(config_toml(short), encoding="utf-8")
    assert read_config(path) == short


@pytest.mark.parametrize(
    ("assay", "said"),
    [
        ('"elissa"', "assay: No assay 'elissa'. Did you mean 'elisa'?"),
        ('{ name = "RIA", analyte = ["progesterone"] }', "assay.analyte: No key 'analyte'. Did you mean 'analytes'?"),
        ('{ name = "RIA", analytes = ["lh"] }', "assay.analytes: No analyte 'lh'."),
        ('{ name = "RIA", study = "Nobody 1999" }', "assay.study: it has the bias of no study"),
        ('{ name = "RIA", study = "A 1999", seed = 1 }', "assay: 'A 1999' has its own bias; give 'study' or 'seed'"),
        ('"elecsys"', "'elecsys' reads progesterone, estradiol, lh, and this study follows allopregnanolone."),
        ("3", "assay: this must be a table with keys of name, study, analytes, seed; found 3"),
    ],
)
def test_an_assay_that_cannot_read_is_refused_by_check(tmp_path, monkeypatch, assay, said):
    monkeypatch.chdir(tmp_path)
    text = config_toml(config_from_data(BASE))
    (tmp_path / "own.toml").write_text(f"assay = {assay}\n{text}", encoding="utf-8")
    done = CliRunner().invoke(app, ["check", "own.toml"])
    assert done.exit_code == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
