"""Persons: read from quantities, refused with the place and the way out."""

import pytest

from neurosteroid.errors import InputError, UnitError
from neurosteroid.model import Person, Postpartum


def test_a_person_is_read_in_the_units_of_the_model():
    woman = Person(weight="150 lb", age="31 year", states=[Postpartum(day=21, breastfeeding=True)])
    # 1 lb = 0.45359237 kg by definition
    assert woman.weight == pytest.approx(150 * 0.45359237, rel=1e-12)
    assert woman.age == 31.0
    assert woman.breastfeeding


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, r"Person\.weight: the weight is missing"),
        ({"weight": "0 kg"}, r"Person\.weight: '0 kg' is not possible"),
        ({"weight": "68 kg", "age": "-3 year"}, r"Person\.age: '-3 year' is not possible"),
        ({"weight": "68 kg", "states": [Postpartum(day=1), Postpartum(day=2)]}, "the state Postpartum is given twice"),
        ({"weight": "68 kg", "states": ["pregnant"]}, r"str is not a state of a person\. Known: .*Postpartum"),
    ],
)
def test_what_is_not_possible_is_refused(given, message):
    with pytest.raises(InputError, match=message):
        Person(**given)


def test_a_weight_without_unit_is_refused():
    with pytest.raises(UnitError, match=r"Person\.weight: '68' has no unit"):
        Person(weight="68")


def test_before_delivery_is_not_postpartum():
    with pytest.raises(InputError, match="before delivery"):
        Postpartum(day=-1)


@pytest.mark.parametrize("day", ["3", None, True, float("nan"), float("inf"), -1])
def test_a_postpartum_day_is_a_number(day):
    with pytest.raises(InputError, match=r"Postpartum\.day: "):
        Postpartum(day=day)


def test_states_are_a_list_and_breastfeeding_is_true_or_false():
    with pytest.raises(InputError, match=r"Postpartum\.breastfeeding: 'yes' is not True or False"):
        Postpartum(day=3, breastfeeding="yes")
    for states in (Postpartum(day=3), "postpartum"):
        with pytest.raises(InputError, match=r"Person\.states: .* is not a list of states"):
            Person(weight="70 kg", states=states)
