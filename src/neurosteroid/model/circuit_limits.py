"""How far what a user gives a circuit or a cell may go: the highest numbers of the card ``circuit-recording``.

They take part in no result, and no ledger counts them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, final

from neurosteroid import units
from neurosteroid.errors import InputError
from neurosteroid.evidence import Ledger, library
from neurosteroid.model.checked import not_negative
from neurosteroid.model.circuit_protocol import CARD

_ROUNDING: Final = 1e-9
"""Of a change of units."""


@final
@dataclass(frozen=True, kw_only=True)
class Limits:
    """The highest steroid (nmol/L), ambient GABA (umol/L) and multiplier."""

    steroid: float
    ambient: float
    most: float

    def concentration(self, text: str, where: str, unit: str, highest: float) -> float:
        """Return a concentration in a unit, from 0 to the highest.

        Raises:
            InputError: it is below or above.
            UnitError: no concentration.
        """
        found = not_negative(units.parse(text, unit, where=where), where)
        if found > highest * (1.0 + _ROUNDING):
            raise InputError(
                f"'{text}' is above {highest:g} {unit}, the highest that cells are run at; give less.", where=where
            )
        return found

    def multiplier(self, value: object, where: str) -> float:
        """Return a multiplier from 0 to the highest.

        Raises:
            InputError: it is below or above.
        """
        found = not_negative(value, where)
        if found > self.most:
            raise InputError(
                f"{found:g} is above {self.most:g}, the highest multiplier a circuit is run with; give less.",
                where=where,
            )
        return found


def limits() -> Limits:
    """Return the limits."""
    card, ledger = library().card(CARD, "neurons"), Ledger()
    return Limits(
        steroid=ledger.take(card, "highest_steroid", "nmol/L"),
        ambient=ledger.take(card, "highest_ambient", "umol/L"),
        most=ledger.take(card, "highest_multiplier", "1"),
    )
