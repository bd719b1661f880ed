"""Lesson 07: the noise floor, and the shapes of schedules."""

from __future__ import annotations

import numpy as np

from helpers.marking.exercise import Exercise, Known


def after_step(q: float, lr: float, curvature: float, sigma: float) -> float:
    """E[w²] after one noisy step."""
    return (1 - lr * curvature) ** 2 * q + lr**2 * sigma**2


def cosine_rate(t: int, T: int, lr: float, lr_min: float) -> float:
    """Half a cosine from lr to lr_min."""
    return float(lr_min + (lr - lr_min) * (1 + np.cos(np.pi * t / T)) / 2)


def warmup_factor(t: int, k: int) -> float:
    """A ramp of k equal parts up to 1."""
    return min(1.0, (t + 1) / k)


EXERCISES = {
    "1": Exercise(
        after_step,
        cases=[(1.0, 0.1, 1.0, 1.0), (0.5, 0.05, 10.0, 2.0), (2.0, 0.3, 4.0, 0.5)],
        hint="It is (1 − αλ)² q + α² σ².",
        known=[
            Known(
                lambda q, lr, curvature, sigma: (1 - lr * curvature) * q + lr**2 * sigma**2,
                "w shrinks by 1 − αλ, so its square shrinks by the square of that.",
            ),
            Known(
                lambda q, lr, curvature, sigma: (1 - lr * curvature) ** 2 * q + sigma**2,
                "the noise is part of the gradient, so the step multiplies it by the rate: what is "
                "added is α² σ².",
            ),
            Known(
                lambda q, lr, curvature, sigma: (1 - lr * curvature) ** 2 * q + lr * sigma**2,
                "the step adds the noise times the rate, and the square of that has the square of "
                "the rate.",
            ),
            Known(
                lambda q, lr, curvature, sigma: (1 - lr * curvature) ** 2 * q - lr**2 * sigma**2,
                "the sign of the step goes in the square: noise adds to the mean square, whichever "
                "way it pushes.",
            ),
            Known(
                lambda q, lr, curvature, sigma: (1 - lr * curvature) ** 2 * q,
                "this is the shrink alone; what does the noise add?",
            ),
        ],
    ),
    "2": Exercise(
        cosine_rate,
        cases=[(0, 100, 0.1, 0.0), (25, 100, 0.1, 0.02), (50, 80, 0.3, 0.1), (60, 60, 0.2, 0.01)],
        hint="It is lr_min + ½ (lr − lr_min) (1 + cos(π t / T)).",
        known=[
            Known(
                lambda t, T, lr, lr_min: lr * (1 + np.cos(np.pi * t / T)) / 2,
                "this falls to 0 whatever lr_min is; let it fall by lr − lr_min only.",
            ),
            Known(
                lambda t, T, lr, lr_min: lr_min + lr * (1 + np.cos(np.pi * t / T)) / 2,
                "this begins at lr + lr_min; what falls is the difference lr − lr_min.",
            ),
            Known(
                lambda t, T, lr, lr_min: lr_min + (lr - lr_min) * (1 + np.cos(np.pi * t / T)),
                "this begins too high: 1 + cos goes from 2 to 0, so half of it is needed.",
            ),
            Known(
                lambda t, T, lr, lr_min: lr_min + (lr - lr_min) * (1 - np.cos(np.pi * t / T)) / 2,
                "this rises from lr_min to lr; the cosine itself falls, so add it.",
            ),
            Known(
                lambda t, T, lr, lr_min: lr_min + (lr - lr_min) * np.cos(np.pi * t / T / 2),
                "this is a quarter of a wave, which is steepest at the end; half a wave ends "
                "slowly.",
            ),
            Known(
                lambda t, T, lr, lr_min: lr_min + (lr - lr_min) * (1 + np.cos(t / T)) / 2,
                "the angle must go from 0 to π; without the π it stops far too early.",
            ),
            Known(
                lambda t, T, lr, lr_min: lr + (lr_min - lr) * t / T,
                "this is the linear decay, a straight line.",
            ),
        ],
    ),
    "3": Exercise(
        warmup_factor,
        cases=[(0, 4), (1, 4), (3, 4), (4, 4), (100, 30), (0, 1)],
        hint="It is min(1, (t + 1) / k).",
        known=[
            Known(
                lambda t, k: min(1, t / k),
                "the first step, t = 0, would have a rate of 0 and be wasted; count it as the "
                "first of k.",
            ),
            Known(
                lambda t, k: (t + 1) / k,
                "this goes on rising after the ramp; it must stay at 1.",
            ),
            Known(
                lambda t, k: max(1, (t + 1) / k),
                "the larger of the two is never below 1; the smaller one is needed.",
            ),
            Known(
                lambda t, k: min(1, (t + 1) / (k + 1)),
                "this reaches 1 one step too late: at t = k − 1 it must be 1.",
            ),
        ],
    ),
}
