"""The C text of a system's fixed steps: generated moves inside a fixed walk."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import partial
from importlib.resources import files
from typing import Final

from neurosteroid.engine.solvers.gates.order import Moves
from neurosteroid.engine.solvers.rosenbrock.printing import Printer
from neurosteroid.engine.tape import Tape

WAYS: Final = 2
"""Bundles that one thread follows side by side."""

_ARGUMENTS: Final = (
    "vec t, vec (*restrict y)[STATES], vec (*restrict fixed)[FIXED], vec (*restrict ahead)[AHEAD], double h"
)
_OF_A_BUNDLE: Final = re.compile(r"\b(v\d+|rate\d*|fall\d*|reach\d+)\b|\b(y|fixed|ahead)(?=\[)")
"""What each bundle has of its own."""


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
        "AHEAD": max(4 * len(steady), 1),
        "WAYS": WAYS,
    }
    gates = ", ".join("1" if state in moves.gates else "0" for state in range(states))
    sections = [
        _read("rosenbrock", "lanes.h"),
        "\n".join(f"#define {name} {value}" for name, value in defines.items()),
        f"static const int is_gate[STATES] = {{{gates}}};",
        _function("void prepare(const vec *p, const vec *u, vec *fixed)", printer.fixed_lines()),
        _read("gates", "moves.h"),
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
    """Return for steady gates and for a whole and a half step what a rate of one adds, and what is left of the gate."""
    lines = []
    for index, state in enumerate(steady):
        lines += ["  {", "  vec slope;", *printer.body([moves.tape.results[states + state]], ["slope"])]
        for half, share in enumerate(("h", "0.5 * h")):
            place = 4 * index + 2 * half
            lines.append(f"  ahead[{place}] = reach(slope, {share});")
            lines.append(f"  ahead[{place + 1}] = exponential(slope * ({share}));")
        lines.append("  }")
    return lines


def _gate_lines(printer: Printer, states: int, moves: Moves, steady: Sequence[int], *, whole: bool) -> list[str]:
    """Return the moves of all gates with one look at the held states; all rates are read before any gate moves."""
    results = moves.tape.results
    moving = [state for state in moves.gates if state not in moves.steady]
    wanted = [results[state] for state in moves.gates]
    names = [f"rate{state}" for state in moves.gates]
    falls = [_fall(moves.tape, results[states + state]) for state in moving]
    wanted += [place for place, _ in falls]
    names += [f"fall{state}" for state in moving]
    lines = [f"  vec {name};" for name in names] + printer.body(wanted, names)
    share = "h" if whole else "0.5 * h"
    signed = {state: f"{sign}fall{state}" for state, (_, sign) in zip(moving, falls, strict=True)}
    for state in moves.gates:
        if state in moves.steady:
            lines.append(f"  vec reach{state} = ahead[{4 * steady.index(state) + (0 if whole else 2)}];")
    for one, other in zip(moving[0::2], moving[1::2], strict=False):
        lines.append(f"  vec reach{one}, reach{other};".replace(", ", "; vec "))
        lines.append(f"  reach_of_two({signed[one]}, {signed[other]}, {share}, &reach{one}, &reach{other});")
    if len(moving) % 2:
        lines.append(f"  vec reach{moving[-1]} = reach_of_one({signed[moving[-1]]}, {share});")
    lines += [f"  y[{state}] += rate{state} * reach{state};" for state in moves.gates]
    return _side_by_side(lines)


def _one(printer: Printer, states: int, state: int) -> list[str]:
    """Return the move of one state with all others held."""
    results = printer.parting.tape.results
    place, sign = _fall(printer.parting.tape, results[states + state])
    lines = printer.body([results[state], place], ["rate", "fall"])
    return _side_by_side(["  vec rate;", "  vec fall;", *lines, f"  y[{state}] += rate * reach_of_one({sign}fall, h);"])


def _fall(tape: Tape, slope: int) -> tuple[int, str]:
    """Return the place of the rate with which a state falls off, which is its slope turned round, and a sign for it."""
    operation = tape.operations[slope]
    return (operation[1], "") if operation[0] == "negate" else (slope, "-")


def _rest_lines(rest: Sequence[int]) -> list[str]:
    """Return the moves up by half a step and down by half a step; the last state moves a whole one in between."""
    call = "move_{state}(t, y, fixed, ahead, {share});"
    *first, last = rest or (None,)
    if last is None:
        return []
    up = [f"  {call.format(state=state, share='0.5 * h')}" for state in first]
    return [*up, f"  {call.format(state=last, share='h')}", *reversed(up)]


def _side_by_side(lines: Iterable[str]) -> list[str]:
    """Return each line once for each bundle, one after the other, so that neither waits for the other's numbers."""
    return [_OF_A_BUNDLE.sub(partial(_named, way), line) for line in lines for way in range(WAYS)]


def _named(way: int, found: re.Match[str]) -> str:
    number, array = found.groups()
    return f"{number}_{way}" if number else f"{array}[{way}]"


def _read(package: str, name: str) -> str:
    return files(f"neurosteroid.engine.solvers.{package}").joinpath(name).read_text(encoding="utf-8")


def _function(head: str, lines: Sequence[str]) -> str:
    return "\n".join([f"static inline __attribute__((always_inline, unused)) {head} {{", *lines, "}"])
