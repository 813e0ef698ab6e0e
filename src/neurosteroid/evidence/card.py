"""A card: one thing of the library with its variants, numbers, published results and observed rows."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar, final

from neurosteroid.errors import InputError, unknown_name
from neurosteroid.evidence.number import STRICT, Number, Spread, Status, check_provenance


class Role(StrEnum):
    """What a published result may be used for; declared before the model is compared with it."""

    FIT = "fit"
    """a parameter was chosen from it"""
    CONSISTENCY = "consistency"
    """its study was inside the source's own fit"""
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
    """|predicted - observed| / standard error is within the tolerance"""
    BINOMIAL = "binomial"
    """the predicted proportion lies inside the binomial interval of the observed counts"""


@final
@dataclass(frozen=True, kw_only=True)
class Observed:
    """A published value with its unit and spread."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT
    value: float
    unit: str
    spread: Spread | None = None

    def __post_init__(self) -> None:
        if not math.isfinite(self.value):
            raise ValueError(f"{self.value} is not a finite number")


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
    """A published result the card must bring out: set-up, metric, observed value, comparison and role."""

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
    note: str | None = None

    def __post_init__(self) -> None:
        check_provenance(self.source, self.status, self.read_at, None, self.note)


@final
@dataclass(frozen=True, kw_only=True)
class Row:
    """One observed value of a study arm; `time` to `until` in `time_unit` when it covers a window."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT
    id: str
    study: str
    arm: str
    n: int
    quantity: str
    value: float
    unit: str
    role: Role
    status: Status
    time: float | None = None
    until: float | None = None
    time_unit: str | None = None
    statistic: str | None = None
    protocol: str | None = None
    population: str | None = None
    events: int | None = None
    spread: Spread | None = None
    source: tuple[str, ...] = ()
    read_at: str | None = None
    note: str | None = None

    def __post_init__(self) -> None:
        check_provenance(self.source, self.status, self.read_at, None, self.note)
        if not math.isfinite(self.value):
            raise ValueError(f"{self.value} is not a finite number")
        if self.n < 1:
            raise ValueError(f"n = {self.n}; an arm has at least one person")
        if self.events is not None and not 0 <= self.events <= self.n:
            raise ValueError(f"events = {self.events} does not fit n = {self.n}")
        if self.time is not None and self.time_unit is None:
            raise ValueError("'time' needs a 'time_unit'")


@final
@dataclass(frozen=True, kw_only=True)
class StepTable:
    """One step of a protocol: an infusion (`rate` from `start` to `until`) or doses (`amount` at `start`)."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT
    start: Number
    until: Number | None = None
    rate: Number | None = None
    amount: Number | None = None
    interval: Number | None = None
    count: Number | None = None

    def __post_init__(self) -> None:
        if (self.rate is None) == (self.amount is None):
            raise ValueError("a step has either 'rate' (an infusion) or 'amount' (a dose)")
        if (self.rate is None) != (self.until is None):
            raise ValueError("'rate' and 'until' belong together; a dose has neither")

    def numbers(self) -> Iterator[Number]:
        """Yield the numbers of the step."""
        for number in (self.start, self.until, self.rate, self.amount, self.interval, self.count):
            if number is not None:
                yield number


@final
@dataclass(frozen=True, kw_only=True)
class RuleTable:
    """Rules of a protocol in words, with where they were read; a number is a place ``{key}`` of the card's numbers."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT
    say: str
    status: Status = Status.ASSUMED
    source: tuple[str, ...] = ()
    read_at: str | None = None
    assumed: str | None = None
    note: str | None = None

    def __post_init__(self) -> None:
        if self.assumed is not None and not self.assumed.strip():
            raise ValueError("'assumed' is empty; write the reason for the assumption")
        check_provenance(self.source, self.status, self.read_at, self.assumed, self.note)
        if not self.say.strip():
            raise ValueError("'say' is empty; write the rule, such as 'hold when sedation >= moderate'")
        if re.search(r"\d", re.sub(r"\{\w+\}", "", self.say)):
            raise ValueError(
                "a number stands in 'say'; write it as a number of the card with its source, and name it: 'every {key}'"
            )


@final
@dataclass(frozen=True, kw_only=True)
class Variant:
    """One complete set of numbers; `part` names the equation that uses them, `settings` hold names only."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT
    title: str = ""
    part: str | None = None
    numbers: Mapping[str, Number] = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)
    reproduces: tuple[Reproduces, ...] = ()
    note: str | None = None


@final
@dataclass(frozen=True, kw_only=True)
class Card:
    """One card of the library.

    Args:
        kind: the folder it stands in, such as ``"pharmacokinetics"``.
        name: the file name without ``.toml``.
        title, description: for people.
        path: the file.
        default: name of the variant used when none is asked for; ``""`` for a card without variants.
        variants: by name; a card without variants has the one variant ``""``.
        steps, compound, route: of a protocol.
        none: whether a protocol without steps means that nothing is given.
        based_on: the protocol whose steps and dilution these rules are about, instead of steps of its own.
        rules: of a protocol.
        rows: of an observation card.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT
    kind: str
    name: str
    title: str
    description: str
    path: str
    default: str
    variants: Mapping[str, Variant]
    steps: tuple[StepTable, ...] = ()
    rows: tuple[Row, ...] = ()
    compound: str | None = None
    route: str | None = None
    none: bool = False
    based_on: str | None = None
    rules: tuple[RuleTable, ...] = ()
    note: str | None = None

    def variant(self, name: str | None = None) -> Variant:
        """Return a variant by name, or the default one.

        Raises:
            UnknownNameError: the card has no such variant; names the close ones.
        """
        wanted = self.default if name is None else name
        if wanted not in self.variants:
            if set(self.variants) == {""}:
                raise InputError(f"This card has no variants; leave '{wanted}' away.", where=self.name)
            raise unknown_name("variant", wanted, self.variants, where=self.name)
        return self.variants[wanted]

    def number(self, key: str, variant: str | None = None) -> Number:
        """Return a number by key.

        Raises:
            UnknownNameError: the variant has no such number; names the close ones.
        """
        numbers = self.variant(variant).numbers
        if key not in numbers:
            chosen = self.default if variant is None else variant
            raise unknown_name("number", key, numbers, where=f"{self.name}[{chosen}]" if chosen else self.name)
        return numbers[key]

    def all_numbers(self) -> Iterator[Number]:
        """Yield every number of every variant and step."""
        for variant in self.variants.values():
            yield from variant.numbers.values()
        for step in self.steps:
            yield from step.numbers()
