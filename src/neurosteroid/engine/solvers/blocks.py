"""Many people block by block: what is kept of one block is used and let go before the next is followed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine.epochs import CovariateRule
from neurosteroid.engine.solution import Solution
from neurosteroid.engine.solvers.choose import checked, checked_initial, solve_timeline
from neurosteroid.engine.solvers.propagation.sheet import cells_needed
from neurosteroid.engine.solvers.reference import Tolerances
from neurosteroid.engine.system import System
from neurosteroid.engine.timeline import Schedule, build_timelines, own_schedules
from neurosteroid.engine.timetable import starting_from
from neurosteroid.errors import InputError

Array = NDArray[np.float64]

BLOCK: Final = 8_192
"""People followed at once: enough that starting costs little, few enough that their courses stay near the processor."""


def solve_in_blocks(
    system: System,
    schedules: Schedule | Sequence[Schedule] = (),
    *,
    parameters: Array,
    covariates: Array | None = None,
    output_times: Array | Sequence[float] = (),
    outputs: Sequence[str] | None = None,
    block: int = BLOCK,
    covariate_rule: CovariateRule = "nocb",
    start: float | Array | None = None,
    initial: Array | None = None,
    method: str = "auto",
    tolerances: Tolerances | None = None,
    threads: int | None = None,
) -> Iterator[tuple[slice, Solution]]:
    """Follow P people through their records and give their solutions block by block, in order.

    The exact solver writes every block into the same memory, so the courses of a solution hold only until the next one
    is asked for; copy what is to last, or reduce it (maxima, areas, sums) at once. Memory then does not grow with the
    number of people, but for their parameters, covariates and doses. The numbers are those of `solve`, bit for bit.

    Args:
        system: as for `solve`, like all that follows but `block`.
        schedules: one list of records for all people, or P lists.
        parameters: (P, m).
        covariates: (P, k).
        output_times: (T,) or (P, T), h.
        outputs: names to keep; all states if None.
        block: people in a block.
        covariate_rule: how records' covariates fill the time between them.
        start: time of the initial values, h.
        initial: (P, n) states at `start`.
        method: one of `METHODS`.
        tolerances: of solvers that have some.
        threads: that work at once.

    Yields:
        The people of the block as a slice of all, and their solution, in which they are numbered from 0.

    Raises:
        InputError: a block without people, and as `solve`; all other errors of `solve`.
    """
    if block < 1:
        raise InputError(f"block is {block}; at least one person is followed at once.")
    parameters, covariates = checked(system, parameters, covariates, method, outputs)
    people = len(parameters)
    times = np.asarray(output_times, dtype=np.float64)
    states = None if initial is None else checked_initial(system, initial, people)
    if times.ndim == 2 and len(times) != people:
        raise InputError(f"output times have shape {times.shape}; give (T,) for everybody or ({people}, T).")
    lists = own_schedules(schedules, people)
    whole = None
    if lists is None and times.ndim == 1:
        whole = build_timelines(
            system, schedules, parameters, covariates, times, covariate_rule=covariate_rule, start=start
        )
    width = len(system.state_names if outputs is None else outputs)
    buffer: Array = np.empty(0)
    for first in range(0, people, block):
        who = slice(first, min(first + block, people))
        if whole is not None:
            timeline = whole.part(who)
        else:
            timeline = build_timelines(
                system,
                schedules if lists is None else lists[who],
                parameters[who],
                covariates[who],
                times if times.ndim == 1 else times[who],
                covariate_rule=covariate_rule,
                start=start if start is None or np.ndim(start) == 0 else np.asarray(start, float)[who],
            )
        if states is not None:
            timeline = starting_from(timeline, states[who])
        rows = timeline.row_step.shape[1]
        needed = cells_needed(who.stop - first, rows, max(width, len(system.state_names)))
        if buffer.size < needed:
            buffer = np.empty(needed)
        yield (
            who,
            solve_timeline(
                system,
                timeline,
                parameters[who],
                method=method,
                tolerances=tolerances,
                threads=threads,
                outputs=outputs,
                buffer=buffer,
            ),
        )
