"""Following cells in fixed steps: the way in, with its checks, and what comes out."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine.solution import Failure
from neurosteroid.engine.solvers.gates.job import NEVER, Walk
from neurosteroid.engine.solvers.gates.order import plan_moves, sharing_moves
from neurosteroid.engine.solvers.gates.running import FAILED, METHODS, run
from neurosteroid.engine.system import System
from neurosteroid.errors import InputError, SolverError, is_whole, require_names, unknown_name

Array = NDArray[np.float64]


@final
@dataclass(frozen=True, eq=False)
class Events:
    """Jumps of states: at each of a cell's times an amount is added to one or more states.

    Attributes:
        times: (E,) for all cells, or one sequence a cell; they act at the nearest step.
        amounts: state name to what is added.
    """

    times: Sequence[float] | Sequence[Sequence[float]] | Array
    amounts: Mapping[str, float]


@final
@dataclass(frozen=True, eq=False)
class FixedSteps:
    """Courses of N cells, R rows of them kept.

    Attributes:
        system: that was followed.
        parameters: (N, m).
        covariates: (N, k).
        times: (R,) of the rows, in the time unit of the rates.
        courses: state name to (N, R); NaN from where a cell failed.
        spikes: for each cell the times at which the watched state rose through the threshold.
        step: length of a step.
        method: which code ran.
        failures: who did not finish, and why.
        notes: sentences about how it was solved.
    """

    system: System
    parameters: Array
    covariates: Array
    times: Array
    courses: Mapping[str, Array]
    spikes: tuple[Array, ...]
    step: float
    method: str
    failures: tuple[Failure, ...]
    notes: tuple[str, ...] = field(default=())

    def outputs(self, names: Sequence[str]) -> dict[str, Array]:
        """Return named values and states (N, R).

        Raises:
            UnknownNameError: a name that the system does not give.
            SolverError: a value while not all states were kept.
        """
        require_names(names, "outputs")
        if all(name in self.courses for name in names):
            return {name: self.courses[name] for name in names}
        for name in names:
            self.system.output_index(name)
        missing = [name for name in self.system.state_names if name not in self.courses]
        if missing:
            raise SolverError(f"'{names[0]}' needs all states, and {', '.join(missing)} were not kept; leave keep out.")
        states = np.stack([self.courses[name] for name in self.system.state_names], axis=-1)
        times = np.broadcast_to(self.times, states.shape[:2])
        covariates = np.repeat(self.covariates[:, None], len(self.times), axis=1)
        with np.errstate(all="ignore"):
            return self.system.outputs(names, times, states, self.parameters, covariates)

    def require_complete(self) -> FixedSteps:
        """Return this when every cell finished.

        Raises:
            SolverError: naming the first cell that did not.
        """
        if self.failures:
            first = self.failures[0]
            others = f" {len(self.failures) - 1} more did not finish either." if len(self.failures) > 1 else ""
            raise SolverError(f"Cell {first.person} did not finish: by {first.time:g} ms {first.reason}{others}")
        return self


def follow(
    system: System,
    *,
    duration: float,
    step: float,
    parameters: Array,
    covariates: Array | None = None,
    initial: Array | None = None,
    events: Sequence[Events] = (),
    watch: str,
    threshold: float = 0.0,
    keep: Sequence[str] | None = None,
    every: float | None = None,
    start: float = 0.0,
    most_spikes: int | None = None,
    method: str = "auto",
    threads: int | None = None,
) -> FixedSteps:
    """Follow N cells from `start` for `duration` in steps of `step`, in the time unit of the system's rates.

    Args:
        system: of n states, m parameters and k covariates.
        duration: a whole number of steps.
        step: length of a step; halve it to see whether it is small enough.
        parameters: (N, m).
        covariates: (N, k); may be left out when there are none.
        initial: (N, n); by default the system's own.
        events: jumps of states.
        watch: state whose rises through `threshold` are spikes.
        threshold: of spikes, in the unit of that state.
        keep: states whose courses are kept; all when None, none when empty.
        every: time between kept rows, a whole number of steps; the whole duration when None.
        start: time of the first step.
        most_spikes: of a cell that are kept; by default one per millisecond of the run.
        method: one of `METHODS`.
        threads: of the compiled code; by default one for each processor this process may use.

    Raises:
        InputError: shapes, lengths or methods that do not fit.
        UnknownNameError: a state that is not there.
        SolverError: a system with a function that has no native form.
        CompilerError: ``gates`` asked for where it cannot be compiled.
        MissingExtraError: ``numba`` asked for where it cannot be used.
    """
    walk = _walk(system, duration, step, parameters, covariates, initial, events, watch, threshold, keep, every, start)
    limit = most_spikes if most_spikes is not None else max(int(duration), 1) + 1
    walk = Walk(**{**vars(walk), "most_spikes": limit})
    if method not in METHODS:
        raise InputError(f"No method '{method}'. Methods: {', '.join(METHODS)}.")
    if threads is not None and not (is_whole(threads) and threads >= 1):
        raise InputError(f"threads is {threads!r}; give 1 or more, or leave it out for one a processor.")
    if system.traced.tape is None:
        raise SolverError(
            "a function in these equations has no native form; write them with neurosteroid.engine.maths."
        )
    moves = sharing_moves(plan_moves(system.traced.tape), walk.parameters, walk.covariates)
    walked, used, notes = run(moves, walk, method, threads)
    names = [system.state_names[place] for place in walk.kept]
    times = walk.start + walk.step * walk.every * np.arange(walk.rows, dtype=np.float64)
    courses = {name: walked.courses[:, :, place] for place, name in enumerate(names)}
    for course in courses.values():
        course[times[None, :] >= walked.failed[:, None]] = np.nan
    failures = tuple(
        Failure(int(cell), float(walked.failed[cell]), FAILED) for cell in np.nonzero(np.isfinite(walked.failed))[0]
    )
    spikes = tuple(row[: min(count, limit)] for row, count in zip(walked.spikes, walked.spike_count, strict=True))
    return FixedSteps(
        system, walk.parameters, walk.covariates, times, courses, spikes, step, used, failures, tuple(notes)
    )


def _walk(
    system: System,
    duration: float,
    step: float,
    parameters: Array,
    covariates: Array | None,
    initial: Array | None,
    events: Sequence[Events],
    watch: str,
    threshold: float,
    keep: Sequence[str] | None,
    every: float | None,
    start: float,
) -> Walk:
    steps = whole_steps(duration, step, "duration")
    parameters = np.asarray(parameters, dtype=np.float64)
    if parameters.ndim != 2 or parameters.shape[1] != len(system.parameter_names) or not len(parameters):
        wanted = f"(cells, {len(system.parameter_names)})"
        raise InputError(f"parameters have shape {parameters.shape}; {wanted} is needed, one cell or more.")
    cells = len(parameters)
    covariates = np.zeros((cells, 0)) if covariates is None else np.asarray(covariates, dtype=np.float64)
    if covariates.shape != (cells, len(system.covariate_names)):
        wanted = f"({cells}, {len(system.covariate_names)})"
        raise InputError(f"covariates have shape {covariates.shape}; {wanted} is needed.")
    first = system.initial(parameters, covariates) if initial is None else np.asarray(initial, dtype=np.float64)
    if first.shape != (cells, len(system.state_names)):
        wanted = f"({cells}, {len(system.state_names)})"
        raise InputError(f"initial has shape {first.shape}; {wanted} is needed, one row a cell.")
    if keep is not None:
        require_names(keep, "keep")
    kept = system.state_names if keep is None else keep
    step_of, state_of, amount_of = _events(system, events, cells, start, step, steps)
    return Walk(
        steps=steps,
        every=steps if every is None else whole_steps(every, step, "every"),
        watched=_place(system, watch),
        most_spikes=0,
        start=float(start),
        step=float(step),
        threshold=float(threshold),
        kept=np.array([_place(system, name) for name in kept], dtype=np.int64),
        parameters=parameters,
        covariates=covariates,
        initial=first,
        event_step=step_of,
        event_state=state_of,
        event_amount=amount_of,
    )


def whole_steps(span: float, step: float, what: str) -> int:
    """Return how many steps a span is.

    Raises:
        InputError: no positive number of whole steps.
    """
    if not (math.isfinite(step) and step > 0):
        raise InputError(f"step is {step!r}; give a positive time.")
    count = round(span / step) if math.isfinite(span) else 0
    if count < 1 or abs(count * step - span) > 1e-6 * step * max(count, 1):
        raise InputError(f"{what} is {span!r}; give a whole number of steps of {step:g}, one or more.")
    return count


def _place(system: System, name: str) -> int:
    if name not in system.state_names:
        raise unknown_name("state", name, system.state_names)
    return system.state_names.index(name)


def _events(
    system: System, events: Sequence[Events], cells: int, start: float, step: float, steps: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], Array]:
    found: list[list[tuple[int, int, float]]] = [[] for _ in range(cells)]
    for event in events:
        places = [(_place(system, name), float(amount)) for name, amount in event.amounts.items()]
        shared = all(np.ndim(time) == 0 for time in event.times)
        if not shared and len(event.times) != cells:
            raise InputError(f"events have times for {len(event.times)} cells; there are {cells}.")
        for cell in range(cells):
            for time in np.asarray(event.times if shared else event.times[cell], dtype=np.float64):
                if not start <= time < start + steps * step:
                    end = start + steps * step
                    raise InputError(
                        f"an event at {time:g} lies outside the run from {start:g} to {end:g}; move it, or run longer."
                    )
                found[cell] += [(round((time - start) / step), place, amount) for place, amount in places]
    most = max((len(row) for row in found), default=0)
    step_of = np.full((cells, most), NEVER, dtype=np.int64)
    state_of, amount_of = np.zeros((cells, most), dtype=np.int64), np.zeros((cells, most))
    for cell, row in enumerate(found):
        for index, (when, place, amount) in enumerate(sorted(row, key=lambda item: item[0])):
            step_of[cell, index], state_of[cell, index], amount_of[cell, index] = when, place, amount
    return step_of, state_of, amount_of
