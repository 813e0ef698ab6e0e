"""Drugs, other medicines and impaired organs in one person's model."""

from __future__ import annotations

import numpy as np
import pytest

from neurosteroid.dosing import Protocol, protocol
from neurosteroid.dosing.carrier import carrier
from neurosteroid.errors import UnknownNameError
from neurosteroid.evidence import library
from neurosteroid.model import Person, simulate
from neurosteroid.model.plausibility import ImplausibleWarning
from neurosteroid.model.states import HepaticImpairment, Medication, Postpartum, RenalImpairment, Stress

ONE_DOSE = Protocol.parse("50 mg orally with a moderate-fat meal", compound="zuranolone", name="one dose")

BOTH = (RenalImpairment("severe"), HepaticImpairment("severe"))


def zuranolone(*states, plan=ONE_DOSE):
    course = simulate(Person(weight="80 kg", states=list(states)), plan, until="72 h", step="30 min")
    return course.values["plasma.zuranolone"], course


def exposure(*states, plan=ONE_DOSE):
    values, course = zuranolone(*states, plan=plan)
    return float(np.trapezoid(values, course.times))


@pytest.mark.filterwarnings("ignore:The label says to avoid zuranolone")
def test_an_inhibitor_raises_and_an_inducer_lowers_exposure():
    alone = exposure()
    assert exposure(Medication("ketoconazole", since="-4 day")) > 1.4 * alone
    assert exposure(Medication("rifampin", since="-10 day")) < 0.3 * alone


@pytest.mark.filterwarnings("ignore:The label says to avoid zuranolone")
def test_a_medicine_that_was_stopped_long_ago_does_nothing():
    # ten half-lives of the enzyme in the liver leave 1e-3 of an induction of 4.5
    assert exposure(Medication("rifampin", since="-30 day", until="-15 day")) == pytest.approx(exposure(), rel=1e-2)


def test_two_spans_of_one_medicine_are_taken_one_after_the_other():
    spans = [Medication("ketoconazole", since="-4 day", until="1 h"), Medication("ketoconazole", since="1 h")]
    assert exposure(*spans) == pytest.approx(exposure(Medication("ketoconazole", since="-4 day")), rel=1e-6)


def test_food_is_that_of_the_dose():
    fasted = Protocol.parse("50 mg orally fasted", compound="zuranolone", name="fasted")
    assert exposure(plan=fasted) < 0.6 * exposure()


def test_a_meal_that_is_not_named_is_that_of_the_label():
    unnamed = Protocol.parse("50 mg orally", compound="zuranolone", name="unnamed")
    assert exposure(plan=unnamed) == pytest.approx(exposure(), rel=1e-12)


def test_a_severely_impaired_liver_raises_exposure_and_names_the_label_dose():
    values, course = zuranolone(HepaticImpairment("severe"))
    assert values.max() > zuranolone()[0].max()
    assert any("30 mg of zuranolone" in text for text in course.limits)
    assert any("the size is assumed" in text for text in course.limits)
    assert not any("the size is assumed" in text for text in zuranolone(HepaticImpairment("mild"))[1].limits)


def test_impaired_kidneys_lower_the_clearance_of_zuranolone_as_the_label_lowers_its_dose():
    healthy, mild, severe = (
        zuranolone(*states) for states in ([], [RenalImpairment("mild")], [RenalImpairment("severe")])
    )
    np.testing.assert_allclose(mild[0].max(), healthy[0].max(), rtol=1e-6)
    assert 1.1 < severe[0].max() / healthy[0].max() < 50 / 30
    assert any("clearance is lowered as the label lowers the dose" in text for text in severe[1].limits)
    assert not any("at once" in text for text in severe[1].limits)
    assert any("multiplied, which is assumed" in text for text in zuranolone(*BOTH)[1].limits)
    both = zuranolone(*BOTH)[0].max()
    assert both > severe[0].max()


def test_impaired_kidneys_collect_the_carrier_and_not_the_drug():
    plan = protocol("brexanolone-label")
    found = [
        simulate(Person(weight="75 kg", states=states), [plan, carrier(plan)], until="120 h", step="1 h").values
        for states in ([], [RenalImpairment("severe")])
    ]
    assert found[1]["plasma.sbecd"].max() > 4 * found[0]["plasma.sbecd"].max()
    np.testing.assert_allclose(found[1]["plasma.allopregnanolone"], found[0]["plasma.allopregnanolone"], rtol=1e-9)


def test_brexanolone_at_the_end_stage_is_warned_of():
    person = Person(weight="75 kg", states=[RenalImpairment("end-stage")])
    with pytest.warns(ImplausibleWarning, match="avoid brexanolone"):
        course = simulate(person, "brexanolone-label", until="60 h", step="1 h")
    assert any("avoid brexanolone" in text for text in course.limits)


def test_a_moderately_impaired_liver_lowers_total_brexanolone_and_raises_unbound():
    usual, impaired = (
        simulate(Person(weight="75 kg", states=states), "brexanolone-label", until="60 h", step="1 h").values
        for states in ([], [HepaticImpairment("moderate")])
    )
    total = impaired["plasma.allopregnanolone"].max() / usual["plasma.allopregnanolone"].max()
    assert 0.8 < total < 1.0
    for name in ("brain.allopregnanolone", "receptor.allopregnanolone"):
        assert 1.1 < impaired[name].max() / usual[name].max() < 1.4


def test_an_impaired_liver_leaves_more_of_her_own_allopregnanolone_unbound():
    usual, impaired = (
        simulate(Person(weight="75 kg", states=[Postpartum(day=30), *states]), until="6 h", step="1 h").values
        for states in ([], [HepaticImpairment("moderate")])
    )
    share = [found["unbound.allopregnanolone"] / found["plasma.allopregnanolone"] for found in (usual, impaired)]
    function = library().card("organ-function", "pharmacokinetics")
    np.testing.assert_allclose(share[1] / share[0], function.number("unbound_fraction_ratio", "moderate").value)


@pytest.mark.slow
def test_states_and_a_drug_combine_in_one_call():
    states = [Postpartum(day=10, breastfeeding=True, delivery_week=40), Stress(), Medication("ketoconazole", "-4 day")]
    course = simulate(Person(weight="80 kg", states=states), ONE_DOSE, until="72 h", step="30 min")
    zuranolone_alone = exposure(Medication("ketoconazole", since="-4 day"))
    found = float(np.trapezoid(course.values["plasma.zuranolone"], course.times))
    # her hormones take no part in what the liver does to the drug; corners of stress add output times
    assert found == pytest.approx(zuranolone_alone, rel=1e-3)
    for name in ("milk.zuranolone", "plasma.progesterone", "plasma.cortisol", "unbound_brain.zuranolone"):
        assert course.values[name].max() > 0.0


@pytest.mark.parametrize("name", ["sertraline", "Paroxetine"])
def test_a_medicine_of_a_class_of_which_one_is_there_is_told_which_and_why(name):
    with pytest.raises(UnknownNameError, match=rf"No medicine '{name}'.*only 'fluoxetine' is there: .*disputed"):
        Medication(name)
    with pytest.raises(UnknownNameError) as other:
        Medication("aspirin")
    assert "is there" not in str(other.value)
