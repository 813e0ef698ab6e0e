"""Event tables: doses and observations of many people as NONMEM users write them, read without losing a cell."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid import units
from neurosteroid.dosing.event_codes import check_nonmem, from_rxode2
from neurosteroid.dosing.table_checks import DOSES, check_order, check_rows
from neurosteroid.dosing.table_columns import Columns, CovariateColumn, find_columns
from neurosteroid.dosing.table_rows import TableRow, read_rows
from neurosteroid.dosing.table_source import COMMENT, RawTable, Source, read_source
from neurosteroid.engine.records import EventKind
from neurosteroid.errors import InputError, UnitError, unknown_name

if TYPE_CHECKING:
    from neurosteroid.engine.records import Record


class Codes(StrEnum):
    """Whose EVID codes a table uses."""

    NONMEM = "nonmem"
    """0 observation, 1 dose, 2 other, 3 reset, 4 reset and dose"""
    RXODE2 = "rxode2"
    """the same, and compound codes such as 101 (bolus to compartment 1)"""


class DoseRowValues(StrEnum):
    """What the observed value on a dose row is."""

    IGNORE = "ignore"
    """nothing, as for NONMEM"""
    BEFORE = "before"
    """an observation just before the dose"""
    AFTER = "after"
    """an observation just after the dose"""


@final
@dataclass(frozen=True)
class Observations:
    """The observed values of a table, row by row; all arrays have shape (n,).

    Args:
        person: ID as written.
        row: row number for people.
        time_h: as in the table, h.
        value: in `unit`; NaN when missing; the limit of quantification when censored.
        unit: of each value.
        observed: DVID as written, empty without one.
        censored: whether the true value lies below `value`.
    """

    person: NDArray[np.str_]
    row: NDArray[np.int64]
    time_h: NDArray[np.float64]
    value: NDArray[np.float64]
    unit: NDArray[np.str_]
    observed: NDArray[np.str_]
    censored: NDArray[np.bool_]


@final
@dataclass(frozen=True, eq=False)
class EventTable:
    """A checked event table; make one with `read_event_table`.

    Args:
        raw: every cell as it was written.
        columns: which column means what.
        rows: the same rows as numbers in the table's own units, with NONMEM codes.
        time_unit, amount_unit: of the table.
        value_unit: of DV; one unit, or one per DVID.
        covariate_columns: the declared covariates.
        dose_row_values: what DV on a dose row is.
    """

    raw: RawTable
    columns: Columns
    rows: tuple[TableRow, ...]
    time_unit: str
    amount_unit: str | None
    value_unit: str | Mapping[str, str] | None
    covariate_columns: tuple[CovariateColumn, ...]
    dose_row_values: DoseRowValues

    @property
    def people(self) -> tuple[str, ...]:
        """The IDs as written, in the order of the table."""
        return tuple(dict.fromkeys(row.person for row in self.rows))

    @property
    def observations(self) -> Observations:
        """The rows that are observations (EVID 0, and dose rows whose value counts)."""
        found = [row for row in self.rows if self.is_observed(row)]
        return Observations(
            person=np.array([row.person for row in found], dtype=np.str_),
            row=np.array([row.row for row in found], dtype=np.int64),
            time_h=units.convert(np.array([row.time for row in found], dtype=float), self.time_unit, units.TIME),
            value=np.array([math.nan if row.missing else row.value for row in found], dtype=float),
            unit=np.array([self._unit_of(row) for row in found], dtype=np.str_),
            observed=np.array([row.observed for row in found], dtype=np.str_),
            censored=np.array([row.censored for row in found], dtype=bool),
        )

    @property
    def covariates(self) -> dict[str, NDArray[np.float64]]:
        """The declared covariates by column, one value per row (n,), in their own unit."""
        values = np.array([row.covariates for row in self.rows], dtype=float).reshape(len(self.rows), -1)
        return {covariate.column: values[:, place] for place, covariate in enumerate(self.covariate_columns)}

    @property
    def comments(self) -> tuple[int, ...]:
        """The row numbers that were left out because column ``C`` marks them as comments."""
        return self.raw.comments

    @functools.cached_property
    def dosed_compartments(self) -> tuple[str, ...]:
        """The compartments that doses enter, as numbers or names; empty text for doses without one."""
        return tuple(sorted({row.compartment for row in self.rows if row.evid in DOSES}))

    def column(self, name: str) -> tuple[str, ...]:
        """Return the cells of any column as written.

        Raises:
            UnknownNameError: the table has no such column.
        """
        if name not in self.raw.header:
            raise unknown_name("column", name, self.raw.header, where=self.raw.name)
        place = self.raw.header.index(name)
        return tuple(row[place] for row in self.raw.rows)

    def is_observed(self, row: TableRow) -> bool:
        """Return whether a row is an observation, alone or beside its dose."""
        if row.evid == EventKind.OBSERVATION:
            return True
        dosed = row.evid in DOSES
        counts = self.dose_row_values is not DoseRowValues.IGNORE and not row.missing
        return dosed and counts and not math.isnan(row.value)

    def records_by_person(
        self,
        states: str | Mapping[str | int, str] | None = None,
        *,
        molar_mass: float | None = None,
        amount_unit: str = units.AMOUNT,
    ) -> dict[str, list[Record]]:
        """Return the engine's records of every person, in the order of the rows.

        Times are in h, amounts in `amount_unit`; covariates with a port are carried by every record, converted to the
        port's unit. A clock that starts again after a reset goes on where it was, because the engine's time does not
        go back; `Record.row` names the row of the table.

        Args:
            states: the dosed state; one name when all doses enter it, or names by compartment, where 0 stands for rows
                without one. Not needed for amount columns that were read with their states.
            molar_mass: g/mol, when the table gives mass.
            amount_unit: of the dosed states.

        Raises:
            EventError: a compartment has no state; names the row.
            UnitError: amounts cannot be converted, or the amount unit was not declared.
        """
        from neurosteroid.dosing.table_records import table_records

        return table_records(self, states, molar_mass, amount_unit)

    def _unit_of(self, row: TableRow) -> str:
        if isinstance(self.value_unit, Mapping):
            if row.observed not in self.value_unit:
                raise UnitError(
                    f"'{row.observed}' has no unit in value_unit; given: {', '.join(self.value_unit)}.",
                    where=self.raw.where(row.place, self.columns.name("DVID")),
                )
            return self.value_unit[row.observed]
        return self.value_unit or "1"


def read_event_table(
    source: Source,
    *,
    time_unit: str,
    amount_unit: str | None = None,
    value_unit: str | Mapping[str, str] | None = None,
    columns: Mapping[str, str] | None = None,
    doses: Mapping[str, str] | None = None,
    covariates: Iterable[CovariateColumn] = (),
    constant: Iterable[str] = (),
    ignore: Iterable[str] = (),
    codes: str = Codes.NONMEM,
    dose_row_values: str | None = None,
    missing: Iterable[str] = (".", ""),
    delimiter: str = ",",
    name: str | None = None,
) -> EventTable:
    """Read a table of doses and observations and check every row of it.

    Columns are known by their NONMEM names in any case: ID TIME AMT RATE II ADDL SS EVID CMT DV MDV, and DVID, CENS.
    Without EVID a row is a dose (1) when AMT, RATE, II, ADDL or SS is not 0, else 2 when MDV is 1, else an observation.
    An empty dosing item is 0, an empty DV is missing. All other columns are carried along untouched. Row numbers in
    messages count the header of a file as row 1. A column ``C`` marks comments: rows in which it begins with a letter,
    @ or # are left out, as with NONMEM's IGNORE=C, and listed in `EventTable.comments`; ``ignore=["C"]`` keeps them.

    Args:
        source: path of a CSV file, a pandas data frame, or a list of dictionaries.
        time_unit: of TIME, II and the durations, such as ``"h"``.
        amount_unit: of AMT, such as ``"mg"``; RATE is in this unit per time unit.
        value_unit: of DV, such as ``"ng/mL"``; by DVID when several things were observed. It may be a concentration or
            anything else.
        columns: file column by standard name, such as ``{"DV": "COBS"}``.
        doses: dosed state by file column, for tables with several amount columns.
        covariates: columns that a model needs, with their units.
        constant: columns that may not change within a person.
        ignore: columns with a name that has a meaning, to be carried along without it.
        codes: whose EVID codes, see `Codes`.
        dose_row_values: what DV on a dose row is, see `DoseRowValues`. NONMEM ignores it, and so does this function
            where the table has an EVID column; where it has none and a dose row has a value, the choice must be made.
        missing: texts that mean an empty cell.
        delimiter: of the file.
        name: of the table in messages; the file name when left out.

    Raises:
        InputError: anything that cannot be read or has no meaning; names file, row and column, what was found, what is
            allowed and what to do.
        EventError: a dose that has no meaning.
        UnitError: a unit is unknown, of the wrong kind, or was not declared.
    """
    ignore = tuple(ignore)
    if codes not in tuple(Codes):
        raise unknown_name("set of codes", str(codes), list(Codes))
    if dose_row_values is not None and dose_row_values not in tuple(DoseRowValues):
        raise unknown_name("choice for dose_row_values", str(dose_row_values), list(DoseRowValues))
    raw = read_source(source, name=name, delimiter=delimiter, missing=missing)
    declared, fixed = tuple(covariates), tuple(constant)
    for column in (*fixed, *(covariate.column for covariate in declared)):
        if column not in raw.header:
            raise unknown_name("column", column, raw.header, where=raw.name)
    other = {*(columns or {}).values(), *(doses or {}), *ignore, *fixed, *(each.column for each in declared)}
    if COMMENT in raw.header and COMMENT not in other:
        raw = raw.without_comments()
    found = find_columns(raw, columns or {}, doses or {}, ignore, duration=codes == Codes.RXODE2)
    rows = read_rows(raw, found, declared)
    rows = from_rxode2(raw, found, rows) if codes == Codes.RXODE2 else check_nonmem(raw, found, rows)
    check_rows(raw, found, rows)
    check_order(raw, found, rows, fixed)
    _check_units(raw, found, rows, time_unit, amount_unit, value_unit, declared)
    return EventTable(
        raw=raw,
        columns=found,
        rows=tuple(rows),
        time_unit=time_unit,
        amount_unit=amount_unit,
        value_unit=value_unit,
        covariate_columns=declared,
        dose_row_values=_dose_row_values(raw, found, rows, dose_row_values),
    )


def _check_units(
    raw: RawTable,
    columns: Columns,
    rows: Sequence[TableRow],
    time_unit: str,
    amount_unit: str | None,
    value_unit: str | Mapping[str, str] | None,
    covariates: Sequence[CovariateColumn],
) -> None:
    if not units.same_dimension(time_unit, units.TIME):
        raise UnitError(f"time_unit '{time_unit}' is no time; write 'h', 'min' or 'day'.", where=raw.name)
    if amount_unit is not None:
        units.dimension(amount_unit)
    elif any(any(row.amounts) or row.rate > 0 for row in rows):
        shown = ", ".join(columns.doses) or columns.name("RATE")
        raise UnitError(
            f"column {shown} has doses but amount_unit was not given. Add e.g. amount_unit='mg'.", where=raw.name
        )
    if "DV" in columns.standard:
        shown = columns.standard["DV"]
        if value_unit is None:
            raise UnitError(
                f"column {shown} has values but value_unit was not given. Add e.g. value_unit='ng/mL'.", where=raw.name
            )
        for row in rows if isinstance(value_unit, Mapping) else ():
            if row.observed not in value_unit and row.evid == EventKind.OBSERVATION:
                raise UnitError(
                    f"'{row.observed}' has no unit in value_unit; given: {', '.join(value_unit)}.",
                    where=raw.where(row.place, columns.name("DVID")),
                )
        for unit in value_unit.values() if isinstance(value_unit, Mapping) else (value_unit,):
            units.dimension(unit)
    for covariate in covariates:
        if covariate.port_unit is not None and not units.same_dimension(covariate.unit, covariate.port_unit):
            raise UnitError(
                f"column {covariate.column} is in '{covariate.unit}', but '{covariate.port}' needs"
                f" '{covariate.port_unit}'.",
                where=raw.name,
            )
        units.dimension(covariate.unit)


def _dose_row_values(raw: RawTable, columns: Columns, rows: Sequence[TableRow], choice: str | None) -> DoseRowValues:
    if choice is not None:
        return DoseRowValues(choice)
    if "EVID" not in columns.standard:
        for row in rows:
            if row.evid == EventKind.DOSE and not row.missing and not math.isnan(row.value) and row.value != 0:
                raise InputError(
                    f"a dose row has the value {row.value:g}. Say what it is: dose_row_values='after' (measured just"
                    " after"
                    " the dose), 'before', or 'ignore' (as NONMEM does).",
                    where=raw.where(row.place, columns.name("DV")),
                )
    return DoseRowValues.IGNORE
