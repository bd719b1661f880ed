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


def least_squares_of_two_weights(x, y):
    return least_squares(x, y, np.where(np.arange(len(x)) % 2, 3.0, 1.0))


@pytest.mark.parametrize("fit", [*[fit for fit, _ in FITS], least_squares_of_two_weights])
@pytest.mark.parametrize("x", [2.0, 0.1, 1e9 / 3])
def test_points_above_each_other_get_a_level_line(fit, x):
    slope, intercept = fit([x, x, x], [1.0, 3.0, 8.0])
    assert slope == 0
    assert 3 <= intercept <= 4


@pytest.mark.parametrize("fit", [fit for fit, _ in FITS])
def test_a_single_point_gets_a_level_line(fit):
    assert fit([3.0], [5.0]).tolist() == [0, 5]


@pytest.mark.parametrize("unit", [1e-9, 1e9])
@settings(max_examples=25)
@given(seed=seeds)
def test_the_best_line_does_not_depend_on_the_unit(unit, seed):
    x, y = cloud(seed)
    expected = least_huber(x, y) * unit
    np.testing.assert_allclose(least_huber(x, y * unit, delta=unit), expected, rtol=1e-6)
    np.testing.assert_allclose(least_squares(x, y * unit), least_squares(x, y) * unit, rtol=1e-9)


@pytest.mark.parametrize("seed", [174, 600, 1310])  # hundreds of rounds
def test_huber_goes_on_until_the_line_stands_still(seed):
    x, y = cloud(seed, n=8)
    theta = least_huber(x, y)
    residual = np.polyval(theta, x) - y
    slope = huber.gradient(residual, 0 * residual) * len(x)
    assert abs(slope.sum()) < 1e-6
    assert abs(slope @ x) < 1e-5


@pytest.mark.parametrize("lost", [np.nan, np.inf, -np.inf])
def test_a_point_of_weight_0_counts_for_nothing_whatever_it_is(lost):
    x, y = cloud(0)
    weights = np.ones(len(x))
    weights[3] = 0
    expected = least_squares(np.delete(x, 3), np.delete(y, 3))
    y[3] = lost
    np.testing.assert_array_equal(least_squares(x, y, weights), expected)
    x[3] = lost
    np.testing.assert_array_equal(least_squares(x, y, weights), expected)


@pytest.mark.parametrize("fit", [fit for fit, _ in FITS])
def test_a_point_that_is_no_number_is_named(fit):
    with pytest.raises(ValueError, match=r"y\[2\] is nan, expected finite numbers; repair or drop"):
        fit([1, 2, 3], [1, 2, np.nan])
    with pytest.raises(ValueError, match=r"x\[1\] is inf, expected finite"):
        fit([1, np.inf, 3], [1, 2, 3])


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ([1, -1, 1], "weights must be ≥ 0, got -1"),
        ([1, np.nan, 1], "weights must be ≥ 0, got nan"),
        ([1, np.inf, 1], "weights must be finite, got inf"),
        ([0, 0, 0], "weights must not all be 0"),
        ([1, 1], r"weights must be 3 numbers, one for each point, got shape \(2,\)"),
    ],
)
def test_weights_that_are_none_are_refused(weights, message):
    with pytest.raises(ValueError, match=message):
        least_squares([1, 2, 3], [1, 2, 4], weights)


@pytest.mark.parametrize("delta", [0, -1, np.nan, np.inf])
def test_least_huber_refuses_a_border_that_is_no_positive_number(delta):
    with pytest.raises(ValueError, match="delta must be a number above 0"):
        least_huber([1, 2, 3], [1, 2, 4], delta)


@pytest.mark.parametrize("fit", [fit for fit, _ in FITS])
@pytest.mark.parametrize(("x", "y"), [([1, 2], [1, 2, 3]), ([], []), ([[1, 2]], [[1, 2]])])
def test_lists_that_do_not_fit_are_refused_with_both_shapes(fit, x, y):
    with pytest.raises(ValueError, match=r"x and y must be two lists .* got shapes \("):
        fit(x, y)
