"""Run the circuits of the page on four concentrations and keep what they gave; it takes about an hour of one processor.

    python scripts/circuit_levels.py
    python scripts/circuit_levels.py --duration "5 s" --seeds 4 --circuit cortex --folder scratch

Each circuit goes into a file of its own in the folder as each level of it is done; once all are there with all levels
they become the file of the page, from which `docs_levels` makes its tables and figure. It refuses the file once a
number on a card that took part has changed.
"""

from __future__ import annotations

import argparse
import functools
import json
import sys
import tempfile
from pathlib import Path

from neurosteroid.files import write_text
from neurosteroid.model.compared_circuits import CircuitLevels, run_circuit
from neurosteroid.model.side_by_side import CONCENTRATIONS, SYNAPSE
from neurosteroid.receptors.panel import receptor_panel

KEPT = Path(__file__).parents[1] / "docs" / "four-concentrations-circuits.json"
CIRCUITS = ("amygdala", "cortex")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--duration", default="60 s", help="that is recorded of each seed")
    parser.add_argument("--seeds", type=int, default=10, help="how many")
    parser.add_argument("--circuit", choices=CIRCUITS, action="append", help="may be repeated; all otherwise")
    parser.add_argument("--threads", type=int, help="one a processor otherwise")
    parser.add_argument("--folder", type=Path, help="where circuits are kept on the way; a new one otherwise")
    asked = parser.parse_args()
    folder = asked.folder or Path(tempfile.mkdtemp(prefix="circuit-levels-"))
    folder.mkdir(parents=True, exist_ok=True)
    levels = receptor_panel("allopregnanolone", ["0 nmol/L", *CONCENTRATIONS]).concentrations.tolist()
    for name in asked.circuit or CIRCUITS:
        run_circuit(
            name,
            levels,
            asked.duration,
            asked.seeds,
            threads=asked.threads,
            progress=functools.partial(_tell, name),
            keep=functools.partial(_keep, folder),
            synapse=SYNAPSE,
        )
    join(folder, levels)


def _tell(name: str, level: float, done: int, total: int) -> None:
    print(f"{name}, {level:g} nmol/L: {done} of {total} networks", file=sys.stderr, flush=True)


def _keep(folder: Path, found: CircuitLevels) -> None:
    write_text(folder / f"{found.name}.json", json.dumps(found.plain(), indent=1) + "\n")


def join(folder: Path, levels: list[float]) -> None:
    """Make the file of the page, once all circuits are there with all levels and with the same seeds."""
    files = [folder / f"{name}.json" for name in CIRCUITS]
    found = [json.loads(each.read_text(encoding="utf-8")) for each in files if each.exists()]
    if len(found) < len(CIRCUITS) or any(each["concentrations"] != levels for each in found):
        print(f"{folder} does not hold all circuits with all levels yet; {KEPT.name} stays as it is.", file=sys.stderr)
        return
    write_text(KEPT, json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
