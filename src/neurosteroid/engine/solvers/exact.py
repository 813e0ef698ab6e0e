"""The exact solver: linear systems by state propagation from event to event, without a tolerance."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine.solution import Failure, Solution
from neurosteroid.engine.solvers.linear_steady import linear_steady_states
from neurosteroid.engine.solvers.propagation.by_numpy import equations_of, group_size, walk_with_numpy
from neurosteroid.engine.solvers.propagation.engine import Propagator, propagator_for, propagator_of_numbers
from neurosteroid.engine.solvers.propagation.sheet import new_sheet, sheet_on
from neurosteroid.engine.solvers.rosenbrock.compiling import CompilerError
from neurosteroid.engine.system import System
from neurosteroid.engine.timetable import Timeline, one_for_all
from neurosteroid.errors import EventError, SolverError

Array = NDArray[np.float64]

UNUSABLE: Final = "a rate coefficient or initial value is not finite. Check the parameters and covariates."
GROWN: Final = "the states grow beyond all bounds. Check the rate constants."

_UNUSABLE, _GROWN = 1, 2
"""Outcomes of a course in propagate.c."""

_LOG: Final = logging.getLogger("neurosteroid")
_SAID: Final[set[str]] = set()


def solve_exact(
    system: System,
    timeline: Timeline,
    parameters: Array,
    *,
    outputs: Sequence[str] | None = None,
    threads: int | None = None,
    buffer: Array | None = None,
    compiled: bool = True,
) -> Solution:
    """Solve a linear system for every person.

        x(t + h) = Phi x(t) + Psi (b + R),    Phi = exp(h A),    Psi = integral of exp(s A) over s from 0 to h

    No eigenvectors are taken, so equal rate constants are no special case. A person's numbers depend neither on who
    else is in the batch nor on the threads, bit for bit. Without a C compiler NumPy does the same work, and a note
    says so.

    Args:
        system: linear, with n states.
        timeline: of P people.
        parameters: (P, m).
        outputs: names of values and states that are kept; all states if None.
        threads: that work at once; by default one for each processor this process may use.
        buffer: memory for what is kept, see `solve`.
        compiled: whether compiled code may be used.

    Raises:
        SolverError: the system is not linear.
        EventError: a steady state that no person can reach; the message names the state that keeps what it gets.
        InputError: a buffer that is too small.
        UnknownNameError: an output that the system does not give.
    """
    if not system.linear:
        raise SolverError("The exact solver needs a linear system; use method='reference'.")
    steady, unsteady = _steady(system, timeline, parameters)
    propagator, note = _propagator(system, outputs) if compiled else (None, None)
    course = _Course(system, timeline, parameters, steady, None if outputs is None else tuple(outputs))
    if propagator is not None:
        values, outcome, reached = course.compiled(propagator, threads, buffer)
    else:
        values, outcome, reached = course.with_numpy(buffer)
    failures = []
    for person in np.flatnonzero(outcome).tolist():
        unusable = outcome[person] == _UNUSABLE
        time = float(timeline.start[person] if unusable else reached[person])
        reason = UNUSABLE if unusable else unsteady.get(person, GROWN)
        failures.append(Failure(person, time, reason))
        values[person, timeline.row_times[person] >= time] = np.nan
    if not timeline.mask[one_for_all(timeline.mask)].all():
        values[~timeline.mask] = np.nan
    solution = Solution(system, timeline, parameters, values, "exact", {}, tuple(failures), (note,) if note else ())
    if outputs is None:
        return solution
    if values.shape[-1] == len(outputs):
        return solution.with_kept({name: values[:, :, index] for index, name in enumerate(outputs)})
    return solution.keeping(outputs)


@final
@dataclass(frozen=True, eq=False)
class _Course:
    """What is to be followed; each way of doing so returns values (P, R, V), outcomes (P,) and times reached (P,).

    The values are the outputs where they could be had at once, else the states.
    """

    system: System
    timeline: Timeline
    parameters: Array
    steady: Array
    outputs: tuple[str, ...] | None

    def compiled(
        self, propagator: Propagator, threads: int | None, buffer: Array | None
    ) -> tuple[Array, NDArray[np.int64], Array]:
        timeline, (people, rows) = self.timeline, self.timeline.row_step.shape
        width = propagator.values
        sheet = new_sheet(people, rows, width) if buffer is None else sheet_on(buffer, people, rows, width)
        covariates, parameters = timeline.covariates, self.parameters
        if propagator.given:
            equations = equations_of(self.system, timeline, parameters)
            flat = (equations.matrix.reshape(*covariates.shape[:2], -1), equations.constant, equations.initial)
            covariates = np.concatenate(flat, axis=2)
            covariates[equations.unusable] = np.nan
            parameters = np.zeros((people, 0))
        outcome, reached = propagator.walk(
            timeline, parameters, covariates, self.steady, self.system.is_account, sheet, threads
        )
        return sheet.values(rows, width), outcome, reached

    def with_numpy(self, buffer: Array | None) -> tuple[Array, NDArray[np.int64], Array]:
        timeline, (people, rows) = self.timeline, self.timeline.row_step.shape
        width = len(self.system.state_names if self.outputs is None else self.outputs)
        sheet = new_sheet(people, rows, width) if buffer is None else sheet_on(buffer, people, rows, width)
        values = sheet.values(rows, width)
        outcome, reached = np.zeros(people, dtype=np.int64), np.zeros(people)
        chunk = group_size(self.system, timeline)
        for first in range(0, people, chunk):
            who = slice(first, min(first + chunk, people))
            part, parameters = timeline.part(who), self.parameters[who]
            kept = timeline.steady_doses.person
            steady = self.steady[(kept >= who.start) & (kept < who.stop)]
            equations = equations_of(self.system, part, parameters)
            walked = walk_with_numpy(part, equations, steady, self.system.is_account)
            bad = np.asarray(~np.isfinite(walked).all(axis=2))
            grown = np.flatnonzero(bad.any(axis=1))
            outcome[who][grown] = _GROWN
            reached[who][grown] = part.times[grown, np.argmax(bad[grown], axis=1)]
            outcome[who][equations.unusable] = _UNUSABLE
            shown = np.maximum(part.row_step, 0)
            states = np.take_along_axis(walked, shown[:, :, None], axis=1) if walked.shape[1] else walked[:, :0]
            if self.outputs is not None and states.shape[1]:
                solution = Solution(self.system, part, parameters, states, "exact", {}, ())
                states = np.stack(list(solution.outputs(self.outputs).values()), axis=2)
            values[who] = states
        return values, outcome, reached


def _propagator(system: System, outputs: Sequence[str] | None) -> tuple[Propagator | None, str | None]:
    """Return compiled code for a system, or None and why there is none; it may show states instead of outputs."""
    indexes = None if outputs is None else [system.output_index(name) for name in outputs]
    try:
        found = propagator_for(system.traced, indexes)
        return found or propagator_for(system.traced) or propagator_of_numbers(len(system.state_names)), None
    except CompilerError as error:
        note = f"NumPy did the work of compiled code, and is slower: {error.message}"
    if note not in _SAID:
        _SAID.add(note)
        _LOG.warning(note)
    return None, note


def _steady(system: System, timeline: Timeline, parameters: Array) -> tuple[Array, dict[int, str]]:
    """Return the states of all steady-state records (D, n), and by person why there is none."""
    doses = timeline.steady_doses
    if not len(doses):
        return np.zeros((0, len(system.state_names))), {}
    with np.errstate(all="ignore"):
        matrix, constant = system.matrix(parameters[doses.person], timeline.covariates[doses.person, doses.epoch])
    usable = np.asarray(np.isfinite(matrix).all((1, 2)) & np.isfinite(constant).all(1))
    matrix, constant = np.where(usable[:, None, None], matrix, 0.0), np.where(usable[:, None], constant, 0.0)
    states, reasons = linear_steady_states(matrix, constant, doses, system.is_account, system.state_names)
    unsteady: dict[int, str] = {}
    for index, reason in enumerate(reasons):
        if reason is not None:
            states[index] = np.nan
            if usable[index]:
                unsteady.setdefault(int(doses.person[index]), f"({doses.where[index]}) {reason}")
    if len(unsteady) == len(timeline.times):
        index = next(index for index, reason in enumerate(reasons) if reason is not None)
        raise EventError(str(reasons[index]), where=doses.where[index])
    return states, unsteady
