"""Metrics: how good predictions are, in numbers that people use but gradients cannot. The numbers are scikit-learn's.
y_hat: labels (N,), scores (N, K), of which the largest names the class, or logits (N, 1), yes above 0. y: labels (N,).
"""

import numpy as np

from helpers.checks import Array
from helpers.data import one_hot


def accuracy(y_hat: Array, y: Array) -> float:
    """The share of examples that are right.
    >>> accuracy([1, 0, 1, 1], [1, 0, 0, 1])
    0.75
    """
    y_hat, y = _labels(y_hat, y)
    return float(np.mean(y_hat == y))


def confusion_matrix(y_hat: Array, y: Array) -> Array:
    """How often each class (row) was taken for each class (column): (K, K) counts, the diagonal those that are right.
    >>> confusion_matrix([1, 0, 1, 1], [1, 0, 0, 1]).tolist()
    [[1, 1], [0, 2]]
    """
    labels, y = _labels(y_hat, y)
    classes = (
        np.arange(max(2, np.shape(y_hat)[1])) if np.ndim(y_hat) == 2 else np.union1d(labels, y)
    )
    return (one_hot(y, classes).T @ one_hot(labels, classes)).astype(int)


def precision(y_hat: Array, y: Array, average: str | None = "binary") -> float | Array:
    """Of those called positive, the share that is: TP / (TP + FP), and 0 where none was called so.
    average: "binary" (1 is positive, 0 is not), "macro" (the mean over the classes that occur), or None (each of them).
    >>> [round(metric([1, 0, 1, 1], [1, 0, 0, 1]), 3) for metric in (precision, recall, f1)]
    [0.667, 1.0, 0.8]
    """
    return _rate(lambda right, called, actual: (right, called), y_hat, y, average)


def recall(y_hat: Array, y: Array, average: str | None = "binary") -> float | Array:
    """Of those that are positive, the share that was found: TP / (TP + FN), and 0 where there are none."""
    return _rate(lambda right, called, actual: (right, actual), y_hat, y, average)


def f1(y_hat: Array, y: Array, average: str | None = "binary") -> float | Array:
    """The harmonic mean of precision and recall: 2 TP / (2 TP + FP + FN), and 0 where nothing is positive."""
    return _rate(lambda right, called, actual: (2 * right, called + actual), y_hat, y, average)


def average_precision(scores: Array, y: Array) -> float:
    """Precision averaged over recall, as the threshold falls: Σ (Rₙ − Rₙ₋₁) Pₙ, from scores (N,) or logits (N, 2).
    >>> average_precision([0.9, 0.8, 0.7, 0.1], [1, 0, 1, 0]) == (1 + 2 / 3) / 2
    True
    """
    scores, y = np.asarray(scores), np.asarray(y)
    if scores.ndim == 2 and scores.shape[1] == 2:
        scores = scores[:, 1] - scores[:, 0]
    if scores.shape != y.shape or y.ndim != 1 or y.size == 0 or not np.isin(y, (0, 1)).all():
        raise ValueError(
            f"scores must be (N,) or (N, 2) and y (N,) of 0 and 1, got {scores.shape} and {y.shape}"
        )
    order = np.argsort(-scores, kind="stable")
    called = 1 + np.flatnonzero(
        np.append(np.diff(scores[order]) != 0, True)
    )  # equal scores are called together
    right = np.cumsum(y[order])[called - 1]
    return float(np.sum(np.diff(right, prepend=0) * right / called) / max(y.sum(), 1))


def _labels(y_hat: Array, y: Array) -> tuple[Array, Array]:
    y_hat, y = np.asarray(y_hat), np.asarray(y)
    if y_hat.dtype.kind == "f" and np.isnan(y_hat).any():
        raise ValueError(
            "y_hat holds nan, which is neither a label nor a score; did the training diverge?"
        )
    if y_hat.ndim == 2:
        y_hat = y_hat.argmax(axis=1) if y_hat.shape[1] != 1 else (y_hat[:, 0] > 0).astype(int)
        y = y[:, 0] if y.shape[1:] == (1,) else y
    if y_hat.shape != y.shape or y.ndim != 1 or y.size == 0:
        raise ValueError(
            f"y_hat must be (N,) labels or (N, K) scores, and y (N,), got {y_hat.shape} and {y.shape}"
        )
    if y_hat.dtype.kind == "f" and (y_hat % 1 != 0).any():
        raise ValueError(
            f"y_hat must be labels, got {y_hat[y_hat % 1 != 0][0]:g}; logits of yes or no: try logits > 0"
        )
    return y_hat, y


def _rate(share, y_hat: Array, y: Array, average: str | None) -> float | Array:
    """share(right, called, actual) = (part, whole) → part / whole for each class, averaged; 0 where the whole is 0."""
    y_hat, y = _labels(y_hat, y)
    classes, matrix = np.union1d(y_hat, y), confusion_matrix(y_hat, y)
    part, whole = share(matrix.diagonal(), matrix.sum(axis=0), matrix.sum(axis=1))
    each = part / np.maximum(whole, 1)
    if average in (None, "macro"):
        return float(each.mean()) if average else each
    if average != "binary" or not np.isin(classes, (0, 1)).all():
        raise ValueError(
            f"average={average!r} of classes {classes[:5].tolist()}; try 'macro', or None for each class"
        )
    return float(each[classes == 1].sum())
