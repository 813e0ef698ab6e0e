"""Which states of one person go together, and why others do not."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Final

from neurosteroid.errors import InputError
from neurosteroid.model.states.medication import Medication
from neurosteroid.model.states.menopause import Menopause
from neurosteroid.model.states.menstrual_cycle import MenstrualCycle
from neurosteroid.model.states.perimenopause import Perimenopause
from neurosteroid.model.states.postpartum import Postpartum
from neurosteroid.model.states.pregnancy import Pregnancy
from neurosteroid.model.states.state import AbstractState, Sex

_WHERE: Final = "Person.states"
_DAYS_A_WEEK: Final = 7.0
_SAME_DAY: Final = 0.5  # days by which two ways of saying one place may differ

_REASONS: Final = {
    frozenset({MenstrualCycle, Pregnancy}): "there is no cycle day during pregnancy: the placenta holds the cycle off.",
    frozenset({MenstrualCycle, Postpartum}): (
        "the first weeks after delivery have no cycle day; once cycles have returned, give the cycle alone."
    ),
    frozenset({MenstrualCycle, Menopause}): "menopause is the end of cycles.",
    frozenset({MenstrualCycle, Perimenopause}): "perimenopause brings its own cycles; leave the cycle day out.",
    frozenset({Pregnancy, Menopause}): "a woman past menopause does not conceive of herself; leave one out.",
    frozenset({Pregnancy, Perimenopause}): "pregnancy holds the cycles of perimenopause off; leave one out.",
    frozenset({Postpartum, Menopause}): "a woman past menopause has no days after delivery; leave one out.",
    frozenset({Postpartum, Perimenopause}): "the weeks after delivery have no cycles of perimenopause; leave one out.",
    frozenset({Perimenopause, Menopause}): "perimenopause ends where menopause begins; leave one out.",
}


def combined(states: Sequence[AbstractState], sex: Sex, where: str = _WHERE) -> tuple[AbstractState, ...]:
    """Return the states of a person, in the order given, when they can be had together.

    A pregnancy and the days after its delivery are two ways to name one place on one axis: where they agree, the later
    one is kept.

    Args:
        states: of one person.
        sex: of that person.
        where: the place of the states in the input, for messages.

    Raises:
        InputError: a state that this sex is not in, two of a kind, or two that exclude each other; with the reason.
    """
    for state in states:
        if sex not in state.SEXES:
            allowed = " or ".join(state.SEXES)
            raise InputError(
                f"a {sex} person is not in the state {type(state).__name__}; it needs sex='{allowed}'.", where=where
            )
    kept = list(states)
    for one, other in combinations(states, 2):
        if type(one) is type(other):
            _check_same(one, other, where)
        elif one.AXIS is not None and one.AXIS == other.AXIS:
            kept.remove(_earlier(one, other, where))
    return tuple(kept)


def _check_same(one: AbstractState, other: AbstractState, where: str) -> None:
    if not isinstance(one, Medication) or not isinstance(other, Medication):
        raise InputError(f"the state {type(one).__name__} is given twice.", where=where)
    if one.name != other.name:
        return
    first, second = sorted((one, other), key=lambda each: each.begins)
    if first.ends is None or first.ends > second.begins:
        raise InputError(
            f"'{one.name}' is given twice over the same time; {way_out(first, second)}.",
            where=where,
        )


def way_out(first: Medication, second: Medication) -> str:
    """Return what to do about two medicines that may not be taken at one time, the one that begins first first."""
    apart = f", or give the first an end: until='{second.since}'" if first.begins < second.begins else ""
    return f"leave one out{apart}"


def _earlier(one: AbstractState, other: AbstractState, where: str) -> AbstractState:
    """Return the pregnancy whose delivery the other state counts from, or refuse the pair."""
    names = " and ".join(type(state).__name__ for state in (one, other))
    if {type(one), type(other)} != {Pregnancy, Postpartum}:
        reason = _REASONS.get(frozenset({type(one), type(other)}), "they exclude each other; leave one out.")
        raise InputError(f"{names} together: {reason}", where=where)
    pregnancy, postpartum = (one, other) if isinstance(one, Pregnancy) else (other, one)
    if not isinstance(pregnancy, Pregnancy) or not isinstance(postpartum, Postpartum):
        raise InputError(f"{names} exclude each other; leave one out.", where=where)
    delivery = pregnancy.delivery_week
    days = None if delivery is None else (pregnancy.week - delivery) * _DAYS_A_WEEK
    same = postpartum.delivery_week in (None, delivery)
    if days is None or not same or abs(days - postpartum.day) > _SAME_DAY:
        raise InputError(
            f"{names} together: at hour 0 she is pregnant or has delivered, not both. For a delivery within the course"
            " write Pregnancy(week=38, delivery_week=39.5); for one that is over, Postpartum(day=9, delivery_week=39)."
            ' In a study file: { kind = "pregnancy", week = 38, delivery_week = 39.5 } and'
            ' { kind = "postpartum", day = 9, delivery_week = 39 }.',
            where=where,
        )
    return pregnancy
