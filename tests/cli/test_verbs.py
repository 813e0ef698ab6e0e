import importlib
import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from neurosteroid.cli.app import app
from neurosteroid.studies import read_config


@pytest.fixture
def call(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NEUROSTEROID_DEBUG", raising=False)

    def run(*arguments):
        return CliRunner().invoke(app, [str(argument) for argument in arguments])

    return run


@pytest.fixture
def study(call):
    assert call("new", "mine").exit_code == 0
    return "mine.toml"


def test_help_names_every_verb_and_the_exit_codes(call):
    told = call("--help").stdout
    for verb in ("run", "new", "check", "explain", "list", "show", "cite", "verify", "130"):
        assert verb in told


def test_list_shows_every_kind_and_the_shipped_studies(call):
    told = call("list").stdout
    for word in ("pharmacokinetics", "brexanolone-label", "brexanolone-postpartum", "half-effect-30"):
        assert word in told
    rows = json.loads(call("list", "protocols", "--json").stdout)
    assert {row["kind"] for row in rows} == {"protocols"}
    assert "no-drug" in {row["name"] for row in rows}


def test_an_unknown_kind_names_what_comes_close(call):
    done = call("list", "protocol")
    assert done.exit_code == 2
    assert done.stdout == ""
    assert "Did you mean 'protocols'" in done.stderr


def test_show_prints_value_unit_spread_status_source_and_note(call):
    told = call("show", "brexanolone", "--variant", "population").stdout
    for word in ("clearance", "89.8", "L/h", "wald2022", "status", "published result"):
        assert word in told


def test_show_as_json_holds_every_number_of_the_card(call):
    from neurosteroid.evidence import library

    data = json.loads(call("show", "hamd17", "--json").stdout)
    shown = {(variant["name"], number["key"]) for variant in data["variants"] for number in variant["numbers"]}
    card = library().card("hamd17")
    assert shown == {(name, key) for name, variant in card.variants.items() for key in variant.numbers}


def test_show_prints_observed_rows_and_protocol_steps(call):
    assert "loss of consciousness" in call("show", "brexanolone-safety").stdout
    assert "steps[2].rate" in call("show", "brexanolone-label").stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("show", "brexanolon"), "Did you mean 'brexanolone'"),
        (("show", "brexanolone", "--variant", "x"), "No variant 'x'"),
        (("explain", "brexanolone-postpartu"), "Did you mean 'brexanolone-postpartum'"),
        (("cite", "nothing-like-it"), "No study or card"),
        (("run", "brexanolone"), "Did you mean 'brexanolone-postpartum'"),
        (("check", "missing.toml"), "cannot be read"),
        (("new", "Not A Name"), "lower-case"),
        (("verify", "nope"), "No card 'nope'"),
        (("explain", "brexanolone-postpartum", "--variant", "label"), "[model]"),
    ],
)
def test_wrong_names_end_with_a_sentence_and_code_2(call, arguments, said):
    done = call(*arguments)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert done.stderr.startswith("error: ")
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unknown_study_lists_the_shipped_ones(call):
    assert "brexanolone-postpartum" in call("run", "zzz").stderr


def test_new_writes_a_study_that_passes_the_check_and_never_overwrites(call, study):
    told = call("check", study)
    assert told.exit_code == 0
    assert told.stdout.startswith("ok: mine can be run.")
    assert json.loads(call("check", study, "--json").stdout)["protocols"]["no-drug"] == "no drug"
    again = call("new", "mine")
    assert again.exit_code == 2
    assert "exists already" in again.stderr


def test_the_states_of_the_template_are_valid_without_their_hashes(call, study):
    path = Path(study)
    lines = path.read_text().splitlines()
    first, last = lines.index("# states = ["), lines.index("# ]")
    lines[first : last + 1] = [line.removeprefix("# ") for line in lines[first : last + 1]]
    path.write_text("\n".join(lines))
    assert [state.NAME for state in read_config(study).women] == ["postpartum", "stress", "medication"]
    told = call("check", study)
    assert told.exit_code == 0, told.stderr


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('card = "no-drug"', 'card = "no-drugs"', "Did you mean 'no-drug'"),
        ('"96 h"', '"96 kg"', "time.until"),
        ('"96 h"', '"-1 h"', "time.until"),
        ("size = 100", "size = 0", "population.size"),
        ("seed = 1", "sead = 1", "Did you mean 'seed'"),
        ("30 ug/kg/h for 12 h", "30 ug/kg for 12 h", "protocols[1].sentence"),
        ("[model]", '[model]\nmood = "half"', "No variant 'half'"),
        ("[time]", "[time", "not TOML"),
    ],
)
def test_check_names_the_place_of_a_mistake(call, study, tmp_path, old, new, said):
    path = tmp_path / study
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    done = call("check", study)
    assert done.exit_code == 2
    assert said in done.stderr


def test_run_writes_a_folder_and_says_where_the_report_is(call, study, tmp_path):
    done = call("run", study, "--size", 3, "--folder", "out")
    assert done.exit_code == 0
    assert "out/report.html" in done.stdout
    assert "not medical advice" in done.stdout
    assert (tmp_path / "out" / "report.html").is_file()
    assert "exists already" in call("run", study, "--size", 3, "--folder", "out").stderr


def test_run_as_json_prints_nothing_else(call, study):
    data = json.loads(call("run", study, "--size", 2, "--seed", 5, "--json").stdout)
    assert data["folder"] == "runs/mine"
    assert {row["n"] for row in data["summary"]} == {2}


def test_explain_of_a_run_prints_a_study_that_is_the_same_study(call, study, tmp_path):
    told = call("run", study, "--size", 7, "--explain")
    (tmp_path / "resolved.toml").write_text(told.stdout)
    config = read_config(tmp_path / "resolved.toml")
    assert config.population.size == 7
    assert config == read_config(study).model_copy(update={"population": config.population})
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize("option", [("--size", 0), ("--workers", 0), ("--seed", -1)])
def test_an_impossible_option_is_refused_by_name(call, study, option):
    done = call("run", study, *option)
    assert done.exit_code == 2
    assert option[0].removeprefix("--") in done.stderr


def test_a_place_that_cannot_be_written_is_named(call, study, tmp_path):
    (tmp_path / "file").write_text("in the way")
    done = call("run", study, "--size", 2, "--folder", "file/run")
    assert done.exit_code == 2
    assert "file/run" in done.stderr


def test_explain_a_study_prints_equations_numbers_solver_and_assumptions(call, study):
    told = call("explain", study).stdout
    assert "d central.allopregnanolone / dt = " in told
    assert "[(nmol)/h]" in told
    assert "exact" in told
    assert "brexanolone[population].clearance" in told
    assert "Assumed: " in told
    data = json.loads(call("explain", study, "--json").stdout)
    assert data["linear"] is True
    assert len(data["assumed"]) == sum(number["assumed"] is not None for number in data["numbers"])


@pytest.mark.parametrize("verb", ["show", "explain"])
def test_the_rules_of_a_protocol_are_printed_as_they_are_carried_out(call, verb):
    told = call(verb, "brexanolone-label-rules").stdout
    assert "- hold when sedation >= moderate, checked every 2 h while awake" in told
    assert "- stop for good when hypoxia, continuously" in told
    assert "during a hold the clock continues" in told
    data = json.loads(call(verb, "brexanolone-label-rules", "--json").stdout)
    assert data["based_on"] == "brexanolone-label"
    assert [rule["source"] for rule in data["rules"]] == [["medscape-zulresso"]] * 3


def test_explain_a_card_prints_its_formula(call):
    assert "drug  = maximum_drug_effect * C / (C + half_effect_concentration)" in call("explain", "hamd17").stdout
    assert "it is data" in call("explain", "hummingbird-202b").stdout


def test_cite_prints_bibtex_of_what_was_named(call, study):
    told = call("cite", "brain-link").stdout
    assert "@article{zolkowska2018" in told
    assert "wald2022" not in told
    assert "wald2022" in call("cite", study).stdout
    assert len(json.loads(call("cite", "--json").stdout)) > 10


def test_advice_of_labels_is_told_with_its_arms_by_check_run_and_the_report(call, tmp_path):
    Path("kidneys.toml").write_text(
        'name = "kidneys"\ntitle = "Kidneys"\nquestion = "What is advised?"\nseed = 1\n'
        'states = [{kind = "renal-impairment", severity = "severe"}, {kind = "medication", name = "itraconazole"}]\n'
        'protocols = [{card = "zuranolone-50"}, {card = "no-drug"}]\n'
        'population = {card = "postpartum", size = 2}\ntime = {until = "24 h", step = "6 h"}\n'
    )
    said = ("With a strong inhibitor of CYP3A4", "An eGFR below 60")
    for arguments in (("check", "kidneys.toml"), ("run", "kidneys.toml", "--folder", "out")):
        done = call(*arguments)
        assert done.exit_code == 0
        told = [line for line in done.stderr.splitlines() if line.startswith("note: 'zuranolone-50': ")]
        assert all(sum(words in line for line in told) == 1 for words in said)
        assert "'no-drug'" not in done.stderr
    page = (tmp_path / "out" / "report.html").read_text()
    limits = page[page.index('id="limits"') :]
    assert all(page.count(words) == 1 for words in said)
    first = limits.index("published results")
    assert all(limits.index(words) < first for words in said)
    assert "Zuranolone with a strong inhibitor of CYP3A4" in limits
    assert len(json.loads(call("check", "kidneys.toml", "--json").stdout)["advice"]) == 2


def test_verify_prints_predicted_observed_ratio_and_role(call):
    done = call("verify", "sedation")
    assert done.exit_code == 0
    for word in ("predicted", "observed", "ratio", "role", "0.0561", "fit", "met"):
        assert word in done.stdout
    data = json.loads(call("verify", "sedation", "--json").stdout)
    assert data["missed"] == 0
    assert all(row["passed"] for row in data["results"])


def test_verify_ends_with_1_when_a_result_is_missed(call, monkeypatch):
    from neurosteroid.studies import verification

    monkeypatch.setattr(verification, "compare", lambda entry, predicted: (False, "far off"))
    done = call("verify", "sedation")
    assert done.exit_code == 1
    assert "MISSED" in done.stdout
    assert "4 missed" in done.stdout


def test_verify_prints_observed_rows_their_agreement_and_what_is_not_claimed(call):
    done = call("verify", "brexanolone-study-2")
    assert done.exit_code == 0
    for word in ("observed rows, role check", "agreement over observed check rows", "2 of 2", "An input", "AFE"):
        assert word in done.stdout
    data = json.loads(call("verify", "brexanolone-study-2", "--json").stdout)
    assert [row["name"] for row in data["observed"]] == ["change_90", "change_placebo"]
    assert data["agreement"][-1]["changes"] == [2, 2]
    assert {row["name"] for row in data["uncovered"]} == {"baseline_90", "baseline_placebo"}
    assert all(row["uncovered"] for row in data["uncovered"])


def test_verify_ends_with_its_agreement_and_how_many_checks_are_met(call):
    done = call("verify", "brexanolone-study-2")
    end = call("verify", "brexanolone-study-2", "--summary")
    assert done.stdout.endswith(end.stdout)
    assert end.stdout.startswith("agreement over observed check rows")
    assert end.stdout.splitlines()[-1] == "Checks: 2 of 2 met, 0 missed."
    assert call("verify", "sedation", "--summary").stdout.startswith("No result here is a check")


def test_the_last_line_of_verify_says_shares_and_causes(call, monkeypatch):
    from neurosteroid.studies import verification

    monkeypatch.setattr(verification, "compare", lambda entry, predicted: (predicted > 0, "far off"))
    end = call("verify", "hormones-of-men", "--summary")
    assert end.exit_code == 0
    assert re.search(r"Checks: (\d+) of \1 met, 0 missed\. Of \d+ compared by ratio \d+% within 1\.25-fold", end.stdout)
    monkeypatch.setattr(verification, "compare", lambda entry, predicted: (False, "far off"))
    end = call("verify", "brexanolone-study-2", "--summary")
    assert end.exit_code == 1
    assert end.stdout.endswith("2 missed (0 at the source, 0 in the model, 2 unexplained).\n")


def test_verify_ends_with_1_when_an_observed_row_is_missed(call, monkeypatch):
    from neurosteroid.studies import verification

    monkeypatch.setattr(verification, "compare", lambda entry, predicted: (False, "far off"))
    done = call("verify", "brexanolone-study-2")
    assert done.exit_code == 1
    assert "missed: observations/brexanolone-study-2 change_90" in done.stdout


def test_a_fault_of_the_program_is_a_sentence_and_the_traceback_is_for_those_who_ask(call, monkeypatch):
    from neurosteroid.evidence import Library

    def broken(*_):
        raise RuntimeError("a bug")

    monkeypatch.setattr(Library, "kinds", broken)
    done = call("list")
    assert done.exit_code == 70
    assert "fault of neurosteroid" in done.stderr
    assert "Traceback" not in done.stderr
    monkeypatch.setenv("NEUROSTEROID_DEBUG", "1")
    assert "RuntimeError: a bug" in call("list").stderr


def test_ctrl_c_ends_with_130(call, study, tmp_path, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    # the package offers the function 'run' under the name of its module
    monkeypatch.setattr(importlib.import_module("neurosteroid.studies.run"), "conduct", interrupted)
    done = call("run", study, "--size", 2)
    assert done.exit_code == 130
    assert "interrupted" in done.stderr
    assert list((tmp_path / "runs").iterdir()) == []


def test_warnings_go_to_standard_error_and_stop_nothing(call, tmp_path):
    text = """
name = "odd"
title = "Odd"
question = "?"
population = { card = "postpartum", size = 2 }
protocols = [{ name = "slip", sentence = "900 ug/kg/h for 60 h" }]
time = { until = "48 h", step = "4 h" }
"""
    (tmp_path / "odd.toml").write_text(text, encoding="utf-8")
    for done in (
        call("check", str(tmp_path / "odd.toml"), "--json"),
        call("run", str(tmp_path / "odd.toml"), "--folder", str(tmp_path / "out"), "--json"),
    ):
        assert done.exit_code == 0
        assert done.stderr.count("warning: ") == 2
        assert "10 times the highest rate of the label" in done.stderr
        assert len(json.loads(done.stdout)["warnings"]) == 2


@pytest.mark.parametrize("verb", ["check", "explain", "run", "cite"])
@pytest.mark.parametrize(
    ("protocol", "said"),
    [
        ('card = "no-drag"', "odd.toml: protocols[0].card: No protocol 'no-drag'. Did you mean 'no-drug'?"),
        ('name = "a", sentence = "60 ug/kg/h fo 4 h"', "odd.toml: protocols[0].sentence character 12: found 'fo'"),
    ],
)
def test_what_is_wrong_with_a_study_names_its_file(call, tmp_path, monkeypatch, verb, protocol, said):
    monkeypatch.chdir(tmp_path)
    head = 'name = "odd"\ntitle = "Odd"\nquestion = "?"\npopulation = { card = "postpartum", size = 2 }\n'
    Path("odd.toml").write_text(f"{head}protocols = [{{ {protocol} }}]\n", encoding="utf-8")
    done = call(verb, "odd.toml")
    assert done.exit_code == 2
    assert done.stderr.startswith(f"error: {said}")


def test_what_is_wrong_with_an_option_is_not_blamed_on_the_study(call, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("taken").mkdir()
    Path("taken/file").write_text("mine")
    for folder in ("taken", str(tmp_path / "taken")):
        done = call("run", "brexanolone-postpartum", "--folder", folder, "--size", "2")
        assert done.stderr.startswith(f"error: {folder}: ")
    done = call("run", "brexanolone-postpartum", "--cluster", "local:0", "--size", "2")
    assert done.stderr.startswith("error: local:0: ")


@pytest.mark.parametrize(
    ("kind", "name", "text", "said"),
    [
        ("outcomes", "hamd17", "[variants.x]\n", "settings: the setting 'signal' is missing; write the output"),
        (
            "outcomes",
            "hamd17",
            '[variants.x]\nsettings = { signal = "receptor.allopregnanolone" }\n',
            "the part 'effect-site' needs the number 'equilibration_half_life', which is not here",
        ),
        ("protocols", "no-drug", "none = true\n", "compound: this key is missing; name the card of what is given"),
    ],
)
def test_what_is_wrong_with_an_own_card_names_its_file(call, tmp_path, monkeypatch, kind, name, text, said):
    monkeypatch.chdir(tmp_path)
    folder = Path("lib") / kind
    folder.mkdir(parents=True)
    default = 'default = "x"\n' if "variants" in text else ""
    (folder / f"{name}.toml").write_text(f'title = "a"\ndescription = "b"\n{default}{text}', encoding="utf-8")
    monkeypatch.setenv("NEUROSTEROID_LIBRARY", str(tmp_path / "lib"))
    done = call("check", "brexanolone-postpartum")
    assert done.exit_code == 2
    assert done.stderr.startswith(f"error: lib/{kind}/{name}.toml: {said}")
