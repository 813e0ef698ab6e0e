"""Sedation: an ordered level, realised in each woman."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, final

from neurosteroid.engine import AbstractPart, Need, Value, parameter
from neurosteroid.engine.maths import expit, less, where

LEVELS: Final = ("none", "mild", "moderate", "deep")
"""Names of the sedation levels 0 to 3."""


@final
@dataclass(frozen=True, kw_only=True)
class Sedation(AbstractPart):
    """Sedation level from 0 (none) to 3 (deep) by proportional odds on an effect-site concentration.

        drug        = maximum_drug_effect * C / (C + half_effect_concentration)
        P(level>=k) = expit(threshold_k + drug)                 k = mild, moderate, deep
        level       = number of k with sedation_draw < P(level>=k)

    `sedation_draw` is one uniform number between 0 and 1 for each woman: she keeps her place among women through
    the whole course, so her level rises and falls with concentration and a dosing rule can act on it. The chance
    that a woman is ever at least mildly sedated is then P(level>=1) at her highest effect-site concentration.
    Thresholds fall from mild to deep. Loss of consciousness is no level of this scale: it showed no clear link to
    dose or time.

    Source:
        Proportional-odds model, McCullagh, J R Stat Soc B 1980;42:109-142. Caveats: a woman sedated without drug is
        so all the time, and a curve that only rises with concentration cannot show more sedation at 60 than at
        90 ug/kg/h.
    """

    threshold_mild: float = parameter("1", "log odds of at least mild sedation without drug")
    threshold_moderate: float = parameter("1", "log odds of at least moderate sedation without drug")
    threshold_deep: float = parameter("1", "log odds of deep sedation without drug")
    maximum_drug_effect: float = parameter("1", "largest rise of the log odds by drug")
    half_effect_concentration: float = parameter("nmol/L", "effect-site concentration of half the drug effect")
    sedation_draw: float = parameter("1", "the woman's place among women, uniform between 0 and 1", 0.5)
    signal: str = "effect.sedation"

    needs = (Need("effect", "{signal}", "nmol/L"),)
    gives = (
        Value("probability", "sedation.probability", "1"),
        Value("level", "sedation.level", "1"),
    )

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the probability of at least mild sedation and the woman's realised level, 0 to 3."""
        drug = self.maximum_drug_effect * given["effect"] / (given["effect"] + self.half_effect_concentration)
        thresholds = (self.threshold_mild, self.threshold_moderate, self.threshold_deep)
        chances = [expit(threshold + drug) for threshold in thresholds]
        level = sum(where(less(self.sedation_draw, chance), 1.0, 0.0) for chance in chances)
        return {"probability": chances[0], "level": level}
