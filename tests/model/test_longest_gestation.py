"""A pregnancy that nobody ends is refused beyond the longest gestation, wherever a course is asked for."""

from __future__ import annotations

from typing import Any

import pytest

import neurosteroid as ns
from neurosteroid.errors import InputError


def woman(**given: Any) -> ns.Person:
    return ns.Person(weight="70 kg", states=[ns.Pregnancy(**given)])


@pytest.mark.parametrize(("week", "until", "reached"), [(44, "200 day", "72.57"), (45, "1 day", "45.14")])
def test_a_course_beyond_it_names_the_ways_out(week: float, until: str, reached: str) -> None:
    with pytest.raises(InputError, match=rf"delivery_week: .*week {reached}.*Say when she delivers") as found:
        ns.simulate(woman(week=week), until=until)
    assert ("end the course by day 7" in str(found.value)) == (week == 44)


def test_what_the_message_proposes_runs() -> None:
    assert ns.simulate(woman(week=44), until="7 day", step="1 day")["gestation.week"].magnitude[-1] == pytest.approx(45)
    course = ns.simulate(woman(week=44, delivery_week=44), until="200 day", step="10 day")
    assert course["plasma.progesterone"].magnitude[-1] < 1.0


def test_shorter_courses_with_a_drug_and_stress_run_as_before() -> None:
    someone = ns.Person(weight="70 kg", states=[ns.Pregnancy(week=30), ns.Stress(chronic=1.5)])
    assert ns.simulate(someone, "brexanolone-label", until="4 day", step="6 h").times[-1] == 96.0


def test_a_study_refuses_it_before_anybody_is_followed() -> None:
    women = ns.population("reproductive-age", size=2, seed=1)
    with pytest.raises(InputError, match=r"states\[0\]\.delivery_week: .*by day 175"):
        ns.study(women, ["no-drug"], states=[ns.Pregnancy(week=20)], until="300 day", step="1 day")
