"""The best straight line through points, under each loss: ŷ = slope · x + intercept, as theta = (slope, intercept)."""

import numpy as np

Array = np.ndarray


def least_squares(x: Array, y: Array, weights: Array | None = None) -> Array:
    """The line with the smallest (weighted) mean squared error, in closed form.

        slope = Σ w (x − x̄)(y − ȳ) / Σ w (x − x̄)²        intercept = ȳ − slope · x̄

    x, y and weights (≥ 0, at least one above) are (N,); x̄ and ȳ are weighted means. Returns (2,). Where all x are the
    same no slope is better than another, and it is 0. Raises ValueError for shapes that differ and for no points.
    Legendre (1805), Nouvelles méthodes pour la détermination des orbites des comètes.

    >>> least_squares([0, 1, 2], [1, 3, 5])
    array([2., 1.])
    """
    x, y = _points(x, y)
    share = np.full(len(x), 1 / len(x)) if weights is None else weights / np.sum(weights)
    x_mean, y_mean = share @ x, share @ y
    spread = share @ (x - x_mean) ** 2
    slope = share @ ((x - x_mean) * (y - y_mean)) / spread if spread > 0 else 0.0
    return np.array([slope, y_mean - slope * x_mean])


def least_absolute(x: Array, y: Array) -> Array:
    """A line with the smallest mean absolute error: one of the best runs through two of the points, so try all pairs.

    x and y are (N,). Returns (2,). Takes N³ / 2 operations: for tens of points, not for thousands. Where all x are the
    same the slope is 0 and the intercept the median. Raises ValueError as `least_squares` does.
    Boscovich (1757); Laplace (1793).

    >>> least_absolute([0, 1, 2, 3], [1, 3, 5, 50])
    array([2., 1.])
    """
    x, y = _points(x, y)
    first, second = np.triu_indices(len(x), k=1)
    apart = x[first] != x[second]
    if not apart.any():
        return np.array([0.0, np.median(y)])
    first, second = first[apart], second[apart]
    slopes = (y[second] - y[first]) / (x[second] - x[first])
    intercepts = y[first] - slopes * x[first]
    errors = np.abs(slopes[:, None] * x + intercepts[:, None] - y).sum(axis=1)
    best = np.argmax(errors <= errors.min() * (1 + 1e-12))  # the first of equals, whatever the rounding
    return np.array([slopes[best], intercepts[best]])


def least_huber(x: Array, y: Array, delta: float = 1.0) -> Array:
    """The line with the smallest Huber loss, by least squares with weights min(1, δ / |residual|), again and again.

    x and y are (N,), delta > 0 has the unit of y. Returns (2,). Raises ValueError as `least_squares` does.
    Huber (1964), Robust estimation of a location parameter.

    >>> least_huber([0, 1, 2, 3, 4], [0, 0, 100, 0, 0], delta=1.0).round(2)
    array([0.  , 0.25])
    """
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
        raise ValueError(f"x and y must be two lists of N ≥ 1 numbers, got shapes {x.shape} and {y.shape}")
    return x, y
