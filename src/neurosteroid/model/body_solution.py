"""The whole model of people in states, solved and read at output times."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeGuard

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine import Record
from neurosteroid.engine.solution import Solution
from neurosteroid.engine.solvers.choose import solve
from neurosteroid.model.joining import Joined

Array = NDArray[np.float64]

_SAME_TIME: Final = 1e-9  # h; sums of decimal hours differ from each other by rounding only


def solved(
    joined: Joined,
    records: Sequence[Record] | Sequence[Sequence[Record]],
    weights: Array,
    times: Array,
    parameters: Array,
) -> Solution:
    """Follow P people through records that all share, or through P lists of them, in any order.

    Args:
        joined: the model.
        records: what happens to them.
        weights: (P,) kg.
        times: (K,) h.
        parameters: (P, m).
    """

    def in_order(each: Sequence[Record]) -> list[Record]:
        return sorted(each, key=lambda record: record.time)

    return solve(
        joined.system,
        in_order(records) if _shared(records) else [in_order(each) for each in records if not isinstance(each, Record)],
        parameters=parameters,
        covariates=joined.covariate_table(weights),
        output_times=times,
        # what a record says, such as that she has delivered, holds from then on
        covariate_rule="locf",
        start=joined.start(weights, parameters),
    )


def at_rows(solution: Solution, times: Array, outputs: tuple[str, ...]) -> dict[str, Array]:
    """Return outputs (P, K) at output times (K,); records make rows of their own beside them."""
    rows = np.stack([np.searchsorted(each, times + _SAME_TIME, side="right") - 1 for each in solution.times])
    return {name: np.take_along_axis(found, rows, axis=1) for name, found in solution.outputs(outputs).items()}


def _shared(records: Sequence[Record] | Sequence[Sequence[Record]]) -> TypeGuard[Sequence[Record]]:
    return all(isinstance(each, Record) for each in records)
