"""The ledger: which numbers took part in a result, so that a report can list and cite them."""

from __future__ import annotations

from typing import final

from neurosteroid.evidence.card import Card
from neurosteroid.evidence.number import Number


@final
class Ledger:
    """The numbers taken from cards, each once, in the order they were first taken."""

    def __init__(self) -> None:
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

    def merge(self, other: Ledger) -> None:
        """Take over the numbers of another ledger."""
        for number in other.numbers:
            self.record(number)

    @property
    def numbers(self) -> tuple[Number, ...]:
        """All numbers that took part."""
        return tuple(self._numbers.values())

    @property
    def assumed(self) -> tuple[Number, ...]:
        """Those that are, or are used by, an assumption."""
        return tuple(number for number in self.numbers if number.counts_as_assumed)

    @property
    def sources(self) -> tuple[str, ...]:
        """Bibliography keys of all sources, each once, in order."""
        return tuple(dict.fromkeys(key for number in self.numbers for key in number.source))
