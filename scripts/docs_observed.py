"""Tables of observed rows for the documentation: what is claimed, how it agrees, and what is not claimed."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence

import docs_outcomes
from docs_tables import shown, table

from neurosteroid.evidence import library
from neurosteroid.observation.assay_scale import ASSAYS, assay_scale
from neurosteroid.studies.agreement import FOLDS, Agreement, agreements
from neurosteroid.studies.counts import counted_once
from neurosteroid.studies.observed import gathered, uncovered, verify_observed
from neurosteroid.studies.verification import CheckResult

_VERDICT = {True: "met", False: "**missed**", None: "tests nothing"}


@functools.cache
def results() -> tuple[CheckResult, ...]:
    """Return every claimed row, run once."""
    return tuple(verify_observed())


def agreement() -> str:
    """Return how the check rows of each group agree."""
    return _agreement(agreements(results()), "group")


def agreement_on_cards() -> str:
    """Return how the check results agree that cards claim of their own sources."""
    return _agreement(agreements(counted_once(docs_outcomes.results())), "card")


def _agreement(parts: Sequence[Agreement], first: str) -> str:
    folds = [f"within {limit:g}-fold" for limit in FOLDS]
    header = [
        "group",
        "points",
        *folds,
        "AFE",
        "AAFE",
        "median ratio",
        "ranges inside",
        "proportions inside",
        "changes within",
        "missed",
        "far: source",
        "far: model",
    ]
    return table(header, [_agreement_row(part) for part in parts])


def _agreement_row(part: Agreement) -> list[str]:
    shares = [f"{100 * count / part.points:.0f} %" if part.points else "" for count in part.within.values()]
    errors = (part.average_fold_error, part.absolute_average_fold_error, part.median_ratio)
    inside = [f"{met} of {whole}" if whole else "" for met, whole in (part.ranges, part.proportions, part.changes)]
    averages = [f"{error:.2f}" if part.points else "" for error in errors]
    counts = [str(part.missed), str(part.at_source), str(part.in_model)]
    return [part.group, str(part.points), *shares, *averages, *inside, *counts]


def _tables(chosen: Sequence[CheckResult]) -> str:
    groups: dict[str, list[list[str]]] = {}
    for result in sorted(chosen, key=lambda each: each.group):
        unit = {"1": "", "percent": " %"}.get(result.unit, f" {result.unit.replace('*', ' ')}")
        ends = result.interval
        observed = shown(result.observed, 4) if ends is None else f"{shown(ends[0], 4)} to {shown(ends[1], 4)}"
        groups.setdefault(result.group, []).append(
            [
                f"{result.about} (`{result.card.partition('/')[2]}: {result.name}`)",
                str(result.role),
                shown(result.predicted, 3) + unit,
                observed + unit,
                "" if ends else f"{result.ratio:.2f}",
                _VERDICT[result.passed] + (f" ({result.cause}): {result.explained}" if result.explained else ""),
            ]
        )
    header = ["what", "role", "predicted", "observed", "ratio", "verdict"]
    return "\n\n".join(f"### {group}\n\n{table(header, rows)}" for group, rows in groups.items())


def checks() -> str:
    """Return the claimed rows of role check, one table for each group."""
    return _tables([result for result in results() if str(result.role) == "check"])


def others() -> str:
    """Return the claimed rows of other roles, one table for each group."""
    return _tables([result for result in results() if str(result.role) != "check"])


def not_claimed() -> str:
    """Return the rows that the model does not claim, by group and reason."""
    rows = [[part.group, str(part.count), part.reason, part.places] for part in gathered(uncovered())]
    return table(["group", "rows", "why", "which"], rows)


def assay_scales() -> str:
    """Return the scale of every assay for every analyte."""
    rows = []
    for card in library().cards(ASSAYS):
        for variant in card.variants:
            scale = assay_scale(card.variant(variant).settings.get("analyte", variant), f"{card.name}[{variant}]")
            numbers = card.variant(variant).numbers
            cross = ", ".join(f"{shown(share, 2)} {name}" for name, share in scale.cross.items())
            floor = f"{shown(scale.floor)} {scale.unit}" if scale.floor else "0"
            studies = [f"{key.removeprefix('bias_')} {shown(numbers[key].value)}" for key in numbers if "bias_" in key]
            slope = shown(scale.slope) + (" (assumed)" if numbers["slope"].counts_as_assumed else "")
            rows.append([f"`{card.name}`", variant, slope, floor, cross, shown(scale.bias_log_sd), ", ".join(studies)])
    header = ["assay", "analyte", "slope", "floor", "cross-reactions", "sd of ln(bias)", "bias of a study"]
    return table(header, rows)


BLOCKS: Mapping[str, Callable[[], str]] = {
    "assay-scales": assay_scales,
    "observed-agreement": agreement,
    "cards-agreement": agreement_on_cards,
    "observed-checks": checks,
    "observed-others": others,
    "observed-open": not_claimed,
}
