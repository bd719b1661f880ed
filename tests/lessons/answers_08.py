"""Wrong answers to the exercises of lesson 08, each with words of the message that it gets."""

import numpy as np


def other_axis(x, axis):
    other = 1 - axis
    return (x - x.mean(axis=other, keepdims=True)) / x.std(axis=other, keepdims=True)


def forgets_the_mean(x, axis):
    return x / np.sqrt(x.var(axis=axis, keepdims=True) + 1e-5)


def forgets_the_root(x, axis):
    mean = x.mean(axis=axis, keepdims=True)
    variance = ((x - mean) ** 2).mean(axis=axis, keepdims=True)
    return (x - mean) / (variance + 1e-5)


def forgets_the_axis(x, axis):
    return (x - x.mean()) / x.std()


def forgets_epsilon(x, axis):
    return (x - x.mean(axis=axis, keepdims=True)) / x.std(axis=axis, keepdims=True)


def shortens_to_one(g, c):
    length = np.linalg.norm(g)
    return g / length if length > c else g


WRONG = {
    "08-1": [
        (lambda v, k, depth: (v * k) ** depth, "its root"),
        (lambda v, k, depth: np.sqrt(v) ** depth, "matrices alone"),
        (lambda v, k, depth: np.sqrt(v * k) * depth, "exponent"),
        (lambda v, k, depth: np.sqrt(v / k) ** depth, "takes away"),
        (lambda v, k, depth: np.sqrt(v * k), "yours is"),
    ],
    "08-2": [
        (other_axis, "other axis"),
        (forgets_the_mean, "not subtracted"),
        (forgets_the_root, "divide by its root"),
        (forgets_the_axis, "whole array"),
        (forgets_epsilon, "0 / 0"),
        (lambda x, axis: (x - x.mean(axis=axis)) / x.std(axis=axis), "raised ValueError"),
    ],
    "08-3": [
        (lambda g, c: c * g / np.linalg.norm(g), "only shortens"),
        (lambda g, c: np.clip(g, -c, c), "cuts each number"),
        (lambda g, c: g * (np.linalg.norm(g) <= c), "throws long"),
        (lambda g, c: g * min(1.0, c / np.sum(g**2)), "squared length"),
        (lambda g, c: g / max(1.0, np.linalg.norm(g)), "limit is c"),
        (shortens_to_one, "limit is c"),
        (lambda g, c: g * min(1.0, c / abs(g).max()), "yours is"),
    ],
}
