"""A peer in a process of its own, asked line by line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, final

PYTHON = "NEUROSTEROID_BENCH_PYTHON"
"""Environment variable: the Pythons in which peers are installed, separated as in PATH; this one when it is not set.

A peer runs in the first of them in which it starts.
"""


class AbsentPeerError(Exception):
    """A peer that is not installed, does not start, or ended before its answer; the text says which and why."""


@final
class Conversation:
    """One module of this folder, started in the first Python that has what it needs."""

    def __init__(self, program: str, arguments: Sequence[str]) -> None:
        self.hello: dict[str, Any] = {}
        reasons = []
        for python in os.environ.get(PYTHON, sys.executable).split(os.pathsep):
            try:
                self._start([python, "-m", f"benchmarks.peers.{program}", *arguments])
            except AbsentPeerError as error:
                if str(error) not in reasons:
                    reasons.append(str(error))
            else:
                return
        raise AbsentPeerError("; ".join(reasons))

    def ask(self, line: str) -> dict[str, Any]:
        """Send a line and return the answer."""
        if self._process.stdin is None:
            raise AbsentPeerError("it has no input")
        try:
            self._process.stdin.write(line + "\n")
            self._process.stdin.flush()
        except OSError as error:
            raise AbsentPeerError(self._reason()) from error
        return self._hear()

    def close(self) -> None:
        """End the process."""
        self._process.communicate()
        self._complaints.unlink(missing_ok=True)

    def _start(self, command: Sequence[str]) -> None:
        # a file, since nobody reads what it complains of until it ends, and a full pipe would stop it
        errors, name = tempfile.mkstemp(prefix="peer-", suffix=".err")
        self._complaints = Path(name)
        pipe = subprocess.PIPE
        try:
            self._process = subprocess.Popen(
                command, cwd=Path(__file__).parents[2], stdin=pipe, stdout=pipe, stderr=errors, text=True
            )
        except OSError as error:
            self._complaints.unlink()
            raise AbsentPeerError(f"{command[0]} does not start ({error.strerror})") from error
        finally:
            os.close(errors)
        try:
            self.hello = self._hear()
        except AbsentPeerError:
            self.close()
            raise

    def _hear(self) -> dict[str, Any]:
        line = self._process.stdout.readline() if self._process.stdout is not None else ""
        if not line:
            raise AbsentPeerError(self._reason())
        found: dict[str, Any] = json.loads(line)
        return found

    def _reason(self) -> str:
        self._process.wait()
        complaints = self._complaints.read_text(encoding="utf-8", errors="replace")
        return (complaints.strip().splitlines() or ["it gave no reason"])[-1]
