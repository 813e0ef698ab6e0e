"""Rules of people whose states bring hormones: who decides them, and how the whole model follows them.

Rules on sedation, depression score and events are decided by the model of the drug alone, where those are calibrated;
the whole model then gets what was given. Rules on everything else, such as a concentration, are followed by the whole
model.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from neurosteroid import units
from neurosteroid.dosing import Protocol, Route
from neurosteroid.dosing.meals import FAT, meal_fat
from neurosteroid.dosing.steps import InfusionStep
from neurosteroid.engine import Record
from neurosteroid.engine.reducers import Points
from neurosteroid.engine.rules import follow
from neurosteroid.engine.rules.programme import Clock
from neurosteroid.engine.rules.visits import Draws
from neurosteroid.engine.solution import Failure
from neurosteroid.engine.solvers.choose import solve
from neurosteroid.errors import EventError, InputError
from neurosteroid.evidence import Ledger
from neurosteroid.model.assembly import EVENTS, Assembly
from neurosteroid.model.body_solution import at_rows
from neurosteroid.model.given import Given, given_to
from neurosteroid.model.joining import Joined
from neurosteroid.model.ruled import Dosed, compile_rules
from neurosteroid.model.simulation import Courses, solver_text

Array = NDArray[np.float64]

_FELT: Final = ("sedation", "mood", *EVENTS)
_SAME_TIME: Final = 1e-9  # h; what lies closer to hour 0 is at it


def decided_by_outcomes(protocol: Protocol) -> bool:
    """Return whether the rules of a protocol watch what is felt, which the model of the drug alone decides."""
    return any(rule.port.startswith(_FELT) for rule in protocol.rules.rules)


def followed_together(protocols: Sequence[Protocol]) -> tuple[Protocol, ...]:
    """Return the protocols that the whole model follows hour by hour; none where its doses can be fixed ahead.

    They are all that give something or have rules, as soon as one of them has rules that the whole model decides.
    """
    if not any(each.rules and not decided_by_outcomes(each) for each in protocols):
        return ()
    return tuple(each for each in protocols if each.steps or each.rules)


def check_rules(protocols: Sequence[Protocol], uncalibrated: Sequence[str]) -> None:
    """Refuse rules that neither the model of the drug alone nor the whole model can follow.

    Args:
        protocols: what one person gets together, with or without rules.
        uncalibrated: what keeps sedation, depression score and events from being calibrated, in words.

    Raises:
        InputError: rules on what is not calibrated; rules on what is felt and on other ports in one protocol; meals
            that differ between doses which a hold moves.
    """
    for protocol in protocols:
        if not protocol.rules:
            continue
        felt = [rule for rule in protocol.rules.rules if rule.port.startswith(_FELT)]
        other = [rule for rule in protocol.rules.rules if rule not in felt]
        if felt and uncalibrated:
            raise InputError(
                f"'{felt[0].sentence()}' watches '{felt[0].port}', which is fitted to brexanolone in women with"
                f" postpartum depression and not calibrated with {', '.join(uncalibrated)}. Watch a concentration, such"
                f" as 'hold when plasma.{protocol.compound} >= 100 nmol/L', or leave the rule out.",
                where=protocol.name,
            )
        if felt and other:
            raise InputError(
                f"'{felt[0].sentence()}' is decided by the model of the drug alone, and '{other[0].sentence()}' by that"
                " of drug and hormones; with states of a person one protocol cannot have both. Leave one of them out.",
                where=protocol.name,
            )
        if protocol.rules.clock is Clock.WAITS and len({fat for _, fat in _meals(protocols)}) > 1:
            raise InputError(
                "doses are taken with different meals, and 'the clock waits' moves doses away from the hours of"
                " their meals. Name one meal for all doses, or let the clock continue.",
                where=protocol.name,
            )


def dosed(joined: Joined, protocol: Protocol) -> Dosed:
    """Return the whole model as what takes the doses of a protocol."""
    if not protocol.steps:
        return Dosed(joined.system, 1.0, {})
    compound = protocol.compound
    return Dosed(
        joined.system, joined.molar_masses[compound], joined.dose_states[compound], joined.activities.get(compound)
    )


def routes_of(model: Dosed) -> dict[int, Route]:
    """Return by which route doses enter a state, by the index of the state."""
    return {model.system.state_names.index(state): Route(route) for route, state in model.routes.items()}


def follow_bodies(
    joined: Joined,
    protocols: Sequence[Protocol],
    weights: Array,
    times: Array,
    *,
    parameters: Array,
    clock: float,
    draws: Draws | None = None,
    ledger: Ledger | None = None,
) -> Courses:
    """Follow P people under protocols of different compounds whose rules watch the whole model.

    The rules of each protocol act on its own doses only. What happens before hour 0 is followed first; from then on
    records, such as a delivery, and meals change covariates at their hours.

    Args:
        joined: the model.
        protocols: some of them with rules.
        weights: (P,) kg.
        times: (K,) h, rising, from 0.
        parameters: (P, m).
        clock: time of day at hour 0, h.
        draws: uniform draws for missed checks.
        ledger: records the numbers that rules need beyond their own.

    Raises:
        UnknownNameError, UnitError, EventError: see `compile_rules` and `follow`; doses with a lag under rules are
            refused with the name of their protocol.
    """
    compiled = [compile_rules(dosed(joined, each), each, weights, ledger) for each in protocols]
    rules = tuple(replace(rule, programme=place) for place, (_, own) in enumerate(compiled) for rule in own)
    covariates, changes = _covariates(joined, protocols, weights, float(times[-1]))
    _refuse_lags(joined, protocols, parameters, covariates)
    initial, failed = _at_hour_zero(joined, weights, parameters)
    followed = follow(
        joined.system,
        [programme for programme, _ in compiled],
        rules,
        parameters=parameters,
        covariates=covariates,
        changes=changes,
        initial=initial,
        output_times=times,
        clock=clock,
        draws=draws,
    )
    early = {failure.person for failure in failed}
    return Courses(
        times=times,
        values=followed.outputs(joined.outputs),
        failures=(*failed, *(failure for failure in followed.failures if failure.person not in early)),
        solver=solver_text(followed),
        programmes=followed.programmes,
        rules=rules,
        actions=followed.log,
        each_given=followed.each_given,
        points=Points(followed.corners.person, followed.corners.time, followed.at_corners(joined.outputs)),
    )


def given_of(
    courses: Courses, weights: Array, molar_mass: float, routes: Mapping[int, Route] | None = None
) -> list[Given]:
    """Return what each of P people was given by courses with rules."""
    if courses.given is None:
        raise InputError("these courses were followed without rules; what was given is what was planned.")
    return [
        given_to(courses.given, courses.programmes[0], courses.rules, person, float(weight), molar_mass, routes or {})
        for person, weight in enumerate(weights)
    ]


def with_outcomes(
    courses: Courses, outcomes: Assembly, weights: Array, parameters: Mapping[str, Array], outputs: tuple[str, ...]
) -> Courses:
    """Return courses of brexanolone under rules with depression score and sedation, which answer to what was given.

    Args:
        courses: of P people, by the whole model.
        outcomes: the model of the drug alone.
        weights: (P,) kg.
        parameters: parameter of that model to (P,) values.
        outputs: what is added.
    """
    given = given_of(courses, weights, outcomes.molar_mass)
    solution = solve(
        outcomes.system,
        [given_records(each, {Route.INTRAVENOUS: outcomes.dose_state}) for each in given],
        parameters=outcomes.system.parameters(len(weights), parameters),
        covariates=weights[:, None],
        output_times=courses.times,
        start=0.0,
    )
    return replace(
        courses,
        values={**courses.values, **at_rows(solution, courses.times, outputs)},
        failures=courses.failures + solution.failures,
        solver=f"{courses.solver}; depression score and sedation: {solver_text(solution)}",
        points=None,
    )


def given_records(given: Given, routes: Mapping[str, str]) -> list[Record]:
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


def _meals(protocols: Sequence[Protocol]) -> list[tuple[float, float]]:
    """Return (hour, kcal of fat) of each dose that names its meal, in order of time."""
    return sorted(
        (step.start_h + number * step.interval_h, meal_fat(step.meal))
        for protocol in protocols
        for step in protocol.steps
        if not isinstance(step, InfusionStep) and step.meal is not None
        for number in range(step.count)
    )


def _refuse_lags(joined: Joined, protocols: Sequence[Protocol], parameters: Array, covariates: Array) -> None:
    """Refuse rules on doses that enter a time after they are taken: what is under way is neither held nor stopped."""
    for protocol in protocols:
        if not protocol.rules:
            continue
        for route in protocol.routes:
            state = dosed(joined, protocol).routes.get(route)
            if state is None:  # said by whoever takes the doses
                continue
            delays = [
                joined.system.dose_property(state, "lag", parameters, each) for each in np.moveaxis(covariates, 1, 0)
            ]
            longest = max((float(np.max(each)) for each in delays if each is not None), default=0.0)
            if longest > 0.0:
                raise EventError(
                    f"{protocol.compound} ({route}) enters {longest:.3g} h after it is taken, and rules can neither"
                    f" hold nor stop what is under way: '{protocol.rules.rules[0].sentence()}' cannot be followed."
                    " Leave the rules of this protocol out; other protocols beside it may have theirs.",
                    where=f"protocol '{protocol.name}'",
                )


def _covariates(joined: Joined, protocols: Sequence[Protocol], weights: Array, until: float) -> tuple[Array, Array]:
    """Return covariates (P, E, k) from hour 0 on, and the hours (E - 1,) at which they change; see `follow`."""
    names = joined.system.covariate_names
    changes = [(record.time, dict(record.covariates or {})) for record in joined.records]
    changes += [(hour, {FAT: fat}) for hour, fat in _meals(protocols) if FAT in names]
    values = joined.covariate_table(weights)
    hours: list[float] = []
    epochs = [values]
    for hour, changed in sorted(changes, key=lambda each: each[0]):
        if hour >= until or not changed:
            continue
        now = epochs[-1].copy()
        for name, value in changed.items():
            now[:, names.index(name)] = value
        if hour <= _SAME_TIME or (hours and hour - hours[-1] <= _SAME_TIME):
            epochs[-1] = now
        elif np.any(now != epochs[-1]):
            hours.append(hour)
            epochs.append(now)
    return np.stack(epochs, axis=1), np.array(hours)


def _at_hour_zero(joined: Joined, weights: Array, parameters: Array) -> tuple[Array, tuple[Failure, ...]]:
    """Return the states (P, n) after everything that happens before hour 0 and at it, and who did not get there."""
    before = [record for record in joined.records if record.time <= _SAME_TIME]
    solution = solve(
        joined.system,
        before,
        parameters=parameters,
        covariates=joined.covariate_table(weights),
        output_times=[0.0],
        covariate_rule="locf",
        start=joined.start(weights, parameters),
    )
    last = solution.mask.sum(axis=1) - 1
    return solution.states[np.arange(len(weights)), last], solution.failures
