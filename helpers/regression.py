"""The best straight line through N ≥ 1 points under each loss, ŷ = slope · x + intercept, as (slope, intercept).
>>> [fit(range(5), [1, 3, 105, 7, 9]).round(2).tolist() for fit in (least_squares, least_absolute, least_huber)]
[[2.0, 21.0], [2.0, 1.0], [2.0, 1.25]]
"""

import numpy as np

from helpers.checks import Array


def least_squares(x: Array, y: Array, weights: Array | None = None) -> Array:
    """Weighted mean squared error: slope = Σ w (x − x̄)(y − ȳ) / Σ w (x − x̄)², through (x̄, ȳ). (Legendre, 1805)"""
    x, y = _points(x, y)
    share = np.full(len(x), 1 / len(x)) if weights is None else weights / np.sum(weights)
    x_mean, y_mean = share @ x, share @ y
    spread = share @ (x - x_mean) ** 2
    slope = share @ ((x - x_mean) * (y - y_mean)) / spread if spread > 0 else 0.0
    return np.array([slope, y_mean - slope * x_mean])


def least_absolute(x: Array, y: Array) -> Array:
    """Mean absolute error: a best line runs through two points; tries all pairs, N³ / 2 operations. (Laplace, 1793)"""
    x, y = _points(x, y)
    i, j = np.nonzero(np.triu(x[:, None] != x))
    if len(i) == 0:
        return np.array([0.0, np.median(y)])
    slopes = (y[j] - y[i]) / (x[j] - x[i])
    lines = np.column_stack([slopes, y[i] - slopes * x[i]])
    errors = np.abs(lines[:, :1] * x + lines[:, 1:] - y).sum(axis=1)
    return lines[
        np.argmax(errors <= errors.min() * (1 + 1e-12))
    ]  # the first of equals, whatever the rounding


def least_huber(x: Array, y: Array, delta: float = 1.0) -> Array:
    """Huber's loss (1964): least squares with weights min(1, δ / |residual|), until the line stands still."""
    x, y = _points(x, y)
    theta = least_squares(x, y)
    for _ in range(100):
        size = np.abs(theta[0] * x + theta[1] - y)
        before, theta = theta, least_squares(x, y, delta / np.maximum(size, delta))
        if np.abs(theta - before).max() < 1e-9:
            break
    return theta


def _points(x: Array, y: Array) -> tuple[Array, Array]:
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    if x.ndim != 1 or x.shape != y.shape or len(x) == 0:
        raise ValueError(
            f"x and y must be two lists of N ≥ 1 numbers, got shapes {x.shape} and {y.shape}"
        )
    return x, y
