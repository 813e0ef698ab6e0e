"""Compounds by the names that people use: a card's name, or one of the synonyms in its settings."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from neurosteroid.evidence import library

_COMPOUNDS: Final = "compounds"


def named_by(name: str, known: Iterable[str]) -> str | None:
    """Return which of the known compounds a name or synonym means, whatever its case, such as ``THDOC``; or None.

    Args:
        name: what was asked for.
        known: names of compounds, some of which may have no card.
    """
    names = tuple(known)
    if name in names:
        return name
    cards = library().names(_COMPOUNDS)
    for each in names:
        # a comma within a name, as in 3alpha,5alpha, has no blank behind it
        synonyms = library().card(each, _COMPOUNDS).variant().settings.get("synonyms", "") if each in cards else ""
        if name.lower() in (synonym.strip().lower() for synonym in (each, *synonyms.split(", "))):
            return each
    return None
