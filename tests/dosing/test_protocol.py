"""Protocols: validation, sums, ladder, records, cards."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from neurosteroid.dosing import DoseStep, InfusionStep, Protocol, Route, protocol
from neurosteroid.errors import EventError, InputError, UnitError, UnknownNameError

MOLAR_MASS = 318.5


def test_step_tables() -> None:
    made = Protocol.from_steps(
        [
            {"rate": "30 ug/kg/h", "for": "4 h", "weight_scaled": True},
            {"rate": "60 ug/kg/h", "until": "1 day"},
            {"amount": "50 mg", "route": "oral", "start": "12 h", "every": "24 h", "times": 3},
        ],
        name="mine",
    )
    assert made.steps == (
        InfusionStep(0, 4, 30, "ug/kg/h"),
        InfusionStep(4, 24, 60, "ug/kg/h"),
        DoseStep(12, 50, "mg", Route.ORAL, 24, 3),
    )
    assert made.end_h == 60


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (
            {"rate": "30 ug/h", "for": "4 h", "weight_scaled": True},
            "protocol[1].steps[0].rate: '30 ug/h' is mass per time; this weight-scaled step needs e.g. '30 ug/kg/h'.",
        ),
        ({"rate": "30 ug/kg/h", "for": "-4 h"}, "protocol[1].steps[0].for: '-4 h' is negative"),
        ({"rate": "30 ug/kg/h", "for": "0 h"}, "protocol[1].steps[0].until: the infusion ends at 0 h"),
        ({"rate": "-30 ug/kg/h", "for": "4 h"}, "protocol[1].steps[0].rate: -30 is negative"),
        ({"rate": "30", "for": "4 h"}, "protocol[1].steps[0].rate: '30' is not a number with its unit"),
        ({"rate": "nan ug/h", "for": "4 h"}, "protocol[1].steps[0].rate: 'nan ug/h'"),
        ({"rate": "30 ug/kg/h", "for": 4}, "protocol[1].steps[0].for: 4 has no unit"),
        ({"rate": "30 ug/kg/h"}, "protocol[1].steps[0]: an infusion has either 'for'"),
        ({"ratee": "30 ug/kg/h"}, "protocol[1].steps[0]: No key 'ratee'. Did you mean 'rate'"),
        ({"amount": "5 mg"}, "protocol[1].steps[0].route: a dose needs a route"),
        ({"amount": "5 mg", "route": "oral", "times": 3}, "protocol[1].steps[0].interval: 3 doses need an interval"),
        ({"amount": "5 mg", "route": "oral", "times": "3"}, "protocol[1].steps[0].count: '3' doses"),
        ({"amount": "5 mg", "route": "oral", "for": "3 h"}, "protocol[1].steps[0]: a dose has no duration"),
        ({"amount": "5 IU/L", "route": "oral"}, "protocol[1].steps[0].amount: 'IU/L' cannot be used here"),
        ({"rate": "5 mg/kg/kg/h", "for": "3 h"}, "protocol[1].steps[0]: 'mg/kg/kg/h' names body weight twice"),
    ],
)
def test_wrong_step_tables_name_the_key(step: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError) as caught:
        Protocol.from_steps([step], where="protocol[1]")
    assert str(caught.value).startswith(said)


@pytest.mark.parametrize("value", [math.nan, math.inf, -1.0, "3", None, True])
def test_numbers_must_be_finite_and_not_negative(value: Any) -> None:
    with pytest.raises(EventError, match=r"rate: "):
        InfusionStep(0, 1, value, "mg/h")
    with pytest.raises(EventError, match=r"amount: "):
        DoseStep(0, value, "mg", Route.INTRAVENOUS)
    with pytest.raises(EventError, match=r"start: "):
        DoseStep(value, 1, "mg", Route.ORAL)


@pytest.mark.parametrize("route", ["nasal", "", None])
def test_a_dose_needs_a_known_route(route: Any) -> None:
    with pytest.raises(
        EventError,
        match=r"route: a dose needs a route: 'intravenous' or 'oral' or 'vaginal' or 'intramuscular'"
        r" or 'subcutaneous', not ",
    ):
        DoseStep(0, 5, "mg", route)
    assert DoseStep(0, 5, "mg", "oral").route is Route.ORAL


def test_repeated_infusions_may_not_overlap_others() -> None:
    every = InfusionStep(0, 1, 5, "mg/h", 12, 3)
    Protocol("fits", "", "allopregnanolone", (every, InfusionStep(1, 12, 1, "mg/h")))
    with pytest.raises(
        EventError, match=r"steps\[0\]: the infusion from 12 to 13 h overlaps steps\[1\], from 1 to 12.5 h"
    ):
        Protocol("not", "", "allopregnanolone", (every, InfusionStep(1, 12.5, 1, "mg/h")))


def test_total_dose_and_weight() -> None:
    label = protocol("brexanolone-label")
    # 30*4 + 60*20 + 90*28 + 60*4 + 30*4 = 4200 ug/kg
    assert label.total_dose(82.9) == pytest.approx(4.2 * 82.9, rel=1e-14)
    assert label.total_dose(np.array([50.0, 100.0])) == pytest.approx([210.0, 420.0], rel=1e-14)
    assert label.total_dose(100.0, "umol", MOLAR_MASS) == pytest.approx(420e3 / MOLAR_MASS, rel=1e-14)
    with pytest.raises(UnitError, match="molar mass"):
        label.total_dose(100.0, "umol")
    assert protocol("no-drug").total_dose() == 0.0
    assert Protocol.parse("50 mg orally every 24 h x 14").total_dose() == 700.0


@pytest.mark.parametrize("weight", [None, math.nan, 0.0, -70.0, "heavy", np.array([70.0, math.nan])])
def test_missing_or_impossible_weight(weight: Any) -> None:
    with pytest.raises(EventError, match="brexanolone-label: weight: "):
        protocol("brexanolone-label").records(weight, MOLAR_MASS, "central")


def test_ladder_has_gaps_and_one_unit() -> None:
    times, rates, unit = Protocol.parse("1 mg/h for 2 h then wait 1 h then 500 ug/h for 3 h").ladder()
    assert unit == "mg/h"
    assert times.tolist() == [0, 2, 3, 6]
    assert rates == pytest.approx([1, 0, 0.5, 0])
    assert Protocol.parse("at 4 h 1 mg/h for 2 h").ladder().rates.tolist() == [0, 1, 0]
    assert [dose.time_h for dose in Protocol.parse("5 mg orally every 8 h x 3").doses()] == [0, 8, 16]


def test_records_are_in_nmol_with_fixed_durations() -> None:
    weights = np.array([60.0, 90.0])
    first, *_, last = protocol("brexanolone-label").records(weights, MOLAR_MASS, "central.allopregnanolone")
    assert first.time == 0
    assert first.duration == 4
    assert first.rate == 0
    assert first.state == "central.allopregnanolone"
    # 30 ug/kg/h * 4 h * weight / (g/mol) in nmol
    assert first.amount == pytest.approx(120e3 * weights / MOLAR_MASS, rel=1e-14)
    assert last.time == 56
    assert protocol("no-drug").records(None, MOLAR_MASS, "central") == []


def test_records_of_repeated_doses_and_routes() -> None:
    both = Protocol.parse("2 mg/h for 3 h then 50 mg orally every 24 h x 14")
    infusion, oral = both.records(None, MOLAR_MASS, {"intravenous": "central", "oral": "depot"})
    assert (infusion.state, oral.state) == ("central", "depot")
    assert infusion.amount == pytest.approx(6e6 / MOLAR_MASS, rel=1e-14)
    assert (oral.time, oral.interval, oral.additional, oral.duration) == (3, 24, 13, None)
    with pytest.raises(EventError, match="only the state 'central' was given"):
        both.records(None, MOLAR_MASS, "central")
    with pytest.raises(EventError, match="no state was given for oral doses"):
        both.records(None, MOLAR_MASS, {"intravenous": "central"})


def test_steps_that_give_nothing_make_no_record() -> None:
    assert Protocol.parse("0 ug/kg/h for 4 h then 0 mg orally").records(70.0, MOLAR_MASS, {}) == []


def test_cards_carry_their_numbers() -> None:
    label = protocol("brexanolone-label")
    assert label.sentence() == (
        "30 ug/kg/h for 4 h then 60 ug/kg/h for 20 h then 90 ug/kg/h for 28 h"
        " then 60 ug/kg/h for 4 h then 30 ug/kg/h for 4 h"
    )
    assert label.ledger is not None
    keys = {number.key for number in label.ledger.numbers}
    assert {"steps[2].rate", "steps[2].until", "bag_concentration", "bag_volume", "bag_use_limit"} <= keys
    assert protocol("brexanolone-60").ladder().rates.tolist() == [30, 60, 30, 0]
    with pytest.raises(UnknownNameError, match="Did you mean 'brexanolone-label'"):
        protocol("brexanolone-lable")


def test_mass_and_amount_of_substance_in_one_protocol_are_refused() -> None:
    with pytest.raises(EventError, match=r"steps\[1\]\.rate: 'ug/kg/h' and 'nmol/kg/h' stand in one protocol"):
        Protocol.parse("60 ug/kg/h for 6 h then 100 nmol/kg/h for 3 h")
