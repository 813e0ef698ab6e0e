"""Measure everything, print it, and write benchmarks/report.md: ``python -m benchmarks.run [SECTION ...]``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from benchmarks import infusion, scaling, startup
from benchmarks.machine import description

REPORT = Path(__file__).with_name("report.md")
SECTIONS = {"start-up": startup.measure, "infusion": infusion.measure, "scaling": scaling.measure}
HEAD = (
    "# Benchmark report\n\n"
    "Written by `make bench`. Times depend on the machine and on what else it does; compare the ratios, which come from"
    " alternated runs, and not times of different reports. No test depends on any of them."
)


def main() -> None:
    """Run the chosen sections; the report is written when all of them are run."""
    reader = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__)
    reader.add_argument("sections", nargs="*", metavar="SECTION", help=f"{', '.join(SECTIONS)}; all by default")
    chosen = reader.parse_args().sections or list(SECTIONS)
    if unknown := [name for name in chosen if name not in SECTIONS]:
        reader.error(f"no section '{unknown[0]}'; there are {', '.join(SECTIONS)}")
    parts = [f"{HEAD}\n\n{description()}"]
    for name in chosen:
        parts.append(SECTIONS[name]())
        sys.stdout.write(parts[-1] + "\n\n")
        sys.stdout.flush()
    if set(chosen) == set(SECTIONS):
        part = REPORT.with_suffix(".part")
        part.write_text("\n\n".join(parts) + "\n", encoding="utf-8")
        part.replace(REPORT)
        sys.stdout.write(f"Written: {REPORT.relative_to(Path.cwd())}\n" if REPORT.is_relative_to(Path.cwd()) else "")


if __name__ == "__main__":
    main()
