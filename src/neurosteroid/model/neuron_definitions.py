"""What experiments on a neuron mean by shunting and by the beginning of a spike: their card, read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.errors import SolverError
from neurosteroid.evidence import Ledger, library

Array = NDArray[np.float64]

ROOM: Final = "neurons"
"""Kind of the cards of neurons, synapses and circuits."""
CARD: Final = "experiments"


@final
@dataclass(frozen=True, kw_only=True)
class Definitions:
    """The card ``experiments``.

    Attributes:
        shunting_band: mV about rest within which GABA shunts.
        upstroke: mV/ms at which a spike begins.
        threshold_current: multiple of the rheobase at which the threshold is read.
        gain_from: multiple of the rheobase from which the gain is read.
        gain_to: multiple up to which it is.
        after_switching: ms after a current's onset from which on a steep rise is a spike.
        probe_current: pA, for the input resistance.
        longest_step: ms, of the solver.
    """

    shunting_band: float
    upstroke: float
    threshold_current: float
    gain_from: float
    gain_to: float
    after_switching: float
    probe_current: float
    longest_step: float


def definitions(ledger: Ledger) -> Definitions:
    """Return the definitions of the card, each recorded."""
    card = library().card(CARD, ROOM)
    return Definitions(
        shunting_band=ledger.take(card, "shunting_band", "mV"),
        upstroke=ledger.take(card, "upstroke", "mV/ms"),
        threshold_current=ledger.take(card, "threshold_current", "1"),
        gain_from=ledger.take(card, "gain_from", "1"),
        gain_to=ledger.take(card, "gain_to", "1"),
        after_switching=ledger.take(card, "after_switching", "ms"),
        probe_current=ledger.take(card, "probe_current", "pA"),
        longest_step=ledger.take(card, "longest_step", "ms"),
    )


def regime(reversal: float, rest: float, threshold: float, band: float) -> str:
    """Return what a GABA-A current does to a cell at rest.

    ``hyperpolarising`` more than `band` (mV) below rest, ``shunting`` within it, ``depolarising`` above it, and
    ``depolarising above threshold`` where GABA alone can make the cell fire.
    """
    if reversal < rest - band:
        return "hyperpolarising"
    if reversal <= rest + band:
        return "shunting"
    return "depolarising" if reversal < threshold else "depolarising above threshold"


def spike_onset(times: Array, voltage: Array, slope: Array, by: Definitions) -> float:
    """Return the voltage at which the first spike begins, mV, between rows by the slopes of the equations.

    Args:
        times: (K,) ms since the current was switched on.
        voltage: (K,) mV.
        slope: (K,) dV/dt, mV/ms.
        by: what a beginning is.

    Raises:
        SolverError: no spike.
    """
    rising = (slope[:-1] <= by.upstroke) & (slope[1:] > by.upstroke) & (times[1:] > by.after_switching)
    if not rising.any():
        raise SolverError(f"the potential never rises by {by.upstroke:g} mV/ms, so no spike begins.")
    place = int(np.argmax(rising))
    share = (by.upstroke - slope[place]) / (slope[place + 1] - slope[place])
    return float(voltage[place] + share * (voltage[place + 1] - voltage[place]))
