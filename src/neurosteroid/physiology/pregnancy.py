"""The two clocks of a pregnancy: gestational weeks up to delivery, days after it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, final

from neurosteroid.engine import OUTSIDE, AbstractPart, Flow, Need, State, parameter
from neurosteroid.engine.maths import exp, expit

HOURS_PER_WEEK: Final = 168.0
HOURS_PER_DAY: Final = 24.0


@final
@dataclass(frozen=True, kw_only=True)
class GestationClock(AbstractPart):
    """Gestational age runs while she is pregnant and stands still afterwards; days after delivery run from then on.

        d week / dt = pregnant / (168 h)           week
        d day  / dt = (1 - pregnant) / (24 h)      day

    ``state.pregnant`` is 1 until the record of delivery puts it to 0, exactly at its time. Both clocks are states, so
    that record alone says when she delivers: whatever reads a clock needs no hour of delivery of its own. Gestational
    age counts from the last menstrual period. After delivery ``gestation.week`` keeps the week of delivery.
    """

    week_at_start: float = parameter("week", "gestational age when integration starts; that of delivery if after it")
    day_at_start: float = parameter("day", "days since delivery when integration starts; 0 while pregnant", 0.0)

    states = (
        State("week", "gestation.week", "week", initial="week_at_start"),
        State("day", "postpartum.day", "day", initial="day_at_start"),
    )
    needs = (Need("pregnant", "state.pregnant", "1"),)

    def rates(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the pace of both clocks, per h."""
        pregnant = given["pregnant"]
        return {"week": pregnant / HOURS_PER_WEEK, "day": (1 - pregnant) / HOURS_PER_DAY}


@final
@dataclass(frozen=True, kw_only=True)
class CorpusLuteumOfPregnancy(AbstractPart):
    """The corpus luteum keeps a pregnancy until the placenta takes over, then falls silent.

        secretion = production / (1 + exp((week - middle_of_fall) / width_of_fall))
                    * activity * pregnant * exp(eta_production)

    in nmol/h, into ``central.{analyte}``. One part for each hormone it makes; ``activity`` is that of the enzyme it
    needs, which for progesterone is 3beta-hydroxysteroid dehydrogenase of the ovary.

    Source:
        The shift from ovary to placenta in gestational weeks 7 to 11 is described by removal of the corpus luteum and
        by the fall of progesterone after abortion (see the card); its logistic shape is an assumption.
    """

    production: float = parameter("nmol/h", "secretion before the fall")
    middle_of_fall: float = parameter("week", "gestational age at which half is left")
    width_of_fall: float = parameter("week", "logistic width of the fall")
    eta_production: float = parameter("1", "the woman's own deviation of ln secretion", 0.0)
    analyte: str = "progesterone"
    enzyme: str = "steroidogenesis-ovary"

    needs = (
        Need("pregnant", "state.pregnant", "1"),
        Need("week", "gestation.week", "week"),
        Need("activity", "activity.{enzyme}", "1"),
    )
    flows = (Flow("secretion", "nmol/h", source=OUTSIDE, target="central.{analyte}"),)

    def rates(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the secretion in nmol/h."""
        left = expit((self.middle_of_fall - given["week"]) / self.width_of_fall)
        made = self.production * left * given["activity"]
        return {"secretion": made * given["pregnant"] * exp(self.eta_production)}
