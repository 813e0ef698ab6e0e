"""Printing a tape as C: what is free of time and states is computed once for a person and covariate epoch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from neurosteroid.engine.solvers.rosenbrock.parting import parted
from neurosteroid.engine.tape import CONDITIONS, SOURCES, Tape, operands

_TEXT: Final = {
    "add": "{0} + {1}",
    "subtract": "{0} - {1}",
    "multiply": "{0} * {1}",
    "negate": "-{0}",
    "invert": "reciprocal({0})",
    "exp": "exponential({0})",
    "log": "logarithm({0})",
    "sqrt": "square_root({0})",
    "sin": "sine({0})",
    "cos": "cosine({0})",
    "absolute": "absolute({0})",
    "power": "power({0}, {1})",
    "power_slope": "power_slope({0}, {1})",
    "less": "{0} < {1}",
    "at_most": "{0} <= {1}",
    "both": "{0} & {1}",
    "either": "{0} | {1}",
    "opposite": "opposite({0})",
    "choose": "choose({0}, {1}, {2})",
}
_CALLING: Final = ("exp", "log", "sin", "cos", "power", "power_slope")
"""Operations that leave rare numbers to the C library."""

_PLAIN: Final = ("add", "subtract", "multiply")
"""Operators that take a bare number beside a vector; functions and comparisons get it spread over the lanes."""


class Printer:
    """Prints parts of one tape; values computed ahead stand in the array `fixed`."""

    def __init__(self, tape: Tape) -> None:
        self.operations = tape.operations
        self.parting = parted(tape)
        self.moving, self.slots = self.parting.moving, self.parting.slots

    @property
    def fixed_count(self) -> int:
        """Length of `fixed`."""
        return len(self.slots)

    def fixed_lines(self) -> list[str]:
        """Return the lines that fill `fixed`."""
        lines = [self._line(place, ahead=True) for place in self.parting.needed(self.slots, ahead=True)]
        return lines + [f"  fixed[{slot}] = (vec)v{place};" for place, slot in self.slots.items()]

    def body(self, results: Sequence[int], targets: Sequence[str]) -> list[str]:
        """Return the lines that compute results from t, y and fixed, and store them."""
        stores: dict[int, list[str]] = {}
        for place, target in zip(results, targets, strict=True):
            stores.setdefault(place, []).append(f"  {target} = {self._spread(place)};")
        lines = []
        for place in self._short_lived(results):
            # Stored as soon as known, so that few values are alive at once.
            lines += [self._line(place, ahead=False), *stores.pop(place, ())]
        return [*lines, *(store for rest in stores.values() for store in rest)]

    def _short_lived(self, results: Sequence[int]) -> list[int]:
        """Return the places that results need, in an order in which values are computed shortly before they are used.

        What may call the C library goes first: no vector register survives a call.
        """
        needed = self.parting.needed(results, ahead=False)
        calls = [place for place in needed if self.moving[place] and self.operations[place][0] in _CALLING]
        found: dict[int, None] = {}
        waiting = [*reversed([*calls, *sorted(results)])]
        wanted = set(needed)
        while waiting:
            place = waiting.pop()
            if place in found or place not in wanted:
                continue
            missing = []
            if self.moving[place]:
                missing = [item for item in operands(self.operations[place]) if item in wanted and item not in found]
            if missing:
                waiting += [place, *reversed(missing)]
            else:
                found[place] = None
        return list(found)

    def moving_operations(self, results: Sequence[int]) -> list[str]:
        """Return the names of the operations that `body` computes."""
        return [
            self.operations[place][0]
            for place in self.parting.needed(results, ahead=False)
            if self.moving[place] and self.operations[place][0] not in SOURCES
        ]

    def _line(self, place: int, *, ahead: bool) -> str:
        kind = "mask" if self.operations[place][0] in CONDITIONS else "vec"
        return f"  const {kind} v{place} = {self._expression(place, ahead=ahead)};"

    def _expression(self, place: int, *, ahead: bool) -> str:
        name, *inner = self.operations[place]
        if not ahead and not self.moving[place]:
            kind = "mask" if name in CONDITIONS else "vec"
            return f"({kind})fixed[{self.slots[place]}]" if kind == "mask" else f"fixed[{self.slots[place]}]"
        if name == "time":
            return "t"
        if name in SOURCES:
            return f"{ {'state': 'y', 'parameter': 'p', 'covariate': 'u'}[name] }[{inner[0]}]".replace(" ", "")
        shown = [self._plain(item) if name in _PLAIN else self._spread(item) for item in inner]
        return _TEXT[name].format(*shown)

    def _plain(self, place: int) -> str:
        operation = self.operations[place]
        return repr(operation[1]) if operation[0] == "number" else f"v{place}"

    def _spread(self, place: int) -> str:
        operation = self.operations[place]
        return f"spread({operation[1]!r})" if operation[0] == "number" else f"v{place}"
