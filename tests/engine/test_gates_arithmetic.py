"""What is done to the arithmetic of a step before it is printed: the numbers stay, in fewer operations."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurosteroid.engine import AbstractPart, State, parameter, wire
from neurosteroid.engine.maths import exp, less, where
from neurosteroid.engine.solvers.gates.arithmetic import function_of
from neurosteroid.engine.solvers.gates.guards import without_guards
from neurosteroid.engine.solvers.gates.order import plan_moves, sharing_moves
from neurosteroid.engine.solvers.gates.sharing import families
from neurosteroid.engine.solvers.gates.solver import follow
from neurosteroid.engine.solvers.rosenbrock.parting import parted
from neurosteroid.engine.tape import Tape, operands


@final
@dataclass(frozen=True, kw_only=True)
class Membrane(AbstractPart):
    """A membrane whose gates open and close with slopes of their own, of made-up numbers."""

    opening: float = parameter("mV", "slope of the opening rate")
    closing: float = parameter("mV", "slope of the closing rate")
    steepness: float = parameter("mV", "slope of the other gate")

    states = (State("v", "voltage", "mV"), State("m", "fast", "1"), State("n", "slow", "1"))

    def rates(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        v, m, n = (state[name] for name in "vmn")
        x = (v + 40) / self.opening
        near = less(x * x, 1e-12)
        away = where(near, 1.0, x)
        opening = 0.3 * where(near, 1 + x / 2, away / (1 - exp(-away)))
        closing = 4 * exp(-(v + 65) / self.closing)
        target = 1 / (1 + exp(-(v + 30) / self.steepness))
        return {
            "v": 10 - 40 * m**3 * (v - 50) - 9 * n * (v + 77) - 0.3 * (v + 54),
            "m": opening * (1 - m) - closing * m,
            "n": (target - n) / 5,
        }


SYSTEM = wire({"cell": Membrane(opening=10.0, closing=40.0, steepness=5.0)})


def tape() -> Tape:
    assert SYSTEM.traced.tape is not None
    return SYSTEM.traced.tape


def operations(chosen: Tape, name: str) -> int:
    return sum(operation[0] == name for operation in chosen.operations)


def cells(**values: Any) -> Any:
    count = max(np.size(value) for value in values.values())
    return SYSTEM.parameters(count, {f"cell.{name}": value for name, value in values.items()})


@settings(max_examples=30, deadline=None)
@given(
    voltage=st.floats(-120, 80),
    gates=st.tuples(st.floats(0, 1), st.floats(0, 1)),
    slopes=st.tuples(*(st.floats(2, 50) for _ in range(3))),
)
def test_rates_stay_and_slopes_are_those_of_the_jacobian(
    voltage: float, gates: tuple[float, float], slopes: tuple[float, float, float]
) -> None:
    parameters = cells(**dict(zip(("opening", "closing", "steepness"), slopes, strict=True)))
    states = np.array([[voltage, *gates]])
    nothing = np.zeros((1, 0))
    moves = sharing_moves(plan_moves(tape()), parameters, nothing)
    numbers = function_of(moves.tape, range(6))
    with np.errstate(all="ignore"):
        found = [np.ravel(value)[0] for value in numbers(0.0, states.T, parameters.T, nothing.T)]
    jacobian = SYSTEM.jacobian(0.0, states, parameters, nothing)[0]
    # x / (1 - exp(-x)) loses digits as x goes to 0; at 1e-6, where its series takes over, eight are left
    scale = 1e-8 * (1 + np.abs(jacobian) @ np.abs(states[0]) + np.abs(jacobian).max())
    np.testing.assert_array_less(np.abs(found[:3] - SYSTEM.derivative(0.0, states, parameters, nothing)[0]), scale)
    np.testing.assert_array_less(np.abs(found[3:] - np.diagonal(jacobian)), 1e-8 * (1 + np.abs(np.diagonal(jacobian))))


def test_a_guard_inside_a_choice_by_the_same_condition_goes() -> None:
    lean = without_guards(tape())
    assert operations(tape(), "choose") == 2
    assert operations(lean, "choose") == 1
    parameters = cells(opening=10.0)
    at = np.array([[-40.0, 0.0, 0.0]])  # where x is 0
    rates = function_of(plan_moves(tape()).tape, range(3))
    with np.errstate(all="ignore"):
        fast = rates(0.0, at.T, parameters.T, np.zeros((0, 1)))[1]
    assert fast == pytest.approx(0.3, rel=1e-12)


def test_a_gate_moves_by_one_product() -> None:
    """The rate of a gate is rest + slope * gate, so that nothing but one product of the gate is left in it."""
    moves = plan_moves(tape())
    needed = parted(moves.tape).needed([moves.tape.results[1]], ahead=True)
    gate = next(place for place in needed if moves.tape.operations[place] == ("state", 1))
    readers = [moves.tape.operations[place] for place in needed if gate in operands(moves.tape.operations[place])]
    assert [name for name, *_ in readers] == ["multiply"]


def test_exponentials_are_shared_where_slopes_are_multiples_in_all_cells() -> None:
    nothing = np.zeros((2, 0))
    plan = plan_moves(tape())
    assert operations(plan.tape, "exp") == 3
    alike = families(plan.tape, cells(opening=[10.0, 20.0], closing=[40.0, 80.0], steepness=[5.0, 10.0]), nothing)
    assert [sorted(abs(power) for _, power in family.powers) for family in alike] == [[1, 4, 8]]
    two = families(plan.tape, cells(opening=[10.0, 11.0], closing=[40.0, 44.0], steepness=5.0), nothing)
    assert [sorted(abs(power) for _, power in family.powers) for family in two] == [[1, 4]]
    assert families(plan.tape, cells(opening=[10.0, 11.0], closing=[40.0, 41.0], steepness=[5.0, 7.0]), nothing) == ()
    thirds = families(plan.tape, cells(opening=[10.0], closing=[15.0], steepness=[7.0]), nothing[:1])
    assert [(family.divisor, sorted(abs(power) for _, power in family.powers)) for family in thirds] == [(2, [2, 3])]
    # a slope so steep that its midpoint alone is beyond what e can be raised to is left alone
    steep = families(plan.tape, cells(opening=[0.1], closing=[40.0], steepness=[5.0]), nothing[:1])
    assert [sorted(abs(power) for _, power in family.powers) for family in steep] == [[1, 8]]


def test_a_cell_without_numbers_spoils_nothing() -> None:
    plan = plan_moves(tape())
    parameters = cells(opening=[10.0, math.nan], closing=[40.0, 40.0], steepness=[5.0, 5.0])
    assert families(plan.tape, parameters, np.zeros((2, 0))) == families(plan.tape, parameters[:1], np.zeros((1, 0)))
    assert families(plan.tape, parameters[1:], np.zeros((1, 0))) == ()


@pytest.mark.parametrize("method", ["gates", "numba", "numpy"])
def test_a_cell_moves_alike_beside_cells_that_share_and_that_do_not(method: str) -> None:
    settings: dict[str, Any] = {"duration": 20.0, "step": 0.02, "watch": "voltage", "every": 1.0, "method": method}
    start = np.array([[-65.0, 0.05, 0.3]])
    one = follow(SYSTEM, parameters=cells(opening=10.0, closing=40.0, steepness=5.0), initial=start, **settings)
    many = follow(
        SYSTEM,
        parameters=cells(opening=[10.0, 9.7], closing=[40.0, 37.0], steepness=[5.0, 6.1]),
        initial=np.repeat(start, 2, axis=0),
        **settings,
    )
    for name, course in one.courses.items():
        np.testing.assert_allclose(many.courses[name][0], course[0], rtol=1e-9, atol=1e-12)  # rounding of 1000 steps
