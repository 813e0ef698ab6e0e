"""Short infusions of a drug that the liver clears."""

from __future__ import annotations

from typing import Final

import numpy as np

from neurosteroid import units
from neurosteroid.dosing import Protocol
from neurosteroid.engine import solve
from neurosteroid.errors import CardError
from neurosteroid.evidence import Card, Reproduces, library
from neurosteroid.studies.set_ups.medicines import Changes, medicine_system

_FOLLOW_UP: Final = 8.0  # h after the last infusion
_STEP: Final = 1 / 60  # h


def short_infusion(card: Card, variant: str | None, entry: Reproduces, changes: Changes | None = None) -> float:
    """Return the highest concentration (``c_max``, ng/mL) or its time (``t_max``, h) of the sentence ``given``."""
    drug = card.name
    system, mass = medicine_system(library(), drug, variant, "")
    plan = Protocol.parse(str(entry.arguments["given"]), compound=drug)
    weight = float(system.parameters(1)[0, system.parameter_names.index(f"{drug}-disposition.reference_weight")])
    known = {"person.weight": weight}
    # a rate changes where concentrations peak
    times = np.unique(np.concatenate([np.arange(0.0, plan.end_h + _FOLLOW_UP, _STEP), plan.ladder().times_h]))
    solution = solve(
        system,
        plan.records(weight, mass, f"central.{drug}"),
        parameters=system.parameters(1, {f"{drug}-{name}": value for name, value in (changes or {}).items()}),
        covariates=np.array([[known.get(name, 1.0) for name in system.covariate_names]]),
        output_times=times,
        start=0.0,
    )
    plasma = solution.outputs([f"plasma.{drug}"])[f"plasma.{drug}"][0]
    if entry.metric == "c_max":
        return float(units.convert(plasma.max(), units.CONCENTRATION, "ng/mL", molar_mass=mass))
    if entry.metric == "t_max":
        return float(times[plasma.argmax()])
    raise CardError(f"'{entry.metric}' is not a metric of this set-up.", where=f"{entry.name}: metric")


SET_UPS = {"short-infusion": short_infusion}
