"""One step of stochastic gradient descent as the lesson writes it, and batches without end."""

from collections.abc import Callable, Iterator

import numpy as np

from helpers.data import minibatches
from helpers.datasets import Part
from helpers.losses import cross_entropy
from helpers.module import Module

Array = np.ndarray
Step = Callable[[Module, Array, Array, float], float]  # of model, X, y and the rate, to the loss


def sgd_step(model: Module, X: Array, y: Array, lr: float) -> float:
    """One update on a batch as the lesson writes it, θ ← θ − α∇J(θ).

    X is (batch, features), y the classes (batch,). Returns the loss before the update.

    >>> from helpers.nn import MLP
    >>> model = MLP((2, 2), rng=np.random.default_rng(0))
    >>> X, y = np.eye(2), np.array([0, 1])
    >>> sgd_step(model, X, y, lr=1.0) > sgd_step(model, X, y, lr=1.0)
    True
    """
    model.zero_grad()
    loss = cross_entropy(model(X), y)
    loss.backward()
    model.theta -= lr * model.grad
    return loss.item()


def endless_batches(part: Part, batch_size: int, rng: np.random.Generator) -> Iterator[Part]:
    """Batches (X, y) epoch after epoch, shuffled anew in each.

    >>> four = Part(np.eye(4), np.arange(4))
    >>> batches = endless_batches(four, 3, np.random.default_rng(0))
    >>> [len(next(batches).y) for _ in range(5)]
    [3, 1, 3, 1, 3]
    """
    while True:
        yield from minibatches(*part, batch_size, rng=rng)
