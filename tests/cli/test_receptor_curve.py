import json

import pytest
from typer.testing import CliRunner

from neurosteroid.cli.app import app


@pytest.fixture
def call(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        return CliRunner().invoke(app, [str(argument) for argument in arguments])

    return run


def test_the_curve_of_gaba_has_the_published_half_maximal_concentration(call):
    data = json.loads(call("receptor", "curve", "a1b2g2", "--json").stdout)
    # 26 umol/L is fitted on the card to five digits
    assert data["curves"][0]["half_effective_concentration"] == pytest.approx(26, rel=1e-3)
    assert data["unit"] == "umol/L"


def test_an_unknown_isoform_names_what_comes_close(call):
    done = call("receptor", "curve", "a1b2g")
    assert done.exit_code == 2
    assert "Did you mean 'a1b2g2'" in done.stderr


def test_a_background_adds_a_curve_a_table_and_a_figure(call, tmp_path):
    done = call(
        "receptor", "curve", "a1b2g2", "--with", "allopregnanolone=50 nmol/L", "--at", "steady",
        "--csv", "curve.csv", "--figure", "curve.svg",
    )  # fmt: skip
    assert done.exit_code == 0
    for word in ("with 50 nmol/L allopregnanolone", "steady state", "fold", "moves", "Sugasawa", "assumed"):
        assert word in done.stdout
    lines = (tmp_path / "curve.csv").read_text().splitlines()
    assert lines[0] == "GABA (umol/L),GABA alone,with 50 nmol/L allopregnanolone,fold"
    assert len(lines) > 100
    drawn = (tmp_path / "curve.svg").read_text()
    for word in ("<svg", "GABA (µmol/L)", "EC₅₀", "Sources: ", "open probability, steady state"):
        assert word in drawn


def test_every_isoform_is_listed(call):
    names = {row["name"] for row in json.loads(call("receptor", "curve", "list", "--json").stdout)}
    assert {"a1b2g2", "a4b3d", "rho1"} <= names
    assert "Ligands: " in call("receptor", "curve", "list").stdout


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--with", "allopregnanolone"], "write 'ligand=amount'"),
        (["--with", "allopregnanolone=-5 nmol/L"], "below 0"),
        (["--with", "allopregnanolone=5 mV"], "measure different things"),
        (["--with", "GABA=5 umol/L"], "on the axis and in the background"),
        (["--with", "propofol=1 umol/L", "--with", "propofol=2 umol/L"], "given twice"),
        (["--ligand", "allopregnanalone"], "Did you mean 'allopregnanolone'"),
        (["--mutation", "b3Y284F"], "made of a1, b2, g2"),
        (["--at", "plateau"], "'peak' or 'steady'"),
        (["--figure", "curve.png"], "does not end in '.svg'"),
        (["--variant", "hekk"], "Did you mean 'hek'"),
    ],
)
def test_wrong_input_is_named_and_nothing_is_written(call, tmp_path, options, says):
    done = call("receptor", "curve", "a1b2g2", "--csv", "curve.csv", *options)
    assert done.exit_code == 2
    assert says in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_an_inhibition_has_an_ic50_and_a_curve_moves_where_it_moves(call, tmp_path):
    closing = ("--at", "steady", "--ligand", "isoallopregnanolone", "--with", "GABA=10 umol/L", "--figure", "curve.svg")
    done = call("receptor", "curve", "a1b2g2", *closing)
    assert "IC50" in done.stdout
    assert "EC50" not in done.stdout
    assert "hardly anything" in done.stdout
    assert "IC₅₀" in (tmp_path / "curve.svg").read_text()
    assert "EC₅₀" not in (tmp_path / "curve.svg").read_text()


@pytest.mark.parametrize(
    ("background", "says"),
    [
        (("--with", "isoallopregnanolone=10 umol/L"), "the curve stays where it is"),
        (("--with", "allopregnanolone=50 nmol/L"), "-fold to the left"),
        (("--ligand", "allopregnanolone", "--with", "GABA=100 umol/L", "--at", "steady"), "turns the effect around"),
    ],
)
def test_a_shift_is_said_with_its_side(call, background, says):
    assert says in call("receptor", "curve", "a1b2g2", *background).stdout
