"""Where a cell rests: followed until its gates have settled, then Newton for what moves within minutes."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine import System
from neurosteroid.engine.solvers.gates.solver import follow
from neurosteroid.errors import SolverError

Array = NDArray[np.float64]

SETTLING: Final = 5000.0
"""ms without current: five times the slowest gate. Chloride takes up to minutes; Newton does the rest."""
_MOST: Final = 50
_SMALL: Final = 1e-10
"""Relative change of every state at which Newton has found the rest; rounding leaves some 1e-13."""


def settled(system: System, parameters: Array, step: float, watch: str, name: str) -> Array:
    """Return the (n,) states at which nothing moves any more, chloride included.

    Args:
        system: of n states.
        parameters: (m,) of the cell.
        step: ms.
        watch: state whose spikes are looked for.
        name: of the cell, for messages.

    Raises:
        SolverError: the cell fires without current, or has no stable rest near where it came to.
    """
    return settled_together(system, parameters[None], step, watch, name)[0]


def settled_together(
    system: System, parameters: Array, step: float, watch: str, name: str, settling: float = SETTLING
) -> Array:
    """Return the (N, n) states at which nothing of N cells moves any more; as `settled`, of parameters (N, m).

    A shorter `settling` (ms) leaves more to Newton's method, and finds the same rest or none.
    """
    length = math.ceil(settling / step) * step
    done = follow(
        system, duration=length, step=step, parameters=parameters, watch=watch, every=length
    ).require_complete()
    if any(len(times) and times[-1] > settling / 2 for times in done.spikes):
        raise SolverError(f"'{name}' fires without current; it has no resting potential to start from.")
    states = np.stack([done.courses[state][:, -1] for state in system.state_names], axis=-1)
    return np.stack([_rest(system, start, own, name) for start, own in zip(states, parameters, strict=True)])


def _rest(system: System, states: Array, parameters: Array, name: str) -> Array:
    nothing = np.zeros((1, 0))
    with np.errstate(all="ignore"):
        for _ in range(_MOST):
            slopes = system.derivative(0.0, states[None], parameters[None], nothing)[0]
            matrix = system.jacobian(0.0, states[None], parameters[None], nothing)[0]
            if not (np.isfinite(slopes).all() and np.isfinite(matrix).all()):
                break
            change = np.linalg.lstsq(matrix, -slopes, rcond=None)[0]
            states = states + change
            if (np.abs(change) <= _SMALL * (1.0 + np.abs(states))).all():
                if np.linalg.eigvals(matrix).real.max() < 0.0:
                    return states
                break
    raise SolverError(
        f"'{name}' does not come to rest: its chloride still moves after {SETTLING / 1e3:g} s and leads to no stable"
        " potential. Give it less tonic conductance, or a variant that holds its chloride."
    )
