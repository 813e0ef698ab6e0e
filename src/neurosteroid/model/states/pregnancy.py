"""Pregnancy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from neurosteroid.errors import InputError
from neurosteroid.model.states.state import AbstractState, Axis, Sex, checked_number, checked_truth, limit


@final
@dataclass(frozen=True)
class Pregnancy(AbstractState):
    """A pregnant woman; gestation counts from the first day of her last menstruation.

    Args:
        week: of gestation at hour 0.
        delivery_week: of gestation at which she delivers; None when no delivery is to happen in the course.
        breastfeeding: whether she breastfeeds after delivery.

    Raises:
        InputError: a week that is impossible, or a delivery that is over at hour 0.
    """

    NAME = "pregnancy"
    SEXES = (Sex.FEMALE,)
    AXIS = Axis.REPRODUCTION
    HORMONAL = True

    week: float
    delivery_week: float | None = None
    breastfeeding: bool = False

    def __post_init__(self) -> None:
        week = checked_number(self.week, self.place("week"), such_as="32", what="weeks")
        checked_truth(self.breastfeeding, self.place("breastfeeding"))
        first, last = limit("earliest_week_of_pregnancy", "week"), limit("longest_gestation", "week")
        if not first <= week <= last:
            raise InputError(
                f"week {week:g} is not in a pregnancy; weeks count from the last menstruation, {first:g} to {last:g}.",
                where=self.place("week"),
            )
        if self.delivery_week is None:
            return
        delivery = checked_delivery(self.delivery_week, self.place("delivery_week"))
        if delivery < week:
            raise InputError(
                f"she delivers in week {delivery:g}, before week {week:g} at which hour 0 stands. A woman who has"
                f" delivered is Postpartum(day=..., delivery_week={delivery:g}), in a study file"
                f' {{ kind = "postpartum", day = ..., delivery_week = {delivery:g} }}.',
                where=self.place("delivery_week"),
            )


def checked_delivery(value: object, where: str) -> float:
    """Return a week of delivery.

    Raises:
        InputError: no number, or too early or late for a birth.
    """
    week = checked_number(value, where, such_as="39.5", what="weeks")
    first, last = limit("earliest_delivery", "week"), limit("longest_gestation", "week")
    if not first <= week <= last:
        raise InputError(f"week {week:g} is no week of delivery; weeks {first:g} to {last:g} are.", where=where)
    return week
