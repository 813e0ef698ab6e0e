"""The transition to the menopause: cycles that differ and some that fail, drawn, seeded, and off unless asked for."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import neurosteroid as ns
from neurosteroid.errors import InputError
from neurosteroid.evidence import Ledger, library
from neurosteroid.model.assembly import assemble
from neurosteroid.model.contribution import Situation
from neurosteroid.model.joining import join
from neurosteroid.model.variability import Bernoulli, draw
from neurosteroid.physiology.cycle_course import surges
from neurosteroid.physiology.cycle_failure import drawn_failures
from neurosteroid.studies.set_ups.transition import surge_hours, without_ovulation

DAYS = 260


def gaps(**options: Any) -> tuple[list[float], float]:
    """Days from LH peak to LH peak, and the lowest concentration of any hormone."""
    person = ns.Person(weight="65 kg", states=[ns.Perimenopause(day=1, **options)])
    course = ns.simulate(person, until=f"{DAYS} day", step="2 h")
    times = np.arange(0.0, 24 * DAYS, 2.0)
    lh = np.interp(times, course.times, course.values["plasma.lh"])
    lowest = min(float(course.values[name].min()) for name in course.names if name.startswith("plasma."))
    return list(np.diff(times[surges(times, lh)]) / 24), lowest


def test_a_seed_draws_cycles_of_which_some_fail() -> None:
    usual, _ = gaps()
    drawn, lowest = gaps(varying=True, seed=5)
    assert np.ptp(usual) < 0.5
    # the eighth cohort of this seed fails, and no other before day 260
    assert drawn_failures(5, 11, 0.19) == (0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0)
    assert max(drawn) > 1.5 * np.mean(usual)
    assert sum(gap > 1.5 * np.mean(usual) for gap in drawn) == 1
    assert lowest > 0
    assert gaps(varying=True, seed=5)[0] == drawn


def test_none_fails_where_none_is_to_and_the_typical_woman_cycles_as_without() -> None:
    differing, _ = gaps(varying=True, seed=5, failing=0.0)
    assert 1.0 < np.ptp(differing) < 15.0
    assert gaps(varying=True)[0] == pytest.approx(gaps()[0], abs=0.1)
    assert gaps(varying=True, seed=5, failing=1.0)[0] == []


def test_a_longer_course_draws_the_same_failures_first() -> None:
    assert drawn_failures(3, 9, 0.3)[:4] == drawn_failures(3, 4, 0.3)


def test_a_share_of_cycles_is_lost_in_a_population() -> None:
    wanted = library().card("menstrual-cycle", "physiology").number("share_failing", "perimenopause").to("1")
    # 64 women with 12 cohorts each: the standard error of the share drawn is 0.014, and the model adds its own delays
    assert without_ovulation(library(), None) == pytest.approx(wanted, abs=0.05)
    # half of them lost: a standard error of 0.018
    assert without_ovulation(library(), 0.5) == pytest.approx(0.5, abs=0.1)
    assert without_ovulation(library(), 1.0) > 0.95


def test_hour_0_is_day_1_of_every_womans_own_cycle() -> None:
    """As in a study (decision 62): first surges come at the end of the first follicular phase, whatever the pace."""
    hours = surge_hours(library(), 0.0)
    first = np.array([own[0] for own in hours if len(own)]) / 24
    # two of the 64 skip all surges; begun at another day, first ones would lie anywhere in the first 28 days
    assert len(first) > 60
    assert (first > 5).all()
    assert (first < 20).all()
    # 300 days hold 12 cycles of the typical woman's 25 days
    assert np.median([len(own) for own in hours]) == pytest.approx(12, abs=1)


def test_each_cohort_fails_for_each_woman_by_herself() -> None:
    person = ns.Person(weight="65 kg", states=[ns.Perimenopause(day=20, varying=True, failing=0.5)])
    joined = join(Situation(person=person, clock=8.0, until=24.0 * 120))
    names = [name for effect in joined.effects for name in effect.names if name.startswith("cycle_failure")]
    # on day 20 the surge of the present cycle is past, so it cannot fail
    assert "cycle_failure_1.failed" not in names
    assert len(names) >= 4
    women = ns.population("menopausal-transition", size=200, seed=3).draw(assemble(), Ledger(), joined=joined)
    drawn = np.array([women.parameters[name] for name in names])
    assert set(np.unique(drawn)) == {0.0, 1.0}
    # 200 draws each: a standard error of 0.035
    assert drawn.mean(axis=1) == pytest.approx(0.5, abs=0.14)


def test_what_is_so_is_so_with_its_probability() -> None:
    assert list(draw((Bernoulli("failed", 0.3),), np.array([[0.1], [0.29], [0.3], [0.9]]))["failed"]) == [1, 1, 0, 0]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"varying": "yes"}, "is not True or False"),
        ({"seed": 3}, "need no seed"),
        ({"varying": True, "seed": -1}, "is not a seed"),
        ({"failing": 0.2}, "none fails"),
        ({"varying": True, "failing": 1.5}, "no share of cycles"),
    ],
)
def test_what_makes_no_sense_is_refused(options: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        ns.Perimenopause(day=1, **options)


def test_a_study_draws_them() -> None:
    women = ns.population("menopausal-transition", size=4, seed=3)
    found = ns.study(women, ["no-drug"], states=[ns.Perimenopause(day=5, varying=True)], until="60 day", step="6 h")
    assert not found.failures
    assert {name for name in found.people.columns if name.startswith("cycle_failure")}
