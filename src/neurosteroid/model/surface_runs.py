"""Runs of a neuron from which its response surface is made: the current at which it fires at a stated rate.

Synaptic events arrive at random, at the same times in every run, so that two points of a surface differ by what the
receptors do and not by chance.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine import System
from neurosteroid.engine.solvers.gates.solver import Events, follow
from neurosteroid.errors import SolverError
from neurosteroid.evidence import Ledger, library
from neurosteroid.model.neuron_definitions import CARD
from neurosteroid.model.neuron_experiments import SYNAPSE, VOLTAGE

Array = NDArray[np.float64]
Trains = list[list[float]]
"""Times of synaptic events, ms, of each train."""

STEP: Final = 0.05
"""ms; currents at half of it differ by less than the interpolation error, and their ratios by much less."""
TRAINS: Final = 32
"""Trains of synaptic events of a surface."""
_LADDER: Final = 2.0 ** np.arange(-2, 15)
"""pA; currents that are tried first."""
_WIDER: Final = 1.04
"""Factor between the currents tried to both sides of one that is near."""
_MOST: Final = 60
_NEAR: Final = 5e-4
"""Share of the wanted rate within which a current is found."""
_NARROW: Final = 1e-6
"""Relative width of an interval of currents in which the rate jumps over the wanted one."""


@final
@dataclass(frozen=True, kw_only=True)
class Drive:
    """How excitability is measured; numbers of the card ``experiments``.

    Attributes:
        rate: 1/s, firing rate whose current is looked for.
        event_rate: 1/s, of synaptic events.
        settling: ms of current and events before firing counts.
        counting: ms in which it does.
        highest_tonic: end of the range, as a multiple of the tonic conductance without steroid.
        decays: range of decay multipliers.
    """

    rate: float
    event_rate: float
    settling: float
    counting: float
    highest_tonic: float
    decays: tuple[float, float]


def drive(ledger: Ledger) -> Drive:
    """Return what the card says, each number recorded."""
    card = library().card(CARD, "neurons")
    return Drive(
        rate=ledger.take(card, "surface_rate", "1/s"),
        event_rate=ledger.take(card, "surface_event_rate", "1/s"),
        settling=ledger.take(card, "surface_settling", "ms"),
        counting=ledger.take(card, "surface_counting", "ms"),
        highest_tonic=ledger.take(card, "surface_highest_tonic", "1"),
        decays=(
            ledger.take(card, "surface_shortest_decay", "1"),
            ledger.take(card, "surface_longest_decay", "1"),
        ),
    )


@final
@dataclass(frozen=True, eq=False)
class Cell:
    """A neuron whose tonic conductance and decay are set from run to run.

    Attributes:
        system: its parts.
        parameters: (m,) with all multipliers at 1 and no tonic conductance that needs no GABA.
        by: how excitability is measured.
        trains: of synaptic events over which the firing rate is averaged.
    """

    system: System
    parameters: Array
    by: Drive
    trains: int = TRAINS

    def currents(self, tonic: Array, decay: Array, near: Array | None = None, seed: int = 0) -> Array:
        """Return the current (pA) at which the cell fires at the wanted rate, for each of K points.

        Args:
            tonic: (K,) tonic conductance, nS.
            decay: (K,) multiplier of the decay time.
            near: (K,) pA, where to begin to look; from the bottom when None.
            seed: of the trains of synaptic events.

        Raises:
            SolverError: no current makes it fire that fast, or it does without any.
        """
        trains = event_times(self.by, seed, self.trains)
        low, high, below, above = self._bracket(tonic, decay, near, trains)
        side = np.zeros(len(tonic))
        found = high.copy()
        todo = np.arange(len(tonic))
        for _ in range(_MOST):
            # regula falsi; the far end counts half when one end has moved twice (Illinois)
            share = below[todo] / (below[todo] - above[todo])
            tried = low[todo] + np.clip(share, 0.01, 0.99) * (high[todo] - low[todo])
            off = self._rates(tried, tonic[todo], decay[todo], trains) - self.by.rate
            found[todo] = tried
            up = off >= 0.0
            above[todo] = np.where(up, off, above[todo] * np.where(side[todo] < 0, 0.5, 1.0))
            below[todo] = np.where(up, below[todo] * np.where(side[todo] > 0, 0.5, 1.0), off)
            high[todo], low[todo] = np.where(up, tried, high[todo]), np.where(up, low[todo], tried)
            side[todo] = np.where(up, 1.0, -1.0)
            wide = (high[todo] - low[todo]) > _NARROW * high[todo]
            todo = todo[wide & (np.abs(off) > _NEAR * self.by.rate)]
            if not len(todo):
                return found
        raise SolverError(f"the current for {self.by.rate:g} spikes a second was not found in {_MOST} runs.")

    def _bracket(
        self, tonic: Array, decay: Array, near: Array | None, trains: Trains
    ) -> tuple[Array, Array, Array, Array]:
        """Return currents below and above the wanted rate (K,), and how far off the rates are there."""
        if near is None:
            count = len(tonic)
            tried = np.tile(_LADDER, count)
            off = self._rates(tried, np.repeat(tonic, len(_LADDER)), np.repeat(decay, len(_LADDER)), trains)
            off = off.reshape(count, -1) - self.by.rate
            first = np.argmax(off > 0.0, axis=1)
            if not (off > 0.0).any(axis=1).all() or (first == 0).any():
                raise SolverError(self._unreachable())
            places = np.arange(count)
            return _LADDER[first - 1], _LADDER[first].copy(), off[places, first - 1], off[places, first]
        low = high = near
        below = above = self._rates(low, tonic, decay, trains) - self.by.rate
        for _ in range(_MOST):
            lower, higher = below >= 0.0, above < 0.0
            if not (lower.any() or higher.any()):
                return low, high, below, above
            # an interval moves as a whole, so that both ends stand close to the rate
            tried = np.where(lower, low / _WIDER, np.where(higher, high * _WIDER, high))
            moved = np.nonzero(lower | higher)[0]
            off = np.zeros(len(tonic))
            off[moved] = self._rates(tried[moved], tonic[moved], decay[moved], trains) - self.by.rate
            low, high, below, above = (
                np.where(lower, tried, np.where(higher, high, low)),
                np.where(lower, low, np.where(higher, tried, high)),
                np.where(lower, off, np.where(higher, above, below)),
                np.where(lower, below, np.where(higher, off, above)),
            )
        raise SolverError(self._unreachable())

    def _unreachable(self) -> str:
        return (
            f"there is no injected current between {_LADDER[0]:g} and {_LADDER[-1]:g} pA at which the cell fires"
            f" {self.by.rate:g} times a second over the whole range of the surface."
        )

    def _rates(self, currents: Array, tonic: Array, decay: Array, trains: Trains) -> Array:
        """Return the mean firing rate over the trains (K,), 1/s: intervals between spikes over their whole length."""
        each = len(trains)
        parameters = np.tile(self.parameters, (len(currents) * each, 1))
        for name, values in (
            ("stimulus.holding", currents),
            ("gaba.tonic_dependent", tonic),
            ("gaba.decay_multiplier", decay),
        ):
            parameters[:, self.system.parameter_names.index(name)] = np.repeat(values, each)
        done = follow(
            self.system,
            duration=_duration(self.by),
            step=STEP,
            parameters=parameters,
            events=[Events(trains * len(currents), dict.fromkeys(SYNAPSE, 1.0))],
            watch=VOLTAGE,
            keep=[],
        ).require_complete()
        rates = [_rate(times[times > self.by.settling]) for times in done.spikes]
        return np.array(rates).reshape(len(currents), each).mean(axis=1)


def event_times(by: Drive, seed: int, trains: int = TRAINS) -> Trains:
    """Return the times of synaptic events, ms, of each train: exponential intervals from the train's own stream."""
    found: Trains = []
    until = _duration(by)
    for child in np.random.SeedSequence(seed).spawn(trains):
        stream = np.random.Generator(np.random.PCG64(child))
        mean = by.event_rate * until / 1e3
        count = int(mean + 10.0 * np.sqrt(mean)) + 10  # never too few: ten standard deviations more than the mean
        gaps = -np.log1p(-stream.random(count))
        times = np.cumsum(gaps) * 1e3
        found.append((times[times < until * by.event_rate] / by.event_rate).tolist() if by.event_rate else [])
    return found


def _duration(by: Drive) -> float:
    return round((by.settling + by.counting) / STEP) * STEP


def _rate(times: Array) -> float:
    return 1e3 * (len(times) - 1) / float(times[-1] - times[0]) if len(times) > 1 else 0.0
