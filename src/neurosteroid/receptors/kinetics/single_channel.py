"""An idealised record of one channel: when it was open and shut, its bursts, and the distributions of both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.errors import InputError, is_whole
from neurosteroid.receptors.kinetics.dwell_theory import DwellTimes, open_times, shut_times
from neurosteroid.receptors.kinetics.results import AbstractResult
from neurosteroid.receptors.kinetics.stimulus import concentration, span
from neurosteroid.receptors.kinetics.stochastic import Walk, first_states

if TYPE_CHECKING:
    from neurosteroid.receptors.kinetics.markov import Scheme

Array = NDArray[np.float64]

_MOST_EVENTS: Final = 2e7  # in a record; more would not fit into the memory of a small machine


@final
@dataclass(frozen=True, eq=False, kw_only=True)
class Bursts:
    """Groups of openings with no shut time between them as long as the critical time.

    Attributes:
        critical: ms; a shut time of this length or longer ends a burst.
        durations: (B,) ms, from the first opening to the end of the last.
        openings: (B,) how many openings each has.
        open_time: (B,) ms, open within each.
    """

    critical: float
    durations: Array
    openings: NDArray[np.int64]
    open_time: Array

    @property
    def mean_duration(self) -> float:
        """Mean burst length, ms."""
        return float(self.durations.mean())

    @property
    def open_probability(self) -> float:
        """Share of the time within bursts that the channel is open."""
        return float(self.open_time.sum() / self.durations.sum())


@final
@dataclass(frozen=True, eq=False, kw_only=True)
class Recording(AbstractResult):
    """What an ideal amplifier sees of one channel in constant agonist.

    Attributes:
        agonist: umol/L.
        seed: of the random numbers.
        length: ms.
        starts: (M,) ms, beginnings of the stays.
        durations: (M,) ms; the first and the last are cut by the record's ends.
        is_open: (M,) whether the channel conducts.
        visits: how many stays in single states, which a record does not show, they are made of.
        open_theory, shut_theory: the distributions that the rate matrix predicts.
    """

    units: ClassVar[Mapping[str, str]] = {"start": "ms", "duration": "ms", "open": "1"}
    agonist: float
    seed: int
    length: float
    starts: Array
    durations: Array
    is_open: NDArray[np.bool_]
    visits: int
    open_theory: DwellTimes
    shut_theory: DwellTimes

    @property
    def open_times(self) -> Array:
        """Open times that are whole within the record, ms."""
        return self.durations[1:-1][self.is_open[1:-1]]

    @property
    def shut_times(self) -> Array:
        """Shut times that are whole within the record, ms."""
        return self.durations[1:-1][~self.is_open[1:-1]]

    @property
    def open_probability(self) -> float:
        """Share of the record that the channel is open."""
        return float(self.durations[self.is_open].sum() / self.length)

    def bursts(self, critical: str = "5 ms") -> Bursts:
        """Return the bursts that are whole within the record.

        Args:
            critical: shut time that ends a burst. No theory fixes it: it is chosen between the shut times within and
                between bursts, and every result depends on it.

        Raises:
            InputError: it is not above 0, or there is no whole burst.
        """
        limit = span(critical, where="critical")
        gap = ~self.is_open & (self.durations >= limit)
        # what lies between two gaps is whole; what the record's ends cut is left out
        gaps = np.flatnonzero(gap)
        if len(gaps) < 2:
            raise InputError(
                f"the record has {len(gaps)} shut times of {limit:g} ms or more, too few for a whole burst. Record for"
                " longer, or choose a shorter critical time.",
                where="critical",
            )
        before = np.concatenate([[0.0], np.cumsum(np.where(self.is_open, self.durations, 0.0))])
        openings = np.concatenate([[0], np.cumsum(self.is_open)])
        first, last = gaps[:-1] + 1, gaps[1:]
        return Bursts(
            critical=limit,
            durations=self.starts[last] - self.starts[first],
            openings=np.asarray(openings[last] - openings[first], dtype=np.int64),
            open_time=before[last] - before[first],
        )

    def columns(self) -> dict[str, Any]:
        """Return beginnings, durations and 1 for open."""
        return {"start": self.starts, "duration": self.durations, "open": self.is_open.astype(float)}


def record(
    scheme: Scheme, agonist: str = "10 umol/L", duration: str = "10 s", *, seed: int = 1, compiled: bool = True
) -> Recording:
    """Return an idealised record of one channel in constant agonist, which begins at steady state.

    Args:
        scheme: of the channel.
        agonist: concentration.
        duration: of the record.
        seed: of the random numbers; the same seed gives the same record.
        compiled: whether compiled code may be used.

    Raises:
        InputError: a negative concentration or seed, a record of more stays than can be kept, or one without any
            opening or closing.
    """
    level, length = concentration(agonist, where="agonist"), span(duration, where="duration")
    checked_seed(seed)
    matrix, occupied = scheme.matrices(np.array([level])), scheme.settled(level)
    expected = float(occupied @ -np.diagonal(matrix[0])) * length
    if expected > _MOST_EVENTS:
        raise InputError(
            f"{length:g} ms have about {expected:.1e} stays; at most {_MOST_EVENTS:.0e} are kept. Record for less.",
            where="duration",
        )
    random = np.random.default_rng(np.random.SeedSequence(seed))
    start = first_states(occupied, 1, random)
    walk = Walk.of(matrix, np.array([0.0, length]), scheme.is_open, start, np.zeros(0), 1, compiled=compiled)
    durations, states = walk.dwell_times(random)
    opened = scheme.is_open[states] > 0
    begins = np.flatnonzero(np.diff(opened, prepend=not opened[0]))
    if len(begins) < 3:
        raise InputError(
            f"the channel opened or closed {len(begins) - 1} times in {length:g} ms. Record for longer, or with more"
            " agonist.",
            where="duration",
        )
    stays = np.add.reduceat(durations, begins)
    return Recording(
        scheme=scheme.label,
        ledger=scheme.ledger,
        agonist=level,
        seed=seed,
        length=length,
        starts=np.concatenate([[0.0], np.cumsum(stays)[:-1]]),
        durations=stays,
        is_open=opened[begins],
        visits=len(durations),
        open_theory=open_times(scheme, level),
        shut_theory=shut_times(scheme, level),
    )


def checked_seed(seed: object) -> None:
    """Refuse what is no seed.

    Raises:
        InputError: it is not a whole number from 0.
    """
    if not is_whole(seed) or seed < 0:
        raise InputError(f"{seed!r} is not a seed; give a whole number from 0.", where="seed")
