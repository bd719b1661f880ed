"""Wrong answers to the exercises of lesson 09, each with words of the message that it gets."""

import numpy as np

from helpers.marking.lesson_09 import (
    by_length,
    forward_difference,
    hessian_product,
    largest_eigenvalue,
    not_of_length_one,
)

WRONG = {
    "09-1": [
        (lambda d, lr, curvature, steps: d * abs(1 - lr * curvature) ** steps, "side is lost"),
        (lambda d, lr, curvature, steps: d - lr * curvature * d, "one step"),
        (lambda d, lr, curvature, steps: d * (1 - steps * lr * curvature), "exponent"),
        (lambda d, lr, curvature, steps: d * (1 + lr * curvature) ** steps, "uphill"),
        (lambda d, lr, curvature, steps: (1 - lr * curvature) ** steps, "yours is"),
    ],
    "09-2": [
        (forward_difference, "looks ahead only"),
        (lambda g, theta, u, eps: 2 * hessian_product(g, theta, u, eps), "twice too large"),
        (lambda g, theta, u, eps: g(theta + eps * u) - g(theta - eps * u), "divide by 2ε"),
        (lambda g, theta, u, eps: g(theta) * u, "how the gradient changes"),
        (lambda g, theta, u, eps: hessian_product(g, theta, u, 2 * eps), "yours is"),
    ],
    "09-3": [
        (not_of_length_one, "must have length 1"),
        (by_length, "never below 0"),
        (lambda H, u, iterations: u @ H @ u / (u @ u), "first u"),
        (lambda H, u, iterations: np.linalg.eigvalsh(H).max(), "largest in size"),
        (lambda H, u, iterations: largest_eigenvalue(H, u, iterations + 1), "yours is"),
    ],
}
