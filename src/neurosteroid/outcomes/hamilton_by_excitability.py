"""The Hamilton Depression Rating Scale driven by how excitable a neuron is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

from neurosteroid.engine import AbstractPart, Need, Value, parameter
from neurosteroid.outcomes.hamd17 import placebo_response, scored


@final
@dataclass(frozen=True, kw_only=True)
class HamiltonByExcitability(AbstractPart):
    """HAM-D17 total score: placebo response, the woman's own response, and an effect of quieter neurons.

        w(t)  = 1 - exp(-(t / placebo_time_constant)^placebo_shape)
        drug  = slope * effect
        score = S * expit( logit(baseline / S) - (placebo_improvement + eta_improvement) * w(t) - drug )

    As `HamiltonDepression` in all but the drug: its effect is in proportion to the share of her own excitability that
    a woman has lost (`ExcitabilitySite`), so how it goes with concentration is not drawn here but comes from membrane
    models. Where these fire more easily at some level, mood is worse there.

    Source:
        As `HamiltonDepression`. That a quieter principal cell is better mood, in proportion, is an assumption.
    """

    baseline: float = parameter("1", "score before treatment, strictly between 0 and the highest score")
    highest_score: float = parameter("1", "S, the highest possible score")
    placebo_improvement: float = parameter("1", "full placebo response on the logit scale")
    placebo_time_constant: float = parameter("h", "time scale of the placebo response")
    placebo_shape: float = parameter("1", "Weibull shape of the placebo response")
    slope: float = parameter("1", "improvement on the logit scale per share of excitability that is lost")
    eta_improvement: float = parameter("1", "the woman's own deviation of the placebo response, logit scale", 0.0)
    signal: str = "effect.mood"

    needs = (Need("effect", "{signal}", "1"),)
    gives = (
        Value("score", "mood.hamd17", "1"),
        Value("change", "mood.hamd17_change", "1"),
    )

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the score and its change from baseline, in points."""
        placebo = (self.placebo_improvement + self.eta_improvement) * placebo_response(self, t)
        return scored(self, placebo + self.slope * given["effect"])
