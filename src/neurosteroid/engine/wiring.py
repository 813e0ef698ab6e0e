"""Wiring joins parts by port name: it checks units, finds givers, and orders the values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from neurosteroid.engine.part import AbstractPart, settings
from neurosteroid.engine.ports import OUTSIDE, Covariate, Flow, Need, State, Value
from neurosteroid.errors import UnitError, WiringError, unknown_name
from neurosteroid.units import convert, dimension


@dataclass(frozen=True)
class Wired:
    """Parts whose ports fit together.

    Attributes:
        parts: name to part, in the order given.
        states: global name to (part name, state); defines the order of the state vector.
        values: global name to (part name, value), ordered so that each comes after what it needs.
        covariates: global name to covariate.
        accounts: names of the extra states that collect what flows outside, with their unit.
    """

    parts: Mapping[str, AbstractPart]
    states: Mapping[str, tuple[str, State]]
    values: Mapping[str, tuple[str, Value]]
    covariates: Mapping[str, Covariate]
    accounts: Mapping[str, str]

    def unit(self, name: str) -> str:
        """Return the unit in which a global port is held."""
        if name in self.states:
            return self.states[name][1].unit
        if name in self.values:
            return self.values[name][1].unit
        if name in self.accounts:
            return self.accounts[name]
        return self.covariates[name].unit


def filled(part: AbstractPart, name: str) -> str:
    """Return a port name with the part's settings filled in."""
    return name.format(**settings(part))


def account_name(unit: str) -> str:
    """Return the name of the state that collects what left the system in this unit."""
    return f"{OUTSIDE}.{unit}"


def join(parts: Mapping[str, AbstractPart], covariates: Sequence[Covariate], *, accounts: bool) -> Wired:
    """Join parts by port name.

    Raises:
        WiringError: a port without a giver or with two, units of different dimension, a flow from nowhere,
            or values that need each other in a ring.
    """
    states: dict[str, tuple[str, State]] = {}
    values: dict[str, tuple[str, Value]] = {}
    outside = {covariate.name: covariate for covariate in covariates}
    givers: dict[str, str] = dict.fromkeys(outside, "the covariates")
    for part_name, part in parts.items():
        ports: tuple[State | Value, ...] = (*part.states, *part.gives)
        for port in ports:
            name = filled(part, port.name)
            if name in givers:
                raise WiringError(f"'{name}' has two givers: {givers[name]} and part '{part_name}'. Leave one out.")
            givers[name] = f"part '{part_name}'"
            if isinstance(port, State):
                states[name] = (part_name, port)
            else:
                values[name] = (part_name, port)
    units = sorted({_end_unit(part, flow, states) for part in parts.values() for flow in part.flows if _leaves(flow)})
    wired = Wired(parts, states, values, outside, {account_name(unit): unit for unit in units} if accounts else {})
    for part_name, part in parts.items():
        for need in part.needs:
            _check_need(wired, part_name, part, need)
        for flow in part.flows:
            _check_flow(wired, part_name, part, flow)
    return Wired(parts, states, _ordered(wired), outside, wired.accounts)


def _leaves(flow: Flow) -> bool:
    return OUTSIDE in (flow.source, flow.target)


def _end_unit(part: AbstractPart, flow: Flow, states: Mapping[str, tuple[str, State]]) -> str:
    inside = filled(part, flow.target if flow.source == OUTSIDE else flow.source)
    if inside not in states:
        raise unknown_name("state", inside, states, where=f"flow '{flow.local}' of {type(part).__name__}")
    return states[inside][1].unit


def _check_need(wired: Wired, part_name: str, part: AbstractPart, need: Need) -> None:
    name = filled(part, need.name)
    place = f"part '{part_name}' ({type(part).__name__})"
    known = {**wired.states, **wired.values, **wired.covariates}
    if name not in known:
        error = unknown_name("port", name, known, where=place)
        raise WiringError(f"{error.message} Add a part that gives it, or declare it as a covariate.", where=place)
    try:
        convert(1.0, wired.unit(name), need.unit)
    except UnitError as error:
        raise WiringError(
            f"'{name}' is given in {wired.unit(name)} but {type(part).__name__} needs {need.unit}. {error.message}",
            where=place,
        ) from error


def _check_flow(wired: Wired, part_name: str, part: AbstractPart, flow: Flow) -> None:
    place = f"flow '{flow.local}' of part '{part_name}'"
    for end in (flow.source, flow.target):
        if end == OUTSIDE:
            continue
        name = filled(part, end)
        if name not in wired.states:
            raise WiringError(unknown_name("state", name, wired.states).message, where=place)
        unit = wired.unit(name)
        if dimension(f"({unit}) / h") != dimension(flow.unit):
            raise WiringError(
                f"'{name}' is held in {unit}, so the flow must be in {unit}/h, not {flow.unit}.", where=place
            )
    if flow.source == flow.target:
        raise WiringError("it leaves and enters the same place; a flow needs two ends.", where=place)


def _ordered(wired: Wired) -> dict[str, tuple[str, Value]]:
    """Order parts so that values come after the values they need; a part is one node, as it computes all at once."""
    giver = {name: part_name for name, (part_name, _) in wired.values.items()}
    before: dict[str, set[str]] = {}
    for part_name, part in wired.parts.items():
        names = {filled(part, need.name) for need in part.needs} if part.gives else set()
        before[part_name] = {giver[name] for name in names if name in giver}
    try:
        order = list(TopologicalSorter(before).static_order())
    except CycleError as error:
        ring = " needs ".join(f"'{name}'" for name in reversed(error.args[1]))
        raise WiringError(
            f"These parts need each other's values in a ring: {ring}. Put a state in between, or split a part."
        ) from error
    return {name: entry for part_name in order for name, entry in wired.values.items() if entry[0] == part_name}
