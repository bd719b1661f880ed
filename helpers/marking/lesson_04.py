"""Lesson 04: backpropagation."""

from __future__ import annotations

import numpy as np

from helpers.marking.exercise import Exercise, Known

Array = np.ndarray

_rng = np.random.default_rng(4)
WIDE = (_rng.normal(size=(5, 3)), _rng.normal(size=(3, 2)), _rng.normal(size=(5, 2)))
SQUARE = (_rng.normal(size=(4, 3)), _rng.normal(size=(3, 3)), _rng.normal(size=(4, 3)))
NEURONS = [(1.5, 0.8, -0.3, 2.0), (-1.0, 0.5, 0.2, -0.5), (2.0, -0.4, 0.9, 0.0)]


def tanh_neuron(x: float, w: float, b: float, y: float) -> tuple[float, float]:
    """(dJ/dw, dJ/db) of J = (tanh(w x + b) − y)²."""
    a = np.tanh(w * x + b)
    slope = 2 * (a - y) * (1 - a**2)
    return slope * x, slope


def without_tanh(x: float, w: float, b: float, y: float) -> tuple[float, float]:
    """The same as if tanh had the slope 1."""
    slope = 2 * (np.tanh(w * x + b) - y)
    return slope * x, slope


def tanh_operation(x: float) -> tuple[float, float]:
    """The value of tanh and its derivative."""
    value = float(np.tanh(x))
    return value, 1 - value**2


def layer_backward(X: Array, W: Array, G: Array) -> tuple[Array, Array, Array]:
    """(dJ/dX, dJ/dW, dJ/db) of Z = X W + b, where G = dJ/dZ."""
    return G @ W.T, X.T @ G, G.sum(axis=0)


def untransposed(X: Array, W: Array, G: Array) -> tuple[Array, ...]:
    """G W instead of G Wᵀ, where the shapes allow it."""
    _, by_W, by_b = layer_backward(X, W, G)
    return (G @ W if W.shape[0] == W.shape[1] else G @ W.T), by_W, by_b


EXERCISES = {
    "1": Exercise(
        tanh_neuron,
        cases=NEURONS,
        hint="Go from J to a (2(a − y)), from a to z (1 − a²), from z to w (x) and to b (1).",
        known=[
            Known(without_tanh, "the walk leaves out tanh: between a and z stands 1 − a²."),
            Known(
                lambda x, w, b, y: tuple(part / 2 for part in tanh_neuron(x, w, b, y)),
                "half of it: the derivative of a square (a − y)² is 2(a − y).",
            ),
            Known(
                lambda x, w, b, y: (tanh_neuron(x, w, b, y)[1],) * 2,
                "right for b; a unit of w moves z by x, so dJ/dw has the factor x as well.",
            ),
            Known(
                lambda x, w, b, y: tuple(-part for part in tanh_neuron(x, w, b, y)),
                "the sign is turned round: these are the derivatives, and the minus comes with the "
                "step. With a − y, not y − a.",
            ),
            Known(
                lambda x, w, b, y: tanh_neuron(x, w, b, y)[::-1],
                "the two are right, and in the wrong order: first dJ/dw, then dJ/db.",
            ),
        ],
    ),
    "2": Exercise(
        tanh_operation,
        cases=[(0.0,), (0.7,), (-1.3,), (3.0,)],
        hint="The pair is tanh(x) and 1 − tanh(x)².",
        known=[
            Known(
                lambda x: (np.tanh(x), 1 - x**2),
                "the square in the slope is that of the value, tanh(x)², not that of x.",
            ),
            Known(
                lambda x: (np.tanh(x), np.tanh(x) * (1 - np.tanh(x))),
                "this is the slope of the sigmoid, σ(1 − σ); that of tanh is 1 − tanh².",
            ),
            Known(lambda x: np.tanh(x), "the value alone: the local derivative is missing."),
            Known(
                lambda x: (1 - np.tanh(x) ** 2, np.tanh(x)),
                "both are right, in the wrong order: first the value, then the local derivative.",
            ),
        ],
    ),
    "3": Exercise(
        layer_backward,
        cases=[WIDE, SQUARE],
        hint="Write one entry: W[j, k] enters Z[i, k] with the local derivative X[i, j].",
        known=[
            Known(
                untransposed,
                "dJ/dX fits in the square layer, and is wrong: it is G Wᵀ. Entry X[i, j] enters "
                "Z[i, k] with W[j, k].",
            ),
            Known(
                lambda X, W, G: (G @ W.T, X.T @ G, G.mean(axis=0)),
                "the bias is used once for each example, and uses add up: a sum, no mean.",
            ),
            Known(
                lambda X, W, G: (G @ W.T, X.T @ G / len(X), G.sum(axis=0) / len(X)),
                "this divides by the number of examples; if the loss is a mean, G holds that "
                "factor already.",
            ),
            Known(
                lambda X, W, G: (G @ W.T, (X.T @ G).T, G.sum(axis=0)),
                "dJ/dW must have the shape of W: it is Xᵀ G.",
            ),
            Known(
                lambda X, W, G: (X.T @ G, G @ W.T, G.sum(axis=0)),
                "all three are right, in another order: dJ/dX, then dJ/dW, then dJ/db.",
            ),
        ],
    ),
}
