"""Cycles of a woman who does not ovulate beside those of the same woman who does."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from neurosteroid import units
from neurosteroid.errors import CardError
from neurosteroid.evidence import Card, Library, Reproduces, library
from neurosteroid.model import Person
from neurosteroid.model.choice import ModelChoice
from neurosteroid.model.cycle_start import settled_cycle
from neurosteroid.model.one_person import simulate
from neurosteroid.model.states import MenstrualCycle

_WEIGHT: Final = "70 kg"  # the weight at which the cards state clearances; no source gives that of its women
_DAY: Final = 24.0  # h
_CYCLES: Final = 3
_METRIC: Final = re.compile(r"(mean|highest) (lh|fsh|estradiol|progesterone|allopregnanolone)( over ovulatory)?")


def period() -> float:
    """Return the days from menses to menses of the same woman with her ovulatory cycles."""
    return settled_cycle(Person(weight=_WEIGHT).weight, ModelChoice(), older=False)[1] / _DAY


@functools.lru_cache(maxsize=4)
def followed(shelf: Library, ovulatory: bool) -> tuple[NDArray[np.float64], Mapping[str, NDArray[np.float64]]]:
    """Return days from menses (T,) and plasma by name (T,) over three cycles; kept as long as `shelf`."""
    woman = Person(weight=_WEIGHT, states=[MenstrualCycle(day=1, ovulatory=ovulatory)])
    course = simulate(woman, until=f"{_CYCLES * period()!r} day", step="6 h")
    return np.asarray(course.times) / _DAY, course.values


def anovulatory(card: Card, variant: str | None, entry: Reproduces) -> float:
    """Return a hormone of one cycle without ovulation, or its ratio to that of an ovulatory one.

    Metrics: ``mean`` or ``highest`` and ``lh``, ``fsh``, ``estradiol``, ``progesterone`` or ``allopregnanolone``, and
    ``over ovulatory`` for the ratio. ``cycle`` is the place of the cycle, from 1; a cycle is as long as those with
    ovulation, by whose menses the cohorts come and go.
    """
    found = _METRIC.fullmatch(entry.metric)
    if found is None:
        raise CardError(f"'{entry.metric}' is not a metric of this set-up.", where=f"{entry.name}: metric")
    kind, hormone, ratio = found.groups()
    first = (int(entry.arguments["cycle"]) - 1) * period()
    value = _of(False, kind, hormone, first)
    if ratio:
        return value / _of(True, kind, hormone, first)
    if hormone in ("lh", "fsh"):
        return value
    mass = library().molar_mass(hormone)
    return float(units.convert(value, units.CONCENTRATION, entry.observed.unit, molar_mass=mass))


def _of(ovulatory: bool, kind: str, hormone: str, first: float) -> float:
    days, values = followed(library(), ovulatory)
    inside = values[f"plasma.{hormone}"][(days >= first) & (days < first + period())]
    return float(inside.mean() if kind == "mean" else inside.max())


SET_UPS = {"anovulatory-cycle": anovulatory}
