"""A card: one thing of the library with its variants, numbers, published results and observed rows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, final

from neurosteroid.errors import InputError, unknown_name
from neurosteroid.evidence.number import STRICT, Number, Status, check_provenance
from neurosteroid.evidence.results import Reproduces
from neurosteroid.evidence.rows import Row


@final
@dataclass(frozen=True, kw_only=True)
class StepTable:
    """One step of a protocol: an infusion (`rate` from `start` to `until`) or doses (`amount`, `start`)."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT
    start: Number
    until: Number | None = None
    rate: Number | None = None
    amount: Number | None = None
    interval: Number | None = None
    count: Number | None = None
    meal: str | None = None
    route: str | None = None

    def __post_init__(self) -> None:
        if (self.rate is None) == (self.amount is None):
            raise ValueError("a step has either 'rate' (an infusion) or 'amount' (a dose)")
        if (self.rate is None) != (self.until is None):
            raise ValueError("'rate' and 'until' belong together; a dose has neither")
        if self.route is not None and self.rate is not None:
            raise ValueError("a 'route' of a step is that of a dose; an infusion is intravenous")
        if self.meal is not None and self.rate is not None:
            raise ValueError("a 'meal' goes with a dose by mouth, not with an infusion")

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
        if not isinstance(wanted, str) or wanted not in self.variants:
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
