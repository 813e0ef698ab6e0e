"""The Hamilton Depression Rating Scale, 17 items, over the course of a treatment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

from neurosteroid.engine import AbstractPart, Need, Value, parameter
from neurosteroid.engine.maths import exp, expit, logit, maximum, power


@final
@dataclass(frozen=True, kw_only=True)
class HamiltonDepression(AbstractPart):
    """HAM-D17 total score: placebo response, drug effect and the woman's own response, bounded on the logit scale.

        w(t)  = 1 - exp(-(t / placebo_time_constant)^placebo_shape)
        drug  = maximum_drug_effect * C / (C + half_effect_concentration)
        score = S * expit( logit(baseline / S) - (placebo_improvement + eta_improvement) * w(t) - drug )

    t is the time since the start of treatment in h (0 before it), C the effect-site concentration, S the highest score.
    The score stays strictly between 0 and S whatever the effects; it is the expected score, not a whole number.
    Baseline must lie strictly between 0 and S.

    Source:
        Weibull placebo response after Gomeni and Merlo-Pich, Br J Clin Pharmacol 2007;63:595-613, put on the logit
        scale to keep the score in bounds. Caveats: placebo response dominates. The drug effect follows concentration
        and fades with it, so this first version cannot hold a benefit for weeks after the infusion; and being
        monotone it cannot rank 60 above 90 ug/kg/h.
    """

    baseline: float = parameter("1", "score before treatment, strictly between 0 and the highest score")
    highest_score: float = parameter("1", "S, the highest possible score")
    placebo_improvement: float = parameter("1", "full placebo response on the logit scale")
    placebo_time_constant: float = parameter("h", "time scale of the placebo response")
    placebo_shape: float = parameter("1", "Weibull shape of the placebo response")
    maximum_drug_effect: float = parameter("1", "largest drug effect on the logit scale")
    half_effect_concentration: float = parameter("nmol/L", "effect-site concentration of half the drug effect")
    eta_improvement: float = parameter("1", "the woman's own deviation of the placebo response, logit scale", 0.0)
    signal: str = "effect.mood"

    needs = (Need("effect", "{signal}", "nmol/L"),)
    gives = (
        Value("score", "mood.hamd17", "1"),
        Value("change", "mood.hamd17_change", "1"),
    )

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the score and its change from baseline, in points."""
        drug = self.maximum_drug_effect * given["effect"] / (given["effect"] + self.half_effect_concentration)
        placebo = (self.placebo_improvement + self.eta_improvement) * placebo_response(self, t)
        return scored(self, placebo + drug)


def placebo_response(score: Any, t: Any) -> Any:
    """Return the share of the full placebo response at hours t: w(t) of a part with its time constant and shape."""
    elapsed = maximum(t, 0.0) / score.placebo_time_constant
    return 1 - exp(-power(elapsed, score.placebo_shape))


def scored(score: Any, improvement: Any) -> dict[str, Any]:
    """Return score and change, points, of a part with a baseline and a highest score that has improved so far."""
    points = score.highest_score * expit(logit(score.baseline / score.highest_score) - improvement)
    return {"score": points, "change": points - score.baseline}
