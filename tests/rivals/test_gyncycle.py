"""The published cycle model as libRoadRunner runs its SBML file, against the parts of this package."""

from __future__ import annotations

import functools
import os
import runpy
import sys
from pathlib import Path

import numpy as np
import pytest
from gyncycle import DOSES, MASS, STATES, TABLE, read

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


@pytest.mark.parametrize("scenario", DOSES)
def test_all_states_agree_with_libroadrunner_over_three_cycles(scenario: str) -> None:
    days, species = read()[scenario]
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


def test_the_table_is_what_libroadrunner_gives_today(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("roadrunner", reason="needs libRoadRunner")
    model = os.environ.get("GYNCYCLE_SBML")
    if model is None:
        pytest.skip("GYNCYCLE_SBML does not name the file of BIOMD0000000494")
    again = tmp_path / "again.csv"
    script = Path(__file__).parents[2] / "scripts" / "gyncycle_reference.py"
    monkeypatch.setattr(sys, "argv", [str(script), model, str(again)])
    runpy.run_path(str(script), run_name="__main__")
    for old, new in zip(TABLE.read_text().split(), again.read_text().split(), strict=True):
        if not old.startswith("scenario"):
            assert old.split(",")[0] == new.split(",")[0]
            kept, found = (np.array(row.split(",")[1:], dtype=float) for row in (old, new))
            # the solver's own tolerances, with the eight digits of the table
            np.testing.assert_allclose(found, kept, rtol=1e-6, atol=1e-12)
