"""States of a person: what can be had together, and why the rest cannot."""

import re

import pytest

from neurosteroid.errors import InputError, UnknownNameError
from neurosteroid.model import (
    HepaticImpairment,
    Medication,
    Menopause,
    MenstrualCycle,
    Perimenopause,
    Person,
    Postpartum,
    Pregnancy,
    RenalImpairment,
    Stress,
    Stressor,
)
from neurosteroid.model.states import STATES


def person(*states, **more):
    return Person(weight="68 kg", states=list(states), **more)


def test_states_of_different_axes_go_together():
    woman = person(
        Postpartum(day=10, breastfeeding=True),
        Stress(chronic=1.5, events=[Stressor("social stress test", at="10 h")]),
        Medication("ketoconazole", since="-2 day"),
        Medication("finasteride", since="-7 day", until="1 day"),
        RenalImpairment("severe"),
        HepaticImpairment("moderate"),
    )
    assert len(woman.states) == 6
    assert woman.breastfeeding
    assert [each.begins for each in woman.all_of(Medication)] == [-48.0, -168.0]
    assert woman.all_of(Stress)[0].events[0].hour == 10.0


def test_a_man_has_stress_and_his_own_name():
    man = person(Stress(), sex="male")
    assert (man.sex, man.name) == ("male", "man")


@pytest.mark.parametrize(
    ("states", "said"),
    [
        ((MenstrualCycle(day=3), Pregnancy(week=9)), "MenstrualCycle and Pregnancy together: there is no cycle day"),
        ((Menopause(), Pregnancy(week=9)), "Menopause and Pregnancy together: a woman past menopause"),
        ((Postpartum(day=1), MenstrualCycle(day=3)), "Postpartum and MenstrualCycle together: the first weeks"),
        ((Perimenopause(), Menopause()), "Perimenopause and Menopause together"),
        ((Postpartum(day=9), Pregnancy(week=38, delivery_week=39)), "at hour 0 she is pregnant or has delivered"),
        ((Stress(), Stress(chronic=2)), "the state Stress is given twice"),
        (
            (Medication("rifampin", since="-2 day"), Medication("rifampin")),
            "'rifampin' is given twice over the same time",
        ),
    ],
)
def test_what_excludes_each_other_is_refused_with_the_reason(states, said):
    for order in (states, states[::-1]):
        with pytest.raises(InputError) as refused:
            person(*order)
        kinds = " and ".join(type(state).__name__ for state in states)
        turned = " and ".join(type(state).__name__ for state in states[::-1])
        assert said in str(refused.value).replace(turned, kinds)


def test_a_pregnancy_that_ends_where_the_days_after_begin_is_one_place():
    woman = person(Pregnancy(week=39, delivery_week=39), Postpartum(day=0, delivery_week=39))
    assert [type(state) for state in woman.states] == [Postpartum]


def test_one_medicine_in_two_periods_is_two_states():
    woman = person(Medication("rifampin", since="-9 day", until="-2 day"), Medication("rifampin", since="-1 day"))
    assert len(woman.states) == 2


@pytest.mark.parametrize("state", [Pregnancy(week=20), MenstrualCycle(day=1), Postpartum(day=1), Menopause()])
def test_a_man_is_refused_what_needs_ovaries(state):
    with pytest.raises(InputError, match=rf"a male person is not in the state {type(state).__name__}"):
        person(state, sex="male")


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Pregnancy(week=280), "week 280 is not in a pregnancy"),
        (lambda: Pregnancy(week="32"), "Pregnancy.week: '32' is not a number of weeks"),
        (lambda: Pregnancy(week=40, delivery_week=39), "before week 40 at which hour 0 stands"),
        (lambda: Pregnancy(week=10, delivery_week=12), "week 12 is no week of delivery"),
        (lambda: MenstrualCycle(day=0), "day 0 is not in a cycle"),
        (lambda: Perimenopause(day=70), "day 70 is not in a cycle"),
        (lambda: MenstrualCycle(day=14, ovulatory="no"), "'no' is not True or False"),
        (lambda: Medication("ketoconazole", since=-7), "-7 is not a time with its unit"),
        (lambda: Medication("ketoconazole", since="2 day", until="1 day"), "'1 day' is not after '2 day'"),
        (
            lambda: Medication("ketoconasole"),
            "Medication.name: No medicine 'ketoconasole'. Did you mean 'ketoconazole'?",
        ),
        (lambda: Medication(""), "'' is not the name of a medicine"),
        (lambda: Stress(chronic=-1), "-1 is below 0"),
        (lambda: Stress(chronic=0), "Stress.chronic: 0 is no drive at all"),
        (lambda: Stressor("exam", at="2 h"), "Stressor.name: No stressor 'exam'. Known: acth test"),
        (lambda: Postpartum(day=731), "Postpartum.day: day 731 is no longer after delivery; days 0 to 730 are"),
        (lambda: person(Medication("rifampin"), Medication("rifampin")), "over the same time; leave one out."),
        (lambda: Stress(events=["exam"]), "is not a list of stressors"),
        (lambda: Stressor("social stress test", at="10"), "has no unit"),
        (lambda: Postpartum(day=3, delivery_week=4), "week 4 is no week of delivery"),
    ],
)
def test_what_cannot_be_meant_is_refused(make, said):
    with pytest.raises(InputError, match=re.escape(said)):
        make()


def test_unknown_words_get_the_close_ones():
    with pytest.raises(UnknownNameError, match="Did you mean 'severe'"):
        RenalImpairment("sever")
    with pytest.raises(UnknownNameError, match="Did you mean 'female'"):
        person(sex="femal")


def test_every_kind_of_state_is_known_by_its_name():
    assert all(name == kind.NAME for name, kind in STATES.items())
    assert len(STATES) == 10
