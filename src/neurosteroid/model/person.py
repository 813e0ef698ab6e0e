"""A person: weight, age, sex and the states she is in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar, final

from neurosteroid import units
from neurosteroid.errors import InputError, unknown_name
from neurosteroid.model.states import STATES, AbstractState, Postpartum, Pregnancy, Sex, combined

Kind = TypeVar("Kind", bound=AbstractState)


@final
@dataclass(frozen=True, init=False)
class Person:
    """One person, as the model sees her or him.

    Attributes:
        weight: kg.
        age: year, or None when not given; no part of the model uses it yet.
        sex: ``"female"`` or ``"male"``.
        states: what she is in, such as `Postpartum`.
        name: how reports call her.
    """

    weight: float
    age: float | None
    sex: Sex
    states: tuple[AbstractState, ...]
    name: str

    def __init__(
        self,
        *,
        weight: str | None = None,
        age: str | None = None,
        sex: str = "female",
        states: Sequence[AbstractState] = (),
        name: str | None = None,
    ) -> None:
        """Read a person from quantities written with their units.

        Args:
            weight: such as ``"68 kg"``; needed, because doses and clearance scale with it.
            age: such as ``"31 year"``.
            sex: ``"female"`` or ``"male"``.
            states: what she is in; at most one of each kind, and none that excludes another.
            name: how reports call her; ``"woman"`` or ``"man"`` when left out.

        Raises:
            InputError: weight missing, a value that is not positive, or states that nobody has together.
            UnitError: a unit missing, unknown or of the wrong dimension.
            UnknownNameError: another sex.
        """
        if weight is None:
            raise InputError(
                "the weight is missing; doses and clearance scale with it. Give it like weight='68 kg'.",
                where="Person.weight",
            )
        if sex not in tuple(Sex):
            raise unknown_name("sex", sex, [str(each) for each in Sex], where="Person.sex")
        object.__setattr__(self, "weight", _positive(weight, units.WEIGHT, "Person.weight"))
        object.__setattr__(self, "age", None if age is None else _positive(age, units.AGE, "Person.age"))
        object.__setattr__(self, "sex", Sex(sex))
        object.__setattr__(self, "states", combined(_states(states), Sex(sex)))
        object.__setattr__(self, "name", name or ("man" if sex == Sex.MALE else "woman"))

    def all_of(self, kind: type[Kind]) -> tuple[Kind, ...]:
        """Return her states of a kind."""
        return tuple(state for state in self.states if isinstance(state, kind))

    @property
    def breastfeeding(self) -> bool:
        """Whether a state says that she breastfeeds."""
        return any(state.breastfeeding for state in self.all_of(Postpartum)) or any(
            state.breastfeeding for state in self.all_of(Pregnancy)
        )


def _states(given: object) -> tuple[AbstractState, ...]:
    if not isinstance(given, list | tuple):
        raise InputError(
            f"{given!r} is not a list of states; write it like states=[Postpartum(day=21)].", where="Person.states"
        )
    for state in given:
        if not isinstance(state, AbstractState):
            found = state if isinstance(state, type) else type(state)
            known = ", ".join(sorted(kind.__name__ for kind in STATES.values()))
            raise InputError(f"{found.__name__} is not a state of a person. Known: {known}.", where="Person.states")
    return tuple(given)


def _positive(text: str, unit: str, where: str) -> float:
    value = units.parse(text, unit, where=where)
    if value <= 0:
        raise InputError(f"'{text}' is not possible; it must be above 0 {unit}.", where=where)
    return value
