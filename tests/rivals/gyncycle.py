"""The published cycle model's species beside the states of this package, and its scenarios as records."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine import Record

TABLE = Path(__file__).with_name("gyncycle.csv")

Scenario = tuple[NDArray[np.float64], dict[str, NDArray[np.float64]]]
"""Days (T,) and species to courses (T,)."""

STATES = {
    "GnRH": "gnrh.free",
    "R_GnRH_a": "gnrh_receptor.active",
    "R_GnRH_i": "gnrh_receptor.internalised",
    "GnRH_R_a": "gnrh_complex.active",
    "GnRH_R_i": "gnrh_complex.inactive",
    "LH_Pit": "pituitary.lh",
    "LH_bld": "plasma.lh",
    "R_LH": "lh_receptor.free",
    "LH_R": "lh_receptor.bound",
    "R_LH_des": "lh_receptor.desensitised",
    "FSH_pit": "pituitary.fsh",
    "FSH_bld": "plasma.fsh",
    "R_FSH": "fsh_receptor.free",
    "FSH_R": "fsh_receptor.bound",
    "R_FSH_des": "fsh_receptor.desensitised",
    "R_Foll": "follicle.sensitivity",
    "AF1": "follicle.antral_1",
    "AF2": "follicle.antral_2",
    "AF3": "follicle.antral_3",
    "AF4": "follicle.antral_4",
    "PrF": "follicle.preovulatory",
    "OvF": "follicle.ovulating",
    "Sc1": "corpus_luteum.scar_1",
    "Sc2": "corpus_luteum.scar_2",
    "Lut1": "corpus_luteum.luteal_1",
    "Lut2": "corpus_luteum.luteal_2",
    "Lut3": "corpus_luteum.luteal_3",
    "Lut4": "corpus_luteum.luteal_4",
    "E2": "plasma.estradiol",
    "P4": "plasma.progesterone",
    "InhA": "plasma.inhibin_a",
    "InhA_delay": "plasma.inhibin_a_delayed",
    "InhB": "plasma.inhibin_b",
    "Ago_d": "depot.nafarelin",
    "Ago_c": "plasma.nafarelin",
    "Ago_R_a": "nafarelin_complex.active",
    "Ago_R_i": "nafarelin_complex.inactive",
    "Ant_d": "depot.cetrorelix",
    "Ant_c": "plasma.cetrorelix",
    "Ant_p": "peripheral.cetrorelix",
    "Ant_R": "cetrorelix_complex.silent",
}
"""Species of the model file to state of this package."""

MASS = {"E2": "pg/mL", "P4": "ng/mL"}
"""Species that the model file holds as mass."""

DOSES: dict[str, list[Record]] = {
    "undisturbed": [],
    "antagonist": [Record(time=36 * 24.0, state="depot.cetrorelix", amount=500.0, interval=24.0, additional=6)],
    "agonist": [Record(time=20 * 24.0, state="depot.nafarelin", amount=100.0, interval=24.0, additional=39)],
}
"""The scenarios of the table, in h and ug."""


def read(table: Path = TABLE) -> dict[str, Scenario]:
    """Return scenario to its courses, as libRoadRunner gave them."""
    with table.open(newline="") as file:
        rows = list(csv.DictReader(file))
    found = {}
    for scenario in DOSES:
        chosen = [row for row in rows if row["scenario"] == scenario]
        days = np.array([float(row["day"]) for row in chosen])
        found[scenario] = (days, {name: np.array([float(row[name]) for row in chosen]) for name in STATES})
    return found
