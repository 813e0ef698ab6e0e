"""How a steroid enters a scheme: a hypothesis names the rate constants, a card says how far a concentration goes.

    factor(X) = 1 + (s - 1) X / (X + K)    on every rate constant that the hypothesis names,

from 1 without steroid to the saturating factor s. Steady-state models of the same receptor raise the open over the
closed state by a steroid factor; slower closing is the one change of a rate that does that and leaves the peak of a
synaptic current nearly alone while it prolongs its decay. Other studies read their currents as other changes, so the
rate constants are a switch and never mixed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, final

from neurosteroid import units
from neurosteroid.errors import InputError, unknown_name
from neurosteroid.evidence import Ledger, library
from neurosteroid.receptors.synonyms import named_by

if TYPE_CHECKING:
    from neurosteroid.receptors.kinetics.markov import Scheme

CARD: Final = "steroid-on-rates"

_GIVEN: Final = (
    re.compile(r"(?P<amount>[-+]?[\d.].*?)\s+(?P<name>\d*[A-Za-z][\w,-]*)"),
    re.compile(r"(?P<name>\d*[A-Za-z][\w,-]*)\s*=\s*(?P<amount>.+)"),
)


@final
@dataclass(frozen=True)
class Applied:
    """A steroid on a scheme.

    Attributes:
        name: of the steroid.
        concentration: nmol/L.
        hypothesis: variant of the card ``steroid-on-rates``.
        factors: on each rate constant it changes.
        ledger: the card numbers that took part.
    """

    name: str
    concentration: float
    hypothesis: str
    factors: dict[str, float]
    ledger: Ledger

    def __str__(self) -> str:
        return f"{self.concentration:g} nmol/L {self.name} ({self.hypothesis})"


def hypotheses() -> tuple[str, ...]:
    """Return the names of the hypotheses; the card's default first."""
    card = library().card(CARD, "schemes")
    return (card.default, *(name for name in card.variants if name != card.default))


def applied(given: str, hypothesis: str | None, scheme: Scheme) -> Applied:
    """Return what a steroid does to a scheme.

    Args:
        given: such as ``"100 nmol/L allopregnanolone"`` or ``"allopregnanolone=100 nmol/L"``, or by a synonym.
        hypothesis: see `hypotheses`.
        scheme: whose rate constants are changed.

    Raises:
        UnknownNameError: no such steroid, hypothesis or rate constant.
        InputError: it cannot be read, or a negative concentration.
    """
    tried = [pattern.fullmatch(given.strip()) for pattern in _GIVEN] if isinstance(given, str) else []
    match = next((found for found in tried if found), None)
    if match is None:
        raise InputError(
            f"{given!r} is not a steroid at a concentration. Write it like '100 nmol/L allopregnanolone'"
            " or 'allopregnanolone=100 nmol/L'.",
            where="steroid",
        )
    card = library().card(CARD, "schemes")
    chosen = hypothesis or card.default
    content = card.variant(chosen)
    acting = content.settings["steroids"].split()
    name = named_by(match["name"], acting)
    if name is None:
        raise unknown_name("steroid with an effect on rates", match["name"], acting, where="steroid")
    level = units.parse(match["amount"], units.CONCENTRATION, where="steroid", molar_mass=library().molar_mass(name))
    if level < 0.0:
        raise InputError(f"'{match['amount']}' is below 0; a concentration is 0 or above.", where="steroid")
    named = content.settings["rates"].split()
    rates = [rate for rate in named if rate in scheme.rates]
    if not rates:
        raise unknown_name("rate for this hypothesis", " ".join(named), scheme.rates, where=f"scheme '{scheme.name}'")
    ledger = Ledger()
    half = ledger.take(card, "half_effective_concentration", units.CONCENTRATION, chosen)
    most = ledger.take(card, "saturating_factor", "1", chosen)
    factor = 1.0 + (most - 1.0) * level / (level + half)
    return Applied(name, level, chosen, dict.fromkeys(rates, factor), ledger)
