"""Exponentials that are powers of one another: exp(V / 10) is exp(V / 40) to the fourth.

Membrane models raise e to many straight lines in the voltage. Where their slopes are small whole multiples of one of
them, in all cells of a run alike, one exponential is computed and multiplied up:

    exp(s k V + b) = exp(b) exp(s V)^k

Products cost a few bits: the relative error is about k units in the last place. Cells with slopes of their own that do
not fit together share nothing, and lose nothing but time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine.solvers.gates.arithmetic import Rates, function_of
from neurosteroid.engine.solvers.gates.forms import Line, Rewriter, known_factors_first, written
from neurosteroid.engine.tape import Tape, TapeWriter, operands

Array = NDArray[np.float64]

MOST: Final = 16
"""Largest power that is taken."""

DIVISORS: Final = (1, 2, 3)
"""What the least slope may be divided by to make all others whole multiples."""

CLOSE: Final = 1e-14
"""Relative error of a slope as a whole multiple."""

FAR: Final = 300.0
"""|b| above which exp(b) comes too near the ends of what a number can hold."""


@final
@dataclass(frozen=True)
class Family:
    """Exponentials of lines in one state that are powers of one.

    Attributes:
        first: place of the exponential whose slope, divided by `divisor`, is that of the base.
        divisor: of it.
        powers: place of each exponential, and its power of the base.
    """

    first: int
    divisor: int
    powers: tuple[tuple[int, int], ...]


def families(tape: Tape, parameters: Array, covariates: Array) -> tuple[Family, ...]:
    """Return what can be shared among cells with parameters (N, m) and covariates (N, k)."""
    lines, numbers = _numbers(tape)
    if len(lines) < 2:
        return ()
    with np.errstate(all="ignore"):
        values = numbers(0.0, parameters.T, parameters.T, covariates.T)
    rows = np.stack([np.broadcast_to(value, (len(parameters),)) for value in values])
    rows = rows[:, np.isfinite(rows).all(axis=0)]
    if not rows.size:
        return ()
    slopes = dict(zip(lines, rows[0::2], strict=True))
    near = {place for place, rest in zip(lines, rows[1::2], strict=True) if np.abs(rest).max() <= FAR}
    waiting = sorted((place for place in near if slopes[place].all()), key=lambda place: abs(slopes[place][0]))
    found = []
    while waiting:
        same = [place for place in waiting if lines[place].state == lines[waiting[0]].state]
        family = max((_family(same, slopes, divisor) for divisor in DIVISORS), key=lambda one: len(one.powers))
        taken = {place for place, _ in family.powers}
        if len(taken) > 1:
            found.append(family)
        waiting = [place for place in waiting if place not in taken | {waiting[0]}]
    return tuple(found)


@lru_cache(maxsize=64)
def _numbers(tape: Tape) -> tuple[dict[int, Line], Rates]:
    """Return the lines that exponentials are raised to, and a function of all their slopes and rests in turn."""
    rewriter, lines = _lines(tape)
    places = [place for line in lines.values() for place in (line.slope, line.rest)]
    return lines, function_of(Tape(tuple(rewriter.writer.operations), tuple(places)), range(len(places)))


def _family(places: Sequence[int], slopes: dict[int, Array], divisor: int) -> Family:
    base = slopes[places[0]] / divisor
    powers = []
    for place in places:
        power = round(float(slopes[place][0] / base[0]))
        off = np.abs(slopes[place] - power * base) / np.abs(slopes[place])
        if 0 < abs(power) <= MOST and off.max() <= CLOSE:
            powers.append((place, power))
    return Family(places[0], divisor, tuple(powers))


def sharing(tape: Tape, found: Sequence[Family]) -> Tape:
    """Return a tape in which the members of families are powers of one exponential each."""
    rewriter, lines = _lines(tape)
    writer, instead = rewriter.writer, dict[int, int]()
    for family in found:
        line = lines[family.first]
        # The side with more members is multiplied up; the other comes from one inverse.
        sign = 1 if sum(power > 0 for _, power in family.powers) * 2 >= len(family.powers) else -1
        slope = writer.multiply(line.slope, writer.number(sign / family.divisor))
        up = {1: writer.put("exp", writer.multiply(slope, writer.put("state", line.state)))}
        above = sorted(sign * power for _, power in family.powers if sign * power > 0)
        below = sorted(-sign * power for _, power in family.powers if sign * power < 0)
        for power in above:
            _power(writer, up, power)
        least = below[0] if below and all(power % below[0] == 0 for power in below) else 1
        down = {1: writer.invert(_power(writer, up, least))} if below else {}
        for place, power in family.powers:
            raised = sign * power
            value = _power(writer, up, raised) if raised > 0 else _power(writer, down, -raised // least)
            rest = lines[place].rest
            instead[place] = value if writer.value(rest) == 0.0 else writer.multiply(writer.put("exp", rest), value)
    moved: list[int] = []
    for place, operation in enumerate(tape.operations):
        new = instead.get(place)
        moved.append(written(writer, operation, [moved[item] for item in operands(operation)]) if new is None else new)
    return known_factors_first(writer.tape([moved[place] for place in tape.results]))


def _power(writer: TapeWriter, known: dict[int, int], power: int) -> int:
    """Return the place of a whole power of known[1], from two that are known where there are such."""
    if power not in known:
        pair = next(((part, power - part) for part in sorted(known, reverse=True) if power - part in known), None)
        one, other = pair or ((power // 2, power // 2) if power % 2 == 0 else (1, power - 1))
        known[power] = writer.multiply(_power(writer, known, one), _power(writer, known, other))
    return known[power]


def _lines(tape: Tape) -> tuple[Rewriter, dict[int, Line]]:
    """Return the exponentials whose argument is a line in one state, by their place."""
    rewriter = Rewriter(tape)
    states = {operation[1] for operation in tape.operations if operation[0] == "state"}
    forms = rewriter.forms(states, known_ahead=True)
    found = {}
    for place, (name, *inner) in enumerate(tape.operations):
        if name == "exp":
            line = forms[inner[0]]
            if isinstance(line, Line):
                found[place] = line
    return rewriter, found
