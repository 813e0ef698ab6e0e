"""Which column of a table means what."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, final

from neurosteroid.dosing.table_source import RawTable
from neurosteroid.errors import InputError, unknown_name
from neurosteroid.units import convert

STANDARD: Final[Mapping[str, str]] = {
    "ID": "the person",
    "TIME": "elapsed time",
    "AMT": "amount of a dose",
    "RATE": "infusion rate, or -1, -2",
    "DUR": "infusion duration (rxode2 tables, or when named in `columns`)",
    "II": "time between doses",
    "ADDL": "additional doses",
    "SS": "steady state: 0, 1, 2",
    "EVID": "kind of event",
    "CMT": "compartment",
    "DV": "observed value",
    "MDV": "1 when the observed value is missing",
    "DVID": "what was observed",
    "CENS": "1 when DV is the lower limit of quantification and the value lies below it",
}
UNSUPPORTED: Final[Mapping[str, str]] = {
    "DATE": "calendar dates",
    "DAT1": "calendar dates",
    "DAT2": "calendar dates",
    "DAT3": "calendar dates",
    "PCMT": "a compartment for predictions",
    "CALL": "forced calls of the model",
    "CONT": "records that continue",
}


@final
@dataclass(frozen=True)
class CovariateColumn:
    """A column with a covariate that a model needs.

    Args:
        column: its name in the table.
        unit: of its values.
        port: name of the model's covariate, such as ``"person.weight"``; without one, records do not carry it.
        port_unit: unit in which the model takes it; needed with a port, because the table cannot know it.

    Raises:
        InputError: a port without its unit.
        UnitError: the two units measure different things.
    """

    column: str
    unit: str
    port: str | None = None
    port_unit: str | None = None

    def __post_init__(self) -> None:
        if self.port is None:
            return
        if self.port_unit is None:
            raise InputError(
                f"'{self.port}' is given without the unit in which the model takes it; "
                "add port_unit, such as port_unit='kg'.",
                where=f"covariate column {self.column}",
            )
        convert(1.0, self.unit, self.port_unit, where=f"covariate column {self.column}")


@final
@dataclass(frozen=True)
class Columns:
    """The columns of a table by meaning.

    Args:
        standard: file column by standard name, for those present.
        doses: file columns with amounts; ``AMT`` alone, or those named by the user with their states.
        states: the state of each of `doses`; None for ``AMT``.
    """

    standard: Mapping[str, str]
    doses: tuple[str, ...]
    states: tuple[str | None, ...]

    def name(self, standard: str) -> str:
        """Return the file's name of a standard column, for messages."""
        return self.standard.get(standard, standard)


def find_columns(
    table: RawTable, columns: Mapping[str, str], doses: Mapping[str, str], ignore: Sequence[str], *, duration: bool
) -> Columns:
    """Find the standard columns of a table, in any case, and those the user named.

    Args:
        table: the cells.
        columns: file column by standard name, where they differ.
        doses: state by file column, for tables with several amount columns.
        ignore: file columns that are carried along without meaning although their names have one.
        duration: whether ``DUR`` is a standard name here.

    Raises:
        UnknownNameError: a named column does not exist, or a standard name is not one.
        InputError: a needed column is missing, ambiguous or not supported; names the file and column.
    """
    for standard in columns:
        if standard not in STANDARD:
            raise unknown_name("standard column", standard, STANDARD, where=f"{table.name}: columns")
    for column in [*columns.values(), *doses, *ignore]:
        if column not in table.header:
            raise unknown_name("column", column, table.header, where=table.name)
    used = [*columns.values(), *doses]
    if twice := [column for column in used if used.count(column) > 1]:
        raise InputError(f"column '{twice[0]}' was given two meanings.", where=table.name)
    free = [column for column in table.header if column not in used and column not in ignore]
    found = dict(columns)
    for standard in STANDARD:
        if standard in found or (standard == "DUR" and not duration):
            continue
        matches = [column for column in free if column.upper() == standard]
        if len(matches) > 1:
            raise InputError(
                f"columns {' and '.join(matches)} could both be {standard}. Say which:"
                f" columns={{'{standard}': ...}}, and"
                " ignore=[...] the other.",
                where=table.name,
            )
        if matches:
            found[standard] = matches[0]
    for standard in ("ID", "TIME"):
        if standard not in found:
            close = difflib.get_close_matches(standard.lower(), [column.lower() for column in table.header], n=1)
            hint = f" Perhaps '{close[0]}'?" if close else ""
            raise InputError(
                f"no column {standard} ({STANDARD[standard]}).{hint} Name it: columns={{'{standard}': ...}}. Columns:"
                f" {', '.join(table.header)}.",
                where=table.name,
            )
    for column in free:
        if column.upper() in UNSUPPORTED:
            raise InputError(
                f"column {column} ({UNSUPPORTED[column.upper()]}) is not supported. Use elapsed times and standard"
                " columns,"
                f" or carry it along without meaning: ignore=['{column}'].",
                where=table.name,
            )
    if doses and "AMT" in found:
        raise InputError(
            f"both {found['AMT']} and {', '.join(doses)} hold amounts. List them all in `doses`, or put"
            f" {found['AMT']} in"
            " `ignore`.",
            where=table.name,
        )
    if doses:
        return Columns(found, tuple(doses), tuple(doses.values()))
    return Columns(found, (found["AMT"],) if "AMT" in found else (), (None,) if "AMT" in found else ())
