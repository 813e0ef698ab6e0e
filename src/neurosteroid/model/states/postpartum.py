"""The weeks after delivery."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from neurosteroid.errors import InputError
from neurosteroid.model.states.pregnancy import checked_delivery
from neurosteroid.model.states.state import AbstractState, Axis, Sex, checked_number, checked_truth, limit


@final
@dataclass(frozen=True)
class Postpartum(AbstractState):
    """The weeks after delivery.

    Args:
        day: days since delivery at hour 0, from 0 to two years.
        breastfeeding: whether milk concentrations concern a child.
        delivery_week: of gestation at which she delivered; None for the usual one.

    Raises:
        InputError: a day that is negative, years after delivery or no number, or an impossible week.
    """

    NAME = "postpartum"
    SEXES = (Sex.FEMALE,)
    AXIS = Axis.REPRODUCTION
    HORMONAL = True

    day: float
    breastfeeding: bool = False
    delivery_week: float | None = None

    def __post_init__(self) -> None:
        day = checked_number(self.day, self.place("day"), such_as="21", what="days")
        checked_truth(self.breastfeeding, self.place("breastfeeding"))
        if day < 0:
            raise InputError(f"{self.day} is before delivery; a postpartum day is 0 or later.", where=self.place("day"))
        last = limit("last_day_after_delivery", "day")
        if day > last:
            raise InputError(
                f"day {day:g} is no longer after delivery; days 0 to {last:g} are. Once cycles have returned, give the"
                " cycle: MenstrualCycle(day=...).",
                where=self.place("day"),
            )
        if self.delivery_week is not None:
            checked_delivery(self.delivery_week, self.place("delivery_week"))
