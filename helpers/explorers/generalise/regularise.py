"""A small network on few noisy points: drag weight decay and dropout, and see what they change."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from ipywidgets import Button, SelectionSlider
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap

from helpers.datasets import Part, make_moons
from helpers.engine import no_grad
from helpers.losses import cross_entropy
from helpers.metrics import accuracy
from helpers.nn import Dropout, Linear, Sequential, relu
from helpers.optim import AdamW
from helpers.pictures import says, style
from helpers.pictures.live import LiveFigure
from helpers.pictures.updates import Seen
from helpers.trainability import Cancelled

Array = np.ndarray

POINTS, HELD_OUT, NOISE = 60, 600, 0.3
WRONG = 6  # of the points that are learned have the other class's label
UNITS, LR = 64, 0.01
LEVELS = (60, 300, 1500)  # steps: a coarse picture at once, the finished one last
DECAYS = (0.0, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
DROPOUTS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
LEFT, RIGHT, BOTTOM, TOP = -2.0, 3.0, -1.6, 2.1
COLUMNS, ROWS = 100, 74  # of the picture of the plane
BINS = np.linspace(-3, 3, 49)  # of the weights
HIGHEST = 2.2  # of the losses; a bar beyond is cut
PLANE = LinearSegmentedColormap.from_list(  # the probability of class 1, jumping where it decides
    "plane", [(0, "#86B5DC"), (0.5, "#CFE1F0"), (0.5, "#F8DFCD"), (1, "#EBA87C")]
)


# ---- what it computes


class Moons(NamedTuple):
    """Points to learn, of which the first WRONG have the wrong label, and points held out."""

    train: Part
    held_out: Part

    @classmethod
    def of(cls, seed: int) -> Moons:
        """Another draw for each seed."""
        rng = np.random.default_rng(seed)
        X, y = make_moons(POINTS, noise=NOISE, rng=rng)
        y[:WRONG] = 1 - y[:WRONG]
        return cls(Part(X, y), make_moons(HELD_OUT, noise=NOISE, rng=rng))


class Trained(NamedTuple):
    """A trained network, as far as the picture needs it."""

    plane: Array  # the probability of class 1, (ROWS, COLUMNS)
    weights: Array  # all of them, in one row
    losses: tuple[float, float]  # on the points that were learned, and held out
    right: tuple[float, float]


def middles(low: float, high: float, cells: int) -> Array:
    """The middles of so many equal cells from low to high.

    >>> middles(0, 1, 2)
    array([0.25, 0.75])
    """
    return low + (np.arange(cells) + 0.5) * (high - low) / cells


def trained(
    steps: int, seed: int, decay: float, dropout: float, wanted: Callable[[], bool]
) -> Trained:
    """A network of 64 relu units after so many AdamW steps on all points, begun alike each time.

    Raises Cancelled as soon as nobody wants it any longer.
    """
    (X, y), held_out = Moons.of(seed)
    rng = np.random.default_rng(seed)
    weights = [Linear(2, UNITS, rng=rng), Linear(UNITS, UNITS, rng=rng), Linear(UNITS, 2, rng=rng)]
    drop = [Dropout(dropout, rng=rng.spawn(1)[0]) for _ in range(2)]
    first, second, last = weights
    model = Sequential(first, relu, drop[0], second, relu, drop[1], last).train()
    optimizer = AdamW(LR, weight_decay=decay)
    for _ in range(steps):
        if not wanted():
            raise Cancelled
        model.zero_grad()
        cross_entropy(model(X), y).backward()
        optimizer.step(model.theta, model.grad)
    model.eval()
    x, y_up = np.meshgrid(middles(LEFT, RIGHT, COLUMNS), middles(BOTTOM, TOP, ROWS))
    with no_grad():
        scores = model(np.column_stack([x.ravel(), y_up.ravel()])).data
        ends = [(model(part.X).data, part.y) for part in (Part(X, y), held_out)]
    plane = 1 / (1 + np.exp(np.clip(scores[:, 0] - scores[:, 1], -50, 50)))
    return Trained(
        plane.reshape(ROWS, COLUMNS),
        np.concatenate([layer.weight.data.ravel() for layer in weights]),
        tuple(float(cross_entropy(*end)) for end in ends),
        tuple(accuracy(*end) for end in ends),
    )


def told(found: Trained, steps: int, decay: float, dropout: float) -> Seen:
    """Losses and shares of right points, the gap between them, and the size of the weights."""
    (own, new), (own_right, new_right) = found.losses, found.right
    size = float(np.sqrt(np.mean(found.weights**2)))
    words = (
        f"Weight decay λ = {says.digits(decay)}, dropout p = {says.fixed(dropout, 1)}, {steps:,} "
        f"steps. Right: {says.percent(own_right)} of the {POINTS} points, "
        f"{says.percent(new_right)} of {HELD_OUT} new ones. Loss {says.loss(own)} and "
        f"{says.loss(new)}: a gap of {says.loss(new - own)}. "
        f"A weight's size is {says.digits(size, 2)}."
    )
    facts = {"gap": new - own, "loss": new, "size": size, "own": own_right, "new": new_right}
    return Seen(words, steps=steps, decay=decay, dropout=dropout, **facts)


# ---- what it draws


class Drawing:
    """Left the plane with the points, in the middle the weights, right the two losses."""

    @style.context()
    def __init__(self, live: LiveFigure) -> None:
        plane, weights, losses = live.subplots(1, 3, width_ratios=[1.7, 1, 0.8])
        self._draw_plane(live, plane)
        look = {"color": style.PURPLE, "lw": 1.5, "drawstyle": "steps-mid"}
        (self._weights,) = live.animated(weights.plot([], [], **look))
        weights.set(xlim=(BINS[0], BINS[-1]), ylim=(0.8, 5000), yscale="log", xlabel="weight")
        weights.set_title("how many weights", fontsize=11, fontweight="normal")
        weights.set_yticks([1, 10, 100, 1000], ["1", "10", "100", "1,000"])
        weights.minorticks_off()
        self._draw_losses(live, losses)

    def _draw_plane(self, live: LiveFigure, ax: Axes) -> None:
        look = {"cmap": PLANE, "vmin": 0, "vmax": 1, "extent": (LEFT, RIGHT, BOTTOM, TOP)}
        look |= {"origin": "lower", "interpolation": "bilinear", "aspect": "auto"}
        self._plane = live.animated(ax.imshow(np.zeros((2, 2)), **look))
        self._points = []
        for marker, color in zip(style.MARKERS[:2], style.CLASSES):
            look = {"ls": "none", "color": color, "mec": "white", "ms": 7, "zorder": 4}
            self._points += live.animated(ax.plot([], [], marker, **look))
        look = {"ls": "none", "mfc": "none", "mec": style.INK, "mew": 1.5, "ms": 13, "zorder": 5}
        (self._wrong,) = live.animated(ax.plot([], [], "o", label="wrong label", **look))
        ax.set(xlim=(LEFT, RIGHT), ylim=(BOTTOM, TOP), xlabel="x₁", ylabel="x₂")
        ax.legend(loc="lower left", bbox_to_anchor=(0, 1), borderaxespad=0, borderpad=0.2)

    def _draw_losses(self, live: LiveFigure, ax: Axes) -> None:
        names = ("learned", "new")
        look = {"color": (style.GREEN, style.ORANGE), "width": 0.7}
        self._bars = live.animated(list(ax.bar(names, (0, 0), **look)))
        ax.axhline(math.log(2), color=style.GREY, ls=":", lw=1)
        ax.annotate("guessing", (-0.4, math.log(2) + 0.03), color=style.GREY, fontsize=9)
        ax.set(ylim=(0, HIGHEST), xlim=(-0.5, 1.5))
        ax.set_title("loss on points", fontsize=11, fontweight="normal")

    def show_points(self, points: Part) -> None:
        """Show the points that are learned, a ring around those with a wrong label."""
        for k, dots in enumerate(self._points):
            dots.set_data(*points.X[points.y == k].T)
        self._wrong.set_data(*points.X[:WRONG].T)

    def show(self, found: Trained) -> None:
        """Show a trained network."""
        self._plane.set_data(found.plane)
        counted, _ = np.histogram(np.clip(found.weights, BINS[0], BINS[-1]), BINS)
        self._weights.set_data(middles(BINS[0], BINS[-1], len(BINS) - 1), np.maximum(counted, 0.5))
        for bar, loss in zip(self._bars, found.losses):
            bar.set_height(min(loss, HIGHEST))


# ---- the figure


def regularise(seed: int = 0) -> LiveFigure:
    """A network of two layers of 64 units on 60 noisy points, six of them with a wrong label.

    Left what it takes for which class, in the middle its weights, right the loss on the points that
    it has learned and on 600 new ones: the gap between the two is overfitting. A coarse picture
    after 60 steps comes at once, those after 300 and 1,500 follow while you go on.

    Controls: weight `decay` (λ) of AdamW; `dropout`, the probability p that a unit is left out at a
    step; `again`, other points.

    >>> live = regularise()
    >>> live.summary.split(",")[0]
    'Weight decay λ = 0'
    >>> live.close()
    """
    about = (
        "What a small network makes of 60 noisy points, its weights, and its loss on new points."
    )
    live = LiveFigure(9.6, 3.7, about=about)
    drawing = Drawing(live)
    asked = live.refining(trained, LEVELS)
    asked.ask(seed, 0.0, 0.0)
    asked.wait()  # the first picture is a finished one
    _connect(live, drawing, asked, seed)
    _set_goals(live)
    return live


def _connect(live: LiveFigure, drawing: Drawing, asked, seed: int) -> None:
    @live.when("again")
    def _(again):
        drawing.show_points(Moons.of(seed + again).train)

    decays = [(says.digits(decay, 1), decay) for decay in DECAYS]
    dropouts = [(says.fixed(p, 1), p) for p in DROPOUTS]

    @live.update(
        decay=SelectionSlider(options=decays, value=0.0, description="weight decay λ"),
        dropout=SelectionSlider(options=dropouts, value=0.0, description="dropout p"),
        again=Button(description="other points"),
    )
    def _(decay, dropout, again):
        found = asked.ask(seed + again, decay, dropout)
        drawing.show(found)
        return told(found, asked.level, decay, dropout)


def _set_goals(live: LiveFigure) -> None:
    def is_done(seen: Seen) -> bool:
        return seen.steps == LEVELS[-1]

    def is_too_much(seen: Seen) -> bool:
        return is_done(seen) and seen.gap < 0.1 and seen.loss > 0.42

    live.goal(
        "With λ alone: more than 86 % of the new points right",
        lambda seen: is_done(seen) and seen.dropout == 0 and seen.new > 0.86,
    )
    live.goal(
        "With p alone: more than 86 % of the new points right",
        lambda seen: is_done(seen) and seen.decay == 0 and seen.new > 0.86,
    )
    live.goal("Too much of it: a gap below 0.1, and a loss above 0.42 on new points", is_too_much)
