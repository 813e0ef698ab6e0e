"""Sepranolone under the skin: a depot into the pool of isoallopregnanolone."""

import numpy as np
import pytest

import neurosteroid as ns
from neurosteroid.errors import EventError
from neurosteroid.pharmacokinetics.subcutaneous import SubcutaneousDepot

ISO = "plasma.isoallopregnanolone"


def given(sentence, compound="isoallopregnanolone", until="10 day", variant=None):
    plan = ns.Protocol.parse(sentence, compound=compound)
    model = ns.ModelChoice(sepranolone=variant)
    return ns.simulate(ns.Person(weight="70 kg"), plan, until=until, step="0.25 h", model=model)


def above(course):
    values = course.values[ISO]
    return np.trapezoid(values - values[-1], course.times)


def test_all_of_a_depot_gives_the_area_of_the_vein():
    skin, vein = (given(f"10 mg {route}") for route in ("subcutaneously", "intravenously"))
    assert above(skin) == pytest.approx(above(vein), rel=5e-3)
    assert skin.values[ISO].max() < 0.5 * vein.values[ISO].max()


def test_what_leaves_the_depot_arrives_or_is_lost():
    depot = SubcutaneousDepot(absorption_half_life=12.0, availability=0.75)
    found = depot.rates(0.0, {"depot": 100.0}, {})
    assert found["arrives"] == pytest.approx(3.0 * found["lost"])
    assert sum(found.values()) == pytest.approx(100.0 * np.log(2.0) / 12.0)


def test_a_faster_depot_is_higher_and_earlier():
    found = [given("10 mg subcutaneously", until="2 day", variant=name) for name in ("fast", None, "slow")]
    peaks = [course.values[ISO].max() for course in found]
    times = [course.times[course.values[ISO].argmax()] for course in found]
    assert peaks == sorted(peaks, reverse=True)
    assert times == sorted(times)


def test_a_part_of_it_becomes_allopregnanolone():
    course = given("10 mg subcutaneously")
    allo = course.values["plasma.allopregnanolone"]
    assert allo.max() > 1.05 * allo[0]


def test_others_of_the_pathway_have_no_depot_under_the_skin():
    with pytest.raises(EventError, match="subcutaneous"):
        given("5 mg subcutaneously", compound="tetrahydrodeoxycorticosterone", until="1 h")
