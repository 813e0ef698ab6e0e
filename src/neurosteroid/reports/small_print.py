"""What stands below a figure in small print: who measured its numbers, and how many are assumed."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from neurosteroid.evidence import library
from neurosteroid.reports.axes import shortened
from neurosteroid.reports.palette import MUTED

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from neurosteroid.evidence import Ledger
    from neurosteroid.evidence.bibliography import Reference

SIZE: Final = 6.4
"""Points."""
_TITLE: Final = 44
"""Letters of a title that stands for authors."""


def small_print(ledgers: Iterable[Ledger], letters: int) -> list[str]:
    """Return sources and the count of assumed numbers, broken into lines of so many letters."""
    all_ledgers = tuple(ledgers)
    keys = dict.fromkeys(key for ledger in all_ledgers for key in ledger.sources)
    shelf = library().references
    names = [short(shelf[key]) for key in keys if key in shelf]
    numbers = {(each.card, each.variant, each.key): each for ledger in all_ledgers for each in ledger.numbers}
    assumed = sum(each.counts_as_assumed for each in numbers.values())
    text = f"Sources: {'; '.join(dict.fromkeys(names)) or 'none'}. {assumed} of {len(numbers)} numbers are assumed."
    return textwrap.wrap(text, letters)


def short(reference: Reference) -> str:
    """Return authors and year; the beginning of the title where no author was read."""
    year = f" ({reference.fields['year']})"
    if reference.fields.get("author"):
        return f"{reference.plain().partition(year)[0]}{year}"
    return f"“{shortened(reference.fields['title'], _TITLE)}”{year}"


def put_below(figure: Figure, lines: Iterable[str]) -> None:
    """Write lines below all axes of a figure whose layout is constrained, which makes room for them."""
    figure.supxlabel("\n".join(lines), x=0.015, ha="left", fontsize=SIZE, color=MUTED)
