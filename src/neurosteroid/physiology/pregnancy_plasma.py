"""Blood in pregnancy: more plasma, less albumin, more corticosteroid-binding globulin; and back after delivery."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, final

from neurosteroid.engine import AbstractPart, Need, Value, parameter
from neurosteroid.engine.maths import exp, expit

_NEEDS: Final = (Need("week", "gestation.week", "week"), Need("day", "postpartum.day", "day"))


@final
@dataclass(frozen=True, kw_only=True)
class PregnancyPlasmaVolume(AbstractPart):
    """Plasma volume in pregnancy over that outside it.

        rise  = gain / (1 + exp(-rate_of_rise (week - middle_of_rise)))           L
        scale = 1 + (rise - rise at week 0) / (volume_before + rise at week 0) * 2^(-day / half_time_after)

    ``body.plasma-volume-scale`` is 1 at week 0. After delivery what is above 1 halves every `half_time_after`.

    Source:
        Kapraun et al., PLoS One 2019;14:e0215906: modified logistic model of maternal plasma volume.
    """

    gain: float = parameter("L", "rise of plasma volume over the whole of pregnancy")
    rate_of_rise: float = parameter("1/week", "logistic rate")
    middle_of_rise: float = parameter("week", "gestational age at half of the rise")
    volume_before: float = parameter("L", "plasma volume that the curve rises from")
    half_time_after: float = parameter("day", "time in which the excess halves after delivery")

    needs = _NEEDS
    gives = (Value("scale", "body.plasma-volume-scale", "1"),)

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return plasma volume over that before pregnancy."""
        start = self.gain * expit(-self.rate_of_rise * self.middle_of_rise)
        rise = self.gain * expit(self.rate_of_rise * (given["week"] - self.middle_of_rise))
        left = exp(-math.log(2) / self.half_time_after * given["day"])
        return {"scale": 1 + (rise - start) / (self.volume_before + start) * left}


@final
@dataclass(frozen=True, kw_only=True)
class PregnancyBindingProtein(AbstractPart):
    """Concentration of a binding protein: a logistic change over pregnancy, undone after delivery.

        change        = (highest_ratio - 1) / (1 + exp((middle_of_change - week) / width_of_change))
        concentration = at_rest * (1 + change * 2^(-day / half_time_after))              nmol/L

    `highest_ratio` is above 1 for corticosteroid-binding globulin and below 1 for albumin. The fall of the globulin in
    the last four weeks before delivery (Ho et al. 2007) is left out.
    """

    at_rest: float = parameter("nmol/L", "concentration outside pregnancy")
    highest_ratio: float = parameter("1", "concentration in late pregnancy over that outside it")
    middle_of_change: float = parameter("week", "gestational age at half of the change")
    width_of_change: float = parameter("week", "logistic width of the change")
    half_time_after: float = parameter("day", "time in which the change halves after delivery")
    protein: str = "cbg"

    needs = _NEEDS
    gives = (Value("concentration", "binding.{protein}", "nmol/L"),)

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the concentration in nmol/L."""
        change = (self.highest_ratio - 1) * expit((given["week"] - self.middle_of_change) / self.width_of_change)
        left = exp(-math.log(2) / self.half_time_after * given["day"])
        return {"concentration": self.at_rest * (1 + change * left)}
