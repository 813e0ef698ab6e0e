"""Steps: what one line of a protocol gives, with its unit, and the checks that every step passes."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, final

from neurosteroid import units
from neurosteroid.errors import EventError, UnitError

MOST_REPEATS: Final = 100_000
LONGEST_H: Final = 1e7
"""Steps beyond this many hours (a thousand years) are a slip of the keyboard."""


class Route(StrEnum):
    """How a step enters the body."""

    INTRAVENOUS = "intravenous"
    """into a vein"""
    ORAL = "oral"
    """by mouth"""
    VAGINAL = "vaginal"
    """into the vagina"""
    INTRAMUSCULAR = "intramuscular"
    """into muscle"""
    SUBCUTANEOUS = "subcutaneous"
    """under the skin"""


ADVERBS: Final = {
    Route.INTRAVENOUS: "intravenously",
    Route.ORAL: "orally",
    Route.VAGINAL: "vaginally",
    Route.INTRAMUSCULAR: "intramuscularly",
    Route.SUBCUTANEOUS: "subcutaneously",
}
"""How a sentence says each route."""


@final
@dataclass(frozen=True)
class InfusionStep:
    """An intravenous infusion at a constant rate, once or repeated.

    Args:
        start_h: beginning of the first infusion, h since the start of the protocol.
        until_h: end of the first infusion, h.
        rate: in `unit`.
        unit: such as ``"ug/kg/h"`` (scaled by body weight) or ``"mg/h"``.
        interval_h: h from one beginning to the next; 0 when it is given once.
        count: how many infusions.

    Raises:
        EventError: a time, rate or count is impossible.
        UnitError: the unit is not an amount per time.
    """

    start_h: float
    until_h: float
    rate: float
    unit: str
    interval_h: float = 0.0
    count: int = 1

    def __post_init__(self) -> None:
        _check_number("start", self.start_h)
        _check_number("until", self.until_h)
        _check_number("rate", self.rate)
        if not self.until_h > self.start_h:
            raise EventError(
                f"the infusion ends at {self.until_h:g} h and starts at {self.start_h:g} h: a duration of"
                f" {self.until_h - self.start_h:g} h. It must end after it starts.",
                where="until",
            )
        _check_repeats(self)
        if self.count > 1 and self.interval_h < self.until_h - self.start_h:
            raise EventError(
                f"the infusion lasts {self.until_h - self.start_h:g} h but is repeated every {self.interval_h:g} h, so"
                " it overlaps itself. Make the interval at least as long as the infusion.",
                where="interval",
            )
        object.__setattr__(self, "unit", checked_unit(self.unit, per_time=True, where="rate"))

    @property
    def weight_scaled(self) -> bool:
        """Whether the rate is multiplied by body weight."""
        return units.split_weight_scaled(self.unit)[1]

    @property
    def route(self) -> Route:
        """Infusions are intravenous."""
        return Route.INTRAVENOUS

    @property
    def end_h(self) -> float:
        """End of the last infusion, h."""
        return self.until_h + (self.count - 1) * self.interval_h

    @property
    def next_h(self) -> float:
        """When a following step begins: the end, or the time at which a repeated infusion would be due again."""
        return self.start_h + self.count * self.interval_h if self.count > 1 else self.until_h

    def spans(self) -> list[tuple[float, float]]:
        """Return beginning and end of every infusion of the step, h."""
        shifts = [number * self.interval_h for number in range(self.count)]
        return [(self.start_h + shift, self.until_h + shift) for shift in shifts]


@final
@dataclass(frozen=True)
class DoseStep:
    """A dose given at once, into a vein (a bolus) or by mouth, once or repeated.

    Args:
        start_h: time of the first dose, h since the start of the protocol.
        amount: of each dose, in `unit`.
        unit: such as ``"mg"``, ``"IU"``, or ``"ug/kg"`` (scaled by body weight).
        route: how it enters the body.
        interval_h: h from one dose to the next; 0 when it is given once.
        count: how many doses.
        meal: what a dose by mouth is taken with, a name of the card 'meals'; None when nothing is said of it.

    Raises:
        EventError: a time, amount or count is impossible, there is no such route, or a meal goes with an injection.
        UnitError: the unit is not an amount.
    """

    start_h: float
    amount: float
    unit: str
    route: Route
    interval_h: float = 0.0
    count: int = 1
    meal: str | None = None

    def __post_init__(self) -> None:
        _check_number("start", self.start_h)
        _check_number("amount", self.amount)
        _check_repeats(self)
        object.__setattr__(self, "unit", checked_unit(self.unit, per_time=False, where="amount"))
        if self.route not in tuple(Route):
            known = " or ".join(repr(str(route)) for route in Route)
            raise EventError(f"a dose needs a route: {known}, not {self.route!r}.", where="route")
        object.__setattr__(self, "route", Route(self.route))
        if self.meal is not None and self.route is not Route.ORAL:
            raise EventError(f"a meal ('{self.meal}') goes with a dose by mouth, not {self.route}.", where="meal")

    @property
    def weight_scaled(self) -> bool:
        """Whether the amount is multiplied by body weight."""
        return units.split_weight_scaled(self.unit)[1]

    @property
    def end_h(self) -> float:
        """Time of the last dose, h."""
        return self.start_h + (self.count - 1) * self.interval_h

    @property
    def next_h(self) -> float:
        """When a following step begins: at once, or when a repeated dose would be due again."""
        return self.start_h + self.count * self.interval_h if self.count > 1 else self.start_h


Step = InfusionStep | DoseStep


def checked_unit(
    unit: str, *, per_time: bool, where: str, weight_scaled: bool | None = None, shown: str | None = None
) -> str:
    """Return a dose unit without spaces, after checking that it is an amount, or an amount per time.

    Args:
        unit: such as ``"ug/kg/h"``, ``"mg"``, ``"nmol/kg"``, ``"IU"``; mass, amount of substance, or units of activity.
        per_time: whether a rate is needed.
        where: ``"rate"`` or ``"amount"``, for the message.
        weight_scaled: what the step was declared to be, when it was.
        shown: the quantity as the user wrote it, for the message.

    Raises:
        UnitError: another dimension, or scaled by weight otherwise than declared.
    """
    if not isinstance(unit, str) or not unit.strip():
        raise UnitError(
            f"the unit is {unit!r}. Write it like {'ug/kg/h or mg/h' if per_time else 'mg or ug/kg'}.", where=where
        )
    compact = re.sub(r"\s*([/*^])\s*", r"\1", re.sub(r"\s+per\s+", "/", unit.strip()))
    whole, scaled = units.split_weight_scaled(compact)
    good = whole[:1].isalpha() and not re.search(r"\s", compact)
    needed = ("mg/h", "mol/h", "IU/h") if per_time else ("mg", "mol", "IU")
    if not good or not any(units.same_dimension(whole, example) for example in needed):
        raise UnitError(_wrong_dimension(compact, whole, per_time=per_time), where=where)
    if weight_scaled is not None and weight_scaled != scaled:
        kind = "mass per time" if per_time else "mass"
        example = "30 ug/kg/h" if per_time else "100 ug/kg"
        found = f"'{shown or compact}' is {kind}" + (" per body weight" if scaled else "")
        if weight_scaled:
            raise UnitError(f"{found}; this weight-scaled step needs e.g. '{example}'.", where=where)
        raise UnitError(
            f"{found}; this step was declared not weight-scaled and needs e.g. '{example.replace('/kg', '')}'.",
            where=where,
        )
    return compact


def _wrong_dimension(compact: str, whole: str, *, per_time: bool) -> str:
    example = "'30 ug/kg/h' or '2 mg/h'" if per_time else "'50 mg' or '100 ug/kg'"
    try:
        other = ("mg", "mol", "IU") if per_time else ("mg/h", "mol/h", "IU/h")
        swapped = any(units.same_dimension(whole, each) for each in other)
    except UnitError:
        swapped = False
    if swapped and per_time:
        return f"'{compact}' is an amount; an infusion needs an amount per time such as {example}."
    if swapped:
        return f"'{compact}' is an amount per time; a dose needs an amount such as {example}."
    return f"'{compact}' cannot be used here; write it like {example}."


def _check_number(field: str, value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise EventError(f"{value!r} is not a finite number. Leave the step out when nothing is given.", where=field)
    if value < 0:
        raise EventError(f"{value:g} is negative; it must be 0 or above.", where=field)


def _check_repeats(step: Any) -> None:
    _check_number("interval", step.interval_h)
    if isinstance(step.count, bool) or not isinstance(step.count, int) or not 1 <= step.count <= MOST_REPEATS:
        raise EventError(f"{step.count!r} doses; write a whole number from 1 to {MOST_REPEATS}.", where="count")
    if step.count > 1 and step.interval_h == 0:
        raise EventError(f"{step.count} doses need an interval above 0 h, such as 'every 24 h'.", where="interval")
    if step.next_h > LONGEST_H:
        raise EventError(f"the step ends {step.next_h:g} h after the start; at most {LONGEST_H:g} h.", where="count")
