"""What a solver costs before its first step: ``python -m benchmarks.one_compilation`` prints seconds as JSON.

The cache folder decides what is done: an empty one has models traced and their solvers compiled, a filled one has both
read from it.
"""

from __future__ import annotations

import json
import sys

from benchmarks.qsp_model import qsp_system
from benchmarks.timing import stopwatch
from neurosteroid.engine import System
from neurosteroid.engine.solvers.rosenbrock.engine import engine_for
from neurosteroid.model.assembly import assemble

METHOD = "Rodas5P"


def main() -> None:
    """Print for each model the seconds until there is a system, and from there to a solver."""
    makers = {"25 states of `qsp_model.py`": qsp_system, "whole model of the day": lambda: assemble().system}
    found: dict[str, tuple[float, float]] = {}
    for name, make in makers.items():
        made: list[System] = []
        tracing = stopwatch(lambda make=make, made=made: made.append(make()))
        found[name] = tracing, stopwatch(lambda made=made: engine_for(made[0].traced, METHOD))
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
