"""A GABA-A receptor isoform that GABA and a steroid open together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, final

from neurosteroid.engine import AbstractPart, Need, Value, parameter
from neurosteroid.receptors.gating import Ligand, peak_open_probability


@final
@dataclass(frozen=True, kw_only=True)
class MonodWymanChangeux(AbstractPart):
    """Open probability of one isoform at a fixed probe of GABA, and how much the steroid raises it.

        G_i              = [ (1 + X_i/K_i) / (1 + X_i/(c_i K_i)) ]^N_i         for GABA and the steroid
        open_probability = 1 / (1 + L G_GABA G_steroid)                        peak, before desensitisation
        potentiation     = open_probability / (1 / (1 + L G_GABA))

    The receptor is in quasi-steady state: it settles in milliseconds, the steroid moves in hours. Steroid
    concentration is nominal, as in ``receptor.{analyte}`` of the brain link; GABA is a probe, not a modelled course.

    Source:
        `neurosteroid.receptors.gating`. L cannot be identified from GABA curves alone; see the isoform's card.
    """

    closed_open_ratio: float = parameter("1", "L, closed over open without any ligand")
    gaba_affinity: float = parameter("umol/L", "K of GABA at the closed receptor")
    gaba_efficacy_ratio: float = parameter("1", "c of GABA, K of the open over K of the closed receptor")
    gaba_sites: float = parameter("1", "number of GABA sites")
    steroid_affinity: float = parameter("nmol/L", "K of the steroid at the closed receptor")
    steroid_efficacy_ratio: float = parameter("1", "c of the steroid")
    steroid_sites: float = parameter("1", "number of steroid sites")
    gaba_concentration: float = parameter("umol/L", "GABA at the receptor, the probe")
    isoform: str
    analyte: str = "allopregnanolone"

    card_keys: ClassVar[Mapping[str, str]] = {
        "gaba_affinity": "GABA.agonist.affinity",
        "gaba_efficacy_ratio": "GABA.agonist.efficacy_ratio",
        "gaba_sites": "agonist.sites",
        "steroid_affinity": "{analyte}.steroid.affinity",
        "steroid_efficacy_ratio": "{analyte}.steroid.efficacy_ratio",
        "steroid_sites": "steroid.sites",
    }
    needs = (Need("steroid", "receptor.{analyte}", "nmol/L"),)
    gives = (
        Value("open_probability", "receptor.{isoform}.open_probability", "1"),
        Value("potentiation", "receptor.{isoform}.potentiation", "1"),
    )

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return open probability (0 to 1) and potentiation (1 without steroid)."""
        gaba, steroid = self.gaba.factor(self.gaba_concentration), self.steroid.factor(given["steroid"])
        opened = peak_open_probability(self.closed_open_ratio, gaba, steroid)
        return {
            "open_probability": opened,
            "potentiation": opened / peak_open_probability(self.closed_open_ratio, gaba),
        }

    @property
    def gaba(self) -> Ligand:
        """GABA at this isoform, concentrations in umol/L."""
        return Ligand(affinity=self.gaba_affinity, efficacy_ratio=self.gaba_efficacy_ratio, sites=self.gaba_sites)

    @property
    def steroid(self) -> Ligand:
        """The steroid at this isoform, concentrations in nmol/L."""
        return Ligand(
            affinity=self.steroid_affinity, efficacy_ratio=self.steroid_efficacy_ratio, sites=self.steroid_sites
        )
