"""Lesson 05: the training loop."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from helpers.marking.exercise import Exercise, Known

FALLS_THEN_RISES = (1.0, 0.6, 0.5, 0.55, 0.52, 0.58, 0.7, 0.8)
A_SECOND_VALLEY = (1.0, 0.7, 0.75, 0.72, 0.6, 0.65, 0.66, 0.3)
FALLS = (0.9, 0.8, 0.7, 0.6)
TIES = (0.5, 0.4, 0.4, 0.4, 0.45)


def count_steps(N: int, B: int, epochs: int) -> int:
    """Steps in so many epochs of N examples in batches of B."""
    return epochs * math.ceil(N / B)


def batch_noise(sigma: float, B: int, N: int) -> float:
    """The noise of a batch drawn without replacement."""
    return float(sigma / np.sqrt(B) * np.sqrt((N - B) / (N - 1)))


def stop_early(val_losses: Sequence[float], patience: int) -> tuple[int, int]:
    """(epoch that is kept, last epoch that is run), counted from 1."""
    best = last = 0
    for last, loss in enumerate(val_losses):
        if loss < val_losses[best]:
            best = last
        if last - best == patience:
            break
    return best + 1, last + 1


def first_rise(val_losses: Sequence[float], patience: int) -> tuple[int, int]:
    """Stopped at the first epoch that is no better than the one before."""
    for epoch in range(1, len(val_losses)):
        if val_losses[epoch] >= val_losses[epoch - 1]:
            return epoch, epoch + 1
    return len(val_losses), len(val_losses)


EXERCISES = {
    "1": Exercise(
        count_steps,
        cases=[(300, 16, 20), (1000, 100, 3), (10, 32, 5), (1078, 1078, 7)],
        hint="An epoch has N / B steps, rounded up, for a short last batch is a step too.",
        known=[
            Known(
                lambda N, B, epochs: epochs * (N // B),
                "this leaves out the short last batch of each epoch; round up.",
            ),
            Known(
                lambda N, B, epochs: math.ceil(epochs * N / B),
                "this lets a batch reach over into the next epoch; each epoch ends with a short "
                "batch of its own, so round up before multiplying.",
            ),
            Known(
                lambda N, B, epochs: math.ceil(N / B),
                "this is one epoch; there are several.",
            ),
            Known(
                lambda N, B, epochs: epochs * N,
                "this counts the examples; a step takes B of them.",
            ),
            Known(lambda N, B, epochs: epochs * N / B, "steps are whole; round up in each epoch."),
        ],
    ),
    "2": Exercise(
        batch_noise,
        cases=[(2.0, 4, 101), (1.0, 1, 50), (3.0, 50, 50), (1.5, 16, 1078)],
        hint="It is σ / √B, times √((N − B) / (N − 1)).",
        known=[
            Known(
                lambda sigma, B, N: sigma / np.sqrt(B),
                "this is drawing with replacement; without it the noise has another factor, which "
                "is 0 when the batch is all N.",
            ),
            Known(
                lambda sigma, B, N: sigma / np.sqrt(B) * (N - B) / (N - 1),
                "nearly: the factor (N − B) / (N − 1) belongs to the variance; the noise has its "
                "root.",
            ),
            Known(
                lambda sigma, B, N: sigma / B * np.sqrt((N - B) / (N - 1)),
                "the noise of a mean of B falls as √B, not as B.",
            ),
            Known(
                lambda sigma, B, N: sigma**2 / B * (N - B) / (N - 1),
                "this is the variance; the noise is its root.",
            ),
        ],
    ),
    "3": Exercise(
        stop_early,
        cases=[
            (FALLS_THEN_RISES, 3),
            (A_SECOND_VALLEY, 2),
            (A_SECOND_VALLEY, 5),
            (FALLS, 2),
            (TIES, 3),
        ],
        hint="Remember the best epoch so far, and stop when `patience` epochs have passed since.",
        known=[
            Known(
                first_rise,
                "this stops at the first loss that is no better, without any patience.",
            ),
            Known(
                lambda val_losses, patience: tuple(n - 1 for n in stop_early(val_losses, patience)),
                "right, but counted from 0; the first epoch is 1.",
            ),
            Known(
                lambda val_losses, patience: (stop_early(val_losses, patience)[1],) * 2,
                "the θ that comes back is that of the best epoch, not of the last one.",
            ),
            Known(
                lambda val_losses, patience: (int(np.argmin(val_losses)) + 1, len(val_losses)),
                "this looks at all losses; training must stop before it knows the later ones.",
            ),
            Known(
                lambda val_losses, patience: stop_early(val_losses, patience + 1),
                "this waits one epoch too long: it stops as soon as `patience` epochs have passed "
                "since the best one.",
            ),
        ],
    ),
}
