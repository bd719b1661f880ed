"""How a loss bends around the weights θ of a real network: Hessian times vector, sharpness, slices."""

from collections.abc import Callable

import numpy as np

from helpers.checks import Array
from helpers.module import Module


def loss_of(model: Module, loss, X: Array, y: Array) -> Callable[[Array], float]:
    """The function θ → J(θ) on these examples; the model keeps its own weights and running averages."""
    return lambda theta: _there(model, theta, lambda: float(loss(model(X).data, y)))


def gradient_of(model: Module, loss, X: Array, y: Array) -> Callable[[Array], Array]:
    """The function θ → ∇J(θ) on these examples; the model keeps its own weights, gradients and running averages."""

    def gradient() -> Array:
        model.zero_grad()
        loss(model(X), y).backward()
        return model.grad.copy()

    return lambda theta: _there(model, theta, gradient)


def _there(model: Module, theta: Array, measure: Callable):
    state, grad = model.state, model.grad.copy()
    model.theta[:] = theta
    try:
        return measure()
    finally:
        model.state, model.grad[:] = state, grad


def hessian_product(
    gradient: Callable[[Array], Array], theta: Array, vector: Array, eps: float = 1e-3
) -> Array:
    """H v without H, from two gradients: (∇J(θ + ε v) − ∇J(θ − ε v)) / 2ε for a v of length 1 (Pearlmutter, 1994).
    >>> hessian_product(lambda theta: theta * [1.0, 50.0], np.zeros(2), np.array([1.0, 1.0])).round(6)
    array([ 1., 50.])
    """
    length = np.linalg.norm(vector) or 1.0
    step = (eps / length * vector).astype(theta.dtype)
    return (gradient(theta + step) - gradient(theta - step)) * (length / (2 * eps))


def sharpness(
    gradient: Callable[[Array], Array], theta: Array, start: Array, iterations=20
) -> tuple[float, Array]:
    """The curvature λ that is largest in size, and its direction v, by power iteration: v ← H v / ‖H v‖, λ = vᵀ H v.
    start: a random vector, or the direction of the θ before. Where λ and −λ are equally large it swings, and is wrong.
    >>> round(sharpness(lambda theta: theta * [1.0, 50.0], np.zeros(2), start=np.ones(2))[0], 6)
    50.0
    """
    v, curvature = start / np.linalg.norm(start), 0.0
    for _ in range(iterations):
        bent = hessian_product(gradient, theta, v)
        curvature, length = float(v @ bent), np.linalg.norm(bent)
        if not length > 0:  # flat ground, or no number
            break
        v = bent / length
    return curvature, v


def random_direction(model: Module, rng: np.random.Generator) -> Array:
    """A direction in θ, filter-normalised (Li et al., 2018): each unit's part as long as its weights; biases 0."""

    def like(W: Array) -> Array:
        d = rng.normal(size=W.shape)
        return (
            d * np.linalg.norm(W, axis=0) / np.linalg.norm(d, axis=0)
            if W.ndim > 1
            else np.zeros_like(W)
        )

    return np.concatenate([like(weight.data).ravel() for weight in model.parameters()]).astype(
        model.dtype
    )


def path_directions(path: Array) -> tuple[Array, Array, float]:
    """The plane that holds most of a training path (T, D): two directions (2, D), the path in it (T, 2), and its share.
    A PCA from the last θ: θₜ ≈ θ_T + aₜ d₁ + bₜ d₂. Where the share is small, contours are not the loss along the path.
    >>> directions, along, share = path_directions(np.array([[3.0, 0.0, 1.0], [1.0, 0.0, 1.0], [0.0, 0.0, 1.0]]))
    >>> np.abs(along[:, 0]), share
    (array([3., 1., 0.]), 1.0)
    """
    away = path - path[-1]
    directions = np.linalg.svd(away, full_matrices=False)[2][:2]
    along = away @ directions.T
    return directions, along, min(1.0, float(np.sum(along**2) / (np.sum(away**2) or 1)))


def loss_slice(
    loss: Callable[[Array], float], theta: Array, directions: Array, a: Array, b: Array
) -> Array:
    """The loss over a plane, J(θ + a d₁ + b d₂) for all a and b: (len(b), len(a)), as contours take it."""
    with np.errstate(all="ignore"):
        return np.array(
            [[loss(theta + u * directions[0] + v * directions[1]) for u in a] for v in b]
        )
