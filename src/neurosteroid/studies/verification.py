"""Verification: every published result that a card claims to bring out is run and held against what was observed."""

from __future__ import annotations

import functools
import importlib
import math
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import final

from neurosteroid.errors import NeurosteroidError, unknown_name
from neurosteroid.evidence import Card, Comparison, Reproduces, Role, SpreadKind, library
from neurosteroid.studies import set_ups

SetUp = Callable[[Card, str | None, Reproduces], float]
"""Predicts the metric of an entry, in the unit of its observed value."""


@final
@dataclass(frozen=True)
class CheckResult:
    """One published result beside its prediction.

    Attributes:
        card: ``kind/name`` of the card that claims it.
        variant: of the card.
        name: of the entry.
        role: fit, consistency or check; only check rows count as validation.
        metric: what was compared.
        predicted: in `unit`; NaN when the set-up could not be run.
        observed: the published value.
        unit: of both.
        ratio: predicted / observed.
        statement: the comparison in words, with its limit.
        passed: whether it lies within the limit; None for a number that is an input and tests nothing.
        source: citation keys.
        note: of the entry, or the reason why it could not be run.
    """

    card: str
    variant: str
    name: str
    role: Role
    metric: str
    predicted: float
    observed: float
    unit: str
    ratio: float
    statement: str
    passed: bool | None
    source: tuple[str, ...]
    note: str


@functools.cache
def _set_ups() -> Mapping[str, SetUp]:
    found: dict[str, SetUp] = {}
    for module in pkgutil.iter_modules(set_ups.__path__, f"{set_ups.__name__}."):
        found.update(getattr(importlib.import_module(module.name), "SET_UPS", {}))
    return found


def entries(names: Iterable[str] | None = None) -> Iterator[tuple[Card, str, Reproduces]]:
    """Yield (card, variant, entry) of every claimed result, or of the named cards only.

    Raises:
        UnknownNameError: a name that no card carries.
    """
    cards = library().cards() if not names else [library().card(name) for name in names]
    for card in cards:
        for variant, content in card.variants.items():
            for entry in content.reproduces:
                yield card, variant, entry


def verify(names: Iterable[str] | None = None) -> Iterator[CheckResult]:
    """Run every claimed result, or those of the named cards, and yield each comparison as it is done.

    Nothing outside the package is read. A miss is a result like any other; nothing is left out.

    Raises:
        UnknownNameError: a name that no card carries.
    """
    for card, variant, entry in entries(names):
        yield _check(card, variant, entry)


def _check(card: Card, variant: str, entry: Reproduces) -> CheckResult:
    note = entry.note or ""
    try:
        if entry.set_up not in _set_ups():
            raise unknown_name("set-up", entry.set_up, _set_ups(), where=f"{card.kind}/{card.name}.toml")
        predicted = _set_ups()[entry.set_up](card, variant or None, entry)
        passed, statement = compare(entry, predicted)
    except NeurosteroidError as error:
        predicted, passed, statement, note = math.nan, False, "could not be run", str(error)
    verdict: bool | None = passed
    if entry.arguments.get("is_input") == "yes":
        verdict, statement = None, "an input, tests nothing"
    observed = entry.observed.value
    return CheckResult(
        card=f"{card.kind}/{card.name}",
        variant=variant,
        name=entry.name,
        role=entry.role,
        metric=entry.metric,
        predicted=predicted,
        observed=observed,
        unit=entry.observed.unit,
        ratio=predicted / observed if observed else math.nan,
        statement=statement,
        passed=verdict,
        source=entry.source,
        note=note,
    )


def compare(entry: Reproduces, predicted: float) -> tuple[bool, str]:
    """Return whether a prediction lies within the entry's limit, and the comparison in words.

    Relative: the share by which the prediction is off is within the tolerance. Fold: the larger of the two ratios is.
    Range: the prediction lies inside the observed interval. Z: its distance in standard errors is within the tolerance.
    Binomial: the predicted share lies inside the Wilson 95 % interval of the observed count.
    """
    observed, kind = entry.observed, entry.compare.kind
    limit = entry.compare.tolerance or math.nan
    spread = observed.spread
    if kind is Comparison.RELATIVE:
        off = predicted / observed.value - 1
        return abs(off) <= limit, f"{off:+.1%}, limit ±{limit:.1%}"
    if kind is Comparison.FOLD:
        fold = max(predicted / observed.value, observed.value / predicted) if predicted > 0 else math.inf
        return fold <= limit, f"{fold:.2f}-fold, limit {limit:g}-fold"
    if kind is Comparison.Z:
        if spread is None or spread.kind is not SpreadKind.SE or spread.value is None:
            return False, "no standard error is given"
        z = (predicted - observed.value) / spread.value
        return abs(z) <= limit, f"{z:+.2f} standard errors, limit ±{limit:g}"
    if kind is Comparison.BINOMIAL:
        return _binomial(entry, predicted)
    if spread is None or spread.low is None or spread.high is None:
        return False, "no interval is given"
    return _inside(predicted, spread.low, spread.high)


def _inside(predicted: float, low: float, high: float) -> tuple[bool, str]:
    inside = low <= predicted <= high
    return inside, f"{'inside' if inside else 'outside'} {low:.4g} to {high:.4g}"


def _binomial(entry: Reproduces, predicted: float) -> tuple[bool, str]:
    from scipy.stats import binomtest

    events, n = entry.arguments.get("events"), entry.arguments.get("n")
    if events is None or n is None:
        return False, "the arguments lack 'events' and 'n'"
    interval = binomtest(int(float(events)), int(float(n))).proportion_ci(method="wilson")
    return _inside(predicted, float(interval.low), float(interval.high))
