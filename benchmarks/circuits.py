"""The cortical circuit of 500 cells against Brian2: the same equations, start and step, in alternation.

    NEUROSTEROID_BENCH_PYTHON=/python/with/peers python -m benchmarks.circuits [--duration 1000] [--rounds 5]

Without spikes from outside, so that both run the very same network. Spike counts are held against a run of `networks`
with a step of 1/320 ms, as steps of another order or with spikes in parts are not worth the same; what a peer costs
beside the longest step of `networks` that is at least as good is said below the table. Brian2's exponential Euler
cannot take these cells, whose sodium channels open at once with the voltage.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from typing import Any, Final, final

import numpy as np

from benchmarks.machine import description
from benchmarks.neurons import processor
from benchmarks.peers.conversation import AbsentPeerError, Conversation
from benchmarks.timing import Spread, alternate, digits, stopwatch
from neurosteroid.engine.solvers.networks.network import Network
from neurosteroid.engine.solvers.networks.solver import follow_networks
from neurosteroid.model.circuit import circuit
from neurosteroid.model.circuit_cells import DRIVE, OPEN, VOLTAGE
from neurosteroid.model.circuit_networks import network_of
from neurosteroid.model.circuit_start import cycles

FINE: Final = 1 / 320
PEER_STEPS: Final = (("rk4", 0.025), ("rk4", 0.0125), ("rk2", 0.0125))
"""Of fourth and second order; at 0.05 ms Brian2's steps leave the numbers, which `networks` has parts of a step for."""
STATES: Final = {
    "v": VOLTAGE,
    "h": "sodium.availability",
    "n": "potassium.activation",
    "w": "slow_potassium.activation",
    "q": "synapse.transmitter",
    "s": OPEN,
}


@final
class Cortex:
    """The network as it is solved here, and as text for the peer."""

    def __init__(self, duration: float) -> None:
        made = circuit("cortex")
        self.by, self.duration = made.protocol, duration
        start = cycles(made.plain.cells, self.by, "auto")
        whole = network_of(made.plain.cells, made.plain.links, 1, start, 1.0)
        self.network = Network(whole.populations, whole.links)

    def counts(self, step: float) -> dict[str, int]:
        """Return how many spikes each population makes."""
        (course,) = follow_networks(
            [lambda: self.network],
            duration=self.duration,
            step=step,
            threshold=self.by.spike_threshold,
            fast=self.by.fast_slope,
            parts=self.by.fast_parts,
            threads=1,
        )
        return {name: int(each.spike_counts.sum()) for name, each in course.populations.items()}

    def task(self, method: str, step: float) -> str:
        """Return the same as text for the peer."""
        populations: dict[str, Any] = {}
        for each in self.network.populations:
            names = each.system.state_names
            parameters = dict(zip(each.system.parameter_names, each.parameters.tolist(), strict=True))
            links = {link.source: link.weight for link in self.network.links if link.target == each.name}
            populations[each.name] = {
                "parameters": {key.replace(".", "_"): value for key, value in parameters.items()},
                "pace": parameters.get("cell.speed", 1.0),
                "weights": {"excited": links["excitatory"], "inhibited": links["fast"]},
                "drive": each.initial[:, names.index(DRIVE)].tolist(),
                "states": {
                    key: each.initial[:, names.index(state)].tolist() for key, state in STATES.items() if state in names
                },
            }
        return json.dumps(
            {
                "populations": populations,
                "method": method,
                "step": step,
                "duration": self.duration,
                "threshold": self.by.spike_threshold,
            }
        )


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--duration", type=float, default=1000.0, help="ms")
    arguments.add_argument("--rounds", type=int, default=5)
    print(description())
    print(measure(**vars(arguments.parse_args())))


def measure(duration: float = 1000.0, rounds: int = 5) -> str:
    """Return the section on circuits."""
    followed = Cortex(duration)
    fine = followed.counts(FINE)
    usual = followed.by.step
    own = {f"networks, step {step:g} ms": step for step in (usual, 0.5 * usual, 0.25 * usual)}
    first = {name: stopwatch(lambda step=step: followed.counts(step)) for name, step in own.items()}
    found = {name: followed.counts(step) for name, step in own.items()}
    works = {name: lambda step=step: processor(lambda: followed.counts(step)) for name, step in own.items()}
    peers, absent = [], []
    for method, step in PEER_STEPS:
        try:
            peer = Conversation("brian2_circuit", [followed.task(method, step)])
        except AbsentPeerError as error:
            absent.append(f"Brian2 is left out: {error}.")
            break
        peers.append(peer)
        name = f"{peer.hello['name']}, step {step:g} ms"
        found[name], first[name] = peer.ask("spikes")["counts"], peer.hello["preparing"]
        works[name] = lambda peer=peer: float(peer.ask("run")["processor"])
    try:
        measured = alternate(works, rounds)
    finally:
        for peer in peers:
            peer.close()
    intro = (
        f"The cortical circuit of 500 cells without spikes from outside, {duration:g} ms from the same start, one"
        f" thread each, {rounds} alternated rounds. Processor time of the whole run, which Brian2's compiled program"
        " begins with reading its arrays and ends with writing them. Spikes: of excitatory and of fast cells; off by:"
        f" the larger relative difference to those of `networks` in steps of {FINE:g} ms ({fine['excitatory']} and"
        f" {fine['fast']}). Brian2 holds what the populations open during a step."
    )
    off = {name: max(abs(each[key] / fine[key] - 1) for key in fine) for name, each in found.items()}
    table = _table(measured, first, found, off)
    sentences = [_beside(name, measured, off, own) for name in measured if name not in own]
    return "\n\n".join(["## 12. Circuits", intro, table, *sentences, *absent])


def _table(
    measured: Mapping[str, Spread],
    first: Mapping[str, float],
    found: Mapping[str, Mapping[str, int]],
    off: Mapping[str, float],
) -> str:
    reference = measured[next(iter(measured))]
    lines = [
        "| engine | processor s, lowest | median | times networks | first call, s | spikes | off by |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, spread in measured.items():
        times = (digits(spread.lowest), digits(spread.median), digits(_ratio(spread, reference)), digits(first[name]))
        spikes = f"{found[name]['excitatory']}, {found[name]['fast']}"
        lines.append("| " + " | ".join((name, *times, spikes, f"{100 * off[name]:.2g} %")) + " |")
    return "\n".join(lines)


def _ratio(one: Spread, other: Spread) -> float:
    """Return how many times as long one thing takes as another, median over rounds."""
    return float(np.median([upper / lower for upper, lower in zip(one.seconds, other.seconds, strict=True)]))


def _beside(peer: str, measured: Mapping[str, Spread], off: Mapping[str, float], own: Mapping[str, float]) -> str:
    """Return a sentence on a peer beside the longest step of `networks` whose counts are at least as good."""
    good = [name for name in own if off[name] <= off[peer]]
    if not good:
        return f"No step of `networks` that was tried is as good as {peer}."
    ratio = digits(_ratio(measured[peer], measured[good[0]]))
    return f"{peer} takes {ratio} times as long as `{good[0]}`, whose counts are no further off."


if __name__ == "__main__":
    main()
