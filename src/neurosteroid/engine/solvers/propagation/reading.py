"""What the compiled propagation computes of a system: its equations and the chosen values, on one tape."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import final

from neurosteroid.engine.solvers.rosenbrock.slopes import linearise
from neurosteroid.engine.tape import CONDITIONS, SOURCES, Operation, Tape, TapeWriter, operands


@final
@dataclass(frozen=True)
class Reading:
    """A linear system, d states / dt = A states + b, and what is read from it, on one tape.

    Attributes:
        tape: results are the nonzeros of A, then b (n), the initial states (n), and the values of a row.
        places: (row, column) of each structural nonzero of A.
        sizes: number of states, parameters and covariates.
        values: number of values in a row.
    """

    tape: Tape
    places: tuple[tuple[int, int], ...]
    sizes: tuple[int, int, int]
    values: int


def read_system(rates: Tape, initial: Tape, shown: Tape, sizes: tuple[int, int, int]) -> Reading:
    """Return the reading of a traced linear system.

    Args:
        rates: tape of the n rates.
        initial: tape of the n starting values.
        shown: tape of the values of a row.
        sizes: number of states, parameters and covariates.
    """
    writer = TapeWriter()
    linearised = linearise(rates)
    moved = copied(writer, linearised.tape)
    slopes = moved[sizes[0] : sizes[0] + len(linearised.places)]
    nothing: dict[Operation, float] = {("state", index): 0.0 for index in range(sizes[0])}
    constant = copied(writer, rates, nothing)
    results = [*slopes, *constant, *copied(writer, initial), *copied(writer, shown)]
    return Reading(writer.tape(results), linearised.places, sizes, len(shown.results))


def given_system(states: int) -> Reading:
    """Return the reading of a system whose A, b and initial states are given as numbers, in the place of covariates.

    They stand in that order, A by rows; what is read are the states.
    """
    writer = TapeWriter()
    places = tuple((row, column) for row in range(states) for column in range(states))
    given = [writer.put("covariate", index) for index in range(states * states + 2 * states)]
    shown = [writer.put("state", index) for index in range(states)]
    return Reading(writer.tape([*given, *shown]), places, (states, 0, len(given)), states)


def chosen_tape(tape: Tape, which: Sequence[int]) -> Tape:
    """Return a tape of some of the results."""
    writer = TapeWriter()
    moved = copied(writer, tape)
    return writer.tape([moved[index] for index in which])


def states_tape(states: int) -> Tape:
    """Return a tape whose results are the states themselves."""
    writer = TapeWriter()
    return writer.tape([writer.put("state", index) for index in range(states)])


def copied(writer: TapeWriter, tape: Tape, numbers: Mapping[Operation, float] | None = None) -> list[int]:
    """Write a tape's operations once more, with some of its sources replaced by numbers; return its results' places."""
    moved: list[int] = []
    for operation in tape.operations:
        name = operation[0]
        if numbers and operation in numbers:
            moved.append(writer.number(numbers[operation]))
        elif name in SOURCES:
            moved.append(writer.put(*operation))
        else:
            inner = [moved[place] for place in operands(operation)]
            folds = name not in CONDITIONS and name in ("add", "subtract", "multiply", "negate", "invert", "choose")
            moved.append(int(getattr(writer, name)(*inner)) if folds else writer.put(name, *inner))
    return [moved[place] for place in tape.results]
