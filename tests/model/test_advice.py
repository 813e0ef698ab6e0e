"""What labels say and what the model does not follow is said where it applies, once, and nowhere else."""

from __future__ import annotations

import warnings
from dataclasses import replace

import numpy as np
import pytest

import neurosteroid as ns
from neurosteroid.dosing import Protocol, arm_from, protocol
from neurosteroid.dosing.carrier import CARRIED, carrier, with_carriers
from neurosteroid.evidence import library
from neurosteroid.model.advice import KIND, _holds, advice, advised, warned
from neurosteroid.model.plausibility import ImplausibleWarning

KETOCONAZOLE, RIFAMPIN = ns.Medication("ketoconazole"), ns.Medication("rifampin")


@pytest.mark.parametrize(
    ("given", "states", "words", "warns"),
    [
        ("zuranolone-50", [KETOCONAZOLE], "says 30 mg of zuranolone", False),
        ("zuranolone-50", [RIFAMPIN], "avoid zuranolone together with an inducer", True),
        ("zuranolone-50", [ns.RenalImpairment("moderate")], "below 60", False),
        ("zuranolone-50", [ns.RenalImpairment("end-stage")], "was not studied", False),
        ("zuranolone-50", [ns.HepaticImpairment("severe")], "Child-Pugh C", False),
        ("zuranolone-30", [ns.Pregnancy(week=30)], "harm to the fetus", True),
        ("brexanolone-label", [ns.RenalImpairment("end-stage")], "avoid brexanolone", True),
        ("brexanolone-label-rules", [ns.RenalImpairment("severe")], "SBECD is not followed", False),
        ("no-drug", [ns.Pregnancy(week=30), ns.Medication("dutasteride")], "Dutasteride in pregnancy", True),
        ("no-drug", [ns.Pregnancy(week=30), ns.Medication("finasteride")], "Finasteride in pregnancy", True),
        ("ganaxolone-label", [RIFAMPIN], "lower the exposure to ganaxolone", False),
        ("luteal-progesterone-oral", [RIFAMPIN], "Rifampin has no effect on progesterone", False),
        ("no-drug", [KETOCONAZOLE, ns.Stress()], "inhibits the adrenal's and the gonads' synthesis", False),
        ("luteal-progesterone-oral", [ns.Menopause()], "luteal support of a natural cycle", True),
        ("luteal-progesterone-oral", [ns.MenstrualCycle(day=21)], "from cycle day 1", True),
        ("natural-cycle-frozen-transfer", [ns.MenstrualCycle(day=1)], "fixed hour, 372 h after hour 0", False),
        ("zuranolone-50", [ns.Pregnancy(week=38)], "Its kinetics in pregnancy were not found measured", False),
        ("brexanolone-label", [ns.Pregnancy(week=38)], "allopregnanolone is taken up", False),
        ("brexanolone-label", [ns.Pregnancy(week=38)], "may harm the fetus", False),
        ("ganaxolone-label", [ns.Pregnancy(week=38)], "malformations in mice", False),
        ("luteal-progesterone-oral", [ns.Pregnancy(week=8)], "among the contraindications", False),
        ("no-drug", [ns.Pregnancy(week=8), ns.Medication("epostane")], "Epostane ends pregnancies", True),
        ("no-drug", [ns.Pregnancy(week=8), ns.Medication("trilostane")], "end pregnancies of the second", True),
        ("no-drug", [ns.Pregnancy(week=8), KETOCONAZOLE], "In pregnancy the effect of ketoconazole", False),
    ],
)
def test_what_applies_is_said(given, states, words, warns):
    arms = [arm_from(given)]
    found = [each for each in advice(arms, states) if words in each.text]
    assert [each.warns for each in found] == [warns]
    assert ("{" in found[0].text) is False


@pytest.mark.parametrize(
    ("given", "states"),
    [
        ("zuranolone-30", [ns.RenalImpairment("severe")]),
        ("zuranolone-30", [ns.HepaticImpairment("severe")]),
        ("zuranolone-50", [ns.Medication("fluconazole")]),
        ("zuranolone-50", [ns.HepaticImpairment("moderate"), ns.RenalImpairment("mild")]),
        ("zuranolone-50", [ns.Postpartum(day=10)]),
        ("brexanolone-label", [ns.RenalImpairment("severe")]),
        ("no-drug", [ns.Medication("finasteride"), ns.MenstrualCycle(day=3)]),
        ("no-drug", [ns.Pregnancy(week=8)]),
        ("no-drug", [ns.Medication("epostane"), ns.MenstrualCycle(day=1)]),
    ],
)
def test_what_does_not_apply_is_not_said(given, states):
    assert advised([arm_from(given)], states) == ()


def test_a_day_of_the_cycle_does_not_hide_what_an_advice_is_not_for():
    """`unless` holds with `cycle_day` as without."""
    own = library().card("protocol-days", KIND).variants["luteal-support-on-another-day"]
    exempt = replace(own, settings={**own.settings, "unless": "stress"})
    cycling = [ns.MenstrualCycle(day=21)]
    assert _holds(own, cycling)
    assert _holds(exempt, cycling)
    assert _holds(own, [*cycling, ns.Stress()])
    assert not _holds(exempt, [*cycling, ns.Stress()])


def test_a_lower_dose_by_sentence_is_judged_by_its_mass():
    states = [ns.RenalImpairment("severe")]
    low, high = (Protocol.parse(f"{dose} orally", compound="zuranolone") for dose in ("30 mg", "0.031 g"))
    assert advised([arm_from(low)], states) == ()
    assert len(advised([arm_from(high)], states)) == 1


def test_every_advice_has_a_source_or_says_why_not():
    for card in library().cards(KIND):
        for name, variant in card.variants.items():
            keys = [key for key in variant.settings.get("source", "").split(", ") if key]
            assert set(keys) <= set(library().references), name
            stated = keys or variant.numbers or "assumed" in variant.settings
            assert stated or card.name == "protocol-days", name


def test_the_fixed_hour_is_the_first_of_the_protocols():
    stated = library().card("protocol-days", KIND).variant("luteal-support-at-a-fixed-hour").numbers["first_dose"]
    for route in ("vaginal", "oral", "intramuscular"):
        assert protocol(f"luteal-progesterone-{route}").doses()[0].time_h == stated.to("h")


def test_a_warning_comes_once_and_is_a_limit_of_the_course_too():
    person = ns.Person(weight="75 kg", states=[ns.RenalImpairment("end-stage")])
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        course = ns.simulate(person, "brexanolone-label", until="24 h", step="2 h")
    texts = [str(each.message) for each in said if each.category is ImplausibleWarning]
    assert len(texts) == len(set(texts)) == 1
    assert course.limits.count(texts[0]) == 1


def test_the_carrier_comes_along_where_kidneys_are_impaired():
    plan = protocol("brexanolone-label")
    states = [ns.RenalImpairment("severe")]
    person = ns.Person(weight="75 kg", states=states)
    alone, by_hand = (ns.simulate(person, given, until="72 h", step="1 h") for given in (plan, [plan, carrier(plan)]))
    np.testing.assert_array_equal(alone.values["plasma.sbecd"], by_hand.values["plasma.sbecd"])
    assert "plasma.sbecd" not in ns.simulate(ns.Person(weight="75 kg"), plan, until="4 h").names
    # 50 mg SBECD with each mg of brexanolone in the vial
    given = {each.compound: each for each in alone.protocols}
    assert given["sbecd"].steps[0].rate == 50 * given["allopregnanolone"].steps[0].rate


def test_a_carrier_goes_along_only_where_it_can():
    assert set(CARRIED) == {"allopregnanolone"}
    for given in ("no-drug", "zuranolone-50", "brexanolone-label-rules"):
        assert with_carriers(arm_from(given)) == arm_from(given)
    by_amount = arm_from(Protocol.parse("100 nmol/h for 2 h"))
    assert with_carriers(by_amount) == by_amount


def test_a_study_has_the_carrier_in_its_tables_and_the_exposure_of_the_drug():
    women = ns.population("postpartum", size=4, seed=1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ImplausibleWarning)
        found, usual = (
            ns.study(women, ["brexanolone-label"], states=[ns.RenalImpairment(how)], until="72 h", step="2 h")
            for how in ("end-stage", "mild")
        )
    assert any("avoid brexanolone" in text for text in found.limits)
    assert not any("avoid brexanolone; its carrier" in text for text in usual.limits)
    tables = [
        dict(zip(each.summary.columns["metric"], each.summary.columns["mean"], strict=True)) for each in (found, usual)
    ]
    assert tables[0]["c_max"] == pytest.approx(tables[1]["c_max"])
    assert tables[0]["sbecd_highest"] > 4 * tables[1]["sbecd_highest"]


def test_a_course_that_ends_before_the_first_dose_is_warned_of():
    person = ns.Person(weight="70 kg", states=[ns.MenstrualCycle(day=1)])
    with pytest.warns(ImplausibleWarning, match="nothing of it is given"):
        ns.simulate(person, "luteal-progesterone-oral", until="10 day", step="12 h")
    assert warned([arm_from("luteal-progesterone-oral")], person.states) == ()
