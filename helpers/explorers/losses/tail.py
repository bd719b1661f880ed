"""Lesson 02: squared error and cross-entropy of one score, and descent on the flat tail of each."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from ipywidgets import IntSlider
from matplotlib.axes import Axes

from helpers.explorers.losses.words import probability
from helpers.functions import sigmoid
from helpers.pictures import plots, style
from helpers.pictures.live import LiveFigure
from helpers.pictures.says import counted, fixed
from helpers.pictures.updates import Seen

Array = np.ndarray
Slope = Callable[[Array], Array]  # of a score, or of an array of scores

SCORES = np.linspace(-10, 10, 201)
VALUES = {
    "squared error": (sigmoid(SCORES) - 1) ** 2,
    "cross-entropy": np.logaddexp(0, -SCORES),
}
ABOUT = "Squared error and cross-entropy of one score: values, slopes, and descent on each."


# What it computes


def squared_slope(z: Array) -> Array:
    """The derivative of (σ(z) − 1)² by z: 2 (σ − 1) σ (1 − σ)."""
    p = sigmoid(z)
    return 2 * (p - 1) * p * (1 - p)


def cross_entropy_slope(z: Array) -> Array:
    """The derivative of −log σ(z) by z: σ − 1."""
    return sigmoid(z) - 1


class Descent(NamedTuple):
    """Steps of gradient descent on one of the losses, by its slope."""

    name: str
    slopes: Array  # at SCORES
    path: list[float]  # (steps + 1,), first the start
    first: float  # the slope at the start


def descend(name: str, slope: Slope, score: float, steps: int) -> Descent:
    """z ← z − slope(z), a rate of 1, from a score.

    Raises ValueError if a learner's slope has another shape than the scores, or is not a number.
    """
    slopes = np.asarray(slope(SCORES))
    if slopes.shape != SCORES.shape:
        raise ValueError(
            f"the slope of {name} must have the shape of the scores {SCORES.shape}, "
            f"got {slopes.shape}"
        )
    path = [score]
    for _ in range(steps):
        path.append(path[-1] - slope(path[-1]))
    first = slope(score)
    if not np.isfinite([first, *path]).all():
        raise ValueError(
            f"the slope of {name} is not a number on the way from score {fixed(score, 1)}"
        )
    return Descent(name, slopes, path, first)


def words(descents: list[Descent]) -> str:
    """Where each of the descents ends."""
    start, *steps = descents[0].path
    ends = " ".join(one_end(found) for found in descents)
    return f"After {counted(len(steps), 'step')} from {fixed(start, 1)}. {ends}"


def one_end(found: Descent) -> str:
    """Where a descent ends, and how steep it was at first."""
    z, first = found.path[-1], found.first
    size = fixed(first, 4) if abs(first) >= 1e-4 else "smaller than 0.0001"
    return (
        f"{found.name.capitalize()}: score {fixed(z, 1)}, p {probability(sigmoid(z))}, "
        f"slope at the start {size}."
    )


# What it draws


COLOR = {"squared error": style.PURPLE, "cross-entropy": style.DOWNHILL}
PLACE = {  # of the names, beside the losses and beside the slopes
    "squared error": ((-9.5, 1.6), (-9.5, 1e-6)),
    "cross-entropy": ((-5.5, 7), (-9.5, 4)),
}


class Drawing:
    """The two losses with a path on each, and beside them the size of their slopes."""

    def __init__(self, live: LiveFigure) -> None:
        left, right = live.subplots(1, 2, width_ratios=(1.3, 1))
        prepare(left, right)
        self._trails, self._curves, self._dots = {}, {}, {}
        for name, color in COLOR.items():
            left.plot(SCORES, VALUES[name], color=color, lw=1.6)
            for ax, place in zip((left, right), PLACE[name]):
                plots.label(ax, name, place, offset=(0, 0), color=color)
            self._trails[name] = live.animated(plots.descent(left, color=color))
            (self._curves[name],) = live.animated(right.plot([], [], color=color))
            (self._dots[name],) = live.animated(right.plot([], [], "o", color=color))
        live.draggable(
            left,
            "score",
            (-8.0, -0.6),
            along="x",
            anywhere=True,
            bounds=((-10, 10), (-0.6, -0.6)),
        )

    def show(self, found: Descent) -> None:
        """Move the path and the slopes of one of the losses."""
        values = np.interp(found.path, SCORES, VALUES[found.name])
        self._trails[found.name].set_data(found.path, values)
        self._curves[found.name].set_data(SCORES, np.abs(found.slopes))
        self._dots[found.name].set_data([found.path[0]], [abs(found.first)])


def prepare(left: Axes, right: Axes) -> None:
    """Name the axes and set their limits."""
    for ax in (left, right):
        ax.set(
            xlim=(-10, 10),
            xticks=range(-10, 11, 5),
            xlabel="score z of the true class",
        )
    left.set(ylim=(-1.2, 10), yticks=range(0, 11, 2), title="loss")
    right.set(ylim=(1e-9, 10), yscale="log", title="size of the slope")


# What moves


def tail(squared: Slope = squared_slope, cross_entropy: Slope = cross_entropy_slope) -> LiveFigure:
    """Two losses of one score where the true answer is yes, and how far descent gets on each.

        (σ(z) − 1)²   against   −log σ(z)        z ← z − slope(z): a rate of 1

    squared and cross_entropy are the slopes of these, functions of a score or an array of scores:
    the ones you wrote. The figure says what is wrong with them.

    Controls: `score`, (score at the start, anything); `steps`, 0 to 100.

    >>> live = tail()
    >>> live.controls["score"].value = (-5.0, 0.0)
    >>> live.summary
    'After 12 steps from −5.0. Squared error: score −4.8, p 0.8 %, slope at the start −0.0132. ...'
    >>> live.close()
    """
    slopes = {"squared error": squared, "cross-entropy": cross_entropy}
    live = LiveFigure(9, 4, about=ABOUT)
    drawing = Drawing(live)

    @live.update(steps=IntSlider(12, 0, 100))
    def _(score: tuple[float, float], steps: int) -> Seen:
        descents = [descend(name, slope, score[0], steps) for name, slope in slopes.items()]
        for found in descents:
            drawing.show(found)
        ends = {found.name: found.path[-1] for found in descents}
        return Seen(words(descents), ends=ends)

    return live
