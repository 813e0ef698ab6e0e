"""The generated C on another processor: compiled for 64-bit ARM (NEON, two people at once) and run by an emulator."""

import shutil
import subprocess

import numpy as np
import pytest

from neurosteroid.engine.solvers.rosenbrock.compilers import FLAGS
from neurosteroid.engine.solvers.rosenbrock.engine import engine_for
from neurosteroid.engine.solvers.rosenbrock.tableau import RODAS5P
from neurosteroid.engine.solvers.rosenbrock.task import ARRAYS, given_arrays, written_arrays
from neurosteroid.engine.timeline import build_timelines
from tests.engine.native_parts import sigmoid
from tests.engine.test_rosenbrock import DOSES, spread

COMPILER, EMULATOR = "aarch64-linux-gnu-gcc", "qemu-aarch64"
KINDS = {np.int64: "int64_t", np.float64: "double", np.uint8: "uint8_t", np.int32: "int32_t"}
PEOPLE = 5


def literal(value, kind):
    if kind is not np.float64:
        return str(int(value))
    return float(value).hex() if np.isfinite(value) else "NAN"


def program(text, timeline, given):
    """Return the C text of a solver with a `main` that solves a batch and prints its states."""
    people, rows = timeline.row_step.shape
    arrays = given_arrays(timeline, *given[:-1]) | written_arrays(people, rows, len(given[3]))
    lines = [text, "#include <stdio.h>"]
    for name, kind in ARRAYS.items():
        values = ",".join(literal(value, kind) for value in np.ravel(arrays[name])) or "0"
        lines.append(f"static {KINDS[kind]} d_{name}[] = {{{values}}};")
    sizes = {"people": people, "steps": timeline.times.shape[1], "rows": rows, "inputs": len(timeline.inputs)}
    relative, absolute = given[-1]
    sizes |= {"epochs": timeline.covariates.shape[1], "most_attempts": 10**6}
    fields = [f".{name} = {value}" for name, value in {**sizes, "relative": relative, "absolute": absolute}.items()]
    fields += [f".{name} = d_{name}" for name in ARRAYS]
    count = arrays["states"].size
    show = f'for (int i = 0; i < {count}; i++) printf("%.17g\\n", d_states[i]);'
    return "\n".join(
        [*lines, f"int main(void) {{ struct task task = {{{', '.join(fields)}}}; walk(&task); {show} }}\n"]
    )


@pytest.mark.slow
def test_arm_gives_the_same_numbers(tmp_path):
    if shutil.which(COMPILER) is None or shutil.which(EMULATOR) is None:
        pytest.skip(f"{COMPILER} and {EMULATOR} are needed")
    system = sigmoid()
    parameters, none = spread(system, PEOPLE), np.zeros((PEOPLE, 0))
    timeline = build_timelines(system, DOSES, parameters, none, np.linspace(0.0, 40.0, 41))
    initial = system.initial(parameters, none)[:, None, :]
    given = (parameters, initial, np.zeros((0, 2)), system.is_account, (1e-8, 1e-11))
    engine = engine_for(system.traced, RODAS5P.name)
    here = engine.walk(timeline, *given).states
    (tmp_path / "arm.c").write_text(program(engine.source.text, timeline, given), encoding="utf-8")
    command = [COMPILER, *FLAGS, str(tmp_path / "arm.c"), "-o", str(tmp_path / "arm"), "-static", "-lm"]
    subprocess.run(command, check=True)
    found = subprocess.run([EMULATOR, str(tmp_path / "arm")], check=True, capture_output=True, text=True)
    there = np.array(found.stdout.split(), dtype=float).reshape(here.shape)
    # 50 times the tolerance of each state's maximum, as everywhere.
    assert (np.abs(there - here).max(axis=(0, 1)) <= 50e-8 * np.abs(here).max(axis=(0, 1))).all()
