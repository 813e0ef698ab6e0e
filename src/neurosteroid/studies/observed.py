"""Observed rows: those the model claims are run and compared, the others are listed with the reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

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
            assay=row.assay or "",
            explained=row.claim.explained or "",
        )


def uncovered(names: Iterable[str] | None = None) -> Iterator[tuple[Card, Row]]:
    """Yield (card, row) of every row that the model does not claim; `row.uncovered` says why.

    Raises:
        UnknownNameError: a name that no card carries.
    """
    for card, row in rows(names):
        if row.claim is None:
            yield card, row
