"""`neurosteroid neuron surface` as a user calls it."""

import json
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from typer.testing import CliRunner

from neurosteroid.cli.app import app

CALL = ["neuron", "surface", "pyramidal"]


def test_it_prints_the_error_and_a_table() -> None:
    told = CliRunner().invoke(app, [*CALL, "--tonic", "8 nS", "--decay", "1.5"])
    assert told.exit_code == 0, told.output
    assert "interpolation error: " in told.stdout
    assert "excitability at 8 nS, decay x1.5: 0.8" in told.stdout
    assert "decay x4" in told.stdout
    assert "at 16 runs between them it is off by at most" in " ".join(told.stdout.split())


def test_json_table_and_figure_are_written(tmp_path: Path) -> None:
    csv, figure = tmp_path / "table.csv", tmp_path / "figure.svg"
    told = CliRunner().invoke(app, [*CALL, "--json", "--csv", str(csv), "--figure", str(figure)])
    assert told.exit_code == 0, told.output
    data = json.loads(told.stdout)
    assert data["kind"] == "surface"
    assert 0.0 <= data["interpolation error"] <= 0.002
    lines = csv.read_text().splitlines()
    assert lines[0].startswith("tonic conductance (nS),decay x0.5 (1)")
    assert len(lines) == 1 + len(data["columns"]["decay x1"])
    text = figure.read_text()
    assert ElementTree.fromstring(text).tag.endswith("svg")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["neuron", "surface", "pyramid"], "No neuron 'pyramid'"),
        ([*CALL, "--tonic", "-1 nS"], "below zero"),
        ([*CALL, "--tonic", "100 nS"], "lies outside the surface"),
        ([*CALL, "--decay", "9"], "lies outside the surface"),
        ([*CALL, "--variant", "carried-chloride"], "moves"),
        ([*CALL, "--event-rate", "ten"], "event_rate"),
    ],
)
def test_wrong_input_is_told_in_a_line(arguments: list[str], message: str) -> None:
    told = CliRunner().invoke(app, arguments)
    assert told.exit_code == 2
    assert message in " ".join(told.stderr.split())
    assert "Traceback" not in told.output
