"""What a network is made of: populations, links between them, and jumps of their states from outside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine.system import System

Array = NDArray[np.float64]
Whole = NDArray[np.int64]


@final
@dataclass(frozen=True, eq=False)
class Population:
    """N cells of one system of n states and m parameters; what differs between its cells stands in their states.

    Attributes:
        name: by which links find it.
        system: without covariates.
        parameters: (m,) of all its cells.
        initial: (N, n).
        watch: state whose rises through the threshold are spikes, and whose variance is kept.
        record: states whose means over the cells are kept.
    """

    name: str
    system: System
    parameters: Array
    initial: Array
    watch: str
    record: tuple[str, ...] = ()


@final
@dataclass(frozen=True)
class Link:
    """All cells of one population act alike on all of another.

        input of every target cell = sum over links to it of  weight * mean over source cells of the state

    Attributes:
        source, state: population and state that act.
        target, input: population and state that is set; it moves by nothing else.
        weight: unit of the input over unit of the state.
    """

    source: str
    state: str
    target: str
    input: str
    weight: float


@final
@dataclass(frozen=True, eq=False)
class Jumps:
    """A state of single cells is set to a value at times that are known before.

    Attributes:
        population, state: which.
        times: (K,) rising, in the time unit of the rates.
        cells: (K,) of the population.
        value: that the state is set to.
    """

    population: str
    state: str
    times: Array
    cells: Whole
    value: float


@final
@dataclass(frozen=True, eq=False)
class Network:
    """Populations, links and jumps."""

    populations: tuple[Population, ...]
    links: tuple[Link, ...]
    jumps: tuple[Jumps, ...] = ()


@final
@dataclass(frozen=True, eq=False)
class PopulationCourse:
    """What one population did after settling.

    Attributes:
        means: state name to (R,) mean over its cells.
        spike_counts: (N,).
        spike_times: (S,) in time order, of the spikes that were kept.
        spike_cells: (S,).
        means_of_cells: (N,) of the watched state over the rows.
        variances_of_cells: (N,) of the same.
    """

    means: dict[str, Array]
    spike_counts: Whole
    spike_times: Array
    spike_cells: Whole
    means_of_cells: Array
    variances_of_cells: Array


@final
@dataclass(frozen=True, eq=False)
class NetworkCourse:
    """What a network did.

    Attributes:
        times: (R,) of the rows, the first after settling.
        populations: by name.
        step: length of a step.
        method: which code ran.
        failed: time by which a state was no number, infinite for none.
    """

    times: Array
    populations: dict[str, PopulationCourse]
    step: float
    method: str
    failed: float
