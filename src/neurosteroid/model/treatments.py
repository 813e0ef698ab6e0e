"""Treatments of several compounds: the state that they are made for, and the day from which they count."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from neurosteroid.dosing import Arm
from neurosteroid.errors import InputError
from neurosteroid.evidence import Card, library
from neurosteroid.model.states import AbstractState, MenstrualCycle, Perimenopause

_KIND: Final = "medicines"
_HALF_A_DAY: Final = 0.5  # days by which a course may begin beside the day that a treatment counts from


def check_treatment(arm: Arm, states: Sequence[AbstractState], where: str = "protocol") -> None:
    """Refuse a treatment of the menstrual cycle in people who have none.

    Args:
        arm: what is given.
        states: of the person, or of all people of a study.
        where: the place of the treatment in the input.

    Raises:
        InputError: there is no such state.
    """
    card = _of_the_cycle(arm)
    if card is not None and _cycle(states) is None:
        raise InputError(
            f"'{card.name}' is a treatment of women who have a menstrual cycle, and there is none here. Give"
            f" MenstrualCycle(day={card.number('day').to('day'):g}), or leave the treatment out.",
            where=where,
        )


def other_day(arms: Sequence[Arm], states: Sequence[AbstractState]) -> tuple[str, ...]:
    """Return a sentence for each treatment that counts from another day of the cycle than hour 0 is."""
    cycle = _cycle(states)
    found = []
    for arm in arms:
        card = _of_the_cycle(arm)
        if card is None or cycle is None:
            continue
        day = card.number("day").to("day")
        away = abs(cycle.day - day)
        if away > _HALF_A_DAY:
            late = "late" if cycle.day > day else "early"
            found.append(
                f"'{card.name}' counts its days from cycle day {day:g}, but hour 0 stands at cycle day {cycle.day:g}:"
                f" everything comes {away:g} {'day' if away == 1 else 'days'} {late} in the cycle."
            )
    return tuple(found)


def treatment_limits(arms: Sequence[Arm]) -> tuple[str, ...]:
    """Return what the cards of treatments say that they must not be used for."""
    cards = [library().card(arm.card, _KIND) for arm in arms if arm.card is not None]
    return tuple(card.note for card in cards if card.note)


def _of_the_cycle(arm: Arm) -> Card | None:
    if arm.card is None:
        return None
    card = library().card(arm.card, _KIND)
    return card if card.variant().settings.get("state") == MenstrualCycle.NAME else None


def _cycle(states: Sequence[AbstractState]) -> MenstrualCycle | Perimenopause | None:
    return next((state for state in states if isinstance(state, MenstrualCycle | Perimenopause)), None)
