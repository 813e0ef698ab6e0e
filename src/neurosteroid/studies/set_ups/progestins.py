"""A progestin by mouth by itself: peak and area after its last daily dose, and how women differ in them."""

from __future__ import annotations

from typing import Final

import numpy as np

from neurosteroid import units
from neurosteroid.engine import Record, solve, wire
from neurosteroid.errors import CardError
from neurosteroid.evidence import Card, Ledger, Reproduces, library
from neurosteroid.model.catalogue import part_from_card
from neurosteroid.studies.spreads import CV, coefficient_of_variation, women

_DAY: Final = 24.0  # h
_UNTIL: Final = 240.0  # h, over ten half-lives


def progestin(card: Card, variant: str | None, entry: Reproduces) -> float:
    """Return ``peak``, ``trough`` or ``area`` of some daily doses, over the last day; of one dose the area is whole.

    Arguments: dose and count, and compound where the variant has another name. ``cv peak`` and ``cv area`` are the
    coefficients of variation between women.

    Raises:
        CardError: another metric.
    """
    what = entry.metric.removeprefix(CV)
    if what not in ("peak", "trough", "area"):
        raise CardError(f"'{entry.metric}' is not a metric of this set-up.", where=f"{entry.name}: metric")
    name, ledger = str(entry.arguments.get("compound", variant)), Ledger()
    mass = ledger.take(library().card(name, "compounds"), "molar_mass", "g/mol")
    amount = units.parse(str(entry.arguments["dose"]), units.AMOUNT, molar_mass=mass)
    count = int(float(entry.arguments["count"]))
    system = wire({"given": part_from_card(card, variant, ledger, analyte=name)})
    spread = what != entry.metric
    deviations, weights = women(ledger.take(card, "variance_exposure", "1", variant) if spread else 0.0)
    times = np.arange(0.0, _DAY * count if count > 1 else _UNTIL, 0.1)
    record = Record(time=0.0, state=f"depot.oral.{name}", amount=amount, interval=_DAY, additional=count - 1)
    found = solve(
        system,
        [record],
        parameters=system.parameters(len(deviations), {"given.eta_exposure": deviations}),
        output_times=times,
        start=0.0,
        outputs=(f"plasma.{name}",),
    ).kept
    assert found is not None  # outputs were asked for
    last = times >= _DAY * (count - 1)
    plasma = found[f"plasma.{name}"][:, last]
    if what == "area":
        each = np.trapezoid(plasma, times[last], axis=1)
    else:
        each = plasma.max(axis=1) if what == "peak" else plasma[:, -1]
    if spread:
        return float(units.convert(coefficient_of_variation(each, weights), "1", entry.observed.unit))
    unit = "nmol*h/L" if what == "area" else units.CONCENTRATION
    return float(units.convert(float(each[0]), unit, entry.observed.unit, molar_mass=mass))


SET_UPS = {"progestin": progestin}
