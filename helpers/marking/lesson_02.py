"""Lesson 02: losses."""

from __future__ import annotations

import numpy as np

from helpers.functions import sigmoid
from helpers.marking.exercise import Exercise, Known

Array = np.ndarray

RESIDUALS = np.array([-5.0, -1.5, -0.4, 0.0, 0.7, 3.0])
CHANCES = np.array([[0.7, 0.2, 0.1], [0.1, 0.3, 0.6], [0.25, 0.5, 0.25], [0.05, 0.9, 0.05]])
LABELS = np.array([0, 2, 1, 0])
SCORES = np.array([-3.0, -0.5, 0.0, 2.0])
ANSWERS = np.array([1.0, 0.0, 1.0, 1.0])


def huber_slope(r: Array, delta: float) -> Array:
    """The derivative of Huber's loss by the residual."""
    return np.clip(r, -delta, delta)


def mean_surprise(P: Array, labels: Array) -> float:
    """Cross-entropy of probabilities (N, K) and class indices (N,)."""
    return float(-np.log(P[np.arange(len(P)), labels]).mean())


def binary_cross_entropy(z: Array, y: Array) -> float:
    """Binary cross-entropy of scores (N,) and answers 0 or 1 (N,)."""
    return float(np.mean(np.logaddexp(0, z) - y * z))


def naive_binary(z: Array, y: Array) -> float:
    """The same by the formula with probabilities: it breaks where σ(z) is rounded to 0 or 1."""
    p = 1 / (1 + np.exp(-z))
    return float(np.mean(-y * np.log(p) - (1 - y) * np.log(1 - p)))


EXERCISES = {
    "1": Exercise(
        huber_slope,
        cases=[(RESIDUALS, 1.0), (RESIDUALS, 2.0), (0.3, 1.0), (-7.0, 0.5)],
        hint="It is r where |r| ≤ δ, and δ with the sign of r beyond.",
        known=[
            Known(
                lambda r, delta: r,
                "this is the slope of ½ r² everywhere; beyond δ the loss goes on straight, so its "
                "slope stays the same there.",
            ),
            Known(
                lambda r, delta: np.minimum(r, delta),
                "right above the line; below it, where r is negative, the slope must stop at −δ.",
            ),
            Known(
                lambda r, delta: delta * np.sign(r),
                "this is the slope of the straight part everywhere; up to δ the loss is ½ r², and "
                "its slope is r.",
            ),
            Known(
                lambda r, delta: np.where(np.abs(r) <= delta, r, delta),
                "right but for the sign: a residual below −δ has the slope −δ.",
            ),
            Known(
                lambda r, delta: np.where(
                    np.abs(r) <= delta, r**2 / 2, delta * (np.abs(r) - delta / 2)
                ),
                "this is the loss itself; asked is its slope, the derivative by r.",
            ),
        ],
    ),
    "2": Exercise(
        mean_surprise,
        cases=[
            (CHANCES, LABELS),
            (CHANCES[:2], LABELS[:2]),
            (np.array([[0.9, 0.1]]), np.array([1])),
        ],
        hint="Pick from each row the probability of the true class; then −ln, then the mean.",
        known=[
            Known(
                lambda P, labels: -mean_surprise(P, labels),
                "the minus is missing: a logarithm of a probability is negative, a loss is not.",
            ),
            Known(
                lambda P, labels: mean_surprise(P, labels) * len(P),
                "this is the sum over the rows; the loss is their mean, so that it does not grow "
                "with the number of pictures.",
            ),
            Known(
                lambda P, labels: -np.log(np.mean(P[np.arange(len(P)), labels])),
                "this is the logarithm of the mean; take the logarithm first, then the mean. "
                "Otherwise one absurd answer would hide behind good ones.",
            ),
            Known(
                lambda P, labels: -np.log(P).mean(),
                "this averages over all classes; only the probability of the true one counts.",
            ),
            Known(
                lambda P, labels: mean_surprise(P, labels) / np.log(2),
                "this is counted in bits, with the logarithm to base 2; the course uses ln.",
            ),
            Known(
                lambda P, labels: 1 - np.mean(P[np.arange(len(P)), labels]),
                "this is 1 − p; the surprise is −ln p, which grows without limit as p goes to 0.",
            ),
        ],
    ),
    "3": Exercise(
        binary_cross_entropy,
        cases=[
            (SCORES, ANSWERS),
            (SCORES, 1 - ANSWERS),
            (np.array([1000.0, -1000.0]), np.array([0.0, 0.0])),
            (np.array([-1000.0]), np.array([1.0])),
        ],
        hint="It is the mean of ln(1 + e^z) − y z.",
        known=[
            Known(
                naive_binary,
                "right for ordinary scores, and broken at ±1000: there σ(z) is rounded to 0 or 1, "
                "and ln 0 is infinite. Use np.logaddexp(0, z).",
            ),
            Known(
                lambda z, y: np.mean(np.log(1 + np.exp(z)) - y * z),
                "right for ordinary scores, and broken at 1000, where e^z overflows. "
                "np.logaddexp(0, z) is ln(e^0 + e^z) without that.",
            ),
            Known(
                lambda z, y: np.mean(y * np.logaddexp(0, -z)),
                "this counts only the yes; an answer of no costs −ln(1 − p).",
            ),
            Known(
                lambda z, y: np.sum(np.logaddexp(0, z) - y * z),
                "this is the sum; the loss is the mean.",
            ),
            Known(
                lambda z, y: np.mean((sigmoid(z) - y) ** 2),
                "this is the squared error of the probability; asked is −ln of the probability of "
                "the true answer.",
            ),
        ],
    ),
}
