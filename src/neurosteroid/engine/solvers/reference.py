"""The reference solver: SciPy, one person at a time, restarted at every event; slow, and for any system."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Literal, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine.solution import Failure, Solution
from neurosteroid.engine.solvers.periodic import steady_state
from neurosteroid.engine.solvers.positivity import below_zero
from neurosteroid.engine.solvers.stepping import Rate, Stretch, follow
from neurosteroid.engine.system import System
from neurosteroid.engine.timetable import Timeline, initial_states
from neurosteroid.errors import InputError, SolverError

Array = NDArray[np.float64]

LEAST_RELATIVE: Final = 1e-14
"""Double precision has no more digits."""

MOST_RELATIVE: Final = 0.1
"""The error of a step is known to its first order only; above this it is not known at all."""

TIGHTER: Final = 0.01
"""Tolerances with which people who fell below zero are followed again, as a fraction of those asked for."""

BELOW: Final = "'{}' fell below zero, where its rate is not negative, also with smaller tolerances."
"""Reason of a failure."""

Integrator = Literal["LSODA", "Radau", "BDF"]

INTEGRATORS: Final[tuple[Integrator, ...]] = ("LSODA", "Radau", "BDF")
"""SciPy's stiff methods."""


@final
@dataclass(frozen=True)
class Tolerances:
    """Settings of the reference solver.

    Attributes:
        relative: local error of a step as a fraction of each state.
        absolute: local error of a step in state units.
        integrator: SciPy's method name; each switches to or is a stiff method.
        sensitivities: whether the rosenbrock solver's error test covers sensitivities, too (`reference` always does).
    """

    relative: float = 1e-10
    absolute: float = 1e-12
    integrator: Integrator = "LSODA"
    sensitivities: bool = True

    def __post_init__(self) -> None:
        """Refuse what no solver can hold.

        Raises:
            InputError: a relative tolerance outside 1e-14 to 0.1, an absolute one that is not positive, or an unknown
                integrator.
        """
        if not LEAST_RELATIVE <= self.relative <= MOST_RELATIVE:
            raise InputError(
                f"the relative tolerance is {self.relative!r}; give a number from {LEAST_RELATIVE:g} to"
                f" {MOST_RELATIVE:g}, such as 1e-8."
            )
        if not 0.0 < self.absolute < math.inf:
            raise InputError(f"the absolute tolerance is {self.absolute!r}; give a positive number, such as 1e-10.")
        if self.integrator not in INTEGRATORS:
            raise InputError(f"No integrator '{self.integrator}'. Integrators: {', '.join(INTEGRATORS)}.")


def solve_reference(
    system: System, timeline: Timeline, parameters: Array, tolerances: Tolerances | None = None
) -> Solution:
    """Solve any system for every person; a person who fails is reported and the others go on.

    People whose states fall below zero where they cannot are followed again with smaller tolerances; a note says so.

    Args:
        system: n states.
        timeline: of P people.
        parameters: (P, m).
        tolerances: see `Tolerances`.
    """
    settings = tolerances or Tolerances()
    people, rows = timeline.row_step.shape
    states = np.full((people, rows, len(system.state_names)), np.nan)
    outcomes = {person: follow_into(states, system, timeline, parameters, person, settings) for person in range(people)}
    with np.errstate(all="ignore"):
        initial = initial_states(system, timeline, parameters)
    again = follow_again(
        states,
        system,
        timeline,
        parameters,
        initial,
        settings,
        lambda person, closer: follow_into(states, system, timeline, parameters, person, closer),
    )
    failures = tuple(failure for failure in (outcomes | again).values() if failure is not None)
    helped = sum(failure is None for failure in again.values())
    notes = (f"{helped} people were followed again with smaller tolerances, because a state fell below zero.",)
    used = {"relative": settings.relative, "absolute": settings.absolute}
    method = f"reference ({settings.integrator})"
    return Solution(system, timeline, parameters, states, method, used, failures, notes if helped else ())


def follow_into(
    states: Array, system: System, timeline: Timeline, parameters: Array, person: int, settings: Tolerances
) -> Failure | None:
    """Follow one person, write her rows into states (P, R, n), and return where and why she did not finish."""
    walked, failure = Course(system, timeline, parameters[person : person + 1], person, settings).walk()
    shown = np.flatnonzero(timeline.mask[person])
    states[person, shown] = walked[timeline.row_step[person, shown]]
    return failure


def follow_again(
    states: Array,
    system: System,
    timeline: Timeline,
    parameters: Array,
    initial: Array,
    settings: Tolerances,
    follow: Callable[[int, Tolerances], Failure | None],
) -> dict[int, Failure | None]:
    """Follow people who fell below zero, where nobody can, with smaller tolerances; see `below_zero`.

    Args:
        states: (P, R, n), found with the tolerances; the rows of these people are replaced.
        system: n states.
        timeline: of P people.
        parameters: (P, m).
        initial: (P, E, n).
        settings: the tolerances.
        follow: writes a person's rows into the states, found with other tolerances, and returns why she did not finish.

    Returns:
        Where and why each of these people did not finish, None for those who did.
    """
    tolerances = (settings.relative, settings.absolute)
    astray = below_zero(system, timeline, parameters, initial, states, tolerances)
    if not astray:
        return {}
    closer = replace(
        settings,
        relative=max(LEAST_RELATIVE, min(TIGHTER * settings.relative, Tolerances.relative)),
        absolute=min(TIGHTER * settings.absolute, Tolerances.absolute),
    )
    found = {person: follow(person, closer) for person in astray}
    for person, (time, name) in below_zero(system, timeline, parameters, initial, states, tolerances).items():
        if person in astray:
            states[person, timeline.row_times[person] >= time] = np.nan
            found[person] = Failure(person, time, BELOW.format(name))
    return found


@final
@dataclass(frozen=True, eq=False)
class Course:
    """One person's way through her timeline."""

    system: System
    timeline: Timeline
    parameters: Array  # (1, m)
    person: int
    settings: Tolerances

    def walk(self) -> tuple[Array, Failure | None]:
        """Return the states after each step (K, n), NaN from a failure on."""
        timeline, person = self.timeline, self.person
        times = timeline.times[person]
        inputs = list(timeline.inputs)
        walked = np.full((len(times), len(self.system.state_names)), np.nan)
        now, at = self.initial(int(timeline.start_epoch[person])), float(timeline.start[person])
        largest = np.zeros(len(now))
        step = 0
        while step < len(times):
            stop = self._next_action(step)
            walked[step : stop + 1], reached, reason = self._integrate(now, at, times[step : stop + 1], step, largest)
            if reason is not None:
                return walked, Failure(person, reached, reason)
            now = walked[stop].copy()
            try:
                if (epoch := int(timeline.reset[person, stop])) >= 0:
                    now = self.initial(epoch)
                if (dose := int(timeline.steady[person, stop])) >= 0:
                    now = self._settle(now, dose)
            except SolverError as error:
                walked[stop] = np.nan
                return walked, Failure(person, float(times[stop]), error.message)
            now[inputs] += timeline.boluses[person, stop]
            walked[stop] = now
            at, step = float(times[stop]), stop + 1
        return walked, None

    def rates(self, epoch: int, inflow: Array) -> tuple[Rate, Rate]:
        """Return the right-hand side and its Jacobian, as functions of (t, states), under constant infusions (n,)."""
        covariates = self.timeline.covariates[self.person, epoch][None, :]

        def derivative(t: float, states: Array) -> Array:
            found = self.system.derivative(np.full(1, t), states[None, :], self.parameters, covariates)
            return np.asarray(found[0] + inflow, dtype=np.float64)

        def jacobian(t: float, states: Array) -> Array:
            return self.system.jacobian(np.full(1, t), states[None, :], self.parameters, covariates)[0]

        return derivative, jacobian

    def advance(self, rates: tuple[Rate, Rate], states: Array, hours: float) -> Array:
        """Return the states after a time (h) under constant inputs, for equations that do not name the time.

        Raises:
            SolverError: they cannot be followed so far.
        """
        found = self._follow(rates, states, 0.0, np.array([hours]))
        if found.reason is not None:
            raise SolverError(f"(in search of the steady state, after {found.reached:g} h) {found.reason}")
        return np.asarray(found.states[-1], dtype=np.float64)

    def initial(self, epoch: int) -> Array:
        """Return the initial states (n,) under the covariates of an epoch."""
        if self.timeline.initial is not None and epoch == self.timeline.start_epoch[self.person]:
            return np.array(self.timeline.initial[self.person], dtype=np.float64)
        covariates = self.timeline.covariates[self.person, epoch][None, :]
        return np.array(self.system.initial(self.parameters, covariates)[0], dtype=np.float64)

    def _next_action(self, step: int) -> int:
        """Return the first step from `step` on after which the states or the right-hand side change."""
        timeline, person = self.timeline, self.person
        last = timeline.times.shape[1] - 1
        for index in range(step, last):
            acts = timeline.boluses[person, index].any() or timeline.reset[person, index] >= 0
            acts = acts or timeline.steady[person, index] >= 0
            other_rates = (timeline.rates[person, index + 1] != timeline.rates[person, index]).any()
            if acts or other_rates or timeline.epoch[person, index + 1] != timeline.epoch[person, index]:
                return index
        return last

    def _integrate(
        self, states: Array, start: float, times: Array, step: int, largest: Array
    ) -> tuple[Array, float, str | None]:
        """Return the states (T, n) under the inputs of `step`, the time reached, and what went wrong."""
        result = np.empty((len(times), len(states)))
        result[:] = states
        later = times > start
        if not later.any():
            return result, start, None
        wanted, back = np.unique(times[later], return_inverse=True)
        inflow = np.zeros(len(states))
        inflow[list(self.timeline.inputs)] = self.timeline.rates[self.person, step]
        rates = self.rates(int(self.timeline.epoch[self.person, step]), inflow)
        found = self._follow(rates, states, start, wanted, largest)
        result[later] = found.states[back]
        return result, found.reached, found.reason

    def _follow(
        self, rates: tuple[Rate, Rate], states: Array, start: float, times: Array, largest: Array | None = None
    ) -> Stretch:
        tolerances = (self.settings.relative, self.settings.absolute)
        return follow(*rates, states, start, times, self.settings.integrator, tolerances, largest)

    def _settle(self, now: Array, dose: int) -> Array:
        """Return the states after a steady-state record; accounts keep their values."""
        doses = self.timeline.steady_doses
        found = steady_state(self, doses, dose, now)
        if doses.adds[dose]:
            return now + found
        return np.where(self.system.is_account, now, found)
