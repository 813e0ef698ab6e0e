import numpy as np
import pytest

from neurosteroid.reports.axes import shortened, spread_apart


def test_labels_that_are_far_apart_stay():
    assert spread_apart(np.array([0.1, 0.5, 0.9]), 0.2, 1.0) == pytest.approx([0.1, 0.5, 0.9])


def test_labels_that_collide_move_apart_around_their_mean():
    assert spread_apart(np.array([0.5, 0.5, 0.5]), 0.2, 1.0) == pytest.approx([0.3, 0.5, 0.7])


@pytest.mark.parametrize("wanted", [[0.0, 0.0, 0.0], [1.0, 1.0, 1.0], [0.0, 0.01, 0.99]])
def test_labels_stay_inside_and_apart(wanted):
    places = spread_apart(np.array(wanted), 0.2, 1.0)
    assert places.min() >= 0
    assert places.max() <= 1.0 + 1e-12
    assert np.diff(places).min() >= 0.2 - 1e-12


def test_more_labels_than_fit_still_stand_apart():
    assert np.diff(spread_apart(np.zeros(9), 0.2, 1.0)) == pytest.approx(0.2)


def test_long_names_are_cut_with_an_ellipsis():
    assert shortened("a" * 30, 10) == "a" * 9 + "…"
