"""A thousand regular-spiking cells against Brian2 and Jaxley: the same equations, the same step, in alternation.

    NEUROSTEROID_BENCH_PYTHON=/python/with/peers python -m benchmarks.neurons [--cells 1000] [--rounds 5]

Each cell has a current of its own and the same tonic GABA-A conductance. Peers that are not installed are named and
left out. Spike times are also held against a run with a step of 1/1280 ms, since a step of second order and one of
first order are not worth the same; that is also why `gates` takes part with twice the step.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.machine import description
from benchmarks.peers.conversation import AbsentPeerError, Conversation
from benchmarks.timing import alternate, digits, stopwatch
from neurosteroid.engine import wire
from neurosteroid.engine.solvers.gates.solver import FixedSteps, follow
from neurosteroid.evidence import Ledger, library
from neurosteroid.model.catalogue import part_from_card
from neurosteroid.neurons.constants import DENSITY
from neurosteroid.neurons.gaba import GabaInput
from neurosteroid.neurons.stimulus import CurrentStep

PEERS: Final = {"brian2_cells": "brian2", "jaxley_cells": "jaxley"}
FINE: Final = 1 / 1280
TONIC: Final = 1.0
REVERSAL: Final = -76.6399
START: Final = -70.0


class Cells:
    """The cells as they are solved here; densities as the peers get them."""

    def __init__(self, count: int, duration: float, step: float) -> None:
        card, chloride = library().card("cortical-cell"), library().card("chloride")
        self.system = wire(
            {
                "cell": part_from_card(card, "regular-spiking", Ledger()),
                "shape": part_from_card(card, "regular-spiking", Ledger(), kind="cylinder"),
                "gaba": GabaInput(tonic_dependent=TONIC, synaptic_conductance=1.0, rise=0.5, decay=5.0),
                "chloride": part_from_card(chloride, "held-pyramidal", Ledger()),
                "stimulus": CurrentStep(),
            }
        )
        self.duration, self.step = duration, step
        self.currents = np.linspace(500.0, 1500.0, count)
        self.parameters = self.system.parameters(count, {"stimulus.holding": self.currents})

    def run(self, step: float | None = None, threads: int | None = None) -> FixedSteps:
        """Follow them all."""
        return follow(
            self.system,
            duration=self.duration,
            step=step or self.step,
            parameters=self.parameters,
            watch="membrane.voltage",
            keep=[],
            threads=threads,
        )

    def task(self, threads: int) -> str:
        """Return the same as text for a peer."""
        area = np.pi * 96.0 * 96.0
        return json.dumps(
            {
                "current": list(self.currents * DENSITY / area),
                "gaba": TONIC * DENSITY / area,
                "reversal": REVERSAL,
                "start": START,
                "step": self.step,
                "duration": self.duration,
                "threads": threads,
            }
        )


def processor(work: Callable[[], object]) -> float:
    """Return the processor time of one call in all threads, s: on a busy machine wall times say little."""
    began = time.process_time()
    work()
    return time.process_time() - began


def late(found: Sequence[Sequence[float]], fine: Sequence[NDArray[np.float64]]) -> tuple[float, float]:
    """Return the share of cells with the right number of spikes, and the median over those of the last one's error."""
    pairs = [(one, other) for one, other in zip(found, fine, strict=True) if len(one) == len(other)]
    errors = [abs(one[-1] - other[-1]) for one, other in pairs if len(one)]
    return len(pairs) / len(found), float(np.median(errors)) if errors else float("nan")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--cells", type=int, default=1000)
    arguments.add_argument("--duration", type=float, default=1000.0, help="ms")
    arguments.add_argument("--step", type=float, default=0.025, help="ms")
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--threads", type=int, default=2)
    chosen = arguments.parse_args()
    cells = Cells(chosen.cells, chosen.duration, chosen.step)
    print(description())
    print(f"{chosen.cells} cells, {chosen.duration:g} ms, step {chosen.step:g} ms, {chosen.threads} threads")
    fine = cells.run(FINE).spikes
    preparing = stopwatch(lambda: cells.run(threads=chosen.threads))
    double = f"gates, step {2 * chosen.step:g} ms"
    works: dict[str, Callable[[], float]] = {
        "gates": lambda: processor(lambda: cells.run(threads=chosen.threads)),
        double: lambda: processor(lambda: cells.run(2 * chosen.step, threads=chosen.threads)),
    }
    right = {
        name: late([list(each) for each in cells.run(step).spikes], fine)
        for name, step in (("gates", chosen.step), (double, 2 * chosen.step))
    }
    first = {"gates": preparing, double: preparing}
    for program, package in PEERS.items():
        try:
            peer = Conversation(program, [cells.task(chosen.threads)])
            right[peer.hello["name"]] = _accuracy(peer.ask("spikes"), fine)
        except AbsentPeerError as error:
            print(f"{package} is left out: {error}")
            continue
        first[peer.hello["name"]] = peer.hello["preparing"]
        works[peer.hello["name"]] = lambda peer=peer: float(peer.ask("run")["processor"])
    measured = alternate(works, chosen.rounds)
    own = measured["gates"]
    print("| engine | processor s, lowest | median | times gates, median | first call, s | right count | last spike |")
    print("|---|---|---|---|---|---|---|")
    for name, spread in measured.items():
        ratios = [theirs / ours for theirs, ours in zip(spread.seconds, own.seconds, strict=True)]
        share, error = right[name]
        row = (
            name,
            digits(spread.lowest),
            digits(spread.median),
            digits(float(np.median(ratios))),
            digits(first[name]),
        )
        print("| " + " | ".join((*row, f"{100 * share:.1f} %", f"{error:.2g} ms")) + " |")


def _accuracy(answer: dict[str, Any], fine: Sequence[NDArray[np.float64]]) -> tuple[float, float]:
    if "spikes" in answer:
        return late(answer["spikes"], fine)
    some = fine[:: max(1, len(fine) // 20)]
    return late(answer["some"], some)


if __name__ == "__main__":
    main()
