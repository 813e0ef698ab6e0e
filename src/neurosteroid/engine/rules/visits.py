"""Visits: a series of checks among the common times, and who misses which of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine.rules.rule import Checks

Array = NDArray[np.float64]
Indexes = NDArray[np.intp]
Truth = NDArray[np.bool_]

Draws = Callable[[str, int], Array]
"""Called with the name of a series of checks and a count; returns the first `count` uniform draws (P, count) of that
series, each row from that person's own stream. What it returns depends on nothing else, so that neither a longer
follow-up nor other rules change which checks are missed."""


@final
@dataclass(frozen=True, eq=False)
class Visits:
    """One series of C checks, for all rules that share it.

    Memory: a number for each of N common times, and a byte a person and check where checks are missed by chance; so
    nothing here grows with people times rules times common times.

    Attributes:
        check: (N,) number of the check at each common time, -1 where there is none or everybody misses it.
        missed: (P, C) which checks each person misses by chance; None where nobody does.
    """

    check: Indexes
    missed: Truth | None

    def made(self, people: Indexes, number: Indexes) -> Truth:
        """Return where people are seen at common times of given numbers; the two arrays broadcast."""
        check = self.check[number]
        if self.missed is None:
            return np.broadcast_to(check >= 0, np.broadcast_shapes(np.shape(people), np.shape(number)))
        return (check >= 0) & ~self.missed[people, np.maximum(check, 0)]

    def of(self, who: Indexes) -> Visits:
        """Return the visits of some of the people."""
        return self if self.missed is None else replace(self, missed=self.missed[who])


def visits_of(checks: Checks, times: Array, place: Indexes, common: int, draws: Draws | None) -> Visits:
    """Return the visits of a series.

    Args:
        checks: the series.
        times: (C,) h of its checks.
        place: (C,) where they stand among the common times.
        common: number N of the common times.
        draws: uniform draws; without them nobody misses a check by chance.
    """
    sure = checks.missing(times, None, 1)[0]
    check = np.full(common, -1, dtype=np.intp)
    check[place] = np.where(sure, -1, np.arange(len(times)))
    by_chance = draws is not None and checks.missed > 0.0 and len(times) > 0
    return Visits(check, draws(checks.series, len(times)) < checks.missed if by_chance and draws is not None else None)
