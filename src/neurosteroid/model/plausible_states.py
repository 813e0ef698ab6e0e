"""What is possible but unlikely to be meant about a person's states: ages, days, drives, what begins after the end.

Nothing is refused here. The limits stand on the card ``physiology/state-limits``; those that refuse input are read by
the states themselves.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from neurosteroid import units
from neurosteroid.evidence import library
from neurosteroid.model.states import AbstractState, Medication, Postpartum, Stress
from neurosteroid.model.states.state import LIMITS, limit

Array = NDArray[np.float64]

_HOURS_A_YEAR: Final = 8766.0


def unlikely_states(
    states: Sequence[AbstractState],
    ages: Array,
    until: float,
    where: str | None = None,
    drawn_from: str | None = None,
) -> tuple[str, ...]:
    """Return a sentence for each thing about states, ages and the span that is unlikely to be meant.

    Args:
        states: of a person, or of all people of a study.
        ages: (P,) year; empty where they are not known.
        until: end of the course, h.
        where: key of the list of states in a file, for messages; by default states are called as in Python.
        drawn_from: card of people from which the ages were drawn, where nobody gave them.
    """
    found = [*_ages(states, np.asarray(ages, dtype=float), drawn_from), *_span(until)]
    for place, state in enumerate(states):
        for field, text in _about(state, until):
            found.append(f"{state.place(field) if where is None else f'{where}[{place}].{field}'}: {text}")
    return tuple(found)


def _ages(states: Sequence[AbstractState], ages: Array, drawn_from: str | None) -> Iterator[str]:
    if not ages.size:
        return
    youngest, oldest = limit("youngest_adult", units.AGE), limit("oldest_person", units.AGE)
    if text := _outside(ages, youngest, oldest):
        bounds = f"{youngest:g} to {oldest:g} year"
        yield f"{text} outside {bounds}: the numbers are those of adults. Check the age and its unit."
    known = library().card(LIMITS, "physiology").variant().numbers
    for state in states:
        low, high = (
            limit(key, units.AGE) if (key := f"{end}_{state.NAME}") in known else bound
            for end, bound in (("youngest", 0.0), ("oldest", np.inf))
        )
        if text := _outside(ages, low, high):
            usual = f"from {low:g} year on" if high == np.inf else f"between {low:g} and {high:g} year"
            way_out = (
                "Check the age, or the state."
                if drawn_from is None
                else f"Their ages are those of the card '{drawn_from}', the women of its studies, and enter no number"
                " that is computed; their weights do."
            )
            yield f"{text} in the state {type(state).__name__}, which is usual {usual}. {way_out}"


def _outside(ages: Array, low: float, high: float) -> str:
    """Return whose age lies outside two bounds, in words; nothing where nobody's does."""
    wrong = ages[(ages < low) | (ages > high)]
    if not wrong.size:
        return ""
    if ages.size == 1:
        return f"an age of {wrong[0]:.4g} year is"
    return f"{wrong.size} of {ages.size} people, aged {wrong.min():.3g} to {wrong.max():.3g} year, are"


def _span(until: float) -> Iterator[str]:
    longest = limit("longest_follow_up", units.AGE)
    if until > longest * _HOURS_A_YEAR:
        yield (
            f"a follow-up of {until / _HOURS_A_YEAR:.3g} year is longer than {longest:g} year: no state ages, so that"
            " what holds at hour 0 goes on as it is. Check the span and its unit."
        )


def _about(state: AbstractState, until: float) -> Iterator[tuple[str, str]]:
    """Return (field, sentence) of what is unlikely about one state."""
    if isinstance(state, Postpartum):
        usual = limit("last_usual_day_after_delivery", "day")
        if state.day > usual:
            yield (
                "day",
                f"day {state.day:g} is more than {usual:g} days after delivery, beyond what was measured; once cycles"
                " have returned, MenstrualCycle is the better state.",
            )
    if isinstance(state, Stress):
        usual = limit("highest_usual_drive", "1")
        if state.chronic > usual:
            yield (
                "chronic",
                f"{state.chronic:g} times the drive at rest is above {usual:g}, beyond any lasting stress that the"
                " model was made for. Check the number: 1 is no lasting stress, 2 is twice the drive.",
            )
        if state.begins is not None and state.begins >= until:
            yield "since", _late(f"lasting stress begins at {state.begins:g} h", until)
        for place, event in enumerate(state.events):
            if event.hour >= until:
                yield f"events[{place}].at", _late(f"the {event.name} begins at {event.hour:g} h", until)
    if isinstance(state, Medication) and state.begins >= until:
        yield "since", _late(f"'{state.name}' begins at {state.begins:g} h", until)


def _late(what: str, until: float) -> str:
    ends = f"the follow-up ends at {until:g} h"
    return f"{what}, but {ends}: nothing of it is seen. Make the follow-up longer, or leave it out."
