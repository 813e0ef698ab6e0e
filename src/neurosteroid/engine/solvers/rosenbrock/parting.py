"""Parting a tape: what moves with time and states, and what is computed once for a person and covariate epoch."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import final

from neurosteroid.engine.tape import Tape, operands


@final
@dataclass(frozen=True, eq=False)
class Parting:
    """A tape in two parts.

    Attributes:
        tape: all operations.
        moving: for each operation whether it depends on time or states.
        slots: place to position in the array `fixed`, of what moving operations and results read of the rest, numbers
            left out.
    """

    tape: Tape
    moving: tuple[bool, ...]
    slots: dict[int, int]

    def needed(self, results: Iterable[int], *, ahead: bool) -> list[int]:
        """Return the places that results need, rising: down to the sources if `ahead`, else down to `fixed`."""
        needed: set[int] = set()
        waiting = list(results)
        while waiting:
            place = waiting.pop()
            if place in needed or self.tape.operations[place][0] == "number":
                continue
            needed.add(place)
            if ahead or self.moving[place]:
                waiting.extend(operands(self.tape.operations[place]))
        return sorted(needed)


def parted(tape: Tape) -> Parting:
    """Return a tape in two parts."""
    moving: list[bool] = []
    for operation in tape.operations:
        moving.append(operation[0] in ("time", "state") or any(moving[place] for place in operands(operation)))
    read = set(tape.results)
    for place, operation in enumerate(tape.operations):
        if moving[place]:
            read.update(operands(operation))
    ahead = [place for place in sorted(read) if not moving[place] and tape.operations[place][0] != "number"]
    return Parting(tape, tuple(moving), {place: slot for slot, place in enumerate(ahead)})
