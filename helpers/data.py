"""Prepare the data, N examples of D features in K classes: load, encode, scale, reduce, split, draw batches."""

import math
from collections.abc import Callable, Iterator

import numpy as np

from helpers.checks import Array, as_floats, require_rng
from helpers.datasets import Part, Split


def one_hot(labels, classes=None) -> Array:
    """Labels (N,) as rows of an identity (N, K), in floats. Columns follow `classes`, by default the sorted labels.
    >>> one_hot(["banana", "apple"], classes=["apple", "banana", "cherry"]).tolist()
    [[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]]
    """
    labels = np.asarray(labels)
    if labels.ndim != 1:
        raise ValueError(
            f"labels must have shape (N,), one label for each example, got shape {labels.shape}"
        )
    classes = _as_classes(np.unique(labels) if classes is None else classes)
    matches = labels[:, None] == classes
    for i in np.flatnonzero(~matches.any(axis=1)):
        raise ValueError(
            f"label {labels.tolist()[i]!r} at position {i} is not one of the classes {classes.tolist()}"
        )
    return matches.astype(float)


def decode(scores, classes) -> Array:
    """Labels (N,): the class with the highest of its row's scores (N, K), the first of equals. Undoes `one_hot`."""
    scores, classes = np.asarray(scores), _as_classes(classes)
    if scores.ndim != 2 or scores.shape[1] != len(classes):
        raise ValueError(
            f"scores must have shape (N, {len(classes)}), a column for each class, got {scores.shape}"
        )
    return classes[scores.argmax(axis=1)]


def _as_classes(classes) -> Array:
    classes = np.asarray(classes)
    if classes.ndim != 1 or len(np.unique(classes)) < len(classes):
        raise ValueError(
            f"classes must be different labels, got {classes.tolist()}; for 0 … K−1 use range(K)"
        )
    return classes


class _Transformer:
    """Two equations, `_forward` and `_back`, and `_learn`, which takes the numbers in them from the training part."""

    def fit(self, X):
        """Learn from the training part X (N, D); returns the object itself."""
        X = _as_table(X)
        if len(X) == 0:
            raise ValueError(
                f"{type(self).__name__} needs at least one row to fit, got X of shape {X.shape}"
            )
        self._learn(X)
        self.n_features_in_, self._n_out = X.shape[1], self._forward(X[:1]).shape[1]
        return self

    def fit_transform(self, X) -> Array:
        """`fit(X)`, then `transform(X)`: for the training part only."""
        return self.fit(X).transform(X)

    def transform(self, X) -> Array:
        """z for each row x of any part X (N, D), by the numbers of the training part; float32 stays float32."""
        return self._apply(self._forward, X, "n_features_in_")

    def inverse_transform(self, Z) -> Array:
        """x for each row z of Z: back to the original units."""
        return self._apply(self._back, Z, "_n_out")

    def _apply(self, equation: Callable[[Array], Array], X, width: str) -> Array:
        if not hasattr(self, width):
            raise ValueError(
                f"this {type(self).__name__} has learnt nothing yet; call fit(X_train) first"
            )
        X, columns = _as_table(X), getattr(self, width)
        if X.shape[1] != columns:
            raise ValueError(
                f"X has {X.shape[1]} columns, expected {columns}; give those that fit() saw, in order"
            )
        return equation(X).astype(X.dtype, copy=False)


def _as_table(X) -> Array:
    X = as_floats(X)
    if X.ndim != 2:
        raise ValueError(
            f"X must be a table of shape (N, D), got shape {X.shape}; a single column is X[:, None]"
        )
    for row, column in np.argwhere(~np.isfinite(X)):
        raise ValueError(
            f"X[{row}, {column}] is {X[row, column]}, expected finite numbers; repair or drop that row"
        )
    return X


class StandardScaler(_Transformer):
    """Each column to mean 0 and standard deviation 1: z = (x − μ) / σ, σ = 1 where the column is constant.
    >>> StandardScaler().fit([[20, 1e6], [40, 3e6]]).transform([[40, 2e6]])
    array([[1., 0.]])
    """

    def _learn(self, X: Array) -> None:
        self.mean_, self.var_ = X.mean(axis=0, dtype=float), X.var(axis=0, dtype=float)
        rounding = (
            len(X) * np.finfo(float).eps
        )  # a constant column's variance may miss 0 by this (Chan et al., 1983)
        constant = self.var_ <= rounding * self.var_ + (rounding * self.mean_) ** 2
        self.scale_ = np.where(constant, 1.0, np.sqrt(self.var_))

    def _forward(self, X: Array) -> Array:
        return (X - self.mean_) / self.scale_

    def _back(self, Z: Array) -> Array:
        return Z * self.scale_ + self.mean_


class MinMaxScaler(_Transformer):
    """Each column into an interval: z = low + (high − low) · (x − min) / (max − min), beyond it where x is beyond.
    >>> MinMaxScaler().fit_transform([[0, 1e6], [50, 2e6], [100, 5e6]]).tolist()
    [[0.0, 0.0], [0.5, 0.25], [1.0, 1.0]]
    """

    def __init__(self, feature_range: tuple[float, float] = (0, 1)):
        low, high = self.feature_range = tuple(feature_range)
        if not -math.inf < low < high < math.inf:
            raise ValueError(
                f"feature_range must be (low, high) with low < high, got {self.feature_range}"
            )

    def _learn(self, X: Array) -> None:
        low, high = self.feature_range
        self.data_min_, self.data_max_ = X.min(axis=0).astype(float), X.max(axis=0).astype(float)
        self.data_range_ = self.data_max_ - self.data_min_
        constant = self.data_range_ < 10 * np.finfo(X.dtype).eps
        self.scale_ = (high - low) / np.where(constant, 1.0, self.data_range_)
        self.min_ = low - self.data_min_ * self.scale_

    def _forward(self, X: Array) -> Array:
        return X * self.scale_ + self.min_

    def _back(self, Z: Array) -> Array:
        return (Z - self.min_) / self.scale_


class PCA(_Transformer):
    """The n directions along which the rows of X (N, D) differ most. (Pearson, 1901; Hotelling, 1933)
        X − μ = U S Vᵀ        `components_` = Vₙᵀ, the first n rows        `explained_variance_ratio_` = S² / Σ S²
        Z = (X − μ) Vₙ, the coordinates (N, n)        X̂ = Z Vₙᵀ + μ, without what the other directions held
    >>> PCA(1).fit([[0, 0], [3, 4], [6, 8]]).components_
    array([[0.6, 0.8]])
    """

    def __init__(self, n_components: int):
        if n_components != int(n_components) or n_components < 1:
            raise ValueError(f"n_components must be a whole number ≥ 1, got {n_components}")
        self.n_components = int(n_components)

    def _learn(self, X: Array) -> None:
        if self.n_components > min(X.shape):
            raise ValueError(
                f"n_components must be ≤ min(N, D) for X of shape {X.shape}, got {self.n_components}"
            )
        if (X == X[0]).all():
            raise ValueError(
                f"PCA needs rows that differ, got {len(X)} equal row(s): there is no variance to explain"
            )
        self.mean_ = X.mean(axis=0)
        _, S, Vt = np.linalg.svd(X - self.mean_, full_matrices=False)
        largest = np.take_along_axis(Vt, np.abs(Vt).argmax(axis=1)[:, None], axis=1)
        self.components_ = (Vt * np.sign(largest))[
            : self.n_components
        ]  # the largest entry > 0, as in scikit-learn
        self.explained_variance_ratio_ = (S**2 / (S**2).sum())[: self.n_components]

    def _forward(self, X: Array) -> Array:
        return (X - self.mean_) @ self.components_.T

    def _back(self, Z: Array) -> Array:
        return Z @ self.components_ + self.mean_


def train_val_test_split(
    X, y, sizes=(0.6, 0.2, 0.2), *, rng: np.random.Generator, stratify: bool = True
) -> Split:
    """Shuffle the examples and deal them into three parts of these sizes; every example lands in exactly one.
    With `stratify` each class is dealt in these proportions, to within one example; where y is a quantity, turn it off.
    >>> [np.bincount(y).tolist() for _, y in train_val_test_split(np.eye(10), [0, 1] * 5, rng=np.random.default_rng(0))]
    [[3, 3], [1, 1], [1, 1]]
    """
    X, y = Part.of(X, y)
    require_rng(rng)
    sizes = np.asarray(sizes, dtype=float)
    if sizes.shape != (3,) or not (sizes >= 0).all() or not math.isclose(sizes.sum(), 1):
        raise ValueError(
            f"sizes must be three fractions ≥ 0 that add up to 1, got {sizes.tolist()}: {sizes.sum():.6g}"
        )
    if stratify and y.ndim != 1:
        raise ValueError(
            f"stratify needs y of shape (N,), a label for each example, got {y.shape}; try stratify=False"
        )
    if stratify and np.issubdtype(y.dtype, np.floating) and (y % 1 != 0).any():
        raise ValueError(
            f"y is a quantity (regression), such as {y[y % 1 != 0][0]}: no classes; pass stratify=False"
        )
    groups = np.unique(y, return_inverse=True)[1] if stratify else np.zeros(len(y), dtype=int)
    counts = _deal(np.bincount(groups), sizes)
    for group, part in np.argwhere((counts == 0) & (sizes > 0)):
        who = f"class {y[groups == group][0].item()!r}" if stratify else "the table"
        hint = (
            "; drop that class or, if y is a quantity (regression), pass stratify=False"
            if stratify
            else ""
        )
        few = f"{who} has too few examples, {counts[group].sum()}: none is left for {Split._fields[part]}"
        raise ValueError(f"{few} at sizes {tuple(sizes.tolist())}{hint}")
    order = rng.permutation(len(y))
    # hands[group] = its shuffled members, cut where each part's share ends
    hands = [
        np.split(order[groups[order] == group], np.cumsum(count)[:-1])
        for group, count in enumerate(counts)
    ]
    rows = [rng.permutation(np.concatenate(shares)) for shares in zip(*hands)]
    return Split(*(Part(X[part], y[part]) for part in rows))


def minibatches(
    X, y, batch_size: int, *, rng: np.random.Generator, shuffle=True, replace=False
) -> Iterator[Part]:
    """One pass over the examples in batches (X, y), shuffled anew at every call; the last one may be short.
    With `replace` each of the N draws is independent: some examples come twice, some never.
    >>> [y.tolist() for _, y in minibatches(np.eye(5), range(5), 2, rng=np.random.default_rng(0))]
    [[2, 4], [3, 0], [1]]
    """
    X, y = Part.of(X, y)
    if batch_size < 1 or batch_size != int(batch_size):
        raise ValueError(
            f"batch_size must be a whole number ≥ 1, got {batch_size}; for all at once use len(X)"
        )
    if replace and not shuffle:
        raise ValueError(
            "replace=True draws at random, so it cannot keep the order: leave out shuffle=False"
        )
    require_rng(rng)
    n, size = len(X), int(batch_size)
    order = rng.integers(n, size=n) if replace else rng.permutation(n) if shuffle else np.arange(n)
    return (
        Part(X[rows], y[rows])
        for rows in (order[start : start + size] for start in range(0, n, size))
    )


def _deal(totals: Array, sizes: Array) -> Array:
    """Whole numbers (groups, parts) within one of totals · sizes; later groups make up what rounding owes a part."""
    exact, owed = np.outer(totals, sizes), np.zeros(len(sizes))
    counts = np.floor(exact + 1e-9).astype(int)
    for total, share, count in zip(totals, exact, counts):
        owed += share - count
        # what rounding down left over goes first to a part that has none, then to the one that is owed most
        claim = np.where(share - count > 1e-9, owed + 3 * (count == 0), -np.inf)
        lucky = np.argsort(-claim, kind="stable")[: total - count.sum()]
        count[lucky] += 1
        owed[lucky] -= 1
    return counts
