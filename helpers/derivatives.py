"""Derivatives by nudging: the check of every hand-written gradient."""

from collections.abc import Callable
from functools import partial
from itertools import count
from typing import Any, NamedTuple

import numpy as np

from helpers.checks import Array, above_zero, as_floats


def finite_difference(
    f: Callable[[Array], Array | float], x: Array, h: float = 1e-5, one_sided: bool = False
) -> Array:
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
    return (
        np.reshape(slopes, x.shape + np.shape(slopes[0])).astype(x.dtype, copy=False)
        if slopes
        else np.zeros_like(x)
    )


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


class GradReport(NamedTuple):
    """What gradcheck found: for each input the gradient by the graph and by nudging; the largest difference of all."""

    exact: list[Array]
    approximate: list[Array]
    differences = property(
        lambda self: [float(np.abs(a - b).max(initial=0)) for a, b in zip(*self)]
    )
    difference = property(lambda self: max(self.differences))

    def __repr__(self) -> str:
        show = partial(np.array2string, precision=6, threshold=20, prefix=15 * " ")
        form = "input {}, shape {}: largest difference {:.0e}\n  exact        {}\n  approximate  {}".format
        return "\n".join(
            form(i, a.shape, d, show(a), show(b))
            for i, a, b, d in zip(count(1), *self, self.differences)
        )


def gradcheck(f: Callable[..., Any], *tensors: Any) -> GradReport:
    """Compare the gradient of f(*tensors), one number, with central finite differences, in float64.
    f may use other tensors too, such as the weights of a model. All are left as they were, gradients included.
    >>> from helpers.autograd import Tensor
    >>> gradcheck(lambda x: (x * x).sum(), Tensor([1.0, 2.0], requires_grad=True)).difference < 1e-8
    True
    """

    def nudged(t: Any, x: Array) -> float:
        here, t.data = t.data, x
        value, t.data = f(*tensors).item(), here
        return value

    if not all(getattr(t, "requires_grad", False) for t in tensors):
        raise ValueError(
            "gradcheck compares gradients: make every input by Tensor(…, requires_grad=True)"
        )
    before = [(t, t.data, t.grad, t.untouched) for t in {*tensors, *f(*tensors).graph()}]
    try:
        for t, data, *_ in before:
            t.data, t.grad, t.untouched = (
                data.astype(np.float64) if t in tensors else data,
                None,
                False,
            )
        f(*tensors).backward()
        exact = [np.zeros_like(t.data) if t.grad is None else t.grad for t in tensors]
        approximate = [finite_difference(partial(nudged, t), t.data) for t in tensors]
    finally:
        for t, data, grad, untouched in before:
            t.data, t.grad, t.untouched = data, grad, untouched
    return GradReport(exact, approximate)
