"""Studies of protocols with rules: the same women, their own events and visits, whatever the workers."""

import dataclasses
import importlib
import json
import weakref

import numpy as np
import pandas as pd
import pyarrow.parquet as parquet
import pytest

import neurosteroid as ns
from neurosteroid.errors import InputError
from neurosteroid.evidence import Ledger
from neurosteroid.model import simulate_many, with_times
from neurosteroid.studies import pacing, read_protocols, run
from neurosteroid.studies.conduct import conduct, task_of
from neurosteroid.studies.config import config_from_data
from neurosteroid.studies.parts import empty_tally, follow
from neurosteroid.studies.storage import FolderStorage
from neurosteroid.studies.streams import visit_draws
from neurosteroid.studies.tables import StoredColumns

LABEL = ns.protocol("brexanolone-label")
RULES = (
    "check every 2 h while awake missing 50 %; hold when sedation >= mild; resume one step lower when sedation < mild",
)
RULED = LABEL.with_rule(*RULES, name="ruled")


def config(protocols, **more):
    tables = {
        "name": "ruled",
        "title": "Rules",
        "question": "Do rules change what is given?",
        "population": {"card": "postpartum", "size": 6},
        "protocols": protocols,
        "time": {"start": "08:00", "until": "72 h", "step": "2 h"},
    }
    return config_from_data(tables | more)


def test_a_study_compares_a_protocol_with_and_without_rules_in_the_same_women():
    women = ns.population("postpartum", size=60, seed=5)
    study = ns.study(women, [LABEL, RULED], until="72 h", step="2 h")
    rows = study.individuals.columns
    names = np.array(rows["protocol"])
    plain, ruled = (np.asarray(rows["auc_treatment"])[names == name] for name in ("brexanolone-label", "ruled"))
    assert np.all(ruled <= plain * (1.0 + 1e-9))
    assert np.any(ruled < 0.9 * plain)
    assert "postpartum.wakes_at" in {number.where for number in study.ledger.numbers}


def test_results_do_not_depend_on_the_company():
    few, more = (
        ns.study(ns.population("postpartum", size=n, seed=5), [RULED], until="72 h", step="2 h") for n in (8, 20)
    )
    for name in ("c_max", "auc_treatment"):
        one, other = (np.asarray(study.individuals.columns[name])[:8] for study in (few, more))
        np.testing.assert_allclose(one, other, rtol=1e-9)


def test_the_log_names_the_woman_the_protocol_the_rule_and_what_was_seen():
    study = ns.study(ns.population("postpartum", size=60, seed=5), [LABEL, RULED], until="72 h", step="2 h")
    log = study.actions
    assert len(log) > 5
    assert set(log["protocol"]) == {"ruled"}
    assert set(log["action"]) == {"hold", "resume"}
    assert set(log["person"]) <= set(study.people.columns["person"])
    times, values = np.asarray(log["time"]), np.asarray(log["value"])
    assert np.all(times % 2.0 == 0.0)
    held = np.array(log["action"]) == "hold"
    assert np.all(values[held] >= 1.0)
    assert np.all(values[~held] < 1.0)
    assert np.all(np.asarray(log["rate_after"])[held] == 0.0)
    order = [(person, time) for person, time in zip(log["person"], times, strict=True)]
    assert order == sorted(order)
    assert set(log["rate_unit"]) == {"ug/kg/h"}
    assert set(log["value_unit"]) == {"1"}


def test_a_run_folder_holds_the_log_and_counts_it(tmp_path):
    protocols = [{"card": "brexanolone-60", "rules": ["hold when sedation >= mild"]}, {"card": "no-drug"}]
    wanted = config(protocols, population={"card": "postpartum", "size": 20}, seed=5)
    folder = run(wanted, tmp_path / "run").folder
    log = parquet.read_table(folder / "actions.parquet")
    counted = json.loads((folder / "run.json").read_text())["rule_actions"]
    assert counted == {"brexanolone-60, with rules": {"hold": log.num_rows}}
    assert log.num_rows > 0


def test_the_log_comes_back_from_finished_parts(tmp_path):
    task = task_of(config([{"card": "no-drug"}], population={"card": "postpartum", "size": 60}, seed=5), (RULED,))
    part = follow(task, 0, 1)
    assert len(part.actions["time"]) > 5
    FolderStorage(tmp_path, empty_tally(task, task.assembly)).add(part)
    (found,) = FolderStorage(tmp_path, empty_tally(task, task.assembly)).actions()
    for name, column in part.actions.items():
        np.testing.assert_array_equal(found[name], column)


def test_the_visits_of_a_woman_are_her_own_and_each_series_has_its_own():
    draws = visit_draws(7, [3, 1])
    short, long = draws("every 2 h", 4), draws("every 2 h", 7)
    np.testing.assert_array_equal(short, long[:, :4])
    np.testing.assert_array_equal(visit_draws(7, [1])("every 2 h", 4)[0], short[1])
    assert not np.any(np.isin(draws("every 3 h", 7), long))


def test_a_longer_follow_up_and_another_rule_change_no_earlier_check():
    women = ns.population("postpartum", size=40, seed=5)
    said = "hold when sedation >= mild, checked every 2 h missing 50 %; resume when sedation < mild, {}"

    def log(every, until, first=""):
        plan = LABEL.with_rule(first + said.format(f"checked every {every} h missing 50 %"), name="plan")
        study = ns.study(women, [plan], until=until, step="2 h")
        return [(p, t, a) for p, t, a in zip(*(study.actions[k] for k in ("person", "time", "action")), strict=True)]

    whole = log(3, "72 h")
    assert len(whole) > 10
    assert [entry for entry in whole if entry[1] <= 24.0] == log(3, "24 h")
    assert log(3, "72 h", "step down when sedation >= 4, checked every 1 h missing 50 %; ") == whole


def test_a_config_adds_rules_to_a_card_and_to_a_sentence():
    (card, said) = read_protocols(
        config(
            [
                {"card": "brexanolone-60", "rules": ["hold when sedation >= mild", "stop when hypoxia"]},
                {"name": "own", "sentence": "30 ug/kg/h for 4 h", "rules": ["stop when hypoxia"]},
            ]
        )
    )
    assert (card.name, len(card.rules.rules)) == ("brexanolone-60, with rules", 2)
    assert (said.name, len(said.rules.rules)) == ("own", 1)
    with pytest.raises(InputError, match=r"protocols\[0\].rules\[0\].*did you mean 'hold'"):
        read_protocols(config([{"card": "brexanolone-60", "rules": ["hodl when sedation >= mild"]}]))


def test_rules_and_the_clock_are_part_of_the_fingerprint():
    def mark(protocol, **more):
        return task_of(config([{"card": "brexanolone-label"}], **more), (protocol,)).fingerprint()

    other = dataclasses.replace(RULED, name=LABEL.name)
    times = {"start": "20:00", "until": "72 h", "step": "2 h"}
    assert len({mark(LABEL), mark(other), mark(other, time=times)}) == 3


def test_the_start_of_a_study_decides_when_women_are_seen():
    def hours(start):
        task = task_of(config([{"card": "no-drug"}], time={"start": start, "until": "72 h", "step": "2 h"}), (RULED,))
        big = dataclasses.replace(task, population=ns.population("postpartum", size=40, seed=5))
        return {float(hour) % 24.0 for hour in follow(big, 0, 1).actions["time"]}

    assert hours("08:00")
    # from 23:00 to 07:00 nobody looks
    assert not hours("08:00") & {16.0, 18.0, 20.0, 22.0}
    assert hours("20:00") & {16.0, 18.0, 20.0, 22.0}


def test_the_highest_concentration_after_a_rescue_dose_at_a_check_does_not_hang_on_the_step():
    said = (
        "60 ug/kg/h for 24 h with rules: give 100 ug/kg intravenously when mood > 3, checked every 5 h, at most 1 times"
    )
    plan = ns.dosing.Protocol.parse(said, name="rescue")
    women = ns.population("postpartum", size=5, seed=5)
    coarse, fine = (
        np.asarray(ns.study(women, [plan], until="48 h", step=step).individuals.columns["c_max"])
        for step in ("2 h", "1 h")
    )
    np.testing.assert_allclose(coarse, fine, rtol=1e-6)


def test_a_study_follows_the_events_that_rules_watch():
    study = ns.study(
        ns.population("postpartum", size=3, seed=1), [ns.protocol("brexanolone-label-rules")], until="72 h", step="2 h"
    )
    assert "hypoxia.draw" in study.people.columns
    assert "hypoxia.rate" in {number.where for number in study.ledger.assumed}
    choices = study.ledger.choices
    assert [choice.where for choice in choices] == [f"brexanolone-label-rules.rules[{place}]" for place in (1, 2)]


def test_the_report_and_the_run_name_what_rules_assume(tmp_path):
    wanted = config([{"card": "brexanolone-label-rules"}], population={"card": "postpartum", "size": 3})
    folder = run(wanted, tmp_path / "run").folder
    assert json.loads((folder / "run.json").read_text())["assumed_choices"] == 2
    page = (folder / "report.html").read_text(encoding="utf-8")
    for choice in ns.protocol("brexanolone-label-rules").ledger.choices:
        assert choice.assumed.split(",")[0].replace("'", "&#39;") in page
    assert "Rules act on a coarse model of sedation." in page


def corner_study(said, step):
    """The config of five women under continuous rules, the first two hours at half the rate."""
    plan = [{"name": "plan", "sentence": f"30 ug/kg/h for 2 h, then 60 ug/kg/h for 22 h with rules: {said}"}]
    people, time = {"card": "postpartum", "size": 5}, {"start": "08:00", "until": "48 h", "step": step}
    return config(plan, population=people, time=time, seed=5, window=WINDOW)


WINDOW = {"label": "15 to 19", "low": "15 ng/mL", "high": "19 ng/mL"}


def test_extremes_are_those_of_the_moment_at_which_a_continuous_rule_acts():
    study = conduct(corner_study("hold when plasma.allopregnanolone >= 30 ng/mL", "8 h"))
    found, log = study.individuals, study.actions
    held = np.isin(found["person"], log["person"])
    assert held.sum() >= 2
    # a crossing is located to 1e-11 h, and a concentration that rises by some ng/mL in an hour is as good
    np.testing.assert_allclose(np.asarray(found["c_max"])[held], 30.0, rtol=1e-9)
    np.testing.assert_allclose(np.asarray(found["t_max"])[held], log["time"], rtol=1e-12)
    assert np.all(np.asarray(found["c_max"])[~held] < 30.0)


@pytest.mark.parametrize(
    "said",
    [
        "hold when plasma.allopregnanolone >= 20 ng/mL; resume when plasma.allopregnanolone < 12 ng/mL",
        "step down when plasma.allopregnanolone >= 20 ng/mL",
    ],
)
def test_metrics_are_those_of_output_times_that_hold_her_corners(said):
    wanted = corner_study(said, "2 h")
    task = task_of(wanted, read_protocols(wanted))
    (plan,), (measure,) = task.protocols, task.measures(task.assembly)
    names = [metric.name for metric in measure.metrics]
    seen = 0
    for number in range(5):
        woman = task.population.draw(task.assembly, Ledger(), [number])

        def course(times, woman=woman):
            return simulate_many(task.assembly, plan, woman.weight, times, parameters=woman.parameters)

        coarse = course(task.times)
        whole = course(with_times(task.times, coarse.points.time))
        assert not len(whole.points.time)
        seen += len(coarse.points.time)
        found = measure.compute(coarse.times, coarse.values, coarse.points)
        expected = measure.compute(whole.times, whole.values)
        for name, one, other in zip(names, found, expected, strict=True):
            # equal peaks of one woman differ by rounding: any of them may be the first
            if name != "t_max" or "resume" not in said:
                np.testing.assert_allclose(one, other, rtol=1e-8, err_msg=name)
    assert seen >= 4


def test_the_highest_concentration_after_a_continuous_rescue_dose_does_not_hang_on_the_step():
    said = "give 100 ug/kg intravenously when plasma.allopregnanolone >= 20 ng/mL, at most 1 times"
    coarse, fine = (conduct(corner_study(said, step)) for step in ("2 h", "1 min"))
    assert len(coarse.actions) >= 4
    for name in ("c_max", "t_max"):
        np.testing.assert_allclose(coarse.individuals[name], fine.individuals[name], rtol=1e-9)


def test_the_log_of_many_women_is_streamed_part_by_part(monkeypatch, tmp_path):
    given = [{"card": "brexanolone-label"}, {"card": "brexanolone-label", "name": "ruled", "rules": list(RULES)}]
    asked = config(given, population={"card": "postpartum", "size": 900}, time={"until": "24 h", "step": "4 h"})
    whole = run(asked, tmp_path / "whole")
    assert isinstance(whole.study.actions["time"], np.ndarray)
    held, most, genuine = [], [], FolderStorage.actions

    def spy(self):
        for rows in genuine(self):
            held.append(weakref.ref(rows["time"]))
            most.append(sum(each() is not None for each in held))
            yield rows

    monkeypatch.setattr(FolderStorage, "actions", spy)
    monkeypatch.setattr(pacing, "TARGET", 0.0)
    monkeypatch.setattr(importlib.import_module("neurosteroid.studies.conduct"), "IN_MEMORY", 100)
    monkeypatch.setattr("neurosteroid.studies.actions.PIECE", 50)
    monkeypatch.setattr("neurosteroid.studies.tables.ROW_GROUP", 120)
    done = run(asked, tmp_path / "out")
    # four parts; the last is let go of when the next has come
    assert len(most) == 4
    assert max(most) <= 2
    table = done.study.actions
    assert isinstance(table.columns, StoredColumns)
    assert len(table) == len(whole.study.actions) > 240
    pd.testing.assert_frame_equal(table.to_pandas(), whole.study.actions.to_pandas())
    assert [len(piece["done"]) for piece in table.pieces(["done"])][:2] == [120, 120]
    told = [json.loads((each.folder / "run.json").read_text())["rule_actions"] for each in (done, whole)]
    assert told[0] == told[1] != {}


TOGETHER = {
    "name": "both",
    "together": [
        {"card": "brexanolone-label", "rules": ["stop for good when plasma.allopregnanolone >= 30 ng/mL"]},
        {
            "name": "tablets",
            "compound": "zuranolone",
            "sentence": "50 mg orally every 24 h x 3",
            "rules": ["check every 12 h; hold when plasma.zuranolone >= 20 ng/mL"],
        },
    ],
}


def test_an_arm_of_two_protocols_with_rules_says_whose_action_it_was(tmp_path):
    more = {
        "population": {"card": "postpartum", "size": 5},
        "states": [{"kind": "postpartum", "day": 10}],
        "time": {"until": "60 h", "step": "2 h"},
    }
    done = run(config([TOGETHER], **more), tmp_path / "run")
    log = parquet.read_table(done.folder / "actions.parquet").to_pandas()
    assert set(log["protocol"]) == {"both"}
    assert set(zip(log["compound"], log["action"], log["rate_unit"], strict=True)) == {
        ("allopregnanolone", "stop for good", "ug/kg/h"),
        ("zuranolone", "hold", "mg"),
    }
    tablets = log[log["compound"] == "zuranolone"]
    assert set(zip(tablets["rate_before"], tablets["rate_after"], strict=True)) == {(50.0, 0.0)}
    assert all(tablets["time"] % 12.0 == 0.0)


def test_rules_on_a_card_of_several_compounds_are_refused_with_the_way_to_write_them():
    given = [{"card": "antagonist-stimulation", "name": "ruled", "rules": ["hold when plasma.estradiol >= 80 pg/mL"]}]
    with pytest.raises(InputError, match=r"'antagonist-stimulation-follitropin'.* under 'together'"):
        read_protocols(config(given))
