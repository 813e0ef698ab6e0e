"""A row of an observation card: what a study saw, and how the model claims it or why it does not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar, Final, final

from neurosteroid.evidence.number import STRICT, Spread, SpreadKind, Status, check_provenance
from neurosteroid.evidence.results import (
    Cause,
    Compare,
    Comparison,
    Observed,
    Reproduces,
    Role,
    check_explained,
    check_observed,
)

_FOLD: Final = 2.0  # all points within 2-fold is the aim; the shares within 1.25- and 1.5-fold are printed beside it
_STANDARD_ERRORS: Final = 1.96  # the central 95 % of a normal distribution


class Statistic(StrEnum):
    """What a published figure is; it decides how a prediction is held against it."""

    VALUE = "value"
    """of one person, or a single published figure; by fold"""
    MEAN = "mean"
    """arithmetic mean of people; by fold"""
    GEOMETRIC_MEAN = "geometric mean"
    """of people; by fold"""
    MEDIAN = "median"
    """of people; by fold"""
    ESTIMATE = "estimate"
    """of a model or a curve fitted by the study; by fold"""
    RATIO = "ratio"
    """of two quantities or two conditions; by fold"""
    RANGE = "range"
    """smallest and largest, no value between; inside or outside"""
    SHARE = "share"
    """of people; by the binomial interval of events in n"""
    CHANGE = "change"
    """mean change from baseline; in standard errors"""
    DIFFERENCE = "difference"
    """between two arms or conditions; in standard errors"""
    WORDS = "words"
    """a finding without a number; never compared"""


_BY_STATISTIC: Final[Mapping[Statistic, Compare]] = {
    Statistic.RANGE: Compare(kind=Comparison.RANGE),
    Statistic.SHARE: Compare(kind=Comparison.BINOMIAL),
    Statistic.CHANGE: Compare(kind=Comparison.Z, tolerance=_STANDARD_ERRORS),
    Statistic.DIFFERENCE: Compare(kind=Comparison.Z, tolerance=_STANDARD_ERRORS),
}


@final
@dataclass(frozen=True, kw_only=True)
class Claim:
    """How the model brings out a row.

    Args:
        set_up: name of the experiment in `neurosteroid.studies.set_ups`.
        metric: what of it is the observed quantity, in the words of the set-up.
        arguments: of the set-up.
        card, variant: handed to the set-up where it asks for one, such as the disposition of a drug; the row's own
            card when left out.
        compare: only where the default of the row's statistic does not fit.
        explained: why a check row lies beyond 1.5-fold, or why any row is missed.
        cause: with it: whether that lies at the row's own source or in the model.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT
    set_up: str
    metric: str
    arguments: Mapping[str, str | float | bool] = field(default_factory=dict)
    card: str | None = None
    variant: str | None = None
    compare: Compare | None = None
    explained: str | None = None
    cause: Cause | None = None

    def __post_init__(self) -> None:
        check_explained(self.explained, self.cause)


@final
@dataclass(frozen=True, kw_only=True)
class Row:
    """One observed result of a study arm; `time` to `until` in `time_unit` when it covers a window.

    Args:
        id: unique on the card.
        study, arm, population, n: who; `n` is None where the source does not say.
        group: what it counts with in a table of results, such as ``"cycle"``.
        quantity: in words; `analyte` is the port name of the substance where there is one.
        statistic: what the figure is.
        value: in `unit`; None for a range, whose spread has the two ends, and for a finding in words.
        assay: card of the assay that measured it; None where nothing was assayed.
        role: declared before the model is compared with it.
        claim: how the model brings it out.
        uncovered: why the model does not claim it; every row has either this or a claim.
        assumed: the reason to carry a figure that was not read at its source; such a row is not claimed.

    Raises:
        ValueError: the row says too little, or has both or neither of `claim` and `uncovered`.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT
    id: str
    study: str
    group: str
    arm: str
    quantity: str
    statistic: Statistic
    role: Role
    status: Status
    unit: str = "1"
    value: float | None = None
    n: int | None = None
    events: int | None = None
    spread: Spread | None = None
    time: float | None = None
    until: float | None = None
    time_unit: str | None = None
    analyte: str | None = None
    assay: str | None = None
    protocol: str | None = None
    population: str | None = None
    claim: Claim | None = None
    uncovered: str | None = None
    source: tuple[str, ...] = ()
    read_at: str | None = None
    assumed: str | None = None
    note: str | None = None

    def __post_init__(self) -> None:
        check_provenance(self.source, self.status, self.read_at, self.assumed, self.note)
        if self.statistic is Statistic.WORDS:
            if self.value is not None or self.spread is not None or self.claim is not None or not self.note:
                raise ValueError("a finding in words has a 'note' that says it, and no value, spread or claim")
        else:
            check_observed(self.value, self.spread)
        if self.statistic is Statistic.RANGE and self.value is not None:
            raise ValueError("a range has no 'value'; its 'spread' says 'low' and 'high'")
        if self.n is not None and self.n < 1:
            raise ValueError(f"n = {self.n}; an arm has at least one person")
        if self.events is not None and not 0 <= self.events <= (self.n or 0):
            raise ValueError(f"events = {self.events} does not fit n = {self.n}")
        if self.time is not None and self.time_unit is None:
            raise ValueError("'time' needs a 'time_unit'")
        if (self.claim is None) == (self.uncovered is None):
            raise ValueError(
                "a row has either a 'claim' (how the model brings it out) or 'uncovered' = the reason why not"
            )
        if self.uncovered is not None and not self.uncovered.strip():
            raise ValueError("'uncovered' is empty; write why the model does not claim this row")
        if self.claim is not None and self.assumed is not None:
            raise ValueError(
                "a figure that was not read at its source is not claimed; write 'uncovered' until it is read"
            )
        if self.claim is not None:
            self._check_claim(self.claim.compare or self.default_compare)

    def _check_claim(self, compare: Compare) -> None:
        if compare.kind is Comparison.BINOMIAL and (self.events is None or self.n is None):
            raise ValueError("a share is compared by its binomial interval; the row needs 'events' and 'n'")
        if compare.kind is Comparison.Z and (self.value is None or standard_error(self.spread) is None):
            raise ValueError(
                "this is compared in standard errors; the row needs a 'value' and a spread of kind se or ci95"
            )
        if compare.kind in (Comparison.FOLD, Comparison.RELATIVE) and not self.value:
            raise ValueError("this is compared by a ratio; the row needs a 'value' that is not 0")

    @property
    def default_compare(self) -> Compare:
        """How a prediction is held against a figure of this statistic when the claim does not say."""
        return _BY_STATISTIC.get(self.statistic, Compare(kind=Comparison.FOLD, tolerance=_FOLD))

    def result(self) -> Reproduces:
        """Return the claimed row as a published result to bring out.

        Raises:
            ValueError: the row has no claim.
        """
        if self.claim is None:
            raise ValueError(f"row '{self.id}' has no claim")
        counts = {"events": float(self.events), "n": float(self.n or 0)} if self.events is not None else {}
        return Reproduces(
            name=self.id,
            set_up=self.claim.set_up,
            metric=self.claim.metric,
            observed=Observed(value=self.value, unit=self.unit, spread=self.spread),
            compare=self.claim.compare or self.default_compare,
            role=self.role,
            status=self.status,
            arguments={**self.claim.arguments, **counts},
            source=self.source,
            read_at=self.read_at,
            assay=self.assay,
            study=self.study,
            explained=self.claim.explained,
            cause=self.claim.cause,
            note=self.note or self.quantity,
        )


def standard_error(spread: Spread | None) -> float | None:
    """Return the standard error that a spread states, or that its 95 % confidence interval implies; else None."""
    if spread is None:
        return None
    if spread.kind is SpreadKind.SE:
        return spread.value
    if spread.kind is SpreadKind.CI95 and spread.low is not None and spread.high is not None:
        return (spread.high - spread.low) / (2 * _STANDARD_ERRORS)
    return None
