"""A system's right-hand side as plain Python text, for peers that compile such text; from the tape the solver uses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from neurosteroid.engine.tape import SOURCES, Operation, Tape, operands

_TEXT = {
    "add": "{0} + {1}",
    "subtract": "{0} - {1}",
    "multiply": "{0} * {1}",
    "negate": "-{0}",
    "invert": "1.0 / {0}",
    "exp": "math.exp({0})",
    "log": "math.log({0})",
    "sqrt": "math.sqrt({0})",
    "sin": "math.sin({0})",
    "cos": "math.cos({0})",
    "absolute": "abs({0})",
    "power": "{0} ** {1}",
    "less": "{0} < {1}",
    "at_most": "{0} <= {1}",
    "both": "{0} and {1}",
    "either": "{0} or {1}",
    "opposite": "not {0}",
    "choose": "({1} if {0} else {2})",
}


def equations_text(tape: Tape) -> str:
    """Return two Python functions, what is fixed for a person and the rates.

    ``prepare(p, u, k)`` fills the constants k from parameters p and covariates u; its return value is how many there
    are. ``rates(t, y, dy, k)`` fills the n rates dy; the n numbers after the constants in k are infusion rates, which
    it adds. What does not move is computed once a person, as in the native solver.
    """
    moving: list[bool] = []
    for operation in tape.operations:
        moving.append(operation[0] in ("time", "state") or any(moving[place] for place in operands(operation)))
    wanted = [place for place, move in enumerate(moving) if move for place in operands(tape.operations[place])]
    kept = sorted({place for place in [*wanted, *tape.results] if not moving[place] and not _number(tape, place)})
    slots = {place: slot for slot, place in enumerate(kept)}
    prepare = [_line(tape, place, {}) for place in _needed(tape, kept, set())]
    prepare += [f"k[{slot}] = v{place}" for place, slot in slots.items()]
    rates = [_line(tape, place, slots) for place in _needed(tape, tape.results, set(slots))]
    rates += [f"dy[{row}] = {_shown(tape, place)} + k[{len(slots) + row}]" for row, place in enumerate(tape.results)]
    prepare.append(f"return {len(slots)}")
    functions = [_function("prepare(p, u, k)", prepare), _function("rates(t, y, dy, k)", rates)]
    return "import math\n\n\n" + "\n\n\n".join(functions) + "\n"


def _needed(tape: Tape, results: Iterable[int], known: set[int]) -> Sequence[int]:
    needed: set[int] = set()
    waiting = list(results)
    while waiting:
        place = waiting.pop()
        if place in needed or _number(tape, place):
            continue
        needed.add(place)
        if place not in known:
            waiting.extend(operands(tape.operations[place]))
    return sorted(needed)


def _line(tape: Tape, place: int, slots: dict[int, int]) -> str:
    operation = tape.operations[place]
    return f"v{place} = {f'k[{slots[place]}]' if place in slots else _expression(tape, operation)}"


def _expression(tape: Tape, operation: Operation) -> str:
    name, *inner = operation
    if name == "time":
        return "t"
    if name in SOURCES:
        letter = {"state": "y", "parameter": "p", "covariate": "u"}[name]
        return f"{letter}[{inner[0]}]"
    return _TEXT[name].format(*(_shown(tape, item) for item in inner))


def _shown(tape: Tape, place: int) -> str:
    operation = tape.operations[place]
    return repr(operation[1]) if operation[0] == "number" else f"v{place}"


def _number(tape: Tape, place: int) -> bool:
    return tape.operations[place][0] == "number"


def _function(head: str, lines: Sequence[str]) -> str:
    return "\n".join([f"def {head}:", *(f"    {line}" for line in lines)])
