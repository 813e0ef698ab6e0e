"""A gonadotropin injected under the skin by itself: peak, area, accumulation, and how women differ in them."""

from __future__ import annotations

from typing import Final

import numpy as np

from neurosteroid import units
from neurosteroid.engine import Covariate, Record, solve, wire
from neurosteroid.errors import CardError
from neurosteroid.evidence import Card, Ledger, Reproduces, library
from neurosteroid.model.catalogue import part_from_card
from neurosteroid.studies.spreads import CV, coefficient_of_variation, women

_WEIGHT: Final = Covariate("person.weight", "kg")
_UNTIL: Final = 1440.0
"""h: 27 half-lives of the slowest, so that the area is whole."""
_STEP: Final = 0.25  # h
_DAY: Final = 24.0  # h


def injected(card: Card, variant: str | None, entry: Reproduces) -> float:
    """Return a metric of doses at the reference weight (arguments dose and, for daily doses, count).

    Metrics: ``peak`` (IU/L), ``area`` (IU*h/L, to the argument ``until`` where it is given, else whole),
    ``accumulation``, the highest concentration of the day after the last dose over that of the day after the first, and
    ``cv peak`` and ``cv area``, their coefficients of variation between women.

    Raises:
        CardError: another metric.
    """
    ledger, what = Ledger(), entry.metric.removeprefix(CV)
    spread = what != entry.metric
    deviations, shares = women(ledger.take(card, "variance_exposure", "1", variant) if spread else 0.0)
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
        parameters=system.parameters(len(deviations), {"given.eta_exposure": deviations}),
        covariates=np.full((len(deviations), 1), weight),
        output_times=times,
        start=0.0,
        outputs=("plasma.given",),
    ).kept
    assert found is not None  # outputs were asked for
    every = found["plasma.given"]
    plasma = every[0]
    if what == "peak":
        each, unit = every.max(axis=1), "IU/L"
    elif what == "area":
        to = times <= units.parse(str(entry.arguments.get("until", f"{_UNTIL} h")), "h")
        each, unit = np.trapezoid(every[:, to], times[to], axis=1), "IU*h/L"
    elif entry.metric == "accumulation":
        last = times >= (count - 1) * _DAY
        return float(plasma[last & (times <= count * _DAY)].max() / plasma[times <= _DAY].max())
    else:
        raise CardError(f"'{entry.metric}' is not a metric of this set-up.", where=f"{entry.name}: metric")
    if spread:
        return float(units.convert(coefficient_of_variation(each, shares), "1", entry.observed.unit))
    return float(units.convert(float(each[0]), unit, entry.observed.unit))


def _units(dose: str, variant: str | None) -> float:
    """Return a dose in IU; mass by the activity of the compound whose name the variant has or begins with."""
    match = dose.split(" ", 1)
    if match[1] == "IU":
        return units.parse(dose, "IU")
    activity = Ledger().take(library().card(str(variant), "compounds"), "activity", "IU/ug")
    return units.convert_activity(float(match[0]), match[1], "IU", activity=activity)


SET_UPS = {"injected-gonadotropin": injected}
