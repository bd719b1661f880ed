"""The solutions of homework 01 to 03 give the numbers of scikit-learn and scipy."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy.optimize import rosen, rosen_der
from scipy.special import log_softmax, rel_entr
from scipy.stats import norm
from sklearn import metrics
from sklearn.impute import SimpleImputer
from sklearn.linear_model import Ridge
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import OneHotEncoder, RobustScaler

from helpers import surfaces
from helpers.descent import descend
from helpers.optim import SGD
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


def of_03(task: str) -> Callable:
    return solution("hw03_gradient_descent", task)


def test_walk_matches_the_courses_descent():
    surface = surfaces.himmelblau()
    start = np.array([0.5, -2.0])
    expected = descend(surface, start, SGD(0.01), steps=30).points
    np.testing.assert_allclose(of_03("walk")(surface.gradient, start, 0.01, 30), expected)


@pytest.mark.parametrize("shape", [(20, 3), (2, 5), (4, 1)])
def test_largest_rate_is_the_border_of_real_descents(shape, rng):
    X = rng.normal(0.5, 1, shape)
    border = of_03("largest_rate")(X)
    best = np.linalg.pinv(X) @ np.ones(len(X))
    for factor, settles in ((0.99, True), (1.01, False)):
        theta = best + rng.normal(size=shape[1])
        before = np.linalg.norm(X @ (theta - best))
        for _ in range(2000):
            theta = theta - factor * border * X.T @ (X @ theta - np.ones(len(X))) / len(X)
        assert (np.linalg.norm(X @ (theta - best)) < before) == settles


def test_best_rate_of_is_the_best_of_many(rng):
    X = rng.normal(size=(9, 3))
    X = np.column_stack([X, X.sum(axis=1)])  # flat in one direction
    H = X.T @ X / 9
    curved = np.linalg.eigvalsh(H)[1:]
    rates = np.linspace(0.001, 2 / curved[-1], 20_001)
    slowest = np.abs(1 - rates[:, None] * curved).max(axis=1)
    np.testing.assert_allclose(of_03("best_rate_of")(H), rates[slowest.argmin()], rtol=1e-3)


def test_repaired_step_matches_scikit_learns_ridge(rng):
    X, y, decay = rng.normal(size=(12, 3)), rng.normal(size=12), 0.3
    ridge = Ridge(alpha=decay * 12, fit_intercept=False).fit(X, y)
    np.testing.assert_allclose(of_03("repaired_step")(ridge.coef_, X, y, 0.5, decay), ridge.coef_)
    theta = np.zeros(3)
    for _ in range(500):
        theta = of_03("repaired_step")(theta, X, y, 0.3, decay)
    np.testing.assert_allclose(theta, ridge.coef_)


def test_slopes_by_nudging_match_scipy(rng):
    at = rng.normal(size=4)
    np.testing.assert_allclose(
        of_03("slopes_by_nudging")(rosen, at, 1e-4), rosen_der(at), rtol=1e-5, atol=1e-4
    )


def of_01(task: str) -> Callable:
    return solution("hw01_prepare_the_data", task)


def test_one_hot_rows_match_scikit_learn(rng):
    classes = ["plum", "apple", "fig", "lime"]
    labels = list(rng.choice(classes, 20))
    expected = OneHotEncoder(categories=[classes]).fit_transform(np.array(labels)[:, None])
    np.testing.assert_array_equal(of_01("one_hot_rows")(labels, classes), expected.toarray())


def test_scale_robustly_matches_scikit_learn(rng):
    train, new = rng.normal(size=(15, 3)) ** 3, rng.normal(size=(4, 3))
    train[:, 1] = 2.0
    expected = RobustScaler().fit(train).transform(new)
    np.testing.assert_allclose(of_01("scale_robustly")(train, new), expected)


def test_stratified_rows_keep_the_shares_that_scikit_learn_keeps(rng):
    y = rng.permutation(np.repeat([0, 1, 2], [50, 30, 20]))
    train, test = of_01("stratified_rows")(y, 0.3, rng)
    _, expected = train_test_split(y, test_size=0.3, stratify=y, random_state=0)
    np.testing.assert_array_equal(np.bincount(y[test]), np.bincount(expected))
    assert sorted([*train, *test]) == list(range(100))


def test_fill_columns_matches_scikit_learn(rng):
    train, new = rng.normal(size=(2, 12, 4))
    train[rng.random((12, 4)) < 0.3] = np.nan
    new[rng.random((12, 4)) < 0.3] = np.nan
    train[:, 2] = np.nan
    imputer = SimpleImputer(strategy="median", keep_empty_features=True).fit(train)
    expected = np.hstack([imputer.transform(new), np.isnan(new)])
    np.testing.assert_allclose(of_01("fill_columns")(train, new), expected)


@pytest.mark.filterwarnings("ignore:y_pred contains classes not in y_true")
def test_balanced_accuracy_matches_scikit_learn(rng):
    y, y_hat = rng.integers(4, size=50), rng.integers(5, size=50)
    expected = metrics.balanced_accuracy_score(y, y_hat)
    np.testing.assert_allclose(of_01("balanced_accuracy")(y_hat, y), expected)
