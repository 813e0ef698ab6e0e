"""Treatment for fertility in the typical woman: what LH and FSH do under named protocols."""

from __future__ import annotations

import functools
from typing import Final

import numpy as np

from neurosteroid import units
from neurosteroid.dosing import arm_from
from neurosteroid.errors import CardError
from neurosteroid.evidence import Card, Library, Reproduces, library
from neurosteroid.model import Course, MenstrualCycle, ModelChoice, Person
from neurosteroid.model.one_person import simulate
from neurosteroid.physiology.cycle_course import surges

_DAY: Final = 24.0  # h
_STEP: Final = 2.0  # h
_BEFORE: Final = 8.0  # h, as long as the study drew blood before the antagonist


@functools.lru_cache(maxsize=16)
def _course(shelf: Library, protocols: str, variant: str | None, days: float) -> Course:
    """Return the course, kept as long as the library in use, `shelf`, is the same."""
    weight = library().card("gonadotropins", "pharmacokinetics").number("reference_weight").to("kg")
    woman = Person(weight=f"{weight!r} kg", states=[MenstrualCycle(day=1)])
    names = [each.strip() for each in protocols.split(",")]
    given = names[0] if len(names) == 1 else names
    # protocols that begin after what is looked at are followed to their first dose, as else nothing of them is given
    plans = [plan for name in names for plan in arm_from(name).protocols if plan.steps]
    first = max((min(step.start_h for step in plan.steps) for plan in plans), default=0.0)
    days = max(days, first / _DAY + 1.0)
    return simulate(
        woman, given, until=f"{days!r} day", step=f"{_STEP!r} h", model=ModelChoice(menstrual_cycle=variant)
    )


def treatment(card: Card, variant: str | None, entry: Reproduces) -> float:
    """Return a metric of a woman whose hour 0 is the first of a cycle (argument protocols: their names).

    Metrics: ``surges``, the LH peaks between from_day and until_day; ``lh`` at at_day (IU/L); ``fsh_ratio``, the mean
    FSH of the day after at_day over that of the eight hours before it.

    Raises:
        CardError: another metric.
    """
    last = float(entry.arguments["until_day" if entry.metric == "surges" else "at_day"])
    found = _course(library(), str(entry.arguments["protocols"]), variant, last + 2.0)
    # doses have rows of their own; surges are looked for on even times
    times = np.arange(0.0, (last + 2.0) * _DAY, _STEP)
    lh, fsh = (np.interp(times, found.times, found.values[f"plasma.{name}"]) for name in ("lh", "fsh"))
    if entry.metric == "surges":
        peaks = times[surges(times, lh)]
        return float(((peaks >= float(entry.arguments["from_day"]) * _DAY) & (peaks <= last * _DAY)).sum())
    if entry.metric == "lh":
        return float(units.convert(float(np.interp(last * _DAY, times, lh)), "IU/L", entry.observed.unit))
    if entry.metric == "fsh_ratio":
        after = (times > last * _DAY) & (times <= (last + 1.0) * _DAY)
        before = (times >= last * _DAY - _BEFORE) & (times <= last * _DAY)
        return float(fsh[after].mean() / fsh[before].mean())
    raise CardError(f"'{entry.metric}' is not a metric of this set-up.", where=f"{entry.name}: metric")


SET_UPS = {"treatment": treatment}
