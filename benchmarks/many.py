"""The main job from ten thousand to a million women: processor time for each woman, and peak memory.

    python -m benchmarks.many [--sizes 10000 100000 1000000] [--rounds 5]

appends what each run cost to ``benchmarks/many.jsonl`` as soon as it is done, and writes the table of all of them to
``benchmarks/many.md``. It takes long, so it stands beside `benchmarks.run`; remove the file of runs to start anew.
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
RUNS = Path(__file__).with_name("many.jsonl")
SIZES = (10_000, 100_000, 1_000_000)
Costs = dict[str, float]
SINCE = (
    "Tests ran on the machine beside four of the five rounds. Counting the fixed cost too, a woman of 10,000 costs 1.13"
    " times one of a million."
)
"""What to know of the runs in the file; to be emptied when they are made anew."""


def main() -> None:
    """Run the chosen sizes in turn, keep what each cost, and write the report of all runs kept."""
    reader = argparse.ArgumentParser(prog="python -m benchmarks.many", description=__doc__)
    reader.add_argument("--sizes", type=int, nargs="*", default=SIZES, help="numbers of women")
    reader.add_argument("--rounds", type=int, default=5, help="runs of each size; 0 only writes the report again")
    chosen = reader.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        for _ in range(chosen.rounds):
            for size in chosen.sizes:
                keep({"women": size, **_run(size, Path(scratch))})
    text = section(kept())
    sys.stdout.write(text + "\n")
    part = REPORT.with_suffix(".part")
    part.write_text(f"# Many women\n\n{description()}\n\n{text}\n", encoding="utf-8")
    part.replace(REPORT)


def keep(costs: Costs) -> None:
    """Append a run to the file of runs."""
    with RUNS.open("a", encoding="utf-8") as file:
        file.write(json.dumps(costs) + "\n")


def kept() -> dict[int, list[Costs]]:
    """Return the runs in the file, by size."""
    found: dict[int, list[Costs]] = {}
    for line in RUNS.read_text(encoding="utf-8").splitlines():
        costs = json.loads(line)
        found.setdefault(int(costs["women"]), []).append(costs)
    return dict(sorted(found.items()))


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
            *([SINCE] if SINCE else []),
        ]
    )


def _run(size: int, scratch: Path) -> Costs:
    arguments = [sys.executable, "-m", "benchmarks.main_job", str(size), "1"]
    found: Costs = json.loads(run_process(arguments, cache=scratch / "cache", bytecode=scratch / "bytecode"))
    return found


if __name__ == "__main__":
    main()
