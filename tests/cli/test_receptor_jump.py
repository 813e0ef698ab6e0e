import csv
import json

import pytest
from typer.testing import CliRunner

from neurosteroid.cli.app import app
from neurosteroid.receptors.kinetics import scheme
from neurosteroid.reports.axon_text import read_axon_text


@pytest.fixture
def call(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        return CliRunner().invoke(app, ["receptor", "jump", *(str(argument) for argument in arguments)])

    return run


def test_a_jump_without_and_with_steroid(call):
    done = call("jones-westbrook", "--pulse", "1 mmol/L for 1 ms", "--with", "240 nmol/L allopregnanolone", "--json")
    plain, changed = json.loads(done.stdout)["jumps"]
    assert plain["peaks"][0] == pytest.approx(0.594, abs=5e-4)
    assert changed["area_over_peak"] > 1.4 * plain["area_over_peak"]
    assert "steroid-on-rates[slower-closing].saturating_factor" in changed["assumed"]
    assert plain["units"]["time"] == "ms"


def test_files_are_written_and_can_be_read(call, tmp_path):
    done = call("mozrzymas", "--until", "40 ms", "--csv", "a.csv", "--atf", "a.atf", "--figure", "a.svg")
    assert done.exit_code == 0, done.stderr
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    currents = read_axon_text(tmp_path / "a.atf")
    assert currents.units == ("pA",)
    assert [float(row["current (pA)"]) for row in rows] == pytest.approx(currents.sweeps[0], rel=1e-6, abs=1e-9)
    assert [float(row["time (ms)"]) for row in rows] == pytest.approx(1e3 * currents.times)
    assert (tmp_path / "a.svg").read_text(encoding="utf-8").startswith("<svg")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("jones-westbrok",), "Did you mean 'jones-westbrook'"),
        (("mozrzymas", "--pulse", "1 mmol/L for 1 ms at 30 ms", "--until", "20 ms"), "not inside the run"),
        (("mozrzymas", "--pulse", "-1 mmol/L for 1 ms"), "below 0"),
        (("mozrzymas", "--hypothesis", "slower-closing"), "give one with --with"),
        (("mozrzymas", "--with", "5 nmol/L water"), "No steroid"),
    ],
)
def test_wrong_input_is_a_sentence_and_writes_nothing(call, tmp_path, arguments, message):
    done = call(*arguments, "--csv", "a.csv")
    assert done.exit_code == 2
    assert message in done.stderr
    assert not list(tmp_path.iterdir())


def test_explain_prints_the_equation_of_a_scheme_and_of_a_steroid():
    for card, equation in (("jones-westbrook", "sum_i p_i q_ij"), ("steroid-on-rates", "1 + (s - 1) X / (X + K)")):
        done = CliRunner().invoke(app, ["explain", card])
        assert done.exit_code == 0
        assert equation in done.stdout


def test_a_pulse_that_opens_nothing_is_told_of(call):
    done = call(
        "jones-westbrook", "--pulse", "0 umol/L for 1 ms; 0 umol/L for 1 ms at 50 ms", "--with", "9 nmol/L THDOC"
    )
    assert done.exit_code == 0, done.stderr
    assert "nothing to compare" in done.stdout
    assert "nan" not in done.stdout.replace("pregnan", "")


def test_schemes_and_hypotheses_are_listed(call):
    listed = json.loads(call("list", "--json").stdout)
    names = {row["name"]: row["variants"] for row in listed["schemes"]}
    assert names["jones-westbrook"] == ["published", "older-code"]
    assert listed["hypotheses"]["slower-unbinding"]["rates"] == ["koff"]
    assert "ganaxolone" in listed["steroids"]
    told = call("list").stdout
    assert "Channels close more slowly" in told
    assert "haas-macdonald" in told


def test_the_end_is_that_of_the_run_and_not_the_last_sample(call):
    data = json.loads(call("jones-westbrook", "--until", "24 ms", "--step", "5 ms", "--json").stdout)["jumps"][0]
    fine = json.loads(call("jones-westbrook", "--until", "24 ms", "--step", "1 ms", "--json").stdout)["jumps"][0]
    assert data["courses"]["time"][-1] == 20.0
    # the exact solution at one time, asked for in two runs
    assert data["at_end"] == pytest.approx(fine["courses"]["open_probability"][-1], rel=1e-12)
    assert data["at_end"] < 0.99 * data["courses"]["open_probability"][-1]
    assert "at 24 ms" in call("jones-westbrook", "--until", "24 ms").stdout


def test_a_figure_says_what_it_shows_and_a_brief_pulse_is_drawn_as_it_is(call, tmp_path):
    brief = ("jones-westbrook", "--pulse", "1 mmol/L for 0.05 ms at 10.03 ms", "--with", "100 nmol/L THDOC")
    done = call(*brief, "--figure", "a.svg")
    assert "shorter than the step of 0.2 ms" in done.stdout
    drawn = (tmp_path / "a.svg").read_text(encoding="utf-8")
    for words in (
        "Open probability after pulses of GABA",
        "seven states (Jones and Westbrook), published",
        "without steroid",
        "with 100 nmol/L tetrahydrodeoxycorticosterone (assumed: channels close more slowly)",
        "Sources: Jones et al. (1995)",
        "GABA",
    ):
        assert words in drawn
    assert "jones-westbrook[" not in drawn.partition("</desc>")[2]


def test_the_command_and_the_part_of_a_run_that_is_drawn():
    found = scheme().jump("1 mmol/L for 0.05 ms at 10.03 ms")
    assert found.command_times.tolist() == pytest.approx([0, 10.03, 10.03, 10.08, 10.08, 1010.08])
    assert found.command.tolist() == [0, 0, 1000, 1000, 0, 0]
    assert 30 < found.shown_until < 900
    late = found.open_probability[found.times > found.shown_until]
    assert late.max() < 0.05 * found.peak
    asked = scheme().jump("1 mmol/L for 1 ms", until="2 s")
    assert asked.shown_until == asked.end == 2000.0
