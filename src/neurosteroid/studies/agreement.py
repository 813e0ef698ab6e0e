"""Agreement of predictions with observed rows, by group: shares within a fold, average fold errors, what is inside."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, final

from neurosteroid.evidence import Cause, Comparison, Role
from neurosteroid.studies.verification import CheckResult, fold_of

FOLDS: Final = (1.25, 1.5, 2.0)
"""Factors whose shares are customary in pharmacokinetic predictions."""
ALL: Final = "all groups"
EXPLAINED_BEYOND: Final = 1.5
"""Fold beyond which a `check` row says why, although the limit of a row is 2-fold."""


@final
@dataclass(frozen=True)
class Agreement:
    """How the `check` results of one group agree with their predictions.

    Points are values compared by a ratio; the rest is counted as met of all. A point that could not be predicted, or
    whose prediction has another sign, lies within no fold and is left out of the two averages.

    Attributes:
        group: of the rows.
        points: how many values are compared by ratio.
        within: number of points within each factor of `FOLDS`.
        average_fold_error: AFE, 10 ** mean(log10(predicted / observed)): the bias, 1 is none; NaN without points.
        absolute_average_fold_error: AAFE, 10 ** mean(|log10(predicted / observed)|): the typical size of the error,
            1 or more; NaN without points.
        median_ratio: of predicted over observed: the bias that single points far off do not carry; NaN without points.
        ranges, proportions, changes: (met, all) of rows compared by an observed range, by a binomial interval, and in
            standard errors.
        missed: rows outside their limit, of all kinds.
        unexplained: those of them without a known reason.
        at_source, in_model: rows beyond 1.5-fold, or outside their limit where they are compared in another way, by
            where their explanation finds the cause: at the source (assay, timing, population, what it leaves unsaid) or
            in the model.
    """

    group: str
    points: int
    within: Mapping[float, int]
    average_fold_error: float
    absolute_average_fold_error: float
    median_ratio: float
    ranges: tuple[int, int]
    proportions: tuple[int, int]
    changes: tuple[int, int]
    missed: int
    unexplained: int
    at_source: int
    in_model: int


def agreements(results: Iterable[CheckResult]) -> tuple[Agreement, ...]:
    """Return the agreement of each group in alphabetical order, then of all of them together.

    Only results of role ``check`` that have a group count: a card's rival variants are run on the same observations and
    have none. What is an input counts nowhere.
    """
    counted = [result for result in results if result.role is Role.CHECK and result.passed is not None and result.group]
    groups = sorted({result.group for result in counted})
    found = [_agreement(group, [result for result in counted if result.group == group]) for group in groups]
    return (*found, _agreement(ALL, counted)) if counted else ()


def _agreement(group: str, results: Sequence[CheckResult]) -> Agreement:
    points = [result for result in results if result.comparison in (Comparison.FOLD, Comparison.RELATIVE)]
    folds = [fold_of(result.predicted, result.observed) for result in points]
    logs = [math.log10(result.ratio) for result in points if result.ratio > 0]
    missed = [result for result in results if not result.passed]
    causes = [result.cause for result in results if is_far(result)]
    return Agreement(
        group=group,
        points=len(points),
        within={limit: sum(fold <= limit for fold in folds) for limit in FOLDS},
        average_fold_error=10 ** (sum(logs) / len(logs)) if logs else math.nan,
        absolute_average_fold_error=10 ** (sum(map(abs, logs)) / len(logs)) if logs else math.nan,
        median_ratio=10 ** statistics.median(logs) if logs else math.nan,
        ranges=_met(results, Comparison.RANGE),
        proportions=_met(results, Comparison.BINOMIAL),
        changes=_met(results, Comparison.Z),
        missed=len(missed),
        unexplained=sum(not result.explained for result in missed),
        at_source=causes.count(Cause.SOURCE),
        in_model=causes.count(Cause.MODEL),
    )


def is_far(result: CheckResult) -> bool:
    """Return whether a result asks for an explanation: beyond 1.5-fold where folds are compared, else a miss."""
    if result.passed is None:
        return False
    beyond = result.comparison is Comparison.FOLD and fold_of(result.predicted, result.observed) > EXPLAINED_BEYOND
    return beyond or not result.passed


def _met(results: Sequence[CheckResult], kind: Comparison) -> tuple[int, int]:
    chosen = [result for result in results if result.comparison is kind]
    return sum(result.passed is True for result in chosen), len(chosen)
