"""Wrong answers to the exercises of lesson 07, each with words of the message that it gets."""

import numpy as np

from helpers.marking.lesson_07 import cosine_rate


def shrink(lr, curvature):
    return 1 - lr * curvature


WRONG = {
    "07-1": [
        (
            lambda q, lr, curvature, sigma: shrink(lr, curvature) * q + (lr * sigma) ** 2,
            "w shrinks",
        ),
        (
            lambda q, lr, curvature, sigma: shrink(lr, curvature) ** 2 * q + sigma**2,
            "multiplies it",
        ),
        (
            lambda q, lr, curvature, sigma: shrink(lr, curvature) ** 2 * q + lr * sigma**2,
            "square of",
        ),
        (
            lambda q, lr, curvature, sigma: shrink(lr, curvature) ** 2 * q - (lr * sigma) ** 2,
            "sign",
        ),
        (lambda q, lr, curvature, sigma: shrink(lr, curvature) ** 2 * q, "shrink alone"),
        (lambda q, lr, curvature, sigma: q + (lr * sigma) ** 2, "yours is"),
    ],
    "07-2": [
        (lambda t, T, lr, lr_min: cosine_rate(t, T, lr, 0), "whatever lr_min is"),
        (lambda t, T, lr, lr_min: lr_min + cosine_rate(t, T, lr, 0), "begins at lr \\+ lr_min"),
        (lambda t, T, lr, lr_min: 2 * cosine_rate(t, T, lr, lr_min) - lr_min, "too high"),
        (lambda t, T, lr, lr_min: cosine_rate(t, T, lr_min, lr), "this rises"),
        (
            lambda t, T, lr, lr_min: lr_min + (lr - lr_min) * np.cos(np.pi * t / T / 2),
            "quarter of a wave",
        ),
        (
            lambda t, T, lr, lr_min: lr_min + (lr - lr_min) * (1 + np.cos(t / T)) / 2,
            "without the π",
        ),
        (lambda t, T, lr, lr_min: lr + (lr_min - lr) * t / T, "straight line"),
        (lambda t, T, lr, lr_min: lr, "yours is"),
    ],
    "07-3": [
        (lambda t, k: min(1, t / k), "be wasted"),
        (lambda t, k: (t + 1) / k, "goes on rising"),
        (lambda t, k: max(1, (t + 1) / k), "never below 1"),
        (lambda t, k: min(1, (t + 1) / (k + 1)), "too late"),
        (lambda t, k: 1.0, "yours is"),
    ],
}
