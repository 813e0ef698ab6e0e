"""Where an event table comes from: a CSV file, a data frame or rows, all read as text so that nothing is lost."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from numbers import Real
from os import PathLike
from pathlib import Path
from typing import Any, Final, final

from neurosteroid.errors import InputError

COMMENT: Final = "C"
"""The column by which NONMEM tables mark rows that are not to be read."""

Source = str | PathLike[str] | Iterable[Mapping[str, Any]] | Any
"""A path to a CSV file, a pandas data frame, or a list of dictionaries."""


@final
@dataclass(frozen=True)
class RawTable:
    """The cells of a table as text.

    Args:
        name: of the file, for messages.
        header: column names as written.
        rows: (n, columns) cells as written.
        numbers: the row number of each row for people; in a file the header is row 1.
        missing: texts that mean an empty value.
        frame: whether the rows come from memory, where NaN is how a missing value is written.
        comments: row numbers that were left out as comments.
    """

    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...]
    missing: frozenset[str]
    frame: bool
    comments: tuple[int, ...] = ()

    def without_comments(self) -> RawTable:
        """Return the table without the rows that its column ``C`` marks: text that begins with a letter, @ or #.

        That is what ``$DATA IGNORE=C`` or ``IGNORE=@`` does, with which such tables are made to be read. A number in
        the column marks nothing.

        Raises:
            InputError: every row is marked.
        """
        place = self.header.index(COMMENT)
        marked = [row[place].strip()[:1].isalpha() or row[place].strip()[:1] in ("@", "#") for row in self.rows]
        marked = [mark and row[place].strip() not in self.missing for mark, row in zip(marked, self.rows, strict=True)]
        if not any(marked):
            return self
        if all(marked):
            raise InputError(
                f"every row is marked as a comment. Clear the column, or carry it along: ignore=['{COMMENT}'].",
                where=f"{self.name}, column {COMMENT}",
            )
        return replace(
            self,
            rows=tuple(row for row, mark in zip(self.rows, marked, strict=True) if not mark),
            numbers=tuple(number for number, mark in zip(self.numbers, marked, strict=True) if not mark),
            comments=tuple(number for number, mark in zip(self.numbers, marked, strict=True) if mark),
        )

    def cell(self, place: int, column: str) -> str:
        """Return a cell without surrounding spaces; a missing one is empty."""
        text = self.rows[place][self.header.index(column)].strip()
        return "" if text in self.missing else text

    def where(self, place: int, column: str | None = None) -> str:
        """Return the place of a row or cell for messages."""
        row = f"{self.name} row {self.numbers[place]}"
        return f"{row}, column {column}" if column else row


def read_source(source: Source, *, name: str | None, delimiter: str, missing: Iterable[str]) -> RawTable:
    """Read the cells of a table.

    Args:
        source: a path, a data frame, or rows.
        name: for messages; the file name when left out.
        delimiter: of the file.
        missing: texts that mean an empty value.

    Raises:
        InputError: the file cannot be read, or its rows and header do not fit together; names file and row.
    """
    blank = frozenset(missing)
    if isinstance(source, str | PathLike):
        path = Path(source)
        shown = name or path.name
        header, rows, numbers = _read_file(path, shown, delimiter)
        table = RawTable(shown, header, rows, numbers, blank, False)
    else:
        shown = name or ("data frame" if hasattr(source, "itertuples") else "rows")
        header, rows = _read_frame(source) if hasattr(source, "itertuples") else _read_mappings(source, shown)
        table = RawTable(shown, header, rows, tuple(range(1, len(rows) + 1)), blank, True)
    _check_header(table, delimiter)
    return table


def _read_file(path: Path, shown: str, delimiter: str) -> tuple[Any, Any, Any]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = [tuple(line) for line in csv.reader(file, delimiter=delimiter)]
    except (OSError, ValueError) as error:
        if isinstance(error, UnicodeDecodeError):
            reason = f"byte {error.start + 1} is not UTF-8 text. Save the table as CSV in UTF-8"
        else:
            reason = f"cannot be read ({getattr(error, 'strerror', None) or error}). Give the path of a CSV file"
        raise InputError(f"{reason}.", where=shown) from None
    except csv.Error as error:
        raise InputError(f"is not a CSV table ({error}).", where=shown) from None
    # numbers count rows as a spreadsheet does: the header is row 1, empty rows count
    filled = [(number, line) for number, line in enumerate(lines, start=1) if any(cell.strip() for cell in line)]
    if not filled:
        raise InputError("the file is empty. It needs a header with ID and TIME, and rows.", where=shown)
    header = tuple(cell.strip() for cell in filled[0][1])
    for number, line in filled[1:]:
        if len(line) != len(header):
            raise InputError(
                f"{len(line)} cells, but the header has {len(header)} columns. Check for a missing or extra"
                f" '{delimiter}', or an unclosed quotation mark.",
                where=f"{shown} row {number}",
            )
    return header, tuple(line for _, line in filled[1:]), tuple(number for number, _ in filled[1:])


def _read_frame(frame: Any) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    header = tuple(str(column).strip() for column in frame.columns)
    return header, tuple(tuple(_text(cell) for cell in row) for row in frame.itertuples(index=False, name=None))


def _read_mappings(rows: Any, shown: str) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    listed = list(rows) if isinstance(rows, Iterable) else [rows]
    for number, row in enumerate(listed, start=1):
        if not isinstance(row, Mapping):
            raise InputError(
                f"{row!r} is not a table row; give a path, a data frame, or dictionaries.",
                where=f"{shown} row {number}",
            )
    header = tuple(dict.fromkeys(str(key).strip() for row in listed for key in row))
    named = [{str(key).strip(): cell for key, cell in row.items()} for row in listed]
    return header, tuple(tuple(_text(row.get(column)) for column in header) for row in named)


def _text(cell: Any) -> str:
    if cell is None or type(cell).__name__ in ("NAType", "NaTType"):
        return ""
    if isinstance(cell, Real):
        number = float(cell)
        if math.isnan(number):
            return "NaN"
        return str(int(number)) if number.is_integer() and abs(number) < 2**53 else repr(number)
    return str(cell)


def _check_header(table: RawTable, delimiter: str) -> None:
    if len(table.header) == 1 and not table.frame:
        other = next((mark for mark in (",", ";", "\t") if mark != delimiter and mark in table.header[0]), None)
        if other:
            raise InputError(
                f"one column only; the cells seem to be separated by {other!r}: use delimiter={other!r}.",
                where=table.name,
            )
    for place, column in enumerate(table.header):
        if not column:
            raise InputError(f"column {place + 1} has no name in the header.", where=table.name)
        if table.header.index(column) != place:
            raise InputError(f"two columns are called '{column}'. Rename one.", where=table.name)
