import json
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from typer.testing import CliRunner

from neurosteroid.cli.app import app

CALLS = {
    "fi": ["fi", "dentate-granule", "--points", "5"],
    "ipsc": ["ipsc", "pyramidal", "--hold", "-50 mV"],
    "chloride": ["chloride", "dentate-granule", "--variant", "immature", "--points", "3"],
}


@pytest.mark.parametrize("kind", CALLS)
def test_commands_print_and_write(kind: str, tmp_path: Path) -> None:
    csv, figure = tmp_path / "table.csv", tmp_path / "figure.svg"
    told = CliRunner().invoke(app, ["neuron", *CALLS[kind], "--json", "--csv", str(csv), "--figure", str(figure)])
    assert told.exit_code == 0, told.output
    data = json.loads(told.stdout)
    assert data["kind"] == kind
    lines = csv.read_text().splitlines()
    assert len(lines) == 1 + len(next(iter(data["columns"].values())))
    assert all("(" in heading for heading in lines[0].split(","))
    assert ElementTree.fromstring(figure.read_text()).tag.endswith("svg")


def test_a_table_for_people_has_the_rheobase() -> None:
    told = CliRunner().invoke(app, ["neuron", *CALLS["fi"]])
    assert told.exit_code == 0
    assert "rheobase: 124" in told.stdout
    assert "of them assumed" in told.stdout


def test_a_synaptic_current_says_what_the_steroid_acts_on() -> None:
    steroid = ["neuron", "ipsc", "dentate-granule", "--steroid", "200 nmol/L"]
    told = CliRunner().invoke(app, steroid)
    assert "The steroid acts on the tonic conductance only" in told.stdout
    told = CliRunner().invoke(app, [*steroid, "--synapse", "jones-westbrook", "--hypothesis", "slower-unbinding"])
    assert "jones-westbrook, slower-unbinding" in told.stdout
    assert "that are no numbers are assumed too" in told.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["fi", "granule"], "No neuron 'granule'"),
        (["ipsc", "pyramidal", "--hold", "3"], "has no unit"),
        (["chloride", "pyramidal", "--tonic", "-1 uS/cm^2"], "below zero"),
    ],
)
def test_wrong_input_is_told_in_a_line(arguments: list[str], message: str) -> None:
    told = CliRunner().invoke(app, ["neuron", *arguments])
    assert told.exit_code == 2
    assert message in told.stderr
    assert "Traceback" not in told.output
