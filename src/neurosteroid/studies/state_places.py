"""Where a published value lies on the course of a state: at a time, over a phase or days, or at a peak after a dose."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid import units
from neurosteroid.dosing import Protocol
from neurosteroid.dosing.steps import DoseStep
from neurosteroid.errors import NeurosteroidError
from neurosteroid.evidence import Reproduces, library
from neurosteroid.model import Course, MenstrualCycle, Perimenopause, Pregnancy, Stress
from neurosteroid.physiology.cycle import CARD as CYCLE
from neurosteroid.physiology.cycle import phase_days
from neurosteroid.physiology.cycle_course import DAY, last_cycle
from neurosteroid.studies.readings import read
from neurosteroid.studies.set_ups.cycle import WINDOWS, days_window

Array = NDArray[np.float64]

_WEEK: Final = 168.0  # h
_ONCE_A_DAY: Final = DAY  # where a claim of daily doses says nothing else
_SAME: Final = 1e-6  # relative; doses that differ by less are the same dose
_PLACE: Final = re.compile(r"(?P<word>week|day|lh_day|hour) (?P<number>-?[\d.]+)")
_WORDS: Final = ("week", "day", "lh_day", "hour")
_MEDIAN: Final = re.compile(r"median_(?P<phase>[a-z]+)_(?P<hormone>.+)")
_AVERAGE: Final = re.compile(r"c_average_(?P<begin>[\d.]+)_(?P<end>[\d.]+)")
_PEAKS: Final = ("c_max", "peak")
_AT_END: Final = "_at_end"  # one interval after the last dose


class Taken(StrEnum):
    """What is taken of the course where a published value lies."""

    MEAN = "mean"
    """or the value itself, where it is at one time"""
    MEDIAN = "median"
    """over time"""
    HIGHEST = "highest"
    """of the window"""


@final
@dataclass(frozen=True, kw_only=True)
class Place:
    """Hours of the course that a published value is of.

    Attributes:
        begin, end: of the window, h; equal at one time.
        taken: of the course in it.
    """

    begin: float
    end: float
    taken: Taken = Taken.MEAN

    def of(self, times: Array, values: Array) -> tuple[float, float]:
        """Return hour and value that the course (K,) has here; the middle of the window where it has no peak."""
        inside = (times >= self.begin) & (times <= self.end)
        middle = 0.5 * (self.begin + self.end)
        if inside.sum() < 2:
            return middle, float(np.interp(middle, times, values))
        if self.taken is Taken.HIGHEST:
            top = int(values[inside].argmax())
            return float(times[inside][top]), float(values[inside][top])
        return middle, float(np.median(values[inside]) if self.taken is Taken.MEDIAN else values[inside].mean())


def place_of(entry: Reproduces, course: Course, name: str, protocol: str | None, variant: str | None) -> Place | str:
    """Return where a published value lies on a course, or why it lies nowhere.

    Args:
        entry: the published value and how the model brings it out.
        course: of the state or medicine.
        name: of its card.
        protocol: that the people of the study were given, where the row says one.
        variant: of the card that brings it out, where it is not the default.
    """
    begin, end = _said(entry.arguments, course)
    if begin is not None:
        if not course.times[0] <= begin <= course.times[-1]:
            return "before or after what is drawn"
        return Place(begin=begin, end=begin if end is None else min(end, float(course.times[-1])))
    phase = _MEDIAN.fullmatch(entry.metric)
    if phase is not None or entry.metric in WINDOWS:
        return _in_cycle(entry, course, phase["phase"] if phase else None, variant)
    if entry.set_up == "steady-gonads":
        if entry.arguments.get("variant") != name:
            return "of other gonads"
        return Place(begin=float(course.times[0]), end=float(course.times[-1]))
    return _after_dose(entry, course, protocol)


def _in_cycle(entry: Reproduces, course: Course, phase: str | None, variant: str | None) -> Place | str:
    state = next(iter(course.person.states), None)
    wanted = {MenstrualCycle: None, Perimenopause: "perimenopause"}
    variant = None if variant == library().card(CYCLE).default else variant
    if type(state) not in wanted or wanted[type(state)] != variant:
        return "of other cycles"
    days = phase_days(variant)
    cycle = last_cycle(course.times, course.values, days.luteal_length)
    if cycle is None:
        return "no whole cycle is drawn"
    if phase is None:
        _, first, last = WINDOWS[entry.metric]
        return Place(begin=cycle.surge + first * DAY, end=cycle.surge + last * DAY, taken=Taken.HIGHEST)
    first, last = days_window(cycle, days.luteal_length, entry) if phase == "days" else cycle.phase(phase, days)
    return Place(begin=cycle.surge + first * DAY, end=cycle.surge + last * DAY, taken=Taken.MEDIAN)


def _after_dose(entry: Reproduces, course: Course, protocol: str | None) -> Place | str:
    """Return the hours after a dose, or during an infusion, that a figure of exposure is of."""
    if "event" in entry.arguments:
        return "in a test that is not drawn"
    given = next((each for each in course.protocols if each.steps), None)
    average = _AVERAGE.fullmatch(entry.metric)
    ended = entry.metric.endswith(_AT_END)
    if entry.metric not in (*_PEAKS, "t_max", "mean") and average is None and not ended:
        return "an area, a ratio, a rate or a change, and no level"
    if given is None:
        return "after a dose, and none is given here"
    if protocol == given.name:
        if average is not None:
            return Place(begin=float(average["begin"]), end=float(average["end"]))
        return Place(begin=0.0, end=float(course.times[-1]), taken=Taken.HIGHEST)
    if _same_sentence(entry.arguments, given):
        return Place(begin=0.0, end=float(course.times[-1]), taken=Taken.HIGHEST)
    interval = _regimen(entry.arguments, given)
    if interval is None:
        return "after other doses, or by another route or with another meal, than are drawn"
    begin = (_doses(entry.arguments, interval) - 1) * interval
    if begin + (interval if ended else 0.0) >= course.times[-1]:
        return "before or after what is drawn"
    if ended:
        return Place(begin=begin + interval, end=begin + interval)
    taken = Taken.MEAN if entry.metric == "mean" else Taken.HIGHEST
    return Place(begin=begin, end=min(begin + interval, float(course.times[-1])), taken=taken)


def _doses(arguments: Mapping[str, str | float | bool], interval: float) -> int:
    if "count" in arguments:
        return round(float(arguments["count"]))
    return round(float(arguments["days"]) * DAY / interval) if "days" in arguments else 1


def _same_sentence(arguments: Mapping[str, str | float | bool], given: Protocol) -> bool:
    """Return whether a claim says in one sentence what the protocol gives."""
    if "given" not in arguments or given.compound is None:
        return False
    return Protocol.parse(str(arguments["given"]), compound=given.compound).steps == given.steps


def _regimen(arguments: Mapping[str, str | float | bool], given: Protocol) -> float | None:
    """Return h from dose to dose when the protocol gives what the claim says, else None."""
    if not all(isinstance(step, DoseStep) for step in given.steps) or {"over", "perpetrator"} & set(arguments):
        return None
    step = given.steps[0]
    if not isinstance(step, DoseStep) or "dose" not in arguments or arguments.get("form", "capsule") != "capsule":
        return None
    interval = units.parse_span(str(arguments["interval"])) if "interval" in arguments else _ONCE_A_DAY
    dose = float(units.parse(str(arguments["dose"]), step.unit))
    count = _doses(arguments, interval)
    same_dose = abs(dose - step.amount) <= _SAME * dose and len(given.steps) == 1
    same_meal = arguments.get("meal", step.meal) == step.meal
    same_drug = arguments.get("drug", given.compound) == given.compound
    same_times = count == 1 or (step.interval_h == interval and step.count >= count)
    same_route = "drug" in arguments or arguments.get("route", "oral") == step.route
    return interval if same_dose and same_meal and same_drug and same_times and same_route else None


def readings(entry: Reproduces, course: Course, output: str) -> Array:
    """Return a course (K,) as the assay of a published value reads it, or as it is where no scale is known."""
    analyte = output.removeprefix("plasma.")
    plasma = {
        name.removeprefix("plasma."): values
        for name, values in course.values.items()
        if name.startswith("plasma.") and course.units[name] == units.CONCENTRATION
    }
    if analyte not in plasma or entry.assay is None:
        return course.values[output]
    try:
        return read(entry, plasma, analyte)
    except NeurosteroidError:
        return course.values[output]


def _said(arguments: Mapping[str, str | float | bool], course: Course) -> tuple[float | None, float | None]:
    """Return the hours at which a claim says to begin and, for a window, to end; None where it does not."""
    found: list[float | None] = []
    for key, prefix in (("at", ""), ("until", "until_")):
        said = _PLACE.fullmatch(str(arguments.get(key, "")))
        if said is not None:
            found.append(_hour(said["word"], float(said["number"]), course))
            continue
        words = [word for word in _WORDS if f"{prefix}{word}" in arguments]
        number = arguments[f"{prefix}{words[0]}"] if words else None
        numeric = isinstance(number, int | float) and not isinstance(number, bool)
        found.append(_hour(words[0], float(number), course) if numeric and number is not None else None)
    return found[0], found[1]


def _hour(word: str, number: float, course: Course) -> float | None:
    """Return the hour of the course at which a place on one of the body's axes lies."""
    state = next(iter(course.person.states), None)
    if word == "lh_day":
        lh = course.values.get("plasma.lh")
        return None if lh is None else float(course.times[int(np.argmax(lh))]) + number * DAY
    if isinstance(state, Pregnancy):
        if word == "week":
            return (number - state.week) * _WEEK
        if state.delivery_week is None:
            return None
        return (state.delivery_week - state.week) * _WEEK + number * (DAY if word == "day" else 1.0)
    if word == "week":
        return None
    if word == "day":
        return (number - float(getattr(state, "day", 0.0))) * DAY
    begin = state.events[0].hour if isinstance(state, Stress) and state.events else 0.0
    return begin + number - float(getattr(state, "day", 0.0)) * DAY
