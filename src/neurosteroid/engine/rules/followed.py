"""Followed: courses under rules, with the log of every action and what was given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine.rules.corners import Corners
from neurosteroid.engine.rules.plan import SAME_MOMENT
from neurosteroid.engine.rules.programme import Programme
from neurosteroid.engine.rules.rule import Rule
from neurosteroid.engine.solution import Failure
from neurosteroid.engine.system import System

Array = NDArray[np.float64]
Indexes = NDArray[np.intp]
Truth = NDArray[np.bool_]


@final
@dataclass(frozen=True, eq=False)
class ActionLog:
    """Every action, sorted by person and then in the order in which it was done.

    Attributes:
        person: (A,) positions in the batch.
        time: (A,) h, when it was done.
        rule: (A,) positions in the list of rules.
        triggered: (A,) h, when its rule fired; earlier than `time` by the delay.
        value: (A,) the watched port then, in its unit.
        rate_before, rate_after: (A,) what the rule's programme gives: the rate of its pump, in the programme's unit;
            of a programme of single doses without a pump the amount of its next dose, in the unit of that dose.
        dose: (A,) which dose of its programme that is (the last one when none is left), -1 for the rate of a pump.
        done: (A,) False where a stronger action at the same moment kept it from being done.
    """

    person: Indexes
    time: Array
    rule: Indexes
    triggered: Array
    value: Array
    rate_before: Array
    rate_after: Array
    dose: Indexes
    done: Truth

    def __len__(self) -> int:
        return len(self.person)

    def of(self, person: int) -> ActionLog:
        """Return the log of one person."""
        chosen = self.person == person
        return ActionLog(**{name: column[chosen] for name, column in vars(self).items()})


@final
@dataclass(frozen=True, eq=False)
class Given:
    """What was given by one programme, as logged: the pump's rates as a staircase, and the single doses.

    Attributes:
        person: (S,) whose piece it is.
        begin, end: (S,) h.
        rate: (S,) in the programme's unit; pieces without gaps from hour 0 to the end of follow-up, or to a failure.
        dose_person, dose_time: (D,) of each single dose.
        dose_amount: (D,) in its own unit.
        dose_rule: (D,) the rule that gave it, -1 for planned doses.
        dose_number: (D,) which of the programme's doses it is, -1 for those of rules.
        dose_state: (D,) index of the dosed state.
        infused: (P,) integral of the rates times what enters for one unit, in the unit of the pump's state.
        dosed: (P,) sum of the single doses that entered, in the units of their states.
    """

    person: Indexes
    begin: Array
    end: Array
    rate: Array
    dose_person: Indexes
    dose_time: Array
    dose_amount: Array
    dose_rule: Indexes
    dose_number: Indexes
    dose_state: Indexes
    infused: Array
    dosed: Array

    def integral(self, people: int) -> Array:
        """Return (P,) the integral of the pump's rates, in the programme's unit times h."""
        total: Array = np.zeros(people)
        np.add.at(total, self.person, self.rate * (self.end - self.begin))
        return total

    def staircase(self, person: int) -> tuple[Array, Array]:
        """Return one person's times (S + 1,) and rates (S,): ``rates[i]`` from ``times[i]`` until ``times[i + 1]``."""
        mine = self.person == person
        return np.append(self.begin[mine], self.end[mine][-1:]), self.rate[mine]


@final
@dataclass(frozen=True, eq=False)
class Followed:
    """Courses of P people under rules; K output times, n states.

    Attributes:
        system: that was solved.
        programmes, rules: what was planned.
        parameters: (P, m).
        covariates: (P, E, k) in each of E epochs.
        changes: (E - 1,) h at which one epoch follows the other.
        times: (K,) h.
        states: (P, K, n) after everything that happens at each time; NaN from a failure on.
        corners: points that the output times miss, where rules and doses act.
        log: what the rules did.
        each_given: what was given, one for each programme.
        failures: who did not finish, and why.
        method: the solver.
        tolerances: its settings.
        notes: sentences about how it was solved.
    """

    system: System
    programmes: tuple[Programme, ...]
    rules: tuple[Rule, ...]
    parameters: Array
    covariates: Array
    changes: Array
    times: Array
    states: Array
    corners: Corners
    log: ActionLog
    each_given: tuple[Given, ...]
    failures: tuple[Failure, ...]
    method: str
    tolerances: Mapping[str, float]
    notes: tuple[str, ...]

    @property
    def given(self) -> Given:
        """What was given by the first programme, the only one in most cases."""
        return self.each_given[0]

    def outputs(self, names: Sequence[str]) -> dict[str, Array]:
        """Return named values and states (P, K) in their ports' units.

        Raises:
            UnknownNameError: a name that the system does not give.
        """
        everybody = np.arange(len(self.states))
        times = np.broadcast_to(self.times, self.states.shape[:2])
        found = self._outputs(names, times, self.states, everybody)
        unknown = np.isnan(self.states).any(axis=2)
        return {name: np.where(unknown, np.nan, values) for name, values in found.items()}

    def at_corners(self, names: Sequence[str]) -> dict[str, Array]:
        """Return named values and states (C,) at the corners, in their ports' units.

        Raises:
            UnknownNameError: a name that the system does not give.
        """
        at = self.corners
        found = self._outputs(names, at.time[:, None], at.states[:, None], at.person)
        return {name: values[:, 0] for name, values in found.items()}

    def _outputs(self, names: Sequence[str], times: Array, states: Array, who: Indexes) -> Mapping[str, Array]:
        epochs = np.searchsorted(self.changes, times + SAME_MOMENT, side="right")
        covariates = self.covariates[who[:, None], epochs]
        with np.errstate(invalid="ignore"):
            return self.system.outputs(names, times, states, self.parameters[who], covariates)


def joined(parts: Sequence[Any], kind: type[Any], offsets: Sequence[int]) -> Any:
    """Return logs or lists of what was given as one, people numbered on from part to part."""
    columns: dict[str, Any] = {}
    for name in vars(parts[0]):
        shifted = [
            getattr(part, name) + (offset if name in ("person", "dose_person") else 0)
            if getattr(part, name).dtype != np.bool_
            else getattr(part, name)
            for part, offset in zip(parts, offsets, strict=True)
        ]
        columns[name] = np.concatenate(shifted)
    return kind(**columns)
