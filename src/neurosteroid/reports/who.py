"""What the people of a study are called: women, or men where their card is one of men."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, final

from neurosteroid.model.sexes import sex_of
from neurosteroid.model.states import Sex


@final
@dataclass(frozen=True)
class Who:
    """Words for the people of a study.

    Attributes:
        one, many: such as ``woman`` and ``women``.
        she, her: such as ``she`` and ``her``.
    """

    one: str
    many: str
    she: str
    her: str


_WORDS: Final = {
    Sex.FEMALE: Who("woman", "women", "she", "her"),
    Sex.MALE: Who("man", "men", "he", "his"),
}


def who_of(card: str) -> Who:
    """Return the words for people drawn from a card of people.

    Raises:
        UnknownNameError: no such card.
    """
    return _WORDS[sex_of(card)]
