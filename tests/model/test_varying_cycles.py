"""Cycles of one woman that differ from each other: drawn, seeded, and off unless asked for."""

from __future__ import annotations

import functools

import numpy as np
import pytest

import neurosteroid as ns
from neurosteroid.errors import InputError
from neurosteroid.evidence import Ledger, library
from neurosteroid.model.assembly import assemble
from neurosteroid.model.contribution import Situation
from neurosteroid.model.joining import join
from neurosteroid.physiology.cycle_course import surges
from neurosteroid.physiology.cycle_variation import cohort_records, cohorts, drawn_deviations

DAYS = 150


def drawn_lengths(**options: object) -> tuple[float, ...]:
    """Days from LH peak to LH peak of a woman on day 1, over five months."""
    person = ns.Person(weight="65 kg", states=[ns.MenstrualCycle(day=1, **options)])
    course = ns.simulate(person, until=f"{DAYS} day", step="2 h")
    times = np.arange(0.0, 24 * DAYS, 2.0)
    lh = np.interp(times, course.times, course.values["plasma.lh"])
    return tuple(np.diff(times[surges(times, lh)]) / 24)


lengths = functools.cache(drawn_lengths)


def test_a_seed_draws_cycles_that_differ_and_draws_them_again() -> None:
    usual, drawn, other = lengths(), lengths(varying=True, seed=7), lengths(varying=True, seed=8)
    assert np.ptp(usual) < 0.5
    assert np.ptp(drawn) > 1.0
    assert np.ptp(other) > 1.0
    assert drawn != other
    assert drawn_lengths(varying=True, seed=7) == drawn


def test_a_longer_course_begins_with_the_same_cycles() -> None:
    assert drawn_deviations(3, 9, 0.3)[:4] == drawn_deviations(3, 4, 0.3)


def test_the_typical_woman_cycles_as_without() -> None:
    assert lengths(varying=True) == pytest.approx(lengths(), abs=0.1)


def test_each_cohort_has_a_parameter_that_a_population_draws_for_each_woman() -> None:
    person = ns.Person(weight="65 kg", states=[ns.MenstrualCycle(day=20, varying=True)])
    joined = join(Situation(person=person, clock=8.0, until=24.0 * 60))
    names = sorted(name for effect in joined.effects for name in effect.names if "cohort" in name)
    # the present one, and those of the next menses: on day 9 and a period later, before day 60
    assert names == [f"cycle_cohort_{place}.eta" for place in (1, 2, 3)]
    population = ns.population("postpartum", size=4, seed=3)
    women = population.draw(assemble(), Ledger(), range(4), joined)
    drawn = np.array([women.parameters[name] for name in names])
    sd = library().card("menstrual-cycle", "physiology").number("sd_pace_within", "refitted").to("1")
    assert len(np.unique(drawn)) == drawn.size
    assert 0.1 * sd < drawn.std() < 3 * sd
    again = population.draw(assemble(), Ledger(), range(2, 4), joined)
    np.testing.assert_array_equal([again.parameters[name] for name in names], drawn[:, 2:])


def test_one_cohort_grows_at_a_time_from_hour_0_to_the_end() -> None:
    hours = cohorts(100.0, 672.0, 1500.0)
    assert hours == (0.0, 100.0, 772.0, 1444.0)
    growing: dict[str, float] = {}
    for record in cohort_records(hours):
        growing |= record.covariates or {}
        assert sum(growing.values()) == 1.0


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"seed": 7}, "cycles that do not vary need no seed"),
        ({"varying": True, "seed": -1}, "-1 is not a seed"),
        ({"varying": True, "seed": 1.5}, "1.5 is not a seed"),
        ({"varying": "yes"}, "varying"),
        ({"varying": True, "ovulatory": False}, "cycles without ovulation do not vary: .* clock of fixed days"),
    ],
)
def test_what_cannot_be_drawn_is_refused(options: dict[str, object], words: str) -> None:
    with pytest.raises(InputError, match=words):
        ns.MenstrualCycle(day=1, **options)


def test_a_variant_that_does_not_say_how_cycles_differ_is_refused_with_those_that_do() -> None:
    person = ns.Person(weight="65 kg", states=[ns.MenstrualCycle(day=1, varying=True)])
    with pytest.raises(InputError, match=r"'published' of 'menstrual-cycle' does not say .*refitted"):
        ns.simulate(person, until="2 day", model=ns.ModelChoice(menstrual_cycle="published"))
