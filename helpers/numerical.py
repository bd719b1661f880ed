"""Derivatives by nudging, the check of every hand-written gradient; what many modules share: floats, softmax."""

from collections.abc import Callable

import numpy as np

Array = np.ndarray


def as_floats(values: Array, dtype: type = np.float64) -> Array:
    """The values as an array of floats: float32 stays float32, integers, booleans and lists become float64 (dtype)."""
    values = np.asarray(values)
    return values if values.dtype.kind == "f" else values.astype(dtype)


def above_zero(name: str, number: float, hint: str = "") -> float:
    """The number as a float; ValueError that ends with the hint unless it is finite and above 0."""
    if not 0 < number < np.inf:
        raise ValueError(f"{name} must be a number above 0, got {number}{hint}")
    return float(number)


def with_classes(name: str, values: Array) -> Array:
    """The values as floats; ValueError unless their last axis holds a class at least."""
    values = as_floats(values)
    if values.ndim == 0 or values.shape[-1] == 0:
        raise ValueError(f"{name} must have at least one class on the last axis, got shape {values.shape}")
    return values


def columns(points: Array, dtype: type | None = None) -> Array:
    """A copy of points (..., D), in floats, that keeps each of the D columns contiguous: fields run twice as fast."""
    points = as_floats(points)
    copy = np.moveaxis(np.empty((points.shape[-1], *points.shape[:-1]), dtype or points.dtype), 0, -1)
    copy[...] = points
    return copy


def softmax(logits: Array) -> Array:
    """Scores (..., K) into probabilities: pₖ = exp(zₖ) / Σⱼ exp(zⱼ), each z first lowered by the largest.
    >>> softmax([1000.0, 1000.0])
    array([0.5, 0.5])
    """
    logits = with_classes("logits", logits)
    p = np.exp(logits - logits.max(axis=-1, keepdims=True))
    p /= p.sum(axis=-1, keepdims=True)
    return p


def log_softmax(logits: Array) -> Array:
    """Logarithm of softmax, (..., K), without ever taking the log of 0: zₖ − log Σⱼ exp(zⱼ)."""
    logits = with_classes("logits", logits)
    shifted = logits - logits.max(axis=-1, keepdims=True)
    shifted -= np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return shifted


def sigmoid(z: Array) -> Array:
    """σ(z) = 1 / (1 + exp(−z)), in a form that is small, never rounded to 0, far on the left: exp(−700) at −700."""
    z = as_floats(z)
    return np.exp(np.minimum(z, 0)) / (1 + np.exp(-np.abs(z)))


def finite_difference(f: Callable[[Array], Array | float], x: Array, h: float = 1e-5, one_sided: bool = False) -> Array:
    """Derivative of f at x: nudge one number after the other. Shape x.shape + (shape of what f returns): a Jacobian.
        central:    df/dxᵢ ≈ (f(x + h·eᵢ) − f(x − h·eᵢ)) / 2h       error ∝ h²      best h 1e-5, in float32 3e-3
        one-sided:  df/dxᵢ ≈ (f(x + h·eᵢ) − f(x)) / h               error ∝ h       best h 1e-8, in float32 3e-4
    >>> finite_difference(lambda w: w[0] ** 2 + 3 * w[1], [2.0, 5.0]).round(6)
    array([4., 3.])
    """
    above_zero("h", h, "; try 1e-5")
    x = as_floats(x)

    def nudged(index: tuple[int, ...], nudge: float) -> Array:
        there = x.copy()
        there[index] += nudge
        return np.asarray(f(there))

    if one_sided:
        here = f(x)
        slopes = [(nudged(i, h) - here) / h for i in np.ndindex(x.shape)]
    else:
        slopes = [(nudged(i, h) - nudged(i, -h)) / (2 * h) for i in np.ndindex(x.shape)]
    return np.reshape(slopes, x.shape + np.shape(slopes[0])).astype(x.dtype, copy=False) if slopes else np.zeros_like(x)


def hessian(gradient: Callable[[Array], Array], point: Array) -> Array:
    """Second derivatives (D, D) at a point (D,): eigenvalues are the curvatures, eigenvectors the directions."""
    rows = finite_difference(gradient, np.asarray(point, dtype=np.float64))
    return (rows + rows.T) / 2


def newton(gradient: Callable[[Array], Array], point: Array) -> Array:
    """The flat point next to a point (D,), by Newton's method: p ← p − H⁻¹ ∇J. LinAlgError where H has no inverse."""
    point = np.array(point, dtype=np.float64)
    for _ in range(50):
        step = np.linalg.solve(hessian(gradient, point), gradient(point))
        point -= step
        if np.abs(step).max() < 1e-14:
            break
    return point


def is_minimum(gradient: Callable[[Array], Array], point: Array) -> bool:
    """Whether the ground at a point (D,) is flat, to 1e-9, and curves upwards in every direction."""
    flat = np.abs(gradient(np.asarray(point, dtype=np.float64))).max() < 1e-9
    return bool(flat and np.linalg.eigvalsh(hessian(gradient, point)).min() > 0)
