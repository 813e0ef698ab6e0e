"""Tapes: straight-line arithmetic, one operation a line, from which native code is printed without symbols."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, final

Operation = tuple[Any, ...]
"""(name, *operands); operands are positions of earlier operations, but for `SOURCES`."""

SOURCES: Final = ("number", "time", "state", "parameter", "covariate")
"""Operations that bring something in: (number, value), (time,), and the others with an index."""

CONDITIONS: Final = ("less", "at_most", "both", "either", "opposite")
"""Operations whose result is true or false."""

_BINARY: Final = {
    "add": lambda x, y: x + y,
    "subtract": lambda x, y: x - y,
    "multiply": lambda x, y: x * y,
}


@final
@dataclass(frozen=True)
class Tape:
    """Operations in order, and which of them are the results.

    Operations besides `SOURCES` and `CONDITIONS`: add, subtract, multiply, negate, invert (1 / x), exp, log, sqrt, sin,
    cos, absolute, power (x ** y), power_slope (y x ** (y - 1)), choose (condition, then, otherwise).

    Attributes:
        operations: see `Operation`.
        results: positions of the results.
    """

    operations: tuple[Operation, ...]
    results: tuple[int, ...]


@final
@dataclass(eq=False)
class TapeWriter:
    """Writes a tape; the same operation on the same operands is written once, and numbers are folded."""

    operations: list[Operation] = field(default_factory=list)
    _places: dict[Operation, int] = field(default_factory=dict)

    def put(self, name: str, *operands: Any) -> int:
        """Return the position of an operation, which is written if it is new."""
        operation = (name, *operands)
        if operation not in self._places:
            self._places[operation] = len(self.operations)
            self.operations.append(operation)
        return self._places[operation]

    def number(self, value: float) -> int:
        """Return the position of a number."""
        return self.put("number", float(value))

    def value(self, place: int) -> float | None:
        """Return the number at a position, None if it is not a number."""
        operation = self.operations[place]
        return operation[1] if operation[0] == "number" else None

    def add(self, x: int, y: int) -> int:
        """Return x + y."""
        if self.value(x) == 0.0:
            return y
        if self.value(y) == 0.0:
            return x
        if self.operations[y][0] == "negate":
            return self.subtract(x, self.operations[y][1])
        if self.operations[x][0] == "negate":
            return self.subtract(y, self.operations[x][1])
        return self._folded("add", *sorted((x, y)))

    def subtract(self, x: int, y: int) -> int:
        """Return x - y."""
        if self.value(y) == 0.0:
            return x
        if self.value(x) == 0.0:
            return self.negate(y)
        if x == y:
            return self.number(0.0)
        if self.operations[y][0] == "negate":
            return self.add(x, self.operations[y][1])
        return self._folded("subtract", x, y)

    def multiply(self, x: int, y: int) -> int:
        """Return x * y; the sign is kept outermost, so that a product and its negative are computed once."""
        for one, other in ((x, y), (y, x)):
            number = self.value(one)
            if number == 0.0:
                return one
            if number == 1.0:
                return other
            if number is not None and number < 0.0:
                return self.negate(self.multiply(self.number(-number), other))
            if self.operations[one][0] == "negate":
                return self.negate(self.multiply(self.operations[one][1], other))
        return self._folded("multiply", *sorted((x, y)))

    def negate(self, x: int) -> int:
        """Return -x."""
        operation = self.operations[x]
        if operation[0] == "negate":
            return int(operation[1])
        if operation[0] == "subtract":
            return self.subtract(operation[2], operation[1])
        return self.number(-operation[1]) if operation[0] == "number" else self.put("negate", x)

    def invert(self, x: int) -> int:
        """Return 1 / x."""
        value = self.value(x)
        return self.put("invert", x) if not value else self.number(1.0 / value)

    def choose(self, condition: int, then: int, otherwise: int) -> int:
        """Return `then` where the condition holds and `otherwise` elsewhere."""
        return then if then == otherwise else self.put("choose", condition, then, otherwise)

    def whole_power(self, x: int, exponent: int) -> int:
        """Return x to a whole power, by repeated squaring."""
        if exponent < 0:
            return self.invert(self.whole_power(x, -exponent))
        result, square = self.number(1.0), x
        while exponent:
            if exponent & 1:
                result = self.multiply(result, square)
            exponent >>= 1
            square = self.multiply(square, square) if exponent else square
        return result

    def power(self, x: int, exponent: int) -> int:
        """Return x to any power."""
        value = self.value(exponent)
        if value is not None and value.is_integer() and abs(value) <= 16.0:
            return self.whole_power(x, int(value))
        if value is not None and (2.0 * value).is_integer() and abs(value) <= 16.0:
            half = self.multiply(self.whole_power(x, math.floor(abs(value))), self.put("sqrt", x))
            return self.invert(half) if value < 0.0 else half
        return self.put("power", x, exponent)

    def tape(self, results: Sequence[int]) -> Tape:
        """Return what the results need, in order."""
        needed: set[int] = set()
        waiting = list(results)
        while waiting:
            place = waiting.pop()
            if place not in needed:
                needed.add(place)
                waiting.extend(operands(self.operations[place]))
        kept = sorted(needed)
        moved = {place: position for position, place in enumerate(kept)}
        operations = tuple(renumbered(self.operations[place], moved) for place in kept)
        return Tape(operations, tuple(moved[place] for place in results))

    def _folded(self, name: str, x: int, y: int) -> int:
        one, other = self.value(x), self.value(y)
        if one is None or other is None:
            return self.put(name, x, y)
        return self.number(_BINARY[name](one, other))


def operands(operation: Operation) -> tuple[int, ...]:
    """Return the positions an operation reads."""
    return () if operation[0] in SOURCES else operation[1:]


def renumbered(operation: Operation, places: Any) -> Operation:
    """Return an operation whose operands are looked up in a mapping of positions."""
    if operation[0] in SOURCES:
        return operation
    return (operation[0], *(places[place] for place in operation[1:]))
