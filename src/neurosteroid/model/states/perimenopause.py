"""The years before the last menstruation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from neurosteroid.errors import InputError
from neurosteroid.model.states.menstrual_cycle import check_seed, checked_day
from neurosteroid.model.states.state import AbstractState, Axis, Sex, checked_number, checked_truth


@final
@dataclass(frozen=True)
class Perimenopause(AbstractState):
    """The years before the last menstruation: fewer follicles, more FSH, shorter cycles.

    Args:
        day: of the cycle at hour 0; day 1 is the first day of menstruation.
        varying: whether her cycles differ in length from each other and some of them fail, from hour 0 on. A study then
            draws both for each cohort of each woman's follicles; `simulate` follows the typical woman, whose cycles
            are alike and all ovulate, unless there is a `seed`.
        seed: a whole number from which this one woman's cycles are drawn; a longer course begins with the same ones.
        failing: share of her cycles that fail, from 0 to 1; None for that of the card, early in the transition.

    Raises:
        InputError: a day before 1 or beyond the longest cycle, no number, or a seed or a share of cycles that do not
            vary.
    """

    NAME = "perimenopause"
    SEXES = (Sex.FEMALE,)
    AXIS = Axis.REPRODUCTION
    HORMONAL = True

    day: float = 1.0
    varying: bool = False
    seed: int | None = None
    failing: float | None = None

    def __post_init__(self) -> None:
        checked_day(self.day, self.place("day"))
        checked_truth(self.varying, self.place("varying"))
        check_seed(self.seed, self.varying, self.place("seed"))
        if self.failing is None:
            return
        share = checked_number(self.failing, self.place("failing"), such_as="0.3", what="a share")
        if not 0 <= share <= 1:
            raise InputError(f"{share:g} is no share of cycles; 0 to 1 are.", where=self.place("failing"))
        if not self.varying:
            raise InputError(
                "where no cycles are drawn none fails; write varying=True with it, or leave it out.",
                where=self.place("failing"),
            )
