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
    course = ns.simulate(person(ns.MenstrualCycle(day=1, ovulatory=False)), until="84 day", step="6 h")
    assert any("brings no surge of LH" in text for text in course.limits)
    _, ovulatory = within(cycle, "plasma.progesterone", 15.0, 27.0)
    _, follicular = within(cycle, "plasma.progesterone", 8.0, 12.0)
    floor = within(cycle, "plasma.allopregnanolone", 8.0, 12.0)[1].max()
    highest = []
    for first in (0.0, 28.0, 56.0):
        begins = first + (
            10.0 if first == 0.0 else 0.0
        )  # what the corpus luteum of the cycle before left is gone by then
        _, progesterone = within(course, "plasma.progesterone", begins, first + 28.0)
        assert progesterone.max() < 0.02 * ovulatory.max()
        assert progesterone.max() < 2.0 * follicular.max()
        assert within(course, "plasma.allopregnanolone", begins, first + 28.0)[1].max() < 1.2 * floor
        _, lh = within(course, "plasma.lh", begins, first + 28.0)
        assert lh.max() < 2.0 * lh.min()
        days, estradiol = within(course, "plasma.estradiol", first + 4.0, first + 28.0)
        # one wave a cycle, highest on the day on which a surge would have come
        assert days[np.argmax(estradiol)] / 24.0 - first == pytest.approx(14.0, abs=1.0)
        assert estradiol[-1] < 0.5 * estradiol.max()
        highest.append(estradiol.max())
    assert max(highest) < 1.25 * min(highest)  # three cycles alike


def test_a_woman_without_surges_of_her_own_ovulates_on_chorionic_gonadotropin():
    given = ns.Protocol.parse("250 ug subcutaneously", compound="choriogonadotropin-alfa")
    found = ns.simulate(person(ns.MenstrualCycle(day=14, ovulatory=False)), given, until="10 day", step="6 h")
    assert found.values["plasma.progesterone"].max() > 10.0


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
