"""Whether a solution can be believed: with smaller tolerances, or numbers a tolerance away, it should stay put."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine.solution import Solution
from neurosteroid.engine.solvers.choose import solve_timeline
from neurosteroid.engine.solvers.reference import INTEGRATORS, LEAST_RELATIVE, Tolerances
from neurosteroid.engine.timetable import Timeline, initial_states, starting_from
from neurosteroid.errors import InputError

Array = NDArray[np.float64]

_LOG: Final = logging.getLogger("neurosteroid")

PROMISE: Final = 50.0
"""The error of a solution is at most this many relative tolerances of each state's maximum, for each person."""

SMALLER: Final = 0.1
"""Tolerances of the second solution, as a fraction of those of the first."""

PROBES: Final = 2
"""Solutions with changed parameters and initial states."""


@final
@dataclass(frozen=True)
class Doubt:
    """A person whose course moved when the tolerances were made smaller, or her numbers changed by a tolerance.

    Attributes:
        person: position in the batch.
        state: that moved most.
        moved: how far, as a fraction of its maximum; infinite where one of the two solutions has no numbers.
    """

    person: int
    state: str
    moved: float


def confirm(solution: Solution) -> tuple[Solution, tuple[Doubt, ...]]:
    """Solve again with a tenth of the tolerances; return the closer solution, and whose course cannot be believed.

    Some equations multiply errors: oscillators that jump, chaos, a threshold that is only just reached. No solver can
    hold its tolerance there, and all report it here: her course moved by more than `PROMISE` times the relative
    tolerance of a state's maximum. Two solutions may be near each other by luck, so the closer one is also held to
    `PROBES` more, in which each parameter and initial state is larger or smaller by the relative tolerance, by signs
    that are the same for every solver. A step is allowed such an error, so its course is as good as hers.
    The closer solution has a note for each person in doubt.

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
    most, floor = PROMISE * relative, absolute / relative
    moved = [_moves(solution, closer, floor)]
    random = np.random.default_rng(PROBES)
    for _ in range(PROBES):
        timeline, parameters = _changed(solution, relative, random)
        probe = solve_timeline(solution.system, timeline, parameters, method=method, tolerances=settings)
        moved.append(_moves(probe, closer, floor))
    doubts = _doubts(np.max(moved, axis=0), most, solution.system.state_names)
    notes = tuple(
        f"Person {doubt.person}: '{doubt.state}' moved by {doubt.moved:.2g} of its maximum when the tolerances were"
        f" made ten times smaller than {relative:g}, or her numbers changed by so little."
        " Her equations multiply errors; ask for smaller tolerances still."
        for doubt in doubts
    )
    for note in notes[:1]:
        _LOG.warning(note)
    return replace(closer, notes=(*closer.notes, *notes)), doubts


def _changed(solution: Solution, relative: float, random: np.random.Generator) -> tuple[Timeline, Array]:
    """Return a timeline and parameters whose numbers are larger or smaller by a fraction."""
    timeline, system = solution.timeline, solution.system
    with np.errstate(all="ignore"):
        everybody = initial_states(system, timeline, solution.parameters)
    begun = everybody[np.arange(len(everybody)), timeline.start_epoch]
    # One sign a name, so that nobody's depends on who else is there.
    names, states = solution.parameters.shape[1], begun.shape[1]
    signs = random.choice([-1.0, 1.0], names + states)
    initial = begun * (1.0 + relative * signs[names:])
    return starting_from(replace(timeline, initial=None), initial), solution.parameters * (
        1.0 + relative * signs[:names]
    )


def _moves(one: Solution, other: Solution, floor: float) -> Array:
    """Return how far people's states are apart (P, n), as fractions of maxima; those below `floor` count as that."""
    both = np.isnan(one.states) & np.isnan(other.states)
    size = np.maximum(np.fmax.reduce(np.abs(other.states), axis=1, initial=0.0), floor)
    change = np.where(both, 0.0, np.abs(other.states - one.states))
    return np.asarray(np.where(np.isnan(change), np.inf, change).max(axis=1, initial=0.0) / size)


def _doubts(change: Array, most: float, names: Sequence[str]) -> tuple[Doubt, ...]:
    """Return the people with a state that moved by more than `most`."""
    people = np.flatnonzero(change.max(axis=1, initial=0.0) > most).tolist()
    return tuple(Doubt(person, names[int(np.argmax(change[person]))], float(change[person].max())) for person in people)
