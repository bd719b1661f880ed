"""Wrong answers to the exercises of lesson 09, each with words of the message that it gets."""

import numpy as np


def looks_ahead(gradient, theta, u, eps):
    here = gradient(theta)
    return (gradient(theta + eps * u) - here) / eps


def divides_by_eps(gradient, theta, u, eps):
    change = gradient(theta + eps * u) - gradient(theta - eps * u)
    return change / eps


def steps_twice_as_far(gradient, theta, u, eps):
    return (gradient(theta + 2 * eps * u) - gradient(theta - 2 * eps * u)) / (4 * eps)


def lets_u_grow(H, u, iterations):
    for _ in range(iterations):
        u = H @ u
    return u @ H @ u


def takes_the_length(H, u, iterations):
    for _ in range(iterations):
        u = H @ u / np.linalg.norm(H @ u)
    return np.linalg.norm(H @ u)


def one_round_more(H, u, iterations):
    for _ in range(iterations + 1):
        u = H @ u / np.linalg.norm(H @ u)
    return u @ H @ u


def copies_sharpness(H, u, iterations):
    for _ in range(iterations):
        u = u / np.linalg.norm(u)
        Hu = H @ u
        largest, u = u @ Hu, Hu
    return largest


WRONG = {
    "09-1": [
        (lambda d, lr, curvature, steps: d * abs(1 - lr * curvature) ** steps, "side is lost"),
        (lambda d, lr, curvature, steps: d - lr * curvature * d, "one step"),
        (lambda d, lr, curvature, steps: d * (1 - steps * lr * curvature), "exponent"),
        (lambda d, lr, curvature, steps: d * (1 + lr * curvature) ** steps, "uphill"),
        (lambda d, lr, curvature, steps: (1 - lr * curvature) ** steps, "yours is"),
    ],
    "09-2": [
        (looks_ahead, "looks ahead only"),
        (divides_by_eps, "twice too large"),
        (lambda g, theta, u, eps: g(theta + eps * u) - g(theta - eps * u), "divide by 2ε"),
        (lambda g, theta, u, eps: g(theta) * u, "how the gradient changes"),
        (steps_twice_as_far, "yours is"),
    ],
    "09-3": [
        (lets_u_grow, "must have length 1"),
        (takes_the_length, "never below 0"),
        (lambda H, u, iterations: u @ H @ u / (u @ u), "first u"),
        (lambda H, u, iterations: np.linalg.eigvalsh(H).max(), "largest in size"),
        (copies_sharpness, "one round behind"),
        (one_round_more, "yours is"),
    ],
}
