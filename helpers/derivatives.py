"""Derivatives by nudging, the check of every gradient written by hand; and second ones."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from helpers.checks import Array, as_floats, positive

FLAT = 1e-9  # a slope below is taken for none: what rounding leaves of one in float64


def finite_difference(
    f: Callable[[Array], Any], x: Any, h: float = 1e-5, one_sided: bool = False
) -> Array:
    """The derivative of f at x, by nudging one number of x after the other by h.

    central:    df/dxᵢ ≈ (f(x + h·eᵢ) − f(x − h·eᵢ)) / 2h    error ∝ h²    best h 1e-5, float32 3e-3
    one-sided:  df/dxᵢ ≈ (f(x + h·eᵢ) − f(x)) / h            error ∝ h     best h 1e-8, float32 3e-4

    x: floats of any shape, or integers, which become floats. f returns a number or an array: the
    result has shape x.shape + f(x).shape, for a vector the transposed Jacobian. Raises ValueError
    for an h that is not above 0.

    >>> finite_difference(lambda w: w[0] ** 2 + 3 * w[1], [2.0, 5.0]).round(6)
    array([4., 3.])
    """
    positive("h", h, hint="try 1e-5")
    x = as_floats(x)

    def nudged(index: tuple[int, ...], nudge: float) -> Array:
        there = x.copy()
        there[index] += nudge
        return np.asarray(f(there))

    if x.size == 0:
        return np.zeros_like(x)
    if one_sided:
        here = f(x)
        slopes = [(nudged(i, h) - here) / h for i in np.ndindex(x.shape)]
    else:
        slopes = [(nudged(i, h) - nudged(i, -h)) / (2 * h) for i in np.ndindex(x.shape)]
    return np.reshape(slopes, x.shape + np.shape(slopes[0])).astype(x.dtype, copy=False)


def hessian(gradient: Callable[[Array], Array], point: Any) -> Array:
    """Second derivatives (D, D) at a point (D,), by nudging the gradient, a function (D,) → (D,).

    Its eigenvalues are the curvatures, its eigenvectors the directions in which they are met.

    >>> hessian(lambda w: w * [1.0, 50.0], [0.3, 0.1]).round(6)
    array([[ 1.,  0.],
           [ 0., 50.]])
    """
    rows = finite_difference(gradient, np.asarray(point, dtype=np.float64))
    return (rows + rows.T) / 2


def newton(gradient: Callable[[Array], Array], point: Any) -> Array:
    """The stationary point next to a point (D,), by Newton's method: p ← p − H⁻¹ ∇J.

    Raises numpy.linalg.LinAlgError where H has no inverse.

    >>> newton(lambda w: w**3 - 8, [3.0]).round(6)
    array([2.])
    """
    point = np.array(point, dtype=np.float64)
    for _ in range(50):
        step = np.linalg.solve(hessian(gradient, point), gradient(point))
        point -= step
        if np.abs(step).max() < 1e-14 * max(1.0, np.abs(point).max()):
            break
    return point


def is_minimum(gradient: Callable[[Array], Array], point: Any) -> bool:
    """Whether the slope at a point (D,) is 0, to FLAT, and all curvatures are above 0.

    >>> is_minimum(lambda w: w * [1.0, 50.0], [0.0, 0.0])
    True
    """
    slope = np.abs(gradient(np.asarray(point, dtype=np.float64))).max()
    return bool(slope < FLAT and np.linalg.eigvalsh(hessian(gradient, point)).min() > 0)


class GradReport(NamedTuple):
    """What `gradcheck` found: for each input its gradient by the graph, and by nudging."""

    exact: list[Array]
    approximate: list[Array]

    @property
    def differences(self) -> list[float]:
        """The largest difference for each input."""
        return [float(np.abs(a - b).max(initial=0)) for a, b in zip(self.exact, self.approximate)]

    @property
    def difference(self) -> float:
        """The largest difference of all."""
        return max(self.differences)

    def __repr__(self) -> str:
        def show(numbers: Array) -> str:
            return np.array2string(numbers, precision=6, threshold=20, prefix=15 * " ")

        compared = zip(self.exact, self.approximate, self.differences)
        return "\n".join(
            f"input {i}, shape {a.shape}: largest difference {difference:.0e}\n"
            f"  exact        {show(a)}\n"
            f"  approximate  {show(b)}"
            for i, (a, b, difference) in enumerate(compared, 1)
        )


def gradcheck(f: Callable[..., Any], *tensors: Any) -> GradReport:
    """Compare the gradient of f(*tensors), one number, with central finite differences, in float64.

    f may use other tensors too, such as the weights of a model. All are left as they were, with
    their gradients. Raises ValueError for an input without requires_grad=True.

    >>> from helpers.autograd import Tensor
    >>> gradcheck(lambda x: (x * x).sum(), Tensor([1.0, 2.0], requires_grad=True)).difference < 1e-8
    True
    """
    if not all(getattr(tensor, "requires_grad", False) for tensor in tensors):
        raise ValueError(
            "gradcheck compares gradients: make every input by Tensor(…, requires_grad=True)"
        )
    touched = [*dict.fromkeys([*tensors, *f(*tensors).graph()])]
    before = [(tensor, tensor.data, tensor.grad, tensor.grad_is_zero) for tensor in touched]
    try:
        for tensor in touched:
            tensor.grad = None
            tensor.grad_is_zero = False
        for tensor in tensors:
            tensor.data = tensor.data.astype(np.float64)
        f(*tensors).backward()
        exact = [np.zeros_like(t.data) if t.grad is None else t.grad for t in tensors]
        approximate = [_by_nudging(f, tensors, tensor) for tensor in tensors]
    finally:
        for tensor, data, grad, grad_is_zero in before:
            tensor.data = data
            tensor.grad = grad
            tensor.grad_is_zero = grad_is_zero
    return GradReport(exact, approximate)


def _by_nudging(f: Callable[..., Any], tensors: tuple[Any, ...], tensor: Any) -> Array:
    """The gradient of f(*tensors) by one of them."""
    data = tensor.data

    def value(x: Array) -> float:
        tensor.data = x
        try:
            return float(f(*tensors).item())
        finally:
            tensor.data = data

    return finite_difference(value, data)
