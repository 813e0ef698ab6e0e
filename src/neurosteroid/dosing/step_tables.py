"""Steps as tables, as they stand in TOML or JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from neurosteroid import units
from neurosteroid.dosing.sentence import read_quantity
from neurosteroid.dosing.steps import DoseStep, InfusionStep, Route, Step, checked_unit
from neurosteroid.errors import EventError, InputError, UnitError, unknown_name

_KEYS: Final = ("rate", "amount", "route", "start", "for", "until", "every", "times", "meal", "weight_scaled")


def read_steps(tables: Iterable[Mapping[str, Any]], *, where: str) -> tuple[Step, ...]:
    """Read steps from tables with the keys rate, amount, route, start, for, until, every, times, meal, weight_scaled.

    Times and doses are texts with their unit. A step without `start` begins where the one before it ended.

    Raises:
        InputError: names the step and key, such as ``protocol[1].steps[0].rate``, what was found and what is allowed.
    """
    if isinstance(tables, str | Mapping) or not isinstance(tables, Iterable):
        raise InputError(
            "steps must be a list of tables such as {rate = '60 ug/kg/h', for = '20 h'}.", where=f"{where}.steps"
        )
    steps: list[Step] = []
    for place, table in enumerate(tables):
        here = f"{where}.steps[{place}]"
        if not isinstance(table, Mapping):
            raise InputError(f"{table!r} is not a table such as {{rate = '60 ug/kg/h', for = '20 h'}}.", where=here)
        for key in table:
            if key not in _KEYS:
                raise unknown_name("key", str(key), _KEYS, where=here)
        try:
            steps.append(_read_step(table, steps[-1].next_h if steps else 0.0, here))
        except (EventError, UnitError) as error:
            place_of_key = error.where or ""
            full = place_of_key if place_of_key.startswith(here) else f"{here}.{place_of_key}".rstrip(".")
            raise type(error)(error.message, where=full) from None
    return tuple(steps)


def _read_step(table: Mapping[str, Any], now: float, here: str) -> Step:
    start = _time(table, "start", here) if "start" in table else now
    interval = _time(table, "every", here) if "every" in table else 0.0
    count = table.get("times", 1)
    scaled = table.get("weight_scaled")
    if scaled is not None and not isinstance(scaled, bool):
        raise EventError(f"{scaled!r} is not true or false.", where="weight_scaled")
    if ("rate" in table) == ("amount" in table):
        raise EventError("a step has either 'rate' (an infusion) or 'amount' (a dose).")
    if "rate" in table:
        if ("for" in table) == ("until" in table):
            raise EventError(
                "an infusion has either 'for' (a duration) or 'until' (h since the start of the protocol)."
            )
        if table.get("route", Route.INTRAVENOUS) != Route.INTRAVENOUS:
            raise EventError(f"an infusion is intravenous, not {table['route']!r}.", where="route")
        if "meal" in table:
            raise EventError("a meal goes with a dose by mouth, not with an infusion.", where="meal")
        until = _time(table, "until", here) if "until" in table else start + _time(table, "for", here)
        rate, unit = read_quantity(table["rate"], where=f"{here}.rate")
        unit = checked_unit(unit, per_time=True, where="rate", weight_scaled=scaled, shown=table["rate"])
        return InfusionStep(start, until, rate, unit, interval, count)
    if "for" in table or "until" in table:
        raise EventError("a dose has no duration; write an infusion with 'rate', or leave 'for' and 'until' away.")
    if "route" not in table or table["route"] not in tuple(Route):
        raise EventError(f"a dose needs a route: {' or '.join(repr(str(route)) for route in Route)}.", where="route")
    amount, unit = read_quantity(table["amount"], where=f"{here}.amount")
    unit = checked_unit(unit, per_time=False, where="amount", weight_scaled=scaled, shown=table["amount"])
    meal = table.get("meal")
    if meal is not None and not isinstance(meal, str):
        raise EventError(f"{meal!r} is not the name of a meal, such as 'high-fat'.", where="meal")
    return DoseStep(start, amount, unit, Route(table["route"]), interval, count, meal)


def _time(table: Mapping[str, Any], key: str, here: str) -> float:
    hours = units.parse_span(table[key], where=f"{here}.{key}")
    if hours < 0:
        raise EventError(f"'{table[key]}' is negative; times and durations are 0 or above.", where=key)
    return hours
