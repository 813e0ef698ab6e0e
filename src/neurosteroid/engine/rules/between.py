"""Between two rows: the states of some people at any time on the way to a row, by solving again from the row before."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine.rules.locating import locate, narrow
from neurosteroid.engine.rules.plan import Plan
from neurosteroid.engine.rules.rule import Limit, Rule
from neurosteroid.engine.rules.stretch import Method, Stretch, plain_timeline, watch
from neurosteroid.engine.solution import Failure

Array = NDArray[np.float64]
Indexes = NDArray[np.intp]

_LEAST: Final = np.finfo(float).tiny

_SMALL_SPAN: Final = 1e-6
"""Hours over which the slope of a watched value is taken, forwards and backwards."""


@final
@dataclass(frozen=True, eq=False)
class Between:
    """N ways to a row: of person `person[i]` of a stretch, from the row before `right[i]` to it, for one rule each.

    `failures` collects, by way, the earliest failure of solving again: what is found on such a way means nothing.
    """

    plan: Plan
    stretch: Stretch
    method: Method
    person: Indexes
    right: Indexes
    rules: tuple[Rule, ...]
    port: Indexes
    failures: dict[int, Failure] = field(default_factory=dict)

    @property
    def begin(self) -> Array:
        """(N,) h."""
        return self.stretch.times[self.person, self.right - 1]

    @property
    def end(self) -> Array:
        """(N,) h."""
        return self.stretch.times[self.person, self.right]

    @property
    def _epochs(self) -> Indexes:
        """(N,) the epoch of covariates that holds on the way; none begins before its end."""
        return self.plan.epochs(self.begin)

    def states_at(self, times: Array) -> Array:
        """Return the states (N, n) at times (N,) on the ways, or (N, K, n) at times (N, K) that rise."""
        if times.ndim == 1:
            return np.asarray(self.states_at(times[:, None])[:, 0], dtype=np.float64)
        who = self.stretch.who[self.person]
        inflow = np.repeat(self._inflow()[:, None], times.shape[1] + 1, axis=1)
        boluses = np.zeros((*times.shape, len(self.plan.inputs)))
        timeline = plain_timeline(self.plan, who, self.begin, times, self.plan.inputs, inflow, boluses)
        states = self.stretch.states[self.person, self.right - 1]
        solution = self.method.solve(self.plan, timeline, states, who)
        for failure in solution.failures:
            known = self.failures.get(failure.person)
            if known is None or failure.time < known.time:
                self.failures[failure.person] = failure
        return solution.states

    def crossings(self) -> tuple[Array, Array]:
        """Return the times (N,) at which the rules' limits come to hold on the way, and the states (N, n) then."""
        below, above = (self._beyond(self._watched(self.right - 1)), self._beyond(self._watched(self.right)))

        def beyond(times: Array) -> Array:
            return self._beyond(self._values(times, self.states_at(times)))

        times, _ = locate(beyond, *narrow(beyond, self.begin, self.end, below, above))
        return times, self.states_at(times)

    def peaks(self) -> Array:
        """Return the times (N,) at which values turn back that come nearer to their limit first; NaN where none do."""
        at_begin = self._slopes(self.begin, self.stretch.states[self.person, self.right - 1])
        at_end = self._slopes(self.end, self.stretch.states[self.person, self.right])
        turns = (at_begin > 0.0) & (at_end < 0.0)
        if not turns.any():
            return np.full(len(turns), np.nan)

        def falling(times: Array) -> Array:
            return -self._slopes(times, self.states_at(times))

        below, above = np.where(turns, -at_begin, -1.0), np.where(turns, -at_end, 1.0)
        times, _ = locate(falling, self.begin, self.end, below, above)
        reached = self._beyond(self._values(times, self.states_at(times))) >= 0.0
        return np.where(turns & reached, times, np.nan)

    def _slopes(self, times: Array, states: Array) -> Array:
        """Return how fast values move towards their limits (N,), per h."""
        who = self.stretch.who[self.person]
        parameters, covariates = self.plan.parameters[who], self.plan.covariates[who, self._epochs]
        with np.errstate(all="ignore"):
            rates = self.plan.system.derivative(times, states, parameters, covariates)
        rates[:, self.plan.inputs] += self._inflow()
        forward = self._values(times + _SMALL_SPAN, states + _SMALL_SPAN * rates)
        backward = self._values(times - _SMALL_SPAN, states - _SMALL_SPAN * rates)
        signs = np.array([1.0 if rule.condition.when.relation.rising else -1.0 for rule in self.rules])
        return np.asarray(signs * (forward - backward) / (2.0 * _SMALL_SPAN), dtype=np.float64)

    def _inflow(self) -> Array:
        inflow = np.zeros((len(self.person), len(self.plan.inputs)))
        entering = self.stretch.rates[self.person, self.right] * self.plan.pump_factors[self.stretch.who[self.person]]
        for place, pump in enumerate(self.plan.pumps):
            if pump >= 0:
                inflow[:, self.plan.inputs.index(pump)] += entering[:, place]
        return inflow

    def _values(self, times: Array, states: Array) -> Array:
        who = self.stretch.who[self.person]
        if times.ndim == 1:
            return np.asarray(self._values(times[:, None], states[:, None])[:, 0], dtype=np.float64)
        epochs = np.broadcast_to(self._epochs[:, None], times.shape)
        watched = watch(self.plan, who, times, states, epochs)
        return np.asarray(watched[np.arange(len(self.person)), :, self.port], dtype=np.float64)

    def _watched(self, row: Indexes) -> Array:
        return np.asarray(self.stretch.values[self.person, row, self.port], dtype=np.float64)

    def _beyond(self, values: Array) -> Array:
        found = np.empty_like(values)
        for rule in set(self.rules):
            mine = np.array([each is rule for each in self.rules], dtype=np.bool_)
            found[mine] = beyond_limit(rule.condition.when, values[mine])
        return found


def beyond_limit(limit: Limit, values: Array) -> Array:
    """Return a number for each value that is 0 or above exactly where the limit holds, and as smooth as the values."""
    excess = limit.excess(values)
    return np.where(limit.holds(values), np.maximum(excess, _LEAST), np.minimum(excess, -_LEAST))
