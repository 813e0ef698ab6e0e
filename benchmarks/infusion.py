"""The infusion problem solved by this package, by SciPy and by compiled peers, alternated in one run."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Protocol, final

import numpy as np
from numpy.typing import NDArray

from benchmarks.own import ClosedForm, ExactInStages, ExactOwnRates, Reference
from benchmarks.peers.client import PeerProcess
from benchmarks.peers.conversation import PYTHON, AbsentPeerError
from benchmarks.peers.scipy_lsoda import ScipyLsoda
from benchmarks.problem import Problem, closed_form, make_problem, worst_error
from benchmarks.tables import markdown
from benchmarks.timing import Spread, alternate, digits

Array = NDArray[np.float64]
PEOPLE = 1000
SUBSET = 20
REPEATS = 7
TOLERANCES = (1e-6, 1e-10)
PROGRAMS = {
    "numbalsoda_infusion": "numbalsoda",
    "roadrunner_cvode": "libroadrunner",
    "sundae_infusion": "scikit-sundae",
    "diffrax_tsit5": "diffrax",
}
SHORT = 1.0
"""Of a run, s: those below run once uncounted before each counted run."""
OURS, TRUTH = "neurosteroid `exact`", "closed form in plain numpy"


class Engine(Protocol):
    """What takes part: it runs the problem, and then holds what it found."""

    @property
    def found(self) -> Array:
        """(P, T) plasma concentrations, nmol/L."""

    def run(self) -> float:
        """Follow everybody once and return the wall time, s."""


@final
@dataclass(frozen=True, eq=False)
class Competitor:
    """One engine, how many women it follows, and in how many rounds."""

    engine: Engine
    people: int = PEOPLE
    repeats: int = REPEATS


def measure() -> str:
    """Return the section on the two-compartment infusion."""
    problem = make_problem(PEOPLE)
    truth = closed_form(problem)
    exact = ExactInStages(problem)
    competitors = {
        OURS: Competitor(exact),
        f"{OURS}, a schedule each": Competitor(ExactOwnRates(problem, PEOPLE), repeats=2),
        TRUTH: Competitor(ClosedForm(problem)),
        "neurosteroid `reference` (LSODA), 1e-10": Competitor(Reference(problem, SUBSET), SUBSET, repeats=2),
    }
    for tolerance in TOLERANCES:
        lsoda = ScipyLsoda(problem, SUBSET, tolerance)
        competitors[f"SciPy LSODA, {tolerance:g}"] = Competitor(lsoda, SUBSET, repeats=2)
    with tempfile.TemporaryDirectory() as scratch:
        peers, sentences = _peers(problem, Path(scratch))
        for name, peer in peers.items():
            sentences.append(f"{name}: {digits(peer.preparing)} s to compile and for the first run, not counted above.")
        competitors |= {name: Competitor(peer) for name, peer in peers.items()}
        try:
            spreads = _alternated(competitors)
        finally:
            for peer in peers.values():
                peer.close()
        rows = _rows(competitors, spreads, truth)
    return "\n\n".join(
        [_heading(), markdown(_HEADER, rows), _stages(exact), "\n".join(f"- {line}" for line in sentences)]
    )


_HEADER = ("engine, relative tolerance", "min s", "median s", "max s", "people/s", "worst error", "time / ours")


def _heading() -> str:
    return (
        "## 2. Two compartments, five infusion rates\n\n"
        f"{PEOPLE} women with their own weights, clearances and volumes, the label's five rates, 145 plasma"
        " concentrations each; seconds for the lot. numbalsoda takes as many threads as there are processors."
        f" SciPy and `reference` follow the first {SUBSET} women, are scaled up to {PEOPLE}, and show what a loop in"
        " Python costs. One process (and one a peer), alternated round by round, and each run shorter than"
        f" {SHORT:g} s just after one that is not counted; all restart at every rate change."
        " Error: against a closed form that shares no code with the engine, largest |y - truth| / (|truth| + 0.001 of"
        " the woman's highest). `time / ours` is a ratio of medians; a peer whose error is larger than ours would need"
        " more time still at equal error. The closed form is the truth itself, with rates known and no events to read."
        " mrgsolve and rxode2 are R packages, not in the Python index, and were not run."
    )


def _peers(problem: Problem, scratch: Path) -> tuple[dict[str, PeerProcess], list[str]]:
    """Start each peer at each tolerance; return the ready ones, and a sentence for each that is absent."""
    file = scratch / "problem.npz"
    problem.save(file)
    ready: dict[str, PeerProcess] = {}
    sentences = []
    for program, package in PROGRAMS.items():
        try:
            for tolerance in TOLERANCES:
                peer = PeerProcess(program, file, tolerance)
                ready[f"{peer.name}, {tolerance:g}"] = peer
        except AbsentPeerError as error:
            sentences.append(
                f"{package} was left out ({error}). Install it here or in another Python, named in `{PYTHON}`."
            )
    return ready, sentences


def _alternated(competitors: dict[str, Competitor]) -> dict[str, Spread]:
    """Run each once uncounted, then all in turn; slow ones take part in fewer rounds.

    Before a counted run that is short the same engine runs uncounted: after the others ran for a minute, a first run
    of milliseconds would mostly show how long a processor takes to find its program again.
    """
    short = {}
    for name, competitor in competitors.items():
        # the first run of all may compile
        competitor.engine.run()
        short[name] = competitor.repeats == REPEATS and competitor.engine.run() < SHORT
    found: dict[str, tuple[float, ...]] = dict.fromkeys(competitors, ())
    for turn in range(REPEATS):
        part = {
            name: _second(item.engine) if short[name] else item.engine.run
            for name, item in competitors.items()
            if turn < item.repeats
        }
        for name, spread in alternate(part, 1).items():
            found[name] += spread.seconds
    return {name: Spread(seconds) for name, seconds in found.items()}


def _second(engine: Engine) -> Callable[[], float]:
    def run() -> float:
        engine.run()
        return engine.run()

    return run


def _rows(competitors: dict[str, Competitor], spreads: dict[str, Spread], truth: Array) -> Sequence[Sequence[str]]:
    ours = spreads[OURS].median
    rows = []
    for name, competitor in competitors.items():
        scale = PEOPLE / competitor.people
        seconds = spreads[name].median * scale
        error = f"{worst_error(competitor.engine.found, truth[: competitor.people]):.1e}" if name != TRUTH else "truth"
        speed = digits(float(f"{PEOPLE / seconds:.3g}"))
        rows.append([name, *spreads[name].cells(scale), speed, error, digits(seconds / ours)])
    return rows


def _stages(exact: ExactInStages) -> str:
    # the first two runs and those just before a counted one are not counted, as in the table
    middle = {name: median(seconds[3::2]) for name, seconds in exact.stages.items()}
    whole = sum(middle.values())
    parts = ", ".join(
        f"{name} {digits(1000 * value)} ms ({100 * value / whole:.0f} %)" for name, value in middle.items()
    )
    return f"Inside {OURS}: {parts}."
