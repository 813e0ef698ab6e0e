"""Run the published cycle model in libRoadRunner and write the courses that the tests compare with.

    python scripts/gyncycle_reference.py BIOMD0000000494.xml tests/rivals/gyncycle.csv

The SBML file is entry BIOMD0000000494 of BioModels (CC0). It needs libRoadRunner (``pip install libroadrunner``) and
nothing of this package. The two stored dosing events are moved out of the run; doses are added to the depots here.
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path
from typing import Any, Final

import numpy as np

NEVER: Final = 1e9
"""Day to which the stored events are moved."""
STORED_EVENTS: Final = ("p269", "p469")
LAST_DAY: Final = 87.0
EVERY: Final = 4.35  # days: 21 times over three cycles
DOSED: Final[dict[str, tuple[str | None, float, range]]] = {
    "undisturbed": (None, 0.0, range(0)),
    "antagonist": ("Ant_d", 500.0, range(36, 43)),
    "agonist": ("Ago_d", 100.0, range(20, 60)),
}
"""Scenario to the depot, the dose (unit of the model file) and the days on which it is given."""


def open_model(path: str) -> Any:
    """Return the model with its stored events out of the way and tight tolerances."""
    import roadrunner

    model = roadrunner.RoadRunner(path)
    for name in STORED_EVENTS:
        model.setValue(name, NEVER)
    integrator = model.getIntegrator()
    integrator.setValue("relative_tolerance", 1e-11)
    # one for each species: a single one is scaled by their initial values, and some of these are 0
    integrator.setValue("absolute_tolerance", [1e-13] * len(model.model.getFloatingSpeciesIds()))
    integrator.setValue("maximum_num_steps", 1_000_000)
    return model


def course(path: str, depot: str | None, dose: float, days: range, times: np.ndarray) -> tuple[list[str], np.ndarray]:
    """Return species names and their concentrations (times, species)."""
    model = open_model(path)
    # the file also lists sources and sinks of its reactions, named s and a number
    species = [name for name in model.model.getFloatingSpeciesIds() if not (name[0] == "s" and name[1:].isdigit())]
    model.timeCourseSelections = [f"[{name}]" for name in species]
    moments = np.unique(np.concatenate([times, np.array(days, dtype=float)]))
    rows: dict[float, np.ndarray] = {}
    previous = 0.0
    for moment in moments:
        if moment > previous:
            found = np.asarray(model.simulate(previous, moment, 2))
            rows[float(moment)] = found[-1]
        else:
            rows[float(moment)] = np.array([model.getValue(f"[{name}]") for name in species])
        if depot is not None and moment in days:
            model.setValue(f"[{depot}]", model.getValue(f"[{depot}]") + dose)
        previous = float(moment)
    return species, np.array([rows[float(time)] for time in times])


def main() -> None:
    """Read the arguments and write the table: scenario, day, and one column a species."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("model", help="BIOMD0000000494.xml")
    arguments.add_argument("table", type=Path, help="the CSV file to write")
    given = arguments.parse_args()
    times = np.round(np.arange(0.0, LAST_DAY + EVERY / 2, EVERY), 2)
    with given.table.open("w", newline="") as file:
        writer = csv.writer(file)
        for number, (scenario, (depot, dose, days)) in enumerate(DOSED.items()):
            species, values = course(given.model, depot, dose, days, times)
            if number == 0:
                writer.writerow(["scenario", "day", *species])
            for time, row in zip(times, values, strict=True):
                writer.writerow([scenario, f"{time:g}", *(f"{value:.8g}" for value in row)])


if __name__ == "__main__":
    main()
