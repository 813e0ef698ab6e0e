"""How a circuit is started, recorded and analysed: the card ``circuit-recording``, read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, final

from neurosteroid.evidence import Card, Ledger, library

CARD: Final = "circuit-recording"
BANDS: Final = ("theta", "high_theta", "beta", "gamma")


@final
@dataclass(frozen=True, kw_only=True)
class CircuitProtocol:
    """The card's numbers.

    Attributes:
        bands: name to lowest and highest frequency, Hz.
        spike_threshold: mV.
        settling, sampling, window, raster: ms.
        step: of the solver, of this circuit, ms.
        fast_slope: dI/dV / C of a cell above which it is followed in parts of a step, 1/ms.
        fast_parts: how many.
        highest_frequency, spikes_kept: Hz.
        confidence: of intervals.
    """

    bands: Mapping[str, tuple[float, float]]
    spike_threshold: float
    settling: float
    sampling: float
    window: float
    raster: float
    step: float
    fast_slope: float
    fast_parts: int
    highest_frequency: float
    spikes_kept: float
    confidence: float


def recording(circuit: Card, variant: str | None, ledger: Ledger) -> CircuitProtocol:
    """Return the numbers of the card, and the step of a circuit's own card, each recorded."""
    card = library().card(CARD, "neurons")

    def taken(key: str, unit: str) -> float:
        return ledger.take(card, key, unit)

    return CircuitProtocol(
        bands={name.replace("_", " "): (taken(f"{name}_from", "Hz"), taken(f"{name}_to", "Hz")) for name in BANDS},
        spike_threshold=taken("spike_threshold", "mV"),
        settling=taken("settling", "ms"),
        sampling=taken("sampling", "ms"),
        window=taken("window", "ms"),
        raster=taken("raster", "ms"),
        step=ledger.take(circuit, "step", "ms", variant),
        fast_slope=taken("fast_slope", "1/ms"),
        fast_parts=round(taken("fast_parts", "1")),
        highest_frequency=taken("highest_frequency", "Hz"),
        spikes_kept=taken("spikes_kept", "Hz"),
        confidence=taken("confidence", "1"),
    )
