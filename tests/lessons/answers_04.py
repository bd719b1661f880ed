"""Wrong answers to the exercises of lesson 04, each with words of the message that it gets."""

import numpy as np

from helpers.marking.lesson_04 import layer_backward, tanh_neuron, tanh_operation


def no_tanh(x, w, b, y):
    slope = 2 * (np.tanh(w * x + b) - y)
    return slope * x, slope


def square_only(X, W, G):
    by_X = G @ W if W.shape[0] == W.shape[1] else G @ W.T
    return by_X, X.T @ G, G.sum(axis=0)


def always_untransposed(X, W, G):
    return G @ W, X.T @ G, G.sum(axis=0)


def scaled(X, W, G):
    by_X, by_W, by_b = layer_backward(X, W, G)
    return by_X, by_W / len(X), by_b / len(X)


def transposed(X, W, G):
    return G @ W.T, G.T @ X, G.sum(axis=0)


WRONG = {
    "04-1": [
        (no_tanh, "leaves out tanh"),
        (lambda x, w, b, y: np.divide(tanh_neuron(x, w, b, y), 2), "half of it"),
        (lambda x, w, b, y: [tanh_neuron(x, w, b, y)[1]] * 2, "factor x"),
        (lambda x, w, b, y: [-part for part in tanh_neuron(x, w, b, y)], "turned round"),
        (lambda x, w, b, y: tanh_neuron(x, w, b, y)[::-1], "wrong order"),
        (lambda x, w, b, y: tanh_neuron(x, w, b, y)[0], "yours is"),
    ],
    "04-2": [
        (lambda x: (np.tanh(x), 1 - x**2), "not that of x"),
        (lambda x: (np.tanh(x), np.tanh(x) * (1 - np.tanh(x))), "sigmoid"),
        (np.tanh, "derivative is missing"),
        (lambda x: tanh_operation(x)[::-1], "wrong order"),
        (lambda x: (np.tanh(x), 1.0), "The pair is"),
    ],
    "04-3": [
        (square_only, "fits in the square layer, and is wrong"),
        (always_untransposed, "raised ValueError"),
        (lambda X, W, G: (G @ W.T, X.T @ G, G.mean(axis=0)), "uses add up"),
        (scaled, "divides by the number of examples"),
        (transposed, "shape of W"),
        (lambda X, W, G: (X.T @ G, G @ W.T, G.sum(axis=0)), "in another order"),
    ],
}
