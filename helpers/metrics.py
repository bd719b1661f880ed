"""Metrics: how good predictions are, in numbers that people use but gradients cannot. The numbers are scikit-learn's.

Each is metric(y_hat, y), predictions first, as a loss is. y_hat (N,) are labels, or (N, K) scores whose largest names
the class 0 … K − 1. Raises ValueError where the shapes do not fit, there are no examples, or scores are not expected.
"""

from collections.abc import Callable

import numpy as np

Array = np.ndarray


def accuracy(y_hat: Array, y: Array) -> float:
    """The share of examples that are right.

    >>> accuracy([1, 0, 1, 1], [1, 0, 0, 1])
    0.75
    """
    y_hat, y = _labels(y_hat, y)
    return float(np.mean(y_hat == y))


def confusion_matrix(y_hat: Array, y: Array) -> Array:
    """How often each class (row) was taken for each class (column): (K, K) counts, the right ones on the diagonal.

    The classes are those that occur in y_hat or y, sorted; with scores (N, K) all of 0 … K − 1.

    >>> confusion_matrix([1, 0, 1, 1], [1, 0, 0, 1])
    array([[1, 1],
           [0, 2]])
    """
    scores = np.asarray(y_hat)
    y_hat, y = _labels(y_hat, y)
    classes = np.arange(scores.shape[1]) if scores.ndim == 2 else np.unique(np.concatenate([y_hat, y]))
    if (unknown := ~np.isin(y, classes)).any():
        raise ValueError(f"class {y[unknown][0]} is out of range: scores of shape {scores.shape}")
    matrix = np.zeros((len(classes), len(classes)), int)
    np.add.at(matrix, (np.searchsorted(classes, y), np.searchsorted(classes, y_hat)), 1)
    return matrix


def precision(y_hat: Array, y: Array, average: str | None = "binary") -> float | Array:
    """Of those called positive, the share that is: TP / (TP + FP), and 0 where none was called so.

    average: "binary" (labels 0 and 1, of which 1 is positive), "macro" (the mean over the classes that occur), or None
    (one number for each of them). The same for recall and f1. Raises ValueError for other labels with "binary".

    >>> precision([1, 0, 1, 1], [1, 0, 0, 1]) == 2 / 3
    True
    """
    return _rate(lambda right, called, actual: (right, called), y_hat, y, average)


def recall(y_hat: Array, y: Array, average: str | None = "binary") -> float | Array:
    """Of those that are positive, the share that was found: TP / (TP + FN), and 0 where there are none.

    >>> recall([1, 0, 1, 1], [1, 0, 0, 1])
    1.0
    """
    return _rate(lambda right, called, actual: (right, actual), y_hat, y, average)


def f1(y_hat: Array, y: Array, average: str | None = "binary") -> float | Array:
    """The harmonic mean of precision and recall: 2 TP / (2 TP + FP + FN).

    >>> f1([1, 0, 1, 1], [1, 0, 0, 1])
    0.8
    """
    return _rate(lambda right, called, actual: (2 * right, called + actual), y_hat, y, average)


def average_precision(scores: Array, y: Array) -> float:
    """Precision averaged over recall, as the threshold falls: Σ (Rₙ − Rₙ₋₁) Pₙ. Only the order of the scores counts.

    scores: (N,), or (N, 2) logits of no and yes; y: (N,) of 0 and 1. It is 0 where nothing is positive.

    >>> average_precision([0.9, 0.8, 0.7, 0.1], [1, 0, 1, 0]) == (1 + 2 / 3) / 2
    True
    """
    scores, y = np.asarray(scores), np.asarray(y)
    if scores.ndim == 2 and scores.shape[1] == 2:
        scores = scores[:, 1] - scores[:, 0]
    if scores.shape != y.shape or y.ndim != 1 or y.size == 0 or not np.isin(y, (0, 1)).all():
        raise ValueError(f"scores must be (N,) or (N, 2) and y (N,) of 0 and 1, got {scores.shape} and {y.shape}")
    order = np.argsort(-scores, kind="stable")
    last_of_equals = np.append(np.diff(scores[order]) != 0, True)
    right = np.cumsum(y[order])[last_of_equals]
    called = np.arange(1, len(y) + 1)[last_of_equals]
    return float(np.sum(np.diff(right, prepend=0) * right / called) / max(y.sum(), 1))


def _labels(y_hat: Array, y: Array) -> tuple[Array, Array]:
    y_hat, y = np.asarray(y_hat), np.asarray(y)
    if y_hat.ndim == 2:
        y_hat = y_hat.argmax(axis=1)
    if y_hat.shape != y.shape or y.ndim != 1 or y.size == 0:
        raise ValueError(f"y_hat must be (N,) labels or (N, K) scores, and y (N,), got {y_hat.shape} and {y.shape}")
    if y_hat.dtype.kind == "f" and (y_hat % 1 != 0).any():
        raise ValueError(f"y_hat must be labels, got {y_hat[y_hat % 1 != 0][0]:g}; logits of yes or no: try logits > 0")
    return y_hat, y


def _rate(share: Callable, y_hat: Array, y: Array, average: str | None) -> float | Array:
    """share(right, called, actual) = (part, whole) → part / whole for each class, averaged; 0 where the whole is 0."""
    y_hat, y = _labels(y_hat, y)
    classes, matrix = np.unique(np.concatenate([y_hat, y])), confusion_matrix(y_hat, y)
    part, whole = share(matrix.diagonal(), matrix.sum(axis=0), matrix.sum(axis=1))
    each = part / np.maximum(whole, 1)
    if average is None:
        return each
    if average == "macro":
        return float(each.mean())
    if average != "binary" or not np.isin(classes, (0, 1)).all():
        raise ValueError(f"average={average!r} of classes {classes[:5].tolist()}; try 'macro', or None for each class")
    return float(each[classes == 1].sum())
