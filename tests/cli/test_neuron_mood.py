"""`neurosteroid neuron mood`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from neurosteroid.cli.app import app

CALL = ["neuron", "mood", "by-principal-cell", "--at", "5 nmol/L, 170 nmol/L"]


def test_it_prints_points_and_writes_files(tmp_path: Path) -> None:
    files = ["--csv", str(tmp_path / "points.csv"), "--figure", str(tmp_path / "points.svg")]
    told = CliRunner().invoke(app, [*CALL, *files, "--json"])
    assert told.exit_code == 0, told.output
    data = json.loads(told.stdout)
    assert data["units"]["by-principal-cell"] == "points"
    assert data["columns"]["by-principal-cell"][0] == 0.0 > data["columns"]["by-principal-cell"][1]
    assert any(name.startswith("hamd17.") for name in data["assumed"])
    assert (tmp_path / "points.csv").read_text().startswith("serum (nmol/L),by-principal-cell (points)")
    assert "<svg" in (tmp_path / "points.svg").read_text()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["by-principal-cel"], "by-principal-cell"),
        (["half-effect-30"], "No depression score by neurons"),
        (["by-principal-cell", "--at", "2"], "unit"),
        (["by-principal-cell", "--at", "0 nmol/L"], "above"),
    ],
)
def test_bad_input(arguments: list[str], message: str) -> None:
    told = CliRunner().invoke(app, ["neuron", "mood", *arguments])
    assert told.exit_code == 2
    assert message in told.output + told.stderr
