"""Wrong answers to the exercises of lesson 10, each with words of the message that it gets."""

import numpy as np


def bias_of_each(fits, truth):
    return np.mean((fits - truth) ** 2), np.var(fits, axis=0).mean()


def variance_from_the_truth(fits, truth):
    bias = fits.mean(0) - truth
    return (bias**2).mean(), ((fits - truth) ** 2).mean()


def bias_that_cancels(fits, truth):
    return (fits.mean(0) - truth).mean() ** 2, fits.var(0).mean()


def variance_of_all(fits, truth):
    return ((fits.mean(0) - truth) ** 2).mean(), fits.var()


def sums(fits, truth):
    return np.sum((fits.mean(0) - truth) ** 2), np.sum(fits.var(0))


def by_what_was_kept(h, kept, p):
    return h * kept / kept.mean()


def rolled(picture, rows):
    return np.concatenate([picture[-rows:], picture[:-rows]]) if rows else picture.copy()


def up(picture, rows):
    moved = np.zeros_like(picture)
    moved[: len(picture) - rows] = picture[rows:]
    return moved


def to_the_right(picture, rows):
    moved = np.zeros_like(picture)
    moved[:, rows:] = picture[:, : picture.shape[1] - rows]
    return moved


WRONG = {
    "10-1": [
        (bias_of_each, "holds the variance too"),
        (variance_from_the_truth, "distance from the mean fit"),
        (bias_that_cancels, "cancel"),
        (variance_of_all, "at each point"),
        (sums, "yours is"),
    ],
    "10-2": [
        (lambda h, kept, p: np.where(kept, h, 0.0), "gets less in training"),
        (lambda h, kept, p: np.where(kept, h / p, 0), "1 − p"),
        (lambda h, kept, p: np.where(kept, h, 0) * (1 - p), "smaller still"),
        (lambda h, kept, p: np.where(kept, 0, h) / (1 - p), "True for what stays"),
        (lambda h, kept, p: h * (1 / (1 - p)), "nothing is left out"),
        (by_what_was_kept, "yours is"),
    ],
    "10-3": [
        (rolled, "come in again"),
        (up, "moves up"),
        (to_the_right, "to the right"),
        (lambda picture, rows: picture[: picture.shape[0] - rows].copy(), "lost rows"),
        (lambda picture, rows: picture, "should be"),
    ],
    "10-4": [
        (lambda p, n, best: best * p * (1 - p) / n, "its root"),
        (lambda p, n, best: best * (p * (1 - p)) ** 0.5 / n, "under the root"),
        (lambda p, n, best: best * (p * (1 - p) * n) ** 0.5, "divide by n"),
        (lambda p, n, best: p + best * (p * (1 - p) / n) ** 0.5, "by how much"),
        (lambda p, n, best: (p * (1 - p) / n) ** 0.5, "spread of one"),
        (lambda p, n, best: best * p / n**0.5, "yours is"),
    ],
}
