"""The hormone course that belongs to a state, with the published values that the model claims, on its own axis."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any, Final, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid import units
from neurosteroid.dosing import protocol_from
from neurosteroid.errors import CardError, UnitError, unknown_name
from neurosteroid.evidence import SHOWN_KINDS, Card, Row, library, shown_path
from neurosteroid.model import Course, ModelChoice, Person, Pregnancy, Stress, Stressor, output_times
from neurosteroid.model.body_course import simulate_body
from neurosteroid.model.simulation import default_step
from neurosteroid.model.states import STATES, AbstractState

Array = NDArray[np.float64]

_WEEK, _DAY = 168.0, 24.0  # h
_FIELD_UNITS: Final = {"week": "week", "delivery_week": "week", "day": "day", "chronic": "1"}
_AXES: Final[Mapping[str, tuple[str, float]]] = {
    "week": ("week of gestation", _WEEK),
    "day": ("day", _DAY),
    "hour": ("hour", 1.0),
}
"""Word of the axis on a card to its name for people and to hours."""

_CROWDED: Final = 4
_PLACE: Final = re.compile(r"(?P<word>week|day|lh_day|hour) (?P<number>-?[\d.]+)")


@final
@dataclass(frozen=True, kw_only=True)
class Point:
    """One published value on a state's course.

    Attributes:
        output: of the course.
        place: on the state's axis; `until` where it covers a window.
        value: in the unit of the output, or None for a range.
        low, high: its spread, or the two ends of a range; None where none is published.
        row: the observed row.
        card: that holds it, as ``kind/name``.
        predicted: what the course says there.
    """

    output: str
    place: float
    until: float | None
    value: float | None
    low: float | None
    high: float | None
    row: Row
    card: str
    predicted: float


@final
@dataclass(frozen=True, kw_only=True, eq=False)
class StateCourse:
    """What is shown of a state.

    Attributes:
        card: of kind `KIND`.
        course: of one typical person.
        outputs: shown, in order.
        axis: name of the state's axis.
        places: (K,) on that axis.
        points: published values that the model claims, and that lie on the course.
        crowding: power by which the rows of a table crowd at the beginning, where most happens; 1 for even ones.
    """

    card: Card
    course: Course
    outputs: tuple[str, ...]
    axis: str
    places: Array
    points: tuple[Point, ...]
    crowding: int = 1


def shown_names(kind: str | None = None) -> tuple[str, ...]:
    """Return the names of all states and medicines that have a course to show, or of one kind."""
    shelf = library()
    kinds = [each for each in SHOWN_KINDS if each in shelf.kinds() and kind in (None, each)]
    return tuple(name for each in kinds for name in shelf.names(each))


def state_course(name: str, kind: str = SHOWN_KINDS[0]) -> StateCourse:
    """Return the course of a state or medicine as its card describes it.

    Args:
        name: of the card.
        kind: of the card, one of `SHOWN_KINDS`.

    Raises:
        UnknownNameError: no card of that name.
        CardError: a card that names what does not exist.
        SolverError: the integration did not finish.
    """
    card = library().card(name, kind)
    chosen = card.variant()
    person = _person(card)
    given = [protocol_from(each) for each in _listed(chosen.settings.get("protocols", "no-drug"))]
    until = card.number("until").to("h")
    start_of_day = units.checked_clock(chosen.settings.get("start", "08:00"), where=_where(card, "start"))
    times = output_times(f"{until} h", default_step(f"{until} h"))
    course = simulate_body(person, tuple(given), start_of_day, times, ModelChoice(), outcomes=False)
    outputs = _listed(chosen.settings["outputs"])
    for output in outputs:
        if output not in course.names:
            raise CardError(unknown_name("output", output, course.names).message, where=_where(card, "outputs"))
    word = chosen.settings.get("axis", "hour")
    if word not in _AXES:
        raise CardError(unknown_name("axis", word, _AXES).message, where=_where(card, "axis"))
    title, hours = _AXES[word]
    start = _start(person, word)
    return StateCourse(
        card=card,
        course=course,
        outputs=outputs,
        axis=chosen.settings.get("axis_title", title),
        places=start + course.times / hours,
        points=tuple(_points(card, course, outputs, start, hours)),
        crowding=_CROWDED if chosen.settings.get("early") == "yes" else 1,
    )


def _listed(text: str) -> tuple[str, ...]:
    return tuple(each.strip() for each in text.split(",") if each.strip())


def _where(card: Card, key: str) -> str:
    return f"{shown_path(card.path)}: settings.{key}"


def _person(card: Card) -> Person:
    settings = card.variant().settings
    weight = card.number("weight").to(units.WEIGHT)
    plain = "none" if card.kind == "medicines" else card.name
    states = [] if settings.get("state", plain) == "none" else [_state(card)]
    return Person(weight=f"{weight} kg", sex=settings.get("sex", "female"), states=states)


def _state(card: Card) -> AbstractState:
    """Return the state of a card: its numbers and settings fill the fields of the same name."""
    settings, numbers = card.variant().settings, card.variant().numbers
    name = settings.get("state", card.name)
    if name not in STATES:
        raise CardError(unknown_name("state", name, STATES).message, where=_where(card, "state"))
    given: dict[str, Any] = {}
    for field in fields(STATES[name]):
        if field.name in numbers and field.name in _FIELD_UNITS:  # 'until' is the length of the plot
            given[field.name] = card.number(field.name).to(_FIELD_UNITS[field.name])
        elif field.name in settings:
            given[field.name] = {"yes": True, "no": False}.get(settings[field.name], settings[field.name])
        elif field.name == "events" and "stressor" in settings:
            given["events"] = [Stressor(settings["stressor"], at=f"{card.number('at').to('h')} h")]
        elif field.default is MISSING and STATES[name] is not Stress:
            raise CardError(f"the state needs '{field.name}'.", where=shown_path(card.path))
    return STATES[name](**given)


def _start(person: Person, word: str) -> float:
    """Return the place on the axis at which hour 0 stands."""
    state = next(iter(person.states), None)
    return float(getattr(state, word, 0.0))


def _points(card: Card, course: Course, outputs: tuple[str, ...], start: float, hours: float) -> Iterator[Point]:
    for name in _listed(card.variant().settings.get("observations", "")):
        observed = library().card(name, "observations")
        for row in observed.rows:
            output = f"{(row.claim.arguments if row.claim else {}).get('compartment', 'plasma')}.{row.analyte}"
            if row.claim is None or output not in outputs:
                continue
            begin, end = _hours(row, course)
            if begin is None or not course.times[0] <= begin <= course.times[-1]:
                continue
            ends = [begin] if end is None else [begin, min(end, float(course.times[-1]))]
            try:
                value, low, high = _values(row, course.units[output])
            except UnitError:
                continue  # a ratio, a change or a half-time is no value on the axis
            inside = (course.times >= ends[0]) & (course.times <= ends[-1])
            known = course.values[output]
            predicted = known[inside].mean() if inside.sum() > 1 else np.interp(ends[0], course.times, known)
            yield Point(
                output=output,
                place=start + ends[0] / hours,
                until=start + ends[-1] / hours if end is not None else None,
                value=value,
                low=low,
                high=high,
                row=row,
                card=f"{observed.kind}/{observed.name}",
                predicted=float(predicted),
            )


def _hours(row: Row, course: Course) -> tuple[float | None, float | None]:
    """Return the hours of the course at which a claimed row begins and, for a window, ends; None when it has none."""
    arguments = row.claim.arguments if row.claim is not None else {}
    found: list[float | None] = []
    for key, prefix in (("at", ""), ("until", "until_")):
        said = _PLACE.fullmatch(str(arguments.get(key, "")))
        if said is not None:
            found.append(_hour(said["word"], float(said["number"]), course))
            continue
        words = [word for word in ("week", "day", "lh_day", "hour") if f"{prefix}{word}" in arguments]
        number = arguments[f"{prefix}{words[0]}"] if words else None
        numeric = isinstance(number, int | float) and not isinstance(number, bool)
        found.append(_hour(words[0], float(number), course) if numeric and number is not None else None)
    return found[0], found[1]


def _hour(word: str, number: float, course: Course) -> float | None:
    """Return the hour of the course at which a place on one of the body's axes lies."""
    state = next(iter(course.person.states), None)
    if word == "lh_day":
        lh = course.values.get("plasma.lh")
        return None if lh is None else float(course.times[int(np.argmax(lh))]) + number * _DAY
    if isinstance(state, Pregnancy):
        if word == "week":
            return (number - state.week) * _WEEK
        if state.delivery_week is None:
            return None
        return (state.delivery_week - state.week) * _WEEK + number * (_DAY if word == "day" else 1.0)
    if word == "week":
        return None
    if word == "day":
        return (number - float(getattr(state, "day", 0.0))) * _DAY
    begin = state.events[0].hour if isinstance(state, Stress) and state.events else 0.0
    return begin + number - float(getattr(state, "day", 0.0)) * _DAY


def _values(row: Row, unit: str) -> tuple[float | None, float | None, float | None]:
    """Return value, low and high of a row in a unit.

    Raises:
        UnitError: it measures something else.
    """
    known = library().names("compounds")
    mass = None
    if row.analyte in known:
        mass = library().card(str(row.analyte), "compounds").number("molar_mass").to("g/mol")

    def converted(value: float | None) -> float | None:
        return None if value is None else float(units.convert(value, row.unit, unit, molar_mass=mass))

    spread = row.spread
    low, high = (None, None) if spread is None else (spread.low, spread.high)
    if spread is not None and spread.value is not None and row.value is not None and spread.kind in ("sd", "se"):
        low, high = row.value - spread.value, row.value + spread.value
    return converted(row.value), converted(low), converted(high)
