"""How a study grows with the number of women and of workers: seconds and peak memory, a fresh process each."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.processes import run_process
from benchmarks.tables import markdown
from benchmarks.timing import alternate, digits

SIZES = (100, 1000, 10_000, 100_000)
WORKERS = (1, 2)
REPEATS = 3
Case = tuple[int, int]


def measure() -> str:
    """Return the section on scaling."""
    peaks: dict[Case, tuple[float, float]] = {}
    with tempfile.TemporaryDirectory() as scratch:

        def work(case: Case) -> Callable[[], float]:
            def run() -> float:
                found = _study(case, Path(scratch))
                own, worker = peaks.get(case, (0.0, 0.0))
                peaks[case] = max(own, found["parent"]), max(worker, found["largest_worker"])
                return found["seconds"]

            return run

        _study((1, 1), Path(scratch))
        cases = {f"{size} {workers}": (size, workers) for size in SIZES for workers in WORKERS}
        spreads = alternate({name: work(case) for name, case in cases.items()}, REPEATS)
    rows = []
    for name, (size, workers) in cases.items():
        own, worker = peaks[size, workers]
        middle = spreads[name].median
        alone = spreads[f"{size} 1"].median
        shown = digits(worker) if workers > 1 else "-"
        rows.append([f"{size:,}", str(workers), *spreads[name].cells(), digits(size / middle), digits(alone / middle)])
        rows[-1] += [digits(own), shown]
    header = (
        "women",
        "workers",
        "min s",
        "median s",
        "max s",
        "women/s",
        "speed-up",
        "peak MiB",
        "a worker's peak MiB",
    )
    return "\n\n".join(
        [
            "## 3. A study as it grows",
            "One protocol (the label), 96 h in steps of 30 min, tables and bands, no files. Seconds from the"
            f" first use of the package, warm cache, {REPEATS} alternated rounds, a fresh process each. Speed-up:"
            " against one worker, ratio of medians. Peak memory: the largest resident set of the process, and of the"
            " largest of its workers (never below what the process held when it started them).",
            markdown(header, rows),
            "A million women: [many women](many.md), which has the main job with ten thousand, a hundred thousand and a"
            " million of them, five runs each, with processor time a woman, memory and files"
            " (`python -m benchmarks.many`).",
        ]
    )


def _study(case: Case, scratch: Path) -> dict[str, float]:
    arguments = [sys.executable, "-m", "benchmarks.one_study", *(str(number) for number in case)]
    printed = run_process(arguments, cache=scratch / "cache", bytecode=scratch / "bytecode")
    found: dict[str, float] = json.loads(printed)
    return found
