"""Run the circuits of the page on four concentrations and keep what they gave; it takes minutes.

    python scripts/circuit_levels.py                       as it is kept
    python scripts/circuit_levels.py --duration "60 s" --seeds 10

The page's tables and figure are made from the file by `docs_levels`, which refuses it once a number on a card that took
part has changed.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from neurosteroid.files import write_text
from neurosteroid.model.compared_circuits import run_circuit
from neurosteroid.model.side_by_side import CONCENTRATIONS, SYNAPSE
from neurosteroid.receptors.panel import receptor_panel

KEPT = Path(__file__).parents[1] / "docs" / "four-concentrations-circuits.json"
CIRCUITS = ("amygdala", "cortex")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--duration", default="5 s", help="that is recorded of each seed")
    parser.add_argument("--seeds", type=int, default=4, help="how many")
    asked = parser.parse_args()
    levels = receptor_panel("allopregnanolone", ["0 nmol/L", *CONCENTRATIONS]).concentrations.tolist()
    found = [run_circuit(name, levels, asked.duration, asked.seeds, synapse=SYNAPSE) for name in CIRCUITS]
    write_text(KEPT, json.dumps([each.plain() for each in found], indent=1) + "\n")


if __name__ == "__main__":
    main()
