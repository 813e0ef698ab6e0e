"""Distributions: their moments and bounds, and that a woman depends on nobody else."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurosteroid.errors import InputError
from neurosteroid.model.variability import Copula, CorrelatedNormal, TruncatedNormal, Uniform, Unused, draw, width

MANY = np.random.default_rng(11).random((200_000, 2))


def test_covariance_of_the_drawn_effects_is_the_one_asked_for():
    covariance = ((0.0435, 0.106), (0.106, 1.15))
    found = np.cov(CorrelatedNormal(("a", "b"), covariance).values(MANY).T)
    # standard error of a covariance of 2e5 draws is below 0.4 % of the variances
    assert np.allclose(found, covariance, rtol=0.02, atol=0.001)


def test_truncated_normal_keeps_its_bounds_and_has_the_moments_of_its_formula():
    found = TruncatedNormal("x", mean=10.0, sd=2.0, low=8.0, high=14.0).values(MANY[:, :1])[:, 0]
    from scipy.stats import truncnorm

    expected = truncnorm((8 - 10) / 2, (14 - 10) / 2, loc=10, scale=2)
    assert found.min() >= 8.0
    assert found.max() <= 14.0
    assert found.mean() == pytest.approx(expected.mean(), abs=0.02)
    assert found.std() == pytest.approx(expected.std(), rel=0.01)


@given(st.floats(0.0, 1.0), st.floats(0.1, 100.0))
def test_no_draw_leaves_the_bounds(uniform, sd):
    found = TruncatedNormal("x", mean=0.0, sd=sd, low=-1.0, high=2.0).values(np.array([[uniform]]))
    assert -1.0 <= found[0, 0] <= 2.0


def test_each_distribution_takes_its_own_columns():
    table = np.array([[0.5, 0.5, 0.25], [0.1, 0.9, 0.75]])
    found = draw((CorrelatedNormal(("a", "b"), ((1.0, 0.0), (0.0, 1.0))), Uniform("u")), table)
    assert found["u"].tolist() == [0.25, 0.75]
    assert found["a"][0] == pytest.approx(0.0, abs=1e-15)
    assert found["a"][1] == pytest.approx(-found["b"][1], rel=1e-12)


def test_unused_draws_leave_all_others_as_they_were():
    table = np.array([[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]])
    found = draw((Unused(2), Uniform("u")), table)
    assert list(found) == ["u"]
    assert found["u"].tolist() == [0.3, 0.6]
    assert [width(item) for item in (Unused(2), Uniform("u"))] == [2, 1]


LINKED = ((1.0, 0.0, 0.4), (0.0, 1.0, 0.0), (0.4, 0.0, 1.0))


def test_a_copula_correlates_the_draws_that_follow_it_and_keeps_their_distributions():
    from scipy.special import ndtri
    from scipy.stats import kstest

    table = np.random.default_rng(5).random((50_000, 4))
    found = draw((Uniform("a"), Copula(LINKED), Uniform("b"), Uniform("c"), Uniform("d")), table)
    assert np.array_equal(found["a"], table[:, 0])
    deviates = ndtri(np.stack([found["b"], found["c"], found["d"]]))
    # standard error of a correlation of 5e4 draws is 0.0045
    assert np.allclose(np.corrcoef(deviates), LINKED, atol=0.02)
    assert kstest(found["d"], "uniform").pvalue > 1e-3


def test_draws_without_a_correlation_stay_bit_for_bit():
    table = MANY[:1000]
    assert np.array_equal(Copula(((1.0, 0.0), (0.0, 1.0))).values(table), table)
    assert width(Copula(LINKED)) == 0


def test_correlations_that_exclude_each_other_are_refused():
    with pytest.raises(InputError, match="exclude each other"):
        Copula(((1.0, 1.2), (1.2, 1.0))).values(MANY[:2])
