"""Guess the weights, or walk downhill: the share of the loss left at equal evaluations."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from ipywidgets import IntSlider

from helpers.checks import whole
from helpers.explorers.descent.rule import downhill
from helpers.pictures import style
from helpers.pictures.bands import Band
from helpers.pictures.live import LiveFigure
from helpers.pictures.says import counted, digits
from helpers.pictures.updates import Seen

Array = np.ndarray

EXAMPLES = 100  # of each regression
RATE = 0.4  # of descent on standardised columns
LEAST = 1e-6  # the share of the loss at which the picture ends


# ---- what is computed


class Race(NamedTuple):
    """Shares of the loss left after each evaluation: quartiles over regressions, (3, budget)."""

    guessing: Array
    descent: Array


@lru_cache(maxsize=64)
def race(weights: int, budget: int, tasks: int) -> Race:
    """Guess, and descend, on as many linear regressions with so many weights.

    Around the true weights θ* the loss of a linear regression is ½ (θ − θ*)ᵀ H (θ − θ*),
    with H = XᵀX / N.
    """
    rng = np.random.default_rng(weights)
    X = rng.normal(size=(tasks, EXAMPLES, weights))
    truth = rng.normal(size=(tasks, 1, weights))
    guesses = rng.normal(size=(tasks, budget, weights))
    H = np.swapaxes(X, 1, 2) @ X / EXAMPLES
    price = weights + 1  # evaluations for one step: a nudge of each weight, and one without
    walked = loss(H, descent(H, -truth, steps=budget // price))
    guessed = loss(H, guesses - truth)
    at_zero = loss(H, -truth)
    spent = np.arange(1, budget + 1)
    return Race(
        guessing=quartiles(np.minimum.accumulate(guessed, axis=1) / at_zero),
        descent=quartiles(walked[:, spent // price] / at_zero),
    )


def loss(H: Array, errors: Array) -> Array:
    """Twice the loss at errors θ − θ* (tasks, n, D): (tasks, n). Only shares of it are shown."""
    return np.einsum("tnd,tnd->tn", errors @ H, errors)


def descent(H: Array, error: Array, steps: int) -> Array:
    """The errors of gradient descent from the first one (tasks, 1, D) on: (tasks, steps + 1, D)."""
    walk = [error]
    for _ in range(steps):
        walk.append(downhill(walk[-1], walk[-1] @ H, RATE))
    return np.concatenate(walk, axis=1)


def quartiles(shares: Array) -> Array:
    """Over the tasks of (tasks, budget): (3, budget)."""
    return np.quantile(shares, (0.25, 0.5, 0.75), axis=0)


# ---- what is drawn


class Drawing:
    """Two curves with their bands over the evaluations spent."""

    def __init__(self, live: LiveFigure, budget: int) -> None:
        self.spent = np.arange(1, budget + 1)
        ax = live.subplots()
        ax.set(
            xlim=(0, budget),
            ylim=(LEAST, 3),
            yscale="log",
            xlabel="evaluations of the loss",
            ylabel="share of the loss",
        )
        looks = {"best guess\nso far": style.ORANGE, "gradient\ndescent": style.DOWNHILL}
        self.bands = [Band(live, ax, color) for color in looks.values()]
        self.curves = []
        for name, color in looks.items():
            self.curves += live.animated(ax.plot([], [], color=color, label=name))
        ax.legend(loc="center left", bbox_to_anchor=(1, 0.5), labelspacing=1)

    def show(self, found: Race) -> None:
        """Move the curves to these medians, and the bands to what lies between the quartiles."""
        for curve, band, (low, median, high) in zip(self.curves, self.bands, found):
            curve.set_data(self.spent, median)
            band.show(self.spent, low, high)


# ---- the figure


def guessing(budget: int = 300, tasks: int = 40) -> LiveFigure:
    """Guess the weights of a linear regression, or walk downhill: the loss left at equal cost.

    Both spend `budget` evaluations of the loss. Guesses come from the distribution of the true
    weights. Descent starts at θ = 0, where all of the loss is left, and pays for its slopes by
    nudging: D + 1 evaluations a step. Lines are medians over `tasks` regressions of 100 examples,
    bands the middle half.

    The control is `weights`, their number D from 1 to 40. Raises ValueError unless budget and tasks
    are whole numbers ≥ 1.

    >>> live = guessing()
    >>> live.controls["weights"].value = 20
    >>> live.summary
    '20 weights, 300 evaluations: the best guess leaves 77 % of the loss, gradient descent 0.06 %.'
    >>> live.close()
    """
    budget = whole("budget", budget)
    tasks = whole("tasks", tasks)
    about = "The share of the loss left by the best random guess so far, and by gradient descent."
    live = LiveFigure(9, 3.8, about=about)
    drawing = Drawing(live, budget)

    @live.update(weights=IntSlider(value=10, min=1, max=40))
    def _(weights: int) -> Seen:
        found = race(weights, budget, tasks)
        drawing.show(found)
        guess, walk = (float(median[-1]) for _, median, _ in found)
        words = (
            f"{counted(weights, 'weight')}, {counted(budget, 'evaluation')}: the best guess leaves "
            f"{share(guess)} of the loss, gradient descent {share(walk)}."
        )
        return Seen(words, guess=guess, descent=walk)

    return live


def share(left: float) -> str:
    """A share of the loss in percent, as far down as the picture goes."""
    return f"{digits(100 * left, 2)} %" if left >= LEAST else "less than 0.0001 %"
