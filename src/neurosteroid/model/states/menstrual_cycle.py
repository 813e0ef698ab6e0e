"""The menstrual cycle."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from neurosteroid.errors import InputError
from neurosteroid.model.states.state import AbstractState, Axis, Sex, checked_number, checked_truth, limit


@final
@dataclass(frozen=True)
class MenstrualCycle(AbstractState):
    """A woman who menstruates.

    Args:
        day: of the cycle at hour 0; day 1 is the first day of menstruation.
        ovulatory: whether she ovulates, in this cycle and those after it. Without ovulation estradiol brings no surge
            of LH, no corpus luteum forms, and each cohort of follicles regresses before the next menses.
        varying: whether her cycles differ in length from each other, from hour 0 on. A study then draws a pace for each
            cohort of each woman's follicles; `simulate` follows the typical woman, whose cycles are alike, unless there
            is a `seed`.
        seed: a whole number from which this one woman's cycles are drawn; a longer course begins with the same ones.

    Raises:
        InputError: a day before 1 or beyond the longest cycle, no number, a seed of cycles that do not vary, or
            cycles without ovulation that are to vary.
    """

    NAME = "menstrual-cycle"
    SEXES = (Sex.FEMALE,)
    AXIS = Axis.REPRODUCTION
    HORMONAL = True

    day: float
    ovulatory: bool = True
    varying: bool = False
    seed: int | None = None

    def __post_init__(self) -> None:
        checked_day(self.day, self.place("day"))
        checked_truth(self.ovulatory, self.place("ovulatory"))
        checked_truth(self.varying, self.place("varying"))
        if self.varying and not self.ovulatory:
            raise InputError(
                "cycles without ovulation do not vary: each cohort regresses and the next menses come by a clock of"
                " fixed days, which a pace of its own would not move; leave out varying=True, or ovulatory=False.",
                where=self.place("varying"),
            )
        check_seed(self.seed, self.varying, self.place("seed"))


def check_seed(seed: object, varying: bool, where: str) -> None:
    """Refuse what is no seed, or one of cycles that do not vary.

    Raises:
        InputError: it is.
    """
    if seed is None:
        return
    if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
        raise InputError(f"{seed!r} is not a seed; give a whole number from 0, such as 7.", where=where)
    if not varying:
        raise InputError(
            "cycles that do not vary need no seed; write varying=True with it, or leave it out.", where=where
        )


def checked_day(value: object, where: str) -> None:
    """Refuse what is no day of a cycle.

    Raises:
        InputError: no number, before 1, or beyond the longest cycle.
    """
    day, last = checked_number(value, where, such_as="21", what="days"), limit("longest_cycle", "day")
    if not 1 <= day <= last:
        raise InputError(
            f"day {day:g} is not in a cycle; day 1 is the first day of menstruation, and the last is {last:g}.",
            where=where,
        )
