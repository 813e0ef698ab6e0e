"""The same cells in NEURON and here: what is injected, and how NEURON is run in another Python."""

import functools
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine import System, wire
from neurosteroid.evidence import Ledger, library
from neurosteroid.model.catalogue import part_from_card
from neurosteroid.neurons.chloride import CarriedChloride, HeldChloride, RelaxingChloride
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
HELD = "held-mature"
STILL = {"relaxing": HELD, "carried": "held-pyramidal"}  # with the same chloride at rest and the same bicarbonate


@dataclass(frozen=True)
class Case:
    """One cell with the currents (pA) that are injected from the start on.

    Attributes:
        name: of the case.
        card: of the cell.
        variant: of that card.
        currents: pA.
        chloride: variant of the card ``chloride``.
        tonic: constant GABA-A conductance, nS; where chloride moves it is as large as many synapses give together.
        steps: a converged one, ms, and half of it.
    """

    name: str
    card: str
    variant: str | None
    currents: tuple[float, ...]
    chloride: str = HELD
    tonic: float = TONIC
    steps: tuple[float, float] = STEPS

    @property
    def moving(self) -> bool:
        """Whether chloride changes with what flows."""
        return self.chloride in STILL


CASES = (
    Case("regular-spiking", "cortical-cell", "regular-spiking", (750.0, 1000.0)),
    Case("fast-spiking", "cortical-cell", "fast-spiking", (500.0, 1000.0)),
    Case("wang-buzsaki", "wang-buzsaki-cell", None, (60.0, 150.0)),
    Case("granule", "granule-cell", None, (200.0, 300.0)),
    Case("reduced-traub-miles", "reduced-traub-miles-cell", "without-slow-current", (100.0, 400.0)),
    # what a spike leaves in the slow current sets when the next one comes, so errors of spikes add up over long gaps
    Case("reduced-with-slow", "reduced-traub-miles-cell", "with-slow-current", (600.0,), steps=(1 / 2560, 1 / 5120)),
    Case("oriens", "oriens-cell", None, (0.0, 150.0)),
    Case("relaxing-chloride", "granule-cell", None, (600.0,), "relaxing", 10.0),
    Case("carried-chloride", "granule-cell", None, (600.0,), "carried", 10.0),
)


Chloride = HeldChloride | RelaxingChloride | CarriedChloride


def chloride(variant: str = HELD) -> Chloride:
    part = part_from_card(library().card("chloride"), variant, Ledger())
    assert isinstance(part, Chloride)
    return part


def system(case: Case) -> System:
    """The cell with its constant GABA-A conductance and its chloride."""
    card = library().card(case.card)
    gaba = GabaInput(tonic_dependent=case.tonic, synaptic_conductance=1.0, rise=0.5, decay=5.0)
    return wire(
        {
            "cell": part_from_card(card, case.variant, Ledger()),
            "shape": part_from_card(card, case.variant, Ledger(), kind="cylinder"),
            "gaba": gaba,
            "chloride": chloride(case.chloride),
            "stimulus": CurrentStep(),
        }
    )


def reversal() -> float:
    part = chloride()
    assert isinstance(part, HeldChloride)
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
    """Interpreters in which NEURON may be; this one first, since it comes with the test extra."""
    return [sys.executable, *(path for path in os.environ.get(PYTHONS, "").split(os.pathsep) if path)]


@functools.cache
def with_neuron() -> tuple[str, str] | None:
    """The first interpreter that has NEURON and can compile mechanisms for it, and NEURON's version; or None."""
    for python in pythons():
        asked = [python, "-c", "import neuron; print(neuron.__version__)"]
        found = subprocess.run(asked, capture_output=True, text=True, check=False)
        if found.returncode == 0 and _compiler(python):
            return python, found.stdout.split()[-1]
    return None


def _path(python: str) -> str:
    return f"{Path(python).parent}{os.pathsep}{os.environ['PATH']}"


def _compiler(python: str) -> str | None:
    if shutil.which("c++") is None and shutil.which("g++") is None:
        return None
    return shutil.which("nrnivmodl", path=_path(python))


def compiled(python: str, version: str, folder: Path) -> Path:
    """Return the folder of the compiled mechanisms inside another one, where they are kept for the next time."""
    mods = sorted(MODS.glob("*.mod"))
    text = "".join(mod.read_text() for mod in mods)
    kept = folder / hashlib.sha256(f"{python} {version} {text}".encode()).hexdigest()[:16]
    if kept.is_dir():
        return kept
    command = _compiler(python)
    assert command is not None
    with tempfile.TemporaryDirectory(dir=folder) as made:
        for mod in mods:
            shutil.copy(mod, made)
        environment = {**os.environ, "PATH": _path(python)}
        subprocess.run([command, "."], cwd=made, env=environment, capture_output=True, check=True)
        # another process may have been first; what it made is the same
        shutil.copytree(made, f"{made}-whole", symlinks=True)
    try:
        Path(f"{made}-whole").rename(kept)
    except OSError:
        shutil.rmtree(f"{made}-whole")
    return kept


@dataclass(frozen=True, eq=False)
class Run:
    """Spike times, ms, and chloride inside at the end, mmol/L; 0 where it is held."""

    spikes: NDArray[np.float64]
    chloride: float


Key = tuple[str, float, float]
"""Case, current and step."""


def read_table(path: Path = TABLE) -> dict[Key, Run]:
    """What NEURON gave when the table was written."""
    rows = [line.split(",") for line in path.read_text().splitlines()[1:]]
    return {
        (name, float(current), float(step)): Run(np.array(times, float), float(chloride))
        for name, current, step, chloride, *times in rows
    }


def write_table(runs: dict[Key, Run], path: Path) -> None:
    """Write what `read_table` reads."""
    lines = ["cell,current_pA,step_ms,chloride_mmol_per_L,spike_times_ms"]
    for (name, current, step), run in runs.items():
        times = ",".join(f"{time:.7g}" for time in run.spikes)
        lines.append(f"{name},{current:g},{step!r},{run.chloride:.8g},{times}")
    path.write_text("\n".join(lines) + "\n")


def by_neuron(python: str, folder: Path, case: Case, step: float) -> dict[Key, Run]:
    """What NEURON gives now."""
    cell = part_from_card(library().card(case.card), case.variant, Ledger())
    task = {
        "cell": case.name,
        "currents": [current / 1e3 for current in case.currents],
        "step": step,
        "duration": DURATION,
        "start": cell.resting_voltage,
        "chloride": case.chloride,
        "celsius": chloride(case.chloride).temperature - 273.15,
        "gaba": case.tonic,
        "gaba_reversal": reversal(),
        "thermal": float(thermal_voltage(getattr(cell, "temperature", 300.0))),
        "dendrite_area": getattr(cell, "dendrite_area", 1.0),
        "coupling": getattr(cell, "coupling", 1.0),
    }
    script = HERE / "neuron_peer.py"
    command = [python, str(script), json.dumps(task)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout.splitlines()[-1])
    return {
        (case.name, current, step): Run(np.array(each["spikes"]), each["chloride"])
        for current, each in zip(case.currents, found, strict=True)
    }
