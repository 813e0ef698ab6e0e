"""What is known of one steroid at one target: a curve, two bounds, one concentration, a direction, or nothing."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.errors import CardError, unknown_name
from neurosteroid.evidence import Card, Ledger, Number, library, shown_path
from neurosteroid.receptors.targets import WAYS, Way

Array = NDArray[np.float64]

TARGETS: Final = "targets"
"""The kind of card of a target."""

UNIT: Final = "nmol/L"
_LOWEST, _HIGHEST = "_lowest", "_highest"
_SEARCHED: Final = (1e-6, 1e9)  # nmol/L between which a concentration of a given effect is looked for
_HALVINGS: Final = 80  # of that range on a logarithmic axis: far below the last digit


class Evidence(StrEnum):
    """How well an effect is known."""

    MEASURED = "measured"
    """every number of the curve was read or derived"""
    PART_ASSUMED = "part assumed"
    """some number of the curve is, or is used by, an assumption"""
    ASSUMED = "assumed"
    """every number of the steroid's curve is chosen, borrowed, or holds only with a number that is"""
    BOUNDS = "bounds"
    """two curves between which the true one lies"""
    SEEN = "seen at one dose"
    """an effect at one concentration, without a curve"""
    DIRECTION = "direction only"
    """that it acts, and in which direction; not at which concentration"""
    LITTLE = "little or none"
    """a report of little or no effect, without the concentrations tried"""
    UNKNOWN = "unknown"
    """nothing was found"""


@final
@dataclass(frozen=True, eq=False)
class Action:
    """What is known of one steroid at one target.

    Attributes:
        target: name of the target's card.
        title: of the target, for people.
        family: the group it is shown with.
        steroid: the ligand.
        way: ``inhibition``, ``activation``, ``occupancy``, ``binding``, ``change of open probability`` or ``effect``.
        curves: none, one, or the two bounds; each returns the effect as a share at concentrations in nmol/L.
        seen_at: nmol/L at which an effect was seen without a curve, or None.
        evidence: how well it is known.
        ledger: the numbers that took part.
        sources: citation keys, also of findings in words.
        note: what the card says besides.
    """

    target: str
    title: str
    family: str
    steroid: str
    way: str
    curves: tuple[Any, ...]
    seen_at: float | None
    evidence: Evidence
    ledger: Ledger
    sources: tuple[str, ...]
    note: str

    def effect(self, concentrations: Array) -> tuple[Array, Array]:
        """Return the smallest and the largest effect that the evidence allows, shares shaped as the input; NaN unknown.

        Args:
            concentrations: nmol/L.
        """
        if not self.curves:
            nothing = np.full(np.shape(concentrations), math.nan)
            return nothing, nothing
        found = np.stack([np.asarray(curve(concentrations), dtype=float) for curve in self.curves])
        return found.min(axis=0), found.max(axis=0)

    def threshold(self, share: float) -> tuple[float, float]:
        """Return the lowest and the highest concentration (nmol/L) at which the effect reaches a share.

        NaN without a curve, infinite where a curve never gets there.
        """
        if not self.curves:
            return math.nan, math.nan
        found = [_reaches(curve, share) for curve in self.curves]
        return min(found), max(found)


def _reaches(curve: Any, share: float) -> float:
    low, high = (math.log(end) for end in _SEARCHED)
    if abs(float(curve(math.exp(high)))) < share:
        return math.inf
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if abs(float(curve(math.exp(middle)))) >= share else (middle, high)
    return math.exp(high)


def target_cards() -> Iterator[Card]:
    """Yield the cards of all targets; the card of the panel's criterion is none."""
    for card in library().cards(TARGETS):
        if any("ligand" in variant.settings for variant in card.variants.values()):
            yield card


def variant_for(card: Card, steroid: str) -> str | None:
    """Return the variant of a target's card that is about a steroid, or None; the default one before others."""
    names = [card.default, *card.variants]
    return next((name for name in names if card.variant(name).settings.get("ligand") == steroid), None)


def ligands() -> tuple[str, ...]:
    """Return every ligand that some target's card knows, in alphabetical order."""
    found = {variant.settings.get("ligand") for card in target_cards() for variant in card.variants.values()}
    return tuple(sorted(name for name in found if name is not None))


def curves(card: Card, variant: str | None, ledger: Ledger) -> tuple[Way, ...]:
    """Return the curve of a variant, or the two bounds where a number has a ``_lowest`` and a ``_highest`` value.

    Raises:
        UnknownNameError: a variant or a way of acting that there is not.
        CardError: a number that the way of acting needs is missing.
    """
    chosen = card.variant(variant)
    if chosen.part is None:
        return ()
    if chosen.part not in WAYS:
        raise unknown_name("way of acting", chosen.part, WAYS, where=shown_path(card.path))
    kind = WAYS[chosen.part]
    ends: dict[str, tuple[float, ...]] = {}
    for field in dataclasses.fields(kind):
        if "unit" not in field.metadata:
            continue
        keys = [field.name] if field.name in chosen.numbers else [field.name + end for end in (_LOWEST, _HIGHEST)]
        if any(key not in chosen.numbers for key in keys):
            raise CardError(
                f"'{chosen.part}' needs the number '{field.name}', or '{keys[0]}' and '{keys[-1]}'.",
                where=shown_path(card.path),
            )
        ends[field.name] = tuple(ledger.take(card, key, str(field.metadata["unit"]), variant) for key in keys)
    count = max(len(values) for values in ends.values())
    settings: dict[str, Any] = {"target": card.name, "analyte": chosen.settings.get("ligand", "allopregnanolone")}
    found: list[Way] = []
    for each in range(count):
        chosen_ends: dict[str, Any] = {name: values[min(each, len(values) - 1)] for name, values in ends.items()}
        found.append(kind(**chosen_ends, **settings))
    return tuple(found)


def action(card: Card, steroid: str) -> Action:
    """Return what a target's card says of a steroid; unknown where it says nothing.

    Raises:
        CardError: the card lacks a number that its way of acting needs.
    """
    name, ledger = variant_for(card, steroid), Ledger()
    family = card.variant(card.default).settings.get("family", "")
    if name is None:
        return Action(
            card.name, card.title, family, steroid, "effect", (), None, Evidence.UNKNOWN, ledger, (), ""
        )  # fmt: skip
    chosen = card.variant(name)
    found = curves(card, name, ledger)
    seen = ledger.take(card, "seen_at", UNIT, name) if "seen_at" in chosen.numbers else None
    finding = chosen.settings.get("finding", "unknown")
    row = chosen.settings.get("row")
    words = [each for each in library().card("receptor-targets", "observations").rows if each.id == row]
    way = found[0].gives[0].local if found else _WAYS_IN_WORDS.get(finding, "effect")
    return Action(
        target=card.name,
        title=card.title,
        family=family,
        steroid=steroid,
        way=way,
        curves=tuple(each.effect for each in found),
        seen_at=seen,
        evidence=_evidence(len(found), seen, finding, ledger.numbers),
        ledger=ledger,
        sources=tuple(dict.fromkeys([*ledger.sources, *(key for each in words for key in each.source)])),
        note=chosen.note or card.note or "",
    )


_WAYS_IN_WORDS: Final = {"inhibits": "inhibition", "activates": "activation", "binds": "binding"}


def _evidence(count: int, seen: float | None, finding: str, numbers: Iterable[Number]) -> Evidence:
    if count:
        return Evidence.BOUNDS if count > 1 else weighed(numbers)
    if seen is not None:
        return Evidence.SEEN
    if finding == Evidence.LITTLE:
        return Evidence.LITTLE
    return Evidence.DIRECTION if finding in _WAYS_IN_WORDS else Evidence.UNKNOWN


def weighed(numbers: Iterable[Number]) -> Evidence:
    """Return how well a curve is known by how many of its numbers are assumed."""
    assumed = [number.counts_as_assumed for number in numbers]
    if not any(assumed):
        return Evidence.MEASURED
    return Evidence.ASSUMED if all(assumed) else Evidence.PART_ASSUMED
