"""An effect site that several drugs drive, each by its potency in equivalents of one of them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

from neurosteroid.engine import OUTSIDE, AbstractPart, Flow, Need, State, parameter


@final
@dataclass(frozen=True, kw_only=True)
class EquivalentSite(AbstractPart):
    """What `PotencyDrive` fills: a concentration at the effect site, in equivalents of allopregnanolone.

        k = ln 2 / equilibration_half_life
        loss = k effect                              nmol/L per h

    With the drives of all drugs the effect site is that of `EffectSite` on the sum of their equivalents. The setting
    `name` makes the state ``effect.{name}``.
    """

    equilibration_half_life: float = parameter("h", "half-life of the difference between effect site and source")
    name: str

    states = (State("effect", "effect.{name}", "nmol/L"),)
    flows = (Flow("loss", "nmol/L/h", source="effect.{name}", target=OUTSIDE),)

    def rates(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return what leaves the effect site, nmol/L per h."""
        return {"loss": math.log(2) / self.equilibration_half_life * state["effect"]}


@final
@dataclass(frozen=True, kw_only=True)
class PotencyDrive(AbstractPart):
    """What total plasma of one drug adds to an effect site, in equivalents of allopregnanolone.

        k     = ln 2 / equilibration_half_life
        drive = k * reference_affinity / affinity * exposure_ratio * plasma      nmol/L per h

    A nmol/L of the drug stands for as many of allopregnanolone as it is more potent on one receptor isoform (both
    affinities of the closed receptor), times what of its plasma reaches that receptor over what of allopregnanolone's
    does. Drugs differ in potency alone: each is taken to do at most what allopregnanolone can do.

    Source:
        Drugs of one action add up as equivalents of one of them: Loewe and Muischnek, Archiv für experimentelle
        Pathologie und Pharmakologie 1926;114:313-326.
    """

    equilibration_half_life: float = parameter("h", "half-life of the difference between effect site and source")
    affinity: float = parameter("nmol/L", "dissociation constant of the drug from the closed receptor")
    reference_affinity: float = parameter("nmol/L", "that of allopregnanolone")
    exposure_ratio: float = parameter("1", "share of total plasma at the receptor over that of allopregnanolone")
    name: str
    analyte: str = "zuranolone"

    needs = (Need("plasma", "plasma.{analyte}", "nmol/L"),)
    flows = (Flow("drive", "nmol/L/h", source=OUTSIDE, target="effect.{name}"),)

    def rates(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return what enters the effect site, nmol/L per h."""
        equivalents = self.reference_affinity / self.affinity * self.exposure_ratio * given["plasma"]
        return {"drive": math.log(2) / self.equilibration_half_life * equivalents}
