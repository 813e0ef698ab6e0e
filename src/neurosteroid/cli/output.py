"""What verbs print: tables for people, JSON for machines, colour only on a terminal."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from neurosteroid.evidence import Card

Json = Annotated[bool, typer.Option("--json", help="Print JSON on standard output, and nothing else there.")]

_PIPED_WIDTH: Final = 180
"""Columns when the output is no terminal: tables are then read by pagers and files, which have no width."""

_GAP: Final = 3
"""Columns between two of a table, with the least of a heading beside them."""


def console(*, error: bool = False) -> Console:
    """Return a console; rich leaves colour away when piped and honours NO_COLOR."""
    from rich.console import Console

    stream = sys.stderr if error else sys.stdout
    width = None if stream.isatty() else _PIPED_WIDTH
    return Console(stderr=error, width=width, highlight=False, markup=False, emoji=False, soft_wrap=False)


def print_json(data: Any) -> None:
    """Print data as JSON; what is not a number becomes null."""
    typer.echo(json.dumps(plain(data), indent=2, ensure_ascii=False))


def plain(data: Any) -> Any:
    """Return data with NaN and infinity as None, tuples as lists and enumerations as text, ready for JSON."""
    if isinstance(data, Mapping):
        return {str(key): plain(value) for key, value in data.items()}
    if isinstance(data, str):
        return str(data)
    if isinstance(data, bool) or data is None:
        return data
    if isinstance(data, Iterable):
        return [plain(item) for item in data]
    value = data.item() if hasattr(data, "item") else data
    return None if isinstance(value, float) and not math.isfinite(value) else value


def print_table(
    title: str, columns: Sequence[str], rows: Iterable[Sequence[str]], *, right: Sequence[str] = ()
) -> None:
    """Print a table for people.

    Args:
        title: above the table; left out when empty.
        columns: headings.
        rows: texts, one a column.
        right: headings of the columns aligned to the right, the numbers.
    """
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    out, body = console(), [list(row) for row in rows]
    table = Table(box=SIMPLE_HEAD, title=title or None, title_justify="left", title_style="bold", pad_edge=False)
    # headings may wrap, so that no unit is cut off; numbers stay in one piece wherever the width has room for them
    widest = [max((len(row[place]) for row in body), default=0) for place in range(len(columns))]
    fits = sum(width for name, width in zip(columns, widest, strict=True) if name in right) + _GAP * len(columns)
    for name, width in zip(columns, widest, strict=True):
        whole = width if name in right and fits <= out.width else None
        table.add_column(name, justify="right" if name in right else "left", overflow="fold", min_width=whole)
    for row in body:
        table.add_row(*(Text(text) for text in row))
    out.print(table)


@contextmanager
def bar(what: str) -> Iterator[Callable[[int, int], None]]:
    """Give a function that shows how many of how many are done, on a terminal; nothing is shown elsewhere."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    screen = console(error=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=screen, transient=True, disable=not screen.is_terminal) as shown:
        task = shown.add_task(what, total=None)
        yield lambda done, total: shown.update(task, completed=done, total=total)


def variants_of(card: Card) -> str:
    """Return the names of a card's variants for a table, the default one first."""
    return ", ".join([card.default, *(name for name in card.variants if name != card.default)])


def say(text: str = "") -> None:
    """Print a line of text for people."""
    typer.echo(text)


def warn(texts: Iterable[str]) -> None:
    """Print warnings on standard error, a line each; they stop nothing."""
    for text in texts:
        typer.echo(f"warning: {text}", err=True)


def note(texts: Iterable[str]) -> None:
    """Print notes on standard error, a line each; they stop nothing."""
    for text in texts:
        typer.echo(f"note: {text}", err=True)
