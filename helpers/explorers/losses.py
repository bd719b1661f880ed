"""The figures of lesson 02: what a loss charges for a mistake, and which way it pushes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from ipywidgets import ToggleButtons
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection

from helpers import losses
from helpers.explorers.probabilities import divergence, softmax, tail  # noqa: F401 (the lesson's other figures)
from helpers.lines import least_absolute, least_huber, least_squares
from helpers.pictures import plots, style
from helpers.pictures.live import LiveFigure
from helpers.surfaces import Surface

Array = np.ndarray

ROOMS = np.array([1.0, 1.5, 2.0, 2.6, 3.2, 3.8, 4.4, 5.0]), np.array([2.4, 2.5, 3.6, 3.9, 5.2, 5.2, 6.6, 6.8])
AXES = {"xlabel": "size / 10 m²", "ylabel": "rent / 100 €"}
LOSSES = {"MSE": losses.mse, "MAE": losses.mae, "Huber": losses.huber}
BEST = {"MSE": least_squares, "MAE": least_absolute, "Huber": least_huber}
LOOK = {
    "MSE": {"color": style.PURPLE, "linestyle": "-"},
    "MAE": {"color": style.GREEN, "linestyle": "--"},
    "Huber": {"color": style.AMBER, "linestyle": "-."},
}
MAP = ((-1.0, 3.0), (-4.0, 8.0))  # slopes and intercepts


def line(x: Array = ROOMS[0], y: Array = ROOMS[1]) -> LiveFigure:
    """A line with two ends to drag, points to drag, and the loss of each point as an area.

    The shaded area of a point *is* its loss: for MSE the square of the residual, for MAE a strip of width 1, for Huber
    half a square that goes on as a strip. The best line under each loss follows. Right, what each residual costs.
    x (N,) from 0 to 14 and y (N,) from 0 to 10; raises ValueError for more than 10 points.

    >>> live = line()
    >>> live.controls["point_8"].value = (5.0, 0.5)
    >>> live.summary
    'Your line has MSE 4.57, ...; the best line for MSE reaches 3.17. With MSE, the point at x = 5.0 makes 70 % ...'
    >>> live.close()
    """
    if len(x) > 10:
        raise ValueError(f"at most 10 points can be told apart and dragged, got {len(x)}; try x[:10], y[:10]")
    live = LiveFigure(9, 4.7, about="A line to drag through rents of rooms; the shaded area of a point is its loss.")
    left, right = live.subplots(1, 2, width_ratios=(2.5, 1))
    left.set(xlim=(0, 14), ylim=(0, 10), aspect="equal", **AXES)
    areas = live.animated(left.add_collection(PolyCollection([], alpha=0.25)))
    (yours,) = live.animated(left.plot([], [], color=style.DOWNHILL, lw=2.5, label="your line"))
    best = {name: live.animated(left.plot([], [], lw=1.6, **LOOK[name], label=f"best {name}"))[0] for name in BEST}
    left.legend(ncols=4, loc="lower left", bbox_to_anchor=(-0.02, 1.0), handlelength=1.8, columnspacing=1.2)

    residual = np.linspace(-5, 5, 201)
    for (name, loss), at in zip(LOSSES.items(), ((-4.0, 17.5), (-4.9, 6.2), (-4.9, 1.6))):
        right.plot(residual, loss.each(residual, 0 * residual), lw=1.8, **LOOK[name])
        plots.label(right, name, at, offset=(0, 0), color=LOOK[name]["color"])
    right.set(xlim=(-5, 5), ylim=(0, 20), yticks=range(0, 21, 5), xlabel="residual ŷ − y / 100 €", title="its cost")
    (costs,) = live.animated(right.plot([], [], "o", color=style.TARGET, clip_on=False))

    for name, at, reach in (("left_end", (0.0, 4.0), (0, 3)), ("right_end", (8.0, 6.5), (6, 14))):
        live.draggable(left, name, at, bounds=(reach, (0, 10)), color=style.DOWNHILL)
    for i, point in enumerate(zip(x, y), start=1):
        live.draggable(left, f"point_{i}", point, color=style.TARGET)
    ends = np.array([0.0, 14.0])

    @live.update(loss=ToggleButtons(options=list(LOSSES)))
    def _(loss, left_end, right_end, **points):
        x, y = np.array(list(points.values())).T
        slope = (right_end[1] - left_end[1]) / (right_end[0] - left_end[0])
        intercept = left_end[1] - slope * left_end[0]
        y_hat = slope * x + intercept
        yours.set_data(ends, slope * ends + intercept)
        fits = {name: fit(x, y) for name, fit in BEST.items()}
        for name, theta in fits.items():
            best[name].set_data(ends, theta[0] * ends + theta[1])
        areas.set(verts=_areas(loss, x, y, y_hat, slope), facecolor=LOOK[loss]["color"])
        each = LOSSES[loss].each(y_hat, y)
        costs.set_data(np.clip(y_hat - y, -5, 5), np.clip(each, 0, 20))
        values = ", ".join(f"{name} {error(y_hat, y):.2f}" for name, error in LOSSES.items())
        lowest, worst = LOSSES[loss](fits[loss][0] * x + fits[loss][1], y), int(each.argmax())
        share = "none is missed"
        if each.sum():
            share = f"the point at x = {x[worst]:.1f} makes {100 * each[worst] / each.sum():.0f} % of yours"
        return f"Your line has {values}; the best line for {loss} reaches {lowest:.2f}. With {loss}, {share}."

    def on_best() -> bool:
        return np.abs(yours.get_ydata() - best["MSE"].get_ydata()).max() < 0.5

    live.goal("Lay your line on the best MSE line", on_best)
    return live


def _areas(loss: str, x: Array, y: Array, y_hat: Array, slope: float) -> Array:
    """For each point a polygon between line and point whose area is its loss (N, 5, 2), on the far side of the line."""
    size = np.abs(y - y_hat)
    bend = np.minimum(size, losses.huber.delta)  # as far from the line, and as wide, as Huber's triangle gets
    none, one = np.zeros_like(size), np.ones_like(size)
    start, width = {"MSE": (size, size), "MAE": (one, one), "Huber": (none, bend)}[loss]
    side = np.where((y - y_hat) * slope > 0, -1, 1)
    across = x + side * np.array([none, start, width, width, none])
    up = y_hat + np.sign(y - y_hat) * np.array([none, none, bend, size, size])
    return np.stack([across, up], axis=-1).swapaxes(0, 1)


def surface(loss: Callable[[Array, Array], float] | None = None) -> LiveFigure:
    """The loss of a line as a landscape over its slope and intercept: one point of it is one line.

        J(slope, intercept) = loss(slope · x + intercept, y)

    A loss of your own, (y_hat, y) → number, is shown first, as "yours".

    >>> live = surface()
    >>> live.controls["theta"].value = (0.0, 4.0)
    >>> live.summary
    'Slope 0.00, intercept 4.00: MSE 2.81. The lowest point of this map, 0.08, is at slope 1.20, intercept 1.00.'
    >>> live.close()
    """
    live = LiveFigure(9, 4.2, about="The loss over slope and intercept: a point on the map is a line through the data.")
    left, right = live.subplots(1, 2)
    x, y = ROOMS
    choice = ({"yours": loss} if loss else {}) | LOSSES
    right.set(xlim=(0, 6), ylim=(0, 10), **AXES)
    right.plot(x, y, "o", color=style.TARGET)
    (yours,) = live.animated(right.plot([], [], color=style.DOWNHILL))
    misses = live.animated(right.add_collection(LineCollection([], lw=1.2, color=style.DIVERGENCE)))
    (star,) = live.animated(left.plot([], [], "*", color=style.MINIMUM, markersize=14, mec="white"))
    live.draggable(left, "theta", (0.2, 6.0), color=style.DOWNHILL, anywhere=True, bounds=MAP, label="the line")
    ends, lowest = np.array([0.0, 6.0]), {}  # the lowest point of the landscape that is drawn, by the name of its loss

    @live.update(loss=ToggleButtons(options=list(choice)))
    def _(theta, loss):
        def value(theta: Array) -> float:
            return choice[loss](theta[0] * x + theta[1], y)

        yours.set_data(ends, theta[0] * ends + theta[1])
        misses.set_segments(np.stack([x, y, x, theta[0] * x + theta[1]], axis=-1).reshape(-1, 2, 2))
        if loss not in lowest:
            found = _landscape(left, value)
            lowest.clear()
            lowest[loss] = found
        slope, intercept = lowest[loss]
        star.set_data([slope], [intercept])
        whose = "your loss" if loss == "yours" else loss
        lowest_there = f"The lowest point of this map, {value((slope, intercept)):.2f}, is at"
        return (
            f"Slope {theta[0]:.2f}, intercept {theta[1]:.2f}: {whose} {value(theta):.2f}. "
            f"{lowest_there} slope {slope:.2f}, intercept {intercept:.2f}."
        ).replace(" -", " −")

    return live


def _landscape(ax: Axes, value: Callable[[Array], float]) -> Array:
    """Draw the landscape of `value` in place of the one before; returns the lowest point of its grid."""

    def values(points: Array) -> Array:
        return np.apply_along_axis(value, -1, points)

    surface = Surface("loss", values, values, MAP, np.empty((0, 2)), "")
    points = surface.grid(61).reshape(-1, 2)
    heights = values(points)
    if not np.isfinite(heights).any():
        raise ValueError("your loss is not a number anywhere on this map; it must be loss(y_hat, y) → one number")
    for artist in list(ax.collections):
        artist.remove()
    plots.contours(ax, surface, resolution=61)
    ax.set(xlabel="slope", ylabel="intercept")
    return points[np.nanargmin(heights)]
