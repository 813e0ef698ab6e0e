"""The Python text of a system's moves for numba: the walker, and behind it what is generated for the system."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files

from neurosteroid.engine.solvers.gates.order import Moves
from neurosteroid.engine.solvers.rosenbrock.scalar.printing import ScalarPrinter


def write_scalar_source(moves: Moves) -> str:
    """Return the text of one Python module."""
    printer = ScalarPrinter(moves.tape)
    states, results = len(moves.affine), moves.tape.results
    steady = sorted(moves.steady)
    moving = [state for state in moves.gates if state not in moves.steady]
    wanted = [results[state] for state in moves.gates] + [results[states + state] for state in moving]
    rates = printer.body(wanted, [f"rate{state}" for state in moves.gates] + [f"slope{state}" for state in moving])
    slopes = printer.body([results[states + state] for state in steady], [f"slope{state}" for state in steady])
    ahead = [
        f"ahead[{2 * index + half}] = reach(slope{state}, {share})"
        for index, state in enumerate(steady)
        for half, share in enumerate(("h", "0.5 * h"))
    ]
    constants = {"STATES": states, "FIXED": max(len(printer.slots), 1), "AHEAD": max(2 * len(steady), 1)}
    walker = files("neurosteroid.engine.solvers.gates.scalar").joinpath("walker.py").read_text(encoding="utf-8")
    sections = [
        walker,
        "\n".join(f"{name} = {value}" for name, value in constants.items()),
        _function("prepare(p, u, fixed)", printer.fixed_lines()),
        _function("look_ahead(fixed, ahead, h)", [*slopes, *ahead]),
        _function("move_gates(t, y, fixed, ahead, h)", [*rates, *_gates(moves, steady, 0)]),
        _function("move_gates_half(t, y, fixed, ahead, h)", [*rates, *_gates(moves, steady, 1)]),
        *(_function(f"move_{state}(t, y, fixed, h)", _one(printer, states, state)) for state in moves.rest),
        _function("move_rest(t, y, fixed, h)", _rest(moves.rest)),
    ]
    return "\n\n\n".join(sections) + "\n"


def _gates(moves: Moves, steady: Sequence[int], half: int) -> list[str]:
    """Return the lines that move gates whose rates are known, by a whole step or by half of one."""
    share = ("h", "0.5 * h")[half]
    reach = {state: f"ahead[{2 * index + half}]" for index, state in enumerate(steady)}
    return [
        f"y[{state}] += rate{state} * {reach.get(state, f'reach_near(slope{state}, {share})')}" for state in moves.gates
    ]


def _one(printer: ScalarPrinter, states: int, state: int) -> list[str]:
    results = printer.parting.tape.results
    lines = printer.body([results[state], results[states + state]], ["rate", "slope"])
    return [*lines, f"y[{state}] += rate * reach_near(slope, h)"]


def _rest(rest: Sequence[int]) -> list[str]:
    """Return the moves up by half a step and down by half a step; the last state moves a whole one in between."""
    if not rest:
        return []
    *first, last = rest
    up = [f"move_{state}(t, y, fixed, 0.5 * h)" for state in first]
    return [*up, f"move_{last}(t, y, fixed, h)", *reversed(up)]


def _function(head: str, lines: Sequence[str]) -> str:
    return "\n".join(["@compiled", f"def {head}:", *(f"    {line}" for line in lines), "    return"])
