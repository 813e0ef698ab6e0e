"""Treatments of several compounds as arms of a study."""

import re

import numpy as np
import pytest

import neurosteroid as ns
from neurosteroid.errors import InputError
from neurosteroid.model.bodies.menstrual_cycle import EXTRAPOLATED
from neurosteroid.reports import study_warnings
from neurosteroid.reports.config_text import config_toml
from neurosteroid.reports.html import render
from neurosteroid.studies import config_from_data, read_arms, read_config
from neurosteroid.studies.arms import arm_table

WOMEN = ns.population("postpartum", size=2, seed=3)
BASE = {
    "name": "own",
    "title": "T",
    "question": "Q?",
    "population": {"card": "postpartum", "size": 2},
    "states": [{"kind": "menstrual-cycle", "day": 1}],
}
BLOCK = ["zuranolone-50", "luteal-progesterone-oral"]


@pytest.fixture(scope="module")
def study():
    return ns.study(
        WOMEN,
        ["progestin-primed-stimulation", BLOCK, "no-drug"],
        states=[ns.MenstrualCycle(day=1)],
        until="16 day",
        step="6 h",
    )


def rows(study, arm):
    return {row["metric"]: row for row in study.summary.rows() if row["protocol"] == arm}


def test_a_treatment_is_an_arm_beside_others(study):
    assert not study.failures
    assert [arm.name for arm in study.arms] == [
        "progestin-primed-stimulation",
        "zuranolone-50 + luteal-progesterone-oral",
        "no-drug",
    ]
    treated, untreated = rows(study, "progestin-primed-stimulation"), rows(study, "no-drug")
    # the progestin holds the surge off, which by now comes to those of short cycles; FSH is injected
    assert treated["lh_highest"]["p95"] < 0.5 * untreated["lh_highest"]["p95"]
    assert treated["fsh_highest"]["p50"] > 2.0 * untreated["fsh_highest"]["p50"]


def test_each_woman_of_an_arm_has_the_course_that_she_has_by_herself(study):
    """All compounds reach her: her course is that of `simulate` times her own exposure, which was drawn for her."""
    joined = study.arms[0].protocols
    weight = float(study.people.columns["weight"][0])
    woman = ns.Person(weight=f"{weight!r} kg", states=[ns.MenstrualCycle(day=1)])
    course = ns.simulate(woman, list(joined), until="16 day", step="6 h")
    times = study.bands["no-drug", "plasma.lh"].times
    drawn = {
        "plasma.follitropin-alfa": "injected_follitropin-alfa.eta_exposure",
        "plasma.choriogonadotropin-alfa": "injected_choriogonadotropin-alfa.eta_exposure",
        "plasma.medroxyprogesterone": "progestin_medroxyprogesterone.eta_exposure",
    }
    for name, deviation in drawn.items():
        # the study has the hours of the doses of its other arm too, between which a line is no course
        both = np.isin(times, course.times)
        assert both.sum() > 60
        own = np.exp(study.people.columns[deviation][0]) * np.interp(times[both], course.times, course.values[name])
        found = study.examples["progestin-primed-stimulation", name][0][both]
        assert found == pytest.approx(own, rel=1e-3, abs=1e-6)


def test_an_arm_of_several_compounds_is_counted_in_the_units_of_the_field(study):
    units = {name: row["unit"] for name, row in rows(study, "progestin-primed-stimulation").items()}
    assert units["follitropin-alfa_highest"] == "IU/L"
    assert units["lh_highest"] == "IU/L"
    assert units["estradiol_highest"] == "pg/mL"
    assert units["progesterone_mean"] == "ng/mL"
    assert "c_max" not in units  # there is no one exposure
    both = rows(study, "zuranolone-50 + luteal-progesterone-oral")
    assert both["zuranolone_highest"]["p50"] > 50  # ng/mL; 50 mg peak at 80 to 100


def test_the_report_names_every_compound_and_that_it_is_extrapolated(study):
    page = render(study)
    for text in ("follitropin-alfa: 2250 IU", "medroxyprogesterone: 110 mg", "many follicles", "pg/mL"):
        assert text in page
    assert EXTRAPOLATED in study.limits
    assert any("The model has one class of follicles" in text for text in study.limits)


def test_arms_are_written_and_read_back(study):
    config = config_from_data(study.config.model_dump(mode="json", exclude_none=True))
    read = read_arms(config)
    assert [arm.name for arm in read] == [arm.name for arm in study.arms]
    assert [[item.steps for item in arm.protocols] for arm in read] == [
        [item.steps for item in arm.protocols] for arm in study.arms
    ]
    text = config_toml(study.config)
    assert '[[protocols]]\ncard = "progestin-primed-stimulation"' in text
    assert 'compound = "zuranolone"' in text


def test_a_treatment_with_another_dose_is_written_out():
    arms = read_arms(
        config_from_data(
            BASE
            | {
                "protocols": [
                    {
                        "name": "less FSH",
                        "together": [
                            {
                                "name": "fsh",
                                "sentence": "at 24 h 75 IU subcutaneously every 24 h x 10",
                                "compound": "follitropin-alfa",
                            },
                            {"card": "antagonist-stimulation-cetrorelix"},
                        ],
                    }
                ]
            }
        )
    )
    assert arms[0].name == "less FSH"
    assert arms[0].compounds == ("follitropin-alfa", "cetrorelix")
    assert [each["name"] for each in arm_table(arms[0])["together"]] == ["fsh", "antagonist-stimulation-cetrorelix"]


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        ({"card": "antagonist-stimulaton"}, "protocols[0].card: No protocol 'antagonist-stimulaton'. Did you mean"),
        ({"card": "antagonist-stimulation", "rules": ["hold when plasma.lh >= 10 IU/L"]}, "protocols[0].rules: 'antag"),
        ({"together": []}, "protocols[0].together"),
        ({"together": [{"card": "no-drug"}], "card": "no-drug"}, "'together' lists all that is given; leave 'card'"),
        ({"together": [{"sentence": "5 mg orally"}]}, "protocols[0].together[0]: a sentence needs a 'name'"),
        ({"together": [{"card": "no-drug", "dose": 3}]}, "No key 'dose'"),
        (
            {"together": [{"card": "luteal-progesterone-oral"}, {"card": "luteal-progesterone-vaginal"}]},
            "protocols[0].together: two protocols give 'progesterone'",
        ),
    ],
)
def test_arms_that_cannot_be_meant_are_refused_with_their_place(choice, said):
    with pytest.raises(InputError, match=re.escape(said)):
        read_arms(config_from_data(BASE | {"protocols": [choice]}))


@pytest.mark.parametrize("name", ["antagonist-stimulation", "natural-cycle-frozen-transfer"])
@pytest.mark.parametrize("states", [[], [ns.Pregnancy(week=10)], [ns.Menopause()]])
def test_a_treatment_of_the_cycle_is_refused_where_there_is_none(name, states):
    with pytest.raises(InputError, match=r"treatment of women who have a menstrual cycle.*MenstrualCycle\(day=1\)"):
        ns.study(WOMEN, [name], states=states, until="2 day", step="6 h")
    with pytest.raises(InputError, match="treatment of women who have a menstrual cycle"):
        ns.simulate(ns.Person(weight="60 kg", states=states), name, until="2 day")


def test_a_treatment_on_another_day_of_the_cycle_is_said_to_be_early_or_late():
    found = ns.study(
        WOMEN, ["natural-cycle-frozen-transfer"], states=[ns.MenstrualCycle(day=9)], until="1 day", step="6 h"
    )
    assert any("counts its days from cycle day 1" in text and "8 days late" in text for text in study_warnings(found))


def test_studies_of_the_four_treatments_come_with_the_package():
    within_a_cycle, longer = (read_config(name) for name in ("fertility-treatments", "fertility-long-agonist"))
    assert [arm.card for arm in read_arms(within_a_cycle)] == [
        "antagonist-stimulation",
        "progestin-primed-stimulation",
        "natural-cycle-frozen-transfer",
        None,
    ]
    assert [arm.card for arm in read_arms(longer)] == ["long-agonist-stimulation", None]
    assert {config.population.card for config in (within_a_cycle, longer)} == {"reproductive-age"}


def test_the_shipped_study_shows_that_the_antagonist_keeps_the_surge_away():
    config = read_config("fertility-treatments")
    women = ns.population(config.population.card, size=6, seed=config.seed)
    found = ns.study(
        women, [arm.card or "no-drug" for arm in read_arms(config)], states=[ns.MenstrualCycle(day=1)],
        until=config.time.until, step="12 h",
    )  # fmt: skip
    highest = {
        arm: mean
        for arm, metric, mean in zip(
            *(found.summary.columns[key] for key in ("protocol", "metric", "mean")), strict=True
        )
        if metric == "lh_highest"
    }
    # a surge is several times what follicles and pituitary hold without one
    for kept in ("antagonist-stimulation", "progestin-primed-stimulation"):
        assert highest[kept] < 0.5 * highest["no-drug"]
