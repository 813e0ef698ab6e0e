"""Measures that a study asks for: one number a woman from any output of the model, over any span of time."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid import units
from neurosteroid.engine.reducers import first_time_within, hours_within, within_span
from neurosteroid.errors import InputError, UnitError, unknown_name
from neurosteroid.evidence import library
from neurosteroid.pharmacokinetics.areas import area
from neurosteroid.studies.config import MeasureChoice

Array = NDArray[np.float64]

_SCORES: Final = ("mood.hamd17", "mood.hamd17_change")
"""Outputs that are points of a rating scale."""
_CONCENTRATIONS: Final = ("mol/L", "g/L", "IU/L")
_ROUNDING: Final = 1e-6
"""Share of a course's highest value by which a solver may leave a concentration below zero."""


@final
@dataclass(frozen=True)
class Asked:
    """A measure whose output and units are known.

    Attributes:
        name: of its column.
        label: words for tables.
        unit: of the measure.
        output: of the model.
        kind: as `MeasureChoice.kind`.
        factor: unit in which the output is read in one of the unit in which it is computed.
        concentration: whether areas fall as exponentials, as those of concentrations do; others are straight.
        low, high: limits in the unit in which the output is read; infinite where there is none.
        begin, end: h.
    """

    name: str
    label: str
    unit: str
    output: str
    kind: str
    factor: float
    concentration: bool
    low: float
    high: float
    begin: float
    end: float

    def compute(self, times: Array, values: Mapping[str, Array]) -> Array:
        """Return the measure (P,) of courses (P, K) at times (K,) or (P, K); NaN for a time that never comes."""
        course = values[self.output] * self.factor
        if self.concentration:
            highest = np.max(np.abs(course), axis=1, keepdims=True, initial=0.0)
            course = np.where((course < 0.0) & (course >= -_ROUNDING * highest), 0.0, course)
            if self.kind == "auc":
                return np.asarray(area(times, course, self.begin, self.end))
        clock, course = within_span(times, course, self.begin, self.end)
        if self.kind == "auc":
            pieces = 0.5 * (course[:, :-1] + course[:, 1:]) * np.diff(clock)
            return np.asarray(pieces.sum(axis=1))
        if self.kind == "cmax":
            return np.asarray(course.max(axis=1))
        if self.kind == "tmax":
            place = np.argmax(course, axis=1)
            return np.broadcast_to(clock, course.shape)[np.arange(len(course)), place]
        if self.kind == "time_in_window":
            return hours_within(clock, course, self.low, self.high)
        return first_time_within(clock, course, self.low, self.high)


def checked_outputs(chosen: Sequence[str], known: Collection[str]) -> tuple[str, ...]:
    """Return the outputs whose bands are asked for.

    Raises:
        UnknownNameError: the model has no such output.
        InputError: one is named twice.
    """
    for place, name in enumerate(chosen):
        if name not in known:
            raise unknown_name("output", name, known, where=f"outputs[{place}]")
        if name in chosen[:place]:
            raise InputError(f"'{name}' is named twice.", where=f"outputs[{place}]")
    return tuple(chosen)


def read_asked(choices: Sequence[MeasureChoice], known: Mapping[str, str], last: float) -> tuple[Asked, ...]:
    """Return the measures with everything in numbers.

    Args:
        choices: from the config.
        known: unit of every output that the model has.
        last: h, end of follow-up.

    Raises:
        UnknownNameError: the model has no such output.
        InputError: a unit that does not fit, limits in the wrong order, a span outside follow-up, or two measures of
            one name; each names its place.
    """
    found: list[Asked] = []
    for place, choice in enumerate(choices):
        where = f"measures[{place}]"
        each = _read(choice, known, last, where)
        if each.name in {other.name for other in found}:
            raise InputError(f"two measures are called '{each.name}'; give one a 'name' of its own.", where=where)
        found.append(each)
    return tuple(found)


def _read(choice: MeasureChoice, known: Mapping[str, str], last: float, where: str) -> Asked:
    if choice.output not in known:
        raise unknown_name("output", choice.output, known, where=f"{where}.output")
    own = known[choice.output]
    mass = library().molar_mass(choice.output)
    unit = choice.unit or own
    try:
        factor = float(units.convert(1.0, own, unit, molar_mass=mass))
    except UnitError as error:
        raise InputError(f"{choice.output} is computed in '{own}': {error.message}", where=f"{where}.unit") from error

    def limit(key: str, otherwise: float) -> float:
        text = getattr(choice, key)
        if text is None:
            return otherwise
        try:
            return units.parse(text, unit, molar_mass=mass)
        except UnitError as error:
            raise InputError(error.message, where=f"{where}.{key}") from error

    low, high = limit("low", -math.inf), limit("high", math.inf)
    if choice.kind == "first_passage":
        bound = limit("limit", math.nan)
        low, high = (bound, math.inf) if choice.direction == "up" else (-math.inf, bound)
    if low >= high:
        raise InputError(f"'low' ({choice.low}) must be below 'high' ({choice.high}).", where=where)
    begin = 0.0 if choice.since is None else units.parse_span(choice.since)
    end = last if choice.until is None else units.parse_span(choice.until)
    if not begin < end <= last:
        raise InputError(
            f"from {begin:g} h to {end:g} h is no span within follow-up, which goes from 0 to {last:g} h.", where=where
        )
    label, shown = _words(choice, unit, begin, end, last)
    return Asked(
        name=choice.column,
        label=choice.label or label,
        unit=shown,
        output=choice.output,
        kind=choice.kind,
        factor=factor,
        concentration=any(units.same_dimension(unit, each) for each in _CONCENTRATIONS),
        low=low,
        high=high,
        begin=begin,
        end=end,
    )


def _words(choice: MeasureChoice, unit: str, begin: float, end: float, last: float) -> tuple[str, str]:
    """Return label and unit of a measure."""
    span = "" if (begin, end) == (0.0, last) else f", {begin:g} to {end:g} h"
    if choice.kind == "auc":
        above, _, below = unit.partition("/")
        if unit == "1":  # scores have no unit to compute with, but a name
            return f"AUC of {choice.output} {begin:g} to {end:g} h", "points*h" if choice.output in _SCORES else "h"
        area_unit = f"{above}*h" + (f"/{below}" if below else "")
        return f"AUC of {choice.output} {begin:g} to {end:g} h", area_unit
    if choice.kind == "cmax":
        return f"Highest {choice.output}{span}", unit
    if choice.kind == "tmax":
        return f"Time of the highest {choice.output}{span}", "h"
    if choice.kind == "time_in_window":
        limits = [f"{word} {text}" for word, text in (("from", choice.low), ("to", choice.high)) if text is not None]
        return f"Hours with {choice.output} {' '.join(limits)}{span}", "h"
    reached = "at or above" if choice.direction == "up" else "at or below"
    return f"First hour with {choice.output} {reached} {choice.limit}{span}", "h"
