"""The user's own cards behind a study: which took part, which package cards they stand for, and their exact text."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, final

from neurosteroid.dosing import given_together
from neurosteroid.evidence import library
from neurosteroid.evidence.lookup import FOLDER_VARIABLE

if TYPE_CHECKING:
    from neurosteroid.studies import Study

_DIGITS: Final = 16  # of SHA-256; enough to tell the versions of a file apart


@final
@dataclass(frozen=True)
class OwnCard:
    """A card that is not the package's.

    Attributes:
        kind, name: of the card.
        replaces: whether it stands in the place of a package card.
        digest: first digits of the SHA-256 of its file.
    """

    kind: str
    name: str
    replaces: bool
    digest: str


def own_cards(study: Study) -> list[OwnCard]:
    """Return the user's own cards that took part: of numbers, protocols and people; in alphabetical order."""
    shelf = library()
    used = {(card.kind, card.name) for card in (shelf.card_of(number) for number in study.ledger.numbers)}
    for choice in study.config.protocols:
        for name in (choice.card, *(each.card for each in choice.together or ())):
            if name is None:
                continue
            parts = given_together(name)
            used |= {("medicines", name)} if parts else set()
            used |= {("protocols", each) for each in parts or (name,)}
    used.add(("people", study.config.population.card))
    return [
        OwnCard(kind, name, shelf.replaces(kind, name), _digest(shelf.files[kind, name]))
        for kind, name in sorted(used)
        if shelf.is_own(kind, name)
    ]


def own_folder() -> str | None:
    """Return the name of the user's folder of cards, without the path to it; None when there is none."""
    folder = os.environ.get(FOLDER_VARIABLE)
    return Path(folder).name if folder else None


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:_DIGITS]
