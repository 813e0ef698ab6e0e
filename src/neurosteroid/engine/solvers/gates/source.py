"""The C text of a system's fixed steps: generated moves inside a fixed walk."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files

from neurosteroid.engine.solvers.gates.order import Moves
from neurosteroid.engine.solvers.rosenbrock.printing import Printer

_ARGUMENTS = "vec t, vec *restrict y, const vec *restrict fixed, const vec *restrict ahead, double h"


def write_source(moves: Moves, sizes: tuple[int, int, int]) -> str:
    """Return one translation unit.

    Args:
        moves: of n states.
        sizes: number of states, parameters and covariates.
    """
    states, parameters, covariates = sizes
    printer = Printer(moves.tape)
    steady = sorted(moves.steady)
    defines = {
        "STATES": states,
        "PARAMETERS": max(parameters, 1),
        "PARAMETER_COUNT": parameters,
        "COVARIATES": max(covariates, 1),
        "COVARIATE_COUNT": covariates,
        "FIXED": max(printer.fixed_count, 1),
        "AHEAD": max(2 * len(steady), 1),
    }
    sections = [
        _read("rosenbrock", "lanes.h"),
        "\n".join(f"#define {name} {value}" for name, value in defines.items()),
        _read("gates", "moves.h"),
        _function("void prepare(const vec *p, const vec *u, vec *fixed)", printer.fixed_lines()),
        _function(
            "void look_ahead(const vec *fixed, vec *ahead, double h)", _ahead_lines(printer, states, moves, steady)
        ),
        _function(f"void move_gates({_ARGUMENTS})", _gate_lines(printer, states, moves, steady, whole=True)),
        _function(f"void move_gates_half({_ARGUMENTS})", _gate_lines(printer, states, moves, steady, whole=False)),
        *(_function(f"void move_{state}({_ARGUMENTS})", _one(printer, states, state)) for state in moves.rest),
        _function(f"void move_rest({_ARGUMENTS})", _rest_lines(moves.rest)),
        _read("gates", "walk.c"),
    ]
    return "\n\n".join(sections) + "\n"


def _ahead_lines(printer: Printer, states: int, moves: Moves, steady: Sequence[int]) -> list[str]:
    """Return the factors of steady gates for a whole and for half a step."""
    lines = []
    for index, state in enumerate(steady):
        lines += ["  {", "  vec slope;", *printer.body([moves.tape.results[states + state]], ["slope"])]
        for half, share in enumerate(("h", "0.5 * h")):
            lines.append(f"  ahead[{2 * index + half}] = reach(slope, {share});")
        lines.append("  }")
    return lines


def _gate_lines(printer: Printer, states: int, moves: Moves, steady: Sequence[int], *, whole: bool) -> list[str]:
    """Return the moves of all gates with one look at the held states; all rates are read before any gate moves."""
    results = moves.tape.results
    moving = [state for state in moves.gates if state not in moves.steady]
    wanted = [results[state] for state in moves.gates] + [results[states + state] for state in moving]
    targets = [f"vec rate{state}" for state in moves.gates] + [f"vec slope{state}" for state in moving]
    lines = printer.body(wanted, [target.replace("vec ", "") for target in targets])
    declared = [f"  {target};" for target in targets]
    share = "h" if whole else "0.5 * h"
    ends = []
    for state in moves.gates:
        if state in moves.steady:
            factor = f"ahead[{2 * steady.index(state) + (0 if whole else 1)}]"
        else:
            factor = f"reach_near(slope{state}, {share})"
        ends.append(f"  y[{state}] += rate{state} * {factor};")
    return [*declared, *lines, *ends]


def _one(printer: Printer, states: int, state: int) -> list[str]:
    """Return the move of one state with all others held."""
    results = printer.parting.tape.results
    lines = printer.body([results[state], results[states + state]], ["rate", "slope"])
    return ["  vec rate, slope;", *lines, f"  y[{state}] += rate * reach_near(slope, h);"]


def _rest_lines(rest: Sequence[int]) -> list[str]:
    """Return the moves up by half a step and down by half a step; the last state moves a whole one in between."""
    call = "move_{state}(t, y, fixed, ahead, {share});"
    *first, last = rest or (None,)
    if last is None:
        return []
    up = [f"  {call.format(state=state, share='0.5 * h')}" for state in first]
    return [*up, f"  {call.format(state=last, share='h')}", *reversed(up)]


def _read(package: str, name: str) -> str:
    return files(f"neurosteroid.engine.solvers.{package}").joinpath(name).read_text(encoding="utf-8")


def _function(head: str, lines: Sequence[str]) -> str:
    return "\n".join([f"static inline __attribute__((always_inline, unused)) {head} {{", *lines, "}"])
