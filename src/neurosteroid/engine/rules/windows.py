"""Windows: how far people are followed before what was seen is settled, so that an action costs no way to the end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine.rules.plan import SAME_MOMENT, Plan
from neurosteroid.engine.rules.standing import Standing

Array = NDArray[np.float64]
Indexes = NDArray[np.intp]
Truth = NDArray[np.bool_]

LEAST_LOOKS: Final = 48
"""Common times in the shortest window: fewer cost more in calls of the solver than they save in rows."""

WIDER: Final = 4.0
"""How many times the last gap between two actions the first window after an action is, and each one the one before."""


@final
@dataclass(frozen=True, eq=False)
class Window:
    """How far A people are followed.

    Attributes:
        end: (A,) h, the last row.
        settled: (A,) h, the last time at which anything may happen; infinite where the window ends where an ordered
            action is due or at the horizon. It is the common time before the end, so that each look up to it has a
            neighbour on either side.
    """

    end: Array
    settled: Array

    @property
    def goes_on(self) -> Truth:
        """(A,) whose follow-up goes on after it when nothing happens in it."""
        return np.isfinite(self.settled)


def window(plan: Plan, standing: Standing, who: Indexes) -> Window:
    """Return how far people `who` (A,) are followed from where they stand."""
    start = standing.time[who]
    end = np.minimum(standing.due[who].min(axis=1, initial=np.inf), plan.horizon)
    first = np.searchsorted(plan.common, start + SAME_MOMENT, side="right")
    wanted = np.searchsorted(plan.common, start + standing.ahead[who])
    last = np.maximum(wanted, first + LEAST_LOOKS)
    inside = np.minimum(last, len(plan.common) - 1)
    stops = (last < len(plan.common)) & (plan.common[inside] < end - SAME_MOMENT)
    return Window(
        end=np.where(stops, plan.common[inside], end),
        settled=np.where(stops, plan.common[np.maximum(inside - 1, 0)], np.inf),
    )


def look_on(plan: Plan, standing: Standing, acted: Indexes, going: Indexes) -> None:
    """Set the next windows of people who `acted` (B,) just now, and of people `going` (C,) on as nothing happened."""
    # an action at hour 0 follows none: a window of no length would never grow
    shortest = float(plan.common[min(LEAST_LOOKS, len(plan.common) - 1)] - plan.common[0])
    standing.ahead[acted] = np.maximum(WIDER * (standing.time[acted] - standing.acted_at[acted]), shortest)
    standing.acted_at[acted] = standing.time[acted]
    standing.ahead[going] *= WIDER
