"""Learning without a slope: guess weights anew each time, or near the best ones so far.

Both take a loss of whole fields, (..., D) → (...), so that many tasks are guessed at together.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from helpers.checks import Array, generator, positive, whole

Loss = Callable[[Array], Array]

# The one-fifth rule: the width stands still where one try in five is an improvement.
WIDER = 1.5  # the width is multiplied by this after an improvement
NARROWER = WIDER**-0.25  # and by this after each failure


def guess_anew(
    loss: Loss, shape: tuple[int, ...], budget: int, rng: np.random.Generator, width: float = 1.0
) -> Array:
    """The lowest loss of all guesses so far, after each of `budget` guesses: (budget, ...).

    Every guess, of this shape (..., D), is drawn from a normal distribution around 0 of standard
    deviation `width`; none knows of the others. Raises ValueError unless budget is a whole number
    ≥ 1 and width is above 0, TypeError unless rng is a numpy Generator.

    >>> rng = np.random.default_rng(0)
    >>> guess_anew(lambda theta: np.sum(theta**2, axis=-1), (2,), budget=4, rng=rng).round(2)
    array([0.03, 0.03, 0.03, 0.03])
    """
    rng = generator(rng)
    width = positive("width", width)
    budget = whole("budget", budget)
    losses = [loss(width * rng.normal(size=shape)) for _ in range(budget)]
    return np.minimum.accumulate(losses)


def guess_near_the_best(
    loss: Loss, start: Array, budget: int, rng: np.random.Generator, width: float
) -> Array:
    """The lowest loss so far after each of `budget` guesses near the best weights: (budget, ...).

    A guess adds normal noise of standard deviation `width` to the best weights so far, at first
    `start` (..., D), and is kept if its loss is lower. After an improvement the width grows by
    half, after a failure it shrinks, so that about one guess in five is an improvement. Raises what
    `guess_anew` raises. Source: Rechenberg (1973), Evolutionsstrategie.

    >>> rng, start = np.random.default_rng(0), np.array([1.0, -2.0])
    >>> left = guess_near_the_best(lambda theta: np.sum(theta**2, axis=-1), start, 200, rng, 1.0)
    >>> bool(left[-1] < 1e-6)
    True
    """
    rng = generator(rng)
    budget = whole("budget", budget)
    best = np.array(start, float)
    lowest = loss(best)
    widths = np.full(lowest.shape, positive("width", width))
    losses = []
    for _ in range(budget):
        guess = best + widths[..., None] * rng.normal(size=best.shape)
        found = loss(guess)
        is_better = found < lowest
        best = np.where(is_better[..., None], guess, best)
        lowest = np.where(is_better, found, lowest)
        widths = widths * np.where(is_better, WIDER, NARROWER)
        losses.append(lowest)
    return np.array(losses)
