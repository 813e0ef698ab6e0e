"""The step of a circuit is small enough: halving it moves what is reported by less than seeds do."""

from dataclasses import replace

import numpy as np
import pytest

from neurosteroid.engine.solvers.networks.network import Network
from neurosteroid.engine.solvers.networks.solver import follow_networks
from neurosteroid.model.circuit import circuit, circuit_names
from neurosteroid.model.circuit_experiment import Circuit, Condition
from neurosteroid.model.circuit_networks import network_of
from neurosteroid.model.circuit_start import cycles

RHYTHMS = {"amygdala": ("theta peak", "gamma peak"), "cortex": ("beta peak",), "hippocampus": ("gamma peak",)}


def periods(made: Circuit, step: float, *, finely: bool = True) -> dict[str, float]:
    """Return the time from spike to spike of a lone cell of each population that fires when it is alone."""
    by = made.protocol
    cells = [replace(each, count=1, spread=0.0, range=0.0, background_rate=0.0) for each in made.plain.cells]
    network = Network(network_of(cells, (), 1, cycles(cells, by, "auto"), 500.0).populations, ())
    parts = {"fast": by.fast_slope, "parts": by.fast_parts} if finely else {}
    course = follow_networks(
        [lambda: network], duration=500.0, step=step, threshold=by.spike_threshold, keep_spikes=1.0, **parts
    )[0]
    times = {name: each.spike_times for name, each in course.populations.items()}
    return {name: float(np.diff(each)[-4:].mean()) for name, each in times.items() if len(each) > 5}


def rates(made: Circuit, condition: Condition, step: float, seeds: int, length: float) -> np.ndarray:
    """Return the rates (Hz) of each population, by seed, from the start."""
    by = made.protocol
    start = cycles(made.plain.cells, by, "auto")
    makers = [
        lambda seed=seed: network_of(condition.cells, condition.links, seed, start, length)
        for seed in range(1, 1 + seeds)
    ]
    courses = follow_networks(
        makers,
        duration=length,
        step=step,
        threshold=by.spike_threshold,
        fast=by.fast_slope,
        parts=by.fast_parts,
    )
    found = [[each.spike_counts.mean() / length * 1e3 for each in course.populations.values()] for course in courses]
    return np.array(found)


@pytest.mark.parametrize("name", circuit_names())
def test_lone_cells_keep_their_period(name: str) -> None:
    made = circuit(name, variant="published")
    shipped, fine = (periods(made, part * made.protocol.step) for part in (1.0, 0.125))
    assert shipped.keys() == fine.keys()
    assert "excitatory" in shipped
    for population, period in shipped.items():
        assert period == pytest.approx(fine[population], rel=2e-3)  # the card says 0.14 %


def test_without_parts_spikes_are_far_off() -> None:
    """What the parts are for: I_M opens too much where a spike is too long."""
    made = circuit("cortex", variant="published")
    assert periods(made, 0.05, finely=False)["excitatory"] > 1.5 * periods(made, 0.05)["excitatory"]


@pytest.mark.parametrize("changed", [False, True])
def test_halving_the_step_moves_rates_by_less_than_seeds_do(changed: bool) -> None:
    made = circuit("cortex", "220 nmol/L", "published")
    condition = made.changed if changed else made.plain
    whole, half = (rates(made, condition, part * made.protocol.step, 3, 600.0) for part in (1.0, 0.5))
    scatter = np.ptp(half, axis=0)
    assert (scatter > 0).all()
    assert (np.abs(whole.mean(axis=0) - half.mean(axis=0)) < scatter).all()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["amygdala", "cortex"])
def test_halving_the_step_moves_rates_and_peaks_by_less_than_seeds_do(name: str) -> None:
    made = circuit(name, "220 nmol/L")
    step = made.protocol.step
    whole, half = (made.run("6 s", 4, step=f"{part * step!r} ms") for part in (1.0, 0.5))
    wanted = [each.name for each in whole.measures if each.name.endswith(" rate") or each.name in RHYTHMS[name]]
    grain = float(half.columns["frequency"][1] - half.columns["frequency"][0])
    for measure in wanted:
        for condition in ("with", "without"):
            one, other = (found.by_seed[measure][condition] for found in (whole, half))
            # a peak is known to one frequency of the spectrum; theta without steroid is at 5 or 10 Hz by seed
            scatter = max(np.ptp(one), np.ptp(other), grain if measure.endswith("peak") else 0.0)
            assert abs(one.mean() - other.mean()) <= scatter, (measure, condition, one, other)
