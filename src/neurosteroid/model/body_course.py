"""One person whose states bring hormones of their own, and what she is given: one pool, one course."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import final

import numpy as np
from numpy.typing import NDArray

from neurosteroid import units
from neurosteroid.dosing import InfusionStep, Protocol
from neurosteroid.dosing.meals import FAT
from neurosteroid.engine import Record, System
from neurosteroid.engine.rules.visits import Draws
from neurosteroid.engine.solution import Failure
from neurosteroid.errors import EventError, SolverError
from neurosteroid.evidence import Ledger, library
from neurosteroid.model.absorption import absorption_times
from neurosteroid.model.assembly import Assembly, assemble, outcome_limits
from neurosteroid.model.body_solution import at_rows, solved
from neurosteroid.model.calibration import ONLY_DRUG, OUTCOMES, uncalibrated, why_no_outcomes
from neurosteroid.model.choice import ModelChoice
from neurosteroid.model.contribution import Situation
from neurosteroid.model.course import Course
from neurosteroid.model.dose_points import dose_points, split, with_points
from neurosteroid.model.drug_course import DrugCourse, follow_drug
from neurosteroid.model.given import Given, actions_of, activity_of, given_as_planned, given_to
from neurosteroid.model.joining import Joined, join
from neurosteroid.model.late_rules import late_rules
from neurosteroid.model.neuron_bridge import with_neurons
from neurosteroid.model.person import Person
from neurosteroid.model.ruled import events_of
from neurosteroid.model.ruled_bodies import (
    check_rules,
    dosed,
    follow_bodies,
    followed_together,
    given_of,
    given_records,
    routes_of,
    with_outcomes,
)
from neurosteroid.model.simulation import Courses, dose_times, simulate_many, solver_text, with_times

Array = NDArray[np.float64]


def simulate_body(
    person: Person,
    protocols: tuple[Protocol, ...],
    start: str,
    times: Array,
    choice: ModelChoice,
    *,
    outcomes: bool = True,
) -> Course:
    """Follow one person with the hormones of her states, and the drugs of all protocols in the same pools.

    Depression score and sedation answer to the drug alone, as they were fitted, by the model of the drug alone; rules
    that watch them decide what is given, and the whole model then gets it. Rules that watch anything else are followed
    by the whole model, and depression score and sedation answer to what was given.

    Args:
        person: with states.
        protocols: one for each compound.
        start: time of day at hour 0.
        times: (K,) h, rising, from 0.
        choice: variants of the cards.
        outcomes: whether depression score and sedation are wanted where they are calibrated.

    Raises:
        InputError: a state, compound or medicine that nothing answers for, or a rule that cannot be followed.
        EventError: a dose by a route that the compound's parts do not have.
        SolverError: the integration did not finish.
    """
    situation = Situation(
        person=person,
        compounds=with_neurons(tuple(dict.fromkeys(each.compound for each in protocols if each.steps)), choice),
        clock=units.clock_hour(start),
        until=float(times[-1]),
        choice=choice,
    )
    joined = join(situation)
    check_rules(protocols, uncalibrated(person, protocols))
    corners = [np.array(joined.hours), absorption_times(protocols, float(times[-1]))]
    times = with_times(times, np.concatenate([*corners, *(dose_times(each) for each in protocols)]))
    if followed_together(protocols):
        return _by_rules(joined, person, protocols, situation, times, start, outcomes=outcomes)
    outcome = _outcome(person, protocols, start, times, choice) if outcomes else None
    times = times if outcome is None else outcome.drug.courses.times
    doses = _all_doses(joined, protocols, person.weight, outcome)
    weights = np.array([person.weight])
    solution = solved(joined, [*joined.records, *doses], weights, times, joined.system.parameters(1))
    if solution.failures:
        raise _unfinished(person, solution.failures[0])
    values = {name: found[0] for name, found in at_rows(solution, times, joined.outputs).items()}
    units_of = {name: joined.system.units[name] for name in joined.outputs}
    ledger = Ledger()
    ledger.merge(joined.ledger)
    limits, solver = joined.limits, solver_text(solution)
    if outcomes and outcome is None:
        limits += (why_no_outcomes(person, protocols, joined.outputs),)
    if outcome is not None:
        for name in OUTCOMES:
            values[name] = outcome.drug.courses.values[name][0]
            units_of[name] = outcome.assembly.system.units[name]
        ledger.merge(outcome.drug.ledger)
        limits += (*outcome_limits(choice), ONLY_DRUG)
        solver += f"; depression score and sedation: {outcome.drug.courses.solver}"
    for protocol in protocols:
        if protocol.ledger is not None:
            ledger.merge(protocol.ledger)
    return Course(
        person=person,
        protocols=protocols,
        start=start,
        times=times,
        values=values,
        units=units_of,
        ledger=ledger,
        solver=solver,
        each_given=tuple(
            outcome.drug.given
            if outcome is not None and each is _drug(protocols)
            else _given(each, person.weight, float(times[-1]))
            for each in protocols
        ),
        actions=() if outcome is None else outcome.drug.actions,
        late_rules=() if outcome is None else outcome.drug.late_rules,
        limits=tuple(dict.fromkeys(limits)),
    )


def _by_rules(
    joined: Joined,
    person: Person,
    protocols: tuple[Protocol, ...],
    situation: Situation,
    times: Array,
    start: str,
    *,
    outcomes: bool,
) -> Course:
    """Follow one person under protocols whose rules watch the whole model."""
    weights, ledger = np.array([person.weight]), Ledger()
    ledger.merge(joined.ledger)
    known = uncalibrated(person, protocols)
    felt = assemble(situation.choice) if outcomes and not known else None
    first, *beside = acting = followed_together(protocols)

    def followed(times: Array) -> Courses:
        return simulate_bodies(joined, felt, first, weights, times, beside=beside, clock=situation.clock, ledger=ledger)

    courses = followed(times)
    if len(courses.moments):
        # concentrations have corners where rules changed what is given, and a course shows them
        courses = followed(with_times(times, courses.moments))
    if courses.failures:
        raise _unfinished(person, courses.failures[0])
    if courses.actions is None:
        raise SolverError(f"'{person.name}' was followed without the rules of '{first.name}'.")
    units_of = {name: joined.system.units[name] for name in joined.outputs}
    limits = joined.limits
    if felt is not None:
        ledger.merge(felt.ledger)
        units_of |= {name: felt.system.units[name] for name in OUTCOMES}
        limits += (*outcome_limits(situation.choice), ONLY_DRUG)
    elif outcomes:
        limits += (why_no_outcomes(person, protocols, joined.outputs),)
    for protocol in protocols:
        if protocol.ledger is not None:
            ledger.merge(protocol.ledger)
    given = {
        id(protocol): given_to(
            found,
            programme,
            courses.rules,
            0,
            person.weight,
            model.molar_mass,
            routes_of(model),
            model.activity,
        )
        for protocol, found, programme in zip(acting, courses.each_given, courses.programmes, strict=True)
        if protocol.rules
        for model in (dosed(joined, protocol),)
    }
    until = float(times[-1])
    compounds = [each.compound for each in acting]
    return Course(
        person=person,
        protocols=protocols,
        start=start,
        times=courses.times,
        values={name: found[0] for name, found in courses.values.items()},
        units=units_of,
        ledger=ledger,
        solver=courses.solver,
        each_given=tuple(
            given[id(each)] if id(each) in given else _given(each, person.weight, until) for each in protocols
        ),
        actions=actions_of(courses.actions, courses.programmes, compounds, courses.rules, dict(joined.system.units), 0),
        late_rules=late_rules(courses, acting),
        limits=tuple(dict.fromkeys(limits)),
    )


def _unfinished(person: Person, failure: Failure) -> SolverError:
    return SolverError(f"'{person.name}' did not finish: at {failure.time:g} h {failure.reason}")


def simulate_bodies(
    joined: Joined,
    outcomes: Assembly | None,
    protocol: Protocol,
    weights: Array,
    times: Array,
    *,
    beside: Sequence[Protocol] = (),
    parameters: Mapping[str, Array] | None = None,
    clock: float = 8.0,
    draws: Draws | None = None,
    ledger: Ledger | None = None,
) -> Courses:
    """Follow P people in the same states through one protocol, or several of different compounds.

    Args:
        joined: the model of their hormones and drugs.
        outcomes: the model of the drug alone, for depression score and sedation; None where they are not calibrated.
        protocol: what is given, from hour 0; its rules are such as `check_rules` lets pass.
        weights: (P,) kg.
        times: (K,) h, rising, from 0.
        beside: protocols of other compounds that are given too, with or without rules of their own.
        parameters: parameter of either model to (P,) values that differ from the typical ones.
        clock: time of day at hour 0, h; rules with checks while awake need it.
        draws: uniform draws for missed checks, each row from that person's own stream.
        ledger: records the numbers that rules need beyond their own.

    Raises:
        EventError: a dose by a route that the compound's parts do not have, or a rule that cannot be followed.
    """
    varied = dict(parameters or {})
    own = {name: varied[name] for name in joined.system.parameter_names if name in varied}
    table = joined.system.parameters(len(weights), own)
    felt = {} if outcomes is None else {key: varied[key] for key in outcomes.system.parameter_names if key in varied}
    if acting := followed_together((protocol, *beside)):
        whole = follow_bodies(joined, acting, weights, times, parameters=table, clock=clock, draws=draws, ledger=ledger)
        return whole if outcomes is None else with_outcomes(whole, outcomes, weights, felt, OUTCOMES)
    courses = None
    if outcomes is not None:
        courses = simulate_many(
            outcomes,
            protocol,
            weights,
            times,
            parameters=felt,
            outputs=OUTCOMES,
            clock=clock,
            draws=draws,
            ledger=ledger,
        )
    doses: list[Record] | list[list[Record]]
    if courses is not None and courses.given is not None:
        given = given_of(courses, weights, joined.molar_masses[protocol.compound])
        doses = [[*joined.records, *given_records(each, joined.dose_states[protocol.compound])] for each in given]
    else:
        doses = [
            *joined.records,
            *(each for item in (protocol, *beside) for each in dose_records(joined, item, weights)),
        ]
    # where rules act the whole model is not read; its output times hold the hours of checks
    extra = times[:0] if protocol.rules else dose_points((protocol, *beside), times)
    solution = solved(joined, doses, weights, with_points(times, extra), table)
    values, points = split(times, extra, at_rows(solution, with_points(times, extra), joined.outputs))
    failures, solver = solution.failures, solver_text(solution)
    if courses is None:
        return Courses(times, values, failures, solver, points=points)
    if points is not None and courses.points is not None:
        points = replace(points, values={**points.values, **courses.points.values})
    return replace(
        courses,
        values=values | dict(courses.values),
        failures=failures + courses.failures,
        solver=f"{solver}; depression score and sedation: {courses.solver}",
        points=points,
    )


def dose_records(joined: Joined, protocol: Protocol, weights: Array) -> list[Record]:
    """Return what a protocol without rules gives to people of (P,) kg, in the units of the states it enters.

    Raises:
        EventError: a dose by a route that the compound's parts do not have, or with a meal that no part reads.
    """
    if not protocol.steps:
        return []
    named = next((step.meal for step in protocol.steps if not isinstance(step, InfusionStep) and step.meal), None)
    if named is not None and FAT not in joined.system.covariate_names:
        raise EventError(
            f"protocol '{protocol.name}' gives {protocol.compound} with the meal '{named}', and no card says what that"
            " does. Leave the meal out of its doses."
        )
    mass, activity = joined.molar_masses[protocol.compound], joined.activities.get(protocol.compound)
    records = protocol.records(weights, mass, joined.dose_states[protocol.compound], activity)
    return [_in_unit_of_its_state(record, joined.system, mass, activity) for record in records]


def _in_unit_of_its_state(record: Record, system: System, molar_mass: float, activity: float | None) -> Record:
    """Return a dose in nmol in the unit of the state that it enters; some published models count mass, or IU."""
    unit = system.units[str(record.state)]
    if unit == units.AMOUNT:
        return record
    one = units.convert_activity(1.0, units.AMOUNT, unit, molar_mass=molar_mass, activity=activity)
    amount = np.asarray(record.amount) * one
    return replace(record, amount=amount if amount.ndim else float(amount))


@final
@dataclass(frozen=True, eq=False)
class _Outcome:
    """Depression score and sedation, by the model of the drug alone."""

    assembly: Assembly
    drug: DrugCourse


def _outcome(
    person: Person, protocols: tuple[Protocol, ...], start: str, times: Array, choice: ModelChoice
) -> _Outcome | None:
    """Return the outcomes where they are calibrated, else None."""
    if uncalibrated(person, protocols):
        return None
    assembly = assemble(choice, events=events_of(protocols))
    return _Outcome(assembly, follow_drug(assembly, _drug(protocols), person.weight, times, start, person.name))


def _drug(protocols: tuple[Protocol, ...]) -> Protocol:
    """Return the protocol whose outcomes are wanted: the first that gives something or has rules."""
    return next((each for each in protocols if each.steps or each.rules), protocols[0])


def _all_doses(
    joined: Joined, protocols: tuple[Protocol, ...], weight: float, outcome: _Outcome | None
) -> list[Record]:
    found: list[Record] = []
    for protocol in protocols:
        if not protocol.steps:
            continue
        if protocol.rules and outcome is not None:
            found += given_records(outcome.drug.given, joined.dose_states[protocol.compound])
        else:
            found += dose_records(joined, protocol, np.array([weight]))
    return found


def _given(protocol: Protocol, weight: float, until: float) -> Given:
    mass = library().card(protocol.compound, "compounds").number("molar_mass").to("g/mol")
    return given_as_planned(protocol, weight, mass, until, activity_of(protocol.compound))
