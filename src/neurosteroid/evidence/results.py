"""A published result a card must bring out: set-up, metric, observed value, comparison and role."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar, final

from neurosteroid.evidence.number import STRICT, Spread, Status, check_provenance


class Role(StrEnum):
    """What a published result may be used for; declared before the model is compared with it."""

    FIT = "fit"
    """a parameter was chosen from it"""
    CONSISTENCY = "consistency"
    """its study was inside the source's own fit, the model had been run on it before it was declared, or was changed
    because it was missed"""
    CHECK = "check"
    """everything else; only these count as validation"""


class Comparison(StrEnum):
    """How a prediction is held against an observation."""

    RELATIVE = "relative"
    """|predicted / observed - 1| is within the tolerance"""
    FOLD = "fold"
    """predicted / observed is between 1 / tolerance and tolerance"""
    RANGE = "range"
    """the prediction lies inside the observed interval"""
    Z = "z"
    """|predicted - observed| / standard error is within the tolerance; the error is given or that of a 95 % interval"""
    BINOMIAL = "binomial"
    """the predicted proportion lies inside the binomial interval of the observed counts"""


class Cause(StrEnum):
    """Where the cause lies of a prediction that is far from what was observed."""

    SOURCE = "source"
    """its assay, timing, population, or what it leaves unsaid or contradicts"""
    MODEL = "model"
    """what the model leaves out, assumes or takes from elsewhere"""


def check_explained(explained: str | None, cause: Cause | None) -> None:
    """Refuse an explanation that does not say where the cause lies, and a cause that nothing explains.

    Raises:
        ValueError: one of the two is missing.
    """
    if explained is not None and cause is None:
        raise ValueError(
            "an 'explained' needs a 'cause': 'source' (its assay, timing, population, what it leaves unsaid or"
            " contradicts) or 'model' (what the model leaves out, assumes or takes from elsewhere)"
        )
    if cause is not None and explained is None:
        raise ValueError("a 'cause' belongs to an 'explained' that says why")


@final
@dataclass(frozen=True, kw_only=True)
class Observed:
    """A published value with its unit and spread; a published range has a spread and no value."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT
    unit: str
    value: float | None = None
    spread: Spread | None = None

    def __post_init__(self) -> None:
        check_observed(self.value, self.spread)


def check_observed(value: float | None, spread: Spread | None) -> None:
    """Refuse an observation that is neither a number nor an interval.

    Raises:
        ValueError: what is missing.
    """
    if value is None and (spread is None or spread.low is None):
        raise ValueError("an observation without a 'value' needs a 'spread' with 'low' and 'high'")
    if value is not None and not math.isfinite(value):
        raise ValueError(f"{value} is not a finite number")


@final
@dataclass(frozen=True, kw_only=True)
class Compare:
    """The kind of comparison and its tolerance (a share for relative, a factor for fold, standard errors for z)."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT
    kind: Comparison
    tolerance: float | None = None

    def __post_init__(self) -> None:
        if self.kind in (Comparison.RELATIVE, Comparison.FOLD, Comparison.Z):
            if self.tolerance is None or not 0 < self.tolerance < math.inf:
                raise ValueError(f"a comparison of kind '{self.kind}' needs a 'tolerance' above 0")
            if self.kind is Comparison.FOLD and self.tolerance < 1:
                raise ValueError("the tolerance of a fold comparison is a factor of 1 or above")


@final
@dataclass(frozen=True, kw_only=True)
class Reproduces:
    """A published result the card must bring out: set-up, metric, observed value, comparison and role.

    `assay` and `study` say on which laboratory's scale the value stands; see `neurosteroid.studies.readings`.
    `explained` says of a miss why it is missed, `cause` whether that lies at the source or in the model; a miss stays
    one.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT
    name: str
    set_up: str
    metric: str
    observed: Observed
    compare: Compare
    role: Role
    status: Status
    arguments: Mapping[str, str | float | bool] = field(default_factory=dict)
    source: tuple[str, ...] = ()
    read_at: str | None = None
    assay: str | None = None
    study: str | None = None
    explained: str | None = None
    cause: Cause | None = None
    note: str | None = None

    def __post_init__(self) -> None:
        check_explained(self.explained, self.cause)
        check_provenance(self.source, self.status, self.read_at, None, self.note)
