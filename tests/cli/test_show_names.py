"""Names that people use for medicines and hormones lead to a page or a card, and a slip to the name that is meant."""

import json

import pytest
from typer.testing import CliRunner

from neurosteroid.cli.app import app
from neurosteroid.cli.card_names import meant
from neurosteroid.errors import UnknownNameError
from neurosteroid.observation.assay_scale import assay_scale


@pytest.fixture
def call(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: CliRunner().invoke(app, list(arguments))


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("sepranolone", "sepranolone"),
        ("UC1010", "medicines/sepranolone"),
        ("THDOC", "thdoc"),
        ("medicines/THDOC", "medicines/thdoc"),
        ("ssri", "medicines/fluoxetine"),
        ("GnRH agonist", "medicines/gnrh-agonist-alone"),
        ("isopregnanolone", "compounds/isoallopregnanolone"),
        ("Dutasteride", "dutasteride"),
        ("zuranolone", "zuranolone"),
    ],
)
def test_a_name_or_synonym_is_the_card_that_is_meant(asked, found):
    assert meant(asked) == found


@pytest.mark.parametrize(
    ("asked", "said"),
    [("sepranolon", "'sepranolone'"), ("dutasterid", "'dutasteride'"), ("Zurzuva", "'Zurzuvae'")],
)
def test_a_slip_names_what_is_close(asked, said):
    with pytest.raises(UnknownNameError, match=f"Did you mean .*{said}"):
        meant(asked)


def test_a_figure_names_the_assay_that_reads_it(call, tmp_path):
    figure = tmp_path / "read.svg"
    assert call("show", "postpartum", "--assay", "RIA", "--svg", str(figure)).exit_code == 0
    assert "Allopregnanolone in plasma, as read by radioimmunoassay" in figure.read_text()


def test_a_medicine_is_shown_as_an_assay_reads_it(call):
    true = json.loads(call("show", "postpartum", "--json").stdout)["outputs"]["plasma.allopregnanolone"]["values"]
    read = json.loads(call("show", "postpartum", "--assay", "elisa", "--json").stdout)
    assert read["outputs"]["plasma.allopregnanolone"]["values"][0] == pytest.approx(3 * true[0], rel=1e-6)
    assert "elisa" in read["limits"][-1]


def test_a_study_is_shown_with_its_bias_and_an_unknown_one_is_drawn(call):
    def progesterone(*more):
        shown = json.loads(call("show", "postpartum", "--assay", "RIA", "--json", *more).stdout)
        return shown["outputs"]["plasma.progesterone"]["values"][0], shown["limits"][-1]

    typical, _ = progesterone()
    study, said = progesterone("--study", "daily samples 1977")
    drawn, told = progesterone("--draw", "3")
    assert study / typical == pytest.approx(assay_scale("progesterone", "RIA", "daily samples 1977").bias, rel=1e-6)
    assert "with the bias of daily samples 1977" in said
    assert drawn not in (typical, study)
    assert "drawn with seed 3" in told


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("show", "allopregnanolone", "--assay", "elisa"), "only these are read by an assay"),
        (("show", "postpartum", "--study", "Levy"), "say which with --assay"),
        (("show", "postpartum", "--assay", "elisa", "--study", "Levy"), "has the bias of no study"),
        (("show", "postpartum", "--assay", "RIA", "--study", "Levy"), "No study 'Levy'. Known: daily-samples-1977"),
        (("show", "postpartum", "--draw", "1"), "needs --assay, no --study"),
        (("show", "postpartum", "--assay", "RIA", "--study", "daily samples 1977", "--draw", "1"), "no --study"),
        (("show", "postpartum", "--assay", "RIA", "--draw", "-1"), "a seed of 0 or more"),
        (("show", "postpartum", "--assay", "elissa"), "Did you mean 'elisa'"),
        (("show", "medicines/zuranolone", "--assay", "elisa"), "shown are plasma.zuranolone"),
    ],
)
def test_what_no_assay_reads_is_refused_in_a_sentence(call, arguments, said):
    done = call(*arguments)
    assert done.exit_code == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_plot_of_a_bare_name_is_that_of_its_page(call, tmp_path):
    done = call("show", "sepranolone", "--svg", str(tmp_path / "plot.svg"))
    assert done.exit_code == 0
    assert "medicines/sepranolone" in done.stdout
    assert (tmp_path / "plot.svg").exists()
    assert "pharmacokinetics/sepranolone" in call("show", "sepranolone").stdout


def test_the_page_of_a_medicine_comes_before_rows_observed_of_it(call):
    assert "(medicines/progesterone-vaginal)" in call("show", "progesterone-vaginal").stdout.splitlines()[0]
    assert "(observations/progesterone-vaginal)" in call("show", "observations/progesterone-vaginal").stdout


def test_ketoconazole_is_shown_with_what_the_model_does_not_follow(call):
    for name in ("ketoconazole", "medicines/ketoconazole"):
        shown = " ".join(call("show", name).stdout.split())
        assert "synthesis of steroids" in shown
        assert "does not follow" in shown
