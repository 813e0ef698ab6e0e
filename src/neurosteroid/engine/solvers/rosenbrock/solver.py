"""The native solver's way in: people who can be followed by compiled code are, the others by `reference`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine.solution import Failure, Solution
from neurosteroid.engine.solvers.linear_steady import linear_steady_states
from neurosteroid.engine.solvers.periodic import steady_state
from neurosteroid.engine.solvers.reference import Course, Tolerances, follow_again, follow_into
from neurosteroid.engine.solvers.rosenbrock.cuda.engine import CudaEngine, cuda_engine_for
from neurosteroid.engine.solvers.rosenbrock.engine import Engine, engine_for
from neurosteroid.engine.solvers.rosenbrock.regimens import Regimens
from neurosteroid.engine.solvers.rosenbrock.scalar.engine import ScalarEngine, scalar_engine_for
from neurosteroid.engine.solvers.rosenbrock.settling import settled_states
from neurosteroid.engine.solvers.rosenbrock.tableau import RODAS5P
from neurosteroid.engine.solvers.rosenbrock.task import Walked
from neurosteroid.engine.system import System
from neurosteroid.engine.timetable import Timeline, initial_states
from neurosteroid.engine.tracing import Traced
from neurosteroid.errors import SolverError

Array = NDArray[np.float64]

DEFAULTS: Final = Tolerances(relative=1e-8, absolute=1e-10)
"""Tolerances unless others are asked for."""

_MAKERS: Final[dict[str, Callable[[Traced, str], Engine | ScalarEngine | CudaEngine]]] = {
    "C": engine_for,
    "numba": scalar_engine_for,
    "cuda": cuda_engine_for,
}

STUCK, NOT_FINITE, TOO_MANY, UNSETTLED = 1, 2, 3, 4
REASONS: Final = {
    STUCK: "the step fell below what the clock can tell apart.",
    NOT_FINITE: "the states or their rates are not finite. Check the parameters and covariates.",
    TOO_MANY: "there were too many steps.",
    UNSETTLED: "there is no steady state.",
}
"""Outcomes of a course in walk.c, for people to read."""


def solve_rosenbrock(
    system: System,
    timeline: Timeline,
    parameters: Array,
    tolerances: Tolerances | None = None,
    *,
    threads: int | None = None,
    tableau: str = RODAS5P.name,
    compiler: Literal["C", "numba", "cuda"] = "C",
) -> Solution:
    """Solve any traced system for every person with compiled code; a person who fails does not stop the others.

    Every person has her own steps, so her numbers depend neither on who else is in the batch nor on the threads. The
    error of a step is the root mean square over the states of error / (absolute + relative * |state|). People whose
    steps become too small or too many, or whose states fall below zero where they cannot, are followed by the reference
    solver, and a note says so.

    Args:
        system: with a tape.
        timeline: of P people.
        parameters: (P, m).
        tolerances: `DEFAULTS` if None; `integrator` is used by the reference solver only.
        threads: that work at once; by default one for each processor this process may use.
        tableau: name of the method, see `tableau.TABLEAUX`.
        compiler: of C text, or numba, whose code is the same but for the order of some operations, and slower; or cuda,
            the C text on a GPU, one person a thread.

    Raises:
        CompilerError: the system cannot be compiled here by a C compiler.
        GpuError: no GPU can be used.
        MissingExtraError: numba cannot be used here.
    """
    settings = tolerances or DEFAULTS
    engine = _MAKERS[compiler](system.traced, tableau)
    with np.errstate(all="ignore"):
        initial = initial_states(system, timeline, parameters)
    settled, unsettled = _settled(engine, system, timeline, parameters, initial, settings, threads)
    used_tolerances = (settings.relative, settings.absolute)
    walked = engine.walk(timeline, parameters, initial, settled, system.is_account, used_tolerances, threads)
    outcomes = _outcomes(system, timeline, parameters, walked, settings, unsettled)
    outcomes |= follow_again(
        walked.states,
        system,
        timeline,
        parameters,
        initial,
        settings,
        lambda person, closer: follow_into(walked.states, system, timeline, parameters, person, closer),
    )
    failures = tuple(failure for _, failure in sorted(outcomes.items()) if failure is not None)
    helped = len(outcomes) - len(failures)
    used = {"relative": settings.relative, "absolute": settings.absolute}
    why = "because compiled code could not hold their tolerance"
    notes = (f"{helped} people were followed by the reference solver, {why}.",)
    return Solution(
        system,
        timeline,
        parameters,
        walked.states,
        f"rosenbrock ({tableau})" if compiler == "C" else f"rosenbrock ({tableau}, {compiler})",
        used,
        failures,
        notes if helped else (),
    )


def _settled(
    engine: Engine | ScalarEngine | CudaEngine,
    system: System,
    timeline: Timeline,
    parameters: Array,
    initial: Array,
    settings: Tolerances,
    threads: int | None,
) -> tuple[Array, dict[int, str]]:
    """Return the states at steady state of every regimen (D, n), and by person why there is none."""
    doses = timeline.steady_doses
    if not len(doses):
        return np.empty((0, len(system.state_names))), {}
    reasons: dict[int, str] = {}
    given = (parameters[doses.person], timeline.covariates[doses.person, doses.epoch])
    if system.linear:
        with np.errstate(all="ignore"):
            matrix, constant = system.matrix(*given)
        usable = np.asarray(np.isfinite(matrix).all((1, 2)) & np.isfinite(constant).all(1))
        matrix, constant = (np.where(usable.reshape(-1, *(1,) * (a.ndim - 1)), a, 0.0) for a in (matrix, constant))
        states, why = linear_steady_states(matrix, constant, doses, system.is_account, system.state_names)
        for index, reason in enumerate(why):
            if reason is not None:
                states[index] = np.nan
                reasons.setdefault(int(doses.person[index]), f"({doses.where[index]}) {reason}")
        return states, reasons
    tolerances = (settings.relative, settings.absolute)
    regimens = Regimens(engine, system, doses, *given, tolerances, threads)
    states, why = settled_states(regimens, initial[doses.person, doses.epoch])
    tight = _at_most(settings, Tolerances(relative=1e-10, absolute=1e-12))
    for index in np.flatnonzero(~np.isfinite(states).all(axis=1)).tolist():
        person, reason = int(doses.person[index]), why[index]
        if reason is None:
            course = Course(system, timeline, parameters[person : person + 1], person, tight)
            try:
                states[index] = steady_state(course, doses, index, course.initial(int(doses.epoch[index])))
                continue
            except SolverError as error:
                reason = error.message
        reasons.setdefault(person, reason)
    return states, reasons


def _at_most(settings: Tolerances, bounds: Tolerances) -> Tolerances:
    """Return tolerances no larger than the bounds."""
    relative, absolute = min(settings.relative, bounds.relative), min(settings.absolute, bounds.absolute)
    return replace(settings, relative=relative, absolute=absolute)


def _outcomes(
    system: System,
    timeline: Timeline,
    parameters: Array,
    walked: Walked,
    settings: Tolerances,
    unsettled: dict[int, str],
) -> dict[int, Failure | None]:
    """Return who did not finish, and None for those whom the reference solver then brought to the end."""
    found: dict[int, Failure | None] = {}
    for person in np.flatnonzero(walked.outcome).tolist():
        outcome, time = int(walked.outcome[person]), float(walked.reached[person])
        reason = REASONS[outcome] if outcome != UNSETTLED else unsettled.get(person, REASONS[UNSETTLED])
        found[person] = Failure(person, time, reason)
        if outcome in (STUCK, TOO_MANY):
            rows = walked.states[person].copy()
            failure = follow_into(walked.states, system, timeline, parameters, person, settings)
            found[person] = failure
            if failure is not None:
                # The course of the solver that was asked for stands, as far as it came.
                walked.states[person] = rows
                reason = f"{reason} The reference solver did not finish either: {failure.reason}"
                found[person] = Failure(person, time, reason)
    return found
