"""Walks by a rule as the lesson writes it: `update(theta, grad, lr)` returns the new weights."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from helpers.descent import Path, descend
from helpers.surfaces import Surface

Array = np.ndarray
Update = Callable[[Array, Array, float], Array]


def downhill(theta: Array, grad: Array, lr: float) -> Array:
    """Gradient descent, the rule of a figure that is given no other: θ ← θ − α∇J(θ).

    Source: Cauchy (1847).

    >>> downhill(np.array([1.0]), np.array([4.0]), lr=0.1)
    array([0.6])
    """
    return theta - lr * grad


def walk(surface: Surface, start: Array, update: Update, lr: float, steps: int) -> Path:
    """`descend` from one start (D,) by such a rule, at one rate for all steps.

    What the rule raises is passed on, and so is the ValueError of `descend` where it returns
    anything but new weights.

    >>> from helpers import surfaces
    >>> walk(surfaces.parabola(4.0), [1.0], downhill, lr=0.3, steps=1).points
    array([[ 1. ],
           [-0.2]])
    """

    def step(theta: Array, grad: Array) -> Array:
        return update(theta, grad, lr)

    return descend(surface, start, step, steps)
