"""What scalers and PCA have in common: they learn from the training part, and change any part."""

from abc import ABC, abstractmethod
from typing import Any, TypeVar

import numpy as np

from helpers.checks import Array, as_floats

Fitted = TypeVar("Fitted", bound="Transform")


class Transform(ABC):
    """New columns for a table X (N, D), by numbers that are learnt from the training part only.

    A subclass has three methods: `learn(X)` takes those numbers from X, `forward(X)` is the
    equation, and `back(Z)` its inverse. All three are given tables of finite floats, and may
    compute in float64: what is returned to the caller is of the caller's precision.
    """

    n_features_in_: int | None = None  # D, once fitted
    n_features_out_: int | None = None

    @abstractmethod
    def learn(self, X: Array) -> None:
        """Set the numbers of the equation from the training part X (N, D)."""

    @abstractmethod
    def forward(self, X: Array) -> Array:
        """The new columns Z of X."""

    @abstractmethod
    def back(self, Z: Array) -> Array:
        """The table X, or what is left of it, whose new columns are Z."""

    def fit(self: Fitted, X: Any) -> Fitted:
        """Learn from the training part X (N, D); returns the object itself.

        Raises ValueError unless X is a table of finite numbers with at least one row.
        """
        X = as_table("X", X)
        if len(X) == 0:
            raise ValueError(
                f"{type(self).__name__} needs at least one row to fit, got X of shape {X.shape}"
            )
        self.learn(X)
        self.n_features_in_ = X.shape[1]
        self.n_features_out_ = self.forward(X[:1]).shape[1]
        return self

    def transform(self, X: Any) -> Array:
        """Z for any part X (N, D), by the numbers of the training part; float32 stays float32.

        Raises ValueError before `fit`, and unless X is a table of finite numbers with D columns.
        """
        X = self._as_fitted_table("X", X, self.n_features_in_)
        return self.forward(X).astype(X.dtype, copy=False)

    def fit_transform(self, X: Any) -> Array:
        """`fit(X)`, then `transform(X)`: for the training part only."""
        return self.fit(X).transform(X)

    def inverse_transform(self, Z: Any) -> Array:
        """X for a table Z of new columns, in the original units. Raises as `transform` does."""
        Z = self._as_fitted_table("Z", Z, self.n_features_out_)
        return self.back(Z).astype(Z.dtype, copy=False)

    def _as_fitted_table(self, name: str, values: Any, columns: int | None) -> Array:
        if columns is None:
            raise ValueError(
                f"this {type(self).__name__} has learnt nothing yet; call fit(X_train) first"
            )
        table = as_table(name, values)
        if table.shape[1] != columns:
            raise ValueError(
                f"{name} has {table.shape[1]} columns, expected {columns}; "
                "give those that fit() saw, in order"
            )
        return table


def as_table(name: str, values: Any) -> Array:
    """The values as a table of floats. Raises ValueError unless it is one, of finite numbers.

    >>> as_table("X", [1, 2])
    Traceback (most recent call last):
    ValueError: X must be a table of shape (N, D), got shape (2,); a single column is X[:, None]
    """
    table = as_floats(values)
    if table.ndim != 2:
        raise ValueError(
            f"{name} must be a table of shape (N, D), got shape {table.shape}; "
            f"a single column is {name}[:, None]"
        )
    for row, column in np.argwhere(~np.isfinite(table)):
        raise ValueError(
            f"{name}[{row}, {column}] is {table[row, column]}, expected finite numbers; "
            "repair or drop that row"
        )
    return table
