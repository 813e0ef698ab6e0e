import json
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from typer.testing import CliRunner

from neurosteroid.cli.app import app

SMALL = ["circuit", "cortex", "--variant", "published", "--duration", "2 s", "--seeds", "2"]


def test_it_prints_json_and_writes_a_table_and_a_figure(tmp_path: Path) -> None:
    csv, spectra, figure = (tmp_path / name for name in ("measures.csv", "spectra.csv", "circuit.svg"))
    files = ["--csv", str(csv), "--spectra", str(spectra), "--figure", str(figure)]
    told = CliRunner().invoke(app, [*SMALL, "--steroid", "50 nmol/L", "--json", *files])
    assert told.exit_code == 0, told.output
    data = json.loads(told.stdout)
    assert data["kind"] == "circuit"
    assert data["seeds"] == [1, 2]
    measures = {each["name"]: each for each in data["measures"]}
    assert measures["beta power"]["change"]["is"] == "ratio"
    assert len(measures["beta power"]["by_seed"]["with"]) == 2
    rows = csv.read_text().splitlines()
    assert [row.split(",")[0] for row in rows] == ["measure", *measures]
    assert "change, low" in rows[0]
    assert len(spectra.read_text().splitlines()) == 1 + len(data["columns"]["frequency"])
    text = figure.read_text()
    assert ElementTree.fromstring(text).tag.endswith("svg")
    for words in ("first seed, without", "power, with over without", "gamma"):
        assert words in text


def test_what_it_can_be_asked_for_is_listed() -> None:
    told = CliRunner().invoke(app, ["circuit", "list"])
    assert told.exit_code == 0, told.output
    for words in ("amygdala", "with-background, published", "Hippocampal circuit: gamma", "jones-westbrook", "or none"):
        assert words in told.stdout
    data = json.loads(CliRunner().invoke(app, ["circuit", "list", "--json"]).stdout)
    assert [each["name"] for each in data["circuits"]] == ["amygdala", "cortex", "hippocampus"]


def test_a_table_for_people_says_what_was_run() -> None:
    told = CliRunner().invoke(app, [*SMALL, "--step", "0.04 ms"])
    assert told.exit_code == 0, told.output
    for words in (
        "40 excitatory, 10 fast",
        "2 s of seeds 1 to 2, in steps of 0.04 ms",
        "excitatory synchrony",
        "them assumed",
        "a proxy",
    ):
        assert words in told.stdout


def test_the_figure_of_an_unchanged_circuit_has_one_spectrum(tmp_path: Path) -> None:
    figure = tmp_path / "circuit.svg"
    told = CliRunner().invoke(app, [*SMALL[:-1], "1", "--figure", str(figure)])
    assert told.exit_code == 0, told.output
    assert "with over without" not in figure.read_text()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["circuit", "cortx"], "Did you mean 'cortex'"),
        ([*SMALL, "--steroid", "50"], "has no unit"),
        ([*SMALL, "--steroid", "-5 nmol/L"], "below zero"),
        ([*SMALL[:-1], "0"], "seeds"),
        ([*SMALL, "--synapse", "jones"], "jones-westbrook"),
        ([*SMALL, "--step", "0.1 ms"], "longer than 0.05 ms"),
        ([*SMALL, "--steroid", "1 mol/L"], "above 100000 nmol/L"),
        ([*SMALL, "--decay", "1e6"], "highest multiplier"),
        ([*SMALL, "--csv", "a.csv", "--spectra", "a.csv"], "a.csv"),
        ([*SMALL, "--figure", "circuit.png"], ".svg"),
        (["circuit", "cortex", "--duration", "100 ms"], "shorter than one stretch"),
        ([*SMALL, "--tonic", "-1"], "below zero"),
    ],
)
def test_wrong_input_is_told_in_a_line(arguments: list[str], message: str) -> None:
    told = CliRunner().invoke(app, arguments)
    assert told.exit_code == 2
    assert message in told.stderr
    assert "Traceback" not in told.output
