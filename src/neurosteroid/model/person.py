"""A person: weight, age and the states she is in."""

from __future__ import annotations

import math
from dataclasses import dataclass
from numbers import Real
from typing import final

from neurosteroid import units
from neurosteroid.errors import InputError


@final
@dataclass(frozen=True)
class Postpartum:
    """The weeks after delivery.

    Args:
        day: days since delivery, 0 or more.
        breastfeeding: whether milk concentrations concern a child.

    Raises:
        InputError: a day that is negative or no number.
    """

    day: float
    breastfeeding: bool = False

    def __post_init__(self) -> None:
        if isinstance(self.day, bool) or not isinstance(self.day, Real) or not math.isfinite(self.day):
            raise InputError(f"{self.day!r} is not a number of days, such as 21.", where="Postpartum.day")
        if not isinstance(self.breastfeeding, bool):
            raise InputError(f"{self.breastfeeding!r} is not True or False.", where="Postpartum.breastfeeding")
        if not self.day >= 0:
            raise InputError(f"{self.day} is before delivery; a postpartum day is 0 or later.", where="Postpartum.day")


@final
@dataclass(frozen=True, init=False)
class Person:
    """One woman, as the model sees her.

    Attributes:
        weight: kg.
        age: year, or None when not given; no part of the model uses it yet.
        states: what she is in, such as `Postpartum`.
        name: how reports call her.
    """

    weight: float
    age: float | None
    states: tuple[Postpartum, ...]
    name: str

    def __init__(
        self,
        *,
        weight: str | None = None,
        age: str | None = None,
        states: list[Postpartum] | tuple[Postpartum, ...] = (),
        name: str = "woman",
    ) -> None:
        """Read a person from quantities written with their units.

        Args:
            weight: such as ``"68 kg"``; needed, because doses and clearance scale with it.
            age: such as ``"31 year"``.
            states: at most one of each kind.
            name: how reports call her.

        Raises:
            InputError: weight missing, a value that is not positive, or a state given twice.
            UnitError: a unit missing, unknown or of the wrong dimension.
        """
        if weight is None:
            raise InputError(
                "the weight is missing; doses and clearance scale with it. Give it like weight='68 kg'.",
                where="Person.weight",
            )
        object.__setattr__(self, "weight", _positive(weight, units.WEIGHT, "Person.weight"))
        object.__setattr__(self, "age", None if age is None else _positive(age, units.AGE, "Person.age"))
        if not isinstance(states, list | tuple):
            raise InputError(
                f"{states!r} is not a list of states; write it like states=[Postpartum(day=21)].", where="Person.states"
            )
        kinds = [type(state) for state in states]
        for kind in kinds:
            if kind is not Postpartum:
                raise InputError(
                    f"{kind.__name__} is not a state of a person. Known: Postpartum.", where="Person.states"
                )
            if kinds.count(kind) > 1:
                raise InputError(f"the state {kind.__name__} is given twice.", where="Person.states")
        object.__setattr__(self, "states", tuple(states))
        object.__setattr__(self, "name", name)

    @property
    def breastfeeding(self) -> bool:
        """Whether a state says that she breastfeeds."""
        return any(state.breastfeeding for state in self.states)


def _positive(text: str, unit: str, where: str) -> float:
    value = units.parse(text, unit, where=where)
    if value <= 0:
        raise InputError(f"'{text}' is not possible; it must be above 0 {unit}.", where=where)
    return value
