"""Rows of an event table: cells become numbers, and every refusal names file, row and column."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, final

from neurosteroid.dosing.table_columns import Columns, CovariateColumn
from neurosteroid.dosing.table_source import RawTable
from neurosteroid.errors import EventError, InputError

_NUMBER: Final = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?", re.ASCII)
_NOT_A_NUMBER: Final = frozenset({"nan", "na", "n/a", "inf", "-inf", "+inf", "infinity", "null", "none"})
_BELOW_LIMIT: Final = re.compile(r"<.*|bl?o?q|below.*|bql|lloq", re.IGNORECASE)


@final
@dataclass(frozen=True, kw_only=True)
class TableRow:
    """One row of an event table, in the table's own units.

    Args:
        place: its position among the rows, from 0.
        row: its row number for people.
        person: the ID as written.
        time: elapsed time.
        evid: kind of event; NONMEM codes once the table is read.
        amounts: one per amount column.
        rate, duration, interval, additional, steady_state: of the dose.
        compartment: CMT as written, empty when missing.
        value: DV; NaN when missing.
        missing: whether MDV says that the value is missing.
        observed: DVID as written.
        censored: whether the value lies below DV, the limit of quantification.
        covariates: one per declared covariate column.
    """

    place: int
    row: int
    person: str
    time: float
    evid: int
    amounts: tuple[float, ...] = ()
    rate: float = 0.0
    duration: float = 0.0
    interval: float = 0.0
    additional: int = 0
    steady_state: int = 0
    compartment: str = ""
    value: float = math.nan
    missing: bool | None = None
    observed: str = ""
    censored: bool = False
    covariates: tuple[float, ...] = field(default=())


def read_rows(table: RawTable, columns: Columns, covariates: Sequence[CovariateColumn]) -> list[TableRow]:
    """Turn cells into rows; without an EVID column it is derived as NONMEM does.

    Raises:
        InputError: a cell cannot be read; names file, row and column, what was found and what is allowed.
    """
    return [_read_row(table, columns, covariates, place) for place in range(len(table.rows))]


def _read_row(table: RawTable, columns: Columns, covariates: Sequence[CovariateColumn], place: int) -> TableRow:
    def number(standard: str) -> float:
        column = columns.standard.get(standard)
        return _number(table, place, column) if column else 0.0

    def whole(standard: str) -> int:
        value = number(standard)
        if not value.is_integer():
            column = columns.name(standard)
            raise InputError(f"'{table.cell(place, column)}' is not a whole number.", where=table.where(place, column))
        return int(value)

    def text(standard: str) -> str:
        column = columns.standard.get(standard)
        return table.cell(place, column) if column else ""

    for standard in ("ID", "TIME"):
        if not text(standard):
            raise InputError("is empty; every row needs one.", where=table.where(place, columns.name(standard)))
    amounts = tuple(_number(table, place, column) for column in columns.doses)
    missing = bool(_flag(table, columns, place, "MDV", whole("MDV"))) if text("MDV") else None
    value = _value(table, columns, place)
    doses = (*amounts, number("RATE"), number("DUR"), number("II"), number("ADDL"), number("SS"))
    derived = 1 if any(doses) else 2 if missing else 0
    row = TableRow(
        place=place,
        row=table.numbers[place],
        person=text("ID"),
        time=number("TIME"),
        evid=whole("EVID") if "EVID" in columns.standard else derived,
        amounts=amounts,
        rate=number("RATE"),
        duration=number("DUR"),
        interval=number("II"),
        additional=whole("ADDL"),
        steady_state=whole("SS"),
        compartment=_compartment(table, columns, place, text("CMT")),
        value=value,
        missing=missing,
        observed=text("DVID"),
        censored=bool(_flag(table, columns, place, "CENS", whole("CENS"))),
        covariates=tuple(_covariate(table, place, covariate) for covariate in covariates),
    )
    if row.censored and math.isnan(value):
        raise InputError(
            f"is empty but the row is censored ({columns.name('CENS')}=1); put the lower limit of quantification"
            " there.",
            where=table.where(place, columns.name("DV")),
        )
    return row


def _number(table: RawTable, place: int, column: str) -> float:
    text = table.cell(place, column)
    if not text:
        return 0.0
    value = float(text) if _NUMBER.fullmatch(text) else math.nan
    if math.isfinite(value):
        return value
    where = table.where(place, column)
    if text.lower() in _NOT_A_NUMBER:
        raise InputError(
            f"'{text}' is not a number here. Write a number, '.' or nothing; or name it in missing=[...].", where=where
        )
    hint = " Clock times are not read; give elapsed time." if ":" in text else ""
    raise InputError(f"'{text}' is not a finite number.{hint}", where=where)


def _value(table: RawTable, columns: Columns, place: int) -> float:
    column = columns.standard.get("DV")
    text = table.cell(place, column) if column else ""
    if not column or not text or (table.frame and text == "NaN"):
        return math.nan
    if _BELOW_LIMIT.fullmatch(text):
        named = columns.standard.get("CENS")
        way = (
            f"put the limit in {column} and 1 in column {named}"
            if named
            else ("add a column CENS with 1 there, or name yours: read_event_table(..., columns={'CENS': ...})")
        )
        raise InputError(
            f"'{text}' - values below LLOQ go in as value=LLOQ, censored=1; {way}.", where=table.where(place, column)
        )
    return _number(table, place, column)


def _flag(table: RawTable, columns: Columns, place: int, standard: str, value: int) -> int:
    if value not in (0, 1):
        raise InputError(f"{value} is not known here; allowed: 0, 1.", where=table.where(place, columns.name(standard)))
    return value


def _compartment(table: RawTable, columns: Columns, place: int, text: str) -> str:
    where = table.where(place, columns.name("CMT"))
    if text.lower() in _NOT_A_NUMBER:
        raise InputError(f"'{text}' is not a compartment. Write a number or name, '.' or nothing.", where=where)
    if text.startswith("-"):
        raise EventError(
            f"'{text}' would turn a compartment off. This engine has no switched-off compartments; reset with EVID"
            " 3, or"
            " leave the row out.",
            where=where,
        )
    if not _NUMBER.fullmatch(text):
        return text
    if not float(text).is_integer():
        raise InputError(f"'{text}' is not a whole number.", where=where)
    return "" if float(text) == 0 else str(int(float(text)))


def _covariate(table: RawTable, place: int, covariate: CovariateColumn) -> float:
    if not table.cell(place, covariate.column):
        raise InputError(
            "is empty; a declared covariate needs a value on every row. Carry the last one forward if that is meant.",
            where=table.where(place, covariate.column),
        )
    return _number(table, place, covariate.column)
