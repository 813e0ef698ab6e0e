"""Rules of a protocol, looked up in the model: names become ports, levels and units become numbers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid import units
from neurosteroid.dosing import InfusionStep, Protocol, Route
from neurosteroid.dosing.rules import CheckSeries, DosingRule, RuleBook, Threshold
from neurosteroid.dosing.steps import ADVERBS
from neurosteroid.engine import System
from neurosteroid.engine.rules import ActionKind, Checks, Condition, Limit, PlannedDose, Programme, RescueDose, Rule
from neurosteroid.engine.rules.rule import Relation
from neurosteroid.errors import EventError, InputError, UnitError, unknown_name
from neurosteroid.evidence import Ledger, library
from neurosteroid.model.assembly import EVENTS, Assembly
from neurosteroid.model.given import activity_of
from neurosteroid.outcomes.sedation import LEVELS

Array = NDArray[np.float64]

LEVEL_NAMES: Final[Mapping[str, Sequence[str]]] = {"sedation.level": LEVELS}
"""Ports whose numbers 0, 1, ... have names."""

_HABITS: Final = "postpartum"
"""The card of people that says when they wake and go to sleep."""


@final
@dataclass(frozen=True, eq=False)
class Dosed:
    """A model that takes the doses of one compound.

    Attributes:
        system: the model.
        molar_mass: of the compound, g/mol.
        routes: route to the state that its doses enter.
        activity: IU in a mass of the compound, IU/ug; None where its card has none.
    """

    system: System
    molar_mass: float
    routes: Mapping[str, str]
    activity: float | None = None


def events_of(protocols: Iterable[Protocol]) -> tuple[str, ...]:
    """Return the random events that rules of these protocols watch; the model needs a part for each."""
    watched = {rule.port for protocol in protocols for rule in protocol.rules.rules}
    return tuple(event for event in EVENTS if any(port == event or port.startswith(f"{event}.") for port in watched))


def check_times(protocol: Protocol, until: float) -> Array:
    """Return the hours up to `until` at which a checked rule may act: every check, by night too, and its delay.

    Concentrations have corners where a rule acts; metrics at output times that hold them miss none of checked rules.
    """
    found = [np.zeros(0)]
    for rule in protocol.rules.rules:
        if rule.checks is not None:
            hours = Checks(rule.checks.every_h).times(until) + rule.delay_h
            found.append(hours[hours <= until])
    return np.unique(np.concatenate(found))


def compile_rules(
    model: Assembly | Dosed, protocol: Protocol, weights: Array, ledger: Ledger | None = None
) -> tuple[Programme, tuple[Rule, ...]]:
    """Return a protocol's programme and rules as the engine takes them.

    Args:
        model: of the drug alone, or of everything that a person's states and drugs bring.
        protocol: with or without rules.
        weights: (P,) kg.
        ledger: records the numbers that the rules need and do not give themselves, such as waking hours.

    Raises:
        UnknownNameError: a port or level that the model does not have.
        UnitError: a limit in a unit that does not fit its port.
        EventError: a route that the model does not have.
    """
    dosed = model if isinstance(model, Dosed) else _by_vein(model)
    # the same checks of weight and route as without rules
    replace(protocol, rules=RuleBook()).records(weights, dosed.molar_mass, dosed.routes, dosed.activity)
    ledger = Ledger() if ledger is None else ledger

    def scale(unit: str, whole: str) -> float | Array:
        plain, scaled = units.split_weight_scaled(unit)
        factor = units.convert_activity(
            1.0, plain, whole, molar_mass=dosed.molar_mass, activity=dosed.activity, where=protocol.name
        )
        return factor * weights if scaled else factor

    ladder = protocol.ladder()
    infused = any(isinstance(step, InfusionStep) for step in protocol.steps)
    doses = tuple(
        PlannedDose(dose.time_h, dose.amount, dose.unit, state, scale(dose.unit, dosed.system.units[state]))
        for dose in protocol.doses()
        for state in (dosed.routes[dose.route],)
    )
    pump = dosed.routes[Route.INTRAVENOUS] if infused else None
    programme = Programme(
        state=pump,
        times=ladder.times_h if infused else (),
        rates=ladder.rates if infused else (),
        unit=ladder.unit,
        scale=1.0 if pump is None else scale(ladder.unit, f"{dosed.system.units[pump]}/h"),
        doses=doses,
        clock=protocol.rules.clock,
        first_level=0 if protocol.rules.lowest_first else None,
    )
    rules = []
    for rule in protocol.rules.rules:
        where = f"{protocol.name}: '{rule.sentence()}'"
        _check_steps(rule, programme, where)
        rescue = None
        if rule.action is ActionKind.RESCUE:
            if rule.route is None or rule.route not in dosed.routes:
                taken = " or ".join(ADVERBS[Route(route)] for route in dosed.routes)
                raise EventError(f"this model takes {protocol.compound} {taken} only; write '{taken}'.", where=where)
            state = dosed.routes[rule.route]
            rescue = RescueDose(rule.amount, rule.unit, state, scale(rule.unit, dosed.system.units[state]))
        rules.append(
            Rule(
                name=rule.sentence(),
                condition=_condition(dosed, rule, where),
                action=rule.action,
                checks=None if rule.checks is None else _checks(rule.checks, ledger, where),
                lower=rule.lower,
                onward=rule.onward,
                rescue=rescue,
                delay=rule.delay_h,
                maximum=rule.maximum,
                cool_down=rule.cool_down_h,
            )
        )
    return programme, tuple(rules)


def _check_steps(rule: DosingRule, programme: Programme, where: str) -> None:
    """Refuse to step down or titrate up in a programme that has no second step: the rule could never do anything."""
    steps = len(programme.levels)
    if rule.action not in (ActionKind.STEP_DOWN, ActionKind.TITRATE_UP) or steps > 1:
        return
    if programme.state is None and not programme.by_doses and programme.doses:
        found = "its doses are in several units, so that it has no steps"
    elif steps == 1:
        unit = programme.unit if programme.state is not None else programme.doses[0].unit
        found = f"all that is planned is {programme.levels[0]:g} {unit}, one step, and there is no other to go to"
    else:
        found = "nothing is planned, so that there is no step to go to"
    raise InputError(
        f"{found}. Plan a second step, such as '150 IU subcutaneously every 24 h x 4 then 75 IU subcutaneously every"
        " 24 h x 4', or write 'hold' or 'stop'.",
        where=where,
    )


def _condition(dosed: Dosed, rule: DosingRule, where: str) -> Condition:
    port = _port(dosed, rule.port, where)
    if rule.when is not None and rule.port in EVENTS:
        raise InputError(
            f"'{rule.port}' is an event and takes no limit; write 'when {rule.port}'. The cumulative hazard beyond her"
            f" threshold is the port '{port}', if that is meant.",
            where=where,
        )
    if rule.when is None:
        if not port.endswith(".excess"):
            raise InputError(
                f"'{rule.port}' is no event; write a limit, such as '{rule.port} >= ...'. Events: {', '.join(EVENTS)}.",
                where=where,
            )
        return Condition(port, Limit(Relation.AT_LEAST, 0.0), never_falls=True)
    try:
        until = None if rule.until is None else _limit(dosed, port, rule.until, where)
        return Condition(port, _limit(dosed, port, rule.when, where), until)
    except InputError as error:
        raise type(error)(error.message, where=where) from None


def watched_output(name: str, outputs: Collection[str]) -> str | None:
    """Return the output that a rule calls by its name, short name or event; None if there is none."""
    names = (name, f"{name}.level", f"{name}.excess", f"{name}.hamd17")
    return next((found for found in names if found in outputs), None)


def _port(dosed: Dosed, name: str, where: str) -> str:
    """Return the output that a rule calls by its name, its short name (sedation), or the name of an event."""
    outputs = dosed.system.output_names
    if (found := watched_output(name, outputs)) is not None:
        return found
    if name in EVENTS:
        raise InputError(
            f"this model was put together without the event '{name}'; give assemble(events=('{name}',)).", where=where
        )
    short = [each.removesuffix(".level") for each in outputs if each.endswith(".level")]
    events = [event for event in EVENTS if f"{event}.excess" in outputs]
    raise unknown_name("port", name, [*short, *events, *outputs], where=where)


def _limit(dosed: Dosed, port: str, threshold: Threshold, where: str) -> Limit:
    names = LEVEL_NAMES.get(port)
    if threshold.level is not None:
        if names is None:
            raise InputError(f"'{port}' has no levels; write a number with its unit.", where=where)
        if threshold.level not in names:
            raise unknown_name("level", threshold.level, names, where=where)
        return Limit(threshold.relation, float(names.index(threshold.level)))
    unit = dosed.system.units[port]
    if threshold.unit == "1" and unit != "1":
        raise UnitError(f"'{port}' is in {unit}; write the limit with its unit, such as '300 {unit}'.", where=where)
    mass, activity = _substance(dosed, port)
    value = units.convert_activity(
        threshold.value, threshold.unit, unit, molar_mass=mass, activity=activity, where=where
    )
    return Limit(threshold.relation, value)


def _substance(dosed: Dosed, port: str) -> tuple[float, float | None]:
    """Return molar mass, g/mol, and activity, IU/ug, of what a port counts: what its name ends in, or what is given."""
    name, shelf = port.rpartition(".")[2], library()
    if name not in shelf.names("compounds") or "molar_mass" not in shelf.card(name, "compounds").variant().numbers:
        return dosed.molar_mass, dosed.activity
    card = shelf.card(name, "compounds")
    return card.number("molar_mass").to("g/mol"), activity_of(name)


def _checks(series: CheckSeries, ledger: Ledger, where: str) -> Checks:
    awake = series.hours
    if series.awake and awake is None:
        card = library().card(_HABITS, "people")
        awake = (ledger.take(card, "wakes_at", "h"), ledger.take(card, "sleeps_at", "h"))
    try:
        return Checks(series.every_h, awake=awake, missed=series.missed)
    except InputError as error:
        raise InputError(error.message, where=where) from None


def _by_vein(assembly: Assembly) -> Dosed:
    return Dosed(assembly.system, assembly.molar_mass, {Route.INTRAVENOUS: assembly.dose_state})
