"""The receptor panel: what matters at brain levels, what does not, what is unknown, and how wrong input is answered."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from typer.testing import CliRunner

import neurosteroid as ns
from neurosteroid.cli.app import app
from neurosteroid.errors import InputError, UnitError, UnknownNameError
from neurosteroid.evidence import library
from neurosteroid.receptors.actions import Evidence, target_cards
from neurosteroid.receptors.gaba_rows import FAMILY
from neurosteroid.receptors.isoform import isoforms
from neurosteroid.receptors.panel import STEROIDS, Verdict, receptor_panel
from neurosteroid.receptors.panel_words import cell, concentration, reached
from neurosteroid.receptors.targets import HillActivation, HillInhibition
from neurosteroid.reports.panel_figure import panel_svg

AT = ["5 nmol/L", "50 nmol/L", "3 umol/L"]


@pytest.fixture(scope="module")
def panel():
    return ns.receptor_panel("allopregnanolone", at=AT)


def _row(panel, target: str) -> int:
    return panel.targets.index(target)


def test_every_target_has_a_row_and_no_other(panel):
    assert set(panel.targets) == {*isoforms(), *(card.name for card in target_cards())}
    assert len(panel.targets) == len(set(panel.targets))
    assert panel.smallest.shape == panel.largest.shape == (len(panel.targets), 3)


def test_gaba_receptors_matter_in_brain_and_l_type_channels_do_not(panel):
    for isoform in ("a1b2g2", "a4b2d"):
        assert panel.at_brain_levels[_row(panel, isoform)] is Verdict.MATTERS
    block = _row(panel, "calcium-l-type")
    assert panel.verdicts[block] == (Verdict.SMALL, Verdict.SMALL, Verdict.MATTERS)
    # the tenth of a one-site curve lies at a ninth of its constant
    assert panel.threshold[block] == pytest.approx([1e4 / 9, 1e4 / 9])


def test_tgr5_is_micromolar_for_allopregnanolone_and_open_for_pregnanolone(panel):
    assert panel.at_brain_levels[_row(panel, "tgr5")] is Verdict.SMALL
    other = receptor_panel("pregnanolone")
    assert other.at_brain_levels[_row(other, "tgr5")] is Verdict.UNDECIDED


def test_a_steroid_that_only_desensitises_is_read_at_equilibrium():
    found = receptor_panel("isoallopregnanolone")
    row = _row(found, "a1b3")
    assert found.actions[row].way == "change, steady state"
    assert (found.smallest[row] < 0).all()
    assert found.at_brain_levels[row] is Verdict.SMALL
    assert cell(found, row, 2).startswith("-")


@pytest.mark.parametrize("steroid", ["allopregnanolone", "isoallopregnanolone", "ganaxolone"])
def test_the_ledger_holds_all_that_the_curves_at_the_isoforms_rest_on(steroid):
    found = receptor_panel(steroid)
    rows = [each for each in found.actions if each.family == FAMILY and each.curves]
    assert len(rows) >= 10
    for each in rows:
        at = "steady state" if "steady" in each.way else "peak"
        curve = ns.receptor(each.target).curve("GABA", {steroid: "50 nmol/L"}, at=at)
        assert set(curve.ledger.numbers) <= set(each.ledger.numbers), each.target
        assert set(curve.ledger.numbers) <= set(found.ledger.numbers)
        assert set(curve.ledger.choices) <= set(found.ledger.choices)
        assert any(number.key == "GABA.agonist.affinity" for number in each.ledger.numbers)


OWN = """kind = "receptors"
name = "mine"
title = "Mine"
description = "An isoform whose card names no GABA concentration."
part = "monod-wyman-changeux"
[settings]
isoform = "mine"
subunits = "a1 b2 g2"
borrows = "a1b2g2"
[numbers.closed_open_ratio]
value = 1000
unit = "1"
assumed = "for the test"
"""


def test_the_probe_of_gaba_that_a_card_leaves_out_is_a_share_on_a_card(tmp_path):
    share = library().card("criterion", "targets").number("gaba_probe_share")
    (tmp_path / "receptors").mkdir()
    (tmp_path / "receptors" / "mine.toml").write_text(OWN)
    ns.use_library(tmp_path)
    try:
        found = receptor_panel("allopregnanolone")
        row = found.actions[_row(found, "mine")]
        amounts = np.array([0.0, 1e6, float(row.note.split()[1])])
        none, most, probe = ns.receptor("mine").probability({"GABA": amounts})
    finally:
        ns.use_library(None)
    assert share in row.ledger.assumed
    assert share not in found.actions[_row(found, "a1b2g2")].ledger.numbers
    # the note shows three digits
    assert (probe - none) / (most - none) == pytest.approx(share.to("1"), rel=0.02)


def test_brain_levels_are_named_as_those_of_allopregnanolone():
    run = CliRunner().invoke(app, ["receptor", "panel", "ganaxolone"])
    assert "5 to 50 nmol/L of allopregnanolone" in " ".join(run.stdout.split())
    assert "of allopregnanolone" in panel_svg(receptor_panel("ganaxolone"))


def test_an_effect_seen_at_one_concentration_says_nothing_below_it(panel):
    assert panel.verdicts[_row(panel, "mpr-delta")] == (Verdict.UNKNOWN, Verdict.ACTS, Verdict.ACTS)
    assert reached(panel, _row(panel, "mpr-delta")) == "seen at 20 nmol/L"


def test_the_criterion_is_a_number_of_a_card_and_decides(panel):
    number = library().card("criterion", "targets").number("effect_that_matters")
    assert number.counts_as_assumed
    assert number in panel.ledger.assumed
    assert panel.criterion == number.to("1")
    known = ~np.isnan(panel.smallest)
    small = np.maximum(abs(panel.smallest), abs(panel.largest)) < panel.criterion
    large = np.minimum(abs(panel.smallest), abs(panel.largest)) >= panel.criterion
    verdicts = np.array([[str(each) for each in row] for row in panel.verdicts])
    assert (verdicts[known & small] == Verdict.SMALL).all()
    assert (verdicts[known & large] == Verdict.MATTERS).all()
    assert (verdicts[known & ~small & ~large] == Verdict.UNDECIDED).all()
    assert not np.isin(verdicts[~known], [Verdict.MATTERS, Verdict.SMALL, Verdict.UNDECIDED]).any()


@pytest.mark.parametrize("steroid", STEROIDS)
def test_unknown_is_never_filled(steroid):
    found = receptor_panel(steroid)
    for row, each in enumerate(found.actions):
        if each.evidence in (Evidence.UNKNOWN, Evidence.DIRECTION, Evidence.LITTLE, Evidence.SEEN):
            assert np.isnan(found.smallest[row]).all()
            assert cell(found, row, 0) in ("?", "acts", "little/none")
        else:
            assert np.isfinite(found.smallest[row]).all()


def test_frame_has_a_row_for_each_target_and_concentration_with_its_evidence(panel):
    frame = panel.to_frame()
    assert len(frame) == 3 * len(panel.targets)
    assert set(frame["evidence"]) <= {str(each) for each in Evidence}
    assert frame.attrs["units"] == panel.units
    assert panel.sources()


def test_other_names_and_mass_per_volume_are_understood():
    found = receptor_panel("THDOC", at=["1 ng/mL"])
    mass = library().card("tetrahydrodeoxycorticosterone", "compounds").number("molar_mass").to("g/mol")
    assert found.steroid == "tetrahydrodeoxycorticosterone"
    assert found.concentrations == pytest.approx([1000 / mass])
    for name in ("sepranolone", "UC1010", "epiallopregnanolone"):
        assert receptor_panel(name).steroid == "isoallopregnanolone"


@pytest.mark.parametrize(
    ("steroid", "at", "error", "words"),
    [
        ("allopregnanalone", AT, UnknownNameError, "Did you mean 'allopregnanolone'"),
        (3, AT, InputError, "name of a steroid"),
        ("allopregnanolone", "5 nmol/L", InputError, "list of names"),
        ("allopregnanolone", 5, InputError, "at is 5; give a list"),
        ("allopregnanolone", [], InputError, "at least one"),
        ("allopregnanolone", ["-5 nmol/L"], InputError, "below 0"),
        ("allopregnanolone", ["5"], UnitError, "at[0]"),
        ("allopregnanolone", ["5 nmol/L", "5 mV"], UnitError, "at[1]"),
        ("allopregnanolone", ["1 umol/L", "1000 nmol/L"], InputError, "twice"),
    ],
)
def test_bad_input_is_answered_with_place_and_way_out(steroid, at, error, words):
    with pytest.raises(error) as caught:
        receptor_panel(steroid, at=at)
    assert words in str(caught.value)


def test_numbers_are_short_and_keep_their_size():
    assert concentration(5.0) == "5 nmol/L"
    assert concentration(3000.0) == "3 umol/L"
    assert concentration(math.inf) == "never"


def test_figure_shows_every_target_and_says_what_matters(panel):
    text = panel_svg(panel)
    assert all(f">{each.title}<" in text for each in panel.actions)
    assert "matters: GABA-A receptor alpha1 beta2" in text
    assert text == panel_svg(receptor_panel("allopregnanolone", at=AT))
    assert panel.plot().get_figwidth() > 8


def test_a_report_without_concentration_is_not_taken_to_hold_beyond_what_the_body_makes():
    found = receptor_panel("allopregnanolone", at=["3 umol/L", "50 nmol/L"])
    row = _row(found, "nmda")
    assert found.verdicts[row] == (Verdict.UNKNOWN, Verdict.LITTLE)
    assert found.at_brain_levels[row] is Verdict.LITTLE
    told = CliRunner().invoke(app, ["receptor", "panel", "allopregnanolone"]).stdout
    assert "not taken to hold above 50 nmol/L" in told
    told = CliRunner().invoke(app, ["receptor", "panel", "allopregnanolone", "--at", "5 nmol/L"]).stdout
    assert "not taken to hold" not in told


@pytest.mark.parametrize(
    ("steroid", "at", "columns", "label"),
    [
        ("allopregnanolone", ["3 umol/L", "5 nmol/L", "1 nmol/L", "50 nmol/L"], [[1], [3]], "brain levels"),
        ("ganaxolone", ["1 nmol/L", "5 nmol/L", "50 nmol/L"], [[1, 2]], "brain levels of allopregnanolone"),
        ("allopregnanolone", ["0 nmol/L", "3 umol/L"], [], None),
    ],
)
def test_the_bracket_stands_over_brain_levels_and_nothing_else(steroid, at, columns, label):
    (axes,) = receptor_panel(steroid, at=at).plot().axes
    heads = {text.get_text().replace("µ", "u"): text.get_position()[0] for text in axes.texts}
    # brackets are the lines above the first family's hairline that are shorter than the figure is wide
    lines = [line.get_xdata() for line in axes.lines if line.get_ydata()[0] < 0.5]
    over = [[place for place, text in enumerate(at) if ends[0] < heads[text] < ends[1]] for ends in lines]
    assert over == columns
    assert (label in heads) if label else not any("brain levels" in text[:12] for text in heads)


def test_steroids_are_listed():
    listed = json.loads(CliRunner().invoke(app, ["receptor", "panel", "list", "--json"]).stdout)
    known = {row["name"]: row["known"] for row in listed}
    assert set(STEROIDS) <= set(known)
    assert max(known, key=known.get) == "allopregnanolone"
    assert "THDOC" in CliRunner().invoke(app, ["receptor", "panel", "list"]).stdout


def test_command_prints_table_json_csv_and_figure(tmp_path):
    files = ["--csv", str(tmp_path / "p.csv"), "--figure", str(tmp_path / "p.svg")]
    run = CliRunner().invoke(app, ["receptor", "panel", "allopregnanolone", "--at", ",".join(AT), "--json", *files])
    assert run.exit_code == 0, run.output
    data = json.loads(run.stdout)
    channel = next(each for each in data["targets"] if each["target"] == "calcium-l-type")
    assert channel["verdicts"] == ["too small", "too small", "matters"]
    assert (tmp_path / "p.csv").read_text().count("\n") == 1 + 3 * len(data["targets"])
    assert (tmp_path / "p.svg").read_text().startswith("<svg ")
    plain = CliRunner().invoke(app, ["receptor", "panel", "allopregnanolone"])
    assert plain.exit_code == 0
    assert "seen at one dose" in plain.stdout


def test_command_refuses_a_wrong_unit_in_one_line():
    run = CliRunner().invoke(app, ["receptor", "panel", "allopregnanolone", "--at", "5 mV"])
    assert run.exit_code == 2
    assert run.stderr.startswith("error: at[0]")
    assert "Traceback" not in run.output


def test_parts_agree_with_the_panel(panel):
    card = library().card("calcium-l-type", "targets")
    part = HillInhibition(
        half_inhibition=card.number("half_inhibition").to("nmol/L"),
        hill=card.number("hill").value,
        largest_inhibition=card.number("largest_inhibition").value,
        target="calcium-l-type",
    )
    assert panel.smallest[_row(panel, "calcium-l-type")] == pytest.approx(part.effect(panel.concentrations))
    assert HillActivation(half_activation=1.0, hill=1.0, largest_activation=0.4, target="t").effect(1e9) < 0.4001
