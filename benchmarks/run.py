"""Measure, print, and write benchmarks/report.md: ``python -m benchmarks.run [SECTION ...]``."""

from __future__ import annotations

import argparse
import re
import sys
import time
from pathlib import Path

from benchmarks import (
    circuits,
    gpu,
    infusion,
    neurons,
    orders,
    receptor_schemes,
    rules,
    scaling,
    sensitivities,
    startup,
    streaming,
    whole_model,
)
from benchmarks.machine import description

REPORT = Path(__file__).with_name("report.md")
SECTIONS = {
    "start-up": startup.measure,
    "infusion": infusion.measure,
    "scaling": scaling.measure,
    "whole-model": whole_model.measure,
    "streaming": streaming.measure,
    "sensitivities": sensitivities.measure,
    "rules": rules.measure,
    "receptor-schemes": receptor_schemes.measure,
    "neurons": neurons.measure,
    "gpu": gpu.measure,
    "orders": orders.measure,
    "circuits": circuits.measure,
    "joined-woman": whole_model.measure_joined,
}
HEAD = (
    "# Benchmark report\n\n"
    "Written by `make bench`; a section says when and where it was measured. Times depend on the machine and on what"
    " else it does; compare the ratios, which come from alternated runs, and not times of different sections. No test"
    " depends on any of them."
)


def main() -> None:
    """Run the chosen sections and put them into the report; the others stay as they were."""
    reader = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__)
    reader.add_argument("sections", nargs="*", metavar="SECTION", help=f"{', '.join(SECTIONS)}; all by default")
    why = gpu.missing()
    chosen = reader.parse_args().sections or [name for name in SECTIONS if name != "gpu" or why is None]
    if why is not None and "gpu" in chosen:
        reader.error(f"the section 'gpu' needs one: {why}")
    if unknown := [name for name in chosen if name not in SECTIONS]:
        reader.error(f"no section '{unknown[0]}'; there are {', '.join(SECTIONS)}")
    began = time.perf_counter()
    for name in chosen:
        start = time.perf_counter()
        machine = description()
        title, _, body = SECTIONS[name]().partition("\n\n")
        section = f"{title}\n\n{machine}\n\n{body}"
        sys.stdout.write(section + "\n\n")
        sys.stdout.flush()
        _put(section)
        sys.stderr.write(f"{name}: {time.perf_counter() - start:.0f} s\n")
    sys.stderr.write(f"all: {(time.perf_counter() - began) / 60:.1f} min\n")
    sys.stdout.write(f"Written: {REPORT.relative_to(Path.cwd())}\n" if REPORT.is_relative_to(Path.cwd()) else "")


def _put(section: str) -> None:
    """Put a section into the report, in the place of the one of the same title, in order of the numbers in titles."""
    text = REPORT.read_text(encoding="utf-8") if REPORT.exists() else ""
    parts = re.split(r"^(?=## )", text, flags=re.MULTILINE)[1:]
    found = {part.partition("\n")[0]: part.strip() for part in parts}
    found[section.partition("\n")[0]] = section.strip()
    whole = "\n\n".join([HEAD, *(found[title] for title in sorted(found, key=_number))]) + "\n"
    written = REPORT.with_suffix(".part")
    written.write_text(whole, encoding="utf-8")
    written.replace(REPORT)


def _number(title: str) -> int:
    return int(title.removeprefix("## ").partition(".")[0])


if __name__ == "__main__":
    main()
