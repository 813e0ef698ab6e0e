"""Menotropin: FSH with the chorionic gonadotropin that gives it its LH activity."""

import numpy as np
import pytest

import neurosteroid as ns
from neurosteroid.dosing import Protocol
from neurosteroid.errors import InputError
from neurosteroid.model.bodies.menstrual_cycle import EXTRAPOLATED

DAY = 24.0
WOMAN = ns.Person(weight="65 kg", states=[ns.MenstrualCycle(day=1)])
DAILY = Protocol.parse("at 24 h 225 IU subcutaneously every 24 h x 10", "menotropin", "menotropin")
FSH = Protocol.parse("at 24 h 75 IU subcutaneously every 24 h x 10", "follitropin-alfa", "fsh")


@pytest.fixture(scope="module")
def course():
    return ns.simulate(WOMAN, [DAILY, FSH], until="12 day", step="2 h")


def test_its_chorionic_gonadotropin_comes_to_the_measured_level(course):
    hcg, days = course.values["plasma.hcg-of-menotropin"], course.times / DAY
    assert hcg[(days >= 10) & (days < 11)].mean() == pytest.approx(2.9, rel=0.05)  # what its share was derived from
    assert hcg[(days >= 6) & (days < 7)].mean() == pytest.approx(2.5, rel=0.15)  # measured in the middle, not used


def test_two_preparations_of_fsh_add_to_her_own(course):
    total = course.values["plasma.fsh"]
    injected = course.values["plasma.menotropin"] + course.values["plasma.follitropin-alfa"]
    own = total - injected
    assert own[0] == pytest.approx(total[0])
    assert np.all(own > 0.0)
    assert injected[course.times == 10 * DAY] > own[course.times == 10 * DAY]  # most of what her follicles see
    assert EXTRAPOLATED in course.limits


def test_its_lh_activity_reaches_the_ovary():
    """The same FSH without LH activity secretes less estradiol: follicles of the model mature by the LH receptor."""
    with_it = ns.simulate(WOMAN, DAILY, until="10 day", step="6 h")
    alone = ns.simulate(WOMAN, Protocol.parse("at 24 h 225 IU subcutaneously every 24 h x 10", "follitropin-alfa"),
                        until="10 day", step="6 h")  # fmt: skip
    late = with_it.times > 4 * DAY
    assert with_it.values["plasma.estradiol"][late].mean() > 1.02 * alone.values["plasma.estradiol"][late].mean()


def test_it_is_refused_without_a_cycle():
    with pytest.raises(InputError, match="'menotropin' acts on the ovary of the menstrual cycle"):
        ns.simulate(ns.Person(weight="65 kg"), DAILY, until="2 day")
