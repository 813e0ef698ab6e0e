"""One person whose states bring hormones of their own, and what she is given: one pool, one course."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid import units
from neurosteroid.dosing import Protocol
from neurosteroid.engine import Record, System
from neurosteroid.engine.solution import Solution
from neurosteroid.engine.solvers.choose import solve
from neurosteroid.errors import InputError, SolverError
from neurosteroid.evidence import Ledger, library
from neurosteroid.model.assembly import ANALYTE, EVENTS, SHOWN, Assembly, assemble, outcome_limits
from neurosteroid.model.bodies import bodies
from neurosteroid.model.choice import ModelChoice
from neurosteroid.model.contribution import Situation
from neurosteroid.model.course import Course
from neurosteroid.model.drug_course import DrugCourse, follow_drug
from neurosteroid.model.given import Given, given_as_planned
from neurosteroid.model.joining import Joined, join
from neurosteroid.model.person import Person
from neurosteroid.model.ruled import events_of
from neurosteroid.model.simulation import Courses, dose_times, simulate_many, solver_text, with_times
from neurosteroid.model.states import AbstractState, Postpartum, Sex

Array = NDArray[np.float64]

_SAME_TIME: Final = 1e-9  # h; sums of decimal hours differ from each other by rounding only
OUTCOMES: Final = tuple(name for name in SHOWN if name.startswith(("mood.", "sedation.")))
"""What is felt: outputs of the model of the drug alone."""

_CALIBRATED: Final = (Postpartum,)
"""States in which the outcomes were fitted; a person without any state counts as one of those women."""


def followed(state: AbstractState) -> bool:
    """Return whether a part of the model follows a state."""
    return any(isinstance(state, body.states) for body in bodies().values())


def by_drug_alone(person: Person, protocols: tuple[Protocol, ...]) -> bool:
    """Return whether the model of allopregnanolone as a drug has all that a person and her protocols need."""
    quiet = all(isinstance(state, _CALIBRATED) and not followed(state) for state in person.states)
    return quiet and person.sex is Sex.FEMALE and len(protocols) == 1 and protocols[0].compound == ANALYTE


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
    that watch them decide what is given, and the whole model then gets it. Other rules cannot be followed here.

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
        compounds=tuple(dict.fromkeys(each.compound for each in protocols if each.steps)),
        clock=units.clock_hour(start),
        until=float(times[-1]),
        choice=choice,
    )
    joined = join(situation)
    times = with_times(times, np.concatenate([np.array(joined.hours), *(dose_times(each) for each in protocols)]))
    outcome = _outcome(person, protocols, start, times, choice) if outcomes else None
    times = times if outcome is None else outcome.drug.courses.times
    doses = _dose_records(joined, protocols, person.weight, outcome)
    weights = np.array([person.weight])
    solution = _solved(joined, [*joined.records, *doses], weights, times, joined.system.parameters(1))
    if solution.failures:
        failure = solution.failures[0]
        raise SolverError(f"'{person.name}' did not finish: at {failure.time:g} h {failure.reason}")
    values = {name: found[0] for name, found in _at_rows(solution, times, joined.outputs).items()}
    units_of = {name: joined.system.units[name] for name in joined.outputs}
    ledger = Ledger()
    ledger.merge(joined.ledger)
    limits, solver = joined.limits, solver_text(solution)
    if outcomes and outcome is None:
        limits += (_why_no_outcomes(person, protocols),)
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
        given=_given(protocols[0], person.weight, float(times[-1])) if outcome is None else outcome.drug.given,
        actions=() if outcome is None else outcome.drug.actions,
        limits=tuple(dict.fromkeys(limits)),
    )


ONLY_DRUG: Final = (
    "HAM-D and sedation answer to the drug that is given, as they were fitted to trials of women with postpartum"
    " depression; her own allopregnanolone, which the hormone course shows, takes no part in them."
)


def simulate_bodies(
    joined: Joined,
    outcomes: Assembly | None,
    protocol: Protocol,
    weights: Array,
    times: Array,
    *,
    parameters: Mapping[str, Array] | None = None,
) -> Courses:
    """Follow P people in the same states through one protocol without rules.

    Args:
        joined: the model of their hormones and drugs.
        outcomes: the model of the drug alone, for depression score and sedation; None where they are not calibrated.
        protocol: what is given, from hour 0.
        weights: (P,) kg.
        times: (K,) h, rising, from 0.
        parameters: parameter of either model to (P,) values that differ from the typical ones.

    Raises:
        EventError: a dose by a route that the compound's parts do not have.
    """
    varied = dict(parameters or {})
    own = {name: varied[name] for name in joined.system.parameter_names if name in varied}
    doses = _doses(joined, protocol, weights)
    solution = _solved(joined, [*joined.records, *doses], weights, times, joined.system.parameters(len(weights), own))
    values = _at_rows(solution, times, joined.outputs)
    failures, solver = solution.failures, solver_text(solution)
    if outcomes is not None:
        felt = {name: varied[name] for name in outcomes.system.parameter_names if name in varied}
        courses = simulate_many(outcomes, protocol, weights, times, parameters=felt, outputs=OUTCOMES)
        values |= courses.values
        failures += courses.failures
        solver += f"; depression score and sedation: {courses.solver}"
    return Courses(times, values, failures, solver)


def _doses(joined: Joined, protocol: Protocol, weights: Array) -> list[Record]:
    if not protocol.steps:
        return []
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


def _solved(joined: Joined, records: list[Record], weights: Array, times: Array, parameters: Array) -> Solution:
    return solve(
        joined.system,
        sorted(records, key=lambda record: record.time),
        parameters=parameters,
        covariates=joined.covariate_table(weights),
        output_times=times,
        # what a record says, such as that she has delivered, holds from then on
        covariate_rule="locf",
        start=-joined.run_in,
    )


def _at_rows(solution: Solution, times: Array, outputs: tuple[str, ...]) -> dict[str, Array]:
    """Return outputs (P, K) at the output times; records make rows of their own beside them."""
    rows = np.searchsorted(solution.times[0], times + _SAME_TIME, side="right") - 1
    return {name: found[:, rows] for name, found in solution.outputs(outputs).items()}


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
    if any(protocol.rules for protocol in protocols):
        _check_rules(person, protocols)
    if uncalibrated(person, protocols):
        return None
    assembly = assemble(choice, events=events_of(protocols))
    return _Outcome(assembly, follow_drug(assembly, protocols[0], person.weight, times, start, person.name))


def uncalibrated(person: Person, protocols: tuple[Protocol, ...]) -> list[str]:
    """Return what keeps depression score and sedation from being calibrated, in words; nothing where they are."""
    found = [type(state).__name__ for state in person.states if not isinstance(state, _CALIBRATED)]
    found += [protocol.compound for protocol in protocols if protocol.compound != ANALYTE]
    return found + (["a man"] if person.sex is Sex.MALE else [])


def _why_no_outcomes(person: Person, protocols: tuple[Protocol, ...]) -> str:
    what = ", ".join(uncalibrated(person, protocols))
    return (
        "HAM-D and sedation are left out: they are fitted to trials of brexanolone in women with postpartum depression,"
        f" and nothing here says what they are with {what}."
    )


def _check_rules(person: Person, protocols: tuple[Protocol, ...]) -> None:
    """Refuse rules that the model of the drug alone cannot follow.

    Raises:
        InputError: the outcomes they need are not calibrated, or they watch a concentration that hormones change.
    """
    for protocol in protocols:
        if protocol.rules and (found := uncalibrated(person, protocols)):
            raise InputError(
                f"its rules are followed by the model of brexanolone, which is not calibrated with {', '.join(found)}."
                " Leave the rules out: replace(protocol, rules=RuleBook()).",
                where=protocol.name,
            )
        for rule in protocol.rules.rules:
            if not rule.port.startswith(("sedation", "mood", *EVENTS)):
                raise InputError(
                    f"'{rule.sentence()}' watches '{rule.port}', which her own hormones change; with states of a person"
                    " only rules on sedation, mood and events can be followed.",
                    where=protocol.name,
                )


def _dose_records(
    joined: Joined, protocols: tuple[Protocol, ...], weight: float, outcome: _Outcome | None
) -> list[Record]:
    found: list[Record] = []
    for protocol in protocols:
        if not protocol.steps:
            continue
        if protocol.rules and outcome is not None:
            found += _given_records(outcome.drug.given, joined.dose_states[protocol.compound])
        else:
            found += _doses(joined, protocol, np.array([weight]))
    return found


def _given_records(given: Given, routes: Mapping[str, str]) -> list[Record]:
    """Return what rules made of a protocol as records, one for each stretch of constant rate and each dose."""
    state = routes["intravenous"]

    def amount(value: float, unit: str, whole: str) -> float:
        plain, scaled = units.split_weight_scaled(unit)
        found = float(units.convert(value, plain, whole, molar_mass=given.molar_mass))
        return found * given.weight if scaled else found

    lengths = np.diff(given.times)
    infusions = [
        Record(time=begin, state=state, amount=amount(rate, given.unit, f"{units.AMOUNT}/h") * length, duration=length)
        for begin, rate, length in zip(given.times[:-1].tolist(), given.rates.tolist(), lengths.tolist(), strict=True)
        if rate > 0 and length > 0
    ]
    doses = [
        Record(time=dose.time_h, state=state, amount=amount(dose.amount, dose.unit, units.AMOUNT))
        for dose in given.doses
    ]
    return [*infusions, *doses]


def _given(protocol: Protocol, weight: float, until: float) -> Given:
    mass = library().card(protocol.compound, "compounds").number("molar_mass").to("g/mol")
    return given_as_planned(protocol, weight, mass, until)
