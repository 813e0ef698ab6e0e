"""Where the cells of a circuit start: each at a place of its own on the cycle that it goes through when it is alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine.solvers.networks.network import Network, Population
from neurosteroid.engine.solvers.networks.solver import follow_networks
from neurosteroid.model.circuit_cells import DRIVE, VOLTAGE, Cells
from neurosteroid.model.circuit_protocol import CircuitProtocol

Array = NDArray[np.float64]

_ALONE: Final = 3000.0
"""ms that one cell of each population is followed alone, to have come to its cycle."""
_EVERY: Final = 0.25
"""ms between the places on the cycle from which cells are started."""


def cycles(cells: Sequence[Cells], by: CircuitProtocol, method: str) -> tuple[Array, ...]:
    """Return for each population the (K, n) states of a lone cell between its last two spikes, or its rest (1, n).

    Args:
        cells: the populations.
        by: spike threshold and step.
        method: of the solver.
    """
    populations = []
    for each in cells:
        system = each.system
        parameters = system.parameters(1)
        states = system.initial(parameters, np.zeros((1, 0)))
        states[:, system.state_names.index(DRIVE)] = each.drive
        populations.append(Population(each.name, system, parameters[0], states, VOLTAGE, system.state_names))
    network = Network(tuple(populations), ())
    course = follow_networks(
        [lambda: network],
        duration=_ALONE,
        step=by.step,
        every=_EVERY,
        threshold=by.spike_threshold,
        fast=by.fast_slope,
        parts=by.fast_parts,
        keep_spikes=1.0,
        method=method,
    )[0]
    found = []
    for each in cells:
        alone = course.populations[each.name]
        rows = np.stack([alone.means[name] for name in each.system.state_names], axis=-1)
        if len(alone.spike_times) < 2:
            found.append(rows[-1:])
            continue
        first, last = alone.spike_times[-2:]
        found.append(rows[(course.times >= first) & (course.times < last)])
    return tuple(found)
