"""The chain of solvers for systems that are not linear: compiled C (a GPU before it if asked for), numba, reference."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine.solution import Solution
from neurosteroid.engine.solvers.reference import Tolerances, solve_reference
from neurosteroid.engine.solvers.rosenbrock.compilers import CompilerError
from neurosteroid.engine.solvers.rosenbrock.cuda.libraries import GpuError
from neurosteroid.engine.solvers.rosenbrock.solver import solve_rosenbrock
from neurosteroid.engine.system import System
from neurosteroid.engine.timetable import Timeline
from neurosteroid.errors import MissingExtraError

Array = NDArray[np.float64]
Compiler = Literal["C", "numba", "cuda"]

_LOG: Final = logging.getLogger("neurosteroid")
_SAID: Final[set[str]] = set()


def solve_compiled(
    system: System,
    timeline: Timeline,
    parameters: Array,
    tolerances: Tolerances | None,
    threads: int | None,
    *,
    first: Compiler,
) -> Solution:
    """Solve with the fastest code that can be had here; what is used instead, and why, is logged once and noted.

    0. Only when asked for: the same text on a GPU, `cuda`. Whatever the GPU cannot do, the processor does.
    1. C compiled for the system: `rosenbrock`.
    2. Without a C compiler that works: the same steps by numba, if it is installed. The numbers are the same within
       tolerance (in practice to many more digits).
    3. Without numba, or for a system with a function that has no native form: `solve_reference`.

    Args:
        system: any.
        timeline: of P people.
        parameters: (P, m).
        tolerances: of the solver that is used; None for its own.
        threads: of 1 and 2.
        first: where to begin: cuda 0, C 1, numba 2; numba refuses when it is not there.

    Raises:
        MissingExtraError: numba was asked for and cannot be used.
    """
    if system.traced.tape is None:
        why = "a function in its equations has no native form."
        return noted(solve_reference(system, timeline, parameters, tolerances), _reference_note(why))
    if first == "numba":
        return solve_rosenbrock(system, timeline, parameters, tolerances, threads=threads, compiler="numba")
    if first == "cuda":
        try:
            return solve_rosenbrock(system, timeline, parameters, tolerances, compiler="cuda")
        except GpuError as error:
            note = f"The processor was used instead of a GPU: {error.message}"
        return noted(solve_compiled(system, timeline, parameters, tolerances, threads, first="C"), note)
    try:
        return solve_rosenbrock(system, timeline, parameters, tolerances, threads=threads)
    except CompilerError as error:
        why = error.message
    try:
        solution = solve_rosenbrock(system, timeline, parameters, tolerances, threads=threads, compiler="numba")
    except MissingExtraError as error:
        note = _reference_note(f"{why} Or: {error.message}")
        return noted(solve_reference(system, timeline, parameters, tolerances), note)
    return noted(
        solution,
        "numba was used instead of compiled C; it is several times slower, and compiles each model for up to half a"
        f" minute when that is first solved: {why}",
    )


def _reference_note(why: str) -> str:
    return f"The reference solver was used instead of rosenbrock, and is much slower: {why}"


def noted(solution: Solution, note: str) -> Solution:
    """Return a solution with one more note, which is logged the first time."""
    if note not in _SAID:
        _SAID.add(note)
        _LOG.warning(note)
    return replace(solution, notes=(note, *solution.notes))
