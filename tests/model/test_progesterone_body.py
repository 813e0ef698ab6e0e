"""Progesterone and other steroids of the pathway, given to a person."""

import numpy as np
import pytest

import neurosteroid as ns
from neurosteroid.dosing import Protocol
from neurosteroid.errors import EventError

WOMAN = ns.Person(weight="70 kg")


def course(sentence, compound="progesterone", until="24 h"):
    return ns.simulate(WOMAN, Protocol.parse(sentence, compound=compound), until=until)


def ratio(found):
    allopregnanolone, progesterone = (
        found.values[f"plasma.{name}"] - found.values[f"plasma.{name}"][0]
        for name in ("allopregnanolone", "progesterone")
    )
    return np.trapezoid(allopregnanolone, found.times) / np.trapezoid(progesterone, found.times)


@pytest.mark.parametrize(
    "sentence", ["100 mg vaginally", "100 mg intramuscularly", "1 mg subcutaneously", "100 mg orally every 24 h x 2"]
)
def test_routes_are_read_and_said_again(sentence):
    said = Protocol.parse(sentence, compound="progesterone").sentence()
    assert Protocol.parse(said, compound="progesterone").sentence() == said
    assert said.startswith(sentence.split(" every")[0])


def test_by_mouth_makes_more_allopregnanolone_of_its_progesterone_than_the_vagina():
    assert ratio(course("100 mg orally")) > 10.0 * ratio(course("100 mg vaginally"))


def test_sepranolone_enters_the_pool_of_isoallopregnanolone():
    found = course("10 mg intravenously", "isoallopregnanolone", until="2 h")
    assert found.values["plasma.isoallopregnanolone"].max() > 100.0


def test_the_form_in_the_vagina_is_chosen_and_other_routes_are_refused():
    peak = {}
    for form in (None, "vaginal-capsule", "vaginal-gel"):
        model = ns.ModelChoice(vaginal_progesterone=form)
        found = ns.simulate(
            WOMAN, Protocol.parse("100 mg vaginally", compound="progesterone"), until="24 h", model=model
        )
        peak[form] = found.values["plasma.progesterone"].max()
    assert peak["vaginal-capsule"] < peak[None] < peak["vaginal-gel"]
    with pytest.raises(ns.errors.UnknownNameError, match="Known: vaginal, vaginal-capsule, vaginal-gel"):
        ns.ModelChoice(vaginal_progesterone="oral")


def test_under_the_skin_it_is_there_within_hours():
    found = course("25 mg subcutaneously", until="24 h").values["plasma.progesterone"]
    assert found.max() > 100.0  # nmol/L; the label has 161
    assert found[-1] < found.max() / 10.0


def test_a_meal_that_no_card_knows_of_is_refused():
    capsule = ns.Protocol.parse("200 mg orally with a high-fat meal", compound="progesterone")
    with pytest.raises(EventError, match="gives progesterone with the meal 'high-fat', and no card"):
        ns.simulate(ns.Person(weight="68 kg"), capsule, until="12 h")
