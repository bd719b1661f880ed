"""Wrong answers to the exercises of lesson 06, each with words of the message that it gets."""

import numpy as np

from helpers.marking.lesson_06 import corrected_mean, roots


def divided_by_the_old(theta, grad, s, lr):
    return theta - lr * grad / (np.sqrt(s) + 1e-10), s + grad**2


def without_root(theta, grad, s, lr):
    s = s + grad**2
    return theta - lr * grad / (s + 1e-10), s


def uncorrected(slopes, beta):
    average = 0.0
    for slope in slopes:
        average += (1 - beta) * (slope - average)
    return average


def forgetful(theta, grad, s, lr):
    return theta - lr * np.sign(grad), grad**2


def uphill(theta, grad, s, lr):
    s = s + grad**2
    return theta + lr * grad / (np.sqrt(s) + 1e-10), s


def theta_only(theta, grad, s, lr):
    return theta - lr * grad / (np.sqrt(s + grad**2) + 1e-10)


def in_place(theta, grad, s, lr):
    s += grad**2
    return theta - lr * grad / (np.sqrt(s) + 1e-10), s


WRONG = {
    "06-1": [
        (lambda beta, alpha_lambda: min(abs(roots(beta, alpha_lambda))), "smaller solution"),
        (lambda beta, alpha_lambda: max(roots(beta, alpha_lambda).real), "take abs before max"),
        (
            lambda beta, alpha_lambda: max(abs(np.roots([1, 1 + beta - alpha_lambda, -beta]))),
            "All on one side",
        ),
        (lambda beta, alpha_lambda: beta**0.5, "where the ball rings"),
        (lambda beta, alpha_lambda: abs(1 - alpha_lambda), "plain descent"),
        (lambda beta, alpha_lambda: beta, "The quadratic is"),
    ],
    "06-2": [
        (divided_by_the_old, "by the old s"),
        (without_root, "root is missing"),
        (forgetful, "forgets the s before"),
        (uphill, "uphill"),
        (theta_only, "Return the new s"),
        (in_place, "changes its argument in place"),
    ],
    "06-3": [
        (uncorrected, "without the correction"),
        (lambda slopes, beta: uncorrected(slopes, beta) / (1 - beta), "after one slope only"),
        (lambda slopes, beta: sum(slopes) / len(slopes), "all slopes alike"),
        (lambda slopes, beta: corrected_mean(slopes[::-1], beta), "wrong order"),
        (lambda slopes, beta: 0.0, "divide by 1 − βᵗ"),
    ],
}
