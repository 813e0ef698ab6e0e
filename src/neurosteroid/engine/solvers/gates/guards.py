"""Choices inside a choice by the same condition, which say nothing new.

A model guards x / (1 - exp(-x)) at x = 0 twice: by the value it takes there, and by an x that is safe inside. Vectors
compute both sides of the outer choice whatever the condition, and drop what it does not want, so the inner guard goes:

    where(c, p, f(where(c, q, x)))    becomes    where(c, p, f(x))
"""

from __future__ import annotations

from neurosteroid.engine.solvers.gates.forms import written
from neurosteroid.engine.tape import SOURCES, Tape, TapeWriter, operands

Assumed = frozenset[tuple[int, bool]]
"""Places of conditions, and whether they are taken to hold."""


def without_guards(tape: Tape) -> Tape:
    """Return a tape without such choices."""
    writer = TapeWriter()
    below: list[frozenset[int]] = []
    for name, *_ in tape.operations:
        inner = operands(tape.operations[len(below)])
        own = {inner[0]} if name == "choose" else set[int]()
        below.append(frozenset(own).union(*(below[item] for item in inner)))
    known: dict[tuple[int, Assumed], int] = {}

    def put(place: int, assumed: Assumed) -> int:
        # Only what is asked below counts, so that all else is written once.
        assumed = frozenset(pair for pair in assumed if pair[0] in below[place])
        key = (place, assumed)
        if key not in known:
            known[key] = fresh(place, assumed)
        return known[key]

    def fresh(place: int, assumed: Assumed) -> int:
        operation = tape.operations[place]
        if operation[0] in SOURCES:
            return writer.put(*operation)
        if operation[0] != "choose":
            return written(writer, operation, [put(item, assumed) for item in operands(operation)])
        condition, then, otherwise = operands(operation)
        for holds, side in ((True, then), (False, otherwise)):
            if (condition, holds) in assumed:
                return put(side, assumed)
        sides = [put(then, assumed | {(condition, True)}), put(otherwise, assumed | {(condition, False)})]
        return writer.choose(put(condition, assumed), *sides)

    return writer.tape([put(place, frozenset()) for place in tape.results])
