"""Lesson 03: gradient descent."""

from __future__ import annotations

import numpy as np

from helpers.marking.exercise import Exercise, Known

Array = np.ndarray


def step(w: float, slope: float, lr: float) -> float:
    """One step downhill."""
    return w - lr * slope


def shrink(lr: float, curvature: float) -> float:
    """The share of the distance that a step leaves."""
    return abs(1 - lr * curvature)


def best_rate(curvatures: Array) -> float:
    """The rate at which the flattest and the steepest direction shrink alike."""
    return 2 / (min(curvatures) + max(curvatures))


def gradient(theta: Array, X: Array, y: Array) -> Array:
    """The gradient of half the mean squared error."""
    return X.T @ (X @ theta - y) / len(y)


def regressions() -> list[tuple[Array, Array, Array]]:
    """Arguments (theta, X, y) of `gradient`: tables of different shapes, small whole numbers."""
    rng = np.random.default_rng(3)
    return [
        (
            rng.integers(-3, 4, weights).astype(float),
            rng.integers(-3, 4, (examples, weights)).astype(float),
            rng.integers(-9, 10, examples).astype(float),
        )
        for examples, weights in ((4, 2), (7, 3), (3, 1))
    ]


EXERCISES = {
    "1": Exercise(
        step,
        cases=[(1.0, 4.0, 0.1), (-2.0, -3.0, 0.5), (0.0, 1.0, 2.0), (3.0, 0.0, 0.1)],
        hint="Take the rate times the slope away from w.",
        known=[
            Known(
                lambda w, slope, lr: w + lr * slope,
                "this step goes uphill. The slope points up, so the step needs a minus.",
            ),
            Known(
                lambda w, slope, lr: -lr * slope,
                "this is the move alone. The new weight is the old one and the move together.",
            ),
            Known(
                lambda w, slope, lr: w - slope,
                "this step forgets the rate. It goes by the rate times the slope.",
            ),
        ],
    ),
    "2": Exercise(
        shrink,
        cases=[(0.1, 4.0), (0.25, 4.0), (0.4, 4.0), (0.6, 4.0), (0.01, 50.0)],
        hint="A step leads from w to (1 − lr · curvature) w. A distance has no sign.",
        known=[
            Known(
                lambda lr, curvature: 1 - lr * curvature,
                "this is the factor with its sign. Past the minimum it is negative, and a distance "
                "is not: take its absolute value.",
            ),
            Known(
                lambda lr, curvature: lr * curvature,
                "this is the share that the step removes. What is left is 1 minus that.",
            ),
            Known(
                lambda lr, curvature: max(0.0, 1 - lr * curvature),
                "beyond 1/L the step lands on the other side of the minimum, and there it is at a "
                "distance again, not at 0.",
            ),
        ],
    ),
    "3": Exercise(
        best_rate,
        cases=[([1.0, 50.0],), ([50.0, 1.0],), ([2.0, 8.0, 0.5],), ([4.0],)],
        hint="Set 1 − lr · (the smallest) equal to lr · (the largest) − 1.",
        known=[
            Known(
                lambda curvatures: 2 / max(curvatures),
                "this is the border: there the steepest direction swings for ever.",
            ),
            Known(
                lambda curvatures: 1 / max(curvatures),
                "this rate is best for the steepest direction alone, and the flattest one crawls.",
            ),
            Known(
                lambda curvatures: 2 / sum(curvatures),
                "only the smallest and the largest curvature count; those between shrink faster.",
            ),
            Known(
                lambda curvatures: 2 / (curvatures[0] + curvatures[-1]),
                "this takes the first and the last curvature for the smallest and the largest. "
                "They may come in any order.",
            ),
        ],
    ),
    "4": Exercise(
        gradient,
        cases=regressions(),
        hint="It is Xᵀ times the errors X θ − y, divided by the number of examples.",
        known=[
            Known(
                lambda theta, X, y: X.T @ (y - X @ theta) / len(y),
                "the sign is the other way round: the error is prediction minus target.",
            ),
            Known(
                lambda theta, X, y: X.T @ (X @ theta - y),
                "this is the sum over the examples. The loss is a mean, so divide by their number.",
            ),
            Known(
                lambda theta, X, y: 2 * X.T @ (X @ theta - y) / len(y),
                "this is twice as much: the half in front of the squares takes the 2 away.",
            ),
            Known(
                lambda theta, X, y: (X @ theta - y) / len(y),
                "these are the errors of the examples, one for each row. Each weight gets them "
                "times its own column of X.",
            ),
        ],
    ),
}
