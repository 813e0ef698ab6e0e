"""Observed rows: those the model claims are run and compared, the others are listed with the reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final, final

from neurosteroid.evidence import Card, Row, library
from neurosteroid.studies.verification import CheckResult, check

OBSERVATIONS: Final = "observations"


def rows(names: Iterable[str] | None = None) -> Iterator[tuple[Card, Row]]:
    """Yield (card, row) of every observed row, or of the named cards only.

    Raises:
        UnknownNameError: a name that no card carries.
    """
    cards = library().cards(OBSERVATIONS) if not names else [library().card(name) for name in names]
    for card in cards:
        for row in card.rows:
            yield card, row


def verify_observed(names: Iterable[str] | None = None) -> Iterator[CheckResult]:
    """Run every row that the model claims, or those of the named cards, and yield each comparison as it is done.

    Raises:
        UnknownNameError: a name that no card carries.
    """
    for card, row in rows(names):
        if row.claim is None:
            continue
        own = card if row.claim.card is None else library().card(row.claim.card)
        result = check(own, row.claim.variant or "", row.result(), f"{card.kind}/{card.name}")
        yield replace(
            result,
            variant="",
            group=row.group,
            about=f"{row.quantity}; {row.arm}",
        )


def uncovered(names: Iterable[str] | None = None) -> Iterator[tuple[Card, Row]]:
    """Yield (card, row) of every row that the model does not claim; `row.uncovered` says why.

    Raises:
        UnknownNameError: a name that no card carries.
    """
    for card, row in rows(names):
        if row.claim is None:
            yield card, row


@final
@dataclass(frozen=True)
class Open:
    """Rows of one group that are not claimed for the same reason.

    Attributes:
        group: of the rows.
        reason: why the model does not claim them.
        count: how many rows.
        places: their cards and ids, as ``card: first, second; other: third``.
    """

    group: str
    reason: str
    count: int
    places: str


def gathered(open_rows: Iterable[tuple[Card, Row]]) -> tuple[Open, ...]:
    """Return rows that are not claimed by group and reason, in alphabetical order."""
    found: dict[tuple[str, str], dict[str, list[str]]] = {}
    for card, row in open_rows:
        found.setdefault((row.group, row.uncovered or ""), {}).setdefault(card.name, []).append(row.id)
    return tuple(
        Open(
            group,
            reason,
            sum(map(len, cards.values())),
            "; ".join(f"{card}: {', '.join(ids)}" for card, ids in cards.items()),
        )
        for (group, reason), cards in sorted(found.items())
    )
