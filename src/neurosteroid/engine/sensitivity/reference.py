"""Sensitivities of any system by SciPy on the augmented equations; slow, and the check of the other ways."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine.sensitivity.differential import Differential
from neurosteroid.engine.sensitivity.motion import DoseSlopes
from neurosteroid.engine.sensitivity.steady import Bundle, chosen_doses, steady_slopes
from neurosteroid.engine.solution import Failure, Solution
from neurosteroid.engine.solvers.periodic import steady_state
from neurosteroid.engine.solvers.reference import Course, Tolerances, follow_again
from neurosteroid.engine.solvers.stepping import follow
from neurosteroid.engine.timetable import Timeline, initial_states
from neurosteroid.errors import SolverError

Array = NDArray[np.float64]


def parameter_scales(differential: Differential, parameters: Array) -> Array:
    """Return by what (P, q) sensitivities are multiplied to be compared with states: |p|, or 1 where p is 0."""
    sizes = np.abs(parameters[:, list(differential.chosen)])
    return np.where(sizes > 0.0, sizes, 1.0)


def solve_reference_with_slopes(
    differential: Differential, timeline: Timeline, parameters: Array, tolerances: Tolerances | None = None
) -> Solution:
    """Solve any system and its variational equations for every person, with sensitivities in the error control.

        d s / dt = J s + df/dp

    Tolerances hold for the states and for p s (s where p is 0).

    Args:
        differential: of a system of n states.
        timeline: of P people, with slopes.
        parameters: (P, m).
        tolerances: see `Tolerances`.
    """
    settings = tolerances or Tolerances()
    people, rows = timeline.row_step.shape
    n, q = len(differential.system.state_names), differential.count
    states, slopes = np.full((people, rows, n), np.nan), np.full((people, rows, n, q), np.nan)
    follow = VariedRows(states, slopes, differential, timeline, parameters)
    outcomes = {person: follow.into(person, settings) for person in range(people)}
    again = follow.again(settings)
    helped = sum(failure is None for failure in again.values())
    notes = (f"{helped} people were followed again with smaller tolerances, because a state fell below zero.",)
    failures = tuple(failure for failure in (outcomes | again).values() if failure is not None)
    used = {"relative": settings.relative, "absolute": settings.absolute}
    name = f"reference ({settings.integrator})"
    return Solution(
        differential.system,
        timeline,
        parameters,
        states,
        name,
        used,
        failures,
        notes if helped else (),
        sensitivities=slopes,
        differential=differential,
    )


@final
@dataclass(frozen=True, eq=False)
class VariedRows:
    """The rows of P people, to be filled by following some of them with derivatives.

    Attributes:
        states: (P, R, n).
        slopes: (P, R, n, q).
        differential: of a system of n states.
        timeline: of P people, with slopes.
        parameters: (P, m).
    """

    states: Array
    slopes: Array
    differential: Differential
    timeline: Timeline
    parameters: Array

    def into(self, person: int, settings: Tolerances) -> Failure | None:
        """Follow one person, write her rows, and return where and why she did not finish."""
        walked, varied, failure = VariedCourse(
            self.differential, self.timeline, self.parameters, person, settings
        ).walk()
        shown = np.flatnonzero(self.timeline.mask[person])
        steps = self.timeline.row_step[person, shown]
        self.states[person, shown] = walked[steps]
        self.slopes[person, shown] = np.swapaxes(varied, 1, 2)[steps]
        return failure

    def again(self, settings: Tolerances) -> dict[int, Failure | None]:
        """Follow who fell below zero, where nobody can, with smaller tolerances; see `follow_again`."""
        system = self.differential.system
        with np.errstate(all="ignore"):
            initial = initial_states(system, self.timeline, self.parameters)
        given = (self.states, system, self.timeline, self.parameters, initial, settings)
        found = follow_again(*given, self.into)
        for person in found:
            self.slopes[person, np.isnan(self.states[person]).any(axis=1)] = np.nan
        return found


@final
@dataclass(frozen=True, eq=False)
class VariedCourse:
    """One person's way through her timeline, with derivatives."""

    differential: Differential
    timeline: Timeline
    parameters: Array  # (P, m)
    person: int
    settings: Tolerances

    def walk(self) -> tuple[Array, Array, Failure | None]:
        """Return states (K, n) and derivatives (K, q, n) after each step, NaN from a failure on."""
        timeline, person, differential = self.timeline, self.person, self.differential
        slopes = timeline.slopes
        if slopes is None:
            raise ValueError("the timeline has no slopes")
        times, inputs = timeline.times[person], list(timeline.inputs)
        n, q = len(differential.system.state_names), differential.count
        walked, varied = np.full((len(times), n), np.nan), np.full((len(times), q, n), np.nan)
        now, change = self.initial(int(timeline.start_epoch[person]))
        at, step = float(timeline.start[person]), 0
        while step < len(times):
            stop = self._next_action(step)
            inflow, moved = np.zeros(n), np.zeros((q, n))
            inflow[inputs], moved[:, inputs] = timeline.rates[person, step], slopes.rates[person, step].T
            epoch = int(timeline.epoch[person, step])
            if step:
                before = slopes.times[person, step - 1]
                change = change - before[:, None] * self._speed(epoch, at, now, inflow)
            found = self._integrate(now, change, at, times[step : stop + 1], (epoch, inflow, moved))
            walked[step : stop + 1], varied[step : stop + 1], reached, reason = found
            if reason is not None:
                return walked, varied, Failure(person, reached, reason)
            at = float(times[stop])
            now = walked[stop].copy()
            change = varied[stop] + slopes.times[person, stop][:, None] * self._speed(epoch, at, now, inflow)
            try:
                if (back := int(timeline.reset[person, stop])) >= 0:
                    now, change = self.initial(back)
                if (dose := int(timeline.steady[person, stop])) >= 0:
                    settled, moved_to = self.settle(dose, now)
                    stays = differential.system.is_account | bool(timeline.steady_doses.adds[dose])
                    now, change = np.where(stays, now, 0.0) + settled, np.where(stays, change, 0.0) + moved_to
            except SolverError as error:
                walked[stop], varied[stop] = np.nan, np.nan
                return walked, varied, Failure(person, at, error.message)
            now[inputs] += timeline.boluses[person, stop]
            change[:, inputs] += slopes.boluses[person, stop].T
            walked[stop], varied[stop] = now, change
            step = stop + 1
        return walked, varied, None

    def settle(self, dose: int, guess: Array) -> tuple[Array, Array]:
        """Return the states (n,) in which a regimen leaves her, and their derivatives (q, n); 0 for accounts.

        Raises:
            SolverError: there is no steady state.
        """
        slopes = self.timeline.slopes
        if slopes is None:
            raise ValueError("the timeline has no slopes")
        here = np.array([dose])
        doses = chosen_doses(self.timeline.steady_doses, here)
        own = DoseSlopes(*(item[here] for item in vars(slopes.regimens).values()))
        entered = replace(doses, phase=np.zeros(1))
        course = Course(
            self.differential.system, self.timeline, self.parameters[self.person][None, :], self.person, self.settings
        )
        entry = steady_state(course, entered, 0, guess)
        flow = _Flow(self, int(doses.epoch[0]), bool(doses.adds[0]))
        kept = flow.kept
        unit = (kept == doses.state[:, None]).astype(np.float64)
        found = np.zeros((self.differential.count, len(entry)))
        found[:, kept] = steady_slopes(flow, entry[None, kept], doses, own, unit)[0]
        return entry if doses.phase[0] == 0.0 else steady_state(course, doses, 0, entry), found

    def follow(
        self, epoch: int, bundle: Bundle, force: tuple[Array, Array], start: float, times: Array
    ) -> tuple[Bundle, float, str | None]:
        """Return states (T, n), derivatives (T, q, n) and map (T, c, n) at increasing times after `start`.

        Args:
            epoch: whose covariates hold.
            bundle: states (n,), derivatives (q, n) and map (c, n) at `start`: columns that follow d m / dt = J m.
            force: inflow (n,) and its derivatives (q, n).
            start: h.
            times: (T,) h.
        """
        system, settings = self.differential.system, self.settings
        given = (self.parameters[self.person][None, :], self.timeline.covariates[self.person, epoch][None, :])
        scale = parameter_scales(self.differential, given[0])[0][:, None]
        n, q, c = len(bundle.states), len(bundle.slopes), len(bundle.map)
        inflow, moved = force

        def derivative(t: float, packed: Array) -> Array:
            now, change, columns = _unpacked(packed, n, q)
            rates, varied = self.differential.rates(np.full(1, t), now[None, :], (change / scale)[None], *given)
            turned = columns @ system.jacobian(np.full(1, t), now[None, :], *given)[0].T if c else columns
            return _packed(rates[0] + inflow, (varied[0] + moved) * scale, turned)

        def jacobian(t: float, packed: Array) -> Array:
            # The coupling below the diagonal is left out: it only helps the integrator's Newton steps.
            block = system.jacobian(np.full(1, t), packed[None, :n], *given)[0]
            return np.asarray(np.kron(np.eye(1 + q + c), block), dtype=np.float64)

        begin = _packed(bundle.states, bundle.slopes * scale, bundle.map)
        tolerances = (settings.relative, settings.absolute)
        found = follow(derivative, jacobian, begin, start, times, settings.integrator, tolerances)
        split = [_unpacked(item, n, q) for item in found.states]
        now, change, columns = (np.stack(items) for items in zip(*split, strict=True))
        return Bundle(now, change / scale, columns), found.reached, found.reason

    def initial(self, epoch: int) -> tuple[Array, Array]:
        """Return the initial states (n,) under the covariates of an epoch, and their derivatives (q, n)."""
        timeline, person = self.timeline, self.person
        covariates = timeline.covariates[person, epoch][None, :]
        states, slopes = self.differential.initial(self.parameters[person][None, :], covariates)
        if timeline.initial is not None and epoch == timeline.start_epoch[person]:
            return np.array(timeline.initial[person], dtype=np.float64), np.zeros_like(slopes[0])
        return np.array(states[0], dtype=np.float64), slopes[0]

    def _speed(self, epoch: int, t: float, states: Array, inflow: Array) -> Array:
        covariates = self.timeline.covariates[self.person, epoch][None, :]
        given = (self.parameters[self.person][None, :], covariates)
        return np.asarray(self.differential.system.derivative(np.full(1, t), states[None, :], *given)[0] + inflow)

    def _integrate(
        self, now: Array, change: Array, start: float, times: Array, held: tuple[int, Array, Array]
    ) -> tuple[Array, Array, float, str | None]:
        """Return states and derivatives at times that do not decrease, the time reached, and what went wrong."""
        states, slopes = np.repeat(now[None], len(times), axis=0), np.repeat(change[None], len(times), axis=0)
        later = times > start
        if not later.any():
            return states, slopes, start, None
        wanted, back = np.unique(times[later], return_inverse=True)
        epoch, inflow, moved = held
        bundle = Bundle(now, change, np.zeros((0, len(now))))
        found, reached, reason = self.follow(epoch, bundle, (inflow, moved), start, wanted)
        states[later], slopes[later] = found.states[back], found.slopes[back]
        return states, slopes, reached, reason

    def _next_action(self, step: int) -> int:
        """Return the first step from `step` on after which something changes, sensitivities included."""
        timeline, slopes, person = self.timeline, self.timeline.slopes, self.person
        last = timeline.times.shape[1] - 1
        if slopes is None:
            return last
        for index in range(step, last):
            acts = timeline.boluses[person, index].any() or slopes.boluses[person, index].any()
            acts = acts or timeline.reset[person, index] >= 0 or timeline.steady[person, index] >= 0
            acts = acts or timeline.epoch[person, index + 1] != timeline.epoch[person, index]
            for rates in (timeline.rates, slopes.rates):
                acts = acts or (rates[person, index + 1] != rates[person, index]).any()
            if acts:
                return index
        return last


@final
@dataclass(frozen=True, eq=False)
class _Flow:
    """One regimen's flow for `steady_slopes`; accounts are left out, and the undosed rates where doses are added."""

    course: VariedCourse
    epoch: int
    adds: bool

    @property
    def kept(self) -> NDArray[np.intp]:
        """The states that settle."""
        return np.flatnonzero(~self.course.differential.system.is_account)

    def advance(self, bundle: Bundle, inflow: Array, moved: Array, hours: Array) -> Bundle:
        """Return the bundle after hours (1,)."""
        if hours[0] <= 0.0:
            return bundle
        wide = Bundle(self._wide(bundle.states[0]), self._wide(bundle.slopes[0]), self._wide(bundle.map[0].T))
        resting, varied = self._undosed()
        force = (self._wide(inflow[0]) - resting, self._wide(moved[0]) - varied)
        found, _, reason = self.course.follow(self.epoch, wide, force, 0.0, hours)
        if reason is not None:
            raise SolverError(f"(in search of the steady state) {reason}")
        kept = self.kept
        return Bundle(found.states[:, kept], found.slopes[:, :, kept], found.map[0][None, :, kept].swapaxes(1, 2))

    def rates(self, states: Array, inflow: Array) -> Array:
        """Return d states / dt (1, n)."""
        found, _ = self._at(self._wide(states[0]))
        return (found + self._wide(inflow[0]) - self._undosed()[0])[None, self.kept]

    def rest_slopes(self, states: Array, moved: Array) -> Array:
        """Return -J^-1 df/dp (1, q, n)."""
        wide, kept = self._wide(states[0]), self.kept
        _, varied = self._at(wide)
        force = (varied - self._undosed()[1])[:, kept] + moved[0]
        course = self.course
        given = (course.parameters[course.person][None], course.timeline.covariates[course.person, self.epoch][None])
        jacobian = course.differential.system.jacobian(0.0, wide[None], *given)[0][np.ix_(kept, kept)]
        return -np.linalg.solve(jacobian, force.T).T[None]

    def _undosed(self) -> tuple[Array, Array]:
        count = len(self.course.differential.system.is_account)
        if self.adds:
            return self._at(np.zeros(count))
        return np.zeros(count), np.zeros((self.course.differential.count, count))

    def _at(self, states: Array) -> tuple[Array, Array]:
        """Return the rates (n,) and their derivatives by the parameters (q, n)."""
        course = self.course
        given = (course.parameters[course.person][None], course.timeline.covariates[course.person, self.epoch][None])
        still = np.zeros((1, course.differential.count, len(states)))
        rates, varied = course.differential.rates(0.0, states[None], still, *given)
        return rates[0], varied[0]

    def _wide(self, kept: Array) -> Array:
        """Return states (..., n) with zeros for the accounts."""
        wide = np.zeros((*kept.shape[:-1], len(self.course.differential.system.is_account)))
        wide[..., self.kept] = kept
        return wide


def _packed(states: Array, slopes: Array, columns: Array) -> Array:
    return np.concatenate([states, slopes.ravel(), columns.ravel()])


def _unpacked(packed: Array, n: int, q: int) -> tuple[Array, Array, Array]:
    blocks = packed.reshape(-1, n)
    return blocks[0], blocks[1 : 1 + q], blocks[1 + q :]
