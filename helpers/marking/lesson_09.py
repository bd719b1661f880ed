"""Lesson 09: descent on a curvature, the Hessian times a vector, power iteration."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from helpers.marking.exercise import Exercise, Known

Array = np.ndarray
Gradient = Callable[[Array], Array]

SYMMETRIC = np.array([[4.0, 1.0, 0.0], [1.0, 3.0, 0.5], [0.0, 0.5, 1.0]])
BENDS_DOWN = np.array([[1.0, 0.0], [0.0, -5.0]])


def cubes(theta: Array) -> Array:
    """The gradient of θ⁴ / 4, whose Hessian changes along the way."""
    return theta**3


def mixed(theta: Array) -> Array:
    """The gradient of (θᵀ A θ) / 2 + θ₀³ for the matrix above."""
    return SYMMETRIC @ theta + np.array([3.0, 0.0, 0.0]) * theta**2


def distance_after(d: float, lr: float, curvature: float, steps: int) -> float:
    """The signed distance from a parabola's minimum after so many steps of descent."""
    return d * (1 - lr * curvature) ** steps


def hessian_product(gradient: Gradient, theta: Array, u: Array, eps: float) -> Array:
    """The Hessian times u by a central difference of gradients."""
    return (gradient(theta + eps * u) - gradient(theta - eps * u)) / (2 * eps)


def forward_difference(gradient: Gradient, theta: Array, u: Array, eps: float) -> Array:
    """The same by a difference to one side."""
    return (gradient(theta + eps * u) - gradient(theta)) / eps


def largest_eigenvalue(H: Array, u: Array, iterations: int) -> float:
    """The estimate of power iteration."""
    for _ in range(iterations):
        u = H @ u
        u = u / np.linalg.norm(u)
    return float(u @ H @ u)


def not_of_length_one(H: Array, u: Array, iterations: int) -> float:
    """uᵀHu of a u that grows."""
    for _ in range(iterations):
        u = H @ u
    return float(u @ H @ u)


def one_round_behind(H: Array, u: Array, iterations: int) -> float:
    """The estimate with the last multiplication, as the lesson's `sharpness` takes it."""
    return largest_eigenvalue(H, u / np.linalg.norm(u), iterations - 1)


def by_length(H: Array, u: Array, iterations: int) -> float:
    """The length of Hu, which has lost the sign."""
    for _ in range(iterations):
        u = H @ u
        u = u / np.linalg.norm(u)
    return float(np.linalg.norm(H @ u))


EXERCISES = {
    "1": Exercise(
        distance_after,
        cases=[(1.0, 0.1, 5.0, 3), (2.0, 0.5, 3.0, 5), (0.1, 0.05, 44.0, 7), (-1.0, 0.1, 20.0, 3)],
        hint="One step makes (1 − αλ) d of d.",
        known=[
            Known(
                lambda d, lr, curvature, steps: d * abs(1 - lr * curvature) ** steps,
                "the size is right, and the side is lost: a factor below 0 lands on the other "
                "side.",
            ),
            Known(
                lambda d, lr, curvature, steps: d * (1 - lr * curvature),
                "this is one step; there are several.",
            ),
            Known(
                lambda d, lr, curvature, steps: d * (1 - steps * lr * curvature),
                "each step multiplies what the one before has left, so steps is an exponent.",
            ),
            Known(
                lambda d, lr, curvature, steps: d * (1 + lr * curvature) ** steps,
                "this walks uphill; the step is −α times the slope.",
            ),
        ],
    ),
    "2": Exercise(
        hessian_product,
        cases=[
            (cubes, np.array([1.0, -2.0]), np.array([0.6, 0.8]), 0.1),
            (mixed, np.array([0.5, 1.0, -1.0]), np.array([1.0, 0.0, 0.0]), 0.01),
        ],
        hint="(∇J(θ + εu) − ∇J(θ − εu)) / 2ε.",
        known=[
            Known(
                forward_difference,
                "this looks ahead only; look back as far, and the error falls from ε to ε².",
            ),
            Known(
                lambda gradient, theta, u, eps: (
                    (gradient(theta + eps * u) - gradient(theta - eps * u)) / eps
                ),
                "twice too large: the two places are 2ε apart.",
            ),
            Known(
                lambda gradient, theta, u, eps: (
                    gradient(theta + eps * u) - gradient(theta - eps * u)
                ),
                "this is the change of the gradient; divide by 2ε for its rate.",
            ),
            Known(
                lambda gradient, theta, u, eps: gradient(theta) * u,
                "this is the gradient times u; the Hessian says how the gradient changes.",
            ),
        ],
    ),
    "3": Exercise(
        largest_eigenvalue,
        cases=[
            (SYMMETRIC, np.array([1.0, 1.0, 1.0]), 3),
            (SYMMETRIC, np.array([0.0, 0.0, 2.0]), 20),
            (BENDS_DOWN, np.array([1.0, 0.5]), 10),
        ],
        hint="Multiply by H and divide by the length, again and again; then u @ H @ u.",
        known=[
            Known(not_of_length_one, "u must have length 1; divide by its length in each round."),
            Known(
                by_length,
                "the length of Hu is never below 0, and an eigenvalue can be: take u @ H @ u.",
            ),
            Known(
                lambda H, u, iterations: largest_eigenvalue(H, u / np.linalg.norm(u), 0),
                "this is the curvature along the first u; multiply by H first.",
            ),
            Known(
                one_round_behind,
                "this is one round behind, as `sharpness` is; multiply and divide by the length "
                "once more, and take u @ H @ u after the loop.",
            ),
            Known(
                lambda H, u, iterations: float(np.max(np.linalg.eigvalsh(H))),
                "this is exact and positive; power iteration finds the eigenvalue that is largest "
                "in size, after so many rounds only nearly.",
            ),
        ],
    ),
}
