"""What a person goes through, cut where something happens: for peers whose loop over people is Python's.

Only numpy and the standard library are used, so that a peer may live in a Python of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, final

import numpy as np

from benchmarks.peers.ladder import Problem


@final
@dataclass(frozen=True, eq=False)
class Stretch:
    """Time between two events, solved in one call.

    Attributes:
        times: (T,) strictly increasing, the begin, output times and the end; a single one where no time passes.
        inflow: (n,) infusion rates.
        rows, places: which output rows are which of `times`, before the event at the end.
        bolus: (n,) added at the end.
        after: output rows at the end, after the event.
    """

    times: Any
    inflow: Any
    rows: Any
    places: Any
    bolus: Any
    after: Any


def stretches(problem: Problem, person: int) -> Sequence[Stretch]:
    """Return a person's stretches in order, up to the last output."""
    n, rows = problem["initial"].shape[1], problem["row_step"][person]
    steps, inputs = problem["times"][person], problem["inputs"]
    ends = [*np.flatnonzero(problem["acts"][person]).tolist(), len(steps) - 1]
    found = []
    begin, first = float(problem["start"][person]), 0
    for last in ends:
        if last < first or not (rows >= first).any():
            continue
        times = np.unique(np.concatenate([[begin], steps[first : last + 1]]))
        inside = np.flatnonzero((rows >= first) & (rows < last))
        inflow, bolus = np.zeros(n), np.zeros(n)
        inflow[inputs] = problem["rates"][person, first]
        bolus[inputs] = problem["boluses"][person, last]
        places = np.searchsorted(times, steps[rows[inside]])
        found.append(Stretch(times, inflow, inside, places, bolus, np.flatnonzero(rows == last)))
        begin, first = float(steps[last]), last + 1
    return found
