"""Write the spike times of NEURON for the cells of tests/rivals/neuron_cases.py, at a step and at half of it.

NEUROSTEROID_BENCH_PYTHON=/python/with/neuron python scripts/neuron_reference.py [FILE.csv]
"""

from __future__ import annotations

import importlib
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]


def main() -> int:
    sys.path.insert(0, str(ROOT))
    cases = importlib.import_module("tests.rivals.neuron_cases")
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else cases.TABLE
    python = cases.with_neuron()
    if python is None:
        print(f"NEURON is in none of {', '.join(cases.pythons())}; name one in {cases.PYTHONS}.", file=sys.stderr)
        return 2
    lines = []
    with tempfile.TemporaryDirectory() as name:
        folder = cases.compiled(python, Path(name))
        for case in cases.CASES:
            for step in cases.STEPS:
                for current, times in zip(case.currents, cases.by_neuron(python, folder, case, step), strict=True):
                    row = ",".join(f"{time:.7g}" for time in times)
                    lines.append(f"{case.name},{current:g},{step!r},{row}")
    target.write_text("cell,current_pA,step_ms,spike_times_ms\n" + "\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
