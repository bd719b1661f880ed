"""The solutions of homework 01 to 03 give the numbers of scikit-learn and scipy."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy.special import log_softmax, rel_entr
from scipy.stats import norm
from sklearn import metrics

from tests.support.homework import solutions


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def solution(name: str, task: str) -> Callable:
    """The function that the solution of a task defines."""
    names = {"np": np}
    exec(solutions(name)[task], names)
    return names[task]


def of_02(task: str) -> Callable:
    return solution("hw02_measure_the_error", task)


@pytest.mark.parametrize("n", [1, 2, 50])
def test_weighted_mae_matches_scikit_learn(n, rng):
    y_hat, y, w = rng.normal(size=n), rng.normal(size=n), rng.uniform(0, 3, n)
    expected = metrics.mean_absolute_error(y, y_hat, sample_weight=w)
    np.testing.assert_allclose(of_02("weighted_mae")(y_hat, y, w), expected)


@pytest.mark.parametrize("shape", [(1, 3), (20, 1), (20, 4)])
def test_rmse_of_columns_matches_scikit_learn(shape, rng):
    Y_hat, Y = rng.normal(size=shape), rng.normal(size=shape)
    expected = np.sqrt(metrics.mean_squared_error(Y, Y_hat, multioutput="raw_values"))
    np.testing.assert_allclose(of_02("rmse_of_columns")(Y_hat, Y), expected)


@pytest.mark.parametrize("scale", [1, 1e2, 1e4])
def test_surprises_match_scipy(scale, rng):
    Z, labels = rng.normal(0, scale, (30, 5)), rng.integers(5, size=30)
    expected = -log_softmax(Z, axis=1)[np.arange(30), labels]
    np.testing.assert_allclose(of_02("surprises")(Z, labels), expected, atol=1e-12)


def test_price_matches_scipy(rng):
    P, Q = rng.dirichlet(np.ones(4), size=(2, 30))
    P[:20, 1], Q[:10, 1], Q[5:15, 2] = 0, 0, 0
    P, Q = P / P.sum(axis=1, keepdims=True), Q / Q.sum(axis=1, keepdims=True)
    expected = rel_entr(P, Q).sum(axis=1)
    assert 0 < np.isinf(expected).sum() < 30
    np.testing.assert_allclose(of_02("price")(P, Q), expected)
    np.testing.assert_allclose(of_02("price")(P[0], Q[0]), expected[0])


@pytest.mark.parametrize("far", [1, 1e3])
def test_bell_surprise_matches_scipy(far, rng):
    y, y_hat, sigma = rng.normal(0, far, 20), rng.normal(size=20), rng.uniform(0.1, 3, 20)
    expected = -norm.logpdf(y, y_hat, sigma).mean()
    np.testing.assert_allclose(of_02("bell_surprise")(y, y_hat, sigma), expected)
    expected = -norm.logpdf(y, y_hat, 0.3).mean()
    np.testing.assert_allclose(of_02("bell_surprise")(y, y_hat, 0.3), expected)
