"""The peers of a ladder: which there are, how many people each follows, and what is said where one is absent."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import final

import numpy as np
from numpy.typing import NDArray

from benchmarks.ladder import Problem, Rung, worst_error
from benchmarks.peers.conversation import PYTHON, AbsentPeerError
from benchmarks.peers.ladder_client import LadderPeer
from benchmarks.timing import digits

Array = NDArray[np.float64]
COMMON = (1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8)
TIGHTER = (*COMMON, 1e-9, 1e-10)


@final
@dataclass(frozen=True)
class Kind:
    """A peer before it is started.

    Attributes:
        program: module of the folder `peers`.
        package: what has to be installed for it.
        timed: people in a timed round.
        checked: people in the error.
        tolerances: relative.
        all_cores: whether it uses them, so that wall times can be compared.
        note: what a reader has to know to be fair to it.
        rounds: that it takes part in, None for all.
    """

    program: str
    package: str
    timed: int
    checked: int
    tolerances: tuple[float, ...]
    all_cores: bool
    note: str
    rounds: int | None = None


LSODA = Kind("numbalsoda_lsoda", "numbalsoda", 250, 1000, COMMON, True, "all cores, everything compiled")
KINDS = (
    LSODA,
    Kind(
        "roadrunner_ladder", "libroadrunner", 40, 40, TIGHTER, False, "one thread, right-hand side and solver compiled"
    ),
    Kind(
        "sundae_cvode",
        "scikit-sundae with numba",
        20,
        20,
        TIGHTER,
        False,
        "one thread, right-hand side and solver compiled, but every call between them goes through Python",
    ),
    Kind(
        "diffrax_kvaerno5",
        "diffrax",
        32,
        32,
        COMMON[:3],
        False,
        "all in one compiled call, in which each waits for the slowest and costs the less the more they are; one round",
        rounds=1,
    ),
)


@final
@dataclass(frozen=True, eq=False)
class ReadyPeer:
    """A peer that has started; `lost` says of how many people it gave no numbers at a tolerance."""

    kind: Kind
    process: LadderPeer
    lost: dict[float, int] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Engine and version."""
        return self.process.name

    def truth(self, people: int, tolerance: float) -> Array:
        """Return the states of the first people at a tolerance that nobody else is given."""
        return self.process.states(people, tolerance)

    def rungs(self, truth: Array) -> list[Rung]:
        """Return its ladder; the error is over as many people as it checks, without those whom it lost."""
        kind, people = self.kind, min(self.kind.checked, len(truth))
        return [
            Rung(
                tolerance,
                self._runner(tolerance),
                self._error(people, tolerance, truth),
                people=kind.timed,
                rounds=kind.rounds,
            )
            for tolerance in kind.tolerances
        ]

    def _error(self, people: int, tolerance: float, truth: Array) -> float:
        states = self.process.states(people, tolerance)
        done = np.isfinite(states).all(axis=(1, 2))
        if not done.all():
            self.lost[tolerance] = int((~done).sum())
        return worst_error(states[done], truth[:people][done]) if done.any() else np.inf

    def _runner(self, tolerance: float) -> Callable[[], tuple[float, float]]:
        timed = self.kind.timed

        def run() -> tuple[float, float]:
            wall, cpu = self.process.run(timed, tolerance)
            return wall / timed, cpu / timed

        return run


@final
class Peers:
    """The peers that can be had, each in a process of its own, and sentences about all."""

    def __init__(self, kinds: Iterable[Kind], problem: Problem, scratch: Path) -> None:
        file = scratch / "problem.npz"
        problem.save(file)
        self.ready: dict[str, ReadyPeer] = {}
        self.sentences: list[str] = []
        for kind in kinds:
            try:
                peer = LadderPeer(kind.program, file)
            except AbsentPeerError as error:
                self.sentences.append(
                    f"{kind.package} was left out ({error}). Install it here or in another Python, named in `{PYTHON}`."
                )
            else:
                self.ready[peer.name] = ReadyPeer(kind, peer)
                self.sentences.append(
                    f"{peer.name}: {kind.timed} people timed, {kind.checked} in its error; {kind.note};"
                    f" {digits(peer.preparing)} s to compile, not counted above."
                )

    def __enter__(self) -> Peers:
        return self

    def __exit__(self, *_: object) -> None:
        for peer in self.ready.values():
            peer.process.close()

    def ladders(self, truth: Array) -> dict[str, list[Rung]]:
        """Return the ladders; a peer that breaks off at some tolerance is left out from there on, and it is said."""
        found = {}
        for name, peer in list(self.ready.items()):
            try:
                found[name] = peer.rungs(truth)
                if peer.lost:
                    lost = ", ".join(f"{count} at {tolerance:g}" for tolerance, count in peer.lost.items())
                    self.sentences.append(
                        f"{name} gave no numbers for some of the {min(peer.kind.checked, len(truth))} people: {lost}."
                        " Its errors are those of the others, and its times hold them too."
                    )
            except AbsentPeerError as error:
                peer.process.close()
                del self.ready[name]
                self.sentences.append(f"{name} broke off and was left out ({error}).")
        return found
