"""The response surface of a neuron against runs of it, and what is kept of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import neurosteroid as ns
from neurosteroid.engine.solvers.gates import running
from neurosteroid.engine.solvers.rosenbrock.compilers import CompilerError
from neurosteroid.errors import InputError, SolverError, UnitError, UnknownNameError
from neurosteroid.evidence import Ledger
from neurosteroid.model import surface_fit, surface_grid
from neurosteroid.model.neuron import neuron
from neurosteroid.model.surface_runs import Cell, drive, event_times

LOOSE = 0.05
"""Two trains of events say little about a rate; tests that compare runs with runs do not care."""


def cell(name: str, **changes: float) -> Cell:
    """Return a cell with two trains of events, so that a surface takes half a second."""
    found = neuron(name)
    return Cell(found.system, found.parameters, replace(drive(Ledger()), **changes), trains=2)


@pytest.fixture(scope="module")
def surface() -> ns.ResponseSurface:
    return ns.response_surface("pyramidal")


def test_runs_that_made_no_surface_agree_with_it_within_its_error(surface: ns.ResponseSurface) -> None:
    assert surface.error <= surface_fit.BOUND
    full = replace(cell("pyramidal"), trains=32)
    tonic, decay = np.array([0.7, 6.1, 18.3]), np.array([1.7, 0.8, 3.1])
    current = full.currents(tonic, decay, np.full(3, surface.fit.reference))
    found = surface.fit.reference / current
    # a point that was not tried may be a little worse than the worst of sixteen
    assert surface.at(tonic, decay) == pytest.approx(found, abs=2 * surface_fit.BOUND)
    frame = surface.to_frame()
    held = frame[frame["use"] == "held out"]
    assert len(held) == surface_grid.HELD_OUT
    assert (held["excitability"] - held["surface"]).abs().max() == pytest.approx(surface.error, rel=1e-9)


def test_one_without_steroid_and_less_with_more_conductance_or_longer_events(surface: ns.ResponseSurface) -> None:
    assert surface.excitability() == pytest.approx(1.0, abs=1e-12)
    assert surface.excitability("1 nS") == pytest.approx(1.0, abs=1e-12)
    tonic = np.linspace(0.0, surface.highest_tonic, 101)
    for decay in (0.5, 1.0, 4.0):
        assert (np.diff(surface.at(tonic, decay)) < 0.0).all()
    assert (surface.at(tonic, 4.0) < surface.at(tonic, 0.5)).all()


def test_without_events_it_is_the_current_of_an_f_i_curve() -> None:
    surface = ns.response_surface("fast-spiking", event_rate="0 Hz")
    assert surface.at(3.0, 0.5) == pytest.approx(surface.at(3.0, 4.0), abs=1e-9)
    currents = []
    for tonic in ("0.5 nS", "5 nS"):
        curve = ns.neuron("fast-spiking", tonic=tonic).fi(up_to="700 pA", points=71)
        rate, current = np.asarray(curve["last rate"]), np.asarray(curve["current"])
        fires = rate > 0.0
        currents.append(float(np.interp(30.0, rate[fires], current[fires])))
    # interpolated between currents 10 pA apart
    assert surface.fit.reference == pytest.approx(currents[0], rel=0.01)
    assert surface.excitability("5 nS") == pytest.approx(currents[0] / currents[1], abs=0.01)


def test_runs_repeat_bit_for_bit_and_a_deleted_cache_gives_the_same_numbers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEUROSTEROID_CACHE", str(tmp_path))
    monkeypatch.setattr(surface_fit, "BOUND", LOOSE)
    one = cell("pyramidal")
    found = []
    for _ in range(3):
        found.append(surface_fit.fitted(one, 1.0))
        (kept,) = tmp_path.glob("surface-*.json")
        if len(found) == 2:
            kept.unlink()
    first, from_disk, again = found
    for other in (from_disk, again):
        assert (other.coefficients == first.coefficients).all()
        assert (other.runs.current == first.runs.current).all()
        assert (other.error, other.chance, other.reference) == (first.error, first.chance, first.reference)
    kept.write_text("{}")
    assert (surface_fit.fitted(one, 1.0).coefficients == first.coefficients).all()


def test_what_is_kept_goes_by_content() -> None:
    one = cell("pyramidal")
    other = replace(one, parameters=one.parameters * (1.0 + 1e-12))
    keys = {
        surface_fit._key(one, 1.0),
        surface_fit._key(other, 1.0),
        surface_fit._key(one, 1.1),
        surface_fit._key(replace(one, by=replace(one.by, event_rate=11.0)), 1.0),
        surface_fit._key(cell("fast-spiking"), 1.0),
    }
    assert len(keys) == 5
    assert surface_fit._key(cell("pyramidal"), 1.0) in keys


def test_without_a_compiler_the_currents_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    one = cell("fast-spiking", settling=20.0, counting=100.0, event_rate=50.0)
    point = np.array([2.0]), np.array([1.5])
    compiled = one.currents(*point, near=np.array([500.0]))

    def refused(*_: object) -> None:
        raise CompilerError("none here")

    monkeypatch.setattr(running, "walk_native", refused)
    # spike times agree to rounding; the search ends within 5e-4 of the rate, whichever way it went
    assert one.currents(*point, near=np.array([500.0])) == pytest.approx(compiled, rel=1e-6)


def test_a_bound_that_no_grid_holds_is_said() -> None:
    with pytest.raises(SolverError, match="9 by 5 runs the surface is still off by"):
        surface_fit.compute(cell("pyramidal"), 1.0, bound=1e-9)


def test_a_rate_that_no_current_reaches_is_said() -> None:
    with pytest.raises(SolverError, match="no injected current"):
        cell("pyramidal", rate=2000.0).currents(np.array([1.0]), np.ones(1))
    with pytest.raises(SolverError, match="no injected current"):
        cell("pyramidal", rate=2000.0).currents(np.array([1.0]), np.ones(1), near=np.array([1e4]))


def test_events_come_at_random_at_their_rate_and_the_same_every_time() -> None:
    by = drive(Ledger())
    trains = event_times(by, 0)
    count = sum(map(len, trains))
    expected = len(trains) * by.event_rate * (by.settling + by.counting) / 1e3
    assert count == pytest.approx(expected, abs=4 * np.sqrt(expected))
    assert all((np.diff(train) > 0.0).all() and train[-1] < by.settling + by.counting for train in trains)
    assert event_times(by, 0) == trains
    assert event_times(by, 1)[0] != trains[0]


def test_grids_hold_each_other_and_no_held_out_point() -> None:
    for (one, other), (more, others) in zip(surface_fit.GRIDS, surface_fit.GRIDS[1:], strict=False):
        assert set(surface_grid.nodes(one)) <= set(surface_grid.nodes(more))
        assert set(surface_grid.nodes(other)) <= set(surface_grid.nodes(others))
    between = zip(surface_grid.halton(2), surface_grid.halton(3), strict=True)
    assert not any(x in surface_grid.nodes(9) and y in surface_grid.nodes(5) for x, y in between)


def test_sources_say_what_is_assumed(surface: ns.ResponseSurface) -> None:
    keys = {number.key for number, _ in surface.sources()}
    assert {"surface_rate", "surface_event_rate", "tonic_dependent", "sodium_conductance"} <= keys
    assert any("definitions" in choice.assumed for choice in surface.ledger.choices)
    assert f"off by at most {surface.error:.2g}" in surface.words


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"tonic": "-1 nS"}, InputError, "tonic: -1 is below zero"),
        (
            {"tonic": "30 nS"},
            InputError,
            "30 nS lies outside the surface of 'pyramidal', which reaches from 0 to 25 nS",
        ),
        ({"tonic": "1 mV"}, UnitError, "tonic"),
        ({"decay": -1.0}, InputError, "decay: -1 lies outside"),
        ({"decay": float("nan")}, InputError, "decay: nan lies outside"),
    ],
)
def test_wrong_points_are_refused(
    surface: ns.ResponseSurface, arguments: dict[str, object], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        surface.excitability(**arguments)


@pytest.mark.parametrize(
    ("name", "arguments", "error", "message"),
    [
        ("pyramidl", {}, UnknownNameError, "No neuron 'pyramidl'. Did you mean 'pyramidal'"),
        ("pyramidal", {"variant": "old"}, UnknownNameError, "old"),
        ("pyramidal", {"variant": "carried-chloride"}, InputError, "chloride of 'pyramidal' .* moves"),
        ("pyramidal", {"event_rate": "-1 Hz"}, InputError, "event_rate: -1 is below zero"),
        ("pyramidal", {"event_rate": "3 mV"}, UnitError, "event_rate"),
    ],
)
def test_wrong_surfaces_are_refused(name: str, arguments: dict[str, str], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        ns.response_surface(name, **arguments)
