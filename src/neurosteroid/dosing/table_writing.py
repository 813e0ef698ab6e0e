"""Event tables back to CSV."""

from __future__ import annotations

import csv
import io
import os
from pathlib import Path
from typing import TYPE_CHECKING

from neurosteroid.dosing.table_rows import TableRow
from neurosteroid.errors import EventError, InputError
from neurosteroid.files import write_text

if TYPE_CHECKING:
    from neurosteroid.dosing.tables import EventTable


def write_event_table(table: EventTable, path: str | os.PathLike[str], *, as_read: bool = False) -> None:
    """Write a table as CSV, whole or not at all.

    Columns with a standard meaning get their NONMEM names, every other column keeps its own; every row and every cell
    stays as it was read. Only compound codes of rxode2 are written as what they mean to NONMEM (EVID, AMT, RATE, SS,
    CMT); the columns this needs are added at the end.

    Args:
        table: as read.
        path: of the file.
        as_read: whether to keep the names and codes of the source.

    Raises:
        InputError: the file cannot be written, or two columns would have one name.
        EventError: an infusion with a fixed duration, which NONMEM writes in the model and not in the data.
    """
    header, rows = (table.raw.header, table.raw.rows) if as_read else _nonmem(table)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    write_text(Path(path), text.getvalue())


def _nonmem(table: EventTable) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    names = {column: standard for standard, column in table.columns.standard.items()}
    header = [names.get(column, column) for column in table.raw.header]
    if twice := sorted({column for column in header if header.count(column) > 1}):
        raise InputError(
            f"columns {', '.join(twice)} would stand there twice under their NONMEM names. Write it with"
            " as_read=True, or"
            " rename the other column.",
            where=table.raw.name,
        )
    cells = [dict(zip(header, row, strict=True)) for row in table.raw.rows]
    for row in table.rows:
        if row.duration:
            raise EventError(
                "an infusion with a fixed duration has no column in NONMEM data: there the model sets D and the row has"
                " RATE=-2. Write it with as_read=True.",
                where=table.raw.where(row.place, table.columns.name("EVID")),
            )
        if _is_compound(table, row):
            cells[row.place].update(_turned(row))
    header += [
        column for column in ("RATE", "SS", "CMT") if column not in header and any(column in row for row in cells)
    ]
    return tuple(header), [tuple(row.get(column, "0") for column in header) for row in cells]


def _is_compound(table: EventTable, row: TableRow) -> bool:
    column = table.columns.standard.get("EVID")
    return column is not None and float(table.raw.cell(row.place, column) or 0) != row.evid


def _turned(row: TableRow) -> dict[str, str]:
    turned = {"EVID": str(row.evid), "CMT": row.compartment, "AMT": _text(row.amounts[0])}
    if row.rate:
        turned["RATE"] = _text(row.rate)
    if row.steady_state:
        turned["SS"] = str(row.steady_state)
    return turned


def _text(number: float) -> str:
    return repr(number).removesuffix(".0")
