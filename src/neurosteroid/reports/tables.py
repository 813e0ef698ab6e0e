"""What the report's tables say, row by row; the template only lays it out."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, final

from neurosteroid.evidence import Card, Number, Role, library
from neurosteroid.reports import formats
from neurosteroid.reports.who import who_of

if TYPE_CHECKING:
    from neurosteroid.studies import Study

_GROUPS: Final[Mapping[str, str]] = {
    "hamd17": "Mood",
    "responder": "Mood",
    "remission": "Mood",
    "sedation": "Sedation",
    **dict.fromkeys(("lh", "fsh", "progesterone", "estradiol", "allopregnanolone"), "Own hormones"),
}
_ASKED: Final = "Asked for in this study"
_HEADLINES: Final = (
    "c_max",
    "auc_treatment",
    "c_trough",
    "accumulation",
    "hamd17_change",
    "responder",
    "sedation_any",
    "progesterone_mean",
)
_OF_TREATMENTS: Final = ("lh_highest", "estradiol_highest", "progesterone_highest", "allopregnanolone_highest")
"""Headlines of an arm that gives several compounds, which has no one exposure."""


@final
@dataclass(frozen=True)
class Cell:
    """One protocol's result: the main number, and the interval or count beside it."""

    main: str
    beside: str = ""


@final
@dataclass(frozen=True)
class MetricRow:
    """One metric under every protocol."""

    label: str
    unit: str
    cells: tuple[Cell, ...]


@final
@dataclass(frozen=True)
class Group:
    """Rows under one heading."""

    title: str
    rows: tuple[MetricRow, ...]


@final
@dataclass(frozen=True)
class CardUse:
    """What one card brought in, and what stands behind it.

    Attributes:
        title, kind, name, variant: of the card; the variant as words, empty without variants.
        origin: ``"package"``, ``"own card"``, or ``"own card in place of the package's"``.
        numbers: those that took part.
        assumed: how many of them are assumed.
        roles: how many published results of the variant have each role, in the order fit, consistency, check.
    """

    title: str
    kind: str
    name: str
    variant: str
    origin: str
    numbers: tuple[Number, ...]
    assumed: int
    roles: tuple[int, int, int]


def metric_groups(study: Study) -> list[Group]:
    """Return the metrics by theme, with one cell an arm: median and 5 to 95 %, or a share with its count."""
    rows = study.summary.rows()
    asked = {each.column for each in study.config.measures}
    by_place = {(row["protocol"], row["metric"]): row for row in rows}
    found: dict[str, list[MetricRow]] = {}
    for name, row in {row["metric"]: row for row in rows}.items():
        cells = tuple(_cell(by_place.get((arm.name, name))) for arm in study.arms)
        unit = f"% of {who_of(study.config.population.card).many}" if row["proportion"] else formats.unit(row["unit"])
        group = found.setdefault(_ASKED if name in asked else _group(name), [])
        # where the follow-up ends with the treatment, "at the end" of either is one result with one label
        if _label(row["label"]) not in {other.label for other in group}:
            group.append(MetricRow(_label(row["label"]), unit, cells))
    return [Group(title, tuple(members)) for title, members in found.items()]


def contrast_rows(study: Study) -> tuple[list[str], list[MetricRow]]:
    """Return the protocols that are held against the one without drug, and the mean differences."""
    rows = study.contrasts.rows()
    names = list(dict.fromkeys(row["protocol"] for row in rows))
    by_place = {(row["protocol"], row["metric"]): row for row in rows}
    found: list[MetricRow] = []
    for metric, row in {row["metric"]: row for row in rows}.items():
        unit = "percentage points" if row["proportion"] else formats.unit(row["unit"])
        if row["label"] in {other.label for other in found}:
            continue
        found.append(MetricRow(row["label"], unit, tuple(_difference(by_place.get((name, metric))) for name in names)))
    return names, found


def headlines(study: Study) -> dict[str, list[tuple[str, Cell, str]]]:
    """Return for each arm the few results shown first: label, cell and unit."""
    rows = study.summary.rows()
    found: dict[str, list[tuple[str, Cell, str]]] = {}
    for arm in study.arms:
        own = {row["metric"]: row for row in rows if row["protocol"] == arm.name}
        found[arm.name] = [
            (
                _label(own[name]["label"]),
                _cell(own[name]),
                "%" if own[name]["proportion"] else formats.unit(own[name]["unit"]),
            )
            for name in (_HEADLINES if arm.card is None else _OF_TREATMENTS)
            if name in own
        ]
    return found


def cards_used(study: Study) -> list[CardUse]:
    """Return the cards whose numbers took part, in the order they were first used."""
    numbers = sorted(enumerate(study.ledger.numbers), key=lambda item: (item[1].card, item[1].variant or ""))
    found: list[tuple[int, CardUse]] = []
    for (name, variant), members in itertools.groupby(numbers, key=lambda item: (item[1].card, item[1].variant)):
        used = list(members)
        card = library().card_of(used[0][1])
        chosen = card.variants.get(variant or "")
        reproduced = [entry.role for entry in chosen.reproduces] if chosen else []
        counted = tuple(number for _, number in used)
        found.append(
            (
                used[0][0],
                CardUse(
                    title=card.title,
                    kind=card.kind,
                    name=name,
                    variant=f"{variant}: {chosen.title}" if chosen and variant else "",
                    origin=_origin(card),
                    numbers=counted,
                    assumed=sum(number.counts_as_assumed for number in counted),
                    roles=(
                        reproduced.count(Role.FIT),
                        reproduced.count(Role.CONSISTENCY),
                        reproduced.count(Role.CHECK),
                    ),
                ),
            )
        )
    return [use for _, use in sorted(found, key=lambda item: item[0])]


def _origin(card: Card) -> str:
    if library().replaces(card.kind, card.name):
        return "own card in place of the package's"
    return "own card" if library().is_own(card.kind, card.name) else "package"


def sources_used(study: Study) -> Sequence[tuple[str, str, str | None]]:
    """Return key, citation and address of every source of the numbers that took part."""
    references = library().references
    found = []
    for key in study.ledger.sources:
        reference = references[key]
        address = reference.address
        plain = reference.plain().removesuffix(address or "").rstrip(". ")
        found.append((key, plain.replace("{", "").replace("}", ""), address))
    return found


def reading_notes(study: Study) -> tuple[str, ...]:
    """Return which plasma concentrations are what an assay reads, as a sentence; nothing where all are true."""
    if not study.reading:
        return ()
    names = ", ".join(output.partition(".")[2] for output in study.reading)
    assays = ", ".join(dict.fromkeys(study.reading.values()))
    return (f"Plasma of {names} is what {assays} reads of it; all else is the true concentration.",)


def interval_notes(study: Study) -> tuple[str, ...]:
    """Return of each arm of repeated doses which interval is the last one, as sentences."""
    from neurosteroid.studies.dosing_intervals import repeated

    read = {row["protocol"] for row in study.summary.rows() if row["metric"] == "c_trough"}
    until = float(next(iter(study.bands.values())).times[-1])
    found = {arm.name: repeated(arm.first, until) for arm in study.arms if arm.name in read}
    return tuple(
        f"Last dosing interval of {name}: after dose {each.last.dose}, {each.last.begin:g} to {each.last.end:g} h."
        for name, each in found.items()
        if each is not None
    )


def quantile_notes(study: Study) -> tuple[str, str]:
    """Return what to say of the exactness of the quantiles, in the figure and in the table; empty where exact."""
    along = max(band.error for band in study.bands.values())
    errors = [row["quantile_error"] or 0.0 for row in study.summary.rows()]
    many = who_of(study.config.population.card).many
    return _quantile_note(along, many), _quantile_note(max(errors, default=0.0), many)


def _quantile_note(error: float, many: str) -> str:
    if error == 0.0:
        return ""
    scale = 10.0 ** math.floor(math.log10(error))
    # rounded up: a bound must not be made narrower by writing it
    upper = 100 * scale * math.ceil(error / scale)
    return f"Quantiles of so many {many} are read from counts in bins: each is within {upper:.1g} % of the true one."


def _group(metric: str) -> str:
    return _GROUPS.get(metric.split("_")[0], "Exposure")


def _label(text: str) -> str:
    return formats.sentence(text)


def _cell(row: Mapping[str, Any] | None) -> Cell:
    if row is None or not row["n"]:
        return Cell(formats.MISSING)
    if row["proportion"]:
        count = round(row["mean"] * row["n"])
        return Cell(formats.percentage(row["mean"]), f"{count} of {row['n']}")
    return Cell(formats.number(row["p50"]), formats.interval(row["p05"], row["p95"]))


def _difference(row: Mapping[str, Any] | None) -> Cell:
    if row is None or row["mean_difference"] is None:
        return Cell(formats.MISSING)
    difference = row["mean_difference"]
    text = formats.percentage(difference) if row["proportion"] else formats.number(difference)
    return Cell(f"+{text}" if difference > 0 else text)
