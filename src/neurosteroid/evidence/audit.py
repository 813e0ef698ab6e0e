"""The audit: how the numbers of a library are known, which are assumed, and what is left unused or unreadable."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import final

from neurosteroid import units
from neurosteroid.errors import UnitError
from neurosteroid.evidence.loader import card_sources, card_units
from neurosteroid.evidence.lookup import Library
from neurosteroid.evidence.number import Number, Status


@final
@dataclass(frozen=True, kw_only=True)
class Audit:
    """What a library rests on.

    Args:
        by_status: how many numbers have each status.
        assumed: the numbers that count as assumed.
        unused_references: bibliography keys no card names.
        bad_units: places and units that cannot be read.
    """

    by_status: Mapping[Status, int]
    assumed: tuple[Number, ...]
    unused_references: tuple[str, ...]
    bad_units: tuple[tuple[str, str], ...]


def audit(library: Library) -> Audit:
    """Read every card of a library and count.

    Raises:
        CardError: a card is wrong.
    """
    numbers = tuple(library.numbers())
    counts = Counter(number.status for number in numbers)
    used = {key for card in library.cards() for _, keys in card_sources(card) for key in keys}
    return Audit(
        by_status={status: counts.get(status, 0) for status in Status},
        assumed=tuple(number for number in numbers if number.counts_as_assumed),
        unused_references=tuple(key for key in library.references if key not in used),
        bad_units=tuple(
            (f"{card.kind}/{card.name}: {place}", unit)
            for card in library.cards()
            for place, unit in card_units(card)
            if not _readable(unit)
        ),
    )


def _readable(unit: str) -> bool:
    try:
        units.dimension(unit)
    except UnitError:
        return False
    return True
