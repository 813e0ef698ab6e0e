"""Markov schemes of receptors: many parameter sets through a brief pulse, beside CVODE at several tolerances."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import final

import numpy as np
from numpy.typing import NDArray

from benchmarks.peers.conversation import PYTHON, AbsentPeerError
from benchmarks.peers.ladder_client import LadderPeer
from benchmarks.tables import markdown
from benchmarks.timing import Spread, alternate, digits
from neurosteroid.receptors.kinetics import Scheme, scheme
from neurosteroid.receptors.kinetics.matrices import rate_matrices, rate_table
from neurosteroid.receptors.kinetics.noise import open_channels
from neurosteroid.receptors.kinetics.part import sweep
from neurosteroid.receptors.kinetics.propagation import propagate
from neurosteroid.receptors.kinetics.stimulus import Stimulus, read_pulses, stimulus

Array = NDArray[np.float64]

SCHEMES = ("jones-westbrook", "haas-macdonald")
SETS, OF_PEERS, REPEATS, SEED = 2000, 50, 7, 4
PULSE, UNTIL, SPREAD = "1 mmol/L for 1 ms at 0 ms", 200.0, 0.3
TIMES = np.arange(0.05, UNTIL, 1.0)
TOLERANCES = (1e-4, 1e-6, 1e-8, 1e-10)
PROGRAMS = ("scheme_roadrunner", "scheme_sundae")
ABSENT = f"{PYTHON} names no Python in which it starts"


def measure() -> str:
    """Return the section on receptor schemes."""
    intro = (
        f"{PULSE}, then none until {UNTIL:g} ms, from rest; {len(TIMES)} times of {SETS} sets of rate constants, drawn"
        f" around each scheme's (lognormal, {SPREAD:g}). Ours is exact, without a tolerance; it makes the matrices anew"
        " in every run and keeps the open probability. CVODE (BDF) keeps the states, follows the first"
        f" {OF_PEERS} sets one by one and starts anew where GABA changes. Processor time a set, medians of {REPEATS}"
        " alternated rounds, one thread each. Error: the largest of any open probability, against NumPy's exponentials."
    )
    return "\n\n".join(["## 9. Receptor schemes", intro, *(_scheme(name) for name in SCHEMES), _channels()])


@final
@dataclass(frozen=True)
class Row:
    """One line of the table: who, how far off, and how to run it; a run returns seconds a set."""

    name: str
    error: float
    run: Callable[[], float]


def _scheme(name: str) -> str:
    chosen, given = scheme(name), stimulus(read_pulses(PULSE, start=0.0), 0.0, UNTIL)
    random = np.random.default_rng(SEED)
    rates = {rate: value * np.exp(random.normal(0.0, SPREAD, SETS)) for rate, value in chosen.rates.items()}
    table = rate_table(chosen.structure, rates)
    matrices = np.stack([rate_matrices(chosen.structure, table, level) for level in given.levels], axis=1)
    start = chosen.settled(0.0)
    truth = propagate(matrices[:OF_PEERS], np.tile(start, (OF_PEERS, 1)), given.edges, TIMES) @ chosen.is_open
    ours = _own(chosen, given, rates, matrices, truth)
    with tempfile.TemporaryDirectory() as scratch:
        problem = Path(scratch) / "scheme.npz"
        np.savez(problem, matrices=matrices[:OF_PEERS], start=start, edges=given.edges, times=TIMES)
        peers, sentences = _peers(problem)
        try:
            rows = [*ours, *(row for peer in peers for row in _rungs(peer, chosen, truth))]
            spreads = alternate({row.name: row.run for row in rows}, REPEATS)
        finally:
            for peer in peers:
                peer.close()
    head = f"### {name}, {len(chosen.states)} states"
    return "\n\n".join([head, _table(rows, spreads), *sentences])


def _own(chosen: Scheme, given: Stimulus, rates: dict[str, Array], matrices: Array, truth: Array) -> Sequence[Row]:
    def compiled() -> Array:
        return sweep(chosen, given, TIMES, rates, threads=1)

    def plain() -> Array:
        start = np.tile(chosen.settled(0.0), (SETS, 1))
        found: Array = propagate(matrices, start, given.edges, TIMES) @ chosen.is_open
        return found

    error = float(np.abs(compiled()[:OF_PEERS] - truth).max())
    return [
        Row("neurosteroid, compiled", error, lambda: _cpu(compiled) / SETS),
        Row("neurosteroid, NumPy alone", 0.0, lambda: _cpu(plain) / SETS),
    ]


def _peers(problem: Path) -> tuple[list[LadderPeer], list[str]]:
    found, sentences = [], []
    for program in PROGRAMS:
        try:
            found.append(LadderPeer(program, problem))
        except AbsentPeerError as error:
            sentences.append(f"- {program}: not measured ({ABSENT}: {error}).")
    return found, sentences


def _rungs(peer: LadderPeer, chosen: Scheme, truth: Array) -> Sequence[Row]:
    found = []
    for tolerance in TOLERANCES:
        opened = peer.states(OF_PEERS, tolerance) @ chosen.is_open
        name, error = f"{peer.name}, {tolerance:g}", float(np.abs(opened - truth).max())
        found.append(Row(name, error, lambda tolerance=tolerance: peer.run(OF_PEERS, tolerance)[1] / OF_PEERS))
    return found


def _table(rows: Sequence[Row], spreads: dict[str, Spread]) -> str:
    ours = spreads[rows[0].name].median
    header = ("engine, relative tolerance", "error", "min us", "median us", "max us", "times ours")
    lines = [
        [row.name, f"{row.error:.1e}" if row.error else "-", *spread.cells(1e6), digits(spread.median / ours)]
        for row in rows
        for spread in [spreads[row.name]]
    ]
    return markdown(header, lines)


def _channels() -> str:
    chosen, given = scheme(), stimulus(read_pulses(PULSE, start=0.0), 0.0, UNTIL)
    channels = 100_000
    spread = alternate(
        {"walk": lambda: _cpu(lambda: open_channels(chosen, given, TIMES, channels=channels, sweeps=1, seed=1))},
        REPEATS,
    )["walk"]
    low, middle, high = spread.cells()
    return (
        f"Exact stochastic simulation of {channels:,} single {chosen.name} channels through the same pulse, counted at"
        f" {len(TIMES)} times: {middle} s of processor time ({low} to {high}), one thread."
    )


def _cpu(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began
