"""What is unlikely to be meant is said, and computed all the same; what is usual raises no warning."""

import warnings

import numpy as np
import pytest

from neurosteroid.dosing import Protocol, protocol
from neurosteroid.evidence import library
from neurosteroid.model import (
    ImplausibleWarning,
    Medication,
    Menopause,
    MenstrualCycle,
    Person,
    Postpartum,
    Pregnancy,
    Stress,
    Stressor,
    implausible,
    simulate,
    too_short,
    unlikely_states,
)

USUAL = np.array([60.0, 82.9])


@pytest.mark.parametrize("name", library().names("protocols"))
def test_the_protocols_of_the_package_are_plausible(name):
    assert implausible([protocol(name)], USUAL) == ()
    assert too_short([protocol(name)], protocol(name).end_h) == ()


@pytest.mark.parametrize(("weight", "warned"), [(44.8, True), (44.9, False), (150.0, False), (150.1, True)])
def test_weights_are_held_against_those_of_the_women_studied(weight, warned):
    found = implausible([], np.array([70.0, weight]))
    assert bool(found) is warned
    assert all(f"{weight:g} kg lies outside the 44.9 to 150 kg" in text for text in found)


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("90 ug/kg/h for 60 h", None),
        ("0.09 mg/kg/h for 60 h", None),
        ("99 ug/kg/h for 60 h", "up to 99 ug/kg/h, 1.1 times the highest rate of the label (90 ug/kg/h"),
        ("90 mg/kg/h for 1 h", "1e+03 times the highest rate"),
        ("5.4 mg/h for 60 h", None),  # 90 ug/kg/h for the lighter woman, 60 kg
        ("10.8 mg/h for 60 h", "up to 180 ug/kg/h, 2 times"),
        ("1 umol/kg/h for 2 h", "up to 318 ug/kg/h"),
        ("5 mg intravenously", None),
    ],
)
def test_rates_are_held_against_the_label(sentence, said):
    found = implausible([Protocol.parse(sentence, name="mine")], USUAL)
    assert len(found) == (said is not None)
    assert said is None or said in found[0]


def test_a_follow_up_that_ends_before_the_treatment_is_said():
    (text,) = too_short([protocol("brexanolone-label"), protocol("no-drug")], 48.0)
    assert "'brexanolone-label' lasts until 60 h, but the follow-up ends at 48 h" in text


def test_a_course_is_computed_under_a_warning():
    with pytest.warns(ImplausibleWarning, match="300 kg lies outside"):
        course = simulate(Person(weight="300 kg"), protocol("brexanolone-label"), until="4 h")
    assert course.values["plasma.allopregnanolone"][-1] > 0
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        simulate(Person(weight="70 kg"), protocol("brexanolone-label"), until="4 h")


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("50 mg orally every 24 h x 14", None),
        ("0.15 g orally", None),
        ("5 g orally every 24 h x 2", "up to 5e+03 mg, 100 times the highest dose of the label (50 mg"),
        ("1.8 mg/kg orally", None),  # 149 mg for the heavier woman
        ("2 mg/kg orally", "up to 166 mg, 3.32 times"),
    ],
)
def test_single_doses_are_held_against_the_label(sentence, said):
    found = implausible([Protocol.parse(sentence, "zuranolone", "mine")], USUAL)
    assert len(found) == (said is not None)
    assert said is None or said in found[0]


LATE = Stress(chronic=2, since="30 h", events=[Stressor("social stress test", at="24 h")])


@pytest.mark.parametrize(
    ("states", "ages", "until", "said"),
    [
        ((Postpartum(day=365), Stress(chronic=5)), [18.0, 57.0], 96.0, []),
        ((Stress(chronic=0, since="-1 day"), MenstrualCycle(day=3)), [18.0, 58.0], 43830.0, []),
        ((Postpartum(day=366),), [], 96.0, ["Postpartum.day: day 366 is more than 365 days after delivery"]),
        ((Stress(chronic=1000),), [], 96.0, ["Stress.chronic: 1000 times the drive at rest is above 5"]),
        (
            (LATE,),
            [],
            24.0,
            [
                "Stress.since: lasting stress begins at 30 h",
                "Stress.events[0].at: the social stress test begins at 24 h",
            ],
        ),
        ((LATE,), [], 31.0, []),
        ((Medication("rifampin", since="5 day"),), [], 96.0, ["Medication.since: 'rifampin' begins at 120 h, but"]),
        (
            (Menopause(),),
            [8.0],
            96.0,
            ["8 year is outside 18 to 110", "8 year is in the state Menopause, which is usual"],
        ),
        ((Pregnancy(week=9),), [30.0, 56.0], 96.0, ["1 of 2 people, aged 56 to 56 year, are in the state Pregnancy"]),
        ((), [111.0], 96.0, ["111 year is outside 18 to 110 year"]),
        ((), [], 876600.0, ["a follow-up of 100 year is longer than 5 year"]),
    ],
)
def test_states_and_ages_are_held_against_their_card(states, ages, until, said):
    found = unlikely_states(states, np.array(ages), until)
    assert len(found) == len(said), found
    assert all(text in sentence for text, sentence in zip(said, found, strict=True))


def test_a_file_is_told_which_entry_is_meant():
    (text,) = unlikely_states([Menopause(), Stress(chronic=9)], np.array([]), 96.0, where="states")
    assert text.startswith("states[1].chronic: 9 times")


def test_a_course_of_an_unlikely_age_is_computed_under_a_warning():
    with pytest.warns(ImplausibleWarning, match="Menopause, which is usual from 40 year on"):
        simulate(Person(weight="70 kg", age="30 year", states=[Menopause()]), until="2 h")


@pytest.mark.parametrize(
    ("compound", "given", "times"),
    [("menotropin", "150 mg subcutaneously", "667"), ("follitropin-alfa", "5000 IU subcutaneously", "11.1")],
)
def test_gonadotropins_far_above_use_are_said(compound, given, times):
    (text,) = implausible([Protocol.parse(given, compound=compound)], np.array([70.0]))
    assert f"{times} times the highest dose" in text
    assert not implausible([Protocol.parse("450 IU subcutaneously", compound=compound)], np.array([70.0]))
    assert not implausible([Protocol.parse("30 ug subcutaneously", compound=compound)], np.array([70.0]))


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("200 mg orally every 12 h x 28", None),
        ("1200 mg vaginally", None),
        ("1e9 mg orally", "2.5e+06 times the highest"),
    ],
)
def test_progesterone_is_held_against_the_highest_dose_of_its_capsules(sentence, said):
    found = implausible([Protocol.parse(sentence, "progesterone", "mine")], USUAL)
    assert len(found) == (said is not None)
    assert said is None or said in found[0]
