"""No state of anybody falls below zero: cycles, transition, stress, blocked enzymes, and a drug with an inhibitor."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest

import neurosteroid as ns
from neurosteroid.engine.solvers.rosenbrock.solver import DEFAULTS
from neurosteroid.evidence import Ledger
from neurosteroid.model import assemble
from neurosteroid.model.body_course import simulate_bodies
from neurosteroid.model.contribution import Situation
from neurosteroid.model.joining import join
from neurosteroid.model.states import AbstractState
from neurosteroid.studies.people import Population

BATCH = 500


@dataclass(frozen=True)
class Case:
    """Who, what is given, and for how many days; `people` is their card."""

    states: tuple[AbstractState, ...]
    days: int
    protocol: str = "no-drug"
    people: str = "reproductive-age"


CASES = {
    "cycle": Case((ns.MenstrualCycle(day=10, varying=True),), 40),
    "transition": Case((ns.Perimenopause(day=1, varying=True, failing=0.5),), 60, people="menopausal-transition"),
    "menopause": Case((ns.Menopause(),), 5, people="after-menopause"),
    "stress": Case(
        (
            ns.Stress(
                chronic=2.0,
                since="1 day",
                events=[ns.Stressor("social stress test", at="10 h"), ns.Stressor("crh test", at="34 h")],
            ),
        ),
        4,
    ),
    "men under stress": Case((ns.Stress(events=[ns.Stressor("acth test", at="1 h")]),), 2, people="men"),
    "dutasteride and trilostane in a cycle": Case(
        (ns.MenstrualCycle(day=14), ns.Medication("dutasteride"), ns.Medication("trilostane", since="4 day")), 20
    ),
    "zuranolone with itraconazole": Case(
        (ns.Postpartum(day=21), ns.Medication("itraconazole", since="-2 day", until="6 day")), 10, "zuranolone-50"
    ),
}
SHORT = {name: 300 if case.days <= 20 else 60 for name, case in CASES.items()}
"""People followed in every run of the tests; the long courses are those of cycles."""


def lowest(case: Case, count: int, seed: int) -> tuple[float, str]:
    """Return the lowest of every state and plasma concentration of drawn people, and of what it is."""
    plan = ns.protocol(case.protocol)
    population = Population(case.people, count, seed)
    person = ns.Person(weight="70 kg", sex=str(population.sex), states=list(case.states))
    compounds = (plan.compound,) if plan.steps else ()
    whole = join(Situation(person=person, compounds=compounds, clock=8.0, until=case.days * 24.0))
    names = (*whole.system.state_names, *(name for name in whole.outputs if name.startswith("plasma.")))
    whole = replace(whole, outputs=tuple(dict.fromkeys(names)))
    times = np.union1d(np.linspace(0.0, case.days * 24.0, 61), np.array([1e-3, 0.1, 0.5, 1.5]))
    found = []
    for first in range(0, count, BATCH):
        numbers = range(first, min(first + BATCH, count))
        people = population.draw(assemble(), Ledger(), numbers, whole)
        courses = simulate_bodies(whole, None, plan, people.weight, times, parameters=people.parameters, clock=8.0)
        assert not courses.failures
        found.append(min((float(values.min()), name) for name, values in courses.values.items()))
        assert all(np.isfinite(values).all() for values in courses.values.values())
    return min(found)


@pytest.mark.parametrize("name", CASES)
def test_none_of_some_drawn_people_is_below_zero(name: str) -> None:
    value, what = lowest(CASES[name], SHORT[name], 3)
    assert value >= -DEFAULTS.absolute, what


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_none_of_10000_drawn_people_is_below_zero(name: str) -> None:
    value, what = lowest(CASES[name], 10_000, 4)
    assert value >= -DEFAULTS.absolute, what
