"""The main job from ten thousand to a million women: processor time for each woman, and peak memory.

    python -m benchmarks.many [--rounds 5] [--million 5]

measures, prints the table and writes ``benchmarks/many.md``. It takes long and so stands beside `benchmarks.run`.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from pathlib import Path

from benchmarks.machine import description
from benchmarks.processes import run_process
from benchmarks.tables import markdown
from benchmarks.timing import digits

REPORT = Path(__file__).with_name("many.md")
SIZES = (10_000, 100_000, 1_000_000)
Costs = dict[str, float]


def main() -> None:
    """Measure all sizes, print the table and write the report."""
    reader = argparse.ArgumentParser(prog="python -m benchmarks.many", description=__doc__)
    reader.add_argument("--rounds", type=int, default=5, help="runs of each size below a million")
    reader.add_argument("--million", type=int, default=5, help="runs of a million women")
    chosen = reader.parse_args()
    found = measure(chosen.rounds, chosen.million)
    text = section(found)
    sys.stdout.write(text + "\n")
    part = REPORT.with_suffix(".part")
    part.write_text(f"# Many women\n\n{description()}\n\n{text}\n", encoding="utf-8")
    part.replace(REPORT)


def measure(rounds: int, million: int) -> dict[int, list[Costs]]:
    """Return what each run cost, by size; the sizes are alternated."""
    found: dict[int, list[Costs]] = {size: [] for size in SIZES}
    with tempfile.TemporaryDirectory() as scratch:
        for number in range(max(rounds, million)):
            for size in SIZES:
                if number < (million if size == SIZES[-1] else rounds):
                    found[size].append(_run(size, Path(scratch)))
                    sys.stderr.write(f"{size} women, run {number + 1}: {found[size][-1]}\n")
    return found


def section(found: dict[int, list[Costs]]) -> str:
    """Return the table and what it says."""
    rows, each = [], {}
    for size, runs in found.items():
        total = [run["cpu"] for run in runs]
        own = [1e6 * (run["cpu"] - run["fixed"]) / size for run in runs]
        each[size] = statistics.median(own)
        rows.append(
            [
                f"{size:,}",
                str(len(runs)),
                *(digits(pick(total)) for pick in (min, statistics.median, max)),
                digits(1e6 * statistics.median(total) / size),
                *(digits(pick(own)) for pick in (min, statistics.median, max)),
                digits(statistics.median([run["wall"] for run in runs])),
                digits(max(run["parent"] for run in runs)),
                digits(max(run["stored"] for run in runs)),
            ]
        )
    fixed = statistics.median([run["fixed"] for runs in found.values() for run in runs])
    smallest, largest = min(each.values()), max(each.values())
    header = (
        "women", "runs", "cpu s, min", "median", "max", "cpu us a woman", "beyond fixed, min", "median", "max",
        "wall s, median", "peak MiB", "stored MiB",
    )  # fmt: skip
    return "\n\n".join(
        [
            "The shipped study `brexanolone-postpartum` (three protocols, 96 h in steps of 30 min, twelve outputs, all"
            " tables, the report), one process, a fresh one for each run, sizes in turn. Processor time of the process"
            " and its children, after imports and a first study of ten women. Peak memory: largest resident set of the"
            " process, from its start.",
            markdown(header, rows),
            f"A study of ten women costs {digits(fixed)} s of processor time once everything is warm, nearly all of it"
            " the report; 'beyond fixed' takes that off. The medians of the cost of a woman beyond it differ by a"
            f" factor of {largest / smallest:.2f} between sizes.",
        ]
    )


def _run(size: int, scratch: Path) -> Costs:
    arguments = [sys.executable, "-m", "benchmarks.main_job", str(size), "1"]
    found: Costs = json.loads(run_process(arguments, cache=scratch / "cache", bytecode=scratch / "bytecode"))
    return found


if __name__ == "__main__":
    main()
