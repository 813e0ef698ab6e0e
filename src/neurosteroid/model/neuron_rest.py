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
    length = math.ceil(SETTLING / step) * step
    done = follow(
        system, duration=length, step=step, parameters=parameters[None], watch=watch, every=length
    ).require_complete()
    if len(done.spikes[0]) and done.spikes[0][-1] > SETTLING / 2:
        raise SolverError(f"'{name}' fires without current; it has no resting potential to start from.")
    states = np.array([done.courses[state][0, -1] for state in system.state_names])
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
