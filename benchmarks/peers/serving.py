"""What a peer's own process does: it reads the problem once, then runs it each time it is asked to.

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


def serve(name: str, prepare: Callable[[Problem, float], Callable[[], Any]]) -> None:
    """Answer ``run`` lines on standard input with the seconds that one run took, until input ends.

    Args:
        name: of the engine and its version.
        prepare: makes a call that returns plasma concentrations (P, T) out of the problem and a relative tolerance;
            what it does, such as compiling, is timed apart. The call is made once to warm up.
    """
    source, target, tolerance = sys.argv[1:]
    with np.load(source) as file:
        problem = {key: file[key] for key in file.files}
    began = time.perf_counter()
    run = prepare(problem, float(tolerance))
    np.save(target, run())
    _say({"name": name, "preparing": time.perf_counter() - began})
    for _ in sys.stdin:
        began = time.perf_counter()
        run()
        _say({"seconds": time.perf_counter() - began})


def _say(message: Mapping[str, object]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()
