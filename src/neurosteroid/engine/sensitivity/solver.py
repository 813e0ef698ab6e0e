"""The way in to sensitivities: a timeline with slopes is solved by the method that fits the system."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine.sensitivity.differential import Differential
from neurosteroid.engine.sensitivity.exact import exact_slopes
from neurosteroid.engine.sensitivity.native import solve_native_with_slopes
from neurosteroid.engine.sensitivity.propagated import propagated_slopes
from neurosteroid.engine.sensitivity.reference import solve_reference_with_slopes
from neurosteroid.engine.solution import Solution
from neurosteroid.engine.solvers.exact import solve_exact
from neurosteroid.engine.solvers.fallback import noted
from neurosteroid.engine.solvers.reference import Tolerances
from neurosteroid.engine.solvers.rosenbrock.compilers import CompilerError
from neurosteroid.engine.timetable import Timeline
from neurosteroid.errors import InputError

Array = NDArray[np.float64]


def solve_with_slopes(
    differential: Differential,
    timeline: Timeline,
    parameters: Array,
    *,
    method: str = "auto",
    tolerances: Tolerances | None = None,
    threads: int | None = None,
) -> Solution:
    """Follow P people through a timeline with slopes; see `choose.solve` for the arguments and errors."""
    if method == "numba":
        raise InputError("method 'numba' has no sensitivities; use 'auto', 'exact', 'rosenbrock' or 'reference'.")
    if method == "cuda":
        found = solve_with_slopes(
            differential, timeline, parameters, method="rosenbrock", tolerances=tolerances, threads=threads
        )
        return noted(found, "The processor was used instead of a GPU, which has no sensitivities.")
    if method == "exact" or (method == "auto" and differential.system.linear):
        return _exact(differential, timeline, parameters, threads)
    if method == "reference":
        return solve_reference_with_slopes(differential, timeline, parameters, tolerances)
    if differential.system.traced.tape is None:
        why = "a function in its equations has no native form."
    else:
        try:
            return solve_native_with_slopes(differential, timeline, parameters, tolerances, threads=threads)
        except CompilerError as error:
            why = error.message
    found = solve_reference_with_slopes(differential, timeline, parameters, tolerances)
    return noted(found, f"The reference solver was used for sensitivities, and is much slower: {why}")


def _exact(differential: Differential, timeline: Timeline, parameters: Array, threads: int | None) -> Solution:
    """Solve a linear system with sensitivities; the states are those of the exact solver, to the last bit."""
    plain = solve_exact(differential.system, timeline, parameters, threads=threads)
    try:
        found = propagated_slopes(differential, timeline, parameters, threads)
    except CompilerError:
        # The plain solution has a note that says so.
        found = exact_slopes(differential, timeline, parameters)
    slopes = np.swapaxes(found, 2, 3)
    for failure in plain.failures:
        slopes[failure.person, np.isnan(plain.states[failure.person]).any(axis=1)] = np.nan
    return replace(plain, sensitivities=slopes, differential=differential)
