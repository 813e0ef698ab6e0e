"""The years before the last menstruation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from neurosteroid.model.states.menstrual_cycle import checked_day
from neurosteroid.model.states.state import AbstractState, Axis, Sex


@final
@dataclass(frozen=True)
class Perimenopause(AbstractState):
    """The years before the last menstruation: fewer follicles, more FSH, shorter cycles.

    Args:
        day: of the cycle at hour 0; day 1 is the first day of menstruation.

    Raises:
        InputError: a day before 1 or beyond the longest cycle, or no number.
    """

    NAME = "perimenopause"
    SEXES = (Sex.FEMALE,)
    AXIS = Axis.REPRODUCTION
    HORMONAL = True

    day: float = 1.0

    def __post_init__(self) -> None:
        checked_day(self.day, self.place("day"))
