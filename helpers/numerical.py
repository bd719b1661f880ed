"""Derivatives by nudging: the slow, honest way that every hand-written gradient of the course is checked against.

And `columns`, the memory order in which fields of points are quick.
"""

from collections.abc import Callable

import numpy as np

Array = np.ndarray


def as_floats(values: Array) -> Array:
    """The values as an array of floats: float32 stays float32, integers, booleans and lists become float64."""
    values = np.asarray(values)
    return values if values.dtype.kind == "f" else values.astype(np.float64)


def columns(points: Array, dtype: type | None = None) -> Array:
    """A copy of points (..., D), in floats, that keeps each of the D columns contiguous: fields run twice as fast.

    >>> columns([[1, 2], [3, 4], [5, 6]]).strides
    (8, 24)
    """
    points = as_floats(points)
    copy = np.moveaxis(np.empty((points.shape[-1], *points.shape[:-1]), dtype or points.dtype), 0, -1)
    copy[...] = points
    return copy


def finite_difference(f: Callable[[Array], Array | float], x: Array, h: float = 1e-5, one_sided: bool = False) -> Array:
    """Derivative of f at x: nudge one number after the other and see what f does.

        central:    df/dxᵢ ≈ (f(x + h·eᵢ) − f(x − h·eᵢ)) / 2h       error ∝ h²
        one-sided:  df/dxᵢ ≈ (f(x + h·eᵢ) − f(x)) / h               error ∝ h

    x may have any shape. The result has the shape of x where f returns one number; where f returns an array of shape S,
    such as a gradient, it is a Jacobian of shape x.shape + S. Integers become float64. In float64 the best h is near
    1e-5 central and 1e-8 one-sided; float32 stays float32 and needs h near 3e-3 and 3e-4.

    Raises ValueError where h is not a number above 0.

    >>> finite_difference(lambda w: w[0] ** 2 + 3 * w[1], [2.0, 5.0]).round(6)
    array([4., 3.])
    """
    if not 0 < h < np.inf:
        raise ValueError(f"h must be a small number above 0, got {h}; try 1e-5")
    x = as_floats(x)
    here = f(x) if one_sided else None

    def slope(index: tuple[int, ...]) -> Array:
        up, down = x.copy(), x.copy()
        up[index] += h
        if one_sided:
            return (np.asarray(f(up)) - here) / h
        down[index] -= h
        return (np.asarray(f(up)) - np.asarray(f(down))) / (2 * h)

    slopes = [slope(index) for index in np.ndindex(x.shape)]
    if not slopes:
        return np.zeros_like(x)
    return np.reshape(slopes, x.shape + np.shape(slopes[0])).astype(x.dtype, copy=False)


def hessian(gradient: Callable[[Array], Array], point: Array) -> Array:
    """Second derivatives at a point (D,): the symmetric (D, D) matrix of central differences of the gradient.

    Its eigenvalues are the curvatures along its eigenvectors: `np.linalg.eigh(hessian(surface.gradient, point))`.

    >>> hessian(lambda p: p * [1.0, 50.0], [1.0, 1.0]).round(6)
    array([[ 1.,  0.],
           [ 0., 50.]])
    """
    rows = finite_difference(gradient, np.asarray(point, dtype=np.float64))
    return (rows + rows.T) / 2


def newton(gradient: Callable[[Array], Array], point: Array) -> Array:
    """The flat point next to a point (D,), to machine precision, by Newton's method: p ← p − H⁻¹ ∇J.

    Raises numpy's LinAlgError where the Hessian H cannot be inverted.

    >>> newton(lambda p: p**3 - 8.0, [1.5])
    array([2.])
    """
    point = np.array(point, dtype=np.float64)
    for _ in range(50):
        step = np.linalg.solve(hessian(gradient, point), gradient(point))
        point -= step
        if np.abs(step).max() < 1e-14:
            break
    return point


def is_minimum(gradient: Callable[[Array], Array], point: Array) -> bool:
    """Whether the ground at a point (D,) is flat, to 1e-9, and curves upwards in every direction.

    >>> is_minimum(lambda p: p * [1.0, 50.0], [0.0, 0.0]), is_minimum(lambda p: p * [1.0, -1.0], [0.0, 0.0])
    (True, False)
    """
    flat = np.abs(gradient(np.asarray(point, dtype=np.float64))).max() < 1e-9
    return bool(flat and np.linalg.eigvalsh(hessian(gradient, point)).min() > 0)
