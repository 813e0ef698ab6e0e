"""Derivatives of steady states: the fixed point of one interval of a regimen, differentiated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine.draft import same_time
from neurosteroid.engine.sensitivity.motion import DoseSlopes
from neurosteroid.engine.solvers.exponential import affine_step
from neurosteroid.engine.steady import KINDS, SteadyDoses

Array = NDArray[np.float64]


@final
@dataclass(frozen=True, eq=False)
class Bundle:
    """States with their derivatives: x (D, n), s by q parameters (D, q, n), m by the states at an entry (D, n, n)."""

    states: Array
    slopes: Array
    map: Array


def chosen_doses(doses: SteadyDoses, places: NDArray[np.intp]) -> SteadyDoses:
    """Return some of the regimens."""
    arrays: dict[str, Any] = {name: getattr(doses, name)[places] for name in KINDS}
    return SteadyDoses(**arrays, where=tuple(doses.where[place] for place in places))


class Flow(Protocol):
    """How D people's states and derivatives go on under constant inflow; accounts are left out."""

    def advance(self, bundle: Bundle, inflow: Array, moved: Array, hours: Array) -> Bundle:
        """Return the bundle after hours (D,), with inflow (D, n) and its derivatives (D, q, n)."""

    def rates(self, states: Array, inflow: Array) -> Array:
        """Return d states / dt (D, n)."""

    def rest_slopes(self, states: Array, moved: Array) -> Array:
        """Return the derivatives (D, q, n) of states at which nothing moves."""


def steady_slopes(flow: Flow, entry: Array, doses: SteadyDoses, slopes: DoseSlopes, unit: Array) -> Array:
    """Return the derivatives (D, q, n) of the states in which regimens leave people at the moment of their records.

    With x the states just after an entry and F the way around one interval, x = F(x, p) gives

        (1 - dF/dx) s = dF/dp,    then on to the record, phase hours later, where D = s + f dphase/dp

    The end of an infusion inside the interval, at r hours, adds (f before - f after) dr/dp.

    Args:
        flow: of the regimens' people.
        entry: (D, n) states just after an entry; at rest for regimens without an interval.
        doses: D regimens.
        slopes: (D, q) derivatives of their amount, rate, duration and lag.
        unit: (D, n) 1 in the dosed state.
    """
    count, n = entry.shape
    q = slopes.rate.shape[1]
    found = np.zeros((count, q, n))
    endless = doses.interval == 0.0
    if endless.any():
        found[endless] = flow.rest_slopes(entry, slopes.rate[:, :, None] * unit[:, None, :])[endless]
    if endless.all():
        return found
    rate, whole = doses.rate[:, None], doses.whole[:, None]
    high, low = (whole + 1.0) * rate * unit, whole * rate * unit
    moved = slopes.rate[:, :, None] * unit[:, None, :]
    more, less = (whole[:, :, None] + 1.0) * moved, whole[:, :, None] * moved
    drop = slopes.duration[:, :, None] * (rate * unit)[:, None, :]
    identity = np.broadcast_to(np.eye(n), (count, n, n))
    around = flow.advance(Bundle(entry, np.zeros((count, q, n)), identity), high, more, doses.rest)
    around = Bundle(around.states, around.slopes + drop, around.map)
    around = flow.advance(around, low, less, doses.interval - doses.rest)
    ends = around.slopes + slopes.amount[:, :, None] * unit[:, None, :]
    system = np.where(endless[:, None, None], identity, identity - around.map)
    start = np.swapaxes(np.linalg.solve(system, np.swapaxes(ends, 1, 2)), 1, 2)
    early = np.minimum(doses.phase, doses.rest)
    # An infusion that ends at the moment of the record has ended: no later event of the timeline ends it.
    later = doses.phase > doses.rest - same_time(doses.interval)
    now = flow.advance(Bundle(entry, start, identity), high, more, early)
    now = Bundle(now.states, now.slopes + np.where(later[:, None, None], drop, 0.0), now.map)
    now = flow.advance(now, low, less, doses.phase - early)
    runs = np.where(later[:, None], low, high)
    shifted = now.slopes - slopes.lag[:, :, None] * flow.rates(now.states, runs)[:, None, :]
    found[~endless] = shifted[~endless]
    return found


@final
@dataclass(frozen=True, eq=False)
class LinearFlow:
    """Flow of d x / dt = A x + b + inflow, exact.

    Attributes:
        matrix: A, (D, n, n), per h.
        constant: b, (D, n).
        matrix_slopes: (D, q, n, n).
        constant_slopes: (D, q, n).
    """

    matrix: Array
    constant: Array
    matrix_slopes: Array
    constant_slopes: Array

    def advance(self, bundle: Bundle, inflow: Array, moved: Array, hours: Array) -> Bundle:
        """Return the bundle after hours (D,), see `Flow`."""
        columns = np.zeros((*inflow.shape, 1))
        columns[..., 0] = self.constant + inflow
        steps, changes = affine_slopes(
            self.matrix, columns, self.matrix_slopes, (self.constant_slopes + moved)[..., None], hours
        )
        n = inflow.shape[1]
        carried = np.concatenate([bundle.states, np.ones((len(hours), 1))], axis=1)
        phi = steps[:, :, :n]
        return Bundle(
            np.einsum("dij,dj->di", steps, carried),
            np.einsum("dij,dqj->dqi", phi, bundle.slopes) + np.einsum("dqij,dj->dqi", changes, carried),
            phi @ bundle.map,
        )

    def rates(self, states: Array, inflow: Array) -> Array:
        """Return d states / dt (D, n)."""
        return np.asarray(np.einsum("dij,dj->di", self.matrix, states) + self.constant + inflow)

    def rest_slopes(self, states: Array, moved: Array) -> Array:
        """Return -A^-1 (dA x + db + d inflow), (D, q, n)."""
        force = np.einsum("dqij,dj->dqi", self.matrix_slopes, states) + self.constant_slopes + moved
        return -np.swapaxes(np.linalg.solve(self.matrix, np.swapaxes(force, 1, 2)), 1, 2)


def affine_slopes(
    matrix: Array, inputs: Array, matrix_slopes: Array, input_slopes: Array, spans: Array
) -> tuple[Array, Array]:
    """Return the exact step of d x / dt = A x + B u and its derivatives by q parameters.

        exp(h [[A, 0], [dA, A]]) = [[Phi, 0], [dPhi, Phi]],    and beside it the columns [B, 0] and [0, dB]

    Each parameter has a matrix of its own; dA is scaled to the size of A, in which it is linear.

    Args:
        matrix: A, (N, n, n), per h.
        inputs: B, (N, n, c).
        matrix_slopes: dA, (N, q, n, n).
        input_slopes: dB, (N, q, n, e) of the first e columns; the others do not change.
        spans: h, (N,), h.

    Returns:
        [Phi, Gamma] (N, n, n + c) and their derivatives (N, q, n, n + c).
    """
    count, n, columns = inputs.shape
    q, changing = matrix_slopes.shape[1], input_slopes.shape[-1]
    size = np.abs(matrix).sum(axis=1).max(axis=1)
    slope_size = np.abs(matrix_slopes).sum(axis=2).max(axis=2)
    scale = np.where(slope_size > 0.0, np.where(size > 0.0, size, 1.0)[:, None] / np.maximum(slope_size, 1e-300), 1.0)
    both = np.zeros((count, q, 2 * n, 2 * n))
    both[:, :, :n, :n] = both[:, :, n:, n:] = matrix[:, None]
    both[:, :, n:, :n] = matrix_slopes * scale[:, :, None, None]
    beside = np.zeros((count, q, 2 * n, columns + changing))
    beside[:, :, :n, :columns] = inputs[:, None]
    beside[:, :, n:, columns:] = input_slopes
    phi, gamma = affine_step(
        both.reshape(count * q, 2 * n, 2 * n), beside.reshape(count * q, 2 * n, -1), np.repeat(spans, q)
    )
    phi, gamma = phi.reshape(count, q, 2 * n, 2 * n), gamma.reshape(count, q, 2 * n, -1)
    step = np.concatenate([phi[:, 0, :n, :n], gamma[:, 0, :n, :columns]], axis=2)
    change = np.concatenate([phi[:, :, n:, :n], gamma[:, :, n:, :columns]], axis=3) / scale[:, :, None, None]
    change[:, :, :, n : n + changing] += gamma[:, :, n:, columns:]
    return step, change
