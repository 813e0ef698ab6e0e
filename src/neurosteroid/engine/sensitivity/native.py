"""Sensitivities by the native solver: each is a further right-hand side of the same factorised matrix (staggered)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine.sensitivity.augmented import augmented
from neurosteroid.engine.sensitivity.differential import Differential
from neurosteroid.engine.sensitivity.exact import linear_steady_slopes
from neurosteroid.engine.sensitivity.motion import TimelineSlopes
from neurosteroid.engine.sensitivity.reference import VariedCourse, VariedRows, parameter_scales
from neurosteroid.engine.solution import Failure, Solution
from neurosteroid.engine.solvers.reference import Tolerances
from neurosteroid.engine.solvers.rosenbrock.engine import engine_for
from neurosteroid.engine.solvers.rosenbrock.solver import DEFAULTS, REASONS, STUCK, TOO_MANY, UNSETTLED
from neurosteroid.engine.solvers.rosenbrock.source import Source, write_source
from neurosteroid.engine.solvers.rosenbrock.tableau import RODAS5P, Tableau
from neurosteroid.engine.tape import Tape
from neurosteroid.engine.timetable import Timeline, initial_states
from neurosteroid.errors import SolverError

Array = NDArray[np.float64]


@final
@dataclass(frozen=True)
class VariedSource:
    """Which parameters, by position, and whether the error test covers the sensitivities."""

    chosen: tuple[int, ...]
    tested: bool

    def source(self, tape: Tape, sizes: tuple[int, int, int], tableau: Tableau) -> Source:
        """Return the C text of the solver of states and scaled sensitivities."""
        states, parameters, covariates = sizes
        blocks = 1 + len(self.chosen)
        wide = (states * blocks, parameters + len(self.chosen), covariates)
        text = augmented(tape, states, parameters, self.chosen)
        return write_source(text, wide, tableau, blocks, blocks if self.tested else 1)


def solve_native_with_slopes(
    differential: Differential,
    timeline: Timeline,
    parameters: Array,
    tolerances: Tolerances | None = None,
    *,
    threads: int | None = None,
    tableau: str = RODAS5P.name,
) -> Solution:
    """Solve any traced system with sensitivities; a person who fails does not stop the others.

    The method is applied to states and sensitivities at once, with the exact Jacobian of both, so these sensitivities
    are also the derivatives of the numbers that the solver gives, at the steps it takes:

        W k = f,    W k_j = J z_j + c_j df/dp_j + M_j k,    W = 1 / (gamma h) - J

    Args:
        differential: of a system with a tape.
        timeline: of P people, with slopes.
        parameters: (P, m).
        tolerances: `DEFAULTS` if None; they hold for the states and (unless left out of the test) for p s.
        threads: that work at once; by default one for each processor this process may use.
        tableau: name of the method.

    Raises:
        CompilerError: the system cannot be compiled here.
    """
    settings, slopes = tolerances or DEFAULTS, timeline.slopes
    if slopes is None:
        raise ValueError("the timeline has no slopes")
    system, q, n = differential.system, differential.count, len(differential.system.state_names)
    engine = engine_for(system.traced, tableau, varied=VariedSource(differential.chosen, settings.sensitivities))
    scales = parameter_scales(differential, parameters)
    settled, unsettled = _settled(differential, timeline, parameters, settings)
    with np.errstate(all="ignore"):
        initial, started = _initial(differential, timeline, parameters)
    # (..., q, n) beside (..., n) becomes (..., (1 + q) n), scaled.
    walked = engine.walk(
        _widened(timeline, slopes, scales, n),
        np.concatenate([parameters, scales], axis=1),
        np.concatenate([initial, (started * scales[:, None, :, None]).reshape(*initial.shape[:2], q * n)], axis=2),
        np.concatenate(
            [settled[0], (settled[1] * scales[timeline.steady_doses.person][:, :, None]).reshape(-1, q * n)], axis=1
        ),
        np.tile(system.is_account, 1 + q),
        (settings.relative, settings.absolute),
        threads,
        moves=slopes.times * scales[:, None, :],
    )
    people, rows = timeline.row_step.shape
    # Views of one array, unscaled in place: it may be large.
    states, scaled = walked.states[:, :, :n], walked.states[:, :, n:].reshape(people, rows, q, n)
    scaled /= scales[:, None, :, None]
    found = np.swapaxes(scaled, 2, 3)
    rows_of = VariedRows(states, found, differential, timeline, parameters)
    outcomes: dict[int, Failure | None] = {}
    for person in np.flatnonzero(walked.outcome).tolist():
        outcome, time = int(walked.outcome[person]), float(walked.reached[person])
        reason = REASONS[outcome] if outcome != UNSETTLED else unsettled.get(person, REASONS[UNSETTLED])
        if outcome in (STUCK, TOO_MANY):
            kept = states[person].copy(), found[person].copy()
            failure = rows_of.into(person, settings)
            if failure is None:
                outcomes[person] = None
                continue
            # The course of the solver that was asked for stands, as far as it came.
            states[person], found[person] = kept
            reason = f"{reason} The reference solver did not finish either: {failure.reason}"
        outcomes[person] = Failure(person, time, reason)
    outcomes |= rows_of.again(settings)
    failures = tuple(failure for _, failure in sorted(outcomes.items()) if failure is not None)
    helped = len(outcomes) - len(failures)
    why = "because compiled code could not hold their tolerance"
    notes = (f"{helped} people were followed by the reference solver, {why}.",)
    return Solution(
        system,
        timeline,
        parameters,
        states,
        f"rosenbrock ({tableau})",
        {"relative": settings.relative, "absolute": settings.absolute},
        failures,
        notes if helped else (),
        sensitivities=found,
        differential=differential,
    )


def _widened(timeline: Timeline, slopes: TimelineSlopes, scales: Array, n: int) -> Timeline:
    """Return a timeline that also doses the scaled sensitivities, with the derivatives of rates and amounts."""
    count = scales.shape[1]
    inputs = tuple(state + n * block for block in range(1 + count) for state in timeline.inputs)

    def wide(plain: Array, slope: Array) -> Array:
        scaled = np.moveaxis(slope * scales[:, None, None, :], 3, 2)
        return np.concatenate([plain, scaled.reshape(*plain.shape[:2], count * plain.shape[2])], axis=2)

    rates, boluses = wide(timeline.rates, slopes.rates), wide(timeline.boluses, slopes.boluses)
    people, steps = timeline.times.shape
    # Every step has rates and amounts of its own.
    level, dose = (np.tile(np.arange(count), (people, 1)) for count in (steps + 1, steps))
    return replace(timeline, inputs=inputs, levels=rates, level=level, doses=boluses, dose=dose)


def _initial(differential: Differential, timeline: Timeline, parameters: Array) -> tuple[Array, Array]:
    """Return the initial states (P, E, n) of each epoch and their derivatives (P, E, q, n)."""
    people, epochs, _ = timeline.covariates.shape
    repeated, covariates = np.repeat(parameters, epochs, axis=0), timeline.covariates.reshape(people * epochs, -1)
    started = differential.initial(repeated, covariates)[1].reshape(people, epochs, differential.count, -1)
    if timeline.initial is not None:
        # Given states do not change with the parameters.
        started[np.arange(people), timeline.start_epoch] = 0.0
    return initial_states(differential.system, timeline, parameters), started


def _settled(
    differential: Differential, timeline: Timeline, parameters: Array, settings: Tolerances
) -> tuple[tuple[Array, Array], dict[int, str]]:
    """Return the states of every regimen (D, n), their derivatives (D, q, n), and by person why there are none."""
    system, doses = differential.system, timeline.steady_doses
    if system.linear:
        return linear_steady_slopes(differential, timeline, parameters)
    states = np.full((len(doses), len(system.state_names)), np.nan)
    slopes = np.full((len(doses), differential.count, len(system.state_names)), np.nan)
    reasons: dict[int, str] = {}
    tight = replace(settings, relative=min(settings.relative, 1e-10), absolute=min(settings.absolute, 1e-12))
    for index, person in enumerate(doses.person.tolist()):
        course = VariedCourse(differential, timeline, parameters, person, tight)
        try:
            states[index], slopes[index] = course.settle(index, course.initial(int(doses.epoch[index]))[0])
        except SolverError as error:
            reasons.setdefault(person, error.message)
    return (states, slopes), reasons
