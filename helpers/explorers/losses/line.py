"""Lesson 02: a line to drag through rents of rooms, and the loss of each point as an area."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from ipywidgets import ToggleButtons
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection

from helpers.explorers.losses.rooms import AXES, BEST, LOOK, LOSSES, ROOMS
from helpers.losses import huber
from helpers.pictures import plots, style
from helpers.pictures.live import LiveFigure
from helpers.pictures.says import fixed, percent
from helpers.pictures.updates import Seen

Array = np.ndarray

WIDTH, HEIGHT = 14, 10  # of the picture, in the units of x and y
MOST = 10  # points that can be told apart and dragged
SIZES = np.array([1, 5])  # the smallest and the largest room
CLOSE = 0.2  # so near the best line your line must be at both SIZES
ABOUT = "A line to drag through rents of rooms; the shaded area of a point is its loss."
GOAL = "Lay your line on the best MSE line"


# What it computes


def points(x: Array, y: Array) -> tuple[Array, Array]:
    """The points (N,), (N,) as floats.

    Raises ValueError if x and y differ in length, if there are none or more than 10, and if one
    lies outside of the picture.
    """
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    if x.ndim != 1 or x.shape != y.shape or len(x) == 0:
        raise ValueError(
            f"x and y must be two rows of equally many numbers, got shapes {x.shape} and {y.shape}"
        )
    if len(x) > MOST:
        raise ValueError(
            f"at most {MOST} points can be told apart and dragged, got {len(x)}; "
            f"try x[:{MOST}], y[:{MOST}]"
        )
    inside = (0 <= x) & (x <= WIDTH) & (0 <= y) & (y <= HEIGHT)
    for across, up in zip(x[~inside], y[~inside]):
        raise ValueError(
            f"the picture shows x from 0 to {WIDTH} and y from 0 to {HEIGHT}, "
            f"got the point ({across:g}, {up:g}); try other units"
        )
    return x, y


def through(left: tuple[float, float], right: tuple[float, float]) -> Array:
    """The line θ = (slope, intercept) through two places."""
    slope = (right[1] - left[1]) / (right[0] - left[0])
    return np.array([slope, left[1] - slope * left[0]])


@dataclass(frozen=True, eq=False)
class Verdict:
    """What a loss says of a line through points."""

    loss: str  # its name
    x: Array  # (N,)
    y: Array
    theta: Array  # the line (slope, intercept)

    @cached_property
    def y_hat(self) -> Array:
        """What the line predicts (N,)."""
        return at(self.theta, self.x)

    @cached_property
    def each(self) -> Array:
        """The loss of each point (N,)."""
        return LOSSES[self.loss].each(self.y_hat, self.y)

    @property
    def errors(self) -> dict[str, float]:
        """The mean loss of the line under every loss."""
        return {name: loss(self.y_hat, self.y) for name, loss in LOSSES.items()}

    @cached_property
    def best(self) -> dict[str, Array]:
        """The best line through the points under every loss."""
        return {name: fit(self.x, self.y) for name, fit in BEST.items()}

    @property
    def lowest(self) -> float:
        """The mean loss of the best line."""
        return LOSSES[self.loss](at(self.best[self.loss], self.x), self.y)

    @property
    def apart(self) -> float:
        """How far from the best MSE line the line runs where the rooms are."""
        return np.abs(at(self.theta - self.best["MSE"], SIZES)).max()

    @property
    def share(self) -> float:
        """What part of the loss the worst point makes; 0 where none is missed."""
        total = self.each.sum()
        return self.each.max() / total if total else 0.0


def at(theta: Array, x: Array) -> Array:
    """The line ŷ = slope · x + intercept."""
    return theta[0] * x + theta[1]


def areas(found: Verdict) -> Array:
    """For each point a polygon (N, 5, 2) between line and point whose area is its loss.

    For MSE a square, for MAE a strip of width 1, for Huber a triangle that goes on as a strip where
    the point is further away than δ. It lies on the side where it covers no line, if it fits there.
    """
    size = np.abs(found.y - found.y_hat)
    none, one = np.zeros_like(size), np.ones_like(size)
    bend = np.minimum(size, huber.delta)  # so far from the line, and so wide, is the triangle
    at_line, at_point = {
        "MSE": (size, size),
        "MAE": (one, one),
        "Huber": (none, bend),
    }[found.loss]

    x, slope = found.x, found.theta[0]
    widest = np.maximum(at_line, at_point)
    side = np.where((found.y - found.y_hat) * slope > 0, -1, 1)
    side = np.where(x - widest < 0, 1, side)
    side = np.where(x + widest > WIDTH, -1, side)
    across = x + side * np.array([none, at_line, at_point, at_point, none])
    height = np.array([none, none, bend, size, size])
    up = found.y_hat + np.sign(found.y - found.y_hat) * height
    return np.stack([across, up], axis=-1).swapaxes(0, 1)


def words(found: Verdict) -> str:
    """The errors of the line, the best one, and the point that costs most."""
    values = ", ".join(f"{name} {fixed(error)}" for name, error in found.errors.items())
    share = "none is missed"
    if found.share:
        worst = found.x[found.each.argmax()]
        share = f"the point at x = {fixed(worst, 1)} makes {percent(found.share)} of yours"
    return (
        f"Your line has {values}; the best line for {found.loss} reaches {fixed(found.lowest)}. "
        f"With {found.loss}, {share}."
    )


# What it draws


ENDS = np.array([0.0, WIDTH])  # of the lines
FARTHEST, DEAREST = 10, 20  # residual and cost that the right axes show


class Drawing:
    """The points with your line, the best ones and the areas; beside them what a residual costs."""

    @style.context()
    def __init__(self, live: LiveFigure, x: Array, y: Array) -> None:
        left, right = live.subplots(1, 2, width_ratios=(2.5, 1))
        left.set(xlim=(0, WIDTH), ylim=(0, HEIGHT), aspect="equal", **AXES)
        self._areas = left.add_collection(PolyCollection([], alpha=0.25))
        yours = {"color": style.DOWNHILL, "lw": 2.5, "label": "your line"}
        (self._yours,) = left.plot([], [], **yours)
        self._best = {}
        for name in BEST:
            look = {**LOOK[name], "lw": 1.6, "label": f"best {name}"}
            (self._best[name],) = left.plot([], [], **look)
        draw_legend(left)

        draw_costs(right)
        dot = {"color": style.TARGET, "clip_on": False}
        (self._costs,) = right.plot([], [], "o", **dot)
        (self._beyond,) = right.plot([], [], "^", **dot)
        self._beyond.set_in_layout(False)  # empty, it would count as a dot in the figure's corner
        lines = [self._yours, *self._best.values()]
        live.animated([self._areas, *lines, self._costs, self._beyond])
        add_handles(live, left, x, y)

    def show(self, found: Verdict) -> None:
        """Move everything to this line and these points."""
        self._yours.set_data(ENDS, at(found.theta, ENDS))
        for name, theta in found.best.items():
            self._best[name].set_data(ENDS, at(theta, ENDS))
        self._areas.set(verts=areas(found), facecolor=LOOK[found.loss]["color"])

        residual, each = found.y_hat - found.y, found.each
        is_cut = (each > DEAREST) | (np.abs(residual) > FARTHEST)
        x = np.clip(residual, -FARTHEST, FARTHEST)
        y = np.clip(each, 0, DEAREST)
        self._costs.set_data(x[~is_cut], y[~is_cut])
        self._beyond.set_data(x[is_cut], y[is_cut])


def draw_legend(ax: Axes) -> None:
    """The names of the lines in a row above the axes."""
    ax.legend(
        ncols=4,
        loc="lower left",
        bbox_to_anchor=(-0.02, 1.0),
        handlelength=1.8,
        columnspacing=1.2,
    )


def draw_costs(ax: Axes) -> None:
    """What each loss charges for a residual."""
    residual = np.linspace(-FARTHEST, FARTHEST, 401)
    places = {"MSE": (-7.9, 17.5), "MAE": (-7.1, 8.6), "Huber": (5.3, 2.4)}
    for name, loss in LOSSES.items():
        ax.plot(residual, loss.each(residual, 0 * residual), lw=1.8, **LOOK[name])
        plots.label(ax, name, places[name], offset=(0, 0), color=LOOK[name]["color"])
    ax.set(
        xlim=(-FARTHEST, FARTHEST),
        ylim=(0, DEAREST),
        yticks=range(0, DEAREST + 1, 5),
        xlabel="residual ŷ − y / 100 €",
        title="its cost",
    )


def add_handles(live: LiveFigure, ax: Axes, x: Array, y: Array) -> None:
    """Two ends of the line and all points, to be dragged."""
    for name, place, reach in (
        ("left_end", (0.0, 4.0), (0, 3)),
        ("right_end", (8.0, 6.5), (6, WIDTH)),
    ):
        bounds = (reach, (0, HEIGHT))
        live.draggable(ax, name, place, bounds=bounds, color=style.DOWNHILL)
    for i, place in enumerate(zip(x, y), start=1):
        live.draggable(ax, f"point_{i}", place, color=style.TARGET)


# What moves


def line(x: Array = ROOMS[0], y: Array = ROOMS[1]) -> LiveFigure:
    """A line with two ends to drag, points to drag, and the loss of each point as an area.

    The shaded area of a point *is* its loss: for MSE the square of the residual, for MAE a strip of
    width 1, for Huber half a square that goes on as a strip. The best line under each loss follows.
    Right, what each residual costs. x (N,) from 0 to 14 and y (N,) from 0 to 10 are the points.

    Controls: `left_end`, `right_end`, `point_1`, `point_2` …, each (x, y); `loss`, the name of one.
    Raises ValueError for more than 10 points, and for one that lies outside of the picture.

    >>> live = line()
    >>> live.controls["point_8"].value = (5.0, 0.5)
    >>> live.summary
    'Your line has MSE 4.57, ...; the best line for MSE reaches 3.17. With MSE, the point ...'
    >>> print(f"{live.seen.share:.2f}")
    0.70
    >>> live.close()
    """
    x, y = points(x, y)
    live = LiveFigure(9, 4.7, about=ABOUT)
    drawing = Drawing(live, x, y)

    @live.update(loss=ToggleButtons(options=list(LOSSES)))
    def _(loss: str, left_end: tuple, right_end: tuple, **dragged: tuple) -> Seen:
        x, y = np.array(list(dragged.values())).T
        found = Verdict(loss, x, y, through(left_end, right_end))
        drawing.show(found)
        return Seen(
            words(found),
            errors=found.errors,
            lowest=found.lowest,
            share=found.share,
            apart=found.apart,
        )

    live.goal(GOAL, lambda seen: seen.apart < CLOSE)
    return live
