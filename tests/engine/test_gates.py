import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

import numpy as np
import pytest

from neurosteroid.engine import AbstractPart, State, parameter, solve, wire
from neurosteroid.engine.maths import exp, log
from neurosteroid.engine.solvers.gates.by_numpy import reach_near
from neurosteroid.engine.solvers.gates.order import plan_moves
from neurosteroid.engine.solvers.gates.solver import Events, follow
from neurosteroid.errors import InputError, SolverError, UnknownNameError


@final
@dataclass(frozen=True, kw_only=True)
class MorrisLecar(AbstractPart):
    """A spiking membrane with one gate, an ion and a synapse, of made-up numbers."""

    current: float = parameter("uA/cm^2", "injected")

    states = (
        State("v", "voltage", "mV"),
        State("w", "gate", "1"),
        State("c", "ion", "mmol/L"),
        State("s", "synapse", "1"),
    )

    def rates(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        v, w, c, s = (state[name] for name in "vwcs")
        opened = 1 / (1 + exp(-(v + 1.2) / 9))
        target = 1 / (1 + exp(-(v - 2) / 15))
        rate = 0.04 * (exp((v - 2) / 60) + exp(-(v - 2) / 60))
        inward = 4.4 * opened * (v - 120) + 8 * w * (v + 84) + 2 * (v + 60)
        return {
            "v": (self.current - inward - s * (v - 26 * log((c + 5) / 120))) / 20,
            "w": (target - w) * rate,
            "c": 0.002 * s * (v - 26 * log((c + 5) / 120)) - 0.01 * c,
            "s": -s / 8,
        }


SYSTEM = wire({"cell": MorrisLecar(current=95.0)})
START = np.array([[-60.0, 0.01, 1.0, 0.0]])
EVENTS = [Events([20.0, 150.0], {"synapse": 0.5})]


def run(currents: list[float], step: float = 0.05, **changes: Any) -> Any:
    settings: dict[str, Any] = {"duration": 400.0, "events": EVENTS, "watch": "voltage", "every": 10.0, **changes}
    parameters = SYSTEM.parameters(len(currents), {"cell.current": np.array(currents)})
    initial = np.repeat(START, len(currents), axis=0)
    return follow(SYSTEM, step=step, parameters=parameters, initial=initial, **settings)


def test_gates_move_together_and_what_they_share_one_after_the_other() -> None:
    assert SYSTEM.traced.tape is not None
    moves = plan_moves(SYSTEM.traced.tape)
    names = SYSTEM.state_names
    assert {names[place] for place in moves.gates} == {"gate", "synapse"}
    assert {names[place] for place in moves.rest} == {"voltage", "ion"}
    assert {names[place] for place in moves.steady} == {"synapse"}
    assert dict(zip(names, moves.affine, strict=True)) == {
        "voltage": False,
        "gate": True,
        "ion": False,
        "synapse": True,
    }


def test_a_gate_that_nothing_drives_is_exact() -> None:
    found = run([0.0], step=0.5, keep=["synapse"], every=0.5, events=[Events([2.0], {"synapse": 1.0})])
    late = found.times >= 2.0
    expected = np.where(late, np.exp(-(found.times - 2.0) / 8), 0.0)
    np.testing.assert_allclose(found.courses["synapse"][0], expected, rtol=1e-12, atol=1e-15)  # rounding of 800 steps


def test_error_falls_with_the_square_of_the_step() -> None:
    courses = [
        run([95.0], step, duration=100.0, events=[Events([20.0], {"synapse": 0.5})]).courses["voltage"]
        for step in (0.1, 0.05, 0.025, 0.0125)
    ]
    errors = [np.abs(coarse - fine).max() for coarse, fine in itertools.pairwise(courses)]
    ratios = [coarse / fine for coarse, fine in itertools.pairwise(errors)]
    assert ratios == pytest.approx([4.0, 4.0], rel=0.1)  # second order, with a little of the next


def test_a_move_without_an_exponential_is_close_for_short_steps_and_bounded_for_long_ones() -> None:
    z = np.linspace(-0.25, 0.25, 1001)
    z = z[np.abs(z) > 1e-3]  # closer to 0 it is the quotient to compare with that has lost its digits
    np.testing.assert_allclose(reach_near(z, 1.0), np.expm1(z) / z, rtol=3e-9)  # z^6 / 100800 is 2.4e-9 at z = 0.25
    long = -np.logspace(-3, 8, 200)
    assert (np.abs(1 + long * reach_near(long, 1.0)) <= 1).all()


def test_courses_are_those_of_the_reference_solver() -> None:
    found = run([60.0], step=0.005, events=(), duration=100.0)
    parameters = SYSTEM.parameters(1, {"cell.current": 60.0})
    reference = solve(SYSTEM, parameters=parameters, initial=START, output_times=found.times, method="reference")
    voltage = reference.outputs(["voltage"])["voltage"]
    np.testing.assert_allclose(found.courses["voltage"], voltage, atol=1e-4)  # measured 2e-6; spikes are 100 high


@pytest.mark.parametrize("other", ["numba", "numpy"])
def test_others_make_the_same_moves(other: str) -> None:
    settings: dict[str, Any] = {"duration": 100.0, "events": [Events([20.0], {"synapse": 0.5})]}
    compiled, plain = (run([60.0, 95.0], method=name, **settings) for name in ("gates", other))
    assert (compiled.method, plain.method) == ("gates", other)
    for name, course in compiled.courses.items():
        np.testing.assert_allclose(course, plain.courses[name], rtol=1e-9, atol=1e-12)  # rounding, grown by spikes
    for one, other in zip(compiled.spikes, plain.spikes, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-10)


def test_neighbours_in_a_bundle_change_nothing() -> None:
    many = run([float(current) for current in range(60, 71)], threads=2)
    alone = run([67.0], threads=1)
    np.testing.assert_array_equal(many.courses["voltage"][7], alone.courses["voltage"][0])
    np.testing.assert_array_equal(many.spikes[7], alone.spikes[0])


def test_a_steady_gate_is_exact_without_a_compiler_too() -> None:
    """As `test_a_gate_that_nothing_drives_is_exact`; a step so long shows a move by anything but the exponential."""
    found = run([0.0], step=4.0, method="numpy", keep=["synapse"], every=4.0, events=[Events([4.0], {"synapse": 1.0})])
    late = found.times >= 4.0
    expected = np.where(late, np.exp(-(found.times - 4.0) / 8), 0.0)
    np.testing.assert_allclose(found.courses["synapse"][0], expected, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("method", ["gates", "numba", "numpy"])
def test_a_cell_that_fails_is_named_and_the_others_go_on(method: str) -> None:
    found = run([60.0, np.nan, 95.0], duration=50.0, events=(), method=method)
    assert [failure.person for failure in found.failures] == [1]
    assert np.isnan(found.courses["voltage"][1, 1:]).all()
    assert np.isfinite(found.courses["voltage"][[0, 2]]).all()
    with pytest.raises(SolverError, match="Cell 1 did not finish"):
        found.require_complete()


def test_events_may_differ_by_cell() -> None:
    each = run([0.0, 0.0], duration=20.0, events=[Events([[5.0], []], {"synapse": 1.0})], keep=["synapse"], every=1.0)
    assert each.courses["synapse"][0, 5] == 1.0
    assert not each.courses["synapse"][1].any()


def test_without_a_compiler_others_do_it_and_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    from neurosteroid.engine.solvers.gates import running
    from neurosteroid.engine.solvers.rosenbrock.compilers import CompilerError
    from neurosteroid.errors import MissingExtraError

    def refuse(*_: object) -> None:
        raise CompilerError("there is none.")

    def refuse_too(*_: object) -> None:
        raise MissingExtraError("nor is there numba.")

    monkeypatch.setattr(running, "walk_native", refuse)
    found = run([60.0], duration=5.0, events=())
    assert found.method == "numba"
    assert "there is none." in found.notes[0]
    monkeypatch.setattr(running, "walk_numba", refuse_too)
    found = run([60.0], duration=5.0, events=())
    assert found.method == "numpy"
    assert "there is none. Or: nor is there numba." in found.notes[0]


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"step": 0.3}, InputError, "duration is 400.0; give a whole number of steps of 0.3"),
        ({"step": 0.0}, InputError, "step is 0.0; give a positive time"),
        ({"every": 0.07}, InputError, "every is 0.07"),
        ({"watch": "voltag"}, UnknownNameError, "Did you mean 'voltage'"),
        (
            {"events": [Events([500.0], {"synapse": 1.0})]},
            InputError,
            "event at 500 lies outside the run from 0 to 400",
        ),
        ({"events": [Events([[1.0]], {"synapse": 1.0})]}, InputError, "times for 1 cells; there are 2"),
        ({"method": "fast"}, InputError, "No method 'fast'"),
        ({"threads": 0}, InputError, "threads is 0"),
    ],
)
def test_what_makes_no_sense_is_refused(changes: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        run([60.0, 70.0], **changes)
