"""States as tables, as they stand in study files and in JSON: ``{kind = "postpartum", day = 10}``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from inspect import signature
from typing import Any

from neurosteroid.errors import InputError, unknown_name
from neurosteroid.model.states.adaptation import ReceptorAdaptation
from neurosteroid.model.states.medication import Medication
from neurosteroid.model.states.menopause import Menopause
from neurosteroid.model.states.menstrual_cycle import MenstrualCycle
from neurosteroid.model.states.organ_function import HepaticImpairment, RenalImpairment
from neurosteroid.model.states.perimenopause import Perimenopause
from neurosteroid.model.states.postpartum import Postpartum
from neurosteroid.model.states.pregnancy import Pregnancy
from neurosteroid.model.states.state import AbstractState
from neurosteroid.model.states.stress import Stress, Stressor

STATES: dict[str, type[AbstractState]] = {
    kind.NAME: kind
    for kind in (
        MenstrualCycle,
        Pregnancy,
        Postpartum,
        Perimenopause,
        Menopause,
        Stress,
        Medication,
        RenalImpairment,
        HepaticImpairment,
        ReceptorAdaptation,
    )
}
"""Every kind of state by its name."""


_MEN = ("men", "man", "male")
"""What is asked for as a state, and is the sex of the people."""


def read_states(tables: object, *, where: str = "states") -> tuple[AbstractState, ...]:
    """Return states from a list of tables; each has a ``kind`` and the fields of that state.

    Raises:
        InputError: no list of tables, a key that is missing or unknown, or a value that the state refuses; names the
            place.
    """
    if not isinstance(tables, Sequence) or isinstance(tables, str):
        raise InputError('it is no list; write states = [{ kind = "postpartum", day = 10 }].', where=where)
    return tuple(read_state(table, where=f"{where}[{place}]") for place, table in enumerate(tables))


def read_state(table: object, *, where: str = "state") -> AbstractState:
    """Return one state from its table.

    Raises:
        InputError: see `read_states`.
    """
    if not isinstance(table, Mapping) or "kind" not in table:
        raise InputError('a state is a table with its kind: { kind = "postpartum", day = 10 }.', where=where)
    name = table["kind"]
    if isinstance(name, str) and name in _MEN:
        raise InputError(
            f"'{name}' is no state. In a study file population.card = \"men\" says it; in Python Person(sex='male').",
            where=f"{where}.kind",
        )
    if not isinstance(name, str) or name not in STATES:
        raise unknown_name("state", name, STATES, where=f"{where}.kind")
    kind = STATES[name]
    known = [field.name for field in fields(kind)]
    given: dict[str, Any] = {}
    for key, value in table.items():
        if key == "kind":
            continue
        if key not in known:
            raise unknown_name(f"key of the state '{name}' called", key, known, where=f"{where}.{key}")
        given[str(key)] = _stressors(value, f"{where}.{key}") if key == "events" else value
    for key, parameter in signature(kind).parameters.items():
        if parameter.default is parameter.empty and key not in given:
            raise InputError(f"this key is missing; the state '{name}' needs it.", where=f"{where}.{key}")
    try:
        return kind(**given)
    except InputError as error:
        raise type(error)(error.message, where=_placed(where, error.where)) from None


def state_table(state: AbstractState) -> dict[str, Any]:
    """Return the table that `read_state` reads back into an equal state; fields at their default are left out."""
    table: dict[str, Any] = {"kind": state.NAME}
    defaults = {parameter.name: parameter.default for parameter in signature(type(state)).parameters.values()}
    for field in fields(state):
        value = getattr(state, field.name)
        if field.name == "events":
            value = [{"name": event.name, "at": event.at} for event in value]
        if value is None or value == defaults[field.name] or value == []:
            continue
        table[field.name] = value
    return table


def _stressors(value: object, where: str) -> list[Stressor]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise InputError('it is no list; write events = [{ name = "...", at = "10 h" }].', where=where)
    found = []
    for place, each in enumerate(value):
        if not isinstance(each, Mapping) or set(each) != {"name", "at"}:
            raise InputError('a stressor is a table { name = "...", at = "10 h" }.', where=f"{where}[{place}]")
        try:
            found.append(Stressor(each["name"], at=each["at"]))
        except InputError as error:
            raise type(error)(error.message, where=_placed(f"{where}[{place}]", error.where)) from None
    return found


def _placed(table: str, field: str | None) -> str:
    """Return the key of a table that a state calls ``Postpartum.day``."""
    return f"{table}.{field.rpartition('.')[2]}" if field else table
