"""Spike times against NEURON on the same equations, both at a step that is small enough.

NEURON comes with the test extra and is asked anew at every run, at the coarser of two steps. What it gave at both is
kept in a table: by it NEURON is at a converged step, and it stands in where NEURON cannot be installed.
"""

import runpy
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from neurosteroid.engine.solvers.gates.solver import follow
from tests.rivals.neuron_cases import (
    CASES,
    DURATION,
    STEPS,
    STILL,
    Case,
    Run,
    by_neuron,
    compiled,
    read_table,
    system,
    with_neuron,
)

SETTLED, AGREEMENT = 0.02, 0.1  # ms: what halving the step may move, and how far two simulators may be apart
CHLORIDE = 1e-5  # mmol/L: halving the step moves 6e-7; what flows in during the run is 0.7 to 1


@pytest.fixture(scope="module")
def mechanisms(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Path | None:
    """The folder with the compiled mechanisms, kept between runs; None where NEURON cannot be had."""
    found, name = with_neuron(), "neuron-mechanisms"
    cache = getattr(pytestconfig, "cache", None)  # pytest may run without it
    folder = tmp_path_factory.mktemp(name) if cache is None else cache.mkdir(name)
    return None if found is None else compiled(*found, folder)


def own(case: Case, step: float) -> list[Run]:
    wired = system(case)
    parameters = wired.parameters(len(case.currents), {"stimulus.holding": np.array(case.currents)})
    keep = ["chloride.inside"] if case.moving else []
    done = follow(wired, duration=DURATION, step=step, parameters=parameters, watch="membrane.voltage", keep=keep)
    ends = done.courses["chloride.inside"][:, -1] if case.moving else np.zeros(len(case.currents))
    return [Run(times, float(end)) for times, end in zip(done.require_complete().spikes, ends, strict=True)]


def moved(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    assert len(one) == len(other) > 5
    return float(np.abs(one - other).max())


def test_neuron_is_asked_where_it_can_be() -> None:
    """Wheels are there for Linux and macOS; only where no compiler for mechanisms is found may the table stand in."""
    if sys.platform == "win32" or (shutil.which("c++") is None and shutil.which("g++") is None):
        pytest.skip("NEURON has no wheel here, or its mechanisms no compiler")
    assert with_neuron() is not None, "NEURON belongs to the test extra: pip install -r requirements/test.txt"


ALL = [pytest.param(case, id=case.name, marks=[pytest.mark.slow] if case.steps != STEPS else []) for case in CASES]


@pytest.mark.parametrize("case", ALL)
def test_spikes_and_chloride_are_where_neuron_has_them(case: Case, mechanisms: Path | None) -> None:
    kept, found = read_table(), with_neuron()
    live = {} if found is None or mechanisms is None else by_neuron(found[0], mechanisms, case, case.steps[0])
    coarse, fine = (own(case, step) for step in case.steps)
    for place, current in enumerate(case.currents):
        rough, converged = (kept[case.name, current, step] for step in case.steps)
        now = live.get((case.name, current, case.steps[0]), rough)
        assert moved(rough.spikes, converged.spikes) < SETTLED, "NEURON is not at a converged step"
        assert moved(coarse[place].spikes, fine[place].spikes) < SETTLED, "gates is not at a converged step"
        assert moved(coarse[place].spikes, now.spikes) < AGREEMENT
        assert moved(fine[place].spikes, converged.spikes) < AGREEMENT
        assert moved(now.spikes, rough.spikes) <= 2 * STEPS[0]  # a spike may fall into the next step
        assert coarse[place].chloride == pytest.approx(now.chloride, abs=CHLORIDE)
        assert fine[place].chloride == pytest.approx(converged.chloride, abs=CHLORIDE)


@pytest.mark.parametrize("case", [case for case in CASES if case.moving], ids=lambda case: case.name)
def test_chloride_that_moves_moves_spikes(case: Case) -> None:
    """What is compared above is not the cell with held chloride: its spikes are elsewhere."""
    still = replace(case, chloride=STILL[case.chloride])
    one, other = own(case, 1 / 80)[0].spikes, own(still, 1 / 80)[0].spikes
    shared = min(len(one), len(other))
    assert abs(one[shared - 1] - other[shared - 1]) > 10 * AGREEMENT


@pytest.mark.slow
def test_the_table_is_what_neuron_gives_today(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if with_neuron() is None:
        pytest.skip("NEURON cannot be had here")
    again = tmp_path / "again.csv"
    script = Path(__file__).parents[2] / "scripts" / "neuron_reference.py"
    monkeypatch.setattr(sys, "argv", [str(script), str(again)])
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(script), run_name="__main__")
    assert ended.value.code == 0
    kept, found = read_table(), read_table(again)
    assert kept.keys() == found.keys()
    for key, run in kept.items():
        np.testing.assert_allclose(found[key].spikes, run.spikes, atol=2 * STEPS[0])
        assert found[key].chloride == pytest.approx(run.chloride, abs=CHLORIDE)
