"""The C text of the fixed steps of a network: generated moves of every kind of cell inside a fixed walk."""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib.resources import files
from typing import Final

from neurosteroid.engine.solvers.networks.plan import Kind
from neurosteroid.engine.solvers.rosenbrock.printing import Printer

_GATES: Final = "vec t, vec *all, int64_t bundles, const double *fixed, const double *ahead, double h"
_REST: Final = "vec t, vec *all, int64_t bundles, const double *fixed, double h, vec *steep"
SUBSTEPS: Final = 2
"""Moves of the last state, which most others hang on, within a step; two make spikes ten times as exact."""
_FIXED: Final = re.compile(r"\bfixed\[(\d+)\]")


def write_source(kinds: Sequence[Kind]) -> str:
    """Return one translation unit for networks whose populations are of these kinds, in this order."""
    sections = [
        _read("rosenbrock", "lanes.h"),
        _read("gates", "moves.h"),
        _read("networks", "kind.h"),
        _read("networks", "crowd.h"),
        f"#define POPULATIONS {len(kinds)}\n#define MOST_STATES {max(kind.states for kind in kinds)}",
        *(_kind_text(kind, place) for place, kind in enumerate(kinds)),
        "static const struct kind kinds[POPULATIONS] = {",
        *(
            f"  {{{kind.states}, {_fixed_count(kind)}, {_ahead_count(kind)}, prepare_{place}, look_ahead_{place},"
            f" gates_{place}, rest_{place}}},"
            for place, kind in enumerate(kinds)
        ),
        "};",
        _read("networks", "finely.c"),
        _read("networks", "walk.c"),
    ]
    return "\n\n".join(sections) + "\n"


def _fixed_count(kind: Kind) -> int:
    return max(Printer(kind.moves.tape).fixed_count, 1)


def _steady(kind: Kind) -> list[int]:
    return [state for state in kind.gates if state in kind.moves.steady]


def _ahead_count(kind: Kind) -> int:
    return max(len(_steady(kind)), 1)


def _kind_text(kind: Kind, place: int) -> str:
    """Return the functions of one kind, each name with its place."""
    printer = Printer(kind.moves.tape)
    prepare = [
        f"  vec p[{max(kind.parameters, 1)}], fixed[{_fixed_count(kind)}];",
        f"  for (int k = 0; k < {kind.parameters}; k++) p[k] = spread(parameters[k]);",
        *printer.fixed_lines(),
        f"  for (int k = 0; k < {printer.fixed_count}; k++) kept[k] = fixed[k][0];",
    ]
    return "\n\n".join(
        [
            _function(f"static void prepare_{place}(const double *parameters, double *kept)", prepare),
            _function(
                f"static void look_ahead_{place}(const double *fixed, double *ahead, double h)",
                ["  const vec t = {0}; (void)t; (void)fixed; (void)ahead; (void)h;", *_ahead_lines(printer, kind)],
            ),
            _function(f"static void gates_{place}({_GATES})", _gate_lines(printer, kind)),
            _function(f"static void rest_{place}({_REST})", _rest_lines(printer, kind)),
        ]
    )


def _ahead_lines(printer: Printer, kind: Kind) -> list[str]:
    """Return the factors of gates whose slope never moves."""
    lines = []
    for index, state in enumerate(_steady(kind)):
        lines += ["  {", "  vec slope;"]
        lines += _spread_fixed(printer.body([kind.moves.tape.results[kind.states + state]], ["slope"]))
        lines += [f"  ahead[{index}] = reach(slope, h)[0];", "  }"]
    return lines


def _gate_lines(printer: Printer, kind: Kind) -> list[str]:
    """Return the moves of all gates with the rest held; all rates are read before any gate moves."""
    if not kind.gates:
        return []
    results, steady = kind.moves.tape.results, _steady(kind)
    moving = [state for state in kind.gates if state not in steady]
    names = [f"rate{state}" for state in kind.gates] + [f"slope{state}" for state in moving]
    wanted = [results[state] for state in kind.gates] + [results[kind.states + state] for state in moving]
    ends = [
        f"  y[{state}] += rate{state} * "
        + (f"same(ahead[{steady.index(state)}]);" if state in steady else f"reach_near(slope{state}, h);")
        for state in kind.gates
    ]
    return _each_bundle(kind, [f"  vec {', '.join(names)};", *_spread_fixed(printer.body(wanted, names)), *ends])


def _rest_lines(printer: Printer, kind: Kind) -> list[str]:
    """Return the moves up by half a step and down by half a step; the last state moves a whole one in between."""
    *first, last = kind.rest or (None,)
    if last is None:
        return ["  for (int64_t b = 0; b < bundles; b++) steep[b] = (vec){0};"]
    up = [line for state in first for line in _one(printer, kind, state, "0.5 * h")]
    down = [line for state in reversed(first) for line in _one(printer, kind, state, "0.5 * h")]
    share = f"h / {SUBSTEPS}.0"
    middle = [*_one(printer, kind, last, share, keep=True), *((SUBSTEPS - 1) * _one(printer, kind, last, share))]
    return [*up, *middle, *down]


def _one(printer: Printer, kind: Kind, state: int, share: str, *, keep: bool = False) -> list[str]:
    results = kind.moves.tape.results
    body = _spread_fixed(printer.body([results[state], results[kind.states + state]], ["rate", "slope"]))
    ends = [
        f"  y[{state}] += rate * reach_either(slope, {share});",
        *(["  steep[b] = absolute(slope);"] if keep else []),
    ]
    return _each_bundle(kind, ["  vec rate, slope;", *body, *ends])


def _each_bundle(kind: Kind, lines: Sequence[str]) -> list[str]:
    """Return lines done for every bundle: short enough that the processor works at several bundles at once."""
    head = f"  for (int64_t b = 0; b < bundles; b++) {{ vec *restrict y = all + b * {kind.states};"
    return [head, *lines, "  }"]


def _spread_fixed(lines: Sequence[str]) -> list[str]:
    """Return lines that read `fixed` as the one number that it is here for all cells."""
    return [_FIXED.sub(r"same(fixed[\1])", line) for line in lines]


def _read(package: str, name: str) -> str:
    return files(f"neurosteroid.engine.solvers.{package}").joinpath(name).read_text(encoding="utf-8")


def _function(head: str, lines: Sequence[str]) -> str:
    return "\n".join([f"{head} {{", *lines, "}"])
