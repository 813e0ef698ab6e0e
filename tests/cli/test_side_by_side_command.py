import csv
import json
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from typer.testing import CliRunner

from neurosteroid.cli.app import app

CALL = ["side-by-side", "--at", "220 nmol/L", "--cell", "pyramidal"]


def test_it_prints_and_writes(tmp_path: Path) -> None:
    table, figure = tmp_path / "a.csv", tmp_path / "a.svg"
    done = CliRunner().invoke(app, [*CALL, "--csv", str(table), "--figure", str(figure)])
    assert done.exit_code == 0, done.output
    for words in ("rheobase", "alpha4 beta2 delta", "L-type calcium channel", "without", "220 nmol/L", "Assumed: "):
        assert words in done.stdout
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["concentration (nmol/L)"] for row in rows} == {"0", "220"}
    assert {row["what"] for row in rows if row["stage"] == "firing"} == {"pyramidal"}
    drawn = figure.read_text(encoding="utf-8")
    assert ElementTree.fromstring(drawn).tag.endswith("svg")
    for words in ("220 nmol/L", "without steroid", "α4β2δ", "injected current (pA)", "Sources: ", "numbers assumed"):
        assert words in drawn


def test_json_says_of_every_row_what_is_assumed() -> None:
    data = json.loads(CliRunner().invoke(app, [*CALL, "--json"]).stdout)
    assert data["concentrations"] == [0.0, 220.0]
    row = next(row for row in data["rows"] if row["quantity"] == "tonic conductance")
    assert row["values"][1] > 5 * row["values"][0]
    assert "gaba-input[pyramidal].tonic_dependent" in row["assumed"]
    assert row["sources"]


def test_a_steroid_may_act_on_the_tonic_conductance_only() -> None:
    done = CliRunner().invoke(app, [*CALL, "--synapse", "none", "--json"])
    assert done.exit_code == 0, done.output
    rows = {row["quantity"]: row for row in json.loads(done.stdout)["rows"] if row["what"] == "pyramidal"}
    assert rows["tonic conductance"]["values"][1] > 5 * rows["tonic conductance"]["values"][0]
    assert rows["charge at 0 mV"]["values"][1] == pytest.approx(rows["charge at 0 mV"]["values"][0], rel=0.05)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["ganaxolone"], "No steroid that cells know 'ganaxolone'"),
        (["--at", "5"], "has no unit"),
        (["--at", ""], "no concentration"),
        (["--cell", "granule"], "Did you mean 'dentate-granule'"),
        (["--circuit", "cortx"], "Did you mean 'cortex'"),
        (["--seeds", "2"], "of circuits, and none is named"),
        (["--duration", "5 s"], "of circuits, and none is named"),
        (["--circuit", "cortex", "--seeds", "0"], "seeds"),
        (["--circuit", "cortex", "--duration", "5"], "has no unit"),
        (["--figure", "a.png"], "does not end in '.svg'"),
        (["--hypothesis", "slower-closin"], "Did you mean 'slower-closing'"),
    ],
)
def test_wrong_input_is_told_in_a_line_and_nothing_is_written(
    arguments: list[str], message: str, tmp_path: Path
) -> None:
    done = CliRunner().invoke(app, ["side-by-side", *arguments, "--csv", str(tmp_path / "a.csv")])
    assert done.exit_code == 2
    assert message in done.stderr
    assert not list(tmp_path.iterdir())
