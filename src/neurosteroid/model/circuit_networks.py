"""A circuit with a seed: every random number comes from a stream of its own, so that two conditions can share them."""

from __future__ import annotations

import enum
import math
from collections.abc import Sequence
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine.solvers.networks.network import Jumps, Link, Network, Population
from neurosteroid.model.circuit_cells import DRIVE, OPEN, TRANSMITTER, VOLTAGE, Cells

Array = NDArray[np.float64]

_BLOCK: Final = 1000.0
"""ms of background spikes drawn at a time, so that a longer run begins as a shorter one does."""


@final
class Stream(enum.IntEnum):
    """What is random in a circuit."""

    DRIVE = 0
    """how much each cell is driven"""
    START = 1
    """where on its cycle each cell starts"""
    BACKGROUND = 2
    """spikes from outside"""


def generator(seed: int, population: int, stream: Stream) -> np.random.Generator:
    """Return the generator of one stream of one population."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(population, int(stream)))))


def network_of(
    cells: Sequence[Cells], links: tuple[Link, ...], seed: int, start: Sequence[Array], until: float
) -> Network:
    """Return the network of a seed.

    Args:
        cells: its populations.
        links: between them.
        seed: of all that is random.
        start: for each population the (K, n) states of a cycle, each cell's place on it being random.
        until: ms to which background spikes are drawn.
    """
    populations = tuple(
        _population(each, place, seed, cycle) for place, (each, cycle) in enumerate(zip(cells, start, strict=True))
    )
    jumps = tuple(
        _background(each, generator(seed, place, Stream.BACKGROUND), until)
        for place, each in enumerate(cells)
        if each.background_rate > 0.0
    )
    return Network(populations, links, jumps)


def _population(each: Cells, place: int, seed: int, cycle: Array) -> Population:
    system = each.system
    phases = generator(seed, place, Stream.START).random(each.count)
    states = cycle[(phases * len(cycle)).astype(np.int64)].copy()
    scatter = generator(seed, place, Stream.DRIVE).standard_normal(each.count)
    evenly = each.range * (1.0 + np.arange(each.count)) / each.count
    states[:, system.state_names.index(DRIVE)] = each.drive * (1.0 + each.spread * scatter) + evenly
    return Population(each.name, system, system.parameters(1)[0], states, VOLTAGE, (VOLTAGE, OPEN))


def _background(each: Cells, random: np.random.Generator, until: float) -> Jumps:
    """Return Poisson spikes: in every block a Poisson number for each cell, spread evenly over it."""
    times, cells = [], []
    for block in range(math.ceil(until / _BLOCK)):
        counts = random.poisson(each.background_rate * 1e-3 * _BLOCK, each.count)
        which = np.repeat(np.arange(each.count), counts)
        when = (block + random.random(len(which))) * _BLOCK
        order = np.argsort(when, kind="stable")
        times.append(when[order])
        cells.append(which[order])
    return Jumps(each.name, TRANSMITTER, np.concatenate(times), np.concatenate(cells), 1.0)
