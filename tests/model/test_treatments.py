"""Treatments for fertility by their name, in one call."""

import pytest

import neurosteroid as ns
from neurosteroid.dosing import given_together, protocol
from neurosteroid.model.bodies.menstrual_cycle import EXTRAPOLATED

DAY = 24.0
WOMAN = ns.Person(weight="65 kg", states=[ns.MenstrualCycle(day=1)])
TREATMENTS = (
    "antagonist-stimulation",
    "long-agonist-stimulation",
    "progestin-primed-stimulation",
    "natural-cycle-frozen-transfer",
)


@pytest.mark.parametrize("name", TREATMENTS)
def test_a_treatment_is_one_protocol_a_compound_each_with_its_sources(name):
    given = [protocol(each) for each in given_together(name)]
    compounds = [each.compound for each in given]
    assert given
    assert len(set(compounds)) == len(compounds)
    for each in given:
        assert each.doses()
        assert each.ledger is not None
        assert all(number.source or number.assumed for number in each.ledger.numbers)


@pytest.mark.parametrize("name", ["zuranolone-50", "progesterone-oral", "nothing-of-this-name"])
def test_other_names_are_no_treatments(name):
    assert given_together(name) == ()


def test_a_progestin_primed_cycle_has_no_surge_and_allopregnanolone_only_after_the_trigger():
    course = ns.simulate(WOMAN, "progestin-primed-stimulation", until="20 day", step="6 h")
    before = (course.times > 6 * DAY) & (course.times < 12 * DAY)
    lh, made = course.values["plasma.lh"], course.values["plasma.allopregnanolone"]
    assert lh[before].max() < 2.0 * lh[0]
    assert course.values["plasma.fsh"][before].max() > 3.0 * course.values["plasma.fsh"][0]
    assert course.values["plasma.medroxyprogesterone"][before].min() > 0.1
    # the progestin makes none: hers stands below the end of the last luteal phase, and rises with her corpus luteum
    assert made[before].max() < made[0]
    assert made[course.times > 13 * DAY].max() > 5.0 * made[before].max()
    assert EXTRAPOLATED in course.limits
    assert any("many follicles" in limit for limit in course.limits)
