"""How a loss bends around the weights θ of a network: Hessian times vector, sharpness, slices."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np

from helpers.autograd import Tensor
from helpers.checks import Array, as_floats, generator, positive, whole
from helpers.module import Module

Loss = Callable[[Any, Any], Any]  # (y_hat, y) → the mean loss
Measured = TypeVar("Measured")


def loss_of(model: Module, loss: Loss, X: Array, y: Array) -> Callable[[Array], float]:
    """The function θ → J(θ) on these examples, the model being in the mode it is in (train, eval).

    The model keeps its own weights and running averages. The function raises ValueError for a θ of
    another shape than model.theta.
    """

    def value() -> float:
        return float(loss(model(X).data, y))

    return lambda theta: _measured_at(theta, model, value)


def gradient_of(model: Module, loss: Loss, X: Array, y: Array) -> Callable[[Array], Array]:
    """The function θ → ∇J(θ) on these examples, the model being in the mode it is in (train, eval).

    The model keeps its own weights, gradients and running averages. The function raises ValueError
    for a θ of another shape than model.theta, and TypeError for a loss that returns no Tensor.
    """

    def gradient() -> Array:
        value = loss(model(X), y)
        if not isinstance(value, Tensor):
            raise TypeError(
                f"the loss returned {value!r}, which has no gradient; it must return a Tensor, as "
                "those of helpers.losses do when they are given one"
            )
        model.grad[:] = 0  # zero_grad() would let the next gradient replace what is put back
        value.backward()
        return model.grad.copy()

    return lambda theta: _measured_at(theta, model, gradient)


def _measured_at(theta: Array, model: Module, measure: Callable[[], Measured]) -> Measured:
    """What `measure` finds with the weights at theta; the model is then as it was before."""
    if np.shape(theta) != model.theta.shape:
        raise ValueError(
            f"theta has shape {np.shape(theta)}, but this model's has shape {model.theta.shape}"
        )
    if not all(np.may_share_memory(w.data, model.theta) for w in model.parameters()):
        raise ValueError("a weight of this model left theta: write into .data[:] to change it")
    state, grad = model.state, model.grad.copy()
    model.theta[:] = theta
    try:
        return measure()
    finally:
        model.state = state
        model.grad[:] = grad


def hessian_product(
    gradient: Callable[[Array], Array], theta: Array, vector: Array, eps: float | None = None
) -> Array:
    """The Hessian H at θ times a vector, without H: how the gradient changes along the vector.

        H v ≈ (∇J(θ + ε v) − ∇J(θ − ε v)) / 2ε          for a v of length 1; another is scaled

    It costs two gradients. eps is 1e-7 for a θ in float64, and 1e-3 in float32, where rounding
    hides a smaller step. Where a gradient has kinks, as with relu, the step should cross none:
    each that it crosses adds its jump / 2ε, which is no curvature.

    Raises ValueError for shapes that are not equal, and for an eps that is not above 0 or so small
    that θ + ε v is rounded to θ. The difference is O'Leary's (1982), and for networks that of
    LeCun, Simard and Pearlmutter (1993). Pearlmutter (1994) has the exact product, which
    differentiates the backward pass itself.

    >>> gradient = lambda theta: theta * [1.0, 50.0]
    >>> hessian_product(gradient, np.zeros(2), np.array([1.0, 1.0])).round(6)
    array([ 1., 50.])
    """
    theta, vector = as_floats(theta), as_floats(vector)
    if theta.shape != vector.shape:
        raise ValueError(
            f"vector has shape {vector.shape} but theta has shape {theta.shape}; they must be equal"
        )
    eps = _step_size(theta, 1e-3) if eps is None else positive("eps", eps, hint="try 1e-3")
    length = _length(vector) or 1.0
    with np.errstate(under="ignore", invalid="ignore"):
        step = (eps / length * vector).astype(theta.dtype)
        ahead, behind = theta + step, theta - step
        is_lost = _length(ahead - behind - 2 * step) > _length(step)
    if is_lost:
        raise ValueError(
            f"eps = {eps:g} is lost in the rounding of a theta in {theta.dtype} with weights up to "
            f"{np.abs(theta).max():.2g}; try {10 * eps:g}, or a model in float64"
        )
    after, before = gradient(ahead), gradient(behind)
    with np.errstate(invalid="ignore"):  # ∞ − ∞ is NaN, and the caller's to judge
        return (after - before) * (length / (2 * eps))


def sharpness(
    gradient: Callable[[Array], Array],
    theta: Array,
    start: Array,
    iterations: int = 20,
    tolerance: float = 0.25,
    eps: float | None = None,
) -> tuple[float, Array]:
    """The curvature λ that is largest in size, and its direction v, by power iteration.

        v ← H v / ‖H v‖,  λ = vᵀ H v            start: a random v, or that of the θ before

    λ is an eigenvalue of the Hessian, below 0 where the loss bends down more than up; v (D,) has
    length 1. λ is 0 on flat ground, and NaN where a gradient is not finite. eps is that of
    `hessian_product`, but 1e-5 in float32: power iteration seeks the kinks that a step can cross.

    Raises LinAlgError where the result is no eigenvector, ‖H v − λ v‖ > tolerance · |λ| with half
    the eps; ValueError for a start of length 0 or not finite, and for fewer than one iteration.
    Von Mises and Pollaczek-Geiringer (1929); for networks LeCun, Simard and Pearlmutter (1993).

    >>> gradient = lambda theta: theta * [1.0, 50.0]
    >>> round(sharpness(gradient, np.zeros(2), start=np.ones(2))[0], 6)
    50.0
    """
    theta = as_floats(theta)
    eps = _step_size(theta, 1e-5) if eps is None else eps
    v = _unit(start)
    with np.errstate(under="ignore"):
        for _ in range(whole("iterations", iterations)):
            Hv = hessian_product(gradient, theta, v, eps).astype(np.float64)
            length = _length(Hv)
            if not 0 < length < np.inf:
                return (0.0 if length == 0 else np.nan), v.astype(theta.dtype)
            curvature = float(v @ Hv)
            v = Hv / length
        off = hessian_product(gradient, theta, v, eps / 2) - curvature * v
        if _length(off) > tolerance * abs(curvature):
            raise np.linalg.LinAlgError(_not_converged(iterations, curvature, _length(off)))
        return curvature, v.astype(theta.dtype)


def _not_converged(iterations: int, curvature: float, off: float) -> str:
    return (
        f"sharpness has not converged after {iterations} iterations: ‖H v − λ v‖ is {off:.3g} at "
        f"λ = {curvature:.3g}; try iterations={5 * iterations}; with relu a smaller eps; in "
        "float32 a model in float64; where λ and −λ are both eigenvalues, v swings for ever"
    )


def _step_size(theta: Array, in_float32: float) -> float:
    return 1e-7 if theta.dtype.itemsize >= 8 else in_float32


def _unit(start: Array) -> Array:
    """The direction of the start, of length 1 and in float64."""
    v = as_floats(start).astype(np.float64)
    length = _length(v)
    if not 0 < length < np.inf:
        raise ValueError(
            f"start must have a length above 0, got {length}; try rng.normal(size=theta.size)"
        )
    return v / length


def _length(vector: Array) -> float:
    """The length ‖v‖, in float64: float32 loses the squares of small numbers."""
    return float(np.linalg.norm(vector.astype(np.float64, copy=False)))


def random_direction(model: Module, rng: np.random.Generator) -> Array:
    """A random direction in θ in which every unit changes as much as its size says.

        d ← d ‖w‖ / ‖d‖                 for the weights w into each unit and d normal; biases keep 0

    So two networks that compute the same with weights of other sizes are seen at the same scale:
    the filter normalisation of Li et al. (2018), Visualizing the loss landscape of neural nets.
    Returns an array like model.theta. Raises TypeError unless rng is a numpy Generator.
    """
    rng = generator(rng)
    parts = [np.empty(0)]  # for a model without weights
    for weight in model.parameters():
        W = weight.data.astype(np.float64, copy=False)
        d = rng.normal(size=W.shape)
        if W.ndim > 1:
            d = d * np.linalg.norm(W, axis=0) / np.linalg.norm(d, axis=0)
        else:
            d = np.zeros(W.shape)
        parts.append(d.ravel())
    with np.errstate(under="ignore"):
        return np.concatenate(parts).astype(model.dtype)


def path_directions(path: Array) -> tuple[Array, Array, float]:
    """The plane through the last θ that holds most of a training path (T, D), by PCA.

        θₜ ≈ θ_T + aₜ d₁ + bₜ d₂

    Returns the directions d₁ and d₂ (2, D), the path in the plane (T, 2), and the share of the
    squared distances from θ_T that the plane holds: where it is small, contours on the plane are
    not the loss along the path. Raises ValueError for fewer than two θ or two weights, and for a
    path that is not finite. Lorch (2016); Li et al. (2018).

    >>> path = np.array([[3.0, 0.0, 1.0], [1.0, 0.0, 1.0], [0.0, 0.0, 1.0]])
    >>> directions, along, share = path_directions(path)
    >>> np.abs(along[:, 0]), share
    (array([3., 1., 0.]), 1.0)
    """
    path = as_floats(path)
    if path.ndim != 2 or min(path.shape) < 2:
        raise ValueError(
            f"path must have shape (T, D), at least two θ of at least two weights, got {path.shape}"
        )
    is_finite = np.isfinite(path).all(axis=1)
    if not is_finite.all():
        raise ValueError(
            f"path must be finite, but is not from index {is_finite.argmin()} on; leave out what "
            "comes after training has diverged"
        )
    moves = path.astype(np.float64, copy=False)
    moves = moves - moves[-1]
    directions = np.linalg.svd(moves, full_matrices=False)[2][:2]
    with np.errstate(under="ignore"):
        along = moves @ directions.T
        share = min(1.0, float(np.sum(along**2) / (np.sum(moves**2) or 1)))
        return directions.astype(path.dtype), along.astype(path.dtype), share


def loss_slice(
    loss: Callable[[Array], float],
    theta: Array,
    directions: Array,
    a: Sequence[float] | Array,
    b: Sequence[float] | Array,
) -> Array:
    """The loss on a plane, J(θ + a d₁ + b d₂) for all a and b: (len(b), len(a)), for contours.

    Raises ValueError unless directions holds two, (2, D), and a and b are one-dimensional.
    Goodfellow, Vinyals and Saxe (2015) along a line; Li et al. (2018) on a plane.

    >>> loss_slice(np.sum, np.zeros(2), np.eye(2), a=[0.0, 1.0, 2.0], b=[0.0, 10.0])
    array([[ 0.,  1.,  2.],
           [10., 11., 12.]])
    """
    theta, directions = as_floats(theta), as_floats(directions)
    if directions.shape != (2, *theta.shape):
        raise ValueError(
            f"directions must have shape {(2, *theta.shape)}, two like theta, got "
            f"{directions.shape}; try np.stack([d1, d2])"
        )
    if np.ndim(a) != 1 or np.ndim(b) != 1:
        raise ValueError(
            f"a and b must be one-dimensional, got shapes {np.shape(a)} and {np.shape(b)}; try "
            "np.linspace(-1, 1, 41) for each"
        )
    first, second = directions
    with np.errstate(all="ignore"):
        return np.array([[loss(theta + u * first + v * second) for u in a] for v in b])
