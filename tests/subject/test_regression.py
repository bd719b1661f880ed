"""The best line under each loss: no line nearby is better, and scikit-learn agrees."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LinearRegression

from helpers.losses import huber, mae, mse
from helpers.regression import least_absolute, least_huber, least_squares

FITS = [(least_squares, mse), (least_absolute, mae), (least_huber, huber)]
seeds = st.integers(0, 10_000)


def cloud(seed, n=12):
    rng = np.random.default_rng(seed)
    x = rng.uniform(0, 10, n)
    return x, 1 + 0.8 * x + rng.standard_t(2, n)


@pytest.mark.parametrize(("fit", "loss"), FITS)
@settings(max_examples=25)
@given(seed=seeds)
def test_no_other_line_has_a_smaller_loss(fit, loss, seed):
    x, y = cloud(seed)
    slope, intercept = fit(x, y)
    best = loss(slope * x + intercept, y)
    for d_slope, d_intercept in np.random.default_rng(seed).normal(0, 1, (40, 2)):
        for size in (1, 0.1, 0.001):
            other = (slope + size * d_slope / 10) * x + intercept + size * d_intercept
            assert loss(other, y) >= best - 1e-9


@given(seed=seeds)
def test_least_squares_matches_scikit_learn_with_and_without_weights(seed):
    x, y = cloud(seed)
    weights = np.random.default_rng(seed).uniform(0, 2, len(x))
    for given_weights in (None, weights):
        model = LinearRegression().fit(x[:, None], y, sample_weight=given_weights)
        assert np.allclose(
            least_squares(x, y, given_weights),
            [model.coef_[0], model.intercept_],
            rtol=0,
            atol=1e-10,
        )


def test_huber_lies_between_the_median_and_the_mean_line():
    x, y = cloud(0)
    assert np.allclose(least_huber(x, y, delta=1e3), least_squares(x, y))
    errors = [
        mae(np.polyval(theta, x), y)
        for theta in (least_huber(x, y, delta=1e-3), least_absolute(x, y))
    ]
    assert errors[0] == pytest.approx(errors[1], abs=1e-3)


@pytest.mark.parametrize("fit", [fit for fit, _ in FITS])
def test_points_above_each_other_get_a_level_line(fit):
    slope, intercept = fit([2.0, 2.0, 2.0], [1.0, 3.0, 8.0])
    assert slope == 0
    assert 3 <= intercept <= 4


@pytest.mark.parametrize("fit", [fit for fit, _ in FITS])
@pytest.mark.parametrize(("x", "y"), [([1, 2], [1, 2, 3]), ([], []), ([[1, 2]], [[1, 2]])])
def test_lists_that_do_not_fit_are_refused_with_both_shapes(fit, x, y):
    with pytest.raises(ValueError, match=r"x and y must be two lists .* got shapes \("):
        fit(x, y)
