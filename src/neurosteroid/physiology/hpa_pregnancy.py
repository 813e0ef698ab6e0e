"""The stress axis in pregnancy: a raised drive, and more globulin that carries cortisol."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

from neurosteroid.engine import AbstractPart, Need, Value, parameter
from neurosteroid.engine.maths import exp, expit, sqrt


def raised(week: float, highest: float, middle: float, width: float) -> float:
    """Return the drive of pregnancy over that outside it at a gestational age; see `PregnancyDrive`."""
    return 1 + (highest - 1) / (1 + math.exp((middle - week) / width))


@final
@dataclass(frozen=True, kw_only=True)
class PregnancyDrive(AbstractPart):
    """What pregnancy makes of the drive of the hypothalamus: a logistic rise, undone after delivery.

        net       = 1 + (highest - 1) / (1 + exp((middle - week) / width)) * 2^(-day / half_time_after)
        pregnancy = net / brake

    `net` is the factor on the resting drive after all that acts on it in pregnancy. What raises it (placental
    corticotropin-releasing hormone, or another set point) and what allopregnanolone takes away are known together only,
    from unbound cortisol; so the factor is stated over the brake, and the brake acts on stressors as ever.

    Source:
        The size: unbound cortisol in the third trimester (see the card). A set point that moves: Scott et al., Journal
        of Clinical Endocrinology and Metabolism 1990;71:639-644.
    """

    highest: float = parameter("1", "factor on the resting drive in late pregnancy")
    middle: float = parameter("week", "gestational age at half of the rise")
    width: float = parameter("week", "logistic width")
    half_time_after: float = parameter("day", "time in which the excess halves after delivery")

    needs = (
        Need("week", "gestation.week", "week"),
        Need("day", "postpartum.day", "day"),
        Need("brake", "hpa.brake", "1"),
    )
    gives = (Value("pregnancy", "hpa.pregnancy", "1"),)

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the factor on the resting drive."""
        left = exp(-math.log(2) / self.half_time_after * given["day"])
        net = 1 + (self.highest - 1) * expit((given["week"] - self.middle) / self.width) * left
        return {"pregnancy": net / given["brake"]}


@final
@dataclass(frozen=True, kw_only=True)
class CarriedCortisol(AbstractPart):
    """Total cortisol in plasma whose globulin has changed, at the unbound cortisol that the axis holds.

    With C the total at the globulin outside pregnancy T0 (``hpa.total_at_rest``), a = 1 + cortisol_on_albumin,

        K_F m^2 + (a + K_F (C - T0)) m - a T0 = 0           m, free globulin outside pregnancy
        f = C / (a + K_F m)                                 unbound cortisol, nmol/L

    and now, with total globulin T, progesterone P and the albumin of the day (a_F and a_P as in `GlobulinBinding`),

        c = 1 + K_F f
        c K_P n^2 + (c a_P + K_P (P - T)) n - a_P T = 0     n, free globulin
        plasma.cortisol = f (a_F + K_F n)                   nmol/L, total

    Outside pregnancy, without progesterone, ``plasma.cortisol`` is C.

    Source:
        Mass action, one site a molecule; both quadratics are exact.
    """

    cbg_progesterone: float = parameter("L/nmol", "K_P, association constant of the globulin with progesterone")
    cbg_cortisol: float = parameter("L/nmol", "K_F, association constant of the globulin with cortisol")
    progesterone_on_albumin: float = parameter("1", "progesterone on albumin over unbound, at the reference albumin")
    progesterone_elsewhere: float = parameter("1", "progesterone on other proteins over unbound")
    cortisol_on_albumin: float = parameter("1", "cortisol on albumin over unbound, at the reference albumin")
    albumin_reference: float = parameter("nmol/L", "albumin the ratios are stated at")
    globulin_at_rest: float = parameter("nmol/L", "T0, globulin outside pregnancy")

    needs = (
        Need("at_rest", "hpa.total_at_rest", "nmol/L"),
        Need("progesterone", "plasma.progesterone", "nmol/L"),
        Need("globulin", "binding.cbg", "nmol/L"),
        Need("albumin", "binding.albumin", "nmol/L"),
    )
    gives = (Value("plasma", "plasma.cortisol", "nmol/L"),)

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return total cortisol in nmol/L."""
        k_f, k_p, at_rest = self.cbg_cortisol, self.cbg_progesterone, given["at_rest"]
        outside = 1 + self.cortisol_on_albumin
        before = _root(k_f, outside + k_f * (at_rest - self.globulin_at_rest), outside * self.globulin_at_rest)
        unbound = at_rest / (outside + k_f * before)
        relative = given["albumin"] / self.albumin_reference
        of_cortisol = 1 + self.cortisol_on_albumin * relative
        of_progesterone = 1 + self.progesterone_on_albumin * relative + self.progesterone_elsewhere
        taken = 1 + k_f * unbound
        linear = taken * of_progesterone + k_p * (given["progesterone"] - given["globulin"])
        free = _root(taken * k_p, linear, of_progesterone * given["globulin"])
        return {"plasma": unbound * (of_cortisol + k_f * free)}


def _root(square: Any, linear: Any, constant: Any) -> Any:
    """Return the positive root of square x^2 + linear x - constant = 0."""
    half = linear / 2
    return (sqrt(half * half + square * constant) - half) / square
