"""Studies of women in states: their own hormones beside the drug, with the checks of one woman."""

import re

import numpy as np
import pytest

import neurosteroid as ns
from neurosteroid.errors import InputError
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
    tables = [{"kind": "stress", "chronic": 1.5, "events": [{"name": "cold", "at": "2 h"}]}]
    config = config_from_data(BASE | {"states": tables})
    (state,) = config.women
    assert (state.chronic, state.events[0].hour) == (1.5, 2.0)
    text = config_toml(config)
    assert 'events = [{ name = "cold", at = "2 h" }]' in text


@pytest.mark.parametrize(
    ("tables", "said"),
    [
        ([{"kind": "pospartum", "day": 3}], "states[0].kind: No state 'pospartum'. Did you mean 'postpartum'"),
        ([{"kind": "postpartum"}], "states[0].day: this key is missing"),
        ([{"kind": "postpartum", "day": 3, "weak": 1}], "states[0].weak: No key of the state 'postpartum'"),
        ([{"kind": "postpartum", "day": -1}], "before delivery"),
        ([{"kind": "pregnancy", "week": 9}, {"kind": "menstrual-cycle", "day": 3}], "there is no cycle day"),
        ([{"day": 3}], "a state is a table with its kind"),
    ],
)
def test_states_that_cannot_be_meant_are_refused_with_their_place(tables, said):
    with pytest.raises(InputError, match=re.escape(said)):
        config_from_data(BASE | {"states": tables})


def test_rules_are_refused_in_studies_of_women_in_states():
    plan = ns.protocol("brexanolone-label").with_rule("hold when sedation >= moderate")
    with pytest.raises(InputError, match="rules are not followed in a study of women in states"):
        ns.study(WOMEN, [plan], states=[ns.Postpartum(day=1)])


def test_shipped_studies_have_no_states():
    assert read_config("brexanolone-postpartum").states == ()
