"""Regimens that repeat, followed by the compiled solver: one lane for each, all in one call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine.solvers.rosenbrock.task import Walked
from neurosteroid.engine.steady import SteadyDoses, join_steady
from neurosteroid.engine.system import System
from neurosteroid.engine.timetable import Timeline

Array = NDArray[np.float64]
Indexes = NDArray[np.intp]

MOST_LANES: Final = 1 << 16
"""Courses that are followed in one call, so that memory does not grow with the number of people."""


MOST_ATTEMPTS: Final = 50_000
"""Steps tried for one interval; Newton's method may propose states from which it cannot be followed."""


class Walks(Protocol):
    """The compiled solver, of C text or by numba."""

    def walk(
        self,
        timeline: Timeline,
        parameters: Array,
        initial: Array,
        settled: Array,
        accounts: NDArray[np.bool_],
        tolerances: tuple[float, float],
        threads: int | None = None,
        *,
        most_attempts: int | None = None,
    ) -> Walked:
        """Follow people through their timelines."""


@final
@dataclass(frozen=True, eq=False)
class Regimens:
    """D regimens and the equations of the people they are given to.

    Attributes:
        engine: compiled solver of the system.
        system: n states, none of whose rates names the time.
        doses: the regimens.
        parameters: (D, m).
        covariates: (D, k).
        tolerances: relative and absolute, of the whole solution.
        threads: that work at once, None for one a processor.
    """

    engine: Walks
    system: System
    doses: SteadyDoses
    parameters: Array
    covariates: Array
    tolerances: tuple[float, float]
    threads: int | None

    def around(self, which: Indexes, states: Array, relative: Array) -> tuple[Array, NDArray[np.int64]]:
        """Return states (N, n) one interval later, just after the next entry; see `follow`."""
        doses = self.doses
        return self.follow(which, states, doses.rest[which], doses.interval[which], relative, enters=True)

    def follow(
        self, which: Indexes, states: Array, early: Array, late: Array, relative: Array, *, enters: bool = False
    ) -> tuple[Array, NDArray[np.int64]]:
        """Return where states are `late` hours after an entry, and the solver's outcomes (N,), 0 for done.

        Args:
            which: (N,) regimens; one may stand there many times.
            states: (N, n) just after an entry.
            early: (N,) hours until one infusion less runs.
            late: (N,) hours, not before `early`.
            relative: (N,) relative tolerances; absolute ones go with them.
            enters: whether the next bolus enters at the end.
        """
        found, outcome = np.empty_like(states), np.empty(len(which), dtype=np.int64)
        for tolerance in np.unique(relative).tolist():
            places = np.flatnonzero(relative == tolerance)
            for first in range(0, len(places), MOST_LANES):
                part = places[first : first + MOST_LANES]
                found[part], outcome[part] = self._together(
                    which[part], states[part], np.stack([early[part], late[part]], axis=1), tolerance, enters
                )
        return found, outcome

    def _together(
        self, which: Indexes, states: Array, times: Array, relative: float, enters: bool
    ) -> tuple[Array, NDArray[np.int64]]:
        doses, count = self.doses, len(which)
        everyone, dosed = np.arange(count), doses.state[which]
        inputs = np.unique(np.maximum(dosed, 0))
        column = np.searchsorted(inputs, np.maximum(dosed, 0))
        whole, rate = doses.whole[which], np.where(dosed >= 0, doses.rate[which], 0.0)
        levels, boluses = np.zeros((count, 3, len(inputs))), np.zeros((count, 1, len(inputs)))
        levels[everyone, 0, column], levels[everyone, 1, column] = (whole + 1.0) * rate, whole * rate
        boluses[everyone, 0, column] = doses.amount[which] if enters else 0.0

        def same(*values: int) -> Indexes:
            return np.broadcast_to(np.array(values, dtype=np.intp), (count, len(values)))

        timeline = Timeline(
            start=np.zeros(count),
            start_epoch=np.zeros(count, dtype=np.intp),
            times=times,
            inputs=tuple(inputs.tolist()),
            levels=levels,
            level=same(0, 1, 2),
            doses=boluses,
            dose=same(-1, 0),
            reset=same(-1, -1),
            steady=same(-1, -1),
            steady_doses=join_steady(()),
            epoch=same(0, 0),
            covariates=self.covariates[which][:, None, :],
            row_step=same(1),
            row_epoch=same(0),
            row_output=same(0),
            row_record=same(-1),
        )
        asked, absolute = self.tolerances
        walked = self.engine.walk(
            timeline,
            self.parameters[which],
            states[:, None, :],
            np.zeros((0, states.shape[1])),
            self.system.is_account,
            (relative, absolute * relative / asked),
            self.threads,
            most_attempts=MOST_ATTEMPTS,
        )
        return walked.states[:, 0], walked.outcome
