"""Steady states of any system: the fixed point of one interval of a regimen, by Newton's method."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine.solvers.stepping import Rate
from neurosteroid.engine.steady import SteadyDoses
from neurosteroid.engine.system import System
from neurosteroid.errors import SolverError

Array = NDArray[np.float64]


INTERVALS: Final = 5
"""Intervals simulated from the present states before Newton's method takes over, to be near the attractor."""

ROUNDS: Final = 40
"""Newton steps before giving up."""

CLOSE: Final = 1e-9
"""Newton stops when it moves each state by less than this fraction (and of the largest state, times 1e-6)."""


class Person(Protocol):
    """What is needed of a person's course: her equations under a constant inflow, and how to integrate them."""

    @property
    def system(self) -> System:
        """The system that is solved."""

    def rates(self, epoch: int, inflow: Array) -> tuple[Rate, Rate]:
        """Return right-hand side and Jacobian as functions of (t, states)."""

    def advance(self, rates: tuple[Rate, Rate], states: Array, hours: float) -> Array:
        """Return the states after a time under constant inputs."""


def steady_state(person: Person, doses: SteadyDoses, index: int, now: Array) -> Array:
    """Return the states (n,) in which a regimen leaves a person at the moment of its record.

    For SS=2 (linear systems only) it is what the doses alone add: the equations without their constant part.

    Args:
        person: whose equations.
        doses: regimens.
        index: which of them.
        now: (n,) states before the record; a first guess.

    Raises:
        SolverError: no steady state was found.
    """
    system = person.system
    settles = ~system.is_account
    epoch, state = int(doses.epoch[index]), int(doses.state[index])
    unit = np.zeros(len(now))
    unit[max(state, 0)] = float(state >= 0)
    undosed = person.rates(epoch, np.zeros(len(now)))[0](0.0, np.zeros(len(now))) if doses.adds[index] else unit * 0.0

    def under(rate: float) -> tuple[Rate, Rate]:
        return person.rates(epoch, rate * unit - undosed)

    guess = np.zeros(len(now)) if doses.adds[index] else now
    if doses.interval[index] == 0.0:
        found = _rest_point(person, under(float(doses.rate[index])), guess, settles, system)
    else:
        entry = float(doses.amount[index]) * unit

        def around(states: Array) -> Array:
            for hours, rate in doses.pieces(index):
                states = person.advance(under(rate), states, hours)
            return states + entry

        found = _fixed_point(around, guess, settles, system)
        left = float(doses.phase[index])
        for hours, rate in doses.pieces(index):
            spent = min(hours, left)
            found = person.advance(under(rate), found, spent) if spent > 0.0 else found
            left -= spent
    return np.where(settles, found, 0.0)


def _fixed_point(around: Callable[[Array], Array], guess: Array, settles: NDArray[np.bool_], system: System) -> Array:
    """Solve around(x) = x in the states that settle; derivatives by differences, so Newton needs few exact ones."""
    states = guess
    for _ in range(INTERVALS):
        states = around(states)
    kept = np.flatnonzero(settles)
    for _ in range(ROUNDS):
        moved = around(states)
        change = np.asarray((moved - states)[kept], dtype=np.float64)
        slopes = _map(around, states, moved, kept)
        try:
            step = np.asarray(np.linalg.solve(np.eye(len(kept)) - slopes, change), dtype=np.float64)
        except np.linalg.LinAlgError:
            raise _unsettled(system, kept, change) from None
        proposed = np.asarray(states[kept] + step, dtype=np.float64)
        if _is_small(step, proposed):
            _require_attracting(slopes, kept, system)
            moved[kept] = proposed
            return moved
        # A step that leaves a positive state below zero is replaced by plain repetition of the interval.
        sensible = np.isfinite(proposed).all() and not np.any((proposed < 0.0) & (moved[kept] > 0.0))
        states = moved.copy()
        if sensible:
            states[kept] = proposed
    raise _unsettled(system, kept, change)


def _rest_point(
    person: Person, rates: tuple[Rate, Rate], guess: Array, settles: NDArray[np.bool_], system: System
) -> Array:
    """Return the states at which nothing moves any more, by integrating for longer and longer and then Newton."""
    derivative, jacobian = rates
    kept = np.flatnonzero(settles)
    states, hours = guess, 1.0
    for _ in range(ROUNDS):
        states = person.advance(rates, states, hours)
        slopes = jacobian(0.0, states)[np.ix_(kept, kept)]
        try:
            step = np.asarray(-np.linalg.solve(slopes, derivative(0.0, states)[kept]), dtype=np.float64)
        except np.linalg.LinAlgError:
            break
        states = states.copy()
        if _is_small(step, states[kept]) and np.linalg.eigvals(slopes).real.max() < 0.0:
            states[kept] += step
            return states
        hours *= 2.0
    raise _unsettled(system, kept, derivative(0.0, states)[kept])


def _map(around: Callable[[Array], Array], states: Array, moved: Array, kept: NDArray[np.intp]) -> Array:
    """Return d around(x) / d x among the kept states, by forward differences."""
    slopes = np.empty((len(kept), len(kept)))
    floor = max(float(np.abs(states[kept]).max()), 1e-6)
    for column, place in enumerate(kept):
        nudge = 1e-5 * max(abs(float(states[place])), 1e-3 * floor)
        nudged = states.copy()
        nudged[place] += nudge
        slopes[:, column] = (around(nudged) - moved)[kept] / nudge
    return slopes


def _is_small(change: Array, states: Array) -> bool:
    size = np.abs(states)
    return bool((np.abs(change) <= CLOSE * (size + 1e-6 * size.max(initial=0.0)) + 1e-14).all())


def _require_attracting(slopes: Array, kept: NDArray[np.intp], system: System) -> None:
    values, vectors = np.linalg.eig(slopes)
    worst = int(np.argmax(np.abs(values)))
    if abs(values[worst]) >= 1.0 - CLOSE:
        raise _unsettled(system, kept, np.abs(vectors[:, worst]))


def _unsettled(system: System, kept: NDArray[np.intp], change: Array) -> SolverError:
    state = system.state_names[int(kept[int(np.argmax(np.abs(change)))])]
    return SolverError(f"the regimen leads to no steady state: '{state}' does not settle. Check what empties it.")
