"""One study in this process: prints its seconds and its peak memory as JSON. Arguments: women, workers."""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

import neurosteroid as ns

KIBIBYTES = 1 if sys.platform != "darwin" else 1024
"""How many units of ru_maxrss make a KiB: Linux counts KiB, macOS bytes."""


def main() -> None:
    """Run the study and print what it cost."""
    women, workers = (int(text) for text in sys.argv[1:])
    began = time.perf_counter()
    plan = ns.protocol("brexanolone-label")
    study = ns.study(ns.population("postpartum", size=women, seed=7), [plan], workers=workers)
    seconds = time.perf_counter() - began
    peaks = {"parent": own_peak(), "largest_worker": usage(resource.RUSAGE_CHILDREN)}
    sys.stdout.write(json.dumps({"seconds": seconds, "failures": len(study.failures), **peaks}) + "\n")


def own_peak() -> float:
    """Return the peak resident memory of this process, MiB.

    On Linux ru_maxrss also counts what the process that started this one held, so the kernel's own mark is read there.
    """
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text(encoding="utf-8").splitlines():
            if line.startswith("VmHWM:"):
                return float(line.split()[1]) / 1024
    return usage(resource.RUSAGE_SELF)


def usage(kind: int) -> float:
    """Return ru_maxrss, MiB."""
    return resource.getrusage(kind).ru_maxrss / KIBIBYTES / 1024


if __name__ == "__main__":
    main()
