"""One person and what is given become a course."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from neurosteroid import units
from neurosteroid.dosing import Arm, Protocol, arm_from
from neurosteroid.dosing.carrier import with_carriers
from neurosteroid.errors import InputError
from neurosteroid.evidence import Ledger
from neurosteroid.model.advice import advised, warned
from neurosteroid.model.assembly import SHOWN, assemble
from neurosteroid.model.body_course import simulate_body
from neurosteroid.model.calibration import by_drug_alone
from neurosteroid.model.choice import ModelChoice
from neurosteroid.model.consequences import neuroprotection
from neurosteroid.model.course import Course
from neurosteroid.model.drug_course import follow_drug
from neurosteroid.model.neuron_bridge import follows_neurons
from neurosteroid.model.person import Person
from neurosteroid.model.plausibility import ImplausibleWarning, all_outside, implausible
from neurosteroid.model.plausible_states import unlikely_states
from neurosteroid.model.ruled import events_of
from neurosteroid.model.simulation import dose_times, output_times, with_times
from neurosteroid.model.states import RenalImpairment
from neurosteroid.model.treatments import check_treatment, other_day, treatment_limits

Array = NDArray[np.float64]


def simulate(
    person: Person,
    protocol: Protocol | Arm | str | Sequence[Protocol | str] = "no-drug",
    *,
    start: str = "08:00",
    until: str = "96 h",
    step: str | None = None,
    model: ModelChoice | None = None,
) -> Course:
    """Follow one person through one or several protocols with the typical parameters of the chosen model.

    Weight scales doses, clearances and volumes. What differs between people beyond that is at its typical value. States
    of the person bring the hormones that the body makes; the course then shows them. Without such states the model
    is that of the drug alone.

    Args:
        person: with weight and states.
        protocol: what is given, from hour 0; or the name of its card, such as ``"brexanolone-label"``; or a list of
            them, one for each compound; or the name of a medicine whose card lists protocols that are given together,
            such as ``"antagonist-stimulation"``.
        start: time of day at hour 0.
        until: end of follow-up, from hour 0, such as ``"90 day"``.
        step: distance of the output times; by default 30 min, and more in long courses. Hours at which a dose begins or
            ends and hours of a delivery are always among them.
        model: variants of the cards.

    Returns:
        A course over K output times.

    Warns:
        ImplausibleWarning: a body weight, an age, a dose or something about a state that is unlikely to be meant, what
            a label says is not to be given, a protocol whose doses all lie after the course, or a rule whose limit
            comes to hold when nothing is left to change; the course is computed all the same.

    Raises:
        InputError: a time of day or span that is not possible, a state that the model does not follow, or a treatment
            for a state that she is not in.
        UnknownNameError: a protocol, compound or medicine that is not known.
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
    arm = arm_from(protocol)
    if any(isinstance(state, RenalImpairment) for state in person.states):
        arm = with_carriers(arm)
    check_treatment(arm, person.states)
    protocols = arm.protocols
    units.checked_clock(start, where="start")
    times = output_times(until, step)
    ages = np.array([] if person.age is None else [person.age])
    unlikely = unlikely_states(person.states, ages, float(times[-1]))
    given = (*implausible(protocols, np.array([person.weight])), *all_outside(protocols, float(times[-1])))
    for text in dict.fromkeys((*given, *other_day([arm], person.states), *unlikely, *warned([arm], person.states))):
        warnings.warn(text, ImplausibleWarning, stacklevel=2)
    choice = model or ModelChoice()
    # the model of the drug alone has no place for what follows from other targets, and for neurons
    apart = follows_neurons(choice) or bool(neuroprotection(choice, Ledger()))
    if by_drug_alone(person, protocols) and not apart:
        course = _by_drug_alone(person, protocols[0], start, times, model)
    else:
        course = simulate_body(person, protocols, start, times, choice)
    for text in course.late_rules:
        warnings.warn(text, ImplausibleWarning, stacklevel=2)
    more = (*treatment_limits([arm]), *advised([arm], person.states))
    return replace(course, limits=tuple(dict.fromkeys((*course.limits, *more)))) if more else course


def _by_drug_alone(person: Person, protocol: Protocol, start: str, times: Array, model: ModelChoice | None) -> Course:
    assembly = assemble(model, events=events_of([protocol]))
    times = with_times(times, dose_times(protocol))
    found = follow_drug(assembly, protocol, person.weight, times, start, person.name)
    ledger = Ledger()
    ledger.merge(found.ledger)
    if protocol.ledger is not None:
        ledger.merge(protocol.ledger)
    names = SHOWN if person.breastfeeding else tuple(name for name in SHOWN if not name.startswith("milk."))
    return Course(
        person=person,
        protocols=(protocol,),
        start=start,
        times=found.courses.times,
        values={name: found.courses.values[name][0] for name in names},
        units={name: assembly.system.units[name] for name in names},
        ledger=ledger,
        solver=found.courses.solver,
        actions=found.actions,
        late_rules=found.late_rules,
        each_given=(found.given,),
        limits=assembly.limits,
    )
