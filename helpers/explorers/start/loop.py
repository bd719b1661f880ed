"""Lesson 00: the whole course in one picture, a loop of data, prediction, loss, gradient, step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from ipywidgets import IntSlider
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import FancyArrowPatch

from helpers.checks import non_negative
from helpers.pictures import style
from helpers.pictures.live import LiveFigure
from helpers.pictures.says import digits, fixed
from helpers.pictures.updates import Seen

Array = np.ndarray

TURNS = 10  # of the loop
ABOUT = (
    "Data, prediction, loss, gradient, step: a row of small pictures, "
    "and an arrow back to the prediction."
)


# What it computes


class Turn(NamedTuple):
    """One turn of the loop: what is found at the weight w, and where the step leads."""

    w: float
    y_hat: Array  # (N,)
    loss: float
    grad: float
    next_w: float
    next_loss: float


@dataclass(frozen=True, eq=False)
class OneWeight:
    """The model ŷ = wX for N examples, X and y of shape (N,), and its loss J(w) = mean (ŷ − y)².

    Raises ValueError for shapes that differ, for numbers that are not finite, and for an X of
    zeros, with which no weight is better than another.
    """

    X: Array
    y: Array

    def __post_init__(self) -> None:
        if self.X.shape != self.y.shape or self.X.ndim != 1 or len(self.X) == 0:
            raise ValueError(
                "X and y must be two rows of equally many numbers, "
                f"got shapes {self.X.shape} and {self.y.shape}"
            )
        for name, values in (("X", self.X), ("y", self.y)):
            for wrong in values[~np.isfinite(values)]:
                raise ValueError(f"{name} must be finite, got {wrong}; leave that example out")
        if not self.X.any():
            raise ValueError("X must hold a number other than 0, got only 0; try X = [1, 2, 3]")

    @property
    def best(self) -> float:
        """The weight of the lowest loss, Σ Xy / Σ X²."""
        return self.X @ self.y / (self.X @ self.X)

    def loss(self, w: Array | float) -> Array:
        """J at each of the weights w (...): (...)."""
        return np.mean((np.multiply.outer(w, self.X) - self.y) ** 2, axis=-1)

    def turn(self, w: float, lr: float) -> Turn:
        """One turn at w: dJ/dw = 2 mean (ŷ − y)X, and the step w ← w − lr · dJ/dw."""
        y_hat = w * self.X
        grad = 2 * np.mean((y_hat - self.y) * self.X)
        next_w = w - lr * grad
        return Turn(w, y_hat, self.loss(w), grad, next_w, self.loss(next_w))

    def turns(self, w: float, lr: float) -> list[Turn]:
        """The first turn at w and TURNS more, each at the weight that the one before led to.

        Raises ValueError for a w that is not finite, and for an lr that is not or is below 0.
        """
        if not np.isfinite(w):
            raise ValueError(f"w must be a finite number, got {w}; it is the first guess, try 5.0")
        non_negative("lr", lr, hint="the minus sign is already in the update")
        done = []
        with np.errstate(all="ignore"):  # at a rate too high w leaves all numbers, which is said
            for _ in range(TURNS + 1):
                done.append(self.turn(w, lr))
                w = done[-1].next_w
        return done


def words(number: int, turn: Turn) -> str:
    """What this turn of the loop finds and does."""
    if not np.isfinite(turn.next_loss):
        return f"Turn {number}: the loss has grown beyond all numbers. The rate lr is too high."
    way = f"so the loss falls when w {'grows' if turn.grad < 0 else 'shrinks'}"
    if turn.grad == 0:
        way = "so the loss is as low as it gets"
    return (
        f"Turn {number}: with w = {_said(turn.w)} the loss is {_said(turn.loss)}. "
        f"The gradient is {_said(turn.grad)}, {way}; "
        f"the step takes w to {_said(turn.next_w)} and the loss to {_said(turn.next_loss)}."
    )


def _said(number: float) -> str:
    return fixed(number) if abs(number) < 1e6 else digits(number)


# What it draws


PARTS = (  # of the loop: name, equation for one weight, lessons about it, what its axes show
    ("data", "$X,\\ y$", "lesson 01", "Xy"),
    ("prediction", "$\\hat y = wX$", "lessons 04, 05", "Xy"),
    ("loss", "$J = $ mean $(\\hat y - y)^2$", "lesson 02", "Xy"),
    ("gradient", "$dJ/dw$", "lessons 03, 04", "wJ"),
    ("step", "$w \\leftarrow w - \\alpha\\, dJ/dw$", "lessons 03, 06, 07", "wJ"),
)
LOOK = {
    "line": {"color": style.DOWNHILL},
    "y_hat": {
        "color": style.DOWNHILL,
        "marker": "o",
        "mec": "white",
        "linestyle": "none",
        "zorder": 6,
    },
    "gaps": {
        "color": style.DIVERGENCE,
        "linewidth": 3,
        "zorder": 4,
    },
    "tangent": {
        "color": style.GRADIENT,
        "linewidth": 3,
    },
    "here": {
        "color": style.DOWNHILL,
        "marker": "o",
        "markersize": 9,
        "mec": "white",
        "zorder": 6,
    },
    "taken": {
        "color": style.DOWNHILL,
        "marker": "o",
        "markersize": 8,
        "mfc": "white",
        "mew": 2,
        "zorder": 5,
    },
}


class Drawing:
    """Five axes in a row, one for each part of the loop, and what a turn moves in them.

    The valley is drawn as far as the first guess `w` and a little further, on both sides.
    """

    def __init__(self, live: LiveFigure, model: OneWeight, w: float) -> None:
        self._model = model
        far = 1.25 * abs(w - model.best) or 1.0
        self._reach = np.array([-0.3, 0.3]) * far  # of the tangent, to both sides
        self._ends = 2 * np.array([min(model.X.min(), 0), max(model.X.max(), 0)])  # of the line

        data, prediction, error, gradient, step = panels(live.figure)
        for ax in (data, prediction, error):
            draw_examples(ax, model)
        for ax in (gradient, step):
            draw_valley(ax, model, far)

        def moving(ax: Axes, name: str) -> Line2D:
            return live.animated(ax.plot([], [], **LOOK[name]))[0]

        self._lines = [moving(prediction, "line"), moving(error, "line")]
        self._y_hat = moving(prediction, "y_hat")
        self._gaps = moving(error, "gaps")
        self._tangent = moving(gradient, "tangent")
        self._here = [moving(gradient, "here"), moving(step, "here")]
        self._taken = moving(step, "taken")

    def show(self, turn: Turn) -> None:
        """Move everything to this turn."""
        for line in self._lines:
            line.set_data(self._ends, turn.w * self._ends)
        X, y = self._model.X, self._model.y
        self._y_hat.set_data(X, turn.y_hat)
        apart = np.stack([y, turn.y_hat, np.full_like(y, np.nan)])
        self._gaps.set_data(np.repeat(X, 3), apart.T.ravel())
        for dot in self._here:
            dot.set_data([turn.w], [turn.loss])
        self._tangent.set_data(turn.w + self._reach, turn.loss + turn.grad * self._reach)
        self._taken.set_data([turn.w, turn.next_w], [turn.loss, turn.next_loss])


def draw_examples(ax: Axes, model: OneWeight) -> None:
    """The data as dots, in axes that hold them and the origin."""
    for values, limit in ((model.X, ax.set_xlim), (model.y, ax.set_ylim)):
        limit(1.15 * min(values.min(), 0), 1.15 * max(values.max(), 0) or 1.0)
    ax.plot(model.X, model.y, "o", color=style.TARGET, zorder=5)


def draw_valley(ax: Axes, model: OneWeight, far: float) -> None:
    """The loss over the weight, so far to the left and to the right of the lowest place."""
    w = model.best + np.linspace(-far, far, 200)
    J = model.loss(w)
    ax.plot(w, J, color=style.GREY)
    ax.set(xlim=w[[0, -1]], ylim=(-0.15 * J[0], 1.05 * J[0]))


def panels(figure: Figure) -> list[Axes]:
    """The five axes, named, with arrows from each to the next and from the last to the second."""
    axes = []
    for k, (name, equation, lessons, (across, up)) in enumerate(PARTS):
        place = (0.028 + 0.2 * k, 0.36, 0.162, 0.5)
        ax = figure.add_axes(place, title=name, xticks=[], yticks=[])
        centred = {"transform": ax.transAxes, "ha": "center", "va": "center"}
        ax.text(0.5, -0.13, equation, **centred)
        ax.text(0.5, -0.29, lessons, fontsize=10, color=style.GREY, **centred)
        ax.text(0.95, 0.06, f"${across}$", fontsize=10, **centred)
        ax.text(-0.07, 0.95, f"${up}$", fontsize=10, **centred)
        axes.append(ax)

    draw_arrows(figure)
    return axes


@style.context()
def draw_arrows(figure: Figure) -> None:
    """From each axes to the next, and under them from the last back to the second."""
    look = {
        "arrowstyle": "-|>",
        "mutation_scale": 16,
        "color": style.GREY,
        "linewidth": 1.6,
    }
    for x in 0.193 + 0.2 * np.arange(4):
        figure.add_artist(FancyArrowPatch((x, 0.6), (x + 0.033, 0.6), **look))
    back = {**look, "connectionstyle": "arc3,rad=-0.1"}
    figure.add_artist(FancyArrowPatch((0.909, 0.17), (0.309, 0.17), **back))
    figure.text(0.609, 0.045, "repeat", ha="center", va="center", weight="bold")


# What moves


def loop(
    X: Array = (1, 2, 3, 4), y: Array = (13, 22, 39, 50), w: float = 5.0, lr: float = 0.02
) -> LiveFigure:
    """The whole course in one picture: data → prediction → loss → gradient → step → repeat.

    The model has one weight, ŷ = wX, and the loss J(w) = mean (ŷ − y)². Each turn takes one step
    w ← w − lr · dJ/dw with dJ/dw = 2 mean (ŷ − y)X. X and y are the data, (N,) numbers each, w is
    the first guess and lr ≥ 0 the learning rate. The control `turn` counts from 0 to 10.

    Raises ValueError when X and y differ in length, for an X of zeros, for an lr below 0, and for
    numbers that are not finite.

    >>> live = loop()
    >>> live.controls["turn"].value = 2
    >>> live.summary
    'Turn 2: with w = 8.81 the loss is 103.26. ...'
    >>> print(f"{live.seen.next_w:.2f}")
    9.91
    >>> live.close()
    """
    model = OneWeight(np.asarray(X, float), np.asarray(y, float))
    turns = model.turns(w, lr)
    live = LiveFigure(9, 3.1, about=ABOUT, layout="none")
    drawing = Drawing(live, model, w)

    @live.update(turn=IntSlider(0, 0, TURNS))
    def _(turn: int) -> Seen:
        found = turns[turn]
        drawing.show(found)
        return Seen(words(turn, found), **found._asdict())

    return live
