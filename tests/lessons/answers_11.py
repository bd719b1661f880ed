"""Wrong answers to the exercises of lesson 11, each with words of the message that it gets."""

import math

import numpy as np


def evenly(low, high, u):
    return (1 - u) * low + u * high


def stays_a_logarithm(low, high, u):
    return (1 - u) * math.log(low) + u * math.log(high)


def ten_to_the_rate(low, high, u):
    return 10.0 ** ((1 - u) * low + u * high)


def wrong_way_round(low, high, u):
    return high * (low / high) ** u


def rounds_to_powers(low, high, u):
    return 10.0 ** round((1 - u) * math.log10(low) + u * math.log10(high))


def whole_gaps(values):
    gaps = [values[0], *np.diff(values), 1 - values[-1]]
    return max(gaps)


def half_of_all(values):
    return max([values[0], *np.diff(values), 1 - values[-1]]) / 2


def nearest(values):
    return min([values[0], *(np.diff(values) / 2), 1 - values[-1]])


def anew_at_each_rung(n, eta, least, most):
    total = 0
    while True:
        total += n * least
        if least >= most:
            return total
        n, least = n // eta, least * eta


def stops_before_the_end(n, eta, least, most):
    total, before = 0, 0
    while least < most:
        total += n * (least - before)
        before, least, n = least, least * eta, n // eta
    return total


def counts_networks(n, eta, least, most):
    total = n
    while least < most:
        n, least = n // eta, least * eta
        total += n
    return total


def upwards(gradient, theta, lr):
    g = gradient(theta)
    return np.dot(g, gradient(theta - lr * g))


def before_twice(gradient, theta, lr):
    return -np.sum(gradient(theta) ** 2)


def not_added_up(gradient, theta, lr):
    g = gradient(theta)
    return -g * gradient(theta - lr * g)


def times_the_rate(gradient, theta, lr):
    g = gradient(theta)
    return -np.dot(lr * g, gradient(theta - lr * g))


def after_twice(gradient, theta, lr):
    return -np.sum(gradient(theta - lr * gradient(theta)) ** 2)


WRONG = {
    "11-1": [
        (evenly, "evenly from low to high"),
        (stays_a_logarithm, "take exp"),
        (ten_to_the_rate, "not their powers of ten"),
        (wrong_way_round, "u = 0 should give low"),
        (rounds_to_powers, "yours is"),
    ],
    "11-2": [
        (lambda values: max(np.diff(values)) / 2, "beyond the first and the last"),
        (whole_gaps, "half of their gap"),
        (lambda values: max(values[0], 1 - values[-1]), "two ends only"),
        (nearest, "the best case"),
        (half_of_all, "yours is"),
    ],
    "11-3": [
        (anew_at_each_rung, "goes on from where it stopped"),
        (lambda n, eta, least, most: n * most, "trains all of them to the end"),
        (lambda n, eta, least, most: n * least, "first rung alone"),
        (stops_before_the_end, "last rung is missing"),
        (counts_networks, "yours is"),
    ],
    "11-4": [
        (upwards, "the sign is not"),
        (before_twice, "those before the step"),
        (not_added_up, "add the products up"),
        (times_the_rate, "the rate itself drops out"),
        (after_twice, "yours is"),
    ],
}
