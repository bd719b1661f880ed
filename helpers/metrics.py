"""Metrics: how good predictions are, in numbers that people use but gradients cannot.

In all of them y_hat holds labels (N,), or scores (N, K), of which the largest names the class
0 … K−1, or logits (N, 1), class 1 above 0 and class 0 elsewhere. y holds labels (N,). The numbers
are scikit-learn's. Each metric raises ValueError where shapes do not fit, where a score or label is
missing (NaN, None), and where y_hat and y name the classes in different ways.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from helpers.checks import Array, as_labels
from helpers.tags import entities


class Counts(NamedTuple):
    """For each class that occurs, in sorted order, how many examples are …"""

    classes: Array  # (K,)
    right: Array  # (K,) … of the class and taken for it: true positives, TP
    called: Array  # (K,) … taken for the class: TP + FP
    actual: Array  # (K,) … of the class: TP + FN


def accuracy(y_hat: Any, y: Any) -> float:
    """The fraction of examples that are right. Raises ValueError as said above.

    >>> accuracy([1, 0, 1, 1], [1, 0, 0, 1])
    0.75
    """
    labels, y, _ = _labels(y_hat, y)
    return float(np.mean(labels == y))


def confusion_matrix(y_hat: Any, y: Any) -> Array:
    """How often each class (row) was taken for each class (column): (K, K) counts.

    The diagonal counts what is right. The classes are the sorted labels that occur in y_hat or y,
    or all K of the scores. Raises ValueError as said above.

    >>> confusion_matrix([1, 0, 1, 1], [1, 0, 0, 1]).tolist()
    [[1, 1], [0, 2]]
    """
    labels, y, classes = _labels(y_hat, y)
    return _counted(labels, y, classes)


def precision(y_hat: Any, y: Any, average: str | None = "binary") -> float | Array:
    """Of the examples called positive, the fraction that is: TP / (TP + FP), 0 if there are none.

    average: "binary" (label 1 is positive, 0 is not), "macro" (the mean over the classes that
    occur) or None (each of them). Raises ValueError as said above, and for "binary" where labels
    are not 0 and 1.

    >>> precision([1, 0, 1, 1], [1, 0, 0, 1])
    0.6666666666666666
    """
    counts = _counts(y_hat, y)
    return _averaged(_ratio(counts.right, counts.called), counts.classes, average)


def recall(y_hat: Any, y: Any, average: str | None = "binary") -> float | Array:
    """Of the positive examples, the fraction that was found: TP / (TP + FN), 0 if there are none.

    `average` and errors as in `precision`.

    >>> recall([1, 0, 1, 1], [1, 0, 0, 1])
    1.0
    """
    counts = _counts(y_hat, y)
    return _averaged(_ratio(counts.right, counts.actual), counts.classes, average)


def f1(y_hat: Any, y: Any, average: str | None = "binary") -> float | Array:
    """The harmonic mean of precision and recall: 2 TP / (2 TP + FP + FN), 0 if nothing is positive.

    `average` and errors as in `precision`.

    >>> f1([1, 0, 1, 1], [1, 0, 0, 1])
    0.8
    """
    counts = _counts(y_hat, y)
    each = _ratio(2 * counts.right, counts.called + counts.actual)
    return _averaged(each, counts.classes, average)


def average_precision(scores: Any, y: Any) -> float:
    """Precision averaged over recall as the threshold falls from score to score: Σ (Rₙ − Rₙ₋₁) Pₙ.

    scores (N,), or logits (N, 2) of "no" and "yes"; y (N,) of 0 and 1. 0 where no y is 1. Raises
    ValueError for other shapes and labels, and for a score that is NaN.

    >>> average_precision([0.9, 0.8, 0.7, 0.1], [1, 0, 1, 0])
    0.8333333333333333
    """
    scores = _as_scores(scores)
    y = as_labels("y", y)
    if scores.ndim == 2 and scores.shape[1] == 2:
        scores = scores[:, 1] - scores[:, 0]
    if scores.shape != y.shape or y.ndim != 1 or y.size == 0:
        raise ValueError(
            f"scores must be (N,) or (N, 2) and y (N,), got {scores.shape} and {y.shape}"
        )
    _check_alphabet(y, np.array([0, 1]), "average precision knows the labels")
    falling = np.argsort(-scores, kind="stable")
    # equal scores are called together, at the last of them
    is_last = np.append(scores[falling][1:] != scores[falling][:-1], True)
    called = 1 + np.flatnonzero(is_last)
    right = np.cumsum(y[falling] == 1)[is_last]
    return float(np.sum(np.diff(right, prepend=0) * right / called) / max(right[-1], 1))


class EntityScores(NamedTuple):
    """How well names were found: right is one whose kind, first and last word are right."""

    precision: float  # of the names that were called, the share that is right
    recall: float  # of the names that are there, the share that was found
    f1: float
    right: int
    called: int
    actual: int


def entity_scores(
    tags_hat: Sequence[Sequence[str]], tags: Sequence[Sequence[str]], kind: str | None = None
) -> EntityScores:
    """Precision, recall and F1 of names in sentences tagged by BIO, such as ["B-PER", "O"].

    kind: count names of this kind only, such as "PER". Where the tags that are called break BIO, an
    I- that goes on with nothing begins a name. 0 where there is nothing to divide by. The numbers
    are those of the CoNLL evaluation (Tjong Kim Sang and De Meulder, 2003). Raises ValueError where
    sentences do not have the same words, and for what is no tag.

    >>> entity_scores([["B-PER", "O", "B-LOC"]], [["B-PER", "I-PER", "B-LOC"]])
    EntityScores(precision=0.5, recall=0.5, f1=0.5, right=1, called=2, actual=2)
    """
    if len(tags_hat) != len(tags):
        raise ValueError(f"sentences that were tagged: {len(tags_hat)}, expected {len(tags)}")
    right = called = actual = 0
    for number, (row_hat, row) in enumerate(zip(tags_hat, tags)):
        if len(row_hat) != len(row):
            raise ValueError(
                f"sentence {number} has {len(row)} words, but {len(row_hat)} tags were called"
            )
        found = {name for name in entities(row_hat) if kind in (None, name.kind)}
        there = {name for name in entities(row) if kind in (None, name.kind)}
        right += len(found & there)
        called += len(found)
        actual += len(there)
    return EntityScores(
        right / max(called, 1),
        right / max(actual, 1),
        2 * right / max(called + actual, 1),
        right,
        called,
        actual,
    )


def _as_scores(scores: Any) -> Array:
    """The scores in float64, in which the difference of two of them neither wraps nor rounds."""
    scores = np.asarray(scores, dtype=float)
    if np.isnan(scores).any():
        raise ValueError("the scores hold nan, which is no score; did the training diverge?")
    return scores


def _labels(y_hat: Any, y: Any) -> tuple[Array, Array, Array]:
    """What is predicted (N,), what is true (N,), and the classes they may name (K,)."""
    y = as_labels("y", y)
    if np.ndim(y_hat) == 2:
        return _labels_of_scores(_as_scores(y_hat), y)
    labels = as_labels("y_hat", y_hat)
    _check_shapes(labels.shape, labels, y)
    _check_whole("y_hat", labels, "; logits of yes or no: try logits > 0")
    _check_whole("y", y)
    _check_same_alphabet(labels, y)
    return labels, y, np.union1d(labels, y)


def _labels_of_scores(scores: Array, y: Array) -> tuple[Array, Array, Array]:
    if scores.shape[1] == 1:
        classes = np.array([0, 1])
        labels = (scores[:, 0] > 0).astype(int)
        y = y[:, 0] if y.shape[1:] == (1,) else y
    else:
        classes = np.arange(scores.shape[1])
        labels = scores.argmax(axis=1)
    _check_shapes(scores.shape, labels, y)
    _check_alphabet(y, classes, f"scores of shape {scores.shape} name the classes")
    return labels, y, classes


def _check_shapes(given: tuple[int, ...], labels: Array, y: Array) -> None:
    if labels.shape != y.shape or y.ndim != 1 or y.size == 0:
        raise ValueError(
            f"y_hat must be (N,) labels or (N, K) scores, and y (N,), got {given} and {y.shape}"
        )


def _check_whole(name: str, labels: Array, hint: str = "") -> None:
    if labels.dtype.kind == "f":
        for wrong in labels[labels % 1 != 0]:
            raise ValueError(f"{name} must be labels, got {wrong:g}{hint}")


def _check_alphabet(y: Array, classes: Array, who: str) -> None:
    """Raise ValueError where y has a label that is none of the classes, which are numbers."""
    found = np.unique(y)
    if _are_words(found):
        hint = "np.unique(y, return_inverse=True)[1] numbers the words"
    elif np.isin(found, classes).all():
        return
    elif found[0] == -1:
        hint = "if −1 means no, try np.where(y > 0, 1, 0)"
    elif found[0] == 1:
        hint = "if the labels count from 1, try y - 1"
    else:
        hint = "see that scores and y belong together"
    raise ValueError(f"{who} {_shown(classes)}, but y has the labels {_shown(found)}; {hint}")


def _check_same_alphabet(labels: Array, y: Array) -> None:
    """Raise ValueError where the labels of both cannot name the same classes."""
    ours = np.unique(labels)
    theirs = np.unique(y)
    if _are_words(ours) != _are_words(theirs):
        hint = "give words for both, such as target_names[y], or numbers for both"
    elif _have_none_in_common(ours, theirs, len(y)):
        hint = "no label is in both; write the classes one way"
    elif _are_words(ours):
        return
    elif _are_signs_and_bits(ours, theirs) or _are_signs_and_bits(theirs, ours):
        hint = "if −1 means no, try np.where(y > 0, 1, 0) for the labels of ±1"
    elif _count_from_0_and_1(labels, y) or _count_from_0_and_1(y, labels):
        hint = "one of the two counts from 1; take 1 from it"
    else:
        return
    raise ValueError(
        f"y_hat has the labels {_shown(ours)}, but y has the labels {_shown(theirs)}; {hint}"
    )


def _are_words(labels: Array) -> bool:
    return labels.dtype.kind in "US"


def _have_none_in_common(ours: Array, theirs: Array, n: int) -> bool:
    """Whether no label is in both, and the n examples are too many for that to be chance."""
    are_several = min(len(ours), len(theirs)) > 1 and n >= 10 * (len(ours) + len(theirs))
    return are_several and not np.isin(ours, theirs).any()


def _are_signs_and_bits(signs: Array, bits: Array) -> bool:
    return signs.tolist() == [-1, 1] and bits[0] == 0 and bits[-1] <= 1


def _count_from_0_and_1(low: Array, high: Array) -> bool:
    """Whether classes 0 … K−1 in one are 1 … K in the other, and most examples agree on that."""
    found = np.unique(low)
    counted = np.arange(len(found))
    return bool(
        len(found) > 1
        and np.array_equal(found, counted)
        and np.array_equal(np.unique(high), counted + 1)
        and np.mean(low.astype(float) + 1 == high) > 0.5
    )


def _shown(labels: Array) -> str:
    """The labels as a list, of which no more than six are shown."""
    first = ", ".join(map(repr, labels[:6].tolist()))
    return f"[{first}, …]" if len(labels) > 6 else f"[{first}]"


def _counted(labels: Array, y: Array, classes: Array) -> Array:
    """The confusion matrix of labels that are all among the sorted classes."""
    n = len(classes)
    cells = n * np.searchsorted(classes, y) + np.searchsorted(classes, labels)
    return np.bincount(cells, minlength=n * n).reshape(n, n)


def _counts(y_hat: Any, y: Any) -> Counts:
    labels, y, _ = _labels(y_hat, y)
    classes = np.union1d(labels, y)
    matrix = _counted(labels, y, classes)
    return Counts(classes, matrix.diagonal(), matrix.sum(axis=0), matrix.sum(axis=1))


def _ratio(part: Array, whole: Array) -> Array:
    """part / whole, and 0 where the whole is 0."""
    return part / np.maximum(whole, 1)


def _averaged(each: Array, classes: Array, average: str | None) -> float | Array:
    """The rate of each class, their mean, or that of class 1."""
    if average is None:
        return each
    if average == "macro":
        return float(each.mean())
    if average != "binary" or _are_words(classes) or not np.isin(classes, (0, 1)).all():
        raise ValueError(
            f"average={average!r} of classes {_shown(classes)}; try 'macro', or None for each class"
        )
    return float(each[classes == 1].sum())
