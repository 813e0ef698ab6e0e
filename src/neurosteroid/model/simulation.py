"""A person and a protocol become a course."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid import units
from neurosteroid.dosing import Protocol, protocol_from
from neurosteroid.engine.rules import ActionLog, Followed, Programme, Rule, follow
from neurosteroid.engine.rules import Given as GivenToMany
from neurosteroid.engine.rules.plan import Draws
from neurosteroid.engine.solution import Failure, Solution
from neurosteroid.engine.solvers.choose import solve
from neurosteroid.errors import InputError, SolverError
from neurosteroid.evidence import Ledger
from neurosteroid.model.assembly import ANALYTE, SHOWN, Assembly, assemble
from neurosteroid.model.choice import ModelChoice
from neurosteroid.model.course import Course
from neurosteroid.model.given import Action, Given, actions_of, given_as_planned, given_to
from neurosteroid.model.person import Person
from neurosteroid.model.plausibility import ImplausibleWarning, implausible
from neurosteroid.model.ruled import compile_rules, events_of

Array = NDArray[np.float64]

_SAME_TIME: Final = 1e-9  # h; sums of decimal hours differ from each other by rounding only


@final
@dataclass(frozen=True, eq=False)
class Courses:
    """What happens to P women under one protocol.

    Attributes:
        times: (K,) h.
        values: output name to (P, K), in the unit of the model; NaN from the time at which a woman failed.
        failures: who did not finish, when and why.
        solver: which solver ran, with its tolerances.
        programme: what was planned, when there are rules.
        rules: as the engine took them.
        actions: what they did, by woman.
        given: what was given, when there are rules.
    """

    times: Array
    values: Mapping[str, Array]
    failures: tuple[Failure, ...]
    solver: str
    programme: Programme | None = None
    rules: tuple[Rule, ...] = ()
    actions: ActionLog | None = None
    given: GivenToMany | None = None


def output_times(until: str, step: str) -> Array:
    """Return output times (K,) in h from 0 in even steps; the end is always among them.

    Raises:
        InputError: a span that is not positive, or more than 20 000 times.
    """
    end, width = units.parse_span(until, where="until"), units.parse_span(step, where="step")
    if end <= 0 or width <= 0:
        raise InputError(f"'{until}' in steps of '{step}': both must be above 0 h.", where="until, step")
    if end / width > 20_000:
        raise InputError(
            f"'{until}' in steps of '{step}' is {end / width:.0f} times; at most 20000 are kept.", where="step"
        )
    count = int(np.floor(end / width + 1e-9))
    times = np.arange(count + 1, dtype=np.float64) * width
    return times if end - times[-1] < 1e-9 else np.concatenate([times, [end]])


def dose_times(protocol: Protocol) -> Array:
    """Return the times, h, at which an infusion changes or a single dose is given, sorted.

    Concentrations have their corners there: output times that hold them give the highest concentration and the area
    whatever the distance of the others.
    """
    infused = protocol.ladder()
    changes = infused.times_h if infused.rates.any() else infused.times_h[:0]
    return np.unique(np.concatenate([changes, [dose.time_h for dose in protocol.doses()]]))


def with_times(times: Array, others: Array) -> Array:
    """Return rising output times (K,), h, with others added where none of them stands within a nanohour."""
    within = np.unique(others[(others > times[0]) & (others < times[-1])])
    after = np.searchsorted(times, within)
    apart = np.minimum(times[after] - within, within - times[after - 1])
    return np.sort(np.concatenate([times, within[apart > _SAME_TIME]]))


def simulate_many(
    assembly: Assembly,
    protocol: Protocol,
    weights: Array,
    times: Array,
    *,
    parameters: Mapping[str, Array] | None = None,
    outputs: tuple[str, ...] = SHOWN,
    clock: float = 8.0,
    draws: Draws | None = None,
    ledger: Ledger | None = None,
) -> Courses:
    """Follow P women through one protocol; a woman whose integration fails is reported and the others go on.

    Args:
        assembly: the model.
        protocol: what is given, from hour 0.
        weights: (P,) kg.
        times: (K,) h, rising, from 0.
        parameters: model parameter to (P,) values that differ from the typical ones.
        outputs: names of the values and states to keep.
        clock: time of day at hour 0, h; rules with checks while awake need it.
        draws: uniform draws for missed checks, each row from that woman's own stream; without them none is missed.
        ledger: records the numbers that rules need beyond their own.

    Raises:
        InputError: a protocol of another compound.
        EventError: a dose that this model cannot take, such as one by mouth, or a rule that it cannot follow.
        UnknownNameError: a parameter or output the model does not have.
    """
    if protocol.compound != ANALYTE:
        raise InputError(f"this model follows {ANALYTE}; it cannot take '{protocol.compound}'.", where=protocol.name)
    if protocol.rules:
        return _by_rules(assembly, protocol, weights, times, parameters, outputs, clock, draws, ledger)
    solution = solve(
        assembly.system,
        protocol.records(weights, assembly.molar_mass, {"intravenous": assembly.dose_state}),
        parameters=assembly.system.parameters(len(weights), parameters),
        covariates=weights[:, None],
        output_times=times,
        start=0.0,
    )
    return Courses(times, solution.outputs(outputs), solution.failures, _solver_text(solution))


def _by_rules(
    assembly: Assembly,
    protocol: Protocol,
    weights: Array,
    times: Array,
    parameters: Mapping[str, Array] | None,
    outputs: tuple[str, ...],
    clock: float,
    draws: Draws | None,
    ledger: Ledger | None,
) -> Courses:
    programme, rules = compile_rules(assembly, protocol, weights, ledger)
    followed = follow(
        assembly.system,
        programme,
        rules,
        parameters=assembly.system.parameters(len(weights), parameters),
        covariates=weights[:, None],
        output_times=times,
        clock=clock,
        draws=draws,
    )
    return Courses(
        times=times,
        values=followed.outputs(outputs),
        failures=followed.failures,
        solver=_solver_text(followed),
        programme=programme,
        rules=rules,
        actions=followed.log,
        given=followed.given,
    )


def _solver_text(solution: Solution | Followed) -> str:
    shown = ", ".join(f"{name} {value:g}" for name, value in solution.tolerances.items())
    return f"{solution.method} ({shown or 'state propagation between events, no tolerance'})"


def simulate(
    person: Person,
    protocol: Protocol | str,
    *,
    start: str = "08:00",
    until: str = "96 h",
    step: str = "30 min",
    model: ModelChoice | None = None,
) -> Course:
    """Follow one woman through one protocol with the typical parameters of the chosen model.

    Her weight scales doses, clearances and volumes. What differs between women beyond that is at its typical value.

    Args:
        person: the woman.
        protocol: what she is given, from hour 0; or the name of its card, such as ``"brexanolone-label"``.
        start: time of day at hour 0.
        until: end of follow-up, from hour 0.
        step: distance of the output times; those at which a dose begins or ends are always among them.
        model: variants of the cards.

    Returns:
        A course over K output times.

    Warns:
        ImplausibleWarning: a body weight or a dose that is unlikely to be meant; the course is computed all the same.

    Raises:
        InputError: a time of day or span that is not possible, or a protocol of another compound.
        EventError: a dose that this model cannot take.
        SolverError: the integration did not finish.
    """
    if not isinstance(person, Person):
        raise InputError(f"{person!r} is not a person; make one: Person(weight='68 kg').", where="person")
    if model is not None and not isinstance(model, ModelChoice):
        raise InputError(
            f"{model!r} is not a choice of variants; write it like ModelChoice(pharmacokinetics='label').",
            where="model",
        )
    protocol = protocol_from(protocol)
    units.checked_clock(start, where="start")
    assembly = assemble(model, events=events_of([protocol]))
    weights = np.array([person.weight])
    for text in implausible([protocol], weights):
        warnings.warn(text, ImplausibleWarning, stacklevel=2)
    times = with_times(output_times(until, step), dose_times(protocol))
    ledger = Ledger()
    ledger.merge(assembly.ledger)
    clock = units.clock_hour(start)
    courses = simulate_many(assembly, protocol, weights, times, clock=clock, ledger=ledger)
    if courses.given is not None and courses.actions is not None and len(courses.actions):
        # concentrations have corners where rules changed the rate, and a course shows them
        times = with_times(times, np.concatenate([courses.given.end, courses.given.dose_time]))
        courses = simulate_many(assembly, protocol, weights, times, clock=clock, ledger=ledger)
    if courses.failures:
        failure = courses.failures[0]
        raise SolverError(f"'{person.name}' did not finish: at {failure.time:g} h {failure.reason}")
    if protocol.ledger is not None:
        ledger.merge(protocol.ledger)
    names = SHOWN if person.breastfeeding else tuple(name for name in SHOWN if not name.startswith("milk."))
    return Course(
        person=person,
        protocol=protocol,
        start=start,
        times=courses.times,
        values={name: courses.values[name][0] for name in names},
        units={name: assembly.system.units[name] for name in names},
        molar_mass=assembly.molar_mass,
        ledger=ledger,
        solver=courses.solver,
        actions=_actions(courses, assembly),
        given=_given(courses, protocol, person.weight, assembly.molar_mass),
    )


def _actions(courses: Courses, assembly: Assembly) -> tuple[Action, ...]:
    if courses.actions is None or courses.programme is None:
        return ()
    return actions_of(courses.actions, courses.programme, courses.rules, dict(assembly.system.units), 0)


def _given(courses: Courses, protocol: Protocol, weight: float, molar_mass: float) -> Given:
    if courses.given is None or courses.programme is None:
        return given_as_planned(protocol, weight, molar_mass, float(courses.times[-1]))
    return given_to(courses.given, courses.programme, courses.rules, 0, weight, molar_mass)
