"""A progestin by mouth by itself: the peak of its last daily dose."""

from __future__ import annotations

from typing import Final

import numpy as np

from neurosteroid import units
from neurosteroid.engine import Record, solve, wire
from neurosteroid.errors import CardError
from neurosteroid.evidence import Card, Ledger, Reproduces, library
from neurosteroid.model.catalogue import part_from_card

_DAY: Final = 24.0  # h


def progestin(card: Card, variant: str | None, entry: Reproduces) -> float:
    """Return the ``peak`` of the last of some daily doses.

    Arguments: dose and count, and compound where the variant has another name.

    Raises:
        CardError: another metric.
    """
    if entry.metric != "peak":
        raise CardError(f"'{entry.metric}' is not a metric of this set-up.", where=f"{entry.name}: metric")
    name, ledger = str(entry.arguments.get("compound", variant)), Ledger()
    mass = ledger.take(library().card(name, "compounds"), "molar_mass", "g/mol")
    amount = units.parse(str(entry.arguments["dose"]), units.AMOUNT, molar_mass=mass)
    count = int(float(entry.arguments["count"]))
    system = wire({"given": part_from_card(card, variant, ledger, analyte=name)})
    times = np.arange(0.0, _DAY * count, 0.1)
    record = Record(time=0.0, state=f"depot.oral.{name}", amount=amount, interval=_DAY, additional=count - 1)
    found = solve(
        system,
        [record],
        parameters=system.parameters(1),
        output_times=times,
        start=0.0,
        outputs=(f"plasma.{name}",),
    ).kept
    assert found is not None  # outputs were asked for
    highest = float(found[f"plasma.{name}"][0][times >= _DAY * (count - 1)].max())
    return float(units.convert(highest, units.CONCENTRATION, entry.observed.unit, molar_mass=mass))


SET_UPS = {"progestin": progestin}
