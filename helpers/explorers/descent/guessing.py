"""Guess the weights, or walk downhill: the share of the loss left at equal looks at the loss."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from ipywidgets import IntSlider

from helpers.checks import whole
from helpers.explorers.descent.rule import downhill
from helpers.guesses import guess_anew, guess_near_the_best
from helpers.pictures import style
from helpers.pictures.bands import Band
from helpers.pictures.live import LiveFigure
from helpers.pictures.says import counted, digits
from helpers.pictures.updates import Seen

Array = np.ndarray

EXAMPLES = 100  # of each regression
RATE = 0.4  # of descent on standardised columns
LEAST = 1e-6  # the share of the loss at which the picture ends
CHEAP = 3  # looks for all slopes at once: about what backpropagation takes


# ---- what is computed


class Race(NamedTuple):
    """Shares of the loss left after each look: quartiles over regressions, (3, budget)."""

    anew: Array
    near: Array
    nudged: Array  # descent, each slope felt by nudging its weight to both sides
    cheap: Array  # descent, all slopes at once


@lru_cache(maxsize=64)
def race(weights: int, budget: int, tasks: int) -> Race:
    """Guess, and descend, on as many linear regressions with so many weights.

    Around the true weights θ* the loss of a linear regression is ½ (θ − θ*)ᵀ H (θ − θ*), with
    H = XᵀX / N. All is done along the eigenvectors of H, where it is ½ Σ λ (θ − θ*)²: normal
    numbers are the same in every direction.
    """
    rng = np.random.default_rng(weights)
    X = rng.normal(size=(tasks, EXAMPLES, weights))
    curvatures = np.linalg.eigvalsh(np.swapaxes(X, 1, 2) @ X / EXAMPLES)  # (tasks, D)
    truth = rng.normal(size=(tasks, weights))

    def loss(theta: Array) -> Array:  # (tasks, D) → (tasks,), twice the loss: shares are shown
        return (curvatures * (theta - truth) ** 2).sum(axis=-1)

    def slopes(theta: Array) -> Array:
        return curvatures * (theta - truth)

    start = np.zeros_like(truth)
    walked = np.array([loss(theta) for theta in descent(slopes, start, steps=budget // 2)])
    spent = np.arange(1, budget + 1)
    left = (
        guess_anew(loss, truth.shape, budget, rng),
        guess_near_the_best(loss, start, budget, rng, width=1 / np.sqrt(weights)),
        walked[spent // (2 * weights)],
        walked[spent // CHEAP],
    )
    return Race(*(quartiles(losses / loss(start)) for losses in left))


def descent(slopes: Callable[[Array], Array], start: Array, steps: int) -> list[Array]:
    """The weights of gradient descent from the start on."""
    walk = [start]
    for _ in range(steps):
        walk.append(downhill(walk[-1], slopes(walk[-1]), RATE))
    return walk


def quartiles(shares: Array) -> Array:
    """Over the tasks of (budget, tasks): (3, budget)."""
    return np.quantile(shares, (0.25, 0.5, 0.75), axis=1)


# ---- what is drawn


class Drawing:
    """Four curves with their bands over the looks spent."""

    looks = {
        "guessing anew": {"color": style.ORANGE},
        "guessing near\nthe best": {"color": style.PURPLE},
        "descent, slopes\nby nudging": {"color": style.DOWNHILL, "ls": "--"},
        "descent, slopes\nfor 3 looks": {"color": style.DOWNHILL},
    }

    def __init__(self, live: LiveFigure, budget: int) -> None:
        self.spent = np.arange(1, budget + 1)
        ax = live.subplots()
        ax.set(
            xlim=(0, budget),
            ylim=(LEAST, 3),
            yscale="log",
            xlabel="looks (evaluations of the loss)",
            ylabel="share of the loss",
        )
        self.bands = [Band(live, ax, look["color"]) for look in self.looks.values()]
        self.curves = []
        for name, look in self.looks.items():
            self.curves += live.animated(ax.plot([], [], label=name, **look))
        ax.legend(loc="center left", bbox_to_anchor=(1, 0.5), labelspacing=1)

    def show(self, found: Race) -> None:
        """Move the curves to these medians, and the bands to what lies between the quartiles."""
        for curve, band, (low, median, high) in zip(self.curves, self.bands, found):
            curve.set_data(self.spent, median)
            band.show(self.spent, low, high)


# ---- the figure


def guessing(budget: int = 300, tasks: int = 40) -> LiveFigure:
    """Guess the weights of a linear regression, or walk downhill: the loss left at equal cost.

    All spend `budget` looks at the loss. Guesses are drawn anew, from the distribution of the true
    weights, or near the best so far. These and descent begin at θ = 0, where all of the loss is
    left. Descent pays 2D looks a step where it nudges D weights to both sides, and 3 where it gets
    all slopes at once. Lines are medians over `tasks` regressions of 100 examples, bands the middle
    half.

    The control is `weights`, their number D from 1 to 40. Raises ValueError unless budget and tasks
    are whole numbers ≥ 1.

    >>> live = guessing()
    >>> live.controls["weights"].value = 40
    >>> print(live.summary)
    40 weights, 300 looks: guessing anew leaves 94 % of the loss, near the best 10 %; descent ...
    >>> live.close()
    """
    budget = whole("budget", budget)
    tasks = whole("tasks", tasks)
    about = "The share of the loss left by two kinds of guessing, and by gradient descent."
    live = LiveFigure(9, 3.8, about=about)
    drawing = Drawing(live, budget)

    @live.update(weights=IntSlider(value=20, min=1, max=40))
    def _(weights: int) -> Seen:
        found = race(weights, budget, tasks)
        drawing.show(found)
        left = {name: float(median[-1]) for name, (_, median, _) in found._asdict().items()}
        words = (
            f"{counted(weights, 'weight')}, {counted(budget, 'look')}: guessing anew leaves "
            f"{share(left['anew'])} of the loss, near the best {share(left['near'])}; descent with "
            f"nudged slopes {share(left['nudged'])}, with slopes for {CHEAP} looks "
            f"{share(left['cheap'])}."
        )
        return Seen(words, **left)

    return live


def share(left: float) -> str:
    """A share of the loss in percent, as far down as the picture goes."""
    return f"{digits(100 * left, 2)} %" if left >= LEAST else "less than 0.0001 %"
