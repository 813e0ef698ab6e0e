"""The side that asks a peer for one problem at many tolerances."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

from benchmarks.peers.client import PYTHON, AbsentPeerError


@final
class LadderPeer:
    """One engine in a process of its own, ready to follow any number of people at any tolerance."""

    def __init__(self, program: str, problem: Path) -> None:
        self._kept = problem.with_name(f"{program}.npy")
        arguments = [os.environ.get(PYTHON, sys.executable), "-m", f"benchmarks.peers.{program}", str(problem)]
        pipe = subprocess.PIPE
        try:
            self._process = subprocess.Popen(
                arguments, cwd=Path(__file__).parents[2], stdin=pipe, stdout=pipe, stderr=pipe, text=True
            )
        except OSError as error:
            raise AbsentPeerError(f"{arguments[0]} does not start ({error})") from error
        try:
            hello = self._hear()
        except AbsentPeerError:
            self.close()
            raise
        self.name = str(hello["name"])
        self.preparing = float(hello["preparing"])

    def run(self, people: int, tolerance: float) -> tuple[float, float]:
        """Follow the first people once and return wall and cpu seconds."""
        answer = self._ask(f"{people} {tolerance!r}")
        return float(answer["wall"]), float(answer["cpu"])

    def states(self, people: int, tolerance: float) -> NDArray[np.float64]:
        """Return the states (people, rows, n) at a tolerance."""
        self._ask(f"{people} {tolerance!r} {self._kept}")
        found: NDArray[np.float64] = np.load(self._kept)
        return found

    def close(self) -> None:
        """End the process."""
        self._process.communicate()

    def _ask(self, line: str) -> dict[str, Any]:
        if self._process.stdin is None:
            raise AbsentPeerError("it has no input")
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        return self._hear()

    def _hear(self) -> dict[str, Any]:
        line = self._process.stdout.readline() if self._process.stdout is not None else ""
        if not line:
            reason = self._process.stderr.read().strip() if self._process.stderr is not None else ""
            raise AbsentPeerError((reason.splitlines() or ["it gave no reason"])[-1])
        found: dict[str, Any] = json.loads(line)
        return found
