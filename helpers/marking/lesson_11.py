"""Lesson 11: a logarithmic range, how far a grid leaves one, halving's bill, a hypergradient."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from helpers.marking.exercise import Exercise, Known

Array = np.ndarray
Gradient = Callable[[Array], Array]


def bowl(theta: Array) -> Array:
    """The gradient of (θ₁² + 10 θ₂²) / 2."""
    return np.array([1.0, 10.0]) * theta


def cubes(theta: Array) -> Array:
    """The gradient of the sum of θ⁴ / 4."""
    return theta**3


def log_uniform(low: float, high: float, u: float) -> float:
    """The value at u, from 0 to 1, if all powers of ten have the same share."""
    return float(low ** (1 - u) * high**u)


def farthest(values: Array) -> float:
    """The largest distance of a place between 0 and 1 from the nearest of the values."""
    return float(max(values[0], 1 - values[-1], np.max(np.diff(values)) / 2))


def epochs_spent(n: int, eta: int, least: int, most: int) -> int:
    """The epochs of successive halving where each network goes on from where it stopped."""
    spent, done = n * least, least
    while done < most:
        n = max(n // eta, 1)
        further = min(done * eta, most)
        spent += n * (further - done)
        done = further
    return spent


def from_the_start(n: int, eta: int, least: int, most: int) -> int:
    """The same where each rung trains its networks from the beginning."""
    spent, done = n * least, least
    while done < most:
        n, done = max(n // eta, 1), min(done * eta, most)
        spent += n * done
    return spent


def without_the_last(n: int, eta: int, least: int, most: int) -> int:
    """The same without the last rung."""
    spent, done = 0, 0
    while least < most:
        spent += n * (least - done)
        n, done, least = max(n // eta, 1), least, least * eta
    return spent


def hypergradient(gradient: Gradient, theta: Array, lr: float) -> float:
    """dJ(θ − α ∇J(θ)) / dα, as the slope after the step and the slope before it."""
    before = gradient(theta)
    return float(-gradient(theta - lr * before) @ before)


EXERCISES = {
    "1": Exercise(
        log_uniform,
        cases=[(1e-4, 1.0, 0.5), (1e-4, 1.0, 0.0), (0.01, 100.0, 0.25), (2.0, 32.0, 0.75)],
        hint="Go evenly from log low to log high, and back by exp.",
        known=[
            Known(
                lambda low, high, u: low + u * (high - low),
                "this goes evenly from low to high, so that nearly all lies in the last power of "
                "ten; go evenly between their logarithms.",
            ),
            Known(
                lambda low, high, u: np.log(low) + u * (np.log(high) - np.log(low)),
                "this is the logarithm of the answer; take exp of it.",
            ),
            Known(
                lambda low, high, u: 10 ** (low + u * (high - low)),
                "low and high are the values, not their powers of ten: take their logarithms "
                "first.",
            ),
            Known(
                lambda low, high, u: high ** (1 - u) * low**u,
                "the wrong way round: u = 0 should give low.",
            ),
        ],
    ),
    "2": Exercise(
        farthest,
        cases=[
            (np.array([0.0, 0.25, 0.5, 0.75, 1.0]),),
            (np.array([0.1, 0.3, 0.5, 0.7, 0.9]),),
            (np.array([0.3, 0.35, 0.6]),),
            (np.array([0.45, 0.5]),),
        ],
        hint="Between two values the farthest place is in their middle; and there are two ends.",
        known=[
            Known(
                lambda values: np.max(np.diff(values)) / 2,
                "look beyond the first and the last value too: the range goes from 0 to 1.",
            ),
            Known(
                lambda values: max(values[0], 1 - values[-1], np.max(np.diff(values))),
                "between two values the farthest place is in the middle: half of their gap.",
            ),
            Known(
                lambda values: max(values[0], 1 - values[-1]),
                "this looks at the two ends only; there are gaps between the values as well.",
            ),
            Known(
                lambda values: min(values[0], 1 - values[-1], np.min(np.diff(values)) / 2),
                "this is the best case; the farthest place is the worst one.",
            ),
        ],
    ),
    "3": Exercise(
        epochs_spent,
        cases=[(81, 3, 1, 81), (27, 3, 3, 81), (16, 2, 1, 8), (9, 3, 1, 9)],
        hint="n · least at first; then n // eta networks go on from `done` to eta · done epochs.",
        known=[
            Known(
                from_the_start,
                "this begins every rung anew; here a network goes on from where it stopped, so a "
                "rung costs only the epochs that are added.",
            ),
            Known(
                lambda n, eta, least, most: n * most,
                "this trains all of them to the end; at each rung only one of eta goes on.",
            ),
            Known(
                lambda n, eta, least, most: n * least,
                "this is the first rung alone.",
            ),
            Known(
                without_the_last,
                "the last rung is missing: someone trains until `most`.",
            ),
        ],
    ),
    "4": Exercise(
        hypergradient,
        cases=[
            (bowl, np.array([1.0, 1.0]), 0.05),
            (bowl, np.array([1.0, -2.0]), 0.15),
            (cubes, np.array([1.0, -2.0, 0.5]), 0.1),
        ],
        hint="−g₁ · g₀, where g₀ is the slope before the step and g₁ the slope after it.",
        known=[
            Known(
                lambda gradient, theta, lr: (
                    gradient(theta - lr * gradient(theta)) @ gradient(theta)
                ),
                "the size is right, the sign is not: θ moves by −g₀ when the rate grows by 1.",
            ),
            Known(
                lambda gradient, theta, lr: -gradient(theta) @ gradient(theta),
                "both slopes are those before the step; the loss is asked for after it.",
            ),
            Known(
                lambda gradient, theta, lr: (
                    -gradient(theta - lr * gradient(theta)) * gradient(theta)
                ),
                "add the products up: the rate is one number, and so is the slope along it.",
            ),
            Known(
                lambda gradient, theta, lr: (
                    -lr * gradient(theta - lr * gradient(theta)) @ gradient(theta)
                ),
                "the rate itself drops out: θ − α g₀ has the slope −g₀ along α.",
            ),
        ],
    ),
}
