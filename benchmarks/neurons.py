"""A thousand regular-spiking cells against Brian2 and Jaxley: the same equations, the same step, in alternation.

    NEUROSTEROID_BENCH_PYTHON=/python/with/peers python -m benchmarks.neurons [--cells 1000] [--rounds 5]

Each cell has a current of its own and the same tonic GABA-A conductance. Peers that are not installed are named and
left out. Spike times are also held against a run with a step of 1/1280 ms, since a step of second order and one of
first order are not worth the same; that is also why `gates` takes part with two and four times the step: what a peer
costs beside the longest of these steps that is at least as good as the peer is said below the table. Spikes are kept of
each; `gates` runs once more with every voltage kept.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.machine import description
from benchmarks.peers.conversation import AbsentPeerError, Conversation
from benchmarks.timing import Spread, alternate, digits, stopwatch
from neurosteroid.engine import wire
from neurosteroid.engine.solvers.gates.solver import FixedSteps, follow
from neurosteroid.evidence import Ledger, library
from neurosteroid.model.catalogue import part_from_card
from neurosteroid.neurons.constants import DENSITY
from neurosteroid.neurons.gaba import GabaInput
from neurosteroid.neurons.stimulus import CurrentStep

PEERS: Final = {"brian2_cells": "brian2", "jaxley_cells": "jaxley"}
FINE: Final = 1 / 1280
LONGER: Final = (2, 4)
KEPT: Final = "gates, all voltages kept"
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

    def run(self, step: float | None = None, threads: int | None = None, *, courses: bool = False) -> FixedSteps:
        """Follow them all, with the voltages of every step if asked for."""
        return follow(
            self.system,
            duration=self.duration,
            step=step or self.step,
            parameters=self.parameters,
            watch="membrane.voltage",
            keep=["membrane.voltage"] if courses else [],
            every=(step or self.step) if courses else None,
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
    arguments.add_argument("--duration", type=float, default=200.0, help="ms")
    arguments.add_argument("--step", type=float, default=0.025, help="ms")
    arguments.add_argument("--rounds", type=int, default=7)
    arguments.add_argument("--threads", type=int, default=1)
    print(description())
    print(measure(**vars(arguments.parse_args())))


def measure(cells: int = 1000, duration: float = 200.0, step: float = 0.025, rounds: int = 7, threads: int = 1) -> str:
    """Return the section on neurons."""
    followed = Cells(cells, duration, step)
    fine = followed.run(FINE).spikes
    preparing = stopwatch(lambda: followed.run(threads=threads))
    steps = {"gates": step, **{f"gates, step {k * step:g} ms": k * step for k in LONGER}}
    works: dict[str, Callable[[], float]] = {
        name: lambda own=own: processor(lambda: followed.run(own, threads=threads)) for name, own in steps.items()
    }
    right = {name: late([list(each) for each in followed.run(own).spikes], fine) for name, own in steps.items()}
    first = dict.fromkeys(steps, preparing)
    works[KEPT] = lambda: processor(lambda: followed.run(threads=threads, courses=True))
    right[KEPT], first[KEPT] = right["gates"], preparing
    absent, peers = [], []
    for program, package in PEERS.items():
        try:
            peer = Conversation(program, [followed.task(threads)])
            peers.append(peer)
            right[peer.hello["name"]] = _accuracy(peer.ask("spikes"), fine)
        except AbsentPeerError as error:
            absent.append(f"{package} is left out: {error}.")
            continue
        first[peer.hello["name"]] = peer.hello["preparing"]
        works[peer.hello["name"]] = lambda peer=peer: float(peer.ask("run")["processor"])
    try:
        measured = alternate(works, rounds)
    finally:
        for peer in peers:
            peer.close()
    intro = (
        f"{cells} regular-spiking cells with a current each, {duration:g} ms in steps of {step:g} ms where no other is"
        f" named; {threads} {'thread' if threads == 1 else 'threads'} each, {rounds} alternated rounds. Processor time,"
        " of the whole run: on a busy machine wall times say little. Last spike: median over the cells with the right"
        " number of spikes of how far the last one lies from a run with a step of 1/1280 ms (of Jaxley 20 cells)."
    )
    sentences = [equal_error(name, measured, right) for name in measured if not name.startswith("gates")]
    return "\n\n".join(["## 10. Neurons", intro, _table(measured, first, right), *sentences, *absent])


def _table(measured: Mapping[str, Spread], first: Mapping[str, float], right: Mapping[str, tuple[float, float]]) -> str:
    lines = [
        "| engine | processor s, lowest | median | times gates | first call, s | right count | last spike off |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, spread in measured.items():
        share, error = right[name]
        ratio = digits(_ratio(spread, measured["gates"]))
        row = (name, digits(spread.lowest), digits(spread.median), ratio, digits(first[name]))
        lines.append("| " + " | ".join((*row, f"{100 * share:.1f} %", f"{error:.2g} ms")) + " |")
    return "\n".join(lines)


def _ratio(one: Spread, other: Spread) -> float:
    """Return how many times as long one thing takes as another, median over rounds."""
    return float(np.median([upper / lower for upper, lower in zip(one.seconds, other.seconds, strict=True)]))


def equal_error(peer: str, measured: Mapping[str, Spread], right: Mapping[str, tuple[float, float]]) -> str:
    """Return a sentence on a peer beside the longest step of `gates` whose last spikes are at least as good."""
    own = [name for name in measured if name.startswith("gates") and name != KEPT]
    good = [name for name in own if right[name][1] <= right[peer][1]]
    if not good:
        return f"No step of `gates` that was tried is as good as {peer}."
    ratio = digits(_ratio(measured[peer], measured[good[-1]]))
    return f"{peer} takes {ratio} times as long as `{good[-1]}`, whose last spikes are no further off."


def _accuracy(answer: dict[str, Any], fine: Sequence[NDArray[np.float64]]) -> tuple[float, float]:
    if "spikes" in answer:
        return late(answer["spikes"], fine)
    some = fine[:: max(1, len(fine) // 20)]
    return late(answer["some"], some)


if __name__ == "__main__":
    main()
