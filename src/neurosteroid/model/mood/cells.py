"""Many cells of one kind at once: where they rest, their rheobases and their firing rates."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine import System
from neurosteroid.engine.solvers.gates.solver import follow
from neurosteroid.errors import SolverError
from neurosteroid.model.neuron_experiments import VOLTAGE
from neurosteroid.model.neuron_rest import settled_together

Array = NDArray[np.float64]

STEP: Final = 0.025
"""ms; all cells that are compared have the same, so that what it costs is the same for all."""
CURRENT: Final = "stimulus.holding"
_SETTLING: Final = 500.0
"""ms; Newton's method does the rest."""
_TRIALS: Final = 4
_ROUNDS: Final = 10
"""Each divides the bracket of a rheobase by 4: the first is some 100 pA wide, the last less than a thousandth."""
_MOST: Final = 1e5
"""pA; a cell that does not fire with it is given up."""


def at_rest(system: System, parameters: Array, name: str) -> Array:
    """Return the (N, n) states at which nothing of N cells moves any more."""
    return settled_together(system, parameters, STEP, VOLTAGE, name, _SETTLING)


def rheobases(system: System, parameters: Array, rest: Array, duration: float) -> Array:
    """Return for N cells the smallest step of current (pA) that makes a spike.

    Args:
        system: of the cells.
        parameters: (N, m).
        rest: (N, n), from which the step begins.
        duration: of the step, ms.

    Raises:
        SolverError: a cell that does not fire.
    """
    cells = len(parameters)
    low, high = np.zeros(cells), np.full(cells, 64.0)
    while not (fires := _fires(system, parameters, rest, high[:, None], duration)).all():
        if high.max() > _MOST:
            raise SolverError(f"cells do not fire with up to {high.max():g} pA.")
        low, high = np.where(fires[:, 0], low, high), np.where(fires[:, 0], high, 2 * high)
    shares = np.arange(1, _TRIALS) / _TRIALS
    for _ in range(_ROUNDS):
        inner = low[:, None] + (high - low)[:, None] * shares
        found = _fires(system, parameters, rest, inner, duration)
        place = np.where(found.any(axis=1), found.argmax(axis=1), _TRIALS - 1)
        edges = np.concatenate([low[:, None], inner, high[:, None]], axis=1)
        rows = np.arange(cells)
        low, high = edges[rows, place], edges[rows, place + 1]
    return (low + high) / 2


def _fires(system: System, parameters: Array, rest: Array, currents: Array, duration: float) -> NDArray[np.bool_]:
    """Return (N, K) whether each of N cells fires with each of its K currents."""
    cells, trials = currents.shape
    table = np.repeat(parameters, trials, axis=0)
    table[:, system.parameter_names.index(CURRENT)] = currents.ravel()
    done = follow(
        system,
        duration=math.ceil(duration / STEP) * STEP,
        step=STEP,
        parameters=table,
        initial=np.repeat(rest, trials, axis=0),
        watch=VOLTAGE,
        keep=[],
    ).require_complete()
    return np.array([len(times) > 0 for times in done.spikes]).reshape(cells, trials)


def rates(system: System, parameters: Array, rest: Array, current: float, duration: float) -> Array:
    """Return the firing rates (Hz) of N cells in the second half of a run, from the first to the last spike there.

    Args:
        system: of the cells.
        parameters: (N, m).
        rest: (N, n).
        current: pA.
        duration: ms.
    """
    table = parameters.copy()
    table[:, system.parameter_names.index(CURRENT)] = current
    done = follow(
        system,
        duration=math.ceil(duration / STEP) * STEP,
        step=STEP,
        parameters=table,
        initial=rest,
        watch=VOLTAGE,
        keep=[],
    ).require_complete()
    late = [times[times >= duration / 2] for times in done.spikes]
    return np.array([1e3 * (len(each) - 1) / (each[-1] - each[0]) if len(each) > 1 else 0.0 for each in late])
