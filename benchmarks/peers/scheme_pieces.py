"""The pieces of a run of a Markov scheme, as a solver needs them that knows nothing but an initial value."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

import numpy as np


def pieces(problem: Mapping[str, Any]) -> list[tuple[Any, slice]]:
    """Return for each piece the times since its beginning, that and its end included, and the rows it shows.

    Row 1 onwards of what is found at these times are the shown ones; the last is the state in which the next begins.
    Every piece shows a row, since some solvers return steps of their own when they are asked for two times only, and
    none shows its end, where two equal times would stand.
    """
    times, edges, found = problem["times"], problem["edges"], []
    for begin, end in itertools.pairwise(edges):
        first, last = np.searchsorted(times, [begin, end], side="right")
        inside = times[first:last]
        found.append((np.array([begin, *inside, end]) - begin, slice(first, last)))
    return found
