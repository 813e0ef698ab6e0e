"""The side that asks a peer for one problem at many tolerances."""

from __future__ import annotations

from pathlib import Path
from typing import final

import numpy as np
from numpy.typing import NDArray

from benchmarks.peers.conversation import Conversation


@final
class LadderPeer:
    """One engine in a process of its own, ready to follow any number of people at any tolerance."""

    def __init__(self, program: str, problem: Path) -> None:
        self._kept = problem.with_name(f"{program}.npy")
        self._peer = Conversation(program, [str(problem)])
        self.name = str(self._peer.hello["name"])
        self.preparing = float(self._peer.hello["preparing"])

    def run(self, people: int, tolerance: float) -> tuple[float, float]:
        """Follow the first people once and return wall and cpu seconds."""
        answer = self._peer.ask(f"{people} {tolerance!r}")
        return float(answer["wall"]), float(answer["cpu"])

    def states(self, people: int, tolerance: float) -> NDArray[np.float64]:
        """Return the states (people, rows, n) at a tolerance."""
        self._peer.ask(f"{people} {tolerance!r} {self._kept}")
        found: NDArray[np.float64] = np.load(self._kept)
        return found

    def close(self) -> None:
        """End the process."""
        self._peer.close()
