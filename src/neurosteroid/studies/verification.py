"""Verification: every published result that a card claims to bring out is run and held against what was observed."""

from __future__ import annotations

import functools
import importlib
import math
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, final

from neurosteroid import units
from neurosteroid.errors import NeurosteroidError, unknown_name
from neurosteroid.evidence import Card, Comparison, Reproduces, Role, library, standard_error
from neurosteroid.studies import set_ups
from neurosteroid.studies.readings import OWN_BIAS, watched

SetUp = Callable[[Card, str | None, Reproduces], float]
"""Predicts the metric of an entry, in the unit of its observed value."""
COULD_NOT_RUN: Final = "could not be run"


_RIVALS: Final = "hypotheses"
"""Kind of the cards that explain one observation, each in another way."""


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
        observed: the published value; NaN for a range.
        unit: of both.
        ratio: predicted / observed.
        statement: the comparison in words, with its limit.
        passed: whether it lies within the limit; None for a number that is an input and tests nothing.
        source: citation keys.
        note: of the entry, or the reason why it could not be run.
        comparison: how it was compared.
        interval: the ends of an observed range, else None.
        group: what it counts with: of an observed row its group, of a card's default variant the card, and of a card of
            rival explanations their kind; else empty.
        about: what was observed, in words.
        assay: card of the assay on whose scale it was observed.
        explained: why it is missed or far off, where that is known.
        cause: ``"source"`` or ``"model"``: where that lies; empty where nothing is explained.
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
    comparison: Comparison
    interval: tuple[float, float] | None = None
    group: str = ""
    about: str = ""
    assay: str = ""
    explained: str = ""
    cause: str = ""


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
        place = f"{card.kind}/{card.name}"
        result = check(card, variant, entry, place)
        # rival explanations of one observation count together
        group = card.kind if card.kind == _RIVALS else place
        yield replace(result, group=group) if variant == card.default else result


def check(card: Card, variant: str, entry: Reproduces, place: str) -> CheckResult:
    """Run one published result and hold it against what was observed; a failure to run is a miss with its reason.

    Args:
        card: handed to the set-up with `variant`.
        variant: of the card; empty for its default.
        entry: what to bring out.
        place: ``kind/name`` of the card that claims it.
    """
    note = entry.note or ""
    try:
        if entry.set_up not in _set_ups():
            raise unknown_name("set-up", entry.set_up, _set_ups(), where=f"{place}.toml")
        with watched() as assays:
            predicted = _set_ups()[entry.set_up](card, variant or None, entry)
        passed, statement = compare(entry, predicted)
        if entry.assay is not None and not assays:
            statement += f"; not put on the scale of {entry.assay}"
        if OWN_BIAS in assays:
            statement += f"; with the bias of '{entry.study}', which rows of that study were fitted for"
    except NeurosteroidError as error:
        predicted, passed, statement, note = math.nan, False, COULD_NOT_RUN, str(error)
    verdict: bool | None = passed
    if entry.arguments.get("is_input") == "yes":
        verdict, statement = None, "an input, tests nothing"
    observed, spread = entry.observed.value, entry.observed.spread
    ends = None if spread is None or spread.low is None or spread.high is None else (spread.low, spread.high)
    return CheckResult(
        card=place,
        variant=variant,
        name=entry.name,
        role=entry.role,
        metric=entry.metric,
        predicted=predicted,
        observed=math.nan if observed is None else observed,
        unit=entry.observed.unit,
        ratio=predicted / observed if observed else math.nan,
        statement=statement,
        passed=verdict,
        source=entry.source,
        note=note,
        comparison=entry.compare.kind,
        interval=ends if observed is None else None,
        explained=entry.explained or "",
        cause="" if entry.cause is None else str(entry.cause),
        assay=entry.assay or "",
    )


def compare(entry: Reproduces, predicted: float) -> tuple[bool, str]:
    """Return whether a prediction lies within the entry's limit, and the comparison in words.

    Relative: the share by which the prediction is off is within the tolerance. Fold: the larger of the two ratios is.
    Range: the prediction lies inside the observed interval. Z: its distance in standard errors is within the tolerance.
    Binomial: the predicted share lies inside the Wilson 95 % interval of the observed count.
    """
    value, spread, kind = entry.observed.value, entry.observed.spread, entry.compare.kind
    limit = entry.compare.tolerance or math.nan
    if kind is Comparison.BINOMIAL:
        return _binomial(entry, predicted)
    if kind is Comparison.RANGE:
        if spread is None or spread.low is None or spread.high is None:
            return False, "no interval is given"
        return _inside(predicted, spread.low, spread.high)
    if not value and kind is not Comparison.Z:
        return False, "no value to divide by is given"
    if kind is Comparison.RELATIVE:
        off = predicted / (value or math.nan) - 1
        return abs(off) <= limit, f"{off:+.1%}, limit ±{limit:.1%}"
    if kind is Comparison.FOLD:
        fold = fold_of(predicted, value or math.nan)
        return fold <= limit, f"{fold:.2f}-fold, limit {limit:g}-fold"
    error = standard_error(spread)
    if value is None or not error:
        return False, "no standard error is given"
    z = (predicted - value) / error
    return abs(z) <= limit, f"{z:+.2f} standard errors, limit ±{limit:g}"


def fold_of(predicted: float, observed: float) -> float:
    """Return the larger of the two ratios, 1 or more; infinite where the signs differ or one is 0 or unknown."""
    ratio = predicted / observed
    return max(ratio, 1 / ratio) if ratio > 0 else math.inf


def _inside(predicted: float, low: float, high: float) -> tuple[bool, str]:
    inside = low <= predicted <= high
    return inside, f"{'inside' if inside else 'outside'} {low:.4g} to {high:.4g}"


def _binomial(entry: Reproduces, predicted: float) -> tuple[bool, str]:
    from scipy.stats import binomtest

    events, n = entry.arguments.get("events"), entry.arguments.get("n")
    if events is None or n is None:
        return False, "the arguments lack 'events' and 'n'"
    interval = binomtest(int(float(events)), int(float(n))).proportion_ci(method="wilson")
    share = float(units.convert(predicted, entry.observed.unit, "1"))
    return _inside(share, float(interval.low), float(interval.high))
