"""The way in: records become timelines, and the solver that fits the system solves them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine.epochs import CovariateRule
from neurosteroid.engine.solution import Solution
from neurosteroid.engine.solvers.exact import solve_exact
from neurosteroid.engine.solvers.fallback import Compiler, solve_compiled
from neurosteroid.engine.solvers.reference import Tolerances, solve_reference
from neurosteroid.engine.system import System
from neurosteroid.engine.timeline import Schedule, build_timelines
from neurosteroid.engine.timetable import Timeline, starting_from
from neurosteroid.errors import InputError, is_whole, require_names

Array = NDArray[np.float64]

METHODS: Final = ("auto", "exact", "rosenbrock", "gates", "numba", "cuda", "reference")
"""``auto`` takes ``gates`` when a step is given, else ``exact`` for linear systems and ``rosenbrock`` for all others;
``cuda`` is ``rosenbrock`` on a GPU; see also `fallback`."""


def solve(
    system: System,
    schedules: Schedule | Sequence[Schedule] = (),
    *,
    parameters: Array,
    covariates: Array | None = None,
    output_times: Array | Sequence[float] = (),
    covariate_rule: CovariateRule = "nocb",
    start: float | Array | None = None,
    initial: Array | None = None,
    method: str = "auto",
    tolerances: Tolerances | None = None,
    threads: int | None = None,
    sensitivities: Sequence[str] | None = None,
    outputs: Sequence[str] | None = None,
    buffer: Array | None = None,
    step: float | None = None,
) -> Solution:
    """Follow P people through their records.

    Args:
        system: with m parameters, k covariates and n states.
        schedules: one list of records for all people, or P lists.
        parameters: (P, m).
        covariates: (P, k), NaN where records give them; may be left out when there are none, or records give all.
        output_times: (T,) or (P, T), h.
        covariate_rule: how records' covariates fill the time between them.
        start: time of the initial values, h, for everybody or one per person (P,); by default each person's first
            record or output time.
        initial: (P, n) states at `start`, to go on from where another solution stopped; by default the system's own.
            An infusion that still runs goes on as a record at `start` with what is left of it.
        method: one of `METHODS`.
        tolerances: of the reference and rosenbrock solvers; each has defaults of its own.
        threads: of the exact and rosenbrock solvers, by default one for each processor this process may use; of no GPU.
        sensitivities: names of parameters by which the states are differentiated, see docs/sensitivities.md; states
            given as `initial` are taken not to change with them.
        outputs: names of the values and states to keep; all states if None. The exact solver then never holds
            the states: V names and R rows are V R numbers a person.
        buffer: memory that the exact solver uses for what it keeps, instead of new memory: a float64 array of at least
            P (V R rounded up to a multiple of 8) + 8 numbers. The solution shows it, so it holds until the buffer is
            used again.
        step: of ``gates``, in the time of the rates, without error control: halve it to see whether it is small enough.

    Raises:
        EventError: a record without meaning, see `build_timelines`.
        InputError: shapes that do not fit, nobody to follow, a system without states, an unknown method, no thread,
            a buffer that is too small or no array, or one text where a list of names is needed.
        SolverError: ``exact`` asked for a system that is not linear.
        UnknownNameError: an output that the system does not give.
    """
    parameters, covariates = checked(system, parameters, covariates, method, outputs)
    _check_threads(threads)
    if step is not None and sensitivities is not None:
        raise InputError("fixed steps give no sensitivities; leave step or sensitivities out.")
    if buffer is not None and not isinstance(buffer, np.ndarray):
        raise InputError(f"buffer is {buffer!r}; give an array of float64, or leave it out.")
    if sensitivities is not None and outputs is not None:
        raise InputError("sensitivities need all states; leave outputs out, and ask the solution for them.")
    differential = None
    if sensitivities is not None:
        # few ask for slopes, and their solvers are a third of the engine
        from neurosteroid.engine.sensitivity.differential import differential as differential_of

        differential = differential_of(system, sensitivities)
    timeline = build_timelines(
        system,
        schedules,
        parameters,
        covariates,
        output_times,
        covariate_rule=covariate_rule,
        start=start,
        differential=differential,
    )
    if initial is not None:
        timeline = starting_from(timeline, checked_initial(system, initial, len(parameters)))
    if differential is not None:
        from neurosteroid.engine.sensitivity.solver import solve_with_slopes

        return solve_with_slopes(
            differential, timeline, parameters, method=method, tolerances=tolerances, threads=threads
        )
    return solve_timeline(
        system,
        timeline,
        parameters,
        method=method,
        tolerances=tolerances,
        threads=threads,
        outputs=outputs,
        buffer=buffer,
        step=step,
    )


def checked(
    system: System, parameters: Array, covariates: Array | None, method: str, outputs: Sequence[str] | None
) -> tuple[Array, Array]:
    """Return parameters (P, m) and covariates (P, k) when they, the method and the outputs fit the system.

    Raises:
        InputError: shapes that do not fit, nobody to follow, a system without states, no outputs, or an unknown method.
        UnknownNameError: an output that the system does not give.
    """
    if method not in METHODS:
        raise InputError(f"No method '{method}'. Methods: {', '.join(METHODS)}.")
    parameters = np.asarray(parameters, dtype=np.float64)
    if parameters.ndim != 2 or parameters.shape[1] != len(system.parameter_names):
        raise InputError(
            f"parameters have shape {parameters.shape}; (people, {len(system.parameter_names)}) is needed, in the order"
            " of system.parameter_names."
        )
    if not len(parameters):
        raise InputError("there is nobody to follow; give parameters for at least one person.")
    if not system.state_names:
        raise InputError("this system holds no states to follow; ask system.outputs for its values.")
    if covariates is None:
        covariates = np.full((len(parameters), len(system.covariate_names)), np.nan)
    if outputs is not None:
        require_names(outputs, "outputs")
        if not outputs:
            raise InputError("outputs is empty; name at least one output, or leave it out to keep all states.")
        for name in outputs:
            system.output_index(name)
    return parameters, np.asarray(covariates, dtype=np.float64)


def solve_timeline(
    system: System,
    timeline: Timeline,
    parameters: Array,
    *,
    method: str = "auto",
    tolerances: Tolerances | None = None,
    threads: int | None = None,
    outputs: Sequence[str] | None = None,
    buffer: Array | None = None,
    step: float | None = None,
) -> Solution:
    """Follow P people through a timeline that is already built; see `solve` for the arguments and errors."""
    _check_threads(threads)
    if step is not None or method == "gates":
        solution = _in_steps(system, timeline, parameters, method, step, threads)
        return solution if outputs is None else solution.keeping(outputs)
    if method == "exact" or (method == "auto" and system.linear):
        return solve_exact(system, timeline, parameters, outputs=outputs, threads=threads, buffer=buffer)
    if method == "reference":
        solution = solve_reference(system, timeline, parameters, tolerances)
    else:
        compiler: Compiler = "numba" if method == "numba" else "cuda" if method == "cuda" else "C"
        solution = solve_compiled(system, timeline, parameters, tolerances, threads, first=compiler)
    return solution if outputs is None else solution.keeping(outputs)


def _in_steps(
    system: System, timeline: Timeline, parameters: Array, method: str, step: float | None, threads: int | None
) -> Solution:
    if step is None:
        raise InputError("gates moves in steps of one length, and none was given; solve takes it as step.")
    if method not in ("auto", "gates"):
        raise InputError(f"step is of 'gates', and the method is '{method}'; leave one of them out.")
    from neurosteroid.engine.solvers.gates.timelines import solve_gates

    return solve_gates(system, timeline, parameters, step, threads=threads)


def _check_threads(threads: object) -> None:
    if threads is not None and not (is_whole(threads) and threads >= 1):
        raise InputError(f"threads is {threads!r}; give 1 or more, or leave it out for one a processor.")


def checked_initial(system: System, initial: Array, people: int) -> Array:
    """Return states (P, n) to begin with, or raise InputError."""
    states = np.asarray(initial, dtype=np.float64)
    if states.shape != (people, len(system.state_names)):
        wanted = f"({people}, {len(system.state_names)})"
        raise InputError(f"initial has shape {states.shape}; {wanted} is needed, one row a person.")
    return states
