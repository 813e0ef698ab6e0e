"""One study in this process: prints its seconds and its peak memory as JSON. Arguments: women, workers."""

from __future__ import annotations

import json
import resource
import sys
import time

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
    kinds = {"parent": resource.RUSAGE_SELF, "largest_worker": resource.RUSAGE_CHILDREN}
    peaks = {name: resource.getrusage(kind).ru_maxrss / KIBIBYTES / 1024 for name, kind in kinds.items()}
    sys.stdout.write(json.dumps({"seconds": seconds, "failures": len(study.failures), **peaks}) + "\n")


if __name__ == "__main__":
    main()
