from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from neurosteroid.engine import AbstractPart, State, parameter, wire
from neurosteroid.engine.maths import exp
from neurosteroid.engine.solvers.networks.network import Jumps, Link, Network, NetworkCourse, Population
from neurosteroid.engine.solvers.networks.solver import follow_networks
from neurosteroid.errors import InputError, UnknownNameError


@final
@dataclass(frozen=True, kw_only=True)
class Spiker(AbstractPart):
    """A spiking membrane of made-up numbers that makes a synapse and takes an input."""

    reversal: float = parameter("mV", "of the input")

    states = (
        State("s", "synapse", "1"),
        State("v", "voltage", "mV"),
        State("w", "gate", "1"),
        State("drive", "drive", "uA/cm^2"),
        State("g", "input", "mS/cm^2"),
        State("kick", "kick", "uA/cm^2"),
    )

    def rates(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        s, v, w = (state[name] for name in "svw")
        opened = 1 / (1 + exp(-(v + 1.2) / 9))
        target = 1 / (1 + exp(-(v - 2) / 15))
        rate = 0.04 * (exp((v - 2) / 60) + exp(-(v - 2) / 60))
        inward = 4.4 * opened * (v - 120) + 8 * w * (v + 84) + 2 * (v + 60)
        current = state["drive"] + state["kick"] - inward - state["g"] * (v - self.reversal)
        release = 1 / (1 + exp(-v / 4))
        return {
            "s": release * (1 - s) - s / 8,
            "v": current / 20,
            "w": (target - w) * rate,
            "drive": 0.0,
            "g": 0.0,
            "kick": -state["kick"] / 5,
        }


EXCITED, INHIBITED = (wire({"cell": Spiker(reversal=reversal)}) for reversal in (0.0, -80.0))
WEIGHTS = (("a", "b", 0.9), ("b", "a", 1.1), ("b", "b", 0.4))
DRIVES = {"a": np.linspace(92.0, 99.0, 11), "b": np.linspace(75.0, 88.0, 3)}
"""Eleven and three cells: no whole number of lanes."""


def populations() -> tuple[Population, ...]:
    found = []
    for name, system in (("a", INHIBITED), ("b", EXCITED)):
        drive = DRIVES[name]
        initial = np.zeros((len(drive), 6))
        initial[:, 1], initial[:, 2], initial[:, 3] = -60.0 + np.arange(len(drive)), 0.01, drive
        record = ("synapse", "voltage")
        found.append(Population(name, system, system.parameters(1)[0], initial, "voltage", record))
    return tuple(found)


FAST = 0.25
"""1/ms: slopes that these cells have in their spikes only."""

LINKS = tuple(Link(source, "synapse", target, "input", weight) for source, target, weight in WEIGHTS)
NETWORK = Network(populations(), LINKS)
NOISY = Network(
    populations(),
    LINKS,
    (Jumps("a", "kick", np.sort(np.random.default_rng(3).uniform(0, 300, 400)), np.arange(400) % 11, 30.0),),
)


def run(network: Network = NETWORK, **changes: Any) -> NetworkCourse:
    settings: dict[str, Any] = {"duration": 300.0, "step": 0.05, "every": 1.0, "keep_spikes": 1.0, **changes}
    return follow_networks([lambda: network], **settings)[0]


def exact(until: float, times: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return voltages (N, R) and spike times of all cells by an adaptive solver, couplings inside."""
    sizes, systems = [11, 3], [INHIBITED, EXCITED]
    start = [each.initial for each in NETWORK.populations]

    def split(y: np.ndarray) -> list[np.ndarray]:
        parts = np.split(y, [6 * sizes[0]])
        return [part.reshape(size, 6).copy() for part, size in zip(parts, sizes, strict=True)]

    def slope(t: float, y: np.ndarray) -> np.ndarray:
        first, second = split(y)
        a, b = first[:, 0].mean(), second[:, 0].mean()
        first[:, 4], second[:, 4] = 1.1 * b, 0.9 * a + 0.4 * b
        empty = [np.zeros((size, 0)) for size in sizes]
        return np.concatenate(
            [
                system.derivative(t, part, system.parameters(len(part)), none).ravel()
                for system, part, none in zip(systems, (first, second), empty, strict=True)
            ]
        )

    found = solve_ivp(
        slope,
        (0.0, until),
        np.concatenate([each.ravel() for each in start]),
        rtol=1e-9,
        atol=1e-9,
        dense_output=True,
        method="LSODA",
    )
    fine = np.arange(0.0, until, 0.005)
    voltage = np.concatenate([part.reshape(-1, 6, len(fine))[:, 1] for part in np.split(found.sol(fine), [66])])
    crossed = (voltage[:, :-1] < 0) & (voltage[:, 1:] >= 0)
    share = -voltage[:, :-1] / (voltage[:, 1:] - voltage[:, :-1])
    spikes = [fine[:-1][row] + 0.005 * part[row] for row, part in zip(crossed, share, strict=True)]
    means = np.concatenate([part.reshape(-1, 6, len(times))[:, 1] for part in np.split(found.sol(times), [66])])
    return means, np.concatenate(spikes)


def spikes_of(course: NetworkCourse) -> np.ndarray:
    """Return all spike times, cell by cell."""
    found = []
    for name, count in (("a", 11), ("b", 3)):
        part = course.populations[name]
        found += [part.spike_times[part.spike_cells == cell] for cell in range(count)]
    return np.concatenate(found)


def test_spikes_are_those_of_an_adaptive_solver_to_second_order() -> None:
    _, expected = exact(300.0, np.array([0.0]))
    assert len(expected) > 40
    errors = []
    for step in (0.1, 0.05, 0.025):
        found = spikes_of(run(step=step))
        assert found.shape == expected.shape
        errors.append(np.abs(found - expected).max())
    # second order: halving the step takes the error to a quarter; between a third and a fifth is taken for it
    assert 3.0 < errors[0] / errors[1] < 5.0
    assert 3.0 < errors[1] / errors[2] < 5.0
    assert errors[2] < 0.02  # ms


@pytest.mark.parametrize("network", [NETWORK, NOISY], ids=["alone", "with jumps"])
@pytest.mark.parametrize("finely", [{}, {"fast": FAST, "parts": 4}], ids=["whole steps", "in parts"])
def test_numpy_walks_the_same_steps(network: Network, finely: dict[str, Any]) -> None:
    compiled, plain = (run(network, method=method, **finely) for method in ("networks", "numpy"))
    assert (compiled.method, plain.method) == ("networks", "numpy")
    for name in ("a", "b"):
        first, second = compiled.populations[name], plain.populations[name]
        np.testing.assert_array_equal(first.spike_counts, second.spike_counts)
        assert first.spike_counts.sum() > 5
        # rounding of sums in another order, grown by 6000 steps of a spiking membrane
        np.testing.assert_allclose(first.means["voltage"], second.means["voltage"], atol=1e-6)
        np.testing.assert_allclose(first.variances_of_cells, second.variances_of_cells, rtol=1e-6)
    np.testing.assert_allclose(spikes_of(compiled), spikes_of(plain), atol=1e-7)


def test_cells_followed_in_parts_keep_the_order_and_have_a_smaller_error() -> None:
    _, expected = exact(300.0, np.array([0.0]))
    errors = {}
    for parts in (1, 8):
        for step in (0.5, 0.25, 0.125):
            found = spikes_of(run(step=step, fast=FAST, parts=parts))
            assert found.shape == expected.shape
            errors[parts, step] = np.abs(found - expected).max()
    # What is left is of cells that are slow, and of inputs that are held.
    assert all(errors[8, step] < 0.5 * errors[1, step] for step in (0.5, 0.25, 0.125))
    # second order, as above
    assert 3.0 < errors[8, 0.5] / errors[8, 0.25] < 5.0
    assert 3.0 < errors[8, 0.25] / errors[8, 0.125] < 5.0


def test_threads_change_nothing() -> None:
    networks = [lambda: NETWORK, lambda: NOISY, lambda: NETWORK]
    settings: dict[str, Any] = {"duration": 100.0, "step": 0.05, "keep_spikes": 1.0, "method": "networks"}
    one, many = (follow_networks(networks, threads=threads, **settings) for threads in (1, 3))
    for first, second in zip(one, many, strict=True):
        np.testing.assert_array_equal(spikes_of(first), spikes_of(second))
    np.testing.assert_array_equal(spikes_of(one[0]), spikes_of(one[2]))
    assert not np.array_equal(spikes_of(one[0]), spikes_of(one[1]))


def test_settling_only_leaves_out_the_beginning() -> None:
    whole, late = run(), run(duration=200.0, settle=100.0)
    np.testing.assert_array_equal(late.times, whole.times[100:])
    np.testing.assert_array_equal(late.populations["a"].means["voltage"], whole.populations["a"].means["voltage"][100:])
    times = whole.populations["b"].spike_times
    np.testing.assert_array_equal(late.populations["b"].spike_times, times[times >= 100.0])


def test_a_jump_sets_a_state_in_its_step() -> None:
    jumps = Jumps("a", "kick", np.array([10.02, 20.0]), np.array([4, 0]), 30.0)
    record = tuple(
        Population(each.name, each.system, each.parameters, each.initial, "kick", ("kick",))
        for each in NETWORK.populations
    )
    found = run(Network(record, LINKS, (jumps,)), duration=30.0, every=0.05).populations["a"].means["kick"]
    before = 30.0 * np.exp(-(20.0 - 10.0) / 5.0) / 11  # kept in the middle of steps, so whole steps apart
    assert found[199] == 0.0
    np.testing.assert_allclose(found[[200, 399, 400]], [30 / 11, before * np.exp(0.01), before + 30 / 11], rtol=1e-9)


def test_means_and_variances_of_cells_are_those_of_rows() -> None:
    system = INHIBITED
    one = Population("a", system, system.parameters(1)[0], populations()[0].initial[:1], "voltage", ("voltage",))
    found = run(Network((one,), ())).populations["a"]
    np.testing.assert_allclose(found.means_of_cells, found.means["voltage"].mean(), rtol=1e-9)
    np.testing.assert_allclose(found.variances_of_cells, found.means["voltage"].var(), rtol=1e-9)


def test_spikes_beyond_the_room_are_counted_only() -> None:
    full, short = run(), run(keep_spikes=2 / (300.0 * 11))
    assert len(short.populations["a"].spike_times) == 2
    np.testing.assert_array_equal(short.populations["a"].spike_counts, full.populations["a"].spike_counts)
    np.testing.assert_array_equal(short.populations["a"].spike_times, full.populations["a"].spike_times[:2])


@pytest.mark.parametrize("method", ["networks", "numpy"])
def test_a_state_that_is_no_number_is_told_with_its_time(method: str) -> None:
    broken = populations()[0]
    broken.initial[3, 1] = np.inf
    assert np.isfinite(run(Network((broken,), ()), duration=20.0, method=method).failed)
    assert np.isinf(run(duration=20.0, method=method).failed)


@pytest.mark.parametrize(
    ("network", "message"),
    [
        (Network((), ()), "one or more"),
        (Network(populations()[:1] * 2, ()), "its own name"),
        (Network(populations(), (Link("a", "synapse", "b", "gate", 1.0),)), "moves by itself"),
        (Network(populations(), (), (Jumps("a", "kick", np.array([2.0, 1.0]), np.array([0, 0]), 1.0),)), "rising"),
        (Network(populations(), (), (Jumps("a", "kick", np.array([2.0]), np.array([11]), 1.0),)), "does not have"),
    ],
)
def test_networks_that_do_not_fit_are_refused(network: Network, message: str) -> None:
    with pytest.raises(InputError, match=message):
        run(network)


@pytest.mark.parametrize("link", [Link("c", "synapse", "b", "input", 1.0), Link("a", "synaps", "b", "input", 1.0)])
def test_unknown_names_are_told(link: Link) -> None:
    with pytest.raises(UnknownNameError):
        run(Network(populations(), (link,)))


def test_wrong_settings_are_refused() -> None:
    with pytest.raises(InputError, match="No method"):
        run(method="fortran")
    with pytest.raises(InputError, match="threads"):
        run(threads=0)
    with pytest.raises(InputError, match="whole number of steps"):
        run(duration=10.03)
    with pytest.raises(InputError, match="parts is 0"):
        run(parts=0)
    with pytest.raises(InputError, match="slope above zero"):
        run(fast=0.0, parts=4)
