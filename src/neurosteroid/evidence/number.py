"""A sourced number: value, unit, spread, where it was read, and whether it had to be assumed."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar, final

from neurosteroid import units
from neurosteroid.errors import UnitError

# pydantic reads this from a plain dataclass; the classes themselves do not import pydantic, which costs 0.1 s
STRICT: dict[str, Any] = {"extra": "forbid"}


class Status(StrEnum):
    """How a number came to be known."""

    READ = "read"
    """its source was read: article, abstract, registry record or model code"""
    SECONDARY = "secondary"
    """read in a copy, digest or transcription; the primary document was not opened"""
    DERIVED = "derived"
    """computed from other sourced numbers; the note says how"""
    RECALLED = "recalled"
    """from memory only; loads with a stated reason and counts as assumed"""
    ASSUMED = "assumed"
    """chosen by the modeller; loads with a stated reason"""


class SpreadKind(StrEnum):
    """What the spread beside a number means."""

    SD = "sd"
    """standard deviation between people"""
    SE = "se"
    """standard error of the value"""
    SE_LOG = "se_log"
    """standard error of the natural logarithm of the value"""
    CI90 = "ci90"
    """90 % confidence interval"""
    CI95 = "ci95"
    """95 % confidence interval"""
    PI95 = "pi95"
    """95 % prediction interval"""
    P5_P95 = "p5_p95"
    """5th and 95th percentile of people"""
    IQR = "iqr"
    """width of the interquartile range of people"""
    UNSTATED = "unstated"
    """printed behind the value without a word on what it is"""
    RANGE = "range"
    """smallest and largest value seen, or published"""
    FOLD = "fold"
    """a factor: value / fold to value * fold"""


@final
@dataclass(frozen=True, kw_only=True)
class Spread:
    """The spread of a number: one `value`, or an interval from `low` to `high`, in the unit of the number."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT
    kind: SpreadKind
    value: float | None = None
    low: float | None = None
    high: float | None = None

    def __post_init__(self) -> None:
        given = [part for part in (self.value, self.low, self.high) if part is not None]
        if not all(math.isfinite(part) for part in given):
            raise ValueError("a spread must be finite")
        if (self.low is None) != (self.high is None) or (self.value is None) == (self.low is None):
            raise ValueError("a spread has either 'value', or 'low' and 'high'")
        if self.value is not None and self.value < 0:
            raise ValueError(f"a spread of {self.value} is not possible; it must be 0 or above")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError(f"'low' ({self.low}) is above 'high' ({self.high})")

    def __str__(self) -> str:
        if self.value is not None:
            return f"{self.kind} {self.value:g}"
        return f"{self.kind} {self.low:g} to {self.high:g}"


@final
@dataclass(frozen=True, kw_only=True)
class Number:
    """One number of a card, with everything needed to judge it.

    Args:
        value: the number, in `unit`; always finite.
        unit: such as ``"L/h"``; ``"1"`` for a pure number.
        card, variant, key: where it stands; filled in by the loader, never written in a card.
        spread: uncertainty or variation, or None.
        kind: what sort of number it is (``"mean"``, ``"median"``, ``"upper bound"`` ...).
        species, population, preparation: in whom or in what it was measured.
        source: keys of the bibliography.
        status: how it came to be known.
        read_at: the page, file or table where it was read.
        assumed: the reason, when the number or its use here is an assumption.
        note: derivation, caveats, contradicting evidence.

    Raises:
        ValueError: the value is not finite, or the number says too little about where it comes from.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT
    value: float
    unit: str
    card: str = ""
    variant: str | None = None
    key: str = ""
    spread: Spread | None = None
    kind: str | None = None
    species: str | None = None
    population: str | None = None
    preparation: str | None = None
    source: tuple[str, ...] = ()
    status: Status = Status.ASSUMED
    read_at: str | None = None
    assumed: str | None = None
    note: str | None = None

    def __post_init__(self) -> None:
        if not math.isfinite(self.value):
            raise ValueError(f"{self.value} is not a finite number")
        if self.assumed is not None and not self.assumed.strip():
            raise ValueError("'assumed' is empty; write the reason for the assumption")
        check_provenance(self.source, self.status, self.read_at, self.assumed, self.note)

    @property
    def counts_as_assumed(self) -> bool:
        """Whether reports must list this number among the assumptions."""
        return self.assumed is not None

    @property
    def where(self) -> str:
        """The place of the number, such as ``brexanolone[label].clearance``."""
        return f"{self.card}[{self.variant}].{self.key}" if self.variant else f"{self.card}.{self.key}"

    def described(self) -> dict[str, Any]:
        """Return all that is known of the number, for JSON: a spread as a table, no key for what is not known."""
        spread = self.spread
        return {
            "card": self.card,
            "variant": self.variant,
            "key": self.key,
            "value": self.value,
            "unit": self.unit,
            "spread": None if spread is None else {"kind": spread.kind, **_known(spread, ("value", "low", "high"))},
            "status": self.status,
            "source": self.source,
            "assumed": self.assumed,
            **_known(self, ("kind", "species", "population", "preparation", "read_at", "note")),
        }

    def to(self, unit: str, molar_mass: float | None = None) -> float:
        """Return the value in another unit.

        Args:
            unit: the unit wanted.
            molar_mass: g/mol, to go between mass and amount of substance.

        Raises:
            UnitError: the units measure different things; names the card and key.
        """
        try:
            return float(units.convert(self.value, self.unit, unit, molar_mass=molar_mass))
        except UnitError as error:
            raise UnitError(error.message, where=self.where) from None


def _known(thing: Number | Spread, keys: tuple[str, ...]) -> dict[str, Any]:
    return {key: getattr(thing, key) for key in keys if getattr(thing, key) is not None}


def check_provenance(
    source: tuple[str, ...], status: Status, read_at: str | None, assumed: str | None, note: str | None
) -> None:
    """Refuse a number that does not say where it comes from.

    Raises:
        ValueError: what is missing, and what to write.
    """
    if not source and assumed is None and status is not Status.DERIVED:
        raise ValueError(
            "a number needs a 'source' (a key of references.bib), or 'assumed' with the reason why none is given"
        )
    if status in (Status.RECALLED, Status.ASSUMED) and assumed is None:
        raise ValueError(
            f"status '{status}' loads only with 'assumed' = the reason; a number that was read needs its own 'status'"
        )
    if status in (Status.READ, Status.SECONDARY) and not (source and read_at):
        raise ValueError(f"status '{status}' needs 'source' and 'read_at', the page or table where it was read")
    if status is Status.DERIVED and not note:
        raise ValueError("status 'derived' needs a 'note' that says from what and how")
