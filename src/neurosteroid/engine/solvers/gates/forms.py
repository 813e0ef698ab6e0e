"""Rewriting the arithmetic of a step: what is a straight line in a state is written as one.

    a (1 - x) - b x                   becomes    a - (a + b) x              one product, with its slope beside it
    (V - V_half) / k                  becomes    V (1 / k) + (-V_half / k)  two numbers that are known ahead

Nothing is approximated; rounding is all that changes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, final

from neurosteroid.engine.tape import SOURCES, Operation, Tape, TapeWriter, operands

_SIMPLIFIED: Final = ("add", "subtract", "multiply", "negate", "invert", "choose")
"""Operations that a tape writer simplifies as it writes them."""

_MOVING: Final = ("state", "time")


@final
@dataclass(frozen=True)
class Line:
    """slope * state + rest, by places that name none of the states that were asked about."""

    state: int
    slope: int
    rest: int


Form = Line | int | None
"""How an operation depends on the states asked about: in a line on one, not at all (its new place), or otherwise."""


@final
@dataclass(eq=False)
class Rewriter:
    """A tape that is written anew.

    Attributes:
        tape: as it was.
        writer: of the new one.
        moved: for each old place the new one.
    """

    tape: Tape
    writer: TapeWriter = field(default_factory=TapeWriter)
    moved: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        for operation in self.tape.operations:
            self.moved.append(written(self.writer, operation, [self.moved[item] for item in operands(operation)]))

    def forms(self, states: Iterable[int], *, known_ahead: bool = False) -> list[Form]:
        """Return for each old place how it depends on some states.

        Args:
            states: asked about.
            known_ahead: whether nothing else but parameters, covariates and numbers may come in.
        """
        asked = frozenset(states)
        found: list[Form] = []
        for place, operation in enumerate(self.tape.operations):
            name = operation[0]
            if name == "state" and operation[1] in asked:
                found.append(Line(operation[1], self.writer.number(1.0), self.writer.number(0.0)))
            elif name in SOURCES:
                found.append(None if known_ahead and name in _MOVING else self.moved[place])
            else:
                found.append(self._form(place, name, [found[item] for item in operands(operation)]))
        return found

    def put(self, line: Line) -> int:
        """Return the new place of a line."""
        return self.writer.add(self.writer.multiply(line.slope, self.writer.put("state", line.state)), line.rest)

    def _form(self, place: int, name: str, inner: list[Form]) -> Form:
        lines = [item for item in inner if isinstance(item, Line)]
        others = [item for item in inner if isinstance(item, int)]
        if len(lines) + len(others) < len(inner) or len({line.state for line in lines}) > 1:
            return None
        if not lines:
            return self.moved[place]
        writer, first = self.writer, lines[0]
        if name == "negate":
            return Line(first.state, writer.negate(first.slope), writer.negate(first.rest))
        if name == "multiply" and others:
            return Line(first.state, writer.multiply(first.slope, others[0]), writer.multiply(first.rest, others[0]))
        if name in ("add", "subtract"):
            zero = writer.number(0.0)
            one, other = (
                item if isinstance(item, Line) else Line(first.state, zero, item) for item in inner if item is not None
            )
            return Line(
                first.state,
                written(writer, (name,), [one.slope, other.slope]),
                written(writer, (name,), [one.rest, other.rest]),
            )
        return None


def written(writer: TapeWriter, operation: Operation, inner: list[int]) -> int:
    """Return the new place of an operation on new operands."""
    name = operation[0]
    if name in SOURCES:
        return writer.put(*operation)
    if name == "subtract" and writer.operations[inner[0]][0] == "negate" and writer.value(inner[1]) != 0.0:
        # -x - y is -(x + y): a sign that stands outside is taken up by the product it meets.
        return writer.negate(writer.add(writer.operations[inner[0]][1], inner[1]))
    return int(getattr(writer, name)(*inner)) if name in _SIMPLIFIED else writer.put(name, *inner)


def moves_in_lines(tape: Tape, together: Iterable[int], alone: Iterable[int]) -> Tape:
    """Return rates and own slopes as `rest + slope x` and `slope` where they are that in their own state.

    Args:
        tape: results are n rates and n slopes by their own state.
        together: states of which no rate names another.
        alone: the others.
    """
    count = len(tape.results) // 2
    rewriter = Rewriter(tape)
    results = [rewriter.moved[place] for place in tape.results]
    for states in (tuple(together), *((state,) for state in alone)):
        forms = rewriter.forms(states)
        for state in states:
            line = forms[tape.results[state]]
            if isinstance(line, Line) and line.state == state:
                results[state], results[count + state] = rewriter.put(line), line.slope
    return rewriter.writer.tape(results)


def arguments_in_lines(tape: Tape) -> Tape:
    """Return a tape where all that bends reads lines in one state as a product and a sum of what is known ahead."""
    rewriter = Rewriter(tape)
    forms = rewriter.forms(_states(tape), known_ahead=True)
    found: list[int] = []
    for place, operation in enumerate(tape.operations):
        if forms[place] is None and operation[0] not in SOURCES:
            inner = []
            for item in operands(operation):
                form = forms[item]
                inner.append(rewriter.put(form) if isinstance(form, Line) else found[item])
            found.append(written(rewriter.writer, operation, inner))
        else:
            found.append(rewriter.moved[place])
    return rewriter.writer.tape([found[place] for place in tape.results])


def known_factors_first(tape: Tape) -> Tape:
    """Return a tape where a (b x) is (a b) x for a and b that are known ahead."""
    writer, moved, moving = TapeWriter(), list[int](), dict[int, bool]()

    def put(name: str, *inner: int) -> int:
        place = written(writer, (name,), list(inner))
        # What a writer puts in between is as known as its operands.
        for new in range(len(moving), len(writer.operations)):
            operation = writer.operations[new]
            moving[new] = operation[0] in _MOVING or any(moving[item] for item in operands(operation))
        return place

    for operation in tape.operations:
        if operation[0] in SOURCES:
            moved.append(writer.put(*operation))
            moving[len(moving)] = operation[0] in _MOVING
            continue
        inner = [moved[item] for item in operands(operation)]
        if operation[0] == "multiply":
            for one, other in (inner, inner[::-1]):
                name, *factors = writer.operations[other]
                if (
                    not moving[one]
                    and moving[other]
                    and name == "multiply"
                    and not moving[min(factors, key=moving.__getitem__)]
                ):
                    factor, rest = sorted(factors, key=moving.__getitem__)
                    inner = [put("multiply", one, factor), rest]
                    break
        moved.append(put(operation[0], *inner))
    return writer.tape([moved[place] for place in tape.results])


def _states(tape: Tape) -> set[int]:
    return {operation[1] for operation in tape.operations if operation[0] == "state"}
