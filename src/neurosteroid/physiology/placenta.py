"""What placenta and fetus give to the mother, as long as she carries them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, final

from neurosteroid.engine import OUTSIDE, AbstractPart, Flow, Need, Value, parameter
from neurosteroid.engine.maths import exp, expit, maximum

_NEEDS: Final = (
    Need("pregnant", "state.pregnant", "1"),
    Need("week", "gestation.week", "week"),
    Need("activity", "activity.{enzyme}", "1"),
)
_GIVES: Final = (Value("production", "placenta.{analyte}", "nmol/h"),)
_FLOWS: Final = (Flow("secretion", "nmol/h", source=OUTSIDE, target="central.{analyte}"),)


@final
@dataclass(frozen=True, kw_only=True)
class PlacentalVolumeSource(AbstractPart):
    """Every millilitre of placenta makes the same: production follows the growth of the organ.

        age        = max(week, first_week)
        volume     = linear * age + quadratic * age^2 + cubic * age^3                     mL
        production = production_per_volume * volume * activity * pregnant * exp(eta_production)
                                                                                          nmol/h, into the mother

    ``activity`` is that of the enzyme before progesterone in the placenta (3beta-hydroxysteroid dehydrogenase type 1),
    or of what stands in its place for another steroid. The cubic is not meant before `first_week`, where there is next
    to no placenta. One number says how much; the course over weeks is that of the organ and is not fitted to hormones.

    Source:
        Placental volume: Kapraun et al., PLoS One 2019;14:e0215906. That production is in proportion to it is an
        assumption, tested by the rows on the card.
    """

    production_per_volume: float = parameter("nmol/h/mL", "what a millilitre of placenta secretes into the mother")
    linear: float = parameter("mL/week", "coefficient of placental volume")
    quadratic: float = parameter("mL/week**2", "coefficient of placental volume")
    cubic: float = parameter("mL/week**3", "coefficient of placental volume")
    first_week: float = parameter("week", "gestational age from which the cubic is meant")
    eta_production: float = parameter("1", "the woman's own deviation of ln production", 0.0)
    analyte: str = "progesterone"
    enzyme: str = "steroidogenesis-placenta"

    needs = _NEEDS
    gives = _GIVES
    flows = _FLOWS

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return production in nmol/h."""
        return {"production": self._production(given)}

    def rates(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the secretion into the mother in nmol/h."""
        return {"secretion": self._production(given)}

    def _production(self, given: Mapping[str, Any]) -> Any:
        age = maximum(given["week"], self.first_week)
        volume = age * (self.linear + age * (self.quadratic + age * self.cubic))
        made = self.production_per_volume * volume * given["activity"]
        return made * given["pregnant"] * exp(self.eta_production)


@final
@dataclass(frozen=True, kw_only=True)
class PlacentalSource(AbstractPart):
    """Production rises along a logistic curve to a plateau.

    production = highest_production / (1 + exp((middle_of_rise - week) / width_of_rise))
                 * activity * pregnant * exp(eta_production)                          nmol/h, into the mother

    ``activity`` as in `PlacentalVolumeSource`.
    """

    highest_production: float = parameter("nmol/h", "production that the curve approaches")
    middle_of_rise: float = parameter("week", "gestational age at half of it")
    width_of_rise: float = parameter("week", "logistic width of the rise")
    eta_production: float = parameter("1", "the woman's own deviation of ln production", 0.0)
    analyte: str = "progesterone"
    enzyme: str = "steroidogenesis-placenta"

    needs = _NEEDS
    gives = _GIVES
    flows = _FLOWS

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return production in nmol/h."""
        return {"production": self._production(given)}

    def rates(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the secretion into the mother in nmol/h."""
        return {"secretion": self._production(given)}

    def _production(self, given: Mapping[str, Any]) -> Any:
        rise = expit((given["week"] - self.middle_of_rise) / self.width_of_rise)
        return self.highest_production * rise * given["activity"] * given["pregnant"] * exp(self.eta_production)


@final
@dataclass(frozen=True, kw_only=True)
class FetoplacentalSource(AbstractPart):
    """Placenta and fetus reduce part of the placental progesterone, and some of that enters the mother ready-made.

        secretion = share_of_progesterone * placenta.progesterone * reduced * exp(eta_production)
                                                                                          nmol/h, into the mother

    Needed because the ratio of allopregnanolone to progesterone at term is about three times the slope found outside
    pregnancy: conversion in the mother alone cannot make it. The share is of what enters the mother as progesterone.
    ``reduced`` is the activity of the enzyme that reduces placental progesterone to this steroid's ketone; that
    5alpha-reductase is of type 1 there is an assumption. What acts on the step from the ketone on is left out, as how
    much of the ketone goes on was not read.
    """

    share_of_progesterone: float = parameter("1", "secretion over that of placental progesterone, mole for mole")
    eta_production: float = parameter("1", "the woman's own deviation of ln secretion", 0.0)
    analyte: str = "allopregnanolone"

    reductase: str = "5alpha-reductase-1"

    needs = (
        Need("progesterone", "placenta.progesterone", "nmol/h"),
        Need("reduced", "activity.{reductase}", "1"),
    )
    flows = _FLOWS

    def rates(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the secretion into the mother in nmol/h."""
        made = self.share_of_progesterone * given["progesterone"] * given["reduced"]
        return {"secretion": made * exp(self.eta_production)}
