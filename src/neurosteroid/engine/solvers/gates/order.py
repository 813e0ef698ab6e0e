"""In which order the states of a step move: gates together, what they share one after the other.

The rate of a gate is affine in the gate itself, dx/dt = a (1 - x) - b x or (x_inf - x) / tau, and does not name another
gate. So with the voltage held, all gates move exactly and at once. What is left (voltages, ions) moves one state at a
time. A symmetric sequence of such moves,

    rest up by h/2, rest down by h/2, gates by h, rest up by h/2, ...

is a step of second order (Strang), as is the staggered step of Hines (1984), which it is for one voltage.

Source:
    Rush and Larsen, IEEE Trans Biomed Eng 1978;25:389-392; Hines, Int J Biomed Comput 1984;15:69-76;
    Strang, SIAM Journal on Numerical Analysis 1968;5:506-517.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine.solvers.gates.forms import arguments_in_lines, known_factors_first, moves_in_lines
from neurosteroid.engine.solvers.gates.guards import without_guards
from neurosteroid.engine.solvers.gates.sharing import Family, families, sharing
from neurosteroid.engine.solvers.rosenbrock.slopes import linearise
from neurosteroid.engine.tape import Tape, operands

Array = NDArray[np.float64]
Place = tuple[int, int]


@final
@dataclass(frozen=True)
class Moves:
    """What a step is made of.

    Attributes:
        tape: results are the n rates, then for each state the derivative of its rate by itself.
        gates: states that move together, with all others held.
        rest: states that move one at a time, up and down in this order.
        steady: gates whose derivative by themselves depends on parameters only, so that their factor is found ahead.
        affine: for each state whether its rate is affine in itself, so that it moves exactly.
    """

    tape: Tape
    gates: tuple[int, ...]
    rest: tuple[int, ...]
    steady: frozenset[int]
    affine: tuple[bool, ...]


@lru_cache(maxsize=64)
def plan_moves(tape: Tape) -> Moves:
    """Return the moves of a system of rates."""
    count = len(tape.results)
    linearised = linearise(tape)
    found = dict(zip(linearised.places, linearised.tape.results[count:], strict=False))
    operations = list(linearised.tape.operations)
    zero = len(operations)
    operations.append(("number", 0.0))
    own = [found.get((state, state), zero) for state in range(count)]
    whole = Tape(tuple(operations), (*linearised.tape.results[:count], *own))
    named = [_states(whole, place) for place in own]
    affine = tuple(state not in named[state] for state in range(count))
    gates = _independent(count, linearised.places, affine)
    rest = tuple(state for state in range(count) if state not in gates)
    timed = [_timed(whole, place) for place in own]
    steady = frozenset(state for state in gates if not named[state] and not timed[state])
    lean = arguments_in_lines(moves_in_lines(without_guards(whole), gates, rest))
    return Moves(known_factors_first(lean), gates, rest, steady, affine)


def sharing_moves(moves: Moves, parameters: Array, covariates: Array) -> Moves:
    """Return the moves with exponentials shared that are powers of one another in these cells, (N, m) and (N, k)."""
    return _sharing(moves, families(moves.tape, parameters, covariates))


@lru_cache(maxsize=64)
def _sharing(moves: Moves, found: tuple[Family, ...]) -> Moves:
    return replace(moves, tape=sharing(moves.tape, found))


def _independent(count: int, places: Iterable[Place], affine: tuple[bool, ...]) -> tuple[int, ...]:
    """Return affine states of which none names another, those first that are coupled least."""
    coupled: dict[int, set[int]] = {state: set() for state in range(count)}
    for row, column in places:
        if row != column:
            coupled[row].add(column)
            coupled[column].add(row)
    chosen: set[int] = set()
    for state in sorted(range(count), key=lambda state: (len(coupled[state]), state)):
        if affine[state] and not coupled[state] & chosen:
            chosen.add(state)
    return tuple(sorted(chosen))


def _reached(tape: Tape, place: int) -> set[int]:
    reached: set[int] = set()
    waiting = [place]
    while waiting:
        at = waiting.pop()
        if at not in reached:
            reached.add(at)
            waiting.extend(operands(tape.operations[at]))
    return reached


def _states(tape: Tape, place: int) -> set[int]:
    """Return the states on which an operation depends."""
    return {int(tape.operations[at][1]) for at in _reached(tape, place) if tape.operations[at][0] == "state"}


def _timed(tape: Tape, place: int) -> bool:
    return any(tape.operations[at][0] == "time" for at in _reached(tape, place))
