"""Whether a solution can be believed: solved once more with smaller tolerances, it should stay where it is."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import Final, final

import numpy as np

from neurosteroid.engine.solution import Solution
from neurosteroid.engine.solvers.choose import solve_timeline
from neurosteroid.engine.solvers.reference import INTEGRATORS, LEAST_RELATIVE, Tolerances
from neurosteroid.errors import InputError

_LOG: Final = logging.getLogger("neurosteroid")

PROMISE: Final = 50.0
"""The error of a solution is at most this many relative tolerances of each state's maximum, for each person."""

SMALLER: Final = 0.1
"""Tolerances of the second solution, as a fraction of those of the first."""


@final
@dataclass(frozen=True)
class Doubt:
    """A person whose course moved when the tolerances were made smaller.

    Attributes:
        person: position in the batch.
        state: that moved most.
        moved: how far, as a fraction of its maximum; infinite where one of the two solutions has no numbers.
    """

    person: int
    state: str
    moved: float


def confirm(solution: Solution) -> tuple[Solution, tuple[Doubt, ...]]:
    """Solve again with a tenth of the tolerances; return the closer solution, and whose course moved too far.

    Some equations multiply errors: oscillators that jump, chaos, a threshold that is only just reached. No solver can
    hold its tolerance there, and all report it here: her course moved by more than `PROMISE` times the relative
    tolerance of a state's maximum. The closer solution has a note for each of them.

    Args:
        solution: of ``rosenbrock``, ``numba``, ``cuda`` or ``reference``, with all its states.

    Raises:
        InputError: an exact solution, which has no tolerances, or one that has none smaller.
    """
    if "relative" not in solution.tolerances:
        raise InputError(
            f"a solution by '{solution.method}' has no tolerances to make smaller; it needs no confirming."
        )
    relative, absolute = (solution.tolerances[name] for name in ("relative", "absolute"))
    if SMALLER * relative < LEAST_RELATIVE:
        raise InputError(f"the relative tolerance {relative:g} cannot be made smaller.")
    named = (name for name in ("numba", "cuda") if name in solution.method)
    method = next(named, solution.method.partition(" ")[0])
    settings = Tolerances(SMALLER * relative, SMALLER * absolute)
    if method == "reference":
        settings = replace(settings, integrator=next(name for name in INTEGRATORS if name in solution.method))
    closer = solve_timeline(solution.system, solution.timeline, solution.parameters, method=method, tolerances=settings)
    doubts = _moved(solution, closer, PROMISE * relative, absolute / relative)
    notes = tuple(
        f"Person {doubt.person}: '{doubt.state}' moved by {doubt.moved:.2g} of its maximum when the tolerances were"
        f" made ten times smaller than {relative:g}. Her equations multiply errors; ask for smaller tolerances still."
        for doubt in doubts
    )
    for note in notes[:1]:
        _LOG.warning(note)
    return replace(closer, notes=(*closer.notes, *notes)), doubts


def _moved(one: Solution, other: Solution, most: float, floor: float) -> tuple[Doubt, ...]:
    """Return the people who moved by more than `most` of a state's maximum; maxima below `floor` count as that."""
    both = np.isnan(one.states) & np.isnan(other.states)
    size = np.maximum(np.fmax.reduce(np.abs(other.states), axis=1, initial=0.0), floor)
    change = np.where(both, 0.0, np.abs(other.states - one.states))
    change = np.where(np.isnan(change), np.inf, change).max(axis=1, initial=0.0) / size
    people = np.flatnonzero(change.max(axis=1, initial=0.0) > most).tolist()
    names = one.system.state_names
    return tuple(Doubt(person, names[int(np.argmax(change[person]))], float(change[person].max())) for person in people)
