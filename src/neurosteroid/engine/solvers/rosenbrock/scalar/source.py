"""The Python text of a system's numba solver: the walker, and behind it what is generated for the system."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files

from neurosteroid.engine.solvers.rosenbrock.elimination import Elimination, plan_elimination
from neurosteroid.engine.solvers.rosenbrock.scalar.printing import ScalarPrinter
from neurosteroid.engine.solvers.rosenbrock.slopes import linearise
from neurosteroid.engine.solvers.rosenbrock.tableau import Tableau
from neurosteroid.engine.tape import Tape


def write_scalar_source(tape: Tape, states: int, tableau: Tableau) -> str:
    """Return the text of one Python module.

    Args:
        tape: of the n rates.
        states: n.
        tableau: of the method.
    """
    linearised = linearise(tape)
    printer = ScalarPrinter(linearised.tape)
    results = linearised.tape.results
    targets = [f"f[{row}]" for row in range(states)] + [f"jacobian[{at}]" for at in range(len(linearised.places))]
    targets += [f"ft[{row}]" for row in range(states)] if linearised.timed else []
    still = [] if linearised.timed else ["ft[:] = 0.0"]
    sections = [
        _read("walker.py"),
        "\n".join(_constants(states, len(printer.slots), linearised.places, tableau)),
        _function("prepare(p, u, fixed)", printer.fixed_lines()),
        _function("slope(t, y, fixed, f)", printer.body(results[:states], targets[:states])),
        _function("linearise(t, y, fixed, f, ft, jacobian)", [*still, *printer.body(results, targets)]),
    ]
    return "\n\n\n".join(sections) + "\n"


def _read(name: str) -> str:
    return files("neurosteroid.engine.solvers.rosenbrock.scalar").joinpath(name).read_text(encoding="utf-8")


def _function(head: str, lines: Sequence[str]) -> str:
    return "\n".join(["@compiled", f"def {head}:", *(f"    {line}" for line in lines), "    return"])


def _constants(states: int, fixed: int, places: Sequence[tuple[int, int]], tableau: Tableau) -> list[str]:
    """Return the constants that model.pyi names."""
    numbers = {"STATES": states, "FIXED": max(fixed, 1), "ORDER": tableau.order, "GAMMA": tableau.gamma}
    tables = {
        "A": [[*row, *(0.0,) * (tableau.stages - len(row))] for row in tableau.a],
        "C": [[*row, *(0.0,) * (tableau.stages - len(row))] for row in tableau.c],
        "NODES": list(tableau.nodes),
        "TIMES": list(tableau.times),
        "DENSE": [list(row) for row in tableau.dense],
    }
    indexes = {
        "ROWS": [row for row, _ in places],
        "COLUMNS": [column for _, column in places],
        **_elimination(plan_elimination(states, places), places),
    }
    return [
        *(f"{name} = {value!r}" for name, value in numbers.items()),
        *(f"{name} = np.array({value!r}, dtype=np.float64)" for name, value in tables.items()),
        *(f"{name} = np.array({value!r}, dtype=np.int64)" for name, value in indexes.items()),
    ]


def _elimination(plan: Elimination, places: Sequence[tuple[int, int]]) -> dict[str, list[int]]:
    """Return an elimination as index arrays; `..._ENDS` tell where the part of each pivot ends."""
    slots, rank = plan.slots, {unknown: place for place, unknown in enumerate(plan.order)}
    position = {place: index for index, place in enumerate(places)}
    found: dict[str, list[int]] = {
        "PIVOTS": list(plan.order),
        "PIVOT_SLOTS": [slots[pivot, pivot] for pivot in plan.order],
        "SLOT_ENTRIES": [position.get(place, -1) for place in plan.places],
        **{
            name: []
            for name in (
                *("DIVISION_ENDS", "DIVISION_ROWS", "DIVISION_SLOTS"),
                *("UPDATE_ENDS", "UPDATES", "LATER_ENDS", "LATER_COLUMNS", "LATER_SLOTS"),
            )
        },
    }
    for pivot in plan.order:
        below = [row for row, at in plan.divisions if at == pivot]
        found["DIVISION_ROWS"] += below
        found["DIVISION_SLOTS"] += [slots[row, pivot] for row in below]
        found["DIVISION_ENDS"].append(len(found["DIVISION_ROWS"]))
        for row, column, at in plan.updates:
            if at == pivot:
                found["UPDATES"] += [slots[row, column], slots[row, pivot], slots[pivot, column]]
        found["UPDATE_ENDS"].append(len(found["UPDATES"]))
        later = [column for row, column in plan.places if row == pivot and rank[column] > rank[pivot]]
        found["LATER_COLUMNS"] += later
        found["LATER_SLOTS"] += [slots[pivot, column] for column in later]
        found["LATER_ENDS"].append(len(found["LATER_COLUMNS"]))
    return found
