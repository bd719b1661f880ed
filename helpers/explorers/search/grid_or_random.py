"""Lesson 11: 25 trials on a grid or drawn, where the second parameter matters more or less."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from ipywidgets import Button, FloatSlider, ToggleButtons
from matplotlib.axes import Axes

from helpers.pictures import says, style
from helpers.pictures.live import LiveFigure
from helpers.pictures.updates import Seen
from helpers.spaces import Grid, LatinHypercube, Random, Uniform

Array = np.ndarray

TRIALS = 25
LANDSCAPES = 1500  # over which a result is averaged
WIDTH = 0.12  # of the hill, along the first parameter
MIDDLES, ENDS = "middles of its cells", "both ends of the ranges"
SPACE = {"first": Uniform(0, 1), "second": Uniform(0, 1)}
STRATEGIES = {
    MIDDLES: Grid(),
    ENDS: Grid(ends=True),
    "random": Random(),
    "Latin hypercube": LatinHypercube(),
}
LOOKS = {
    MIDDLES: {"color": style.BLUE, "ls": "-"},
    ENDS: {"color": style.BLUE, "ls": "--"},
    "random": {"color": style.ORANGE, "ls": "-"},
    "Latin hypercube": {"color": style.GREEN, "ls": "-."},
}
MATTERS = np.linspace(0, 1, 21)


# ---- what it computes


def height(points: Array, top: Array, matters: float) -> Array:
    """A hill of height 1 at `top`, (..., 2) → (...): along the second parameter the wider."""
    away = (points - top) * np.array([1.0, matters]) / WIDTH
    return np.exp(-np.sum(away**2, axis=-1) / 2)


class Landscapes(NamedTuple):
    """Hills with their tops (L, 2), and for each strategy the points (L, TRIALS, 2) it tries."""

    tops: Array
    points: dict[str, Array]

    @classmethod
    def drawn(cls, rng: np.random.Generator) -> Landscapes:
        """The tops anywhere; new points for each landscape where a strategy draws them."""
        points = {
            name: np.stack([strategy.points(SPACE, TRIALS, rng) for _ in range(LANDSCAPES)])
            for name, strategy in STRATEGIES.items()
        }
        return cls(rng.random((LANDSCAPES, 2)), points)

    def best(self, name: str, matters: float) -> Array:
        """The best height that this strategy finds on each landscape, (L,)."""
        return height(self.points[name], self.tops[:, None], matters).max(axis=1)


def told(landscapes: Landscapes, grid: str, matters: float, number: int) -> Seen:
    """What grid and random find on average, how often random wins, and what both find here."""
    one, other = landscapes.best(grid, matters), landscapes.best("random", matters)
    wins = float(np.mean(other > one))
    words = (
        f"The second parameter counts {says.fixed(matters)} of the first. Best of {TRIALS} trials, "
        f"on average of {LANDSCAPES:,} landscapes: grid {says.fixed(one.mean())}, "
        f"random {says.fixed(other.mean())}; random wins on {says.percent(wins)}. "
        f"Here the grid finds {says.fixed(one[number])}, random {says.fixed(other[number])}."
    )
    return Seen(words, grid=float(one.mean()), random=float(other.mean()), wins=wins, placed=grid)


# ---- what it draws


class Drawing:
    """Two landscapes with the points of grid and random; right what each finds on average."""

    def __init__(self, live: LiveFigure, landscapes: Landscapes) -> None:
        grid, drawn, means = live.subplots(1, 3, width_ratios=[1, 1, 1.25])
        self._grounds, self._dots, self._shadows, self._best = [], [], [], []
        for ax, title in ((grid, "grid"), (drawn, "random")):
            self._draw_square(live, ax, title)
        self._draw_means(live, means, landscapes)

    def _draw_square(self, live: LiveFigure, ax: Axes, title: str) -> None:
        look = {"extent": (0, 1, 0, 1), "origin": "lower", "cmap": style.SURFACE}
        look |= {"vmin": 0, "vmax": 1, "aspect": "equal", "interpolation": "bilinear"}
        self._grounds.append(live.animated(ax.imshow(np.zeros((2, 2)), **look)))
        color = LOOKS[MIDDLES if title == "grid" else "random"]["color"]
        look = {"ms": 5, "clip_on": False, "color": color, "zorder": 5}
        self._dots += live.animated(ax.plot([], [], "o", **look))
        look = {"ms": 9, "mew": 2, "clip_on": False, "color": color, "zorder": 4}
        self._shadows += live.animated(ax.plot([], [], "|", **look))
        look = {"ms": 13, "mew": 2, "mfc": "none", "mec": style.INK, "clip_on": False, "zorder": 6}
        self._best += live.animated(ax.plot([], [], "o", **look))
        ax.set(xlim=(0, 1), ylim=(-0.08, 1), xticks=[], yticks=[], title=title)
        ax.set_xlabel("first parameter")
        ax.set_ylabel("second parameter" if title == "grid" else "")

    def _draw_means(self, live: LiveFigure, ax: Axes, landscapes: Landscapes) -> None:
        for name in STRATEGIES:
            means = [landscapes.best(name, matters).mean() for matters in MATTERS]
            label = f"grid: {name}" if name in (MIDDLES, ENDS) else name
            ax.plot(MATTERS, means, label=label, **LOOKS[name])
        self._now = live.animated(ax.axvline(0, color=style.INK, lw=1))
        ax.set(xlim=(0, 1), ylim=(0.6, 1.01), xlabel="how much the second counts")
        ax.set_title("best height found, on average", fontsize=11, fontweight="normal")
        ax.legend(loc="lower left", fontsize=9)

    def show(self, landscapes: Landscapes, number: int, grid: str, matters: float) -> None:
        """Landscape `number` with the points of both ways, their shadows and the best of each."""
        side = (np.arange(41) + 0.5) / 41
        ground = height(np.stack(np.meshgrid(side, side), -1), landscapes.tops[number], matters)
        for k, name in enumerate((grid, "random")):
            points = landscapes.points[name][number]
            self._grounds[k].set_data(1 - ground)  # the hill is dark
            self._dots[k].set_data(*points.T)
            self._shadows[k].set_data(points[:, 0], np.full(TRIALS, -0.05))
            best = height(points, landscapes.tops[number], matters).argmax()
            self._best[k].set_data(*points[[best]].T)
        self._now.set_xdata([matters, matters])


# ---- the figure


def grid_or_random(seed: int = 5) -> LiveFigure:
    """The same 25 trials on a grid and drawn at random, while the second parameter matters less.

    A hill stands somewhere in the square, and 25 trials look for its top. Beneath each square the
    trials' shadows on the first parameter: a grid tries five values of it, random 25.

    Controls: `matters`, from 0 (only the first parameter counts) to 1 (both count the same);
    `grid`, where its points lie; `another`, the next landscape.

    After Bergstra & Bengio (2012), Random search for hyper-parameter optimization, figure 1.

    >>> live = grid_or_random()
    >>> print(live.summary)
    The second parameter counts 0.10 of the first. Best of 25 trials, on average of 1,500 ...
    >>> live.close()
    """
    about = "25 trials on a grid and 25 at random, and what each way finds on average."
    landscapes = Landscapes.drawn(np.random.default_rng(seed))
    live = LiveFigure(9, 3.7, about=about)
    drawing = Drawing(live, landscapes)

    @live.update(
        matters=FloatSlider(value=0.1, min=0, max=1, step=0.05, description="the second counts"),
        grid=ToggleButtons(options=[MIDDLES, ENDS], description="grid: in the"),
        another=Button(description="another landscape"),
    )
    def _(matters, grid, another):
        drawing.show(landscapes, another % LANDSCAPES, grid, matters)
        return told(landscapes, grid, matters, another % LANDSCAPES)

    def is_even(seen: Seen) -> bool:
        return seen.placed == MIDDLES and abs(seen.grid - seen.random) < 0.01

    live.goal("With the grid in the middles, find where neither way is better", is_even)
    live.goal("Find where a grid beats random on three landscapes of five", lambda s: s.wins < 0.4)
    return live
