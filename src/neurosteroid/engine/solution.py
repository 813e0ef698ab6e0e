"""Solutions: the states at the rows that were asked for, how they were found, and who did not finish."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine.system import System
from neurosteroid.engine.timetable import Timeline
from neurosteroid.errors import SolverError, require_names

if TYPE_CHECKING:
    from neurosteroid.engine.sensitivity.differential import Differential

Array = NDArray[np.float64]


@final
@dataclass(frozen=True)
class Failure:
    """A person whose course could not be followed to the end.

    Attributes:
        person: position in the batch.
        time: reached, h.
        reason: a sentence.
    """

    person: int
    time: float
    reason: str


@final
@dataclass(frozen=True, eq=False)
class Solution:
    """Courses of P people in R rows; n states, k covariates, time in h.

    Attributes:
        system: that was solved.
        timeline: that was walked.
        parameters: (P, m).
        states: (P, R, n); NaN where padded, and from the time at which a person failed. (P, R, 0) when only chosen
            outputs were kept.
        method: the solver.
        tolerances: its settings by name; empty for an exact one.
        failures: who did not finish, and why.
        notes: sentences about how it was solved, such as why another solver had to help.
        sensitivities: (P, R, n, q) derivatives of the states by the q parameters that were asked for, state unit per
            parameter unit; None when none were.
        differential: which parameters these are.
        kept: name to (P, R) values when only chosen outputs were kept, else None.
    """

    system: System
    timeline: Timeline
    parameters: Array
    states: Array
    method: str
    tolerances: Mapping[str, float]
    failures: tuple[Failure, ...]
    notes: tuple[str, ...] = ()
    sensitivities: Array | None = None
    differential: Differential | None = None
    kept: Mapping[str, Array] | None = None

    @property
    def times(self) -> Array:
        """(P, R) h; NaN where padded."""
        return self.timeline.row_times

    @property
    def mask(self) -> NDArray[np.bool_]:
        """(P, R) which rows are real: people may have different numbers of them."""
        return self.timeline.mask

    @property
    def covariates(self) -> Array:
        """(P, R, k) values in force at each row."""
        return self._at_rows(self.timeline.covariates, self.timeline.row_epoch)

    @property
    def rates(self) -> Array:
        """(P, R, n) infusion rate that runs on after each row, state unit per h."""
        rates = np.zeros((*self.states.shape[:2], len(self.system.state_names)))
        columns = list(self.timeline.inputs)
        rates[:, :, columns] = self._at_rows(self.timeline.rates, np.maximum(self.timeline.row_step, 0) + 1)
        return rates

    def outputs(self, names: Sequence[str]) -> dict[str, Array]:
        """Return named values and states (P, R) in their ports' units.

        Raises:
            UnknownNameError: a name that the system does not give.
            SolverError: a name that was not kept.
        """
        require_names(names, "outputs")
        if self.kept is not None:
            for name in names:
                self.system.output_index(name)
                if name not in self.kept:
                    had = ", ".join(self.kept)
                    raise SolverError(f"'{name}' was not kept, only {had}. Name it among the outputs of the solver.")
            return {name: self.kept[name] for name in names}
        with np.errstate(invalid="ignore"):
            found = self.system.outputs(names, self.times, self.states, self.parameters, self.covariates)
        return {name: np.where(self.mask, values, np.nan) for name, values in found.items()}

    def outputs_sensitivities(self, names: Sequence[str]) -> dict[str, Array]:
        """Return the derivatives of named values and states by the chosen parameters, (P, R, q).

            d g(x, p) / dp = (dg/dx) s + dg/dp

        Raises:
            SolverError: the solution was found without sensitivities.
            UnknownNameError: a name that the system does not give.
        """
        if self.sensitivities is None or self.differential is None:
            raise SolverError("this solution has no sensitivities; ask for them with solve(..., sensitivities=[...]).")
        require_names(names, "outputs")
        slopes = np.swapaxes(self.sensitivities, 2, 3)
        with np.errstate(invalid="ignore"):
            found = self.differential.outputs(names, self.times, self.states, slopes, self.parameters, self.covariates)
        return {name: np.where(self.mask[:, :, None], values, np.nan) for name, values in found.items()}

    def keeping(self, names: Sequence[str]) -> Solution:
        """Return this solution with only the named values and states kept, and its states let go.

        Raises:
            UnknownNameError: a name that the system does not give.
            SolverError: a name that was not kept.
        """
        return self.with_kept(self.outputs(names))

    def with_kept(self, kept: Mapping[str, Array]) -> Solution:
        """Return this solution with name to (P, R) values in the place of its states."""
        return replace(self, states=np.empty((*self.mask.shape, 0)), kept=kept)

    def require_complete(self, people: Sequence[str] | None = None) -> Solution:
        """Return this solution when everybody finished.

        Args:
            people: names for the message; positions otherwise.

        Raises:
            SolverError: naming the first person who did not, the time and the reason.
        """
        if not self.failures:
            return self
        first = self.failures[0]
        name = people[first.person] if people is not None else str(first.person)
        others = f" {len(self.failures) - 1} more did not finish either." if len(self.failures) > 1 else ""
        raise SolverError(f"Person '{name}' did not finish: at {first.time:g} h {first.reason}{others}")

    def _at_rows(self, values: Array, index: NDArray[np.intp]) -> Array:
        found: Array = np.take_along_axis(values, np.asarray(index)[:, :, None], axis=1)
        return found
