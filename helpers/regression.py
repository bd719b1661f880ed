"""The best straight line through N points under each loss: ŷ = slope · x + intercept.

All three fits return θ = (slope, intercept), and the level line through the best constant where all
x are equal. They raise ValueError unless x and y are two lists of N ≥ 1 finite numbers.

>>> for fit in (least_squares, least_absolute, least_huber):
...     print(fit(range(5), [1, 3, 105, 7, 9]).round(2))  # 1 + 2x, with one outlier
[ 2. 21.]
[2. 1.]
[2.   1.25]
"""

from typing import Any

import numpy as np

from helpers.checks import Array, non_negative, positive


def least_squares(x: Any, y: Any, weights: Any = None) -> Array:
    """The line of least weighted mean squared error (Legendre, 1805).

        slope = Σ w (x − x̄)(y − ȳ) / Σ w (x − x̄)²,   through (x̄, ȳ)

    weights (N,), by default all alike; a point of weight 0 is left out, whatever its x and y.
    Raises ValueError for weights that are negative, all 0, or not N.

    >>> least_squares([0, 1, 2], [1, 3, np.inf], weights=[1, 1, 0])
    array([2., 1.])
    """
    x, y = _as_lists(x, y)
    w = np.ones(len(x)) if weights is None else _as_weights(weights, len(x))
    counts = w > 0
    _check_finite(x, y, counts)
    return _weighted_line(x[counts], y[counts], w[counts])


def least_absolute(x: Any, y: Any) -> Array:
    """The line of least mean absolute error (Laplace, 1793).

    One such line runs through two of the points: tries all pairs, in N³ / 2 operations and numbers.

    >>> least_absolute([0, 1, 2], [1, 3, 99]).round(2)
    array([49.,  1.])
    """
    x, y = _as_lists(x, y)
    _check_finite(x, y, np.full(len(x), True))
    i, j = np.nonzero(np.triu(x[:, None] != x))
    if len(i) == 0:
        return np.array([0.0, np.median(y)])
    slopes = (y[j] - y[i]) / (x[j] - x[i])
    intercepts = y[i] - slopes * x[i]
    errors = np.abs(slopes[:, None] * x + intercepts[:, None] - y).sum(axis=1)
    # the first of those that only rounding tells apart
    best = np.argmax(errors <= errors.min() * (1 + 1e-12))
    return np.array([slopes[best], intercepts[best]])


def least_huber(x: Any, y: Any, delta: float = 1.0) -> Array:
    """The line of least Huber loss (Huber, 1964), by iteratively reweighted least squares.

    Each round fits least squares with weights min(1, δ / |residual|), so that points farther than δ
    count less, until the line stands still, or for 1,000 rounds. Raises ValueError for a delta that
    is not above 0.

    >>> least_huber([0, 1, 2], [1, 3, 5])
    array([2., 1.])
    """
    x, y = _as_lists(x, y)
    _check_finite(x, y, np.full(len(x), True))
    delta = positive("delta", delta, hint="it is where the loss turns straight")
    theta = _weighted_line(x, y, np.ones(len(x)))
    for _ in range(1_000):
        y_hat = theta[0] * x + theta[1]
        theta = _weighted_line(x, y, delta / np.maximum(np.abs(y_hat - y), delta))
        moved = np.abs(theta[0] * x + theta[1] - y_hat).max()
        if moved < 1e-9 * delta:
            break
    return theta


def _weighted_line(x: Array, y: Array, w: Array) -> Array:
    w = w / w.sum()
    x_mean = w @ x
    y_mean = w @ y
    if (x == x[0]).all():
        return np.array([0.0, y_mean])
    slope = w @ ((x - x_mean) * (y - y_mean)) / (w @ (x - x_mean) ** 2)
    return np.array([slope, y_mean - slope * x_mean])


def _as_lists(x: Any, y: Any) -> tuple[Array, Array]:
    x = np.asarray(x, dtype=float)
    y = np.asarray(y, dtype=float)
    if x.ndim != 1 or x.shape != y.shape or len(x) == 0:
        raise ValueError(
            f"x and y must be two lists of N ≥ 1 numbers, got shapes {x.shape} and {y.shape}"
        )
    return x, y


def _as_weights(weights: Any, n: int) -> Array:
    w = np.asarray(weights, dtype=float)
    if w.shape != (n,):
        raise ValueError(f"weights must be {n} numbers, one for each point, got shape {w.shape}")
    non_negative("weights", w)
    if not w.any():
        raise ValueError("weights must not all be 0: no point would count")
    return w


def _check_finite(x: Array, y: Array, counts: Array) -> None:
    """Raise ValueError for a point that counts, and is NaN or infinite."""
    for name, values in (("x", x), ("y", y)):
        for i in np.flatnonzero(~np.isfinite(values) & counts):
            raise ValueError(
                f"{name}[{i}] is {values[i]}, expected finite numbers; repair or drop that point"
            )
