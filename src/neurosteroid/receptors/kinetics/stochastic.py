"""Single receptors by exact stochastic simulation (Gillespie's direct method), many of them or one for a long time.

While the agonist is constant a receptor stays in state i for an exponential time with mean 1 / sum_j q_ij and goes on
to j with chance q_ij / sum_k q_ik; where the agonist changes, the wait begins anew, since it has no memory. There is no
time step. Random numbers are drawn in blocks from NumPy's generator and handed to compiled code; without a C compiler
the same numbers are used in Python, so a seed gives the same receptors on every machine.

Source: D. T. Gillespie, Exact stochastic simulation of coupled chemical reactions, J. Phys. Chem. 81 (1977) 2340-2361.
"""

from __future__ import annotations

import ctypes
import functools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine.solvers.rosenbrock.compiling import CompilerError, load

Array = NDArray[np.float64]
Whole = NDArray[np.int64]
_Written = tuple[Array, Whole, Array | None]

BLOCK: Final = 1 << 17
"""Random numbers of a kind drawn at once; it decides which numbers a receptor gets, so it never changes."""

_WHOLES: Final = ("states", "pieces", "channels", "samples", "per_row")
_GIVEN: Final = ("edges", "leaving", "next", "times", "opened", "start")
_PLACE: Final = ("channel", "state", "piece", "sample")


class _Walk(ctypes.Structure):
    _fields_ = (
        *((name, ctypes.c_int64) for name in _WHOLES),
        *((name, ctypes.c_void_p) for name in _GIVEN),
        *((name, ctypes.c_int64) for name in _PLACE),
        *((name, ctypes.c_double) for name in ("now", "since")),
        *((name, ctypes.c_void_p) for name in ("durations", "counts", "visited")),
        ("written", ctypes.c_int64),
    )


@final
@dataclass(frozen=True, eq=False)
class Walk:
    """Receptors under way; n states, S pieces, N channels, K samples.

    Attributes:
        edges: (S + 1,) ms.
        leaving: (S, n) rate at which each state is left, per ms.
        next: (S, n, n) cumulative chances of the states that follow.
        times: (K,) ms, at which open channels are counted; none when dwell times are kept.
        opened: (n,) 1 for conducting states.
        start: (N,) states in which the channels begin.
        per_row: channels that are counted together.
        compiled: whether compiled code may be used.
    """

    edges: Array
    leaving: Array
    next: Array
    times: Array
    opened: Array
    start: Whole
    per_row: int
    compiled: bool = True

    @classmethod
    def of(
        cls, matrices: Array, edges: Array, opened: Array, start: Whole, times: Array, per_row: int, *, compiled: bool
    ) -> Walk:
        """Return the walk through pieces with rate matrices (S, n, n)."""
        ways = np.maximum(matrices, 0.0)
        leaving = ways.sum(axis=2)
        shares = np.cumsum(ways, axis=2) / np.where(leaving > 0.0, leaving, 1.0)[:, :, None]
        given = (np.ascontiguousarray(edges, float), leaving, np.ascontiguousarray(shares))
        return cls(*given, np.ascontiguousarray(times, float), opened, np.ascontiguousarray(start), per_row, compiled)

    def dwell_times(self, random: np.random.Generator) -> tuple[Array, Whole]:
        """Return durations (M,), ms, and states (M,) of all channels, one after the other."""
        durations: list[Array] = []
        states: list[Whole] = []
        for written in self._walked(random, None):
            durations.append(written[0])
            states.append(written[1])
        return np.concatenate(durations), np.concatenate(states)

    def open_channels(self, random: np.random.Generator) -> Array:
        """Return how many channels are open, (rows, K), each row the sum over `per_row` channels."""
        counts = np.zeros((-(-len(self.start) // self.per_row), len(self.times)))
        for _ in self._walked(random, counts):
            pass
        return counts

    def _walked(self, random: np.random.Generator, counts: Array | None) -> Iterator[tuple[Array, Whole]]:
        """Yield dwell times and states block by block, or, where `counts` are given, none but those."""
        library = _library() if self.compiled else None
        durations, visited = (
            np.empty(BLOCK if counts is None else 0),
            np.empty(BLOCK if counts is None else 0, dtype=np.int64),
        )
        walk = _Walk()
        for name, value in zip(
            _WHOLES,
            (self.leaving.shape[1], len(self.leaving), len(self.start), len(self.times), self.per_row),
            strict=True,
        ):
            setattr(walk, name, value)
        for name in _GIVEN:
            setattr(walk, name, getattr(self, name).ctypes.data)
        walk.state, walk.now, walk.since = int(self.start[0]), float(self.edges[0]), float(self.edges[0])
        if counts is None:
            walk.durations, walk.visited = durations.ctypes.data, visited.ctypes.data
        else:
            walk.counts = counts.ctypes.data
        while walk.channel < walk.channels:
            waits, draws = random.standard_exponential(BLOCK), random.random(BLOCK)
            walk.written = 0
            if library is not None:
                library.walk_on(ctypes.byref(walk), waits.ctypes.data, draws.ctypes.data, BLOCK)
            else:
                self._walk_on(walk, waits.tolist(), draws.tolist(), (durations, visited, counts))
            yield durations[: walk.written].copy(), visited[: walk.written].copy()

    def _walk_on(self, walk: _Walk, waits: list[float], draws: list[float], written: _Written) -> None:
        """Do what ``walk_on`` in gillespie.c does."""
        edges, leaving, shares = self.edges.tolist(), self.leaving.tolist(), self.next.tolist()
        last_state = len(leaving[0]) - 1
        for wait, draw in zip(waits, draws, strict=True):
            if walk.channel == walk.channels:
                return
            rate, end = leaving[walk.piece][walk.state], edges[walk.piece + 1]
            then = walk.now + wait / rate if rate > 0.0 else np.inf
            if then < end:
                self._leave(walk, then, written, last=False)
                ways, to = shares[walk.piece][walk.state], 0
                while to < last_state and draw >= ways[to]:
                    to += 1
                walk.state, walk.now = to, then
                continue
            walk.now = end
            walk.piece += 1
            if walk.piece < walk.pieces:
                continue
            self._leave(walk, end, written, last=True)
            walk.channel += 1
            walk.piece = walk.sample = 0
            walk.now = walk.since = edges[0]
            if walk.channel < walk.channels:
                walk.state = int(self.start[walk.channel])

    def _leave(self, walk: _Walk, until: float, written: _Written, *, last: bool) -> None:
        durations, visited, counts = written
        if counts is None:
            durations[walk.written], visited[walk.written] = until - walk.since, walk.state
            walk.written += 1
        else:
            end = len(self.times) if last else int(np.searchsorted(self.times, until))
            if end > walk.sample:
                counts[walk.channel // self.per_row, walk.sample : end] += self.opened[walk.state]
                walk.sample = end
        walk.since = until


@functools.cache
def _library() -> ctypes.CDLL | None:
    try:
        library = load((Path(__file__).parent / "gillespie.c").read_text(encoding="utf-8"))
    except CompilerError:
        return None
    library.walk_on.argtypes = (ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64)
    library.walk_on.restype = ctypes.c_int64
    return library


def first_states(occupied: Array, channels: int, random: np.random.Generator) -> Whole:
    """Return the states (N,) in which channels begin, drawn from occupancies (n,)."""
    if (occupied == 1.0).any():
        return np.full(channels, int(np.argmax(occupied)), dtype=np.int64)
    return np.asarray(random.choice(len(occupied), size=channels, p=occupied), dtype=np.int64)
