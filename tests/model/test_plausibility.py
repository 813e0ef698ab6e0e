"""What is unlikely to be meant is said, and computed all the same; what is usual raises no warning."""

import warnings

import numpy as np
import pytest

from neurosteroid.dosing import Protocol, protocol
from neurosteroid.evidence import library
from neurosteroid.model import ImplausibleWarning, Person, implausible, simulate, too_short

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
