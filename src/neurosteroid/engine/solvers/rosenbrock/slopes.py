"""Derivatives of a tape by the chain rule, operation by operation; they share what the tape has computed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import final

from neurosteroid.engine.tape import CONDITIONS, SOURCES, Tape, TapeWriter, operands

TIME = -1
"""Stands for the time among the state indexes by which is differentiated."""

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


def linearise(tape: Tape) -> Linearised:
    """Return a tape of n rates extended by its Jacobian and its derivative by time."""
    writer = TapeWriter()
    moved: list[int] = []
    slopes: list[Slopes] = []
    for operation in tape.operations:
        name = operation[0]
        if name in SOURCES:
            moved.append(writer.put(*operation))
            slopes.append(_of_source(operation, writer))
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


def _of_source(operation: tuple[object, ...], writer: TapeWriter) -> Slopes:
    if operation[0] == "state":
        return {int(str(operation[1])): writer.number(1.0)}
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
    if name == "power":
        base, exponent = slopes
        scaled = [{}, {}]
        if base:
            factor = writer.put("power_slope", *inner)
            scaled[0] = {column: writer.multiply(slope, factor) for column, slope in base.items()}
        if exponent:
            factor = writer.multiply(place, writer.put("log", inner[0]))
            scaled[1] = {column: writer.multiply(slope, factor) for column, slope in exponent.items()}
        return _merged(writer, scaled, lambda x, y: writer.add(x, y))
    if not slopes[0]:
        return {}
    if name == "negate":
        return {column: writer.negate(slope) for column, slope in slopes[0].items()}
    factor = _outer(writer, name, inner[0], place)
    return {column: writer.multiply(slope, factor) for column, slope in slopes[0].items()}


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
