"""How a circuit is started, recorded and analysed: the card ``circuit-recording``, read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, final

from neurosteroid.evidence import Ledger, library

CARD: Final = "circuit-recording"
BANDS: Final = ("theta", "high_theta", "beta", "gamma")


@final
@dataclass(frozen=True, kw_only=True)
class CircuitProtocol:
    """The card's numbers.

    Attributes:
        bands: name to lowest and highest frequency, Hz.
        spike_threshold: mV.
        settling, sampling, window, raster, longest_step: ms.
        highest_frequency, spikes_kept: Hz.
        confidence: of intervals.
    """

    bands: Mapping[str, tuple[float, float]]
    spike_threshold: float
    settling: float
    sampling: float
    window: float
    raster: float
    longest_step: float
    highest_frequency: float
    spikes_kept: float
    confidence: float


def recording(ledger: Ledger) -> CircuitProtocol:
    """Return the numbers of the card, each recorded."""
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
        longest_step=taken("longest_step", "ms"),
        highest_frequency=taken("highest_frequency", "Hz"),
        spikes_kept=taken("spikes_kept", "Hz"),
        confidence=taken("confidence", "1"),
    )
