"""Meals on a dose: read from sentences, tables and cards, and carried by records."""

from __future__ import annotations

import pytest

from neurosteroid.dosing import Protocol, protocol
from neurosteroid.dosing.meals import meal_fat
from neurosteroid.errors import EventError, InputError, UnknownNameError
from neurosteroid.evidence import Ledger

STATES = {"oral": "depot.oral.zuranolone", "intravenous": "central.zuranolone"}


@pytest.mark.parametrize(
    ("text", "meal"),
    [
        ("50 mg orally every 24 h x 14", None),
        ("50 mg orally fasted every 24 h x 14", "fasted"),
        ("50 mg by mouth with a high-fat meal every 24 h x 14", "high-fat"),
        ("50 mg po with low-fat meal", "low-fat"),
    ],
)
def test_sentence_reads_and_writes_the_meal(text, meal):
    read = Protocol.parse(text, compound="zuranolone")
    assert [step.meal for step in read.steps] == [meal]
    assert Protocol.parse(read.sentence(), compound="zuranolone").steps == read.steps


def test_rules_still_follow_after_a_meal():
    read = Protocol.parse(
        "50 mg orally with a low-fat meal x with rules: hold when sedation >= moderate".replace(" x ", " ")
    )
    assert read.steps[0].meal == "low-fat"
    assert read.rules


def test_records_carry_the_fat_of_the_meal():
    plan = Protocol.parse(
        "50 mg orally fasted then at 24 h 50 mg orally with a high-fat meal then at 48 h 50 mg orally"
    )
    carried = [record.covariates for record in plan.records(None, 409.57, STATES)]
    assert carried == [{"meal.fat": 0.0}, {"meal.fat": 450.0}, None]


def test_a_card_names_the_meal_and_its_ledger_the_number():
    plan = protocol("zuranolone-50")
    assert plan.steps[0].meal == "moderate-fat"
    assert "meals[moderate-fat].fat" in {number.where for number in plan.ledger.numbers}


def test_a_table_names_the_meal():
    plan = Protocol.from_steps([{"amount": "50 mg", "route": "oral", "meal": "fasted"}], compound="zuranolone")
    assert plan.steps[0].meal == "fasted"


def test_an_unknown_meal_is_named_with_those_known():
    plan = Protocol.parse("50 mg orally with a hi-fat meal", compound="zuranolone")
    with pytest.raises(UnknownNameError, match="high-fat"):
        plan.records(None, 409.57, STATES)


@pytest.mark.parametrize(
    "table",
    [
        {"rate": "1 mg/h", "for": "1 h", "meal": "fasted"},
        {"amount": "50 mg", "route": "intravenous", "meal": "fasted"},
        {"amount": "50 mg", "route": "oral", "meal": 3},
    ],
)
def test_a_meal_where_none_can_be_is_refused(table):
    with pytest.raises(EventError, match=r"meal"):
        Protocol.from_steps([table], compound="zuranolone")


def test_an_injection_with_a_meal_is_refused_in_a_sentence():
    with pytest.raises(InputError, match="goes with a dose by mouth"):
        Protocol.parse("50 mg iv with a low-fat meal")


def test_no_meal_named_is_the_meal_of_the_label():
    ledger = Ledger()
    assert meal_fat(None, ledger) == meal_fat("moderate-fat")
    assert len(ledger.numbers) == 1


@pytest.mark.parametrize("text", ["50 mg orally with food", "50 mg by mouth with a high-fat dinner"])
def test_a_meal_that_cannot_be_read_says_how_to_write_it(text):
    with pytest.raises(InputError, match=r"expected 'fasted' or 'with a NAME meal'"):
        Protocol.parse(text, compound="zuranolone")
