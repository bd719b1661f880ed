"""Wrong answers to the exercises of lesson 02, each with words of the message that it gets."""

import numpy as np

from helpers.functions import sigmoid


def picked(P, labels):
    return P[np.arange(len(P)), labels]


def naive(z, y):
    p = 1 / (1 + np.exp(-z))
    return np.mean(-y * np.log(p) - (1 - y) * np.log(1 - p))


def overflowing(z, y):
    return np.mean(np.log(1 + np.exp(z)) - y * z)


def loss_itself(r, delta):
    size = np.abs(r)
    return np.where(size <= delta, r**2 / 2, delta * (size - delta / 2))


WRONG = {
    "02-1": [
        (lambda r, delta: r, "goes on straight"),
        (lambda r, delta: np.minimum(r, delta), "must stop at −δ"),
        (lambda r, delta: delta * np.sign(r), "straight part everywhere"),
        (lambda r, delta: np.where(np.abs(r) <= delta, r, delta), "right but for the sign"),
        (loss_itself, "the loss itself"),
        (lambda r, delta: 2 * np.clip(r, -delta, delta), "yours is .* It is r where"),
        (lambda r, delta: None, "returns nothing"),
    ],
    "02-2": [
        (lambda P, labels: np.log(picked(P, labels)).mean(), "minus is missing"),
        (lambda P, labels: -np.log(picked(P, labels)).sum(), "their mean"),
        (lambda P, labels: -np.log(picked(P, labels).mean()), "logarithm of the mean"),
        (lambda P, labels: -np.mean(np.log(P)), "all classes"),
        (lambda P, labels: -np.log2(picked(P, labels)).mean(), "bits"),
        (lambda P, labels: np.mean(1 - picked(P, labels)), "1 − p"),
        (lambda P, labels: -np.log(picked(P, labels)), "yours is"),
        (lambda P, labels: -np.log(picked(P, labels + 5)).mean(), "raised IndexError"),
    ],
    "02-3": [
        (naive, "rounded to 0 or 1"),
        (overflowing, "overflows"),
        (lambda z, y: np.mean(y * np.logaddexp(0, -z)), "only the yes"),
        (lambda z, y: np.sum(np.logaddexp(0, z) - y * z), "the sum"),
        (lambda z, y: np.mean((sigmoid(z) - y) ** 2), "squared error"),
        (lambda z, y: np.mean(np.logaddexp(0, z)), "ln\\(1 \\+ e\\^z\\)"),
    ],
}
