"""The published cycle model as libRoadRunner runs its SBML file, against the parts of this package.

Against the courses that were stored, everywhere; and against libRoadRunner itself, where it is installed and the file
of BIOMD0000000494 is at hand: named by ``GYNCYCLE_SBML``, or in the folder ``shared/data/sbml`` beside the checkout.
"""

from __future__ import annotations

import functools
import os
import runpy
import sys
from pathlib import Path

import numpy as np
import pytest
from gyncycle import DOSES, MASS, STATES, TABLE, Scenario, read

from neurosteroid import units
from neurosteroid.engine import System, Tolerances, solve
from neurosteroid.evidence import library
from neurosteroid.physiology.cycle import cycle_alone

AGREEMENT = 1e-4
"""Relative, as the acceptance of the cycle model asks; 1e-6 was reached."""

FLOOR = 1e-6
"""A state below this share of its highest value is held to that share."""


@functools.cache
def system() -> System:
    return cycle_alone("published", agonist=True, antagonist=True)


BESIDE = Path(__file__).parents[3] / "shared" / "data" / "sbml" / "BIOMD0000000494.xml"
SCRIPT = Path(__file__).parents[2] / "scripts" / "gyncycle_reference.py"


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What libRoadRunner gives today, as a table like the stored one."""
    pytest.importorskip("roadrunner", reason="needs libRoadRunner")
    model = Path(os.environ.get("GYNCYCLE_SBML", BESIDE))
    if not model.is_file():
        pytest.skip("no file of BIOMD0000000494: GYNCYCLE_SBML names none, and none stands beside the checkout")
    again = tmp_path_factory.mktemp("gyncycle") / "again.csv"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", [str(SCRIPT), str(model), str(again)])
        runpy.run_path(str(SCRIPT), run_name="__main__")
    return again


@pytest.mark.parametrize("scenario", DOSES)
def test_all_states_agree_with_stored_courses_over_three_cycles(scenario: str) -> None:
    check_agreement(scenario, read()[scenario])


@pytest.mark.parametrize("scenario", DOSES)
def test_all_states_agree_with_libroadrunner_over_three_cycles(scenario: str, live: Path) -> None:
    check_agreement(scenario, read(live)[scenario])


def check_agreement(scenario: str, course: Scenario) -> None:
    """Hold every state of the parts against the courses of the species."""
    days, species = course
    found = solve(
        system(),
        DOSES[scenario],
        parameters=system().parameters(1),
        covariates=np.ones((1, len(system().covariate_names))),
        output_times=days * 24,
        start=0.0,
        tolerances=Tolerances(relative=1e-8, absolute=1e-14),
    )
    assert not found.failures
    assert len(STATES) == len(system().state_names)
    rows = np.searchsorted(found.times[0], days * 24)
    off = {}
    for name, state in STATES.items():
        expected = species[name]
        if name in MASS:
            molar_mass = library().card("estradiol" if name == "E2" else "progesterone").number("molar_mass").value
            expected = units.convert(expected, MASS[name], "nmol/L", molar_mass=molar_mass)
        got = found.states[0, rows, system().state_names.index(state)]
        highest = float(np.abs(expected).max())
        if highest == 0.0:  # a drug that is not given
            assert not got.any(), name
            continue
        off[name] = float(np.max(np.abs(got - expected) / np.maximum(np.abs(expected), FLOOR * highest)))
    worst = max(off, key=lambda name: off[name])
    assert off[worst] < AGREEMENT, f"{worst}: {off[worst]:.2g}"


def test_the_table_is_what_libroadrunner_gives_today(live: Path) -> None:
    for old, new in zip(TABLE.read_text().split(), live.read_text().split(), strict=True):
        if not old.startswith("scenario"):
            assert old.split(",")[0] == new.split(",")[0]
            kept, found = (np.array(row.split(",")[1:], dtype=float) for row in (old, new))
            # the solver's own tolerances, with the eight digits of the table
            np.testing.assert_allclose(found, kept, rtol=1e-6, atol=1e-12)
