import json
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from typer.testing import CliRunner

from neurosteroid.cli.app import app

CALLS = {
    "all": (["--at", "0.5 nmol/L, 2 nmol/L"], True),
    "one": (["outward-block", "--at", "2 nmol/L"], True),
    "scan": (["local-synthesis", "--variant", "yielding", "--scan"], True),
    "experiments": (["--experiments", "--at", "20 nmol/L"], False),
}


@pytest.mark.parametrize(
    "kind", ["one", *(pytest.param(kind, marks=pytest.mark.slow) for kind in ("all", "scan", "experiments"))]
)
def test_commands_print_and_write(kind: str, tmp_path: Path) -> None:
    arguments, drawn = CALLS[kind]
    csv, figure = tmp_path / "table.csv", tmp_path / "figure.svg"
    wanted = ["--csv", str(csv), *(["--figure", str(figure)] if drawn else [])]
    told = CliRunner().invoke(app, ["neuron", "hypotheses", *arguments, "--json", *wanted])
    assert told.exit_code == 0, told.output
    data = json.loads(told.stdout)
    assert len(data) >= 2
    rows = {"all": 3, "one": 2, "scan": 5, "experiments": 10}[kind]
    assert len(csv.read_text().splitlines()) == 1 + rows
    if drawn:
        assert ElementTree.fromstring(figure.read_text()).tag.endswith("svg")


@pytest.mark.slow
def test_a_table_for_people_says_what_is_assumed() -> None:
    told = CliRunner().invoke(app, ["neuron", "hypotheses", "--at", "2 nmol/L"])
    assert told.exit_code == 0
    for words in ("local-synthesis (yielding)", "falls throughout", "is assumed", "1.5 to 2 nmol/L"):
        assert words in told.stdout
    told = CliRunner().invoke(app, ["neuron", "hypotheses", "--experiments"])
    assert "holding potential: hold the principal cell below and above its E_GABA" in told.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["outward"], "No hypothesis 'outward'"),
        (["--variant", "yielding"], "name it"),
        (["--at", "2"], "has no unit"),
        (["--at", "-2 nmol/L"], "below zero"),
        (["--at", "0 nmol/L"], "every level is 0"),
        (["outward-block", "--at", "0 nmol/L"], "every level is 0"),
        (["--scan"], "name one"),
        (["--experiments", "outward-block"], "all pairs"),
        (["--experiments", "--at", "0 nmol/L"], "not above zero"),
        (["outward-block", "--figure", "figure.png"], "'.svg'"),
    ],
)
def test_wrong_input_is_told_in_a_line(arguments: list[str], message: str) -> None:
    told = CliRunner().invoke(app, ["neuron", "hypotheses", *arguments])
    assert told.exit_code == 2
    assert message in " ".join(told.stderr.split())
    assert "Traceback" not in told.output
