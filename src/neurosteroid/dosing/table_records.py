"""Rows of an event table to the engine's records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from neurosteroid import units
from neurosteroid.dosing.table_checks import DOSES
from neurosteroid.dosing.table_rows import TableRow
from neurosteroid.engine.records import EventKind, Record
from neurosteroid.errors import EventError, UnitError

if TYPE_CHECKING:
    from neurosteroid.dosing.tables import EventTable


def table_records(
    table: EventTable,
    states: str | Mapping[str | int, str] | None,
    molar_mass: float | None,
    amount_unit: str,
) -> dict[str, list[Record]]:
    """Return the records of every person; see `EventTable.records_by_person`."""
    hours = float(units.convert(1.0, table.time_unit, units.TIME))
    amount = 1.0
    if table.amount_unit is not None and table.dosed_compartments:
        try:
            amount = float(units.convert(1.0, table.amount_unit, amount_unit, molar_mass=molar_mass))
        except UnitError as error:
            raise UnitError(error.message, where=f"{table.raw.name}: amount_unit") from None
    found: dict[str, list[Record]] = {person: [] for person in table.people}
    shift: dict[str, float] = dict.fromkeys(found, 0.0)
    for row in table.rows:
        records = found[row.person]
        time = row.time * hours + shift[row.person]
        if records and time < records[-1].time:
            # only a reset may do this: the clock goes on from the last record, the states start anew
            shift[row.person] += records[-1].time - time
            time = records[-1].time
        records += _records(table, row, time, hours, amount, states)
    return found


def _records(
    table: EventTable,
    row: TableRow,
    time: float,
    hours: float,
    amount: float,
    states: str | Mapping[str | int, str] | None,
) -> list[Record]:
    shared = Record(
        time=time,
        evid=EventKind.OTHER if row.evid in DOSES else row.evid,
        covariates=_covariates(table, row),
        row=row.row,
    )
    if row.evid not in DOSES:
        return [shared]
    given = [
        Record(
            time=time,
            evid=row.evid,
            state=_state(table, row, place, states),
            amount=value * amount,
            rate=row.rate if row.rate < 0 else row.rate * amount / hours,
            duration=row.duration * hours or None,
            interval=row.interval * hours,
            additional=row.additional,
            steady_state=row.steady_state,
            covariates=shared.covariates,
            row=row.row,
        )
        for place, value in enumerate(row.amounts or (0.0,))
        if value or len(row.amounts) < 2
    ]
    # one reset and one SS=1 a row: they would undo the amounts before them, so the others are added to the first
    given[1:] = [
        replace(record, evid=int(EventKind.DOSE), steady_state=2 if record.steady_state else 0) for record in given[1:]
    ]
    if not table.is_observed(row):
        return given
    seen = replace(shared, evid=int(EventKind.OBSERVATION))
    return [seen, *given] if table.dose_row_values == "before" else [*given, seen]


def _state(table: EventTable, row: TableRow, place: int, states: str | Mapping[str | int, str] | None) -> str:
    own = table.columns.states[place] if table.columns.states else None
    if own is not None:
        return own
    where = table.raw.where(row.place, table.columns.name("CMT"))
    if isinstance(states, str):
        others = table.dosed_compartments
        if len(others) > 1:
            raise EventError(
                f"doses enter compartments {', '.join(each or '(none)' for each in others)}, but only the state"
                f" '{states}' was given. Give one per compartment: states={{1: ..., 2: ...}}.",
                where=where,
            )
        return states
    named = {str(key): state for key, state in (states or {}).items()}
    key = row.compartment or "0"
    if key not in named:
        example = f"{{{key if key.isdigit() else repr(key)}: 'central.allopregnanolone'}}"
        raise EventError(
            f"no state was given for compartment {row.compartment or '0 (none named)'}; given:"
            f" {', '.join(named) or 'none'}."
            f" Use e.g. states={example}.",
            where=where,
        )
    return named[key]


def _covariates(table: EventTable, row: TableRow) -> dict[str, float] | None:
    carried = {
        covariate.port: float(units.convert(value, covariate.unit, covariate.port_unit or covariate.unit))
        for covariate, value in zip(table.covariate_columns, row.covariates, strict=True)
        if covariate.port is not None
    }
    return carried or None
