"""How long a channel stays open or shut, from the rate matrix: what single-channel records are compared with.

With Q in blocks for the open states (A) and the shut ones (F), and phi the chances with which an open time begins in
each open state,

    f(t)  = phi exp(Q_AA t) (-Q_AA) 1 = sum_i w_i exp(-t / tau_i) / tau_i
    phi   = p_F Q_FA / (p_F Q_FA 1),    p at steady state,

where 1 / tau_i are the eigenvalues of -Q_AA. Shut times are the same with A and F in each other's place.

Source: D. Colquhoun and A. G. Hawkes, On the stochastic properties of bursts of single ion channel openings and of
clusters of bursts, Phil. Trans. R. Soc. B 300 (1982) 1-59.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.errors import InputError

if TYPE_CHECKING:
    from neurosteroid.receptors.kinetics.markov import Scheme

Array = NDArray[np.float64]

NEGLIGIBLE: Final = 1e-9
"""Share of all dwell times below which a component is not shown."""

ALIKE: Final = 0.1
"""Relative distance of time constants that no record tells apart."""


@final
@dataclass(frozen=True, eq=False)
class DwellTimes:
    """A mixture of exponentials.

    Attributes:
        time_constants: (m,) ms, ascending.
        areas: (m,) share of all dwell times; they sum to 1, and single ones may be below 0 for shut times.
    """

    time_constants: Array
    areas: Array

    @property
    def mean(self) -> float:
        """Mean dwell time, ms."""
        return float(self.areas @ self.time_constants)

    def density(self, times: Array) -> Array:
        """Return the probability density (K,), per ms."""
        falling = np.exp(-times[:, None] / self.time_constants)
        return np.asarray(falling @ (self.areas / self.time_constants), dtype=np.float64)

    def longer_than(self, times: Array) -> Array:
        """Return the share of dwell times longer than each time (K,)."""
        return np.asarray(np.exp(-times[:, None] / self.time_constants) @ self.areas, dtype=np.float64)

    def largest(self, count: int) -> Array:
        """Return the time constants of the components with the largest areas, ascending, ms."""
        return np.sort(self.time_constants[np.argsort(-self.areas)[:count]])

    def merged(self) -> DwellTimes:
        """Return the mixture with time constants that no record tells apart taken together, by their areas."""
        groups: list[list[int]] = []
        for index, value in enumerate(self.time_constants):
            if groups and value <= self.time_constants[groups[-1][0]] * (1.0 + ALIKE):
                groups[-1].append(index)
            else:
                groups.append([index])
        areas = np.array([self.areas[group].sum() for group in groups])
        means = [float(self.areas[group] @ self.time_constants[group]) for group in groups]
        return DwellTimes(np.array(means) / areas, areas)


def open_times(scheme: Scheme, level: float) -> DwellTimes:
    """Return the distribution of open times at steady state in a concentration, umol/L.

    Raises:
        InputError: channels do not open and close at steady state.
    """
    return _dwell_times(scheme, level, scheme.is_open > 0)


def shut_times(scheme: Scheme, level: float) -> DwellTimes:
    """Return the distribution of shut times at steady state in a concentration, umol/L.

    Raises:
        InputError: see `open_times`.
    """
    return _dwell_times(scheme, level, scheme.is_open == 0)


def times_between_openings(scheme: Scheme, state: str) -> DwellTimes:
    """Return the distribution of shut times without agonist that begin in a state and end with an opening.

    After a brief pulse these are the gaps within a channel's answer; a channel that never opens again has none.
    """
    matrix, inside = scheme.matrices(np.zeros(1))[0], scheme.is_open == 0
    place = scheme.structure.index(state, where="state")
    start = np.zeros(len(inside))
    start[place] = 1.0
    opening = matrix[np.ix_(inside, ~inside)].sum(axis=1)
    return _mixture(matrix[np.ix_(inside, inside)], start[inside], opening)


def _dwell_times(scheme: Scheme, level: float, inside: NDArray[np.bool_]) -> DwellTimes:
    matrix, occupied = scheme.matrices(np.array([level]))[0], scheme.settled(level)
    held = occupied > 0.0  # what is left for good, or never reached, has no part in the end
    matrix, occupied, inside = matrix[np.ix_(held, held)], occupied[held], inside[held]
    entering = occupied[~inside] @ matrix[np.ix_(~inside, inside)]
    if not entering.sum() > 0.0:
        raise InputError(
            f"in {level:g} umol/L no channel goes on opening and closing. Apply more agonist.", where="agonist"
        )
    within = matrix[np.ix_(inside, inside)]
    return _mixture(within, entering / entering.sum(), -within.sum(axis=1))


def _mixture(within: Array, start: Array, leaving: Array) -> DwellTimes:
    """Return the density start exp(Q t) leaving as a mixture of exponentials, scaled to one."""
    values, vectors = np.linalg.eig(within)
    moving = values.real < -1e-300  # a state that nothing leaves ends no dwell time
    densities = (start @ vectors) * np.linalg.solve(vectors, leaving)
    areas = np.where(moving, densities.real / np.where(moving, -values.real, 1.0), 0.0)
    areas /= areas.sum()
    shown = np.abs(areas) > NEGLIGIBLE
    constants, areas = -1.0 / values.real[shown], areas[shown]
    order = np.argsort(constants)
    return DwellTimes(constants[order], areas[order])
