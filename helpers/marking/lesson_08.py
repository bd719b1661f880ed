"""Lesson 08: sizes in deep networks, normalisation, clipping."""

from __future__ import annotations

import numpy as np

from helpers.marking.exercise import Exercise, Known

Array = np.ndarray

NUMBERS = np.array([[1.0, 2.0, 6.0], [3.0, -1.0, 0.0], [5.0, 0.5, -2.0], [4.0, 4.0, 1.0]])
ONE_CONSTANT = np.array([[3.0, 1.0], [3.0, -2.0], [3.0, 4.0]])


def change_of_size(v: float, k: float, depth: int) -> float:
    """The factor by which the root mean square changes over so many layers."""
    return float((v * k) ** (depth / 2))


def normalise(x: Array, axis: int) -> Array:
    """x with mean 0 and variance 1 along the axis."""
    centred = x - x.mean(axis=axis, keepdims=True)
    return centred / np.sqrt((centred**2).mean(axis=axis, keepdims=True) + 1e-5)


def not_centred(x: Array, axis: int) -> Array:
    """Divided by the deviation, but not centred."""
    return x / np.sqrt(x.var(axis=axis, keepdims=True) + 1e-5)


def by_variance(x: Array, axis: int) -> Array:
    """Divided by the variance in the place of its root."""
    centred = x - x.mean(axis=axis, keepdims=True)
    return centred / (x.var(axis=axis, keepdims=True) + 1e-5)


def over_all(x: Array, axis: int) -> Array:
    """One mean and one deviation for the whole array."""
    return (x - x.mean()) / np.sqrt(x.var() + 1e-5)


def without_epsilon(x: Array, axis: int) -> Array:
    """0/0 where all numbers along the axis are equal."""
    return (x - x.mean(axis=axis, keepdims=True)) / x.std(axis=axis, keepdims=True)


def clipped(g: Array, c: float) -> Array:
    """The gradient, shortened to length c where it is longer."""
    return g * min(1.0, c / np.linalg.norm(g))


EXERCISES = {
    "1": Exercise(
        change_of_size,
        cases=[(2.0, 0.5, 50), (1.0, 0.5, 30), (3.0, 1.0, 4), (0.5, 0.5, 7)],
        hint="Each layer multiplies the mean square by v · k, and the size is its root.",
        known=[
            Known(
                lambda v, k, depth: (v * k) ** depth,
                "this is the change of the mean square; the size is its root.",
            ),
            Known(
                lambda v, k, depth: v ** (depth / 2),
                "this is the matrices alone; the activation keeps only the share k of the mean "
                "square.",
            ),
            Known(
                lambda v, k, depth: (v * k) ** 0.5 * depth,
                "the layers multiply one another, so depth is an exponent and no factor.",
            ),
            Known(
                lambda v, k, depth: (v / k) ** (depth / 2),
                "the activation takes away; k is a factor, not a divisor.",
            ),
        ],
    ),
    "2": Exercise(
        normalise,
        cases=[(NUMBERS, 0), (NUMBERS, 1), (ONE_CONSTANT, 0)],
        hint="Subtract the mean along the axis, and divide by √(variance + 1e-5) along it.",
        rtol=1e-4,
        known=[
            Known(
                lambda x, axis: normalise(x, 1 - axis),
                "this takes the other axis; axis 0 runs over the examples, as in `x.mean(axis=0)`.",
            ),
            Known(not_centred, "the mean is not subtracted."),
            Known(
                without_epsilon,
                "where all numbers are equal this is 0 / 0; ε under the root keeps it at 0.",
            ),
            Known(by_variance, "this divides by the variance; divide by its root."),
            Known(
                over_all, "this takes one mean over the whole array; pass the axis on to `mean`."
            ),
        ],
    ),
    "3": Exercise(
        clipped,
        cases=[
            (np.array([3.0, 4.0]), 1.0),
            (np.array([19.0, 0.4]), 1.0),
            (np.array([0.3, -0.4]), 1.0),
            (np.array([2.0, -1.0, 2.0]), 6.0),
            (np.array([0.0, -8.0, 6.0]), 2.5),
        ],
        hint="Multiply g by c / ‖g‖, but never by more than 1.",
        known=[
            Known(
                lambda g, c: g * c / np.linalg.norm(g),
                "this makes every gradient c long, short ones too; a limit only shortens.",
            ),
            Known(
                lambda g, c: np.clip(g, -c, c),
                "this cuts each number by itself, which turns the gradient; shorten the whole "
                "arrow.",
            ),
            Known(
                lambda g, c: g if np.linalg.norm(g) <= c else np.zeros_like(g),
                "this throws long gradients away; shorten them.",
            ),
            Known(
                lambda g, c: g * min(1.0, c / np.sum(g**2)),
                "this divides by the squared length; its root is missing.",
            ),
            Known(
                lambda g, c: g / max(1.0, np.linalg.norm(g)),
                "this shortens to length 1, and the limit is c.",
            ),
            Known(
                lambda g, c: g / np.linalg.norm(g) if np.linalg.norm(g) > c else g,
                "this shortens to length 1, and the limit is c.",
            ),
        ],
    ),
}
