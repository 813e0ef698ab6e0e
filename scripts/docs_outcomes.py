"""Tables of outcomes and of verification for the documentation, computed by running the model."""

from __future__ import annotations

import dataclasses
import functools
import math
from collections.abc import Callable, Mapping

from docs_tables import shown, table

from neurosteroid.evidence import Card, Comparison, Reproduces, library
from neurosteroid.studies.counts import tallies
from neurosteroid.studies.set_ups.outcomes import mood_change, sedation_share
from neurosteroid.studies.verification import CheckResult, entries, verify


@functools.cache
def results() -> tuple[CheckResult, ...]:
    """Return every claimed result, run once."""
    return tuple(verify())


def limit(entry: Reproduces) -> str:
    """Return the limit of a comparison in words."""
    tolerance = entry.compare.tolerance or math.nan
    if entry.arguments.get("is_input") == "yes":
        return "none: an input"
    if entry.compare.kind is Comparison.RELATIVE:
        return f"± {100 * tolerance:.3g} %"
    if entry.compare.kind is Comparison.FOLD:
        return f"{tolerance:g}-fold"
    if entry.compare.kind is Comparison.Z:
        spread = entry.observed.spread
        return f"± {tolerance:g} SE (SE {spread.value if spread else math.nan:g})"
    if entry.compare.kind is Comparison.BINOMIAL:
        return f"95 % interval of {entry.arguments['events']:g} in {entry.arguments['n']:g}"
    return "the observed interval"


def verification() -> str:
    """Return the table of `neurosteroid verify`, one part for each card."""
    verdict = {True: "met", False: "**missed**", None: "tests nothing"}
    parts: dict[str, list[list[str]]] = {}
    for result, (_, _, entry) in zip(results(), entries(), strict=True):
        unit = {"1": "", "percent": " %"}.get(result.unit, f" {result.unit.replace('*', ' ')}")
        ends = result.interval
        observed = shown(result.observed, 5) if ends is None else f"{shown(ends[0], 5)} to {shown(ends[1], 5)}"
        parts.setdefault(result.card, []).append(
            [
                f"{result.name} (`{result.variant}`)" if result.variant else result.name,
                str(result.role),
                shown(result.predicted, 4) + unit,
                observed + unit,
                f"{result.ratio:.2f}" if ends is None and math.isfinite(result.ratio) else "",
                limit(entry),
                verdict[result.passed] + (f" ({result.cause}): {result.explained}" if result.explained else ""),
            ]
        )
    header = ["result", "role", "predicted", "observed", "ratio", "limit", "verdict"]
    return "\n\n".join(f"### {card}\n\n{table(header, rows)}" for card, rows in parts.items())


def verification_counts() -> str:
    """Return how many observations there are of each role, each counted once, and what rival variants add to them."""
    header = [
        "role",
        "observations",
        "met",
        "missed",
        "test nothing",
        "more of rivals",
        "of them met",
        "of them missed",
    ]
    return table(header, [[str(value) for value in dataclasses.astuple(tally)] for tally in tallies(results())])


def hamd17_fit() -> str:
    """Return the fitted numbers of every variant and the mean change they predict."""
    card = library().card("hamd17")
    arms = card.variant().reproduces
    keys = ("placebo_improvement", "maximum_drug_effect", "improvement_sd")
    rows = []
    for variant in ("half-effect-10", "half-effect-30", "half-effect-100"):
        numbers = [card.number(key, variant) for key in keys]
        fitted = [f"{shown(item.value)} (SE {shown(item.spread.value, 2)})" for item in numbers if item.spread]
        means = [f"{mood_change(card, variant, arm):.1f}" for arm in arms]
        rows.append([f"`{variant}`", *fitted, *means])
    observed = ["observed", "", "", "", *(f"{arm.observed.value:.1f} (SE {_error(arm)})" for arm in arms)]
    header = ["variant", "placebo response", "largest drug effect", "spread between women"]
    return table([*header, *(str(arm.arguments["arm"]) for arm in arms)], [*rows, observed])


def hamd17_neurons() -> str:
    """Return for every score by neurons its slope, what it predicts of the trials, and the same of the default."""
    card = library().card("hamd17")
    found: dict[str, dict[str, float]] = {}
    for result in results():
        if result.card.removeprefix("outcomes/") == "hamd17":
            found.setdefault(result.variant, {})[result.name] = result.predicted
    rows = []
    for name, predicted in found.items():
        slope = card.variant(name).numbers.get("slope")
        error = slope.spread.value if slope is not None and slope.spread is not None else None
        said = "" if slope is None else f"{slope.value:.2f} (SE {shown(error or math.nan, 2)})"
        low, high, none = (predicted[f"mean change at 60 h, {arm}"] for arm in ("60 ug/kg/h", "90 ug/kg/h", "placebo"))
        trials = [low - none, high - none, low - high, *(predicted.get(row, math.nan) for row in _OTHER_TRIALS)]
        rows.append([f"`{name}`", said, *("no effect" if math.isnan(each) else f"{each:+.1f}" for each in trials)])
    rows.append(["observed", "", *_ARMS_OBSERVED, *(_trial_observed(card, row) for row in _OTHER_TRIALS)])
    header = ["score", "slope", "60 less placebo", "90 less placebo", "60 less 90", "Study 2, 90 less placebo"]
    return table([*header, *_ZURANOLONE], rows)


_OTHER_TRIALS = (
    "drug less placebo at 60 h, 90 ug/kg/h, Study 2",
    "zuranolone 50 mg less placebo on day 15, WATERFALL",
    "zuranolone 30 mg less placebo on day 15, ROBIN",
    "zuranolone 50 mg less placebo on day 15, SKYLARK",
    "zuranolone 30 mg less placebo on day 15, MOUNTAIN",
)
_ZURANOLONE = tuple(f"zuranolone {dose} mg, {trial}" for dose, trial in (
    (50, "WATERFALL"), (30, "ROBIN"), (50, "SKYLARK"), (30, "MOUNTAIN")
))  # fmt: skip
_ARMS_OBSERVED = ("-5.5 (SE 1.6)", "-3.7 (SE 1.6)", "-1.8 (SE 1.7)")
"""Differences of the arms of study 202B on the card, with the standard error of independent ones."""


def _trial_observed(card: Card, row: str) -> str:
    claims = (entry for variant in card.variants.values() for entry in variant.reproduces)
    entry = next(each for each in claims if each.name == row)
    return f"{entry.observed.value:.1f} (SE {_error(entry)})"


def _error(arm: Reproduces) -> str:
    spread = arm.observed.spread
    return f"{spread.value:.1f}" if spread and spread.value is not None else "not given"


def sedation_fit() -> str:
    """Return the share of women ever sedated by arm, observed and predicted."""
    card = library().card("sedation")
    rows = []
    for entry in card.variant().reproduces:
        events, n = (int(float(entry.arguments[key])) for key in ("events", "n"))
        share = sedation_share(card, None, entry)
        rows.append([str(entry.arguments["arm"]), f"{events} of {n}", f"{events / n:.1%}", f"{share:.1%}", entry.role])
    return table(["arm", "women sedated", "observed", "predicted", "role"], rows)


BLOCKS: Mapping[str, Callable[[], str]] = {
    "verification": verification,
    "verification-counts": verification_counts,
    "hamd17-fit": hamd17_fit,
    "hamd17-neurons": hamd17_neurons,
    "sedation-fit": sedation_fit,
}
