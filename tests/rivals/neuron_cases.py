"""The same cells in NEURON and here: what is injected, and how NEURON is run in another Python."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from neurosteroid.engine import System, wire
from neurosteroid.evidence import Ledger, library
from neurosteroid.model.catalogue import part_from_card
from neurosteroid.neurons.chloride import HeldChloride
from neurosteroid.neurons.constants import thermal_voltage
from neurosteroid.neurons.gaba import GabaInput
from neurosteroid.neurons.reversal import gaba_reversal
from neurosteroid.neurons.stimulus import CurrentStep

HERE = Path(__file__).parent
MODS = HERE / "neuron_mods"
TABLE = HERE / "neuron.csv"
DURATION = 1000.0
PYTHONS = "NEUROSTEROID_BENCH_PYTHON"
TONIC = 1.0
STEPS = (1 / 640, 1 / 1280)


@dataclass(frozen=True)
class Case:
    """One cell with the currents (pA) that are injected from the start on."""

    name: str
    card: str
    variant: str | None
    currents: tuple[float, ...]


CASES = (
    Case("regular-spiking", "cortical-cell", "regular-spiking", (750.0, 1000.0)),
    Case("fast-spiking", "cortical-cell", "fast-spiking", (500.0, 1000.0)),
    Case("wang-buzsaki", "wang-buzsaki-cell", None, (60.0, 150.0)),
    Case("granule", "granule-cell", None, (200.0, 300.0)),
)


def chloride() -> HeldChloride:
    part = part_from_card(library().card("chloride"), "held-mature", Ledger())
    assert isinstance(part, HeldChloride)
    return part


def system(case: Case) -> System:
    """The cell with a constant GABA-A conductance of `TONIC` nS and held chloride."""
    card = library().card(case.card)
    gaba = GabaInput(tonic_dependent=TONIC, synaptic_conductance=1.0, rise=0.5, decay=5.0)
    return wire(
        {
            "cell": part_from_card(card, case.variant, Ledger()),
            "shape": part_from_card(card, case.variant, Ledger(), kind="cylinder"),
            "gaba": gaba,
            "chloride": chloride(),
            "stimulus": CurrentStep(),
        }
    )


def reversal() -> float:
    part = chloride()
    return float(
        gaba_reversal(
            part.chloride_outside,
            part.chloride_inside,
            part.bicarbonate_outside,
            part.bicarbonate_inside,
            part.permeability_ratio,
            part.temperature,
        )
    )


def pythons() -> list[str]:
    """Interpreters in which NEURON may be."""
    return [path for path in os.environ.get(PYTHONS, sys.executable).split(os.pathsep) if path]


def with_neuron() -> str | None:
    """The first interpreter that has NEURON, or None."""
    for python in pythons():
        found = subprocess.run([python, "-c", "import neuron"], capture_output=True, check=False)
        if found.returncode == 0:
            return python
    return None


def compiled(python: str, folder: Path) -> Path:
    """Compile the mechanisms in a folder of one's own."""
    for mod in MODS.glob("*.mod"):
        shutil.copy(mod, folder)
    path = f"{Path(python).parent}{os.pathsep}{os.environ['PATH']}"
    command = shutil.which("nrnivmodl", path=path)
    assert command is not None
    subprocess.run([command, "."], cwd=folder, env={**os.environ, "PATH": path}, capture_output=True, check=True)
    return folder


def by_neuron(python: str, folder: Path, case: Case, step: float) -> list[list[float]]:
    """Spike times of NEURON, ms."""
    cell = part_from_card(library().card(case.card), case.variant, Ledger())
    task = {
        "cell": case.name,
        "currents": [current / 1e3 for current in case.currents],
        "step": step,
        "duration": DURATION,
        "start": cell.resting_voltage,
        "gaba": TONIC,
        "gaba_reversal": reversal(),
        "thermal": float(thermal_voltage(getattr(cell, "temperature", 300.0))),
        "dendrite_area": getattr(cell, "dendrite_area", 1.0),
        "coupling": getattr(cell, "coupling", 1.0),
    }
    script = HERE / "neuron_peer.py"
    command = [python, str(script), json.dumps(task)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])
