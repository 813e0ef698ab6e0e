"""Steady states of linear systems, solved as one batch of equations."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine.solvers.exponential import affine_step
from neurosteroid.engine.steady import SteadyDoses

Array = NDArray[np.float64]

SLOWEST = 1e-11
"""A mode that keeps all but this fraction of itself over an interval never settles in double precision."""


def linear_steady_states(
    matrix: Array, constant: Array, doses: SteadyDoses, accounts: NDArray[np.bool_], names: Sequence[str]
) -> tuple[Array, list[str | None]]:
    """Return the states in which regimens leave a linear system, at the moment of their records.

        x(0) = Phi(II) x(0) + what one interval adds,    then x(phase)
        A x + b + R = 0                                  for an endless infusion

    Args:
        matrix: A of each regimen's person, (D, n, n), per h.
        constant: b, (D, n), state unit per h; left out where the steady state is added (SS=2).
        doses: D regimens.
        accounts: (n,) states that only collect what left; they have no steady state and come back as 0.
        names: of the n states, for messages.

    Returns:
        (D, n) states, and for each regimen None or why there is no steady state.
    """
    kept = np.flatnonzero(~accounts)
    matrix = matrix[:, kept[:, None], kept]
    constant = np.where(doses.adds[:, None], 0.0, constant)[:, kept]
    unit = (kept == doses.state[:, None]).astype(np.float64)
    states = np.zeros((len(doses), len(accounts)))
    growth = _growth(matrix, doses.interval)
    reasons = [
        None if ok else _reason(matrix[index], [names[int(place)] for place in kept])
        for index, ok in enumerate(growth < 1.0 - SLOWEST)
    ]
    good = np.array([reason is None for reason in reasons], dtype=bool)
    endless = good & (doses.interval == 0.0)
    if endless.any():
        inflow = constant[endless] + doses.rate[endless, None] * unit[endless]
        states[np.ix_(endless, kept)] = np.linalg.solve(matrix[endless], -inflow[..., None])[..., 0]
    repeated = good & (doses.interval > 0.0)
    if repeated.any():
        states[np.ix_(repeated, kept)] = _periodic(matrix, constant, unit, doses, repeated)
    return states, reasons


def _periodic(matrix: Array, constant: Array, unit: Array, doses: SteadyDoses, chosen: NDArray[np.bool_]) -> Array:
    """Return the states of the chosen regimens, `phase` hours after an entry."""
    a = matrix[chosen]
    rate, whole, rest = doses.rate[chosen, None], doses.whole[chosen, None], doses.rest[chosen]
    high = constant[chosen] + (whole + 1.0) * rate * unit[chosen]
    low = constant[chosen] + whole * rate * unit[chosen]
    phi_high, gain_high = _step(a, high, rest)
    phi_low, gain_low = _step(a, low, doses.interval[chosen] - rest)
    entry = doses.amount[chosen, None] * unit[chosen]
    added = _apply(phi_low, gain_high) + gain_low + entry
    around = np.eye(a.shape[-1]) - phi_low @ phi_high
    at_entry = np.asarray(np.linalg.solve(around, added[..., None])[..., 0], dtype=np.float64)
    phase = doses.phase[chosen]
    early = np.minimum(phase, rest)
    for inflow, hours in ((high, early), (low, phase - early)):
        phi, gain = _step(a, inflow, hours)
        at_entry = _apply(phi, at_entry) + gain
    return at_entry


def _step(matrix: Array, inflow: Array, hours: Array) -> tuple[Array, Array]:
    phi, gain = affine_step(matrix, inflow[..., None], hours)
    return phi, gain[..., 0]


def _apply(matrix: Array, vector: Array) -> Array:
    found: Array = (matrix @ vector[..., None])[..., 0]
    return found


def _growth(matrix: Array, interval: Array) -> Array:
    """Return by what factor the slowest mode changes over an interval (over its own 1 h scale if there is none)."""
    slowest = np.linalg.eigvals(matrix).real.max(axis=1)
    scale = np.abs(matrix).sum(axis=2).max(axis=1)
    span = np.where(interval > 0.0, interval, 1.0 / np.where(scale > 0.0, scale, 1.0))
    return np.exp(np.minimum(slowest * span, 1.0))


def _reason(matrix: Array, names: Sequence[str]) -> str:
    values, vectors = np.linalg.eig(matrix)
    worst = int(np.argmax(values.real))
    state = names[int(np.argmax(np.abs(vectors[:, worst])))]
    why = "grows by itself" if values[worst].real > 0.0 else "keeps what it gets"
    return f"there is no steady state: '{state}' {why}. Check what empties it."
