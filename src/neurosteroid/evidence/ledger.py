"""The ledger: which numbers took part in a result, so that a report can list and cite them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from neurosteroid.evidence.card import Card
from neurosteroid.evidence.number import Number


@final
@dataclass(frozen=True)
class Choice:
    """Something assumed that is no number, such as what a rule takes a word of its source to mean.

    Attributes:
        where: its place, such as ``brexanolone-label-rules.rules[1]``.
        said: what was chosen, in words.
        assumed: the reason.
    """

    where: str
    said: str
    assumed: str


@final
class Ledger:
    """The numbers taken from cards, and the choices that are none, each once, in the order they were first taken."""

    def __init__(self) -> None:
        self._choices: dict[Choice, None] = {}
        self._numbers: dict[tuple[str, str | None, str], Number] = {}

    def take(
        self, card: Card, key: str, unit: str, variant: str | None = None, molar_mass: float | None = None
    ) -> float:
        """Take a number from a card: convert it and remember it.

        Args:
            card: the card.
            key: the number's key.
            unit: the unit wanted.
            variant: its variant; the default one when None.
            molar_mass: g/mol, to go between mass and amount of substance.

        Raises:
            UnknownNameError: the card has no such number or variant.
            UnitError: the units measure different things.
        """
        return self.read(card.number(key, variant), unit, molar_mass)

    def read(self, number: Number, unit: str, molar_mass: float | None = None) -> float:
        """Convert a number and remember it; for numbers that do not stand in a table, such as protocol steps."""
        value = number.to(unit, molar_mass)
        self.record(number)
        return value

    def record(self, number: Number) -> None:
        """Remember a number without reading it."""
        self._numbers.setdefault((number.card, number.variant, number.key), number)

    def choose(self, choice: Choice) -> None:
        """Remember something assumed that is no number."""
        self._choices.setdefault(choice)

    def merge(self, other: Ledger) -> None:
        """Take over the numbers and choices of another ledger."""
        for number in other.numbers:
            self.record(number)
        for choice in other.choices:
            self.choose(choice)

    @property
    def numbers(self) -> tuple[Number, ...]:
        """All numbers that took part."""
        return tuple(self._numbers.values())

    @property
    def assumed(self) -> tuple[Number, ...]:
        """Those that are, or are used by, an assumption."""
        return tuple(number for number in self.numbers if number.counts_as_assumed)

    @property
    def choices(self) -> tuple[Choice, ...]:
        """What is assumed beside the numbers."""
        return tuple(self._choices)

    @property
    def sources(self) -> tuple[str, ...]:
        """Bibliography keys of all sources, each once, in order."""
        return tuple(dict.fromkeys(key for number in self.numbers for key in number.source))
