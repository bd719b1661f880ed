"""Lesson 10: bias and variance, dropout, a picture that is moved, the best of many equals."""

from __future__ import annotations

import numpy as np

from helpers.marking.exercise import Exercise, Known

Array = np.ndarray

FITS = np.array([[1.0, 2.0, 0.0], [3.0, 2.0, 1.0], [2.0, 5.0, -1.0], [2.0, -1.0, 4.0]])
MORE_FITS = np.array([[0.5, 1.0], [1.5, 3.0]])
TRUTH, OTHER_TRUTH = np.array([1.0, 1.0, 1.0]), np.array([0.0, 4.0])

HIDDEN = np.array([[1.0, -2.0, 3.0], [0.5, 4.0, 6.0]])
KEPT = np.array([[True, False, True], [False, True, True]])

PICTURE = np.arange(1.0, 13.0).reshape(4, 3)


def bias_variance(fits: Array, truth: Array) -> tuple[float, float]:
    """The squared bias and the variance of fits (R, n) of the truth (n,), means over the points."""
    mean = fits.mean(axis=0)
    return float(np.mean((mean - truth) ** 2)), float(np.mean((fits - mean) ** 2))


def drop_out(h: Array, kept: Array, p: float) -> Array:
    """What is kept, as large as makes up for what is not."""
    return h * kept / (1 - p)


def moved_down(picture: Array, rows: int) -> Array:
    """The picture moved down; what leaves it is gone, what comes in is empty."""
    moved = np.zeros_like(picture)
    moved[rows:] = picture[: len(picture) - rows]
    return moved


def excess(p: float, n: int, best: float) -> float:
    """By how much the best of several equals seems better than it is."""
    return float(np.sqrt(p * (1 - p) / n) * best)


EXERCISES = {
    "1": Exercise(
        bias_variance,
        cases=[(FITS, TRUTH), (MORE_FITS, OTHER_TRUTH)],
        hint="The bias compares the mean fit with the truth, the variance each fit with the mean.",
        known=[
            Known(
                lambda fits, truth: (np.mean((fits - truth) ** 2), np.mean(fits.var(axis=0))),
                "your bias² compares each fit with the truth, so it holds the variance too; take "
                "the mean fit first.",
            ),
            Known(
                lambda fits, truth: (
                    np.mean((fits.mean(axis=0) - truth) ** 2),
                    np.mean((fits - truth) ** 2),
                ),
                "your variance is the distance from the truth; it is the distance from the mean "
                "fit.",
            ),
            Known(
                lambda fits, truth: (
                    np.mean(fits.mean(axis=0) - truth) ** 2,
                    np.mean(fits.var(axis=0)),
                ),
                "square the bias at each point before the mean, or too high here and too low "
                "there cancel.",
            ),
            Known(
                lambda fits, truth: (np.mean((fits.mean(axis=0) - truth) ** 2), np.var(fits)),
                "the variance is taken at each point, over the redraws (axis 0); over all numbers "
                "at once it also counts how the curve goes up and down.",
            ),
        ],
    ),
    "2": Exercise(
        drop_out,
        cases=[(HIDDEN, KEPT, 0.25), (HIDDEN, ~KEPT, 0.8)],
        hint="Multiply by what is kept, and divide by its probability 1 − p.",
        known=[
            Known(
                lambda h, kept, p: h * kept,
                "without the factor 1 / (1 − p) the next layer gets less in training than later.",
            ),
            Known(
                lambda h, kept, p: h * kept / p,
                "p is the probability to be left out; divide by that to be kept, 1 − p.",
            ),
            Known(
                lambda h, kept, p: h * kept * (1 - p),
                "this makes what is kept smaller still; it has to make up for what is missing.",
            ),
            Known(
                lambda h, kept, p: h * ~kept / (1 - p),
                "this keeps what should be left out: kept is True for what stays.",
            ),
            Known(
                lambda h, kept, p: h / (1 - p),
                "nothing is left out here; multiply by kept as well.",
            ),
        ],
    ),
    "3": Exercise(
        moved_down,
        cases=[(PICTURE, 1), (PICTURE, 3), (PICTURE, 0)],
        hint="Begin with an empty picture, and write the upper rows into its lower part.",
        known=[
            Known(
                lambda picture, rows: np.roll(picture, rows, axis=0),
                "np.roll lets the ink that leaves below come in again at the top.",
            ),
            Known(
                lambda picture, rows: np.vstack([picture[rows:], 0 * picture[:rows]]),
                "this moves up; row 0 is the top.",
            ),
            Known(
                lambda picture, rows: moved_down(picture.T, rows).T,
                "this moves to the right; rows are the first axis.",
            ),
            Known(
                lambda picture, rows: picture[: len(picture) - rows],
                "the picture has lost rows; fill with empty ones from above.",
            ),
        ],
    ),
    "4": Exercise(
        excess,
        cases=[(0.9, 100, 2.5), (0.8, 360, 1.54), (0.5, 25, 1.0)],
        hint="σ = √(p(1 − p)/n), times the expected best.",
        known=[
            Known(
                lambda p, n, best: p * (1 - p) / n * best,
                "p(1 − p)/n is the variance; σ is its root.",
            ),
            Known(
                lambda p, n, best: np.sqrt(p * (1 - p)) / n * best,
                "the n stands under the root too: the spread falls with √n.",
            ),
            Known(
                lambda p, n, best: np.sqrt(n * p * (1 - p)) * best,
                "this is the spread of the number that are right; divide by n for the share.",
            ),
            Known(
                lambda p, n, best: p + np.sqrt(p * (1 - p) / n) * best,
                "this is the accuracy that the best one shows; asked is by how much it is too "
                "high.",
            ),
            Known(
                lambda p, n, best: np.sqrt(p * (1 - p) / n),
                "this is the spread of one of them; times the expected best of all.",
            ),
        ],
    ),
}
