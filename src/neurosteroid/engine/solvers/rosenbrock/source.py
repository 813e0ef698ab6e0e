"""The C text of a system's solver: the generated model between fixed files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Final, Literal, final

from neurosteroid.engine.solvers.rosenbrock.blocks import Blocks, staggered_lines
from neurosteroid.engine.solvers.rosenbrock.elimination import Elimination, plan_elimination
from neurosteroid.engine.solvers.rosenbrock.printing import Printer
from neurosteroid.engine.solvers.rosenbrock.slopes import linearise
from neurosteroid.engine.solvers.rosenbrock.stages import attempt_text, continues, interpolate_text
from neurosteroid.engine.solvers.rosenbrock.tableau import Tableau
from neurosteroid.engine.tape import Tape

Place = tuple[int, int]

_SOLVED: Final = "const vec *restrict lu, const vec *f, const vec *g, vec *x"

_FLOPS: Final = {"exp": 25, "log": 28, "power": 54, "power_slope": 56, "sin": 30, "cos": 30}
"""Operations inside the functions of lanes.h, counted there; every other operation counts as one."""


@final
@dataclass(frozen=True)
class Source:
    """C text and what it was made from.

    Attributes:
        text: one translation unit.
        nonzeros: of the Jacobian.
        filled: nonzeros of the factors.
        flops: counted operations of one attempted step and person, a division or root as one; error norm and choice of
            the step included, outputs not.
    """

    text: str
    nonzeros: int
    filled: int
    flops: int


def write_source(
    tape: Tape,
    sizes: tuple[int, int, int],
    tableau: Tableau,
    blocks: int = 1,
    tested: int = 1,
    *,
    lanes: Literal["several", "one"] = "several",
) -> Source:
    """Return the C text of a solver.

    Args:
        tape: of the n rates.
        sizes: number of states, parameters and covariates.
        tableau: of the method.
        blocks: of states: the states themselves, then their derivatives by each of some parameters, see `Blocks`.
        tested: how many of the blocks the error test covers.
        lanes: people that a thread follows at once, several in vectors; with one, the text is CUDA as well as C, and
            has the kernel ``follow_people``.
    """
    states, parameters, covariates = sizes
    linearised = linearise(tape)
    parts = Blocks(linearised.places, states // blocks)
    plan = plan_elimination(states // blocks, parts.own)
    printer = Printer(linearised.tape)
    nonzeros = len(parts.kept)
    slope_results = linearised.tape.results[:states]
    targets = [f"f[{row}]" for row in range(states)] + [f"jacobian[{place}]" for place in range(nonzeros)]
    results = [*slope_results, *(linearised.tape.results[states + place] for place in parts.kept)]
    moments = dict(enumerate(linearised.tape.results[states + len(linearised.places) :]))
    timed = [row for row, place in moments.items() if linearised.tape.operations[place] != ("number", 0.0)]
    results += [moments[row] for row in timed]
    targets += [f"ft[{row}]" for row in timed]
    slope = printer.body(slope_results, targets[:states])
    whole = printer.body(results, targets)
    arguments = "vec t, const vec *y, const vec *fixed, vec *f"
    defines = {
        "STATES": states,
        "PARAMETERS": max(parameters, 1),
        "COVARIATES": max(covariates, 1),
        "FIXED": max(printer.fixed_count, 1),
        "NONZEROS": max(nonzeros, 1),
        "SLOTS": len(plan.places) + len(parts.coupling),
        "BLOCK": states // blocks,
        "BLOCKS": blocks,
        "TESTED": tested,
        "STAGES": tableau.stages,
        "DENSE": len(tableau.dense),
        "ORDER": tableau.order,
        "GAMMA": repr(tableau.gamma),
        "PARAMETER_COUNT": parameters,
        "COVARIATE_COUNT": covariates,
        "NONZERO_COUNT": nonzeros,
    }
    sections = [
        _read("processor.h"),
        _read("lanes.h" if lanes == "several" else "lane.h"),
        "\n".join(f"#define {name} {value}" for name, value in defines.items()),
        _function("void prepare(const vec *p, const vec *u, vec *fixed)", printer.fixed_lines()),
        _function(f"void slope({arguments})", slope),
        _function(f"void linearise({arguments}, vec *ft, vec *jacobian)", whole),
        _function(
            "void curve(const vec *jacobian, const vec *f, const vec *ft, vec *bend)",
            _curve_lines(states, linearised.places, parts.slots, timed),
        ),
        _function(
            "mask factor(const vec *jacobian, vec diagonal, vec *lu)",
            _factor_lines(parts.own, plan, len(parts.coupling)),
        ),
        _function(f"void {'solve' if blocks == 1 else 'solve_block'}({_SOLVED})", _solve_lines(plan)),
    ]
    if blocks > 1:
        sections.append(_function(f"void solve({_SOLVED})", staggered_lines(parts, len(plan.places), blocks)))
    walk = _read("walk.c")
    structures, followed = walk.split("static void show(", 1)
    sections += [structures, attempt_text(tableau, timed=timed), interpolate_text(tableau)]
    sections.append("static void show(" + followed)
    sections += [_read("thread.c")] if lanes == "one" else []
    solve_flops = blocks * plan.solve_flops + 2 * len(parts.coupling)
    stage_flops = _count(printer, slope_results) + solve_flops
    # A stage goes on from the states of the one before where their rows of a agree.
    terms = [sum(value != 0.0 for value in row) for row in tableau.a]
    for index in range(2, tableau.stages):
        terms[index] = 1 if continues(tableau, index) else terms[index]
    combined = 2 * sum(terms) + 2 * sum(value != 0.0 for row in tableau.c for value in row)
    flops = (
        _count(printer, results)
        + (tableau.stages - 1) * stage_flops
        + solve_flops
        + plan.factor_flops
        + len(plan.places)
        + states * (combined + 3 * tableau.stages + 9)
    )
    return Source("\n\n".join(sections) + "\n", nonzeros, len(plan.places), flops)


def _count(printer: Printer, results: Sequence[int]) -> int:
    return sum(_FLOPS.get(name, 1) for name in printer.moving_operations(results))


def _read(name: str) -> str:
    return files("neurosteroid.engine.solvers.rosenbrock").joinpath(name).read_text(encoding="utf-8")


def _function(head: str, lines: Sequence[str]) -> str:
    return "\n".join([f"static __attribute__((noinline)) {head} {{", *lines, "}"])


def _curve_lines(states: int, places: Sequence[Place], slots: Sequence[int], timed: Sequence[int]) -> list[str]:
    lines = []
    for row in range(states):
        terms = [
            f"jacobian[{slot}] * f[{column}]" for slot, (at, column) in zip(slots, places, strict=True) if at == row
        ]
        terms += [f"ft[{row}]"] if row in timed else []
        lines.append(f"  bend[{row}] = {' + '.join(terms or ['spread(0.0)'])};")
    return lines


def _factor_lines(places: Sequence[Place], plan: Elimination, coupling: int) -> list[str]:
    """Return the elimination of (diagonal - Jacobian); pivots far below the diagonal, or infinite, count as weak.

    Rows of U are stored multiplied with their inverse pivot, and the inverse in the pivot's place. Entries are read
    when they are first used and stored when they are final, so that few are alive at once. What couples further blocks
    to the first stands behind the factors as it is.
    """
    position = {place: index for index, place in enumerate(places)}
    slots, started = plan.slots, set[Place]()
    rank = {unknown: place for place, unknown in enumerate(plan.order)}
    lines = ["  vec smallest = diagonal, largest = diagonal;"]

    def start(row: int, column: int) -> None:
        if (row, column) in started:
            return
        started.add((row, column))
        known = position.get((row, column))
        first = "diagonal" if row == column else "spread(0.0)" if known is None else ""
        lines.append(f"  vec w{row}_{column} = {first if known is None else f'{first} - jacobian[{known}]'.strip()};")

    for pivot in plan.order:
        start(pivot, pivot)
        lines.append(f"  smallest = smaller(absolute(w{pivot}_{pivot}), smallest);")
        lines.append(f"  largest = larger(absolute(w{pivot}_{pivot}), largest);")
        lines.append(f"  vec d{pivot} = reciprocal_of_pivot(w{pivot}_{pivot});")
        lines.append(f"  lu[{slots[pivot, pivot]}] = d{pivot};")
        for row in (row for row, at in plan.divisions if at == pivot):
            start(row, pivot)
            lines.append(f"  w{row}_{pivot} *= d{pivot};")
            lines.append(f"  lu[{slots[row, pivot]}] = w{row}_{pivot};")
        for column in (column for row, column in plan.places if row == pivot and rank[column] > rank[pivot]):
            start(pivot, column)
            lines.append(f"  lu[{slots[pivot, column]}] = w{pivot}_{column} * d{pivot};")
        for row, column, at in plan.updates:
            if at == pivot:
                start(row, column)
                lines.append(f"  w{row}_{column} -= w{row}_{pivot} * w{pivot}_{column};")
    lines += [f"  lu[{len(slots) + place}] = jacobian[{len(places) + place}];" for place in range(coupling)]
    lines.append("  return opposite((smallest >= 1e-6 * diagonal) & (largest <= DBL_MAX));")
    return lines


def _solve_lines(plan: Elimination) -> list[str]:
    """Return the solution x of LU x = f + g; rows of U have been multiplied with their inverse pivots already."""
    slots, order = plan.slots, plan.order
    rank = {unknown: place for place, unknown in enumerate(order)}
    lines = [f"  vec b{row} = f[{row}] + g[{row}];" for row in range(len(order))]
    for pivot in order:
        lines += [f"  b{row} -= lu[{slots[row, pivot]}] * b{pivot};" for row, at in plan.divisions if at == pivot]
        lines.append(f"  b{pivot} *= lu[{slots[pivot, pivot]}];")
    for pivot in reversed(order):
        later = [column for row, column in plan.places if row == pivot and rank[column] > rank[pivot]]
        # What is known first goes first, so that little is left to do when the last comes.
        lines += [
            f"  b{pivot} -= lu[{slots[pivot, column]}] * b{column};"
            for column in sorted(later, key=rank.__getitem__, reverse=True)
        ]
        lines.append(f"  x[{pivot}] = b{pivot};")
    return lines
