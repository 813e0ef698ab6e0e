"""Derivatives of a tape by the chain rule, operation by operation; they share what the tape has computed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, final

from neurosteroid.engine.tape import CONDITIONS, SOURCES, Tape, TapeWriter, operands

TIME = -1
"""Stands for the time among the state indexes by which is differentiated."""

LARGE = 1e300
"""What is not below this is taken for infinite."""

Slopes = dict[int, int]
"""State index (or `TIME`) to the position of the derivative by it."""


@final
@dataclass(frozen=True)
class Linearised:
    """A right-hand side with its derivatives, on one tape.

    Attributes:
        tape: results are the n rates, then one for each place, then the n derivatives by time (if `timed`).
        places: (row, column) of each structural nonzero of the Jacobian.
        timed: whether any rate depends on the time.
    """

    tape: Tape
    places: tuple[tuple[int, int], ...]
    timed: bool


def linearise(tape: Tape, parameters: Mapping[int, int] | None = None) -> Linearised:
    """Return a tape of n rates extended by its Jacobian and its derivative by time.

    Args:
        tape: of the rates.
        parameters: columns (n or above) for the derivatives by some parameters, by parameter index.
    """
    writer = TapeWriter()
    moved: list[int] = []
    slopes: list[Slopes] = []
    for operation in tape.operations:
        name = operation[0]
        if name in SOURCES:
            moved.append(writer.put(*operation))
            slopes.append(_of_source(operation, writer, parameters or {}))
            continue
        inner = [moved[place] for place in operands(operation)]
        if name in CONDITIONS:
            moved.append(writer.put(name, *inner))
            slopes.append({})
            continue
        place = _written(writer, name, inner)
        moved.append(place)
        slopes.append(_chain(writer, name, inner, [slopes[index] for index in operands(operation)], place))
    rows = [slopes[place] for place in tape.results]
    zero = writer.number(0.0)
    places = tuple(
        (row, column)
        for row, found in enumerate(rows)
        for column in sorted(found)
        if column != TIME and found[column] != zero
    )
    by_time = [found.get(TIME, zero) for found in rows]
    timed = any(place != zero for place in by_time)
    results = [moved[place] for place in tape.results] + [rows[row][column] for row, column in places]
    return Linearised(writer.tape(results + (by_time if timed else [])), places, timed)


def _of_source(operation: tuple[Any, ...], writer: TapeWriter, parameters: Mapping[int, int]) -> Slopes:
    if operation[0] == "state":
        return {int(operation[1]): writer.number(1.0)}
    if operation[0] == "parameter" and operation[1] in parameters:
        return {parameters[operation[1]]: writer.number(1.0)}
    return {TIME: writer.number(1.0)} if operation[0] == "time" else {}


def _written(writer: TapeWriter, name: str, inner: list[int]) -> int:
    method = getattr(writer, name) if name in ("add", "subtract", "multiply", "negate", "invert", "choose") else None
    return int(method(*inner)) if method else writer.put(name, *inner)


def _chain(writer: TapeWriter, name: str, inner: list[int], slopes: list[Slopes], place: int) -> Slopes:
    """Return the derivatives of one operation at `place` from those of its operands."""
    if name == "add":
        return _merged(writer, slopes, lambda x, y: writer.add(x, y))
    if name == "subtract":
        return _merged(writer, slopes, lambda x, y: writer.subtract(x, y))
    if name == "choose":
        return _merged(writer, slopes[1:], lambda x, y: writer.choose(inner[0], x, y))
    if name == "multiply":
        one, other = inner
        scaled = [
            {column: writer.multiply(slope, factor) for column, slope in found.items()}
            for found, factor in zip(slopes, (other, one), strict=True)
        ]
        return _merged(writer, scaled, lambda x, y: writer.add(x, y))
    if name in ("power", "power_slope"):
        base, exponent = slopes
        scaled = [{}, {}]
        if base:
            factor = _by_base(writer, name, inner)
            scaled[0] = {column: writer.multiply(slope, factor) for column, slope in base.items()}
        if exponent:
            factor = _by_exponent(writer, name, inner, place)
            scaled[1] = {column: writer.multiply(slope, factor) for column, slope in exponent.items()}
        return _merged(writer, scaled, lambda x, y: writer.add(x, y))
    if not slopes[0]:
        return {}
    if name == "negate":
        return {column: writer.negate(slope) for column, slope in slopes[0].items()}
    factor = _outer(writer, name, inner[0], place)
    return {column: writer.multiply(slope, factor) for column, slope in slopes[0].items()}


def _by_base(writer: TapeWriter, name: str, inner: list[int]) -> int:
    """Return the derivative by x of x^y, y x^(y - 1), or of that, y (y - 1) x^(y - 2).

    The latter is infinite at 0 for y below 2, where 0 is taken: it only helps the solver's linear equations.
    """
    x, y = inner
    if name == "power":
        return writer.put("power_slope", x, y)
    bend = writer.multiply(y, writer.put("power_slope", x, writer.subtract(y, writer.number(1.0))))
    finite = writer.put("less", writer.put("absolute", bend), writer.number(LARGE))
    return writer.choose(finite, bend, writer.number(0.0))


def _by_exponent(writer: TapeWriter, name: str, inner: list[int], place: int) -> int:
    """Return the derivative by y of x^y, x^y log x, or of y x^(y - 1), x^(y - 1) (1 + y log x); 0^y stays 0."""
    x, y = inner
    one = writer.number(1.0)
    logarithm = writer.put("log", writer.choose(writer.put("less", writer.number(0.0), x), x, one))
    if name == "power":
        return writer.multiply(place, logarithm)
    return writer.multiply(writer.power(x, writer.subtract(y, one)), writer.add(one, writer.multiply(y, logarithm)))


def _outer(writer: TapeWriter, name: str, inner: int, place: int) -> int:
    """Return the derivative of a function of one operand."""
    if name == "invert":
        return writer.negate(writer.multiply(place, place))
    if name == "exp":
        return place
    if name == "log":
        return writer.invert(inner)
    if name == "sqrt":
        # Infinite at 0, where 0 is taken: with an infinite slope a state would never leave 0.
        rising = writer.put("less", writer.number(0.0), place)
        slope = writer.multiply(writer.number(0.5), writer.invert(place))
        return writer.choose(rising, slope, writer.number(0.0))
    if name == "sin":
        return writer.put("cos", inner)
    if name == "cos":
        return writer.negate(writer.put("sin", inner))
    if name == "absolute":
        negative = writer.put("less", inner, writer.number(0.0))
        return writer.choose(negative, writer.number(-1.0), writer.number(1.0))
    raise ValueError(f"no derivative of '{name}' is known")


def _merged(writer: TapeWriter, slopes: list[Slopes], join: Callable[[int, int], int]) -> Slopes:
    zero = writer.number(0.0)
    one, other = slopes
    return {column: join(one.get(column, zero), other.get(column, zero)) for column in {**one, **other}}
