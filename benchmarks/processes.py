"""Fresh processes as a user has them: compiled Python files at hand, and a cache folder that the measurement owns."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path


def run_process(arguments: Sequence[str], *, cache: Path, bytecode: Path | None) -> str:
    """Run a process to its end and return what it printed.

    Args:
        arguments: its command.
        cache: folder of traced systems.
        bytecode: folder of compiled Python files, filled by the first process that uses it; None has every process
            compile all source that is not compiled yet, as where bytecode may not be written.

    Raises:
        CalledProcessError: it ended with an exit code other than 0.
    """
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment["NEUROSTEROID_CACHE"] = str(cache)
    if bytecode is None:
        environment["PYTHONDONTWRITEBYTECODE"] = "1"
    else:
        environment["PYTHONPYCACHEPREFIX"] = str(bytecode)
    return subprocess.run(arguments, check=True, capture_output=True, text=True, env=environment).stdout
