import json
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import neurosteroid as ns
from neurosteroid.cli import output
from neurosteroid.cli.app import app
from neurosteroid.reports.axon_text import read_axon_text

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


def test_a_cell_at_rest_is_printed_and_written(tmp_path: Path) -> None:
    csv = tmp_path / "rest.csv"
    told = CliRunner().invoke(app, ["neuron", "currents", "pyramidal", "--steroid", "50 nmol/L", "--csv", str(csv)])
    assert told.exit_code == 0, told.output
    rest = ns.neuron("pyramidal", steroid="50 nmol/L").currents()
    assert f"input resistance: {rest['input resistance']:.4g} MOhm" in told.stdout
    assert f"regime: {rest['regime']}" in told.stdout
    table = pd.read_csv(csv).set_index("quantity")
    assert float(table.loc["tonic current", "value"]) == pytest.approx(float(rest["tonic current"]))
    assert table.loc["tonic current", "unit"] == "pA"
    plain = json.loads(CliRunner().invoke(app, ["neuron", "currents", "pyramidal", "--json"]).stdout)
    assert plain["tonic multiplier"] == 1.0


def test_a_synaptic_current_is_an_axon_text_file(tmp_path: Path) -> None:
    atf = tmp_path / "event.atf"
    told = CliRunner().invoke(app, ["neuron", *CALLS["ipsc"], "--atf", str(atf)])
    assert told.exit_code == 0, told.output
    assert f"The Axon Text File is in {atf}" in told.stdout
    found, event = read_axon_text(atf), ns.neuron("pyramidal").ipsc(hold="-50 mV")
    assert found.units == ("pA",)
    np.testing.assert_allclose(found.times, 1e-3 * event.columns["time"], rtol=1e-8)
    np.testing.assert_allclose(found.sweeps[0], event.columns["current"], rtol=1e-8)
    told = CliRunner().invoke(app, ["neuron", *CALLS["ipsc"], "--atf", str(atf), "--csv", str(atf)])
    assert told.exit_code == 2


def test_headings_keep_their_units_and_numbers_their_digits_in_a_narrow_table(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    headings = [f"quantity number {place} (nmol/L)" for place in range(8)]
    rows = [["1.234e-05"] * 8]
    for width, whole in ((110, True), (40, False)):
        monkeypatch.setattr(output, "_PIPED_WIDTH", width)
        output.print_table("", headings, rows, right=headings)
        printed = capsys.readouterr().out
        assert "…" not in printed
        assert max(len(line.rstrip()) for line in printed.splitlines()) <= width
        assert printed.replace("\n", "").count("nmol/L") == 8 or not whole
        assert (printed.count("1.234e-05") == 8) is whole


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
        (["fi", "granule"], "No neuron 'granule'. Did you mean 'dentate-granule'"),
        (["fi", "pyramidal", "--up-to", "1 A"], "no membrane takes more"),
        (["ipsc", "pyramidal", "--amplitude", "inf"], "amplitude: inf is not a finite number"),
        (["ipsc", "pyramidal", "--decay", "1e9"], "a faster decay"),
        (["ipsc", "pyramidal", "--hold", "3"], "has no unit"),
        (["chloride", "pyramidal", "--tonic", "-1 uS/cm^2"], "below zero"),
    ],
)
def test_wrong_input_is_told_in_a_line(arguments: list[str], message: str) -> None:
    told = CliRunner().invoke(app, ["neuron", *arguments])
    assert told.exit_code == 2
    assert message in told.stderr
    assert "Traceback" not in told.output


@pytest.mark.parametrize("command", ["currents", "fi", "ipsc", "chloride"])
def test_what_can_be_named_is_listed(command: str) -> None:
    listed = json.loads(CliRunner().invoke(app, ["neuron", command, "list", "--json"]).stdout)
    assert {
        "name": "fast-spiking",
        "title": "Fast-spiking interneuron",
        "variants": ["cortical", "hippocampal"],
    } in listed["neurons"]
    assert {"jones-westbrook", "mozrzymas"} <= set(listed["synapses"])
    assert listed["hypotheses"][0] == "slower-closing"
    told = CliRunner().invoke(app, ["neuron", command, "list"]).stdout
    assert "mature, immature, gaba-independent, moving-chloride" in told


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("fi", ("firing rate (Hz)", "injected current (pA)", "Sources: Santhakumar et al. (2005)")),
        ("ipsc", ("current at -50 mV (pA)", "potential (mV)", "time (ms)", "numbers are assumed")),
        (
            "chloride",
            ("potential (mV)", "chloride inside (mmol/L)", "KCC2 conductance (µS/cm²)", "Düsterwald et al."),
        ),
    ],
)
def test_figures_name_quantities_and_sources(kind: str, words: tuple[str, ...], tmp_path: Path) -> None:
    figure = tmp_path / "figure.svg"
    assert CliRunner().invoke(app, ["neuron", *CALLS[kind], "--figure", str(figure)]).exit_code == 0
    text = figure.read_text()
    for word in words:
        assert word in text
