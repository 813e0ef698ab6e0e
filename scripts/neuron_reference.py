"""Write the spike times of NEURON for the cells of tests/rivals/neuron_cases.py, at a step and at half of it.

    python scripts/neuron_reference.py [FILE.csv]

NEURON comes with the test extra; NEUROSTEROID_BENCH_PYTHON names another Python that has it.
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
    found = cases.with_neuron()
    if found is None:
        print(f"NEURON is in none of {', '.join(cases.pythons())}; name one in {cases.PYTHONS}.", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as name:
        folder = cases.compiled(*found, Path(name))
        runs = {}
        for case in cases.CASES:
            for step in case.steps:
                runs |= cases.by_neuron(found[0], folder, case, step)
    cases.write_table(runs, target)
    return 0


if __name__ == "__main__":
    sys.exit(main())
