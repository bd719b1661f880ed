"""Lesson 06: optimizers."""

from __future__ import annotations

import numpy as np

from helpers.marking.exercise import Exercise, Known

Array = np.ndarray

THETA, GRAD, S = np.array([1.0, -2.0]), np.array([0.3, -40.0]), np.array([0.16, 900.0])
SLOPES = [2.0, 1.0, -0.5, 3.0]


def slowest(beta: float, alpha_lambda: float) -> float:
    """The size of the larger root of r² − (1 + β − αλ) r + β."""
    return float(max(abs(np.roots([1, -(1 + beta - alpha_lambda), beta]))))


def roots(beta: float, alpha_lambda: float, sign: float = -1.0) -> Array:
    """Both roots, the middle term with this sign."""
    return np.roots([1, sign * (1 + beta - alpha_lambda), beta])


def adagrad_step(theta: Array, grad: Array, s: Array, lr: float) -> tuple[Array, Array]:
    """AdaGrad: s ← s + g², θ ← θ − α g / √s."""
    s = s + grad**2
    return theta - lr * grad / (np.sqrt(s) + 1e-10), s


def scaled_step(theta: Array, grad: Array, divisor: Array, lr: float) -> Array:
    """A step divided by what is given; nothing is divided by 0."""
    return theta - lr * grad / (divisor + 1e-10)


def mean(slopes: list[float], beta: float) -> float:
    """m ← βm + (1 − β)g over all slopes, from 0."""
    m = 0.0
    for g in slopes:
        m = beta * m + (1 - beta) * g
    return m


def corrected_mean(slopes: list[float], beta: float) -> float:
    """The mean, divided by 1 − βᵗ."""
    return mean(slopes, beta) / (1 - beta ** len(slopes))


EXERCISES = {
    "1": Exercise(
        slowest,
        cases=[(0.3, 0.04), (0.9, 0.5), (0.5, 2.9), (0.0, 0.2)],
        hint="The quadratic is r² − (1 + β − αλ) r + β = 0; take the larger size of its solutions.",
        known=[
            Known(
                lambda beta, alpha_lambda: min(abs(roots(beta, alpha_lambda))),
                "this is the smaller solution. It dies out first; the larger one decides in the "
                "long run.",
            ),
            Known(
                lambda beta, alpha_lambda: roots(beta, alpha_lambda).real.max(),
                "this is the largest real part. A complex or a negative solution counts with its "
                "size: take abs before max.",
            ),
            Known(
                lambda beta, alpha_lambda: max(abs(np.roots([1, 1 + beta - alpha_lambda, -beta]))),
                "the signs are those of the right side of w = (1 + β − αλ) w − β w. All on one "
                "side, the quadratic is r² − (1 + β − αλ) r + β.",
            ),
            Known(
                lambda beta, alpha_lambda: np.sqrt(beta),
                "this is the size where the ball rings. Where it creeps or flips, the larger "
                "solution is above √β.",
            ),
            Known(
                lambda beta, alpha_lambda: abs(1 - alpha_lambda),
                "this is plain descent; momentum adds β to the quadratic.",
            ),
        ],
    ),
    "2": Exercise(
        adagrad_step,
        cases=[(THETA, GRAD, S, 0.1), (THETA, GRAD, np.zeros(2), 0.5)],
        hint="First s + grad², then the step lr · grad / √s; return both.",
        known=[
            Known(
                lambda theta, grad, s, lr: (scaled_step(theta, grad, np.sqrt(s), lr), s + grad**2),
                "the step is divided by the old s. Remember first, then divide: otherwise the "
                "first step is divided by 0.",
            ),
            Known(
                lambda theta, grad, s, lr: (scaled_step(theta, grad, s + grad**2, lr), s + grad**2),
                "the root is missing: s has the unit of a squared slope.",
            ),
            Known(
                lambda theta, grad, s, lr: (scaled_step(theta, grad, abs(grad), lr), grad**2),
                "this forgets the s before; AdaGrad adds up all squared slopes.",
            ),
            Known(
                lambda theta, grad, s, lr: (
                    2 * theta - scaled_step(theta, grad, np.sqrt(s + grad**2), lr),
                    s + grad**2,
                ),
                "this walks uphill: the step is subtracted.",
            ),
            Known(
                lambda theta, grad, s, lr: scaled_step(theta, grad, np.sqrt(s + grad**2), lr),
                "the new theta is right. Return the new s, too: the next step needs it.",
            ),
        ],
    ),
    "3": Exercise(
        corrected_mean,
        cases=[(SLOPES, 0.9), (SLOPES[:1], 0.9), ([1.5] * 6, 0.99)],
        hint="m ← βm + (1 − β)g for each slope; at the end divide by 1 − βᵗ.",
        known=[
            Known(mean, "this is m without the correction: too small, because it began at 0."),
            Known(
                lambda slopes, beta: mean(slopes, beta) / (1 - beta),
                "divided by 1 − β, which is right after one slope only: after t it is 1 − βᵗ.",
            ),
            Known(
                lambda slopes, beta: np.mean(slopes),
                "this is the mean of all slopes alike; m weighs the newest most.",
            ),
            Known(
                lambda slopes, beta: mean(slopes[::-1], beta) / (1 - beta ** len(slopes)),
                "the slopes are taken in the wrong order: the last one counts most.",
            ),
        ],
    ),
}
