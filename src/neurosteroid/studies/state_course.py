"""The hormone course that belongs to a state, with the published values that the model claims, on its own axis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields, replace
from typing import Any, Final, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid import units
from neurosteroid.dosing import Protocol, protocol_from
from neurosteroid.errors import CardError, InputError, unknown_name
from neurosteroid.evidence import SHOWN_KINDS, Card, library, shown_path
from neurosteroid.model import Course, ModelChoice, Person, Stress, Stressor, output_times
from neurosteroid.model.body_course import simulate_body
from neurosteroid.model.shown_units import in_shown_units, shown_factor, shown_unit
from neurosteroid.model.simulation import default_step
from neurosteroid.model.states import STATES, AbstractState, Medication
from neurosteroid.observation.assay_scale import assay_name, read_by
from neurosteroid.studies.state_points import Point, Unplaced, listed, placed

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
        unplaced: those that are of what is drawn and lie nowhere on it.
        crowding: power by which the rows of a table crowd at the beginning, where most happens; 1 for even ones.
        reading: output to the assay that reads it; what is not in it is the true concentration.
    """

    card: Card
    course: Course
    outputs: tuple[str, ...]
    axis: str
    places: Array
    points: tuple[Point, ...]
    unplaced: tuple[Unplaced, ...] = ()
    crowding: int = 1
    reading: Mapping[str, str] = field(default_factory=dict)

    def reasons(self) -> dict[str, list[str]]:
        """Return why published values lie nowhere on the course, each reason with their names."""
        found: dict[str, list[str]] = {}
        for each in self.unplaced:
            found.setdefault(each.reason, []).append(each.name)
        return found


def shown_names(kind: str | None = None) -> tuple[str, ...]:
    """Return the names of all states and medicines that have a course to show, or of one kind."""
    shelf = library()
    kinds = [each for each in SHOWN_KINDS if each in shelf.kinds() and kind in (None, each)]
    return tuple(name for each in kinds for name in shelf.names(each))


def state_course(
    name: str,
    kind: str = SHOWN_KINDS[0],
    *,
    assay: str | None = None,
    study: str | None = None,
    seed: int | None = None,
) -> StateCourse:
    """Return the course of a state or medicine as its card describes it.

    Args:
        name: of the card.
        kind: of the card, one of `SHOWN_KINDS`.
        assay: on whose scale the course is wanted; true concentrations when None. Published values keep their own.
        study: whose bias the assay has.
        seed: of the bias of a study that nobody knows, in the place of a named one.

    Raises:
        UnknownNameError: no card of that name, or no such assay.
        InputError: the assay reads nothing of what is shown.
        CardError: a card that names what does not exist.
        SolverError: the integration did not finish.
    """
    card = library().card(name, kind)
    chosen = card.variant()
    person = _person(card)
    given = _given(card)
    until = card.number("until").to("h")
    start_of_day = units.checked_clock(chosen.settings.get("start", "08:00"), where=_where(card, "start"))
    times = output_times(f"{until} h", default_step(f"{until} h"))
    course = simulate_body(person, tuple(given), start_of_day, times, ModelChoice(), outcomes=False)
    outputs = listed(chosen.settings["outputs"])
    for output in outputs:
        if output not in course.names:
            raise CardError(unknown_name("output", output, course.names).message, where=_where(card, "outputs"))
    word = chosen.settings.get("axis", "hour")
    if word not in _AXES:
        raise CardError(unknown_name("axis", word, _AXES).message, where=_where(card, "axis"))
    title, hours = _AXES[word]
    start = _start(person, word)
    points, unplaced = placed(card, course, outputs, start, hours)
    reading: dict[str, str] = {}
    if assay is not None:
        assay = assay_name(assay)
        read = [each for each in read_by(assay) if f"plasma.{each}" in outputs]
        if not read:
            raise InputError(f"it reads {', '.join(read_by(assay))}; shown are {', '.join(outputs)}.", where=assay)
        course = course.as_measured(assay=assay, study=study, analytes=read, seed=seed)
        reading = {f"plasma.{each}": assay for each in read}
    return StateCourse(
        card=card,
        course=in_shown_units(course),
        outputs=outputs,
        axis=chosen.settings.get("axis_title", title),
        places=start + course.times / hours,
        points=tuple(_in_shown_unit(point) for point in points),
        unplaced=unplaced,
        crowding=_CROWDED if chosen.settings.get("early") == "yes" else 1,
        reading=reading,
    )


def _in_shown_unit(point: Point) -> Point:
    """Return a point in the unit in which its output is shown; times stay what they are."""
    unit = shown_unit(point.output, point.unit)
    factor = shown_factor(point.output, point.unit)
    if point.is_time or unit == point.unit:
        return point
    value, low, high = (None if each is None else each * factor for each in (point.value, point.low, point.high))
    return replace(point, unit=unit, value=value, low=low, high=high, predicted=point.predicted * factor)


def _given(card: Card) -> list[Protocol]:
    """Return the protocols of a card: names of protocols, or one sentence where the card names its compound."""
    settings = card.variant().settings
    if "compound" in settings:
        return [Protocol.parse(settings["protocols"], compound=settings["compound"], where=_where(card, "protocols"))]
    return [protocol_from(each) for each in listed(settings.get("protocols", "no-drug"))]


def _where(card: Card, key: str) -> str:
    return f"{shown_path(card.path)}: settings.{key}"


def _person(card: Card) -> Person:
    settings = card.variant().settings
    weight = card.number("weight").to(units.WEIGHT)
    plain = "none" if card.kind == "medicines" else card.name
    states = [] if settings.get("state", plain) == "none" else [_state(card)]
    if "medication" in settings:
        ends = f"{card.number('ends').to('h')} h" if "ends" in card.variant().numbers else None
        states.append(Medication(settings["medication"], since=f"{card.number('since').to('h')} h", until=ends))
    return Person(weight=f"{weight} kg", sex=settings.get("sex", "female"), states=states)


def _state(card: Card) -> AbstractState:
    """Return the state of a card: its numbers and settings fill the fields of the same name."""
    settings, numbers = card.variant().settings, card.variant().numbers
    name = settings.get("state", card.name)
    if name not in STATES:
        raise CardError(unknown_name("state", name, STATES).message, where=_where(card, "state"))
    given: dict[str, Any] = {}
    for each in fields(STATES[name]):
        if each.name in numbers and each.name in _FIELD_UNITS:  # 'until' is the length of the plot
            given[each.name] = card.number(each.name).to(_FIELD_UNITS[each.name])
        elif each.name in settings:
            given[each.name] = {"yes": True, "no": False}.get(settings[each.name], settings[each.name])
        elif each.name == "events" and "stressor" in settings:
            given["events"] = [Stressor(settings["stressor"], at=f"{card.number('at').to('h')} h")]
        elif each.default is MISSING and STATES[name] is not Stress:
            raise CardError(f"the state needs '{each.name}'.", where=shown_path(card.path))
    return STATES[name](**given)


def _start(person: Person, word: str) -> float:
    """Return the place on the axis at which hour 0 stands."""
    state = next(iter(person.states), None)
    return float(getattr(state, word, 0.0))
