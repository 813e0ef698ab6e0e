"""A gonadotropin injected under the skin by itself: peak, area, accumulation."""

from __future__ import annotations

from typing import Final

import numpy as np

from neurosteroid import units
from neurosteroid.engine import Covariate, Record, solve, wire
from neurosteroid.errors import CardError
from neurosteroid.evidence import Card, Ledger, Reproduces, library
from neurosteroid.model.catalogue import part_from_card

_WEIGHT: Final = Covariate("person.weight", "kg")
_UNTIL: Final = 1440.0
"""h: 27 half-lives of the slowest, so that the area is whole."""
_STEP: Final = 0.25  # h
_DAY: Final = 24.0  # h


def injected(card: Card, variant: str | None, entry: Reproduces) -> float:
    """Return a metric of doses at the reference weight (arguments dose and, for daily doses, count).

    Metrics: ``peak`` (IU/L), ``area`` (IU*h/L, to the argument ``until`` where it is given, else whole), and
    ``accumulation``, the highest concentration of the day after the
    last dose over that of the day after the first.

    Raises:
        CardError: another metric.
    """
    ledger = Ledger()
    part = part_from_card(card, variant, ledger, analyte="given")
    count = int(float(entry.arguments.get("count", 1)))
    record = Record(
        time=0.0,
        state="depot.given",
        amount=_units(str(entry.arguments["dose"]), variant),
        interval=_DAY if count > 1 else 0.0,
        additional=count - 1,
    )
    times = np.arange(0.0, _UNTIL, _STEP)
    system = wire({"given": part}, [_WEIGHT])
    weight = ledger.take(card, "reference_weight", "kg", variant)
    found = solve(
        system,
        [record],
        parameters=system.parameters(1),
        covariates=np.array([[weight]]),
        output_times=times,
        start=0.0,
        outputs=("plasma.given",),
    ).kept
    assert found is not None  # outputs were asked for
    plasma = found["plasma.given"][0]
    if entry.metric == "peak":
        return float(units.convert(float(plasma.max()), "IU/L", entry.observed.unit))
    if entry.metric == "area":
        to = times <= units.parse(str(entry.arguments.get("until", f"{_UNTIL} h")), "h")
        return float(units.convert(float(np.trapezoid(plasma[to], times[to])), "IU*h/L", entry.observed.unit))
    if entry.metric == "accumulation":
        last = times >= (count - 1) * _DAY
        return float(plasma[last & (times <= count * _DAY)].max() / plasma[times <= _DAY].max())
    raise CardError(f"'{entry.metric}' is not a metric of this set-up.", where=f"{entry.name}: metric")


def _units(dose: str, variant: str | None) -> float:
    """Return a dose in IU; mass by the activity of the compound whose name the variant has or begins with."""
    match = dose.split(" ", 1)
    if match[1] == "IU":
        return units.parse(dose, "IU")
    activity = Ledger().take(library().card(str(variant), "compounds"), "activity", "IU/ug")
    return units.convert_activity(float(match[0]), match[1], "IU", activity=activity)


SET_UPS = {"injected-gonadotropin": injected}
