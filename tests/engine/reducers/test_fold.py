"""Folds and moments: the same bits whatever the order."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurosteroid.engine.reducers import Fold, join_moments, moments


@given(st.integers(1, 40), st.randoms())
def test_the_order_of_adding_and_merging_does_not_show_in_a_single_bit(count, random):
    rows = np.random.default_rng(count).normal(size=(count, 3)) * 10.0 ** np.arange(-8, 16, 8)
    order = list(range(count))
    straight = Fold(np.add)
    for number in order:
        straight.add(number, rows[number])
    random.shuffle(order)
    folds = [Fold(np.add) for _ in range(4)]
    for number in order:
        random.choice(folds).add(number, rows[number])
    joined = Fold(np.add)
    random.shuffle(folds)
    for fold in folds:
        joined.merge(Fold.unpacked(np.add, fold.packed()))
    assert np.array_equal(joined.total(), straight.total())
    assert np.allclose(joined.total(), rows.sum(axis=0), rtol=1e-12, atol=1e-12 * np.abs(rows).sum(axis=0).max())


def test_a_part_is_taken_once():
    fold = Fold(np.add)
    for number in range(4):
        fold.add(number, np.ones(1))
    for number in range(4):
        with pytest.raises(ValueError, match="in the fold already"):
            fold.add(number, np.ones(1))
    assert fold.total() == 4.0


def test_few_nodes_are_held():
    fold = Fold(np.add)
    for number in range(1000):
        fold.add(number, np.ones(1))
    assert len(fold.packed()["places"]) == bin(1000).count("1")
    assert Fold(np.add).total() is None


def test_joined_moments_are_those_of_everybody():
    values = np.random.default_rng(2).normal(1e6, 1.0, size=(1000, 2))
    values[5, 0] = values[6, :] = np.nan
    values = np.column_stack([values, np.full(1000, np.nan)])
    fold = Fold(join_moments)
    for number, batch in enumerate(np.array_split(values, 7)):
        fold.add(number, moments(batch))
    count, mean, squares = fold.total()
    assert count.tolist() == [998, 999, 0]
    known = values[:, :2]
    # a variance of 1 beside a mean of 1e6: 1e-10 is what rounding of the values themselves leaves
    assert np.allclose(mean[:2], np.nanmean(known, axis=0), rtol=1e-15, atol=0)
    assert np.allclose(squares[:2] / (count[:2] - 1), np.nanvar(known, axis=0, ddof=1), rtol=1e-9)
