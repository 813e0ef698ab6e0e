"""One person followed by the model of the drug alone, rules and all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import NDArray

from neurosteroid import units
from neurosteroid.dosing import Protocol
from neurosteroid.errors import SolverError
from neurosteroid.evidence import Ledger
from neurosteroid.model.assembly import Assembly
from neurosteroid.model.given import Action, Given, actions_of, given_as_planned, given_to
from neurosteroid.model.late_rules import late_rules
from neurosteroid.model.simulation import Courses, simulate_many, with_times

Array = NDArray[np.float64]


@final
@dataclass(frozen=True, eq=False)
class DrugCourse:
    """What the drug alone does in one person.

    Attributes:
        courses: of this one person.
        given: what was given.
        actions: what rules did.
        late_rules: see `Course`.
        ledger: every number that took part, but those of the protocol's card.
    """

    courses: Courses
    given: Given
    actions: tuple[Action, ...]
    ledger: Ledger
    late_rules: tuple[str, ...] = ()


def follow_drug(
    assembly: Assembly, protocol: Protocol, weight: float, times: Array, start: str, name: str
) -> DrugCourse:
    """Follow one person of a body weight through one protocol.

    Args:
        assembly: the model, with the random events that rules watch.
        protocol: what is given.
        weight: kg.
        times: (K,) h, rising, from 0; hours at which rules changed what is given are added.
        start: time of day at hour 0.
        name: of the person, for messages.

    Raises:
        SolverError: the integration did not finish.
    """
    weights = np.array([weight])
    ledger = Ledger()
    ledger.merge(assembly.ledger)
    clock = units.clock_hour(start)
    courses = simulate_many(assembly, protocol, weights, times, clock=clock, ledger=ledger)
    if len(courses.moments):
        # concentrations have corners where rules changed the rate, and a course shows them
        times = with_times(times, courses.moments)
        courses = simulate_many(assembly, protocol, weights, times, clock=clock, ledger=ledger)
    if courses.failures:
        failure = courses.failures[0]
        raise SolverError(f"'{name}' did not finish: at {failure.time:g} h {failure.reason}")
    given, actions = _given(courses, protocol, weight, assembly.molar_mass), _actions(courses, protocol, assembly)
    return DrugCourse(courses, given, actions, ledger, late_rules(courses, [protocol]))


def _actions(courses: Courses, protocol: Protocol, assembly: Assembly) -> tuple[Action, ...]:
    if courses.actions is None:
        return ()
    units_of = dict(assembly.system.units)
    return actions_of(courses.actions, courses.programmes, (protocol.compound,), courses.rules, units_of, 0)


def _given(courses: Courses, protocol: Protocol, weight: float, molar_mass: float) -> Given:
    if courses.given is None:
        return given_as_planned(protocol, weight, molar_mass, float(courses.times[-1]))
    return given_to(courses.given, courses.programmes[0], courses.rules, 0, weight, molar_mass)
