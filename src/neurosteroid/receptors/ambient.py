"""What ambient GABA and a steroid keep open for hours, from what a probe of GABA opens at first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

from neurosteroid.engine import AbstractPart, Need, Value, parameter
from neurosteroid.engine.maths import power


@final
@dataclass(frozen=True, kw_only=True)
class SteadyPotentiation(AbstractPart):
    """Open probability at steady state and ambient GABA over that without steroid, from the peak one at a probe.

        closing       = k (1 / P_probe - 1)                          k = G_GABA(ambient) / G_GABA(probe)
        desensitising = d [ (1 + X / K_desensitised) / (1 + X / K_active) ]^N
        multiplier    = (1 + d + closing without steroid) / (1 + desensitising + closing)

    The peak open probability 1 / (1 + L G) says what the steroid makes of L G, whatever it is made of; only the factor
    of GABA differs between probe and surroundings. A tonic current is a steady state, so desensitised receptors count
    where the card of the isoform knows them: d = 1 / Q, and 0 where it does not.

    Source:
        `neurosteroid.receptors.desensitisation`, solved for the potentiation; no number of its own.
    """

    gaba_ratio: float = parameter("1", "k, factor of ambient GABA over that of the probe")
    closing: float = parameter("1", "L G at ambient GABA without steroid")
    desensitised: float = parameter("1", "d, desensitised over open without steroid", 0.0)
    active_affinity: float = parameter("nmol/L", "K of the steroid at the desensitising site of the open receptor", 1.0)
    desensitised_affinity: float = parameter("nmol/L", "the same of the desensitised receptor", 1.0)
    desensitising_sites: float = parameter("1", "N", 0.0)
    neuron: str
    isoform: str
    analyte: str = "allopregnanolone"

    needs = (
        Need("open_probability", "receptor.{isoform}.open_probability", "1"),
        Need("steroid", "receptor.{analyte}", "nmol/L"),
    )
    gives = (Value("multiplier", "neuron.{neuron}.tonic_multiplier", "1"),)

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the multiplier, 1 without steroid."""
        steroid = given["steroid"]
        bound = (1 + steroid / self.desensitised_affinity) / (1 + steroid / self.active_affinity)
        desensitising = self.desensitised * power(bound, self.desensitising_sites)
        closing = self.gaba_ratio * (1 / given["open_probability"] - 1)
        return {"multiplier": (1 + self.desensitised + self.closing) / (1 + desensitising + closing)}
