"""Studies of women in states: their own hormones beside the drug, with the checks of one woman."""

import re

import numpy as np
import pytest

import neurosteroid as ns
from neurosteroid.errors import InputError
from neurosteroid.reports import study_warnings
from neurosteroid.reports.config_text import config_toml
from neurosteroid.studies import conduct, config_from_data, read_config, read_protocols

BASE = {
    "name": "own",
    "title": "T",
    "question": "Q?",
    "population": {"card": "postpartum", "size": 3},
    "protocols": [{"card": "brexanolone-label"}],
}
WOMEN = ns.population("postpartum", size=3, seed=2)


@pytest.fixture(scope="module")
def study():
    return ns.study(WOMEN, ["brexanolone-label", "no-drug"], states=[ns.Postpartum(day=1)], until="12 h", step="2 h")


def test_women_in_states_have_hormones_of_their_own(study):
    band = study.bands["no-drug", "plasma.allopregnanolone"]
    assert band.mean[0] > 1.0  # a day after delivery it is far above the 0.07 nmol/L at rest
    assert band.mean[-1] < band.mean[0]
    assert not study.failures
    labels = set(study.summary.columns["metric"])
    assert {"progesterone_highest", "estradiol_mean", "hamd17_change"} <= labels
    assert any("answer to the drug that is given" in text for text in study.limits)


def test_outcomes_and_draws_stay_those_of_the_same_women_without_states(study):
    plain = ns.study(WOMEN, ["brexanolone-label", "no-drug"], until="12 h", step="2 h")
    for column in ("weight", "age", "disposition.eta_clearance", "mood.baseline"):
        assert np.array_equal(study.people.columns[column], plain.people.columns[column])
    assert np.array_equal(study.individuals.columns["hamd17_change"], plain.individuals.columns["hamd17_change"])
    own = study.bands["brexanolone-label", "plasma.allopregnanolone"].mean
    drug = plain.bands["brexanolone-label", "plasma.allopregnanolone"].mean
    hormones = study.bands["no-drug", "plasma.allopregnanolone"].mean
    assert own == pytest.approx(drug + hormones, rel=0.02)  # what passes through the pathway and back comes later


def test_outcomes_that_are_not_calibrated_are_left_out():
    found = ns.study(WOMEN, ["no-drug"], states=[ns.Menopause()], until="4 h", step="2 h")
    assert not any(name.startswith(("mood", "sedation")) for _, name in found.bands)
    assert "hamd17_change" not in found.summary.columns["metric"]


def test_states_are_read_from_a_file_and_written_back():
    tables = [{"kind": "stress", "chronic": 1.5, "events": [{"name": "cold pressor test", "at": "2 h"}]}]
    config = config_from_data(BASE | {"states": tables})
    (state,) = config.women
    assert (state.chronic, state.events[0].hour) == (1.5, 2.0)
    text = config_toml(config)
    assert 'events = [{ name = "cold pressor test", at = "2 h" }]' in text


@pytest.mark.parametrize(
    ("tables", "said"),
    [
        ([{"kind": "pospartum", "day": 3}], "states[0].kind: No state 'pospartum'. Did you mean 'postpartum'"),
        ([{"kind": "postpartum"}], "states[0].day: this key is missing"),
        ([{"kind": "postpartum", "day": 3, "weak": 1}], "states[0].weak: No key of the state 'postpartum'"),
        ([{"kind": "postpartum", "day": -1}], "study: states[0].day: -1 is before delivery"),
        ([{"kind": ["postpartum"], "day": 3}], "study: states[0].kind: No state"),
        (["postpartum"], "study: states[0]: a state is a table with its kind"),
        ([{"kind": "menopause"}, {"kind": "stress", "chronic": 0}], "study: states[1].chronic: 0 is no drive at all"),
        (
            [{"kind": "stress", "events": [{"name": "crh test", "at": "2 h"}, {"name": "exam", "at": "2 h"}]}],
            "study: states[0].events[1].name: No stressor 'exam'. Known: acth test",
        ),
        ([{"kind": "stress", "events": [{"name": "crh test", "at": "2"}]}], "study: states[0].events[0].at: '2' has"),
        ([{"kind": "medication", "name": "ketoconasole"}], "study: states[0].name: No medicine 'ketoconasole'. Did"),
        ([{"kind": "stress"}, {"kind": "stress"}], "study: states: the state Stress is given twice"),
        ([{"kind": "pregnancy", "week": 9}, {"kind": "menstrual-cycle", "day": 3}], "there is no cycle day"),
        ([{"day": 3}], "a state is a table with its kind"),
    ],
)
def test_states_that_cannot_be_meant_are_refused_with_their_place(tables, said):
    with pytest.raises(InputError, match=re.escape(said)):
        config_from_data(BASE | {"states": tables})


def test_two_doses_of_one_medicine_are_refused_at_the_key_of_the_file():
    both = [ns.Medication("dutasteride"), ns.Medication("dutasteride-2.5-mg")]
    with pytest.raises(
        InputError, match=r"^states: 'dutasteride' and 'dutasteride-2\.5-mg' are one medicine.* leave one"
    ):
        ns.study(WOMEN, ["no-drug"], states=both, until="2 h", step="1 h")


def test_a_report_says_what_about_a_state_is_unlikely():
    found = ns.study(WOMEN, ["no-drug"], states=[ns.Menopause(), ns.Stress(chronic=9)], until="2 h", step="1 h")
    said = study_warnings(found)
    (ages,) = [text for text in said if "3 of 3 people" in text]
    assert "in the state Menopause, which is usual from 40 year on" in ages
    # nobody gave the ages, so nobody is asked to check them
    assert "those of the card 'postpartum'" in ages
    assert "Check the age" not in ages
    assert any(text.startswith("states[1].chronic: 9 times the drive at rest") for text in said)


ZURANOLONE = ns.protocol("zuranolone-50").with_rule(
    "check every 4 h; hold when plasma.zuranolone >= 120 ng/mL; resume when plasma.zuranolone < 15 ng/mL", name="held"
)


@pytest.mark.parametrize("state", [ns.Pregnancy(week=30, delivery_week=30.3), ns.Postpartum(day=3)])
def test_women_in_states_are_held_by_their_own_concentrations(state):
    """The study agrees with following each of its women by herself; who is held gets less."""
    found = ns.study(WOMEN, ["zuranolone-50", ZURANOLONE], states=[state], until="96 h", step="1 h")
    assert not found.failures
    rows = found.individuals.columns
    names = np.array(rows["protocol"])
    plain, held = (np.asarray(rows["auc_treatment"])[names == name] for name in ("zuranolone-50", "held"))
    actions = found.actions.columns
    who = set(actions["person"])
    assert who
    assert np.array_equal(held < 0.95 * plain, [name in who for name in found.people.columns["person"]])
    assert all(hour % 4 == 0 for hour in actions["time"])
    assert all(
        value >= 120 / 0.4094 for value, what in zip(actions["value"], actions["action"], strict=True) if what == "hold"
    )


def test_rules_on_sedation_are_decided_by_the_model_of_the_drug_alone():
    women = ns.population("postpartum", size=12, seed=5)
    plan = ns.protocol("brexanolone-label").with_rule("hold when sedation >= mild", name="held")
    alone = ns.study(women, [plan], until="24 h", step="2 h")
    found = ns.study(women, [plan], states=[ns.Postpartum(day=1)], until="24 h", step="2 h")
    assert len(found.actions.columns["time"]) > 0
    assert np.array_equal(found.actions.columns["time"], alone.actions.columns["time"])
    assert np.array_equal(found.individuals.columns["hamd17_change"], alone.individuals.columns["hamd17_change"])
    own, drug = (each.individuals.columns["auc_treatment"] for each in (found, alone))
    free = ns.study(women, ["brexanolone-label"], states=[ns.Postpartum(day=1)], until="24 h", step="2 h")
    held = np.isin(found.people.columns["person"], list(found.actions.columns["person"]))
    assert np.all(np.asarray(own) > np.asarray(drug))  # her own allopregnanolone is in it
    assert np.all((np.asarray(own) < np.asarray(free.individuals.columns["auc_treatment"]) * (1 - 1e-9)) == held)


@pytest.mark.parametrize(
    ("plan", "state", "said"),
    [
        (
            ns.protocol("zuranolone-50").with_rule("hold when sedation >= mild"),
            ns.Postpartum(day=1),
            "not calibrated with",
        ),
        (
            ns.protocol("brexanolone-label").with_rule(
                "hold when sedation >= mild; stop when plasma.allopregnanolone >= 1 nmol/L"
            ),
            ns.Postpartum(day=1),
            "one protocol cannot have both",
        ),
        (
            ns.Protocol.parse(
                "50 mg orally fasted then wait 24 h then 50 mg orally with a high-fat meal with rules: the clock waits;"
                " hold when plasma.zuranolone >= 1 nmol/L",
                "zuranolone",
            ),
            ns.Postpartum(day=1),
            "different meals",
        ),
    ],
)
def test_rules_that_cannot_be_followed_in_states_are_refused_with_the_reason(plan, state, said):
    with pytest.raises(InputError, match=said):
        ns.study(WOMEN, [plan], states=[state])


def test_hormones_are_counted_in_the_unit_of_their_card(study):
    rows = {row["metric"]: row for row in study.summary.rows() if row["protocol"] == "no-drug"}
    shown = {name: rows[f"{name}_highest"]["unit"] for name in ("estradiol", "progesterone", "allopregnanolone")}
    assert shown == {"estradiol": "pg/mL", "progesterone": "ng/mL", "allopregnanolone": "nmol/L"}
    highest = study.bands["no-drug", "plasma.estradiol"].mean.max()  # nmol/L; the mean woman is not the median one
    assert rows["estradiol_highest"]["p50"] == pytest.approx(272.39 * highest, rel=0.2)


def test_a_sentence_names_its_compound():
    tables = BASE | {"protocols": [{"name": "own", "sentence": "50 mg orally", "compound": "zuranolone"}]}
    (plan,) = read_protocols(config_from_data(tables))
    assert plan.compound == "zuranolone"
    assert 'compound = "zuranolone"' in config_toml(config_from_data(tables))
    tables["protocols"][0]["compound"] = "zuranolon"
    with pytest.raises(InputError, match=r"protocols\[0\]: no compound 'zuranolon'\. Did you mean 'zuranolone'"):
        config_from_data(tables)


def test_shipped_studies_have_no_states():
    assert read_config("brexanolone-postpartum").states == ()


def test_women_in_no_state_differ_in_zuranolone_by_clearance_and_weight():
    found = ns.study(ns.population("postpartum", size=40, seed=7), ["zuranolone-50"], until="36 h", step="1 h")
    area = np.log(np.asarray(found.individuals.columns["auc_treatment"], dtype=float))
    # ln sd 0.3 of clearance (assumed on the card) and 0.75 times 0.28 of weight; what they take in is not over by 36 h
    assert 0.15 < area.std() < 0.45
    deviation = np.asarray(found.people.columns["zuranolone-disposition.eta_clearance"], dtype=float)
    assert np.corrcoef(area, deviation)[0, 1] < -0.5


def test_each_woman_of_a_study_has_cycles_of_her_own_that_differ():
    tables = [{"kind": "menstrual-cycle", "day": 20, "varying": True}]
    config = config_from_data(BASE | {"states": tables})
    (state,) = config.women
    assert (state.varying, state.seed) == (True, None)
    assert "varying = true" in config_toml(config)
    found = ns.study(WOMEN, ["no-drug"], states=[state], until="50 day", step="1 day")
    assert not found.failures
    etas = [found.people.columns[f"cycle_cohort_{place}.eta"] for place in (1, 2, 3)]
    assert len(np.unique(etas)) == 9
    alike = ns.study(WOMEN, ["no-drug"], states=[ns.MenstrualCycle(day=20)], until="50 day", step="1 day")
    assert "cycle_cohort_1.eta" not in alike.people.columns
    for column in ("weight", "cycle_follicles.eta_pace"):
        assert np.array_equal(found.people.columns[column], alike.people.columns[column])
    # hours at which cohorts begin are output times too
    days = np.arange(25, 50)
    lh = [
        np.interp(24.0 * days, band.times, band.mean)
        for band in (each.bands["no-drug", "plasma.lh"] for each in (found, alike))
    ]
    assert np.abs(lh[0] / lh[1] - 1).max() > 0.05


def test_a_seed_of_one_womans_cycles_is_refused_for_many():
    state = {"kind": "menstrual-cycle", "day": 20, "varying": True, "seed": 7}
    with pytest.raises(InputError, match="draws those of each of its women") as caught:
        conduct(config_from_data(BASE | {"states": [state]}))
    assert caught.value.where == "states[0].seed"
