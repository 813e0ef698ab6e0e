"""Medicines that act on the enzymes of the synthesis pathway: how much of each enzyme's work is left."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

from neurosteroid.engine import AbstractPart, Need, State, Value, parameter


@final
@dataclass(frozen=True, kw_only=True)
class InhibitorExposure(AbstractPart):
    """Exposure to a medicine taken every day, relative to that of regular use at the same dose.

        d e / dt = ln 2 / half_life * (taken - e)        1/h

    ``taken`` is 1 while it is taken and 0 else. Doses and the hours between them are not followed: what acts on enzymes
    of steroids for weeks is taken for weeks.
    """

    half_life: float = parameter("h", "half-life with which exposure comes and goes")
    name: str = "dutasteride"

    states = (State("exposure", "exposure.{name}", "1"),)
    needs = (Need("taken", "medication.{name}", "1"),)

    def rates(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return d exposure / dt, 1/h."""
        return {"exposure": math.log(2) / self.half_life * (given["taken"] - state["exposure"])}


@final
@dataclass(frozen=True, kw_only=True)
class EnzymeInhibition(AbstractPart):
    """What a medicine leaves of the activity of one enzyme.

        activity = 1 / (1 + r e),      r = 1 / activity_at_regular_use - 1

    e is the exposure relative to regular use, so r is concentration over that of half inhibition, at regular use. An
    activity above 1 is an activator and r negative: activity = 1 at e = 0 and what the card says at e = 1. Several
    medicines on one enzyme multiply.

    Source:
        Reversible inhibition with substrate far below its Michaelis constant, where competitive and non-competitive
        inhibitors are alike. Slow tight binding, as of dutasteride and finasteride, has the same steady state only
        where the medicine outlasts the enzyme.
    """

    activity_at_regular_use: float = parameter("1", "activity left at regular use")
    name: str = "dutasteride"
    enzyme: str = "5alpha-reductase-1"

    needs = (Need("exposure", "exposure.{name}", "1"),)
    gives = (Value("activity", "activity.{enzyme}.by.{name}", "1"),)

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the activity left by this medicine, 1 without it."""
        ratio = 1 / self.activity_at_regular_use - 1
        return {"activity": 1 / (1 + ratio * given["exposure"])}
