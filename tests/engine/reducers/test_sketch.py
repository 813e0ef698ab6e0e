"""Quantile sketches: within the stated error, and blind to order and grouping."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from neurosteroid.engine.reducers import ExactQuantiles, QuantileSketch

PROBABILITIES = (0.0, 0.05, 0.5, 0.95, 1.0)
NUMBERS = (
    st.floats(-1e12, 1e12, allow_nan=False) | st.floats(-1e-6, 1e-6) | st.sampled_from([0.0, -0.0, 1.0, 2.0, np.nan])
)


def tables(people, series):
    return arrays(float, st.tuples(st.integers(0, people), st.just(series)), elements=NUMBERS)


def same(one, other):
    first, second = one.packed(), other.packed()
    return all(np.array_equal(first[name], second[name]) for name in ("lowest", "highest")) and np.array_equal(
        one.quantiles(PROBABILITIES), other.quantiles(PROBABILITIES), equal_nan=True
    )


@given(tables(40, 3), st.integers(4, 12))
def test_quantiles_lie_within_the_stated_error(values, bits):
    sketch, exact = QuantileSketch(3, bits), ExactQuantiles(3)
    sketch.add(values)
    exact.add(values)
    found, true = sketch.quantiles(PROBABILITIES), exact.quantiles(PROBABILITIES)
    assert np.array_equal(np.isnan(found), np.isnan(true))
    # a quantile between two order statistics inherits the error of both
    widest = np.nanmax(np.abs(values), axis=0, initial=0.0)
    for row, probability in enumerate(PROBABILITIES):
        for column in range(3):
            known = np.sort(values[np.isfinite(values[:, column]), column])
            if len(known) == 0:
                continue
            place = probability * (len(known) - 1)
            beside = np.abs(known[[int(np.floor(place)), min(int(np.floor(place)) + 1, len(known) - 1)]]).max()
            allowed = sketch.error * beside + 2.0**-19 + 1e-15 * widest[column]
            assert abs(found[row, column] - true[row, column]) <= allowed


@given(st.lists(tables(15, 2), min_size=1, max_size=6), st.randoms())
def test_order_and_grouping_change_nothing(batches, random):
    whole = QuantileSketch(2, 8)
    for batch in batches:
        whole.add(batch)
    shuffled = list(batches)
    random.shuffle(shuffled)
    parts = [QuantileSketch(2, 8) for _ in range(3)]
    for batch in shuffled:
        random.choice(parts).add(batch)
    joined = QuantileSketch(2, 8)
    for part in parts:
        joined.merge(QuantileSketch.unpacked(2, 8, part.packed()))
    assert same(whole, joined)


def test_many_women_are_within_half_a_per_cent_and_use_little_memory():
    values = np.random.default_rng(1).lognormal(3.0, 1.0, size=(200_000, 4))
    sketch = QuantileSketch(4, 8)
    for batch in np.array_split(values, 40):
        sketch.add(batch)
    found, true = sketch.quantiles((0.05, 0.5, 0.95)), np.quantile(values, (0.05, 0.5, 0.95), axis=0)
    assert np.abs(found / true - 1).max() <= sketch.error
    # inside a bin ranks are spread evenly, which is far better than the bound where people are many
    assert np.abs(found / true - 1).max() < sketch.error / 10
    assert sum(array.nbytes for array in sketch.packed().values()) < 100_000


def test_a_series_in_which_all_are_equal_is_exact():
    sketch = QuantileSketch(2, 8)
    sketch.add(np.tile([0.1, -7.3], (5, 1)))
    assert sketch.quantiles((0.05, 0.95)).tolist() == [[0.1, -7.3], [0.1, -7.3]]


def test_nobody_has_no_quantiles():
    sketch, exact = QuantileSketch(2, 8), ExactQuantiles(2)
    for reducer in (sketch, exact):
        reducer.add(np.full((3, 2), np.nan))
        reducer.add(np.empty((0, 2)))
        assert np.isnan(reducer.quantiles((0.5,))).all()


@settings(max_examples=50)
@given(tables(30, 2))
def test_exact_quantiles_are_those_of_numpy(values):
    exact = ExactQuantiles(2)
    for batch in np.array_split(values, 3):
        exact.add(batch)
    again = ExactQuantiles.unpacked(2, exact.packed())
    for column in range(2):
        known = values[np.isfinite(values[:, column]), column]
        expected = np.quantile(known, PROBABILITIES) if len(known) else np.full(5, np.nan)
        assert exact.quantiles(PROBABILITIES)[:, column] == pytest.approx(expected, rel=1e-12, abs=1e-3, nan_ok=True)
    assert np.array_equal(exact.quantiles((0.5,)), again.quantiles((0.5,)), equal_nan=True)


def test_a_sketch_of_nobody_that_takes_in_another_goes_on_by_itself():
    rng = np.random.default_rng(3)
    first, second = rng.lognormal(size=(50, 3)), rng.lognormal(sigma=4.0, size=(50, 3))
    one, taken, whole = (QuantileSketch(3, 8) for _ in range(3))
    one.add(first)
    taken.merge(one)
    taken.add(second)
    whole.add(np.concatenate([first, second]))
    np.testing.assert_array_equal(taken.quantiles([0.05, 0.5, 0.95]), whole.quantiles([0.05, 0.5, 0.95]))
    alone = QuantileSketch(3, 8)
    alone.add(first)
    np.testing.assert_array_equal(one.quantiles([0.05, 0.5, 0.95]), alone.quantiles([0.05, 0.5, 0.95]))


@pytest.mark.parametrize("at_once", [1, 700, 2**18])
def test_quantiles_do_not_depend_on_how_many_bins_are_searched_together(monkeypatch, at_once):
    rng = np.random.default_rng(4)
    values = rng.normal(size=(300, 7)) * 10.0 ** np.arange(-3, 4)
    values[:, 2] = np.nan
    sketch = QuantileSketch(7, 8)
    sketch.add(values)
    together, packed = sketch.quantiles([0.0, 0.3, 1.0]), sketch.packed()
    monkeypatch.setattr("neurosteroid.engine.reducers.sketch._AT_ONCE", at_once)
    np.testing.assert_array_equal(sketch.quantiles([0.0, 0.3, 1.0]), together)
    np.testing.assert_array_equal(sketch.packed()["places"], packed["places"])
    found = QuantileSketch.unpacked(7, 8, packed)
    np.testing.assert_array_equal(found.quantiles([0.0, 0.3, 1.0]), together)


def test_infinite_values_are_left_out_of_both():
    values = np.array([[1.0], [np.inf], [2.0], [-np.inf], [3.0]])
    for reducer in (QuantileSketch(1, 8), ExactQuantiles(1)):
        reducer.add(values)
        assert reducer.quantiles((0.0, 0.5, 1.0))[:, 0] == pytest.approx([1.0, 2.0, 3.0], rel=2.0**-8)


@pytest.mark.parametrize("batches", [(65_535,), (65_534, 1, 1), (40_000, 40_000), (70_000, 3)])
def test_a_bin_holds_more_women_than_narrow_counts_can(batches):
    joined, added = QuantileSketch(1, 4), QuantileSketch(1, 4)
    for people in batches:
        part = QuantileSketch(1, 4)
        part.add(np.repeat([[1.0]], people, axis=0))
        part.add(np.array([[3.0]]))
        joined.merge(QuantileSketch.unpacked(1, 4, part.packed()))
        added.add(np.repeat([[1.0]], people, axis=0))
        added.add(np.array([[3.0]]))
    for sketch in (joined, added):
        assert sketch.packed()["counts"].tolist() == [sum(batches), len(batches)]


@given(tables(40, 2), tables(40, 2))
def test_a_spent_sketch_is_added_like_any_other_and_left_empty(first, second):
    kept, taken, other, spent = (QuantileSketch(2, 8) for _ in range(4))
    for sketch in (kept, taken):
        sketch.add(first)
    for sketch in (other, spent):
        sketch.add(second)
    kept.merge(other)
    taken.merge(spent, spent=True)
    assert same(taken, kept)
    assert same(spent, QuantileSketch(2, 8))
    for sketch in (taken, kept, spent):
        sketch.add(second)
    assert same(taken, kept)
    assert same(spent, other)
