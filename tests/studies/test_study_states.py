"""Studies of women in states: their own hormones beside the drug, with the checks of one woman."""

import re

import numpy as np
import pytest

import neurosteroid as ns
from neurosteroid.errors import InputError
from neurosteroid.reports import study_warnings
from neurosteroid.reports.config_text import config_toml
from neurosteroid.studies import config_from_data, read_config

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
    assert any("3 of 3 people" in text and "in the state Menopause" in text for text in said)
    assert any(text.startswith("states[1].chronic: 9 times the drive at rest") for text in said)


def test_rules_are_refused_in_studies_of_women_in_states():
    plan = ns.protocol("brexanolone-label").with_rule("hold when sedation >= moderate")
    with pytest.raises(InputError, match="rules are not followed in a study of women in states"):
        ns.study(WOMEN, [plan], states=[ns.Postpartum(day=1)])


def test_shipped_studies_have_no_states():
    assert read_config("brexanolone-postpartum").states == ()
