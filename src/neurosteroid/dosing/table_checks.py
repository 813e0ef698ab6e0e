"""What rows must be, one by one and in their order; each refusal names file, row and column."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Final, NoReturn, final

from neurosteroid.dosing.table_columns import Columns
from neurosteroid.dosing.table_rows import TableRow
from neurosteroid.dosing.table_source import RawTable
from neurosteroid.engine.records import DURATION_FROM_MODEL, RATE_FROM_MODEL, EventKind
from neurosteroid.errors import EventError, InputError

DOSES: Final = (EventKind.DOSE, EventKind.RESET_AND_DOSE)
_RESETS: Final = (EventKind.RESET, EventKind.RESET_AND_DOSE)


def check_rows(table: RawTable, columns: Columns, rows: Sequence[TableRow]) -> None:
    """Check the meaning of every row.

    Raises:
        EventError: a dosing item has no meaning, alone or beside the others.
    """
    checks = _Checks(table, columns)
    for row in rows:
        checks.row(row)


def check_order(table: RawTable, columns: Columns, rows: Sequence[TableRow], constant: Sequence[str]) -> None:
    """Check that each person is one block of rows, sorted by time, with covariates that stay what they are.

    Args:
        table: the cells.
        columns: their meaning.
        rows: the rows.
        constant: columns whose value may not change within a person.

    Raises:
        InputError: an ID comes back after another one, time runs backwards without a reset, or a constant changes.
    """
    first: dict[str, TableRow] = {}
    person_column = columns.name("ID")
    for before, row in pairwise([None, *rows]):
        if row is None:
            continue
        new = before is None or before.person != row.person
        if new and row.person in first:
            raise InputError(
                f"ID {row.person} comes back after ID {before.person if before else ''}; it began in row"
                f" {first[row.person].row}. If it is one person, sort the rows by {person_column} and"
                f" {columns.name('TIME')};"
                " if they are two, give them different IDs.",
                where=table.where(row.place, person_column),
            )
        start = first.setdefault(row.person, row)
        if before is not None and not new and row.time < before.time and row.evid not in _RESETS:
            raise InputError(
                f"{row.time:g} comes after {before.time:g} (row {before.row}) for ID {row.person}. Sort the rows by"
                " time; a"
                " time that starts again needs EVID 3 or 4.",
                where=table.where(row.place, columns.name("TIME")),
            )
        for column in constant:
            found, expected = table.cell(row.place, column), table.cell(start.place, column)
            if found != expected:
                raise InputError(
                    f"'{found}' contradicts '{expected}' in row {start.row} for the same ID {row.person}; {column} was"
                    " declared constant. Correct it, give different people different IDs, or leave it out of"
                    " `constant`.",
                    where=table.where(row.place, column),
                )


@final
class _Checks:
    """The checks of one row."""

    def __init__(self, table: RawTable, columns: Columns) -> None:
        self.table, self.columns = table, columns

    def row(self, row: TableRow) -> None:
        """Check one row."""
        for column, amount in zip(self.columns.doses, row.amounts, strict=True):
            if amount < 0:
                self.refuse(row, column, f"{amount:g} is negative; doses are 0 or above.")
        for name, value in (("II", row.interval), ("ADDL", row.additional), ("DUR", row.duration)):
            if value < 0:
                self.refuse(row, name, f"{value:g} is negative; it is 0 or above.")
        if row.rate < 0 and row.rate not in (RATE_FROM_MODEL, DURATION_FROM_MODEL):
            self.refuse(
                row,
                "RATE",
                f"{row.rate:g} is not known here; allowed: above 0, 0, -1 (modelled rate), -2 (modelled duration).",
            )
        if row.steady_state not in (0, 1, 2):
            self.refuse(row, "SS", f"{row.steady_state} is not known here; allowed: 0, 1, 2.")
        if row.evid in DOSES:
            self.dose(row)
        else:
            self.no_dose(row)

    def no_dose(self, row: TableRow) -> None:
        """Check that a row that is no dose gives none."""
        given = dict(zip(self.columns.doses, row.amounts, strict=True))
        given |= {"RATE": row.rate, "DUR": row.duration, "SS": row.steady_state, "ADDL": row.additional}
        for name, value in given.items():
            if value:
                self.refuse(
                    row, name, f"{value:g} on a row with EVID {row.evid}, which gives nothing. Use EVID 1, or 0 here."
                )

    def dose(self, row: TableRow) -> None:
        """Check that a dose can be given."""
        if row.missing is False and not math.isnan(row.value) and row.value != 0:
            self.refuse(
                row,
                "MDV",
                f"0 on a dose row (EVID {row.evid}) that has a value. Give the observation a row of its own with"
                " EVID 0.",
            )
        amount = self.columns.doses[0] if self.columns.doses else "AMT"
        nothing = not any(row.amounts)
        if len(row.amounts) > 1 and (row.rate or row.duration):
            self.refuse(
                row, "RATE", "cannot belong to several amount columns. Give infusions a row each, with AMT and CMT."
            )
        if row.rate and row.duration:
            self.refuse(row, "DUR", f"{row.duration:g} beside RATE {row.rate:g}; give the one that the pump keeps.")
        if row.additional and not row.interval:
            self.refuse(row, "ADDL", f"{row.additional} additional doses but no II. Give the time between doses.")
        endless = bool(row.steady_state) and not row.interval
        if not endless:
            if nothing:
                self.refuse(
                    row, amount, f"0 on a dose row (EVID {row.evid}). Give an amount, or use EVID 2 for no dose."
                )
            return
        if not nothing:
            self.refuse(
                row,
                "SS",
                f"{row.steady_state} with II 0. A steady state of repeated doses needs II above 0; one of an endless"
                " infusion"
                " has AMT 0 and a RATE.",
            )
        if row.rate == 0 or row.rate == DURATION_FROM_MODEL or row.duration:
            self.refuse(
                row,
                "SS",
                f"{row.steady_state} with AMT 0 and II 0 is an endless infusion; it needs RATE above 0 or -1.",
            )
        if row.additional:
            self.refuse(row, "ADDL", f"{row.additional} additional doses after an infusion that never ends.")

    def refuse(self, row: TableRow, name: str, reason: str) -> NoReturn:
        """Refuse a row at a column."""
        raise EventError(reason, where=self.table.where(row.place, self.columns.name(name)))
