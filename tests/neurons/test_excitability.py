"""The parts that carry a response surface."""

import numpy as np
import pytest

from neurosteroid.neurons.excitability import Excitability, SynapticDecay, horner, written

ROWS = [[1.25, 0.1], [0.3, -1e-3 / 3], [0.01, 0.0]]


def part() -> Excitability:
    return Excitability(
        lowest_tonic=0.0, highest_tonic=5.0, shortest_decay=0.5, longest_decay=4.0,
        coefficients=written(ROWS), neuron="cell",
    )  # fmt: skip


def test_text_keeps_every_digit() -> None:
    tonic, decay = np.linspace(0.0, 5.0, 7), np.linspace(0.5, 4.0, 7)
    x, y = 0.4 * tonic - 1.0, (decay - 0.5) / 1.75 - 1.0
    wanted = 1.0 / np.polynomial.polynomial.polyval2d(x, y, np.array(ROWS))
    assert part().values(0.0, {}, {"tonic": tonic, "decay": decay})["excitability"] == pytest.approx(wanted, rel=1e-14)


def test_ends_hold() -> None:
    found = part().values(0.0, {}, {"tonic": np.array([-3.0, 0.0, 5.0, 8.0]), "decay": 1.0})["excitability"]
    assert found[0] == pytest.approx(found[1], rel=1e-14)
    assert found[2] == pytest.approx(found[3], rel=1e-14)


def test_one_coefficient_leaves_the_decay_alone() -> None:
    alone = SynapticDecay(half=1.0, coefficients="1.0", neuron="cell")
    assert alone.values(0.0, {}, {"steroid": 300.0}) == {"decay": 1.0}
    falling = SynapticDecay(half=100.0, coefficients="1.0 -0.5", neuron="cell")
    assert falling.values(0.0, {}, {"steroid": 100.0})["decay"] == pytest.approx(1 / 0.75)


def test_horner_is_a_polynomial() -> None:
    assert horner([3.0], 7.0) == 3.0
    assert horner([1.0, 2.0, 3.0], 2.0) == 17.0
