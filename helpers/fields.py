"""Fields of points: many points in one array (..., D), the D weights last, so many runs at once.

An equation of two weights x and y is written as for two numbers, and serves a field as it stands:
for points p its x and y are the first axes of p.T, which has the weights first and keeps all else.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from helpers.checks import Array, as_floats


def columns(points: Any, dtype: DTypeLike | None = None) -> Array:
    """A copy of points (..., D), in floats, in which each of the D columns is contiguous in memory.

    Equations work on whole columns, and are twice as fast on a field that lies like this.

    >>> columns([[1, 2], [3, 4]])[:, 0].flags.contiguous
    True
    """
    points = as_floats(points)
    by_column = np.empty((points.shape[-1], *points.shape[:-1]), dtype or points.dtype)
    copy = np.moveaxis(by_column, 0, -1)
    with np.errstate(under="ignore"):  # what is too small for its type is 0, and no error
        copy[...] = points
    return copy


def on_points(equation: Callable[..., Array], weights: int) -> Callable[[Array], Array]:
    """equation(x, y) as a function of points (..., D) → (...), D being the number of weights.

    It keeps the points' type of float. Raises ValueError for points with another number of weights.

    >>> on_points(lambda x, y: x * y, weights=2)([[1.0, 2.0], [3.0, 4.0]])
    array([ 2., 12.])
    """

    def at(points: Array) -> Array:
        points = _checked(points, weights)
        with np.errstate(under="ignore"):
            return equation(*points.T).T.astype(points.dtype, copy=False)

    return at


def gradient_on_points(
    gradient: Callable[..., tuple[Array, ...]], weights: int
) -> Callable[[Array], Array]:
    """gradient(x, y), a tuple (∂J/∂x, ∂J/∂y), as a function of points (..., D) → (..., D).

    It keeps the points' type of float and their order in memory. Raises ValueError for points with
    another number of weights.

    >>> gradient_on_points(lambda x, y: (y, x), weights=2)([[1.0, 2.0], [3.0, 4.0]])
    array([[2., 1.],
           [4., 3.]])
    """

    def at(points: Array) -> Array:
        points = _checked(points, weights)
        slopes = np.empty_like(points)
        with np.errstate(under="ignore"):
            for column, slope in enumerate(gradient(*points.T)):
                slopes.T[column] = slope
        return slopes

    return at


def _checked(points: Any, weights: int) -> Array:
    points = as_floats(points)
    if points.ndim == 0 or points.shape[-1] != weights:
        raise ValueError(
            f"points must have shape (..., {weights}), {weights} weight(s) last, got shape "
            f"{points.shape}; one point alone has shape ({weights},)"
        )
    return points
