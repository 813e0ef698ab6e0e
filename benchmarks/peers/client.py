"""The side that asks: one engine at one tolerance, run when it is told to."""

from __future__ import annotations

from pathlib import Path
from typing import final

import numpy as np
from numpy.typing import NDArray

from benchmarks.peers.conversation import Conversation


@final
class PeerProcess:
    """One engine at one tolerance, ready to run the problem."""

    def __init__(self, program: str, problem: Path, tolerance: float) -> None:
        self._result = problem.with_name(f"{program}-{tolerance:g}.npy")
        self._peer = Conversation(program, [str(problem), str(self._result), str(tolerance)])
        self.name = str(self._peer.hello["name"])
        self.preparing = float(self._peer.hello["preparing"])

    @property
    def found(self) -> NDArray[np.float64]:
        """(P, T) plasma concentrations of its first run, nmol/L."""
        found: NDArray[np.float64] = np.load(self._result)
        return found

    def run(self) -> float:
        """Run the problem once and return the seconds it took."""
        return float(self._peer.ask("run")["seconds"])

    def close(self) -> None:
        """End the process."""
        self._peer.close()
