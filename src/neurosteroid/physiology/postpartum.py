"""The ovary after delivery: silent at first, longer while she nurses, then back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

from neurosteroid.engine import OUTSIDE, AbstractPart, Flow, Need, parameter
from neurosteroid.engine.maths import exp, expit


@final
@dataclass(frozen=True, kw_only=True)
class PostpartumOvary(AbstractPart):
    """Production of estradiol from delivery on: a floor, and a logistic return to the mean of the follicular phase.

        production = (floor + (recovered - floor) / (1 + exp((middle_of_return - day) / width_of_return)))
                     * (1 - pregnant) * exp(eta_production)                               nmol/h

    The floor is that of a silent ovary (conversion of androgens outside it). The return is the mean over women and over
    the cycle: no single ovulation is simulated, so no luteal progesterone either. Days after `middle_of_return` are
    better simulated as a menstrual cycle.
    """

    floor: float = parameter("nmol/h", "production while the ovary is silent")
    recovered: float = parameter("nmol/h", "production after the return")
    middle_of_return: float = parameter("day", "days after delivery at half of the return")
    width_of_return: float = parameter("day", "logistic width of the return")
    eta_production: float = parameter("1", "the woman's own deviation of ln production", 0.0)
    analyte: str = "estradiol"

    needs = (Need("pregnant", "state.pregnant", "1"), Need("day", "postpartum.day", "day"))
    flows = (Flow("secretion", "nmol/h", source=OUTSIDE, target="central.{analyte}"),)

    def rates(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the production in nmol/h."""
        back = expit((given["day"] - self.middle_of_return) / self.width_of_return)
        production = self.floor + (self.recovered - self.floor) * back
        return {"secretion": production * (1 - given["pregnant"]) * exp(self.eta_production)}
