"""The patch that turns an open probability into a current: how many channels, of what conductance, at what voltage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid import units
from neurosteroid.errors import InputError
from neurosteroid.evidence import Ledger, library

Array = NDArray[np.float64]

CARD: Final = "patch"


@final
@dataclass(frozen=True)
class Patch:
    """A membrane patch under voltage clamp: ``current = channels * conductance * driving_force * open probability``.

    Attributes:
        channels: N.
        conductance: of one open channel, pS.
        driving_force: membrane potential less reversal potential, mV; below 0 the current is inward, as chloride
            currents are recorded.
        ledger: the card numbers that took part.
    """

    channels: int
    conductance: float
    driving_force: float
    ledger: Ledger

    @property
    def unitary(self) -> float:
        """Current of one open channel, pA."""
        return self.conductance * self.driving_force * 1e-3

    def current(self, opened: Array) -> Array:
        """Return the current, pA, of an open probability of any shape."""
        return np.asarray(self.channels * self.unitary * opened + 0.0, dtype=np.float64)


def read_patch(channels: int | None = None, conductance: str | None = None, driving_force: str | None = None) -> Patch:
    """Return the patch of the card ``patch``, with what is given in the place of its numbers.

    Raises:
        InputError: no channel, or a conductance that is not above 0.
        UnitError: a text that is no quantity, or of another dimension.
    """
    ledger, card = Ledger(), library().card(CARD, "schemes")
    number = round(ledger.take(card, "channels", "1")) if channels is None else channels
    if isinstance(number, bool) or not isinstance(number, int) or number < 1:
        raise InputError(f"{channels!r} channels cannot be recorded; give a whole number from 1.", where="channels")
    if conductance is None:
        each = ledger.take(card, "conductance", "pS")
    else:
        each = units.parse(conductance, "pS", where="conductance")
    if each <= 0.0:
        raise InputError(f"'{conductance}' is not above 0.", where="conductance")
    if driving_force is None:
        force = ledger.take(card, "driving_force", "mV")
    else:
        force = units.parse(driving_force, "mV", where="driving_force")
    return Patch(number, each, force, ledger)
