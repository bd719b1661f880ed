"""The noisy descent of lesson 07's figures: 128 runs in a bowl, with noise on every gradient.

The bowl is J(w) = ½ (w₁² + 10 w₂²), and every run starts at (1, 1). The noise is the same for every
rate and every schedule, so that what differs is theirs.
"""

from functools import cache

import numpy as np

from helpers.checks import non_negative
from helpers.schedules import ReduceOnPlateau, Schedule

Array = np.ndarray

CURVATURES = np.array([[1.0], [10.0]])  # λ along the two weights
BORDER = 2 / CURVATURES.max()  # no constant rate beyond it converges
RUNS, LONGEST = 128, 400


@cache
def unit_noise() -> Array:
    """Normal numbers of standard deviation 1 for each step, weight and run: (LONGEST, 2, RUNS)."""
    return np.random.default_rng(0).normal(size=(LONGEST, 2, RUNS))


def descend_in_noise(schedule: Schedule, steps: int, noise: float) -> tuple[Array, Array]:
    """Follow a schedule for so many steps: all points (steps + 1, 2, RUNS), and the rates (steps,).

    θ ← θ − α (∇J(θ) + noise · ε) with normal ε. A schedule that watches the loss is told the mean
    over the runs after each step. Raises ValueError where a rate is negative or no number.

    >>> points, rates = descend_in_noise(lambda t: 0.1, steps=1, noise=0.0)
    >>> points[:, :, 0].round(3).tolist(), rates.tolist()
    ([[1.0, 1.0], [0.9, 0.0]], [0.1])
    """
    points = np.ones((steps + 1, 2, RUNS))
    rates = np.empty(steps)
    with np.errstate(all="ignore"):  # a large rate explodes, which its losses show
        for t, extra in enumerate(noise * unit_noise()[:steps]):
            rates[t] = schedule(t)
            points[t + 1] = points[t] - rates[t] * (CURVATURES * points[t] + extra)
            if isinstance(schedule, ReduceOnPlateau):
                schedule.watch(float(loss(points[t + 1]).mean()))
    return points, non_negative("the rate of every step", rates)


def loss(points: Array) -> Array:
    """J = ½ Σ λ w² of points (..., 2, n): (..., n).

    >>> loss(np.ones((2, 1)))
    array([5.5])
    """
    return 0.5 * (CURVATURES * points**2).sum(axis=-2)


def expected_loss(lr: Array, steps: float, noise: float) -> Array:
    """The expected loss after so many steps at each of the constant rates (n,): (n,), exactly.

    A step keeps (1 − αλ)² of every squared error and adds α² noise². After infinitely many steps at
    a rate below 2/λmax that is the noise floor, Σ α noise² / (2 (2 − αλ)).

    >>> expected_loss(np.array([0.1]), np.inf, noise=1.0).round(4)
    array([0.0763])
    """
    with np.errstate(all="ignore"):
        kept = (1 - lr * CURVATURES) ** 2
        left = kept**steps
        squared_error = left + (lr * noise) ** 2 * (1 - left) / (1 - kept)
        return np.sum(CURVATURES / 2 * squared_error, axis=0)
