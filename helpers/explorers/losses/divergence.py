"""Lesson 02: what it costs to believe one distribution where another one is true."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D

from helpers.functions import softmax
from helpers.losses import entropy, kl_divergence
from helpers.pictures import style
from helpers.pictures.live import LiveFigure
from helpers.pictures.says import fixed
from helpers.pictures.updates import Seen

Array = np.ndarray

OUTCOMES = np.arange(21)
HIGHEST, DEAREST = 3, 8  # term and cross-entropy that the picture shows
ALIKE, APART = 0.02, 0.5  # divergences that differ by so little, and are larger than that, win
SAME = 0.0005  # a divergence that would be read as 0.00
ABOUT = "Two distributions p and q: cross-entropy is entropy plus divergence."
GOAL = "Make both divergences the same and above 0.5"


# What it computes


@dataclass(frozen=True, eq=False)
class Pair:
    """Two distributions over the outcomes 0 to 20, and what they cost one another."""

    p: Array  # (21,)
    q: Array

    @cached_property
    def terms(self) -> Array:
        """The terms of KL(p‖q) = Σ p log(p / q), in nats (21,)."""
        return self.p * np.log(self.p / self.q)

    @cached_property
    def entropies(self) -> Array:
        """H(p) and H(q) in nats."""
        return entropy([self.p, self.q])

    @cached_property
    def divergences(self) -> Array:
        """KL(p‖q) and KL(q‖p) in nats."""
        return kl_divergence([self.p, self.q], [self.q, self.p])

    @property
    def cross_entropies(self) -> Array:
        """H(p, q) = H(p) + KL(p‖q), and H(q, p)."""
        return self.entropies + self.divergences

    @property
    def is_alike(self) -> bool:
        """Whether p and q differ, and both ways equally much."""
        forth, back = self.divergences
        return bool(forth > APART and abs(forth - back) < ALIKE * forth)


def bell(top: tuple[float, float]) -> Array:
    """A distribution over the outcomes with its top at (middle, height).

    It is the bell h exp(−π (h (k − middle))²), of area 1 and as high as h, made to sum to 1.
    """
    middle, height = top
    return softmax(-np.pi * (height * (OUTCOMES - middle)) ** 2)


def words(found: Pair) -> str:
    """The cross-entropy and its two parts, the other divergence, and which bars are cut."""
    cross, h = found.cross_entropies[0], found.entropies[0]
    forth, back = found.divergences
    cost = (
        f"H(p, q) = {fixed(cross)}: H(p) = {fixed(h)} is there anyway, KL(p‖q) = {fixed(forth)} is"
    )
    if max(forth, back) < SAME:
        return f"{cost} nothing: p and q are the same."
    worst = found.terms.argmax()
    told = (
        f"{cost} the price of believing q, the largest part ({fixed(found.terms[worst])}) "
        f"at outcome {worst}. The other way round, KL(q‖p) = {fixed(back)}."
    )
    names = ("H(p, q)", "H(q, p)")
    over = [name for name, total in zip(names, found.cross_entropies) if total > DEAREST]
    if over:
        told += f" Cut at {DEAREST}: the bar of {' and that of '.join(over)}."
    return told


# What it draws


COLOR = {"p": style.BLUE, "q": style.ORANGE}
BARS = ("H(p, q)\nbelieve q, p is true", "H(q, p)\nbelieve p, q is true")
CUT = {  # a mark on what goes on above
    "marker": "^",
    "markersize": 9,
    "color": style.INK,
    "linestyle": "none",
    "clip_on": False,
    "in_layout": False,
}


class Drawing:
    """Both distributions as sticks, below the terms of KL(p‖q), beside them the cross-entropies."""

    @style.context()
    def __init__(self, live: LiveFigure) -> None:
        grid = live.figure.add_gridspec(2, 2, width_ratios=(1.9, 1), height_ratios=(1.6, 1))
        top = live.figure.add_subplot(grid[0, 0])
        bottom = live.figure.add_subplot(grid[1, 0])
        bars = live.figure.add_subplot(grid[:, 1])
        prepare(top, bottom, bars)

        self._sticks = {}
        for name, color in COLOR.items():
            sticks = LineCollection([], lw=7.5, color=color)
            self._sticks[name] = live.animated(top.add_collection(sticks))
        terms = LineCollection([], lw=12, color=style.PURPLE)
        self._terms = live.animated(bottom.add_collection(terms))
        lower = bars.bar(BARS, [0, 0], width=0.6, color=list(COLOR.values()))
        upper = bars.bar(BARS, [0, 0], width=0.6, color=style.PURPLE)
        self._entropies = live.animated(lower.patches)
        self._divergences = live.animated(upper.patches)
        (self._cut_terms,) = live.animated(bottom.plot([], [], **CUT))
        (self._cut_bars,) = live.animated(bars.plot([], [], **CUT))
        for name, at in (("p", (8.0, 0.32)), ("q", (11.0, 0.18))):
            look = {"color": COLOR[name], "label": f"top of {name}"}
            live.draggable(top, name, at, bounds=((6, 14), (0.13, 0.5)), **look)

    def show(self, found: Pair) -> None:
        """Move everything to these distributions."""
        self._sticks["p"].set_segments(upright(OUTCOMES - 0.21, found.p))
        self._sticks["q"].set_segments(upright(OUTCOMES + 0.21, found.q))
        self._terms.set_segments(upright(OUTCOMES, found.terms))
        for k, (h, kl) in enumerate(zip(found.entropies, found.divergences)):
            self._entropies[k].set_height(h)
            self._divergences[k].set(y=h, height=kl)
        mark_cuts(self._cut_terms, found.terms, HIGHEST)
        mark_cuts(self._cut_bars, found.cross_entropies, DEAREST)


def prepare(top: Axes, bottom: Axes, bars: Axes) -> None:
    """Name the three axes and set their limits."""
    top.set(
        ylim=(0, 0.5),
        ylabel="probability",
        title="p (blue) and q (orange)",
    )
    bottom.set(
        ylim=(-0.5, HIGHEST),
        xlabel="outcome",
        ylabel="p log(p / q) / nats",
    )
    bars.set(
        ylim=(0, DEAREST),
        ylabel="nats",
        title="H + KL (purple)",
    )
    for ax in (top, bottom):
        ax.set(xlim=(-0.7, 20.7), xticks=range(0, 21, 5))
    bottom.axhline(0, color=style.GREY, lw=0.8)


def upright(x: Array, heights: Array) -> Array:
    """Segments (N, 2, 2) at x (N,) from 0 to the heights."""
    return np.stack([x, 0 * x, x, heights], axis=-1).reshape(-1, 2, 2)


def mark_cuts(mark: Line2D, heights: Array, top: float) -> None:
    """A mark at `top` over each of the heights that goes beyond it."""
    (over,) = np.nonzero(heights > top)
    mark.set_data(over, np.full(len(over), top))


# What moves


def divergence() -> LiveFigure:
    """Two distributions, and what it costs to believe one where the other is true.

        H(p, q) = H(p) + KL(p‖q)        KL(p‖q) = Σ p log(p / q)    (Kullback and Leibler, 1951)

    Drag the top of p or q sideways to move it, up to make it narrow. Below, the terms of KL(p‖q):
    their sum is never negative. The controls `p` and `q` are the tops, (outcome, probability).

    >>> live = divergence()
    >>> live.controls["q"].value = live.controls["p"].value
    >>> live.summary
    'H(p, q) = 1.64: H(p) = 1.64 is there anyway, KL(p‖q) = 0.00 is nothing: p and q are the same.'
    >>> live.close()
    """
    live = LiveFigure(9, 4.6, about=ABOUT)
    drawing = Drawing(live)

    @live.update()
    def _(p: tuple[float, float], q: tuple[float, float]) -> Seen:
        found = Pair(bell(p), bell(q))
        drawing.show(found)
        forth, back = found.divergences
        return Seen(words(found), forth=forth, back=back, is_alike=found.is_alike)

    live.goal(GOAL, lambda seen: seen.is_alike)
    return live
