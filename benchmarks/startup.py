"""Start-up: whole processes, from their start to their end, as a user waits for them."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

from benchmarks.processes import run_process
from benchmarks.tables import markdown
from benchmarks.timing import alternate, digits, stopwatch

REPEATS = 5
COMPILATIONS = 3
ONE_WOMAN = """
import neurosteroid as ns
woman = ns.Person(weight="68 kg", age="31 year", states=[ns.Postpartum(day=21, breastfeeding=True)])
course = ns.simulate(woman, ns.protocol("brexanolone-label"), start="08:00", until="96 h")
course["plasma.allopregnanolone"].max()
"""
COMPUTING = """
from neurosteroid.studies.conduct import conduct
from neurosteroid.studies.config import read_config
conduct(read_config("brexanolone-postpartum"))
"""


def measure() -> str:
    """Return the section on start-up and on the main job."""
    python, program = sys.executable, str(Path(sys.executable).with_name("neurosteroid"))
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        warm, bytecode = place / "warm", place / "bytecode"
        one_woman = [python, "-c", ONE_WOMAN]

        def command(arguments: Sequence[str]) -> Callable[[], float]:
            return lambda: stopwatch(lambda: run_process(arguments, cache=warm, bytecode=bytecode))

        def cold() -> float:
            cache = Path(tempfile.mkdtemp(dir=place))
            return stopwatch(lambda: run_process(one_woman, cache=cache, bytecode=bytecode))

        def uncompiled() -> float:
            return stopwatch(lambda: run_process(one_woman, cache=warm, bytecode=None))

        def main_job() -> float:
            # each run needs a folder that does not exist yet
            folder = Path(tempfile.mkdtemp(dir=place)) / "run"
            return command([program, "run", "brexanolone-postpartum", "--folder", str(folder)])()

        works = {
            "Python that does nothing": command([python, "-c", "pass"]),
            "`import numpy`": command([python, "-c", "import numpy"]),
            "`import neurosteroid`": command([python, "-c", "import neurosteroid"]),
            "`neurosteroid --help`": command([program, "--help"]),
            "one woman, label protocol, cold cache": cold,
            "one woman, label protocol, warm cache": command(one_woman),
            "the same, where bytecode may not be written": uncompiled,
            "main job, computing only (`conduct`), warm": command([python, "-c", COMPUTING]),
            "main job, `neurosteroid run brexanolone-postpartum`, warm": main_job,
        }
        works, absent = _working(works)
        found = alternate(works, REPEATS)
        compilations = _compilations(place, bytecode)
    rows = [[name, *spread.cells()] for name, spread in found.items()] + [[name, "-", "-", "-"] for name in absent]
    lines = [f"`{name}` could not be measured: {reason}" for name, reason in absent.items()]
    ratios = _ratios({name: spread.median for name, spread in found.items()})
    return "\n\n".join(
        [
            "## 1. Start-up and the main job",
            f"Wall time of whole fresh processes, s, {REPEATS} alternated rounds after one that is not counted. Cold:"
            " the cache of traced systems is empty, so sympy traces the model. Python's bytecode is kept between runs"
            " except in the row that says otherwise.",
            markdown(["what", "min", "median", "max"], rows),
            *ratios,
            *lines,
            *compilations,
        ]
    )


def _working(works: dict[str, Callable[[], float]]) -> tuple[dict[str, Callable[[], float]], dict[str, str]]:
    """Run each work once, which warms what is to be warm, and set aside those that fail, with the reason."""
    good, absent = {}, {}
    for name, work in works.items():
        try:
            work()
        except subprocess.CalledProcessError as error:
            absent[name] = (str(error.stderr).strip().splitlines() or ["it gave no reason"])[-1]
        else:
            good[name] = work
    return good, absent


def _compilations(place: Path, bytecode: Path) -> list[str]:
    """Return a table of what the native solver costs before its first step, and the sentence above it."""
    seconds: dict[str, list[tuple[float, float, float, float]]] = {}
    for _ in range(COMPILATIONS):
        cache = Path(tempfile.mkdtemp(dir=place))
        command = [sys.executable, "-m", "benchmarks.one_compilation"]
        try:
            cold, warm = (json.loads(run_process(command, cache=cache, bytecode=bytecode)) for _ in range(2))
        except subprocess.CalledProcessError as error:
            return [f"Compiling could not be measured: {str(error.stderr).strip().splitlines()[-1]}"]
        for name in cold:
            seconds.setdefault(name, []).append((*cold[name], *warm[name]))
    rows = [[name, *(digits(median(column)) for column in zip(*found, strict=True))] for name, found in seconds.items()]
    header = ["model", "to trace", "to write and compile its solver", "to read it traced", "to load its solver"]
    return [
        "Before the first step of the native solver (Rodas5P), s, medians of"
        f" {COMPILATIONS} pairs of fresh processes, sympy's import included: with an empty cache,"
        " and with the one that the first left. Peers' compile times stand in sections 2 and 4.",
        markdown(header, rows),
    ]


def _ratios(medians: dict[str, float]) -> list[str]:
    cold, warm = (medians.get(f"one woman, label protocol, {kind} cache") for kind in ("cold", "warm"))
    if cold is None or warm is None:
        return []
    return [
        f"A cold start takes {digits(cold / warm)} times as long as a warm one; Python and numpy alone are"
        f" {digits(medians['`import numpy`'] / warm)} of the warm one."
    ]
