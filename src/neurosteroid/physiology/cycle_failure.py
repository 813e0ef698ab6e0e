"""Cycles that fail one by one: of a woman's cohorts some bring no surge and regress, others ovulate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, final

import numpy as np

from neurosteroid.engine import AbstractPart, EventKind, Need, Record, Value, parameter
from neurosteroid.physiology.cycle_atresia import ATRESIA, POSITIVE_FEEDBACK

LATE: Final = "cycle.past-surge"
FAILING: Final = "share_failing"
"""Number of the card: chance of a cohort to fail."""

REGRESSION: Final = "regression"
"""Number of the card: time for which a cohort that failed regresses."""

_STREAM: Final = 1  # of a seed, beside that of the paces


@final
@dataclass(frozen=True, kw_only=True)
class CohortFeedback(AbstractPart):
    """Whether estradiol of one cohort of a woman's follicles can bring a surge of LH.

        cycle.positive-feedback.by.cohort-n = 1 - failed g

    g is 1 while cohort n grows and 0 before and after; `failed` is 1 where this cycle of hers fails, else 0.
    """

    failed: float = parameter("1", "1 where the cohort brings no surge, else 0", 0.0)
    number: str = "1"

    needs = (Need("growing", "cycle.cohort.{number}", "1"),)
    gives = (Value("feedback", "cycle.positive-feedback.by.cohort-{number}", "1"),)

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the factor on the positive feedback."""
        return {"feedback": 1 - self.failed * given["growing"]}


@final
@dataclass(frozen=True, kw_only=True)
class FailedRegression(AbstractPart):
    """A cohort that brought no surge regresses for some days.

        cycle.atresia = late (1 - p)

    p is ``cycle.positive-feedback``; `late` is 1 for some days from the day on which a surge would have come.
    """

    needs = (Need("late", LATE, "1"), Need("feedback", POSITIVE_FEEDBACK, "1"))
    gives = (Value("regressing", ATRESIA, "1"),)

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return whether the cohort regresses."""
        return {"regressing": given["late"] * (1 - given["feedback"])}


def failure_parts(first: int, count: int, failed: Sequence[float] | None = None) -> dict[str, AbstractPart]:
    """Return the parts of cohorts `first` to `count` that may fail, by name; none does when `failed` is left out.

    Args:
        first: number of the first cohort that may, from 1.
        count: of all cohorts.
        failed: (count,) 1 where one does, else 0.
    """
    given = [0.0] * count if failed is None else failed
    parts: dict[str, AbstractPart] = {
        f"cycle_failure_{place}": CohortFeedback(failed=float(given[place - 1]), number=str(place))
        for place in range(first, count + 1)
    }
    return {**parts, "cycle_failed_regression": FailedRegression()} if parts else {}


def late_records(hours: Sequence[float], menses: float, lifetime: float, length: float) -> tuple[Record, ...]:
    """Return when a cohort that brought no surge regresses.

    Args:
        hours: at which cohorts begin, see `neurosteroid.physiology.cycle_variation.cohorts`; the first is hour 0.
        menses: h, the first day of the present cycle, 0 or before.
        lifetime: from menses to the day on which a surge would have come, h.
        length: of the regression, h.
    """
    found = []
    for begins in (menses, *hours[1:]):
        found.append(Record(time=begins + lifetime, evid=EventKind.OTHER, covariates={LATE: 1.0}))
        found.append(Record(time=begins + lifetime + length, evid=EventKind.OTHER, covariates={LATE: 0.0}))
    return tuple(record for record in found if record.time > 0)


def drawn_failures(seed: int, count: int, share: float) -> tuple[float, ...]:
    """Return (count,) 1 for a cycle that fails, else 0; a longer course draws the same ones first."""
    drawn = np.random.default_rng([seed, _STREAM]).random(count)
    return tuple(float(each) for each in drawn < share)
