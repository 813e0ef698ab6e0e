"""Published values that the model claims, on the course of a state or medicine, and those that lie nowhere on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, final

import numpy as np

from neurosteroid import units
from neurosteroid.errors import UnitError
from neurosteroid.evidence import Card, Reproduces, SpreadKind, library
from neurosteroid.model import Course
from neurosteroid.studies.state_places import Place, Taken, place_of, readings

_SYMMETRIC: Final = (SpreadKind.SD, SpreadKind.SE)
_LIKE: Final = 0.01  # relative; a reading nearer to the truth is not told apart from it


@final
@dataclass(frozen=True, kw_only=True)
class Point:
    """One published value on a state's course.

    Attributes:
        output: of the course.
        place: on the state's axis; `until` where it covers a window.
        earliest, latest: spread of the place, where the time itself was measured.
        value: in `unit`, or None for a range; hours after the dose where `is_time`.
        low, high: its spread, or the two ends of a range; None where none is published.
        unit: that of the output, or h.
        is_time: whether the value is when the course is highest.
        entry: the published value and how the model claims it.
        card: that holds it, as ``kind/name``.
        predicted: what the course says there, on the scale of the assay where that is known.
        predicted_place: where on the axis it says so.
        on_assay_scale: whether `predicted` differs from the true concentration.
    """

    output: str
    place: float
    until: float | None
    earliest: float | None = None
    latest: float | None = None
    value: float | None
    low: float | None
    high: float | None
    unit: str
    is_time: bool = False
    entry: Reproduces
    card: str
    predicted: float
    predicted_place: float
    on_assay_scale: bool = False

    @property
    def study(self) -> str:
        """Who measured it and with what, for a key."""
        return ", ".join(filter(None, [self.entry.study or ", ".join(self.entry.source), self.entry.assay]))


@final
@dataclass(frozen=True, kw_only=True)
class Unplaced:
    """A claimed published value that is of what is drawn, and why it lies nowhere on it."""

    name: str
    card: str
    reason: str


@final
@dataclass(frozen=True, kw_only=True)
class _Candidate:
    entry: Reproduces
    card: str
    analyte: str | None
    compartment: str
    protocol: str | None
    variant: str | None


def placed(
    card: Card, course: Course, outputs: tuple[str, ...], start: float, hours: float
) -> tuple[tuple[Point, ...], tuple[Unplaced, ...]]:
    """Return the published values on a course, and those that lie nowhere on it.

    They are the claimed rows of the cards in the setting ``observations``, and the results that the cards in
    ``results`` (as ``kind/name`` or ``kind/name/variant``) claim of their own sources.

    Args:
        card: of the state or medicine.
        course: of one typical person.
        outputs: that are drawn.
        start: place on the axis of hour 0.
        hours: in one unit of the axis.

    Raises:
        CardError: a setting names a card that is not there.
    """
    points: list[Point] = []
    unplaced: list[Unplaced] = []
    candidates = [each for each in _candidates(card) if f"{each.compartment}.{each.analyte}" in outputs]
    for each in candidates:
        found = place_of(each.entry, course, card.name, each.protocol, each.variant)
        point = found if isinstance(found, str) else _point(each, found, candidates, course, start, hours)
        if isinstance(point, str):
            unplaced.append(Unplaced(name=each.entry.name, card=each.card, reason=point))
        else:
            points.append(point)
    return tuple(points), tuple(unplaced)


def listed(text: str) -> tuple[str, ...]:
    """Return the names of a list with commas."""
    return tuple(each.strip() for each in text.split(",") if each.strip())


def _candidates(card: Card) -> Iterator[_Candidate]:
    settings = card.variant().settings
    for name in listed(settings.get("observations", "")):
        observed = library().card(name, "observations")
        for row in observed.rows:
            if row.claim is not None:
                yield _Candidate(
                    entry=row.result(),
                    card=f"{observed.kind}/{observed.name}",
                    analyte=row.analyte,
                    compartment=str(row.claim.arguments.get("compartment", "plasma")),
                    protocol=row.protocol,
                    variant=row.claim.variant,
                )
    for name in listed(settings.get("results", "")):
        kind, plain, variant = [*name.split("/"), "", ""][:3]
        shelf = library().card(f"{kind}/{plain}")
        for entry in shelf.variant(variant or None).reproduces:
            yield _Candidate(
                entry=entry,
                card=f"{shelf.kind}/{shelf.name}",
                analyte=_analyte(entry, settings.get("compound", plain)),
                compartment="plasma",
                protocol=None,
                variant=variant or None,
            )


def _analyte(entry: Reproduces, plain: str) -> str:
    """Return the analyte of a result: that of its arguments, the last word of ``median_PHASE_HORMONE``, or the drug."""
    last = entry.metric.rpartition("_")[2]
    return str(entry.arguments.get("analyte", last if entry.metric.startswith("median_") else plain))


def _point(
    each: _Candidate, place: Place, others: Iterable[_Candidate], course: Course, start: float, hours: float
) -> Point | str:
    entry, output = each.entry, f"{each.compartment}.{each.analyte}"
    values = readings(entry, course, output)
    hour, predicted = place.of(course.times, values)
    is_time = entry.metric == "t_max"
    unit = "h" if is_time else course.units[output]
    try:
        value, low, high = _converted(entry, each.analyte, unit)
    except UnitError:
        return "an area, a ratio, a rate or a change, and no level"
    begin, end = place.begin, place.end
    spread: tuple[float | None, float | None] = (None, None)
    if is_time:
        if value is None:
            return "a range of times"
        predicted, begin, spread = hour - place.begin, place.begin + value, (low, high)
    elif place.taken is Taken.HIGHEST:
        begin, spread = _when(each, others, place, hour)
    at = end > begin and place.taken is not Taken.HIGHEST
    earliest, latest = (None if side is None else start + (place.begin + side) / hours for side in spread)
    return Point(
        output=output,
        place=start + begin / hours,
        until=start + end / hours if at else None,
        earliest=earliest,
        latest=latest,
        value=value,
        low=low,
        high=high,
        unit=unit,
        is_time=is_time,
        entry=entry,
        card=each.card,
        predicted=predicted,
        predicted_place=start + hour / hours,
        on_assay_scale=not np.allclose(values, course.values[output], rtol=_LIKE, atol=0.0),
    )


def _when(
    each: _Candidate, others: Iterable[_Candidate], place: Place, hour: float
) -> tuple[float, tuple[float | None, float | None]]:
    """Return the hour at which a peak was seen, with its spread; that of the course where the study gives none."""
    for other in others:
        same = (other.entry.study, other.entry.arguments, other.protocol, other.analyte)
        if other.entry.metric == "t_max" and same == (
            each.entry.study,
            each.entry.arguments,
            each.protocol,
            each.analyte,
        ):
            value, low, high = _converted(other.entry, other.analyte, "h")
            if value is not None:
                return place.begin + value, (low, high)
    return hour, (None, None)


def _converted(entry: Reproduces, analyte: str | None, unit: str) -> tuple[float | None, float | None, float | None]:
    """Return value, low and high of a published value in a unit.

    Raises:
        UnitError: it measures something else.
    """
    mass = library().molar_mass(str(analyte))
    seen = entry.observed

    def converted(value: float | None) -> float | None:
        return None if value is None else float(units.convert(value, seen.unit, unit, molar_mass=mass))

    spread = seen.spread
    low, high = (None, None) if spread is None else (spread.low, spread.high)
    if spread is not None and spread.value is not None and seen.value is not None and spread.kind in _SYMMETRIC:
        low, high = seen.value - spread.value, seen.value + spread.value
    return converted(seen.value), converted(low), converted(high)
