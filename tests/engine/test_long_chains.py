"""Linear systems of many states: a chain of equal rates, whose matrix has one eigenvalue and one eigenvector."""

import math
import tracemalloc
from dataclasses import dataclass
from typing import final

import numpy as np
import pytest

from neurosteroid.engine import OUTSIDE, AbstractPart, Flow, State, parameter, wire
from neurosteroid.engine.records import Record
from neurosteroid.engine.solvers.blocks import solve_in_blocks
from neurosteroid.engine.solvers.choose import solve
from neurosteroid.engine.solvers.exact import solve_exact
from neurosteroid.engine.timeline import build_timelines
from tests.engine.test_exact import FIVE_RATES, women


def chain_of(length):
    """A part class of `length` compartments, one after the other; the last one empties outside."""
    names = [f"c{place}" for place in range(length)]

    @final
    @dataclass(frozen=True, kw_only=True)
    class Transit(AbstractPart):
        """Transit compartments of one rate."""

        k: float = parameter("1/h", "from each to the next")

        states = tuple(State(name, name, "nmol") for name in names)
        flows = tuple(
            Flow(f"from_{name}", "nmol/h", name, target)
            for name, target in zip(names, [*names[1:], OUTSIDE], strict=True)
        )

        def rates(self, t, state, given):
            return {f"from_{name}": self.k * state[name] for name in names}

    return wire({"chain": Transit(k=1.0)}, accounts=True)


@pytest.mark.parametrize("length", [1, 7, 24])
def test_a_chain_of_equal_rates_is_a_gamma_distribution(length):
    system = chain_of(length)
    rates = np.linspace(0.2, 3.0, 11)
    times = np.concatenate([[0.0], np.geomspace(0.01, 40.0, 30)])
    records = [Record(0.0, 1, "c0", 100.0)]
    solution = solve(system, records, parameters=rates[:, None], output_times=times).require_complete()
    passed = rates[:, None] * times
    for place in range(length):
        wanted = 100.0 * passed**place * np.exp(-passed) / math.factorial(place)
        # 1e-16 times the norm of the longest step (some 60) for each of 30 steps
        np.testing.assert_allclose(solution.states[:, :, place], wanted, rtol=0.0, atol=1e-10)
    # what went in is there or has left
    np.testing.assert_allclose(solution.states.sum(axis=2), 100.0, rtol=1e-12)


def test_a_long_chain_with_inflow_agrees_with_numpy():
    system = chain_of(24)
    rng = np.random.default_rng(6)
    table = rng.uniform(0.2, 4.0, (13, 1))
    records = [
        Record(0.0, 1, "c0", 100.0, duration=3.0),
        Record(4.0, 1, "c9", 50.0, rate=rng.uniform(5.0, 20.0, 13)),
        Record(6.0, 1, "c23", 10.0, interval=2.0, additional=3),
    ]
    timeline = build_timelines(system, records, table, np.zeros((13, 0)), np.sort(rng.uniform(0.0, 30.0, 40)))
    compiled, plain = (solve_exact(system, timeline, table, compiled=way) for way in (True, False))
    np.testing.assert_allclose(compiled.states, plain.states, rtol=0.0, atol=1e-12 * plain.states.max())


def test_memory_of_blocks_does_not_grow_with_the_people():
    peaks = []
    for people in (4_000, 16_000):
        system, table, _, scale = women(people)
        records = [
            Record(start, 1, "central", scale * rate * hours, duration=hours) for start, rate, hours in FIVE_RATES
        ]
        tracemalloc.start()
        for _, solution in solve_in_blocks(
            system, records, parameters=table, output_times=np.linspace(0.0, 72.0, 145), outputs=["plasma"], block=1000
        ):
            assert solution.failures == ()
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    # the courses of 12 000 women more would take 14 MB; some numbers are needed for the doses of each
    assert peaks[1] - peaks[0] < 12_000 * 40 * 8
