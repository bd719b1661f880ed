"""The solutions of homework 01, 02, 03 and 07 give the numbers of scikit-learn and scipy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import rosen, rosen_der
from scipy.signal import lfilter
from scipy.special import log_softmax, rel_entr
from scipy.stats import norm
from sklearn import metrics
from sklearn.impute import SimpleImputer
from sklearn.linear_model import Ridge
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import OneHotEncoder, RobustScaler

from helpers import schedules, surfaces
from helpers.descent import descend
from helpers.optim import SGD
from tests.support.homework import solved


@pytest.fixture
def rng():
    return np.random.default_rng(0)


PREPARE, MEASURE, DESCEND, SCHEDULE = map(solved, ("hw01", "hw02", "hw03", "hw07"))


@pytest.mark.parametrize("n", [1, 2, 50])
def test_weighted_mae_matches_scikit_learn(n, rng):
    y_hat, y, w = rng.normal(size=n), rng.normal(size=n), rng.uniform(0, 3, n)
    expected = metrics.mean_absolute_error(y, y_hat, sample_weight=w)
    np.testing.assert_allclose(MEASURE.weighted_mae(y_hat, y, w), expected)


@pytest.mark.parametrize("shape", [(1, 3), (20, 1), (20, 4)])
def test_rmse_of_columns_matches_scikit_learn(shape, rng):
    Y_hat, Y = rng.normal(size=shape), rng.normal(size=shape)
    expected = np.sqrt(metrics.mean_squared_error(Y, Y_hat, multioutput="raw_values"))
    np.testing.assert_allclose(MEASURE.rmse_of_columns(Y_hat, Y), expected)


@pytest.mark.parametrize("scale", [1, 1e2, 1e4])
def test_surprises_match_scipy(scale, rng):
    Z, labels = rng.normal(0, scale, (30, 5)), rng.integers(5, size=30)
    expected = -log_softmax(Z, axis=1)[np.arange(30), labels]
    np.testing.assert_allclose(MEASURE.surprises(Z, labels), expected, atol=1e-12)


def test_price_matches_scipy(rng):
    P, Q = rng.dirichlet(np.ones(4), size=(2, 30))
    P[:20, 1], Q[:10, 1], Q[5:15, 2] = 0, 0, 0
    P, Q = P / P.sum(axis=1, keepdims=True), Q / Q.sum(axis=1, keepdims=True)
    expected = rel_entr(P, Q).sum(axis=1)
    assert 0 < np.isinf(expected).sum() < 30
    np.testing.assert_allclose(MEASURE.price(P, Q), expected)
    np.testing.assert_allclose(MEASURE.price(P[0], Q[0]), expected[0])


@pytest.mark.parametrize("far", [1, 1e3])
def test_bell_surprise_matches_scipy(far, rng):
    y, y_hat, sigma = rng.normal(0, far, 20), rng.normal(size=20), rng.uniform(0.1, 3, 20)
    expected = -norm.logpdf(y, y_hat, sigma).mean()
    np.testing.assert_allclose(MEASURE.bell_surprise(y, y_hat, sigma), expected)
    expected = -norm.logpdf(y, y_hat, 0.3).mean()
    np.testing.assert_allclose(MEASURE.bell_surprise(y, y_hat, 0.3), expected)


def test_walk_matches_the_courses_descent():
    surface = surfaces.himmelblau()
    start = np.array([0.5, -2.0])
    expected = descend(surface, start, SGD(0.01), steps=30).points
    np.testing.assert_allclose(DESCEND.walk(surface.gradient, start, 0.01, 30), expected)


@pytest.mark.parametrize("shape", [(20, 3), (2, 5), (4, 1)])
def test_largest_rate_is_the_border_of_real_descents(shape, rng):
    X = rng.normal(0.5, 1, shape)
    border = DESCEND.largest_rate(X)
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
    np.testing.assert_allclose(DESCEND.best_rate_of(H), rates[slowest.argmin()], rtol=1e-3)


def test_repaired_step_matches_scikit_learns_ridge(rng):
    X, y, decay = rng.normal(size=(12, 3)), rng.normal(size=12), 0.3
    ridge = Ridge(alpha=decay * 12, fit_intercept=False).fit(X, y)
    step, theta = DESCEND.repaired_step, np.zeros(3)
    np.testing.assert_allclose(step(ridge.coef_, X, y, 0.5, decay), ridge.coef_)
    for _ in range(500):
        theta = step(theta, X, y, 0.3, decay)
    np.testing.assert_allclose(theta, ridge.coef_)


def test_slopes_by_nudging_match_scipy(rng):
    at = rng.normal(size=4)
    np.testing.assert_allclose(
        DESCEND.slopes_by_nudging(rosen, at, 1e-4), rosen_der(at), rtol=1e-5, atol=1e-4
    )


def test_one_hot_rows_match_scikit_learn(rng):
    classes = ["plum", "apple", "fig", "lime"]
    labels = list(rng.choice(classes, 20))
    expected = OneHotEncoder(categories=[classes]).fit_transform(np.array(labels)[:, None])
    np.testing.assert_array_equal(PREPARE.one_hot_rows(labels, classes), expected.toarray())


def test_scale_robustly_matches_scikit_learn(rng):
    train, new = rng.normal(size=(15, 3)) ** 3, rng.normal(size=(4, 3))
    train[:, 1] = 2.0
    expected = RobustScaler().fit(train).transform(new)
    np.testing.assert_allclose(PREPARE.scale_robustly(train, new), expected)


def test_stratified_rows_keep_the_shares_that_scikit_learn_keeps(rng):
    y = rng.permutation(np.repeat([0, 1, 2], [50, 30, 20]))
    train, test = PREPARE.stratified_rows(y, 0.3, rng)
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
    np.testing.assert_allclose(PREPARE.fill_columns(train, new), expected)


@pytest.mark.filterwarnings("ignore:y_pred contains classes not in y_true")
def test_balanced_accuracy_matches_scikit_learn(rng):
    y, y_hat = rng.integers(4, size=50), rng.integers(5, size=50)
    expected = metrics.balanced_accuracy_score(y, y_hat)
    np.testing.assert_allclose(PREPARE.balanced_accuracy(y_hat, y), expected)


def test_ramp_then_cosine_is_the_courses_ramp_and_then_its_cosine():
    rate, cosine = SCHEDULE.ramp_then_cosine, schedules.cosine(0.3, 40, lr_min=0.02)
    ramp = schedules.warmup(schedules.constant(0.3), 10)
    given = [rate(t, 50, 10, 0.3, 0.02) for t in range(51)]
    expected = [*map(ramp, range(10)), *map(cosine, range(41))]
    np.testing.assert_allclose(given, expected)


def test_stairs_are_the_courses_step_decay_above_the_floor():
    given, expected = SCHEDULE.stairs(0.5, 0.4, 6, 0.01), schedules.step_decay(0.5, 0.4, 6)
    assert [given(t) for t in range(60)] == [max(expected(t), 0.01) for t in range(60)]


def test_steepest_rate_finds_the_bend_of_a_known_curve():
    rates = np.geomspace(1e-4, 10, 301)
    losses = 2 - np.tanh(np.log(rates / 0.05))  # falls fastest at 0.05
    losses[-40:] = np.nan
    np.testing.assert_allclose(SCHEDULE.steepest_rate(rates, losses), 0.05, rtol=0.03)


def test_running_average_matches_scipys_filter(rng):
    points, beta = rng.normal(size=(25, 3)), 0.8
    expected, _ = lfilter([1 - beta], [1, -beta], points, axis=0, zi=beta * points[:1])
    np.testing.assert_allclose(SCHEDULE.running_average(points, beta), expected)


def test_noise_floor_is_where_the_exact_recursion_settles():
    curvatures, lr, sigma, batch = np.array([1.0, 4.0, 9.0]), 0.15, 1.5, 3
    q = np.ones(3)
    for _ in range(2000):
        q = (1 - lr * curvatures) ** 2 * q + lr**2 * sigma**2 / batch
    expected = np.sum(curvatures / 2 * q)
    np.testing.assert_allclose(SCHEDULE.noise_floor(lr, curvatures, sigma, batch), expected)
