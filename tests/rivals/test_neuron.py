"""Spike times against NEURON on the same equations, both at a step that is small enough."""

import os
import runpy
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from neurosteroid.engine.solvers.gates.solver import follow
from tests.rivals.neuron_cases import CASES, DURATION, STEPS, TABLE, Case, system, with_neuron

Times = dict[tuple[str, float, float], NDArray[np.float64]]
SETTLED, AGREEMENT = 0.02, 0.1  # ms: what halving the step may move, and how far two simulators may be apart


def table(path: Path = TABLE) -> Times:
    rows = [line.split(",") for line in path.read_text().splitlines()[1:]]
    return {(name, float(current), float(step)): np.array(times, float) for name, current, step, *times in rows}


def own(case: Case, step: float) -> list[NDArray[np.float64]]:
    wired = system(case)
    parameters = wired.parameters(len(case.currents), {"stimulus.holding": np.array(case.currents)})
    done = follow(wired, duration=DURATION, step=step, parameters=parameters, watch="membrane.voltage", keep=[])
    return [np.asarray(times) for times in done.require_complete().spikes]


def moved(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    assert len(one) == len(other) > 5
    return float(np.abs(one - other).max())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_spikes_are_where_neuron_has_them(case: Case) -> None:
    rival = table()
    coarse, fine = (own(case, step) for step in STEPS)
    for place, current in enumerate(case.currents):
        theirs = [rival[case.name, current, step] for step in STEPS]
        assert moved(*theirs) < SETTLED, "NEURON is not at a converged step"
        assert moved(coarse[place], fine[place]) < SETTLED, "gates is not at a converged step"
        assert moved(fine[place], theirs[1]) < AGREEMENT
        assert moved(coarse[place], theirs[0]) < AGREEMENT


@pytest.mark.slow
def test_the_table_is_what_neuron_gives_today(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if with_neuron() is None:
        pytest.skip(f"NEURON is in no Python of {os.environ.get('NEUROSTEROID_BENCH_PYTHON', sys.executable)}")
    again = tmp_path / "again.csv"
    script = Path(__file__).parents[2] / "scripts" / "neuron_reference.py"
    monkeypatch.setattr(sys, "argv", [str(script), str(again)])
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(script), run_name="__main__")
    assert ended.value.code == 0
    kept, found = table(), table(again)
    assert kept.keys() == found.keys()
    for key, times in kept.items():
        np.testing.assert_allclose(found[key], times, atol=2 * STEPS[0])  # a spike may fall into the next step
