"""Prepare N examples of D features in K classes: encode, scale, reduce, split, draw batches."""

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from helpers.checks import Array, as_floats, as_labels, generator, whole
from helpers.columns import Transform
from helpers.datasets import Part, Split

# Encode


def one_hot(labels: Any, classes: Any = None) -> Array:
    """Labels (N,) as rows of an identity (N, K), in floats.

    Columns follow `classes`, by default the sorted labels. Raises ValueError for a label that is
    not among them, for labels that are missing or of mixed kinds, and for classes that repeat.

    >>> one_hot(["banana", "apple"], classes=["apple", "banana", "cherry"]).tolist()
    [[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]]
    """
    labels = as_labels("labels", labels)
    if labels.ndim != 1:
        raise ValueError(
            f"labels must have shape (N,), one label for each example, got shape {labels.shape}"
        )
    classes = _as_classes(np.unique(labels) if classes is None else classes)
    matches = labels[:, None] == classes
    unseen = np.flatnonzero(~matches.any(axis=1))
    if len(unseen) > 0:
        raise ValueError(
            f"label {labels[unseen[0]].item()!r} at position {unseen[0]} is not one of the classes "
            f"{classes.tolist()}"
        )
    return matches.astype(float)


def decode(scores: Any, classes: Any) -> Array:
    """Labels (N,): the class with the highest of its row's scores (N, K), the first of equals.

    Undoes `one_hot`. Raises ValueError unless there is a score for each class, NaN being none, and
    for classes that repeat.

    >>> decode([[0.1, 0.7, 0.2]], ["apple", "banana", "cherry"]).tolist()
    ['banana']
    """
    scores = np.asarray(scores)
    classes = _as_classes(classes)
    if scores.ndim != 2 or scores.shape[1] != len(classes):
        raise ValueError(
            f"scores must have shape (N, {len(classes)}), a column for each class, "
            f"got {scores.shape}"
        )
    for row, column in np.argwhere(np.isnan(as_floats(scores))):
        raise ValueError(
            f"scores[{row}, {column}] is nan, which is no score; did the training diverge?"
        )
    return classes[scores.argmax(axis=1)]


def _as_classes(classes: Any) -> Array:
    classes = as_labels("classes", classes)
    if classes.ndim != 1 or len(np.unique(classes)) < len(classes):
        raise ValueError(
            f"classes must be different labels, got {classes.tolist()}; for 0 … K−1 use range(K)"
        )
    return classes


# Scale and reduce


class StandardScaler(Transform):
    """Each column to mean 0 and standard deviation 1; a constant column to 0.

        z = (x − μ) / σ        `mean_` = μ, `var_` = σ², `scale_` = σ, or 1 where σ = 0

    >>> StandardScaler().fit([[20, 1e6], [40, 3e6]]).transform([[40, 2e6]])
    array([[1., 0.]])
    """

    def learn(self, X: Array) -> None:
        """Mean and variance of each column, in float64."""
        self.mean_ = X.mean(axis=0, dtype=float)
        self.var_ = X.var(axis=0, dtype=float)
        # rounding may leave a constant column a variance of this size (Chan et al., 1983)
        rounding = len(X) * np.finfo(float).eps
        is_constant = self.var_ <= rounding * self.var_ + (rounding * self.mean_) ** 2
        self.scale_ = np.where(is_constant, 1.0, np.sqrt(self.var_))

    def forward(self, X: Array) -> Array:
        """z = (x − μ) / σ."""
        return (X - self.mean_) / self.scale_

    def back(self, Z: Array) -> Array:
        """x = σ z + μ."""
        return Z * self.scale_ + self.mean_


class MinMaxScaler(Transform):
    """Each column into an interval, and beyond it where x is beyond; a constant column to `low`.

        z = low + (high − low) (x − min) / (max − min)

    `data_min_`, `data_max_`, `data_range_` = max − min; and z = `scale_` x + `min_`. Raises
    ValueError unless feature_range = (low, high) are finite numbers with low < high.

    >>> MinMaxScaler().fit_transform([[0, 1e6], [50, 2e6], [100, 5e6]]).tolist()
    [[0.0, 0.0], [0.5, 0.25], [1.0, 1.0]]
    """

    def __init__(self, feature_range: tuple[float, float] = (0, 1)):
        low, high = feature_range
        if not -math.inf < low < high < math.inf:
            raise ValueError(
                f"feature_range must be (low, high) with low < high, got {(low, high)}"
            )
        self.feature_range = (low, high)

    def learn(self, X: Array) -> None:
        """The smallest and the largest number of each column."""
        low, high = self.feature_range
        self.data_min_ = X.min(axis=0).astype(float)
        self.data_max_ = X.max(axis=0).astype(float)
        self.data_range_ = self.data_max_ - self.data_min_
        # exact, unlike a variance: numbers that differ have a range above 0, however small
        self.scale_ = (high - low) / np.where(self.data_range_ == 0, 1.0, self.data_range_)
        self.min_ = low - self.data_min_ * self.scale_

    def forward(self, X: Array) -> Array:
        """z = low + scale (x − min)."""
        return self.feature_range[0] + (X - self.data_min_) * self.scale_

    def back(self, Z: Array) -> Array:
        """x = min + (z − low) / scale."""
        return self.data_min_ + (Z - self.feature_range[0]) / self.scale_


class PCA(Transform):
    """The n directions along which the rows of X (N, D) differ most (Pearson, 1901).

        X − μ = U S Vᵀ        `components_` = the first n rows of Vᵀ: (n, D)
        Z = (X − μ) V         `explained_variance_ratio_` = the first n of S² / Σ S²
        X̂ = Z Vᵀ + μ          without what the other directions held

    Raises ValueError unless n_components is a whole number from 1 to min(N, D) and rows differ.

    >>> PCA(1).fit([[0, 0], [3, 4], [6, 8]]).components_
    array([[0.6, 0.8]])
    """

    def __init__(self, n_components: int):
        self.n_components = whole("n_components", n_components)

    def learn(self, X: Array) -> None:
        """Mean, directions and their shares of the variance, in float64."""
        if self.n_components > min(X.shape):
            raise ValueError(
                f"n_components must be ≤ min(N, D) for X of shape {X.shape}, "
                f"got {self.n_components}"
            )
        if (X == X[0]).all():
            raise ValueError(
                f"PCA needs rows that differ, got {len(X)} equal row(s): "
                "there is no variance to explain"
            )
        self.mean_ = X.mean(axis=0, dtype=float)
        _, S, Vt = np.linalg.svd(X - self.mean_, full_matrices=False)
        # a direction's sign is free: its largest entry is made positive, as in scikit-learn
        largest = np.take_along_axis(Vt, np.abs(Vt).argmax(axis=1)[:, None], axis=1)
        variance = (S / S[0]) ** 2
        self.components_ = (Vt * np.sign(largest))[: self.n_components]
        self.explained_variance_ratio_ = (variance / variance.sum())[: self.n_components]

    def forward(self, X: Array) -> Array:
        """Z = (X − μ) V: the coordinates (N, n)."""
        return (X - self.mean_) @ self.components_.T

    def back(self, Z: Array) -> Array:
        """X̂ = Z Vᵀ + μ."""
        return Z @ self.components_ + self.mean_


# Split and draw


def train_val_test_split(
    X: Any,
    y: Any,
    sizes: Sequence[float] = (0.6, 0.2, 0.2),
    *,
    rng: np.random.Generator,
    stratify: bool = True,
) -> Split:
    """Shuffle the examples and deal them into three parts; every example lands in exactly one.

    `sizes` are the fractions of the three. With `stratify` each class is dealt in these
    proportions, to within one example; where y is a quantity, turn it off. Raises ValueError for
    sizes that do not add up to 1, for a quantity or mixed labels to stratify by, and where a class
    has too few examples to give each part one.

    >>> split = train_val_test_split(np.eye(10), [0, 1] * 5, rng=np.random.default_rng(0))
    >>> [np.bincount(y).tolist() for _, y in split]
    [[3, 3], [1, 1], [1, 1]]
    """
    X, y = Part.of(X, y)
    generator(rng)
    fractions = _as_fractions(sizes)
    groups = _as_groups(y) if stratify else np.zeros(len(y), dtype=int)
    counts = _deal(np.bincount(groups), fractions)
    for group, part in np.argwhere((counts == 0) & (fractions > 0)):
        who = f"class {y[groups == group][0].item()!r}" if stratify else "the table"
        hint = "drop that class or, if y is a quantity (regression), pass stratify=False"
        raise ValueError(
            f"{who} has too few examples, {counts[group].sum()}: none is left for "
            f"{Split._fields[part]} at sizes {tuple(fractions.tolist())}"
            + (f"; {hint}" if stratify else "")
        )
    order = rng.permutation(len(y))
    dealt: list[list[Array]] = [[], [], []]
    for group, count in enumerate(counts):
        members = order[groups[order] == group]
        for part, rows in zip(dealt, np.split(members, np.cumsum(count)[:-1])):
            part.append(rows)
    shuffled = [rng.permutation(np.concatenate(part)) for part in dealt]
    return Split(*(Part(X[rows], y[rows]) for rows in shuffled))


def _as_fractions(sizes: Sequence[float]) -> Array:
    fractions = np.asarray(sizes, dtype=float)
    # 1e-6: fractions may come in float32
    if (
        fractions.shape != (3,)
        or not (fractions >= 0).all()
        or not math.isclose(fractions.sum(), 1, rel_tol=1e-6)
    ):
        raise ValueError(
            "sizes must be three fractions ≥ 0 that add up to 1, "
            f"got {fractions.tolist()}: {fractions.sum():.6g}"
        )
    return fractions


def _as_groups(y: Array) -> Array:
    """The class 0 … K−1 of each example; ValueError where y is no list of labels."""
    if y.ndim != 1:
        raise ValueError(
            f"stratify needs y of shape (N,), a label for each example, got {y.shape}; "
            "try stratify=False"
        )
    y = as_labels("y", y)
    if y.dtype.kind == "f" and (y % 1 != 0).any():
        raise ValueError(
            f"y is a quantity (regression), such as {y[y % 1 != 0][0]}: no classes; "
            "pass stratify=False"
        )
    return np.unique(y, return_inverse=True)[1]


def _deal(totals: Array, fractions: Array) -> Array:
    """Whole numbers (groups, parts) within one of totals · fractions.

    Each share is rounded down first. What is left over in a group goes to a part that has none of
    it, and then to the part that rounding, in this group and those before, owes most.
    """
    counts = np.zeros((len(totals), len(fractions)), dtype=int)
    owed = np.zeros(len(fractions))
    for total, count in zip(totals, counts):
        share = total * fractions / fractions.sum()
        rounding = 1e-12 * total
        count[:] = np.floor(share + rounding)
        rest = share - count
        owed += rest
        urgency = np.where(count == 0, owed + len(fractions), owed)
        claims = np.where(rest > rounding, urgency, -np.inf)
        first = np.argsort(-claims, kind="stable")[: total - count.sum()]
        count[first] += 1
        owed[first] -= 1
    return counts


def minibatches(
    X: Any,
    y: Any,
    batch_size: int,
    *,
    rng: np.random.Generator,
    shuffle: bool = True,
    replace: bool = False,
) -> Iterator[Part]:
    """One pass over the examples in batches (X, y), shuffled anew at every call.

    The last batch may be short. With `replace` each of the N draws is independent: some examples
    come twice, some never. Raises ValueError at the call, not at the first batch, where X and y do
    not fit, batch_size is no whole number ≥ 1, or `replace` is to keep the order.

    >>> batches = minibatches(np.eye(5), range(5), 2, rng=np.random.default_rng(0))
    >>> [y.tolist() for _, y in batches]
    [[2, 4], [3, 0], [1]]
    """
    X, y = Part.of(X, y)
    size = whole("batch_size", batch_size, hint="for all at once use len(X)")
    if replace and not shuffle:
        raise ValueError(
            "replace=True draws at random, so it cannot keep the order: leave out shuffle=False"
        )
    generator(rng)
    n = len(X)
    if replace:
        order = rng.integers(n, size=n)
    elif shuffle:
        order = rng.permutation(n)
    else:
        order = np.arange(n)
    batches = (order[start : start + size] for start in range(0, n, size))
    return (Part(X[rows], y[rows]) for rows in batches)
