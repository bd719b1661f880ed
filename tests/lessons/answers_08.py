"""Wrong answers to the exercises of lesson 08, each with words of the message that it gets."""

import numpy as np

from helpers.marking.lesson_08 import by_variance, normalise, not_centred, over_all

WRONG = {
    "08-1": [
        (lambda v, k, depth: (v * k) ** depth, "its root"),
        (lambda v, k, depth: np.sqrt(v) ** depth, "matrices alone"),
        (lambda v, k, depth: np.sqrt(v * k) * depth, "exponent"),
        (lambda v, k, depth: np.sqrt(v / k) ** depth, "takes away"),
        (lambda v, k, depth: np.sqrt(v * k), "yours is"),
    ],
    "08-2": [
        (lambda x, axis: normalise(x, 1 - axis), "other axis"),
        (not_centred, "not subtracted"),
        (by_variance, "divide by its root"),
        (over_all, "whole array"),
        (lambda x, axis: (x - x.mean(axis=axis)) / x.std(axis=axis), "raised ValueError"),
    ],
    "08-3": [
        (lambda g, c: c * g / np.linalg.norm(g), "only shortens"),
        (lambda g, c: np.clip(g, -c, c), "cuts each number"),
        (lambda g, c: g * (np.linalg.norm(g) <= c), "throws long"),
        (lambda g, c: g * min(1.0, c / np.sum(g**2)), "squared length"),
        (lambda g, c: g / max(1.0, np.linalg.norm(g)), "yours is"),
    ],
}
