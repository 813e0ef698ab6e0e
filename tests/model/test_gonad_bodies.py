"""Ovaries that cycle, ovaries that have stopped, and men: the hormones that go with them."""

import numpy as np
import pytest

import neurosteroid as ns
from neurosteroid.evidence import library


def person(*states, **more):
    return ns.Person(weight="70 kg", states=list(states), **more)


@pytest.fixture(scope="module")
def cycle():
    return ns.simulate(person(ns.MenstrualCycle(day=1)), until="56 day", step="2 h")


def within(course, name, first, last):
    inside = (course.times >= first * 24.0) & (course.times <= last * 24.0)
    return course.times[inside], course.values[name][inside]


def test_hour_zero_stands_at_the_day_of_the_cycle(cycle):
    other = ns.simulate(person(ns.MenstrualCycle(day=11)), until="40 day", step="2 h")
    found = []
    for course, first in ((cycle, 1), (other, 11)):
        times, lh = within(course, "plasma.lh", 0.0, 29.0 - first)
        found.append(times[np.argmax(lh)] + 24.0 * first)
    # both courses are read every two hours
    assert found[0] == pytest.approx(found[1], abs=2.0)


def test_progesterone_rises_after_the_surge_and_allopregnanolone_follows_less(cycle):
    times, lh = within(cycle, "plasma.lh", 0.0, 28.0)
    surge = times[np.argmax(lh)] / 24.0
    times, progesterone = within(cycle, "plasma.progesterone", 0.0, 28.0)
    assert 5.5 <= times[np.argmax(progesterone)] / 24.0 - surge <= 8.5
    ratio = cycle.values["plasma.allopregnanolone"] / cycle.values["plasma.progesterone"]
    assert ratio.max() > 2 * ratio.min()


def test_a_cycle_without_ovulation_has_no_luteal_phase(cycle):
    course = ns.simulate(person(ns.MenstrualCycle(day=1, ovulatory=False)), until="27 day", step="6 h")
    assert any("keeps its LH surge" in text for text in course.limits)
    _, ovulatory = within(cycle, "plasma.progesterone", 15.0, 27.0)
    _, failed = within(course, "plasma.progesterone", 15.0, 27.0)
    assert failed.max() < 0.1 * ovulatory.max()


def test_after_the_menopause_and_in_men_levels_are_steady_and_those_of_the_card():
    card = library().card("steady-gonads")
    for someone, variant in ((person(ns.Menopause()), "menopause"), (person(sex="male"), "men")):
        course = ns.simulate(someone, until="2 day")
        estradiol = course.values["plasma.estradiol"]
        wanted = card.number("estradiol", variant).to("nmol/L")
        # ten days of run-in leave a few parts in a million of the empty start
        assert estradiol == pytest.approx(wanted, rel=1e-5)
        assert course.values["plasma.progesterone"] == pytest.approx(0.159, rel=1e-5)
    assert "HAM-D and sedation are left out" in course.limits[-1]
    assert "a man" in course.limits[-1]


def test_in_perimenopause_fsh_is_higher_and_luteal_progesterone_lower(cycle):
    older = ns.simulate(person(ns.Perimenopause()), until="56 day", step="2 h")
    assert older.values["plasma.fsh"].min() > 2 * cycle.values["plasma.fsh"].min()
    assert older.values["plasma.progesterone"].max() < 0.7 * cycle.values["plasma.progesterone"].max()
