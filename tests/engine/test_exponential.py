"""Batched matrix exponentials against SciPy, closed forms and laws."""

import numpy as np
import pytest
import scipy.linalg

from neurosteroid.engine.solvers.exponential import affine_step, exponential


@pytest.mark.parametrize("size", [1e-4, 0.1, 0.5, 1.5, 4.0, 30.0, 500.0])
def test_against_scipy(size):
    rng = np.random.default_rng(2)
    rates = rng.uniform(0.0, 1.0, (20, 5, 5)) * (size / 5)
    # Columns of a compartment matrix: what leaves one enters another, and a little leaves the body.
    rates -= np.einsum("pij,jk->pjk", rates, np.eye(5)) * 1.1
    np.testing.assert_allclose(exponential(rates), scipy.linalg.expm(rates), rtol=1e-12, atol=1e-13)


def test_defective_matrix():
    # Two equal rates in a chain have one eigenvector only: exp(t [[-1, 0], [1, -1]]) = exp(-t) [[1, 0], [t, 1]].
    t = np.array([0.01, 1.0, 30.0])
    found = exponential(np.array([[-1.0, 0.0], [1.0, -1.0]]) * t[:, None, None])
    wanted = np.exp(-t)[:, None, None] * np.array([[[1.0, 0.0], [h, 1.0]] for h in t])
    np.testing.assert_allclose(found, wanted, rtol=1e-12)


def test_matrices_of_very_different_size_in_one_batch():
    scales = np.array([0.0, 1e-6, 1.0, 1e4])
    base = np.array([[-3.0, 1.0], [2.0, -1.0]])
    found = exponential(base * scales[:, None, None])
    for scale, matrix in zip(scales, found, strict=True):
        np.testing.assert_allclose(matrix, scipy.linalg.expm(base * scale), rtol=1e-10, atol=1e-14)


def test_two_half_steps_are_one_step():
    rng = np.random.default_rng(4)
    matrix = rng.standard_normal((10, 4, 4)) - 3.0 * np.eye(4)
    inputs = rng.standard_normal((10, 4, 2)) * 1e5
    phi, gamma = affine_step(matrix, inputs, np.full(10, 0.5))
    whole_phi, whole_gamma = affine_step(matrix, inputs, np.full(10, 1.0))
    np.testing.assert_allclose(phi @ phi, whole_phi, rtol=1e-11, atol=1e-13)
    np.testing.assert_allclose(phi @ gamma + gamma, whole_gamma, rtol=1e-11, atol=1e-6)


def test_step_of_no_length_is_the_identity():
    phi, gamma = affine_step(-np.eye(3)[None], np.ones((1, 3, 1)), np.zeros(1))
    np.testing.assert_array_equal(phi[0], np.eye(3))
    np.testing.assert_array_equal(gamma[0], 0.0)
