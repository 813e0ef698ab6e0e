"""What a peer's own process does when it is asked for one problem at many tolerances.

Only numpy and the standard library are used, so that a peer may live in a Python of its own.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

Problem = Mapping[str, Any]
Run = Callable[[int, float], Any]


def serve_ladder(name: str, prepare: Callable[[Problem], Run]) -> None:
    """Answer lines on standard input, each ``people tolerance keep``, with the wall and cpu seconds of one run.

    Where `keep` is a path, the states (people, rows, n) are saved there afterwards.

    Args:
        name: of the engine and its version.
        prepare: makes a call that takes how many people to follow and a relative tolerance and returns the states;
            what it does, such as compiling, is not timed.
    """
    with np.load(sys.argv[1]) as file:
        problem = {key: file[key] for key in file.files}
    began = time.perf_counter()
    run = prepare(problem)
    run(2, 1e-3)
    _say({"name": name, "preparing": time.perf_counter() - began})
    for line in sys.stdin:
        people, tolerance, *keep = line.split()
        wall, cpu = time.perf_counter(), time.process_time()
        found = run(int(people), float(tolerance))
        _say({"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu, "saved": _save(found, keep)})


def _save(found: Any, keep: list[str]) -> bool:
    for path in keep:
        np.save(path, found)
    return bool(keep)


def _say(message: Mapping[str, object]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()
