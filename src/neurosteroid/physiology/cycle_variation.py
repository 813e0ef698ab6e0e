"""How women differ in their cycles, and one woman's cycles from each other."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, final

import numpy as np

from neurosteroid.engine import AbstractPart, EventKind, Need, Record, Value, parameter
from neurosteroid.engine.maths import exp
from neurosteroid.evidence import Card, Ledger, library
from neurosteroid.physiology.cycle import CARD

SPREADS: Final = {
    "sd_pace": "cycle_follicles.eta_pace",
    "sd_lh_synthesis": "cycle_lh.eta_synthesis",
    "sd_estradiol": "cycle_ovary.eta_estradiol",
    "sd_progesterone": "cycle_ovary.eta_progesterone",
}
"""Number of the card to the parameter whose normal deviation between women has it as its standard deviation."""

PACE: Final = "cycle.pace"
WITHIN: Final = "sd_pace_within"
"""Number of the card: standard deviation of ln pace from one cohort of a woman's follicles to her next."""

_GROWING: Final = "cycle.cohort.{}"


@final
@dataclass(frozen=True, kw_only=True)
class CohortPace(AbstractPart):
    """The pace of one cohort of a woman's follicles beside her usual one.

        cycle.pace.by.cohort-n = exp(eta g)

    g is 1 while cohort n grows and 0 before and after, so one parameter moves one cycle. The factors of all cohorts
    multiply; one of them acts at a time.
    """

    eta: float = parameter("1", "deviation of ln pace while this cohort grows", 0.0)
    number: str = "1"

    needs = (Need("growing", "cycle.cohort.{number}", "1"),)
    gives = (Value("pace", "cycle.pace.by.cohort-{number}", "1"),)

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the factor on pace."""
        return {"pace": exp(self.eta * given["growing"])}


def cohorts(next_menses: float, period: float, until: float) -> tuple[float, ...]:
    """Return the hours at which cohorts begin to grow: hour 0 for the present one, then each menses before `until`.

    Cohorts are a typical period apart. Drawn cycles drift away from that by the sum of what they were longer or
    shorter; the pace then changes somewhere in the cycle, and the drawn deviations still are independent.

    Args:
        next_menses: h, above 0.
        period: of the woman's usual cycle, h.
        until: end of the course, h.
    """
    later = max(0, math.ceil((until - next_menses) / period))
    return (0.0, *(next_menses + period * place for place in range(later)))


def cohort_parts(count: int, deviations: Sequence[float] | None = None) -> dict[str, AbstractPart]:
    """Return the part of each cohort, by name; `deviations` are of ln pace, 0 when left out."""
    etas = [0.0] * count if deviations is None else deviations
    return {
        f"cycle_cohort_{place}": CohortPace(eta=float(eta), number=str(place))
        for place, eta in zip(range(1, count + 1), etas, strict=True)
    }


def cohort_records(hours: Sequence[float]) -> tuple[Record, ...]:
    """Return records by which one cohort after the other grows, the last one without an end."""
    found = []
    for place, hour in enumerate(hours, start=1):
        growing = {_GROWING.format(place): 1.0}
        if place > 1:
            growing[_GROWING.format(place - 1)] = 0.0
        found.append(Record(time=hour, evid=EventKind.OTHER, covariates=growing))
    return tuple(found)


def cohort_covariates(count: int) -> dict[str, float]:
    """Return the covariates of `cohort_parts` before any cohort grows."""
    return {_GROWING.format(place): 0.0 for place in range(1, count + 1)}


def drawn_deviations(seed: int, count: int, sd: float) -> tuple[float, ...]:
    """Return (count,) normal deviations of ln pace; a longer course draws the same ones first."""
    return tuple(float(each) for each in sd * np.random.default_rng(seed).standard_normal(count))


def spreads(variant: str | None = None, ledger: Ledger | None = None, card: Card | None = None) -> dict[str, float]:
    """Return parameter to the standard deviation of its normal deviation between women; deviations are independent.

    Raises:
        UnknownNameError: no such variant, or one without these numbers.
    """
    ledger, card = ledger or Ledger(), card or library().card(CARD)
    return {parameter: ledger.take(card, key, "1", variant) for key, parameter in SPREADS.items()}


def pace_records(hours: Sequence[float], paces: Sequence[float]) -> tuple[Record, ...]:
    """Return records that give follicles a new pace (1 is the typical one) at some hours, such as each menses.

    Args:
        hours: of the course, at which a new cohort begins to grow.
        paces: one for each, above 0.
    """
    return tuple(
        Record(time=hour, evid=EventKind.OTHER, covariates={PACE: pace})
        for hour, pace in zip(hours, paces, strict=True)
    )
