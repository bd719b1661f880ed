"""Prepare the data: encode labels, scale columns, reduce dimensions, split into parts, draw batches.

The loaders live in `helpers.tables` and can be imported from here. Shapes: N examples, D features, K classes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from helpers.tables import (  # noqa: F401 (lessons import the loaders from here)
    Dataset,
    Part,
    Split,
    load_breast_cancer,
    load_diabetes,
    load_digits,
    load_fruits,
    load_houses,
    load_people,
    load_wine,
    make_circles,
    make_moons,
    make_spirals,
    require_rng,
)

Array = np.ndarray


def one_hot(labels, classes=None) -> Array:
    """Labels as rows of an identity: a 1 in the column of the label's class, 0 elsewhere.

    labels: (N,). classes: (K,) in the order of the columns; by default the labels that occur, sorted.
    Returns (N, K) floats. Raises ValueError for a label that is not among the classes.

    >>> one_hot(["banana", "apple"], classes=["apple", "banana", "cherry"])
    array([[0., 1., 0.],
           [1., 0., 0.]])
    """
    labels = np.asarray(labels)
    if labels.ndim != 1:
        raise ValueError(f"labels must have shape (N,), one label for each example, got shape {labels.shape}")
    classes = _as_classes(np.unique(labels) if classes is None else classes)
    matches = labels[:, None] == classes
    for i in np.flatnonzero(~matches.any(axis=1)):
        raise ValueError(f"label {labels.tolist()[i]!r} at position {i} is not one of the classes {classes.tolist()}")
    return matches.astype(float)


def decode(scores, classes) -> Array:
    """The class with the highest score in each row: undoes `one_hot`, and turns probabilities or logits into labels.

    scores: (N, K). classes: (K,) in the order of the columns. Returns (N,) labels; the first of equals wins.

    >>> decode([[0.1, 0.7, 0.2]], classes=["apple", "banana", "cherry"]).tolist()
    ['banana']
    """
    scores, classes = np.asarray(scores), _as_classes(classes)
    if scores.ndim != 2 or scores.shape[1] != len(classes):
        raise ValueError(f"scores must have shape (N, {len(classes)}), a column for each class, got {scores.shape}")
    return classes[scores.argmax(axis=1)]


def _as_classes(classes) -> Array:
    classes = np.asarray(classes)
    if classes.ndim != 1:
        raise ValueError(f"classes must be a list of labels, got {classes.tolist()!r}; for 0 … K−1 use range(K)")
    if len(np.unique(classes)) < len(classes):
        raise ValueError(f"each class may be named once, got {classes.tolist()}")
    return classes


class _Transformer:
    """What the scalers and PCA share: fit on the training part, then transform any part with the same numbers."""

    n_features_in_: int | None = None

    def fit(self, X):
        """Learn from the training part X (N, D); returns the object itself."""
        X = _as_table(X)
        if len(X) == 0:
            raise ValueError(f"{type(self).__name__} needs at least one row to fit, got X of shape {X.shape}")
        self._learn(X)
        self.n_features_in_ = X.shape[1]
        return self

    def fit_transform(self, X) -> Array:
        """`fit(X)`, then `transform(X)`: for the training part only."""
        return self.fit(X).transform(X)

    def _as_fitted_table(self, X, columns: int | None = None) -> Array:
        if self.n_features_in_ is None:
            raise ValueError(f"this {type(self).__name__} has learnt nothing yet; call fit(X_train) first")
        X, columns = _as_table(X), columns or self.n_features_in_
        if X.shape[1] != columns:
            raise ValueError(f"X has {X.shape[1]} columns, expected {columns}; give those that fit() saw, in order")
        return X


def _as_table(X) -> Array:
    X = np.asarray(X)
    if X.ndim != 2:
        raise ValueError(f"X must be a table of shape (N, D), got shape {X.shape}; a single column is X[:, None]")
    if not np.issubdtype(X.dtype, np.floating):
        X = X.astype(float)
    if not np.isfinite(X).all():
        row, column = np.argwhere(~np.isfinite(X))[0]
        raise ValueError(f"X[{row}, {column}] is {X[row, column]}, expected finite numbers; repair or drop that row")
    return X


class StandardScaler(_Transformer):
    """Each column to mean 0 and standard deviation 1: z = (x − μ) / σ.

    fit learns `mean_`, `var_` and `scale_`, each (D,), in float64; transform keeps float32. σ divides by N; a constant
    column has `scale_` 1. As in scikit-learn. Raises ValueError before fit, for other columns than in fit, NaN and inf.

    >>> scaler = StandardScaler().fit([[20, 1e6], [40, 3e6]])
    >>> scaler.transform([[40, 2e6]])
    array([[1., 0.]])
    """

    def _learn(self, X: Array) -> None:
        self.mean_ = X.mean(axis=0, dtype=float)
        self.var_ = X.var(axis=0, dtype=float)
        rounding = len(X) * np.finfo(float).eps  # a constant column's variance may miss 0 by this (Chan et al., 1983)
        constant = self.var_ <= rounding * self.var_ + (rounding * self.mean_) ** 2
        self.scale_ = np.where(constant, 1.0, np.sqrt(self.var_))

    def transform(self, X) -> Array:
        """z = (x − μ) / σ for X (N, D)."""
        X = self._as_fitted_table(X)
        return ((X - self.mean_) / self.scale_).astype(X.dtype)

    def inverse_transform(self, Z) -> Array:
        """x = σ z + μ for Z (N, D): back to the original units."""
        Z = self._as_fitted_table(Z)
        return (Z * self.scale_ + self.mean_).astype(Z.dtype)


class MinMaxScaler(_Transformer):
    """Each column into an interval: z = low + (high − low) · (x − min) / (max − min).

    fit learns `data_min_`, `data_max_`, `data_range_`, and z = `scale_` · x + `min_`, each (D,), in float64; transform
    keeps float32. A constant column goes to `low`. As in scikit-learn. Raises ValueError as StandardScaler does, and
    for an empty interval.

    >>> MinMaxScaler().fit_transform([[0, 1e6], [50, 2e6], [100, 5e6]])
    array([[0.  , 0.  ],
           [0.5 , 0.25],
           [1.  , 1.  ]])
    """

    def __init__(self, feature_range: tuple[float, float] = (0, 1)):
        low, high = feature_range
        if not -math.inf < low < high < math.inf:
            raise ValueError(f"feature_range must be (low, high) with low < high, got {tuple(feature_range)}")
        self.feature_range = (low, high)

    def _learn(self, X: Array) -> None:
        low, high = self.feature_range
        self.data_min_, self.data_max_ = X.min(axis=0).astype(float), X.max(axis=0).astype(float)
        self.data_range_ = self.data_max_ - self.data_min_
        constant = self.data_range_ < 10 * np.finfo(X.dtype).eps
        self.scale_ = (high - low) / np.where(constant, 1.0, self.data_range_)
        self.min_ = low - self.data_min_ * self.scale_

    def transform(self, X) -> Array:
        """z = scale · x + min for X (N, D); values beyond the training part's land outside the interval."""
        X = self._as_fitted_table(X)
        return (X * self.scale_ + self.min_).astype(X.dtype)

    def inverse_transform(self, Z) -> Array:
        """x = (z − min) / scale for Z (N, D): back to the original units."""
        Z = self._as_fitted_table(Z)
        return ((Z - self.min_) / self.scale_).astype(Z.dtype)


class PCA(_Transformer):
    """The n directions along which the rows differ most: X − μ = U S Vᵀ, and the components are the first n rows of Vᵀ.

    fit learns `mean_` (D,), `components_` (n, D) of length 1 and at right angles, and for each its
    `explained_variance_ratio_` S² / Σ S². The largest entry of a component is positive, as in scikit-learn. Raises
    ValueError for more components than min(N, D), for rows that are all the same, and as StandardScaler does.
    (Pearson, 1901; Hotelling, 1933)

    >>> pca = PCA(1).fit([[0, 0], [3, 4], [6, 8]])
    >>> pca.components_, pca.explained_variance_ratio_
    (array([[0.6, 0.8]]), array([1.]))
    """

    def __init__(self, n_components: int):
        if n_components != int(n_components) or n_components < 1:
            raise ValueError(f"n_components must be a whole number ≥ 1, got {n_components}")
        self.n_components = int(n_components)

    def _learn(self, X: Array) -> None:
        if self.n_components > min(X.shape):
            raise ValueError(f"n_components must be ≤ min(N, D) for X of shape {X.shape}, got {self.n_components}")
        if (X == X[0]).all():
            raise ValueError(f"PCA needs rows that differ, got {len(X)} equal row(s): there is no variance to explain")
        self.mean_ = X.mean(axis=0)
        _, S, Vt = np.linalg.svd(X - self.mean_, full_matrices=False)
        largest = np.take_along_axis(Vt, np.abs(Vt).argmax(axis=1)[:, None], axis=1)
        self.components_ = (Vt * np.sign(largest))[: self.n_components]
        self.explained_variance_ratio_ = (S**2 / (S**2).sum())[: self.n_components]

    def transform(self, X) -> Array:
        """Z = (X − μ) Vₙ: from (N, D) to coordinates (N, n) along the components."""
        return (self._as_fitted_table(X) - self.mean_) @ self.components_.T

    def inverse_transform(self, Z) -> Array:
        """X̂ = Z Vₙᵀ + μ: from (N, n) back to (N, D), without what the other directions held."""
        return self._as_fitted_table(Z, self.n_components) @ self.components_ + self.mean_


def train_val_test_split(X, y, sizes=(0.6, 0.2, 0.2), *, rng: np.random.Generator, stratify: bool = True) -> Split:
    """Shuffle the examples and deal them into three parts; every example lands in exactly one.

    sizes: fractions that add up to 1; a part of size 0 stays empty. With `stratify` each class is dealt in these
    proportions, to within one example; a quantity y (regression) has no classes and needs `stratify=False`. Raises
    ValueError for lengths of X and y that differ, for sizes that are negative or do not add up to 1, and when a class
    is too small to give every part a member.

    >>> X, y = np.arange(20).reshape(10, 2), [0, 0, 0, 0, 0, 1, 1, 1, 1, 1]
    >>> split = train_val_test_split(X, y, rng=np.random.default_rng(0))
    >>> [np.bincount(part.y).tolist() for part in split]
    [[3, 3], [1, 1], [1, 1]]
    """
    X, y = Part.of(X, y)
    require_rng(rng)
    sizes = np.asarray(sizes, dtype=float)
    if sizes.shape != (3,) or not (sizes >= 0).all() or not math.isclose(sizes.sum(), 1):
        raise ValueError(f"sizes must be three fractions ≥ 0 that add up to 1, got {sizes.tolist()}: {sizes.sum():.6g}")
    groups = _class_indices(y) if stratify else np.zeros(len(y), dtype=int)
    counts = _deal(np.bincount(groups), sizes)
    for group, part in np.argwhere((counts == 0) & (sizes > 0)):
        who = f"class {y[groups == group][0].item()!r}" if stratify else "the table"
        hint = "; drop that class or, if y is a quantity (regression), pass stratify=False" if stratify else ""
        shortage = f"{who} has too few examples, {counts[group].sum()}: none is left for {Split._fields[part]}"
        raise ValueError(f"{shortage} at sizes {tuple(sizes.tolist())}{hint}")
    order = rng.permutation(len(y))
    # hands[group] = its shuffled members, cut where each part's share ends
    hands = [np.split(order[groups[order] == group], np.cumsum(count)[:-1]) for group, count in enumerate(counts)]
    rows = [rng.permutation(np.concatenate(shares)) for shares in zip(*hands)]
    return Split(*(Part(X[part], y[part]) for part in rows))


def minibatches(X, y, batch_size: int, *, rng: np.random.Generator, shuffle=True, replace=False) -> Iterator[Part]:
    """One pass over the examples in batches (X, y) of `batch_size`; the last one may be short.

    Each example comes once, in a new order at every call, or as it stands with `shuffle=False`. With `replace` each of
    the N draws is independent: some examples come twice, some never. Raises ValueError at the call, not at the first
    batch, for a batch size below 1, for lengths of X and y that differ, and for `replace` without `shuffle`.

    >>> X, y = np.arange(10).reshape(5, 2), np.arange(5)
    >>> [batch_y.tolist() for _, batch_y in minibatches(X, y, 2, rng=np.random.default_rng(0))]
    [[2, 4], [3, 0], [1]]
    """
    X, y = Part.of(X, y)
    if batch_size < 1 or batch_size != int(batch_size):
        raise ValueError(f"batch_size must be a whole number ≥ 1, got {batch_size}; for all at once use len(X)")
    if replace and not shuffle:
        raise ValueError("replace=True draws at random, so it cannot keep the order: leave out shuffle=False")
    require_rng(rng)
    n, size = len(X), int(batch_size)
    order = rng.integers(n, size=n) if replace else rng.permutation(n) if shuffle else np.arange(n)
    batches = (order[start : start + size] for start in range(0, n, size))
    return (Part(X[rows], y[rows]) for rows in batches)


def _class_indices(y: Array) -> Array:
    if y.ndim != 1:
        raise ValueError(f"stratify needs y of shape (N,), a label for each example, got {y.shape}; try stratify=False")
    if np.issubdtype(y.dtype, np.floating) and (y % 1 != 0).any():
        raise ValueError(f"y is a quantity (regression), such as {y[y % 1 != 0][0]}: no classes; pass stratify=False")
    return np.unique(y, return_inverse=True)[1]


def _deal(totals: Array, sizes: Array) -> Array:
    """Whole numbers (groups, parts) within one of totals · sizes; later groups make up what rounding owes a part."""
    exact = np.outer(totals, sizes)
    counts = np.floor(exact + 1e-9).astype(int)
    owed = np.zeros(len(sizes))
    for total, share, count in zip(totals, exact, counts):
        owed += share - count
        # what rounding down left over goes first to a part that has none, then to the one that is owed most
        claim = np.where(share - count > 1e-9, owed + 3 * (count == 0), -np.inf)
        lucky = np.argsort(-claim, kind="stable")[: total - count.sum()]
        count[lucky] += 1
        owed[lucky] -= 1
    return counts
