"""The side that asks: a peer in a process of its own, run when it is told to."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

PYTHON = "NEUROSTEROID_BENCH_PYTHON"
"""Environment variable: the Python in which the peers are installed; this one when it is not set."""


class AbsentPeerError(Exception):
    """A peer that is not installed, or does not start; the text says which and why."""


@final
class PeerProcess:
    """One engine at one tolerance, ready to run the problem."""

    def __init__(self, program: str, problem: Path, tolerance: float) -> None:
        self._result = problem.with_name(f"{program}-{tolerance:g}.npy")
        python, module = os.environ.get(PYTHON, sys.executable), f"benchmarks.peers.{program}"
        arguments = [python, "-m", module, str(problem), str(self._result), str(tolerance)]
        root = Path(__file__).parents[2]
        try:
            self._process = subprocess.Popen(
                arguments, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
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

    @property
    def found(self) -> NDArray[np.float64]:
        """(P, T) plasma concentrations of its first run, nmol/L."""
        found: NDArray[np.float64] = np.load(self._result)
        return found

    def run(self) -> float:
        """Run the problem once and return the seconds it took."""
        if self._process.stdin is None:
            raise AbsentPeerError("it has no input")
        self._process.stdin.write("run\n")
        self._process.stdin.flush()
        return float(self._hear()["seconds"])

    def close(self) -> None:
        """End the process."""
        self._process.communicate()

    def _hear(self) -> dict[str, Any]:
        line = self._process.stdout.readline() if self._process.stdout is not None else ""
        if not line:
            reason = self._process.stderr.read().strip() if self._process.stderr is not None else ""
            raise AbsentPeerError((reason.splitlines() or ["it gave no reason"])[-1])
        found: dict[str, Any] = json.loads(line)
        return found
