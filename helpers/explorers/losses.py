"""The figures of lesson 02: what a loss charges for a mistake, and which way it pushes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from ipywidgets import ToggleButtons
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection

from helpers import losses
from helpers.explorers.probabilities import divergence, softmax, tail  # noqa: F401 (the lesson's other figures)
from helpers.pictures import plots, style
from helpers.pictures.live import LiveFigure
from helpers.regression import least_absolute, least_huber, least_squares
from helpers.surfaces import Surface

Array = np.ndarray

ROOMS = (
    np.array([1.0, 1.5, 2.0, 2.6, 3.2, 3.8, 4.4, 5.0]),
    np.array([2.4, 2.5, 3.6, 3.9, 5.2, 5.2, 6.6, 6.8]),
)
AXES = {"xlabel": "size / 10 m²", "ylabel": "rent / 100 €"}
LOSSES = {"MSE": losses.mse, "MAE": losses.mae, "Huber": losses.huber}
BEST = {"MSE": least_squares, "MAE": least_absolute, "Huber": least_huber}
LOOK = {
    "MSE": {"color": style.PURPLE, "linestyle": "-"},
    "MAE": {"color": style.GREEN, "linestyle": "--"},
    "Huber": {"color": style.AMBER, "linestyle": "-."},
}
MAP = ((-1.0, 3.0), (-4.0, 8.0))  # slopes and intercepts


@style.context()
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
        raise ValueError(
            f"at most 10 points can be told apart and dragged, got {len(x)}; try x[:10], y[:10]"
        )
    live = LiveFigure(
        9,
        4.7,
        about="A line to drag through rents of rooms; the shaded area of a point is its loss.",
    )
    left, right = live.subplots(1, 2, width_ratios=(2.5, 1))
    left.set(xlim=(0, 14), ylim=(0, 10), aspect="equal", **AXES)
    areas = live.animated(left.add_collection(PolyCollection([], alpha=0.25)))
    (yours,) = live.animated(left.plot([], [], color=style.DOWNHILL, lw=2.5, label="your line"))
    best = {
        name: live.animated(left.plot([], [], lw=1.6, **LOOK[name], label=f"best {name}"))[0]
        for name in BEST
    }
    left.legend(
        ncols=4, loc="lower left", bbox_to_anchor=(-0.02, 1.0), handlelength=1.8, columnspacing=1.2
    )

    residual = np.linspace(-10, 10, 401)
    for (name, loss), at in zip(LOSSES.items(), ((-7.9, 17.5), (-7.1, 8.6), (-9.5, 4.6))):
        right.plot(residual, loss.each(residual, 0 * residual), lw=1.8, **LOOK[name])
        plots.label(right, name, at, offset=(0, 0), color=LOOK[name]["color"])
    right.set(
        xlim=(-10, 10),
        ylim=(0, 20),
        yticks=range(0, 21, 5),
        xlabel="residual ŷ − y / 100 €",
        title="its cost",
    )
    costs, beyond = live.animated(
        right.plot([], [], "o", [], [], "^", color=style.TARGET, clip_on=False)
    )
    beyond.set_in_layout(False)  # empty, it would count as a dot in the corner of the figure

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
        cut = (each > 20) | (np.abs(y_hat - y) > 10)
        for dots, shown in ((costs, ~cut), (beyond, cut)):
            dots.set_data(np.clip(y_hat - y, -10, 10)[shown], np.clip(each, 0, 20)[shown])
        values = ", ".join(f"{name} {error(y_hat, y):.2f}" for name, error in LOSSES.items())
        lowest, worst = LOSSES[loss](fits[loss][0] * x + fits[loss][1], y), int(each.argmax())
        share = "none is missed"
        if each.sum():
            share = f"the point at x = {x[worst]:.1f} makes {100 * each[worst] / each.sum():.0f} % of yours"
        return f"Your line has {values}; the best line for {loss} reaches {lowest:.2f}. With {loss}, {share}."

    def on_best(seen) -> bool:
        apart = yours.get_ydata() - best["MSE"].get_ydata()
        return np.abs(np.interp((1, 5), ends, apart)).max() < 0.2  # where the rooms are

    live.goal("Lay your line on the best MSE line", on_best)
    return live


def _areas(loss: str, x: Array, y: Array, y_hat: Array, slope: float) -> Array:
    """For each point a polygon between line and point whose area is its loss (N, 5, 2), beyond the line if it fits."""
    size = np.abs(y - y_hat)
    bend = np.minimum(
        size, losses.huber.delta
    )  # as far from the line, and as wide, as Huber's triangle gets
    none, one = np.zeros_like(size), np.ones_like(size)
    start, width = {"MSE": (size, size), "MAE": (one, one), "Huber": (none, bend)}[loss]
    side = np.where((y - y_hat) * slope > 0, -1, 1)
    reach = np.maximum(start, width)
    side = np.where(x + reach > 14, -1, np.where(x - reach < 0, 1, side))
    across = x + side * np.array([none, start, width, width, none])
    up = y_hat + np.sign(y - y_hat) * np.array([none, none, bend, size, size])
    return np.stack([across, up], axis=-1).swapaxes(0, 1)


@style.context()
def surface(loss: Callable[[Array, Array], float] | None = None) -> LiveFigure:
    """The loss of a line as a landscape over its slope and intercept: one point of it is one line.

        J(slope, intercept) = loss(slope · x + intercept, y)

    A loss of your own, (y_hat, y) → number, is shown first, as "yours". The star on the lowest place shows only to who
    comes near it: lower than all but 2 in 1,000 places of the map.

    >>> live = surface()
    >>> live.controls["theta"].value = (0.0, 4.0)
    >>> live.summary
    'Slope 0.00, intercept 4.00: MSE 2.81. Somewhere on this map it is only 0.08.'
    >>> live.controls["theta"].value = (1.2, 1.0)
    >>> live.summary
    'Slope 1.20, intercept 1.00: MSE 0.08. The star marks the lowest place: 0.08 at slope 1.18, intercept 1.05.'
    >>> live.close()
    """
    live = LiveFigure(
        9,
        4.2,
        about="The loss over slope and intercept: a point on the map is a line through the data.",
    )
    left, right = live.subplots(1, 2)
    x, y = ROOMS
    choice = ({"yours": loss} if loss else {}) | LOSSES
    right.set(xlim=(0, 6), ylim=(0, 10), **AXES)
    right.plot(x, y, "o", color=style.TARGET)
    (yours,) = live.animated(right.plot([], [], color=style.DOWNHILL))
    misses = live.animated(right.add_collection(LineCollection([], lw=1.2, color=style.DIVERGENCE)))
    (star,) = live.animated(
        left.plot([], [], "*", color=style.MINIMUM, markersize=24, mec="white", zorder=9)
    )
    live.draggable(
        left, "theta", (0.2, 6.0), color=style.DOWNHILL, anywhere=True, bounds=MAP, label="the line"
    )
    ends, drawn = (
        np.array([0.0, 6.0]),
        {},
    )  # of the landscape that is drawn, by the name of its loss: what is lowest

    @live.update(loss=ToggleButtons(options=list(choice)))
    def _(theta, loss):
        y_hat = theta[0] * ends + theta[1]
        yours.set_data(ends, y_hat)
        misses.set_segments(np.stack([x, y, x, theta[0] * x + theta[1]], axis=-1).reshape(-1, 2, 2))
        if loss not in drawn:
            drawn.clear()
            drawn[loss] = _landscape(left, choice[loss])
        (slope, intercept), lowest, near = drawn[loss]
        here = _heights(choice[loss], np.array(theta))
        star.set_data(([slope], [intercept]) if here <= near else ([], []))
        whose = "your loss" if loss == "yours" else loss
        words = f"Slope {theta[0]:.2f}, intercept {theta[1]:.2f}: {whose} {here:.2f}. "
        if y_hat.max() < 0 or y_hat.min() > 10:
            words += f"The line runs {'below' if y_hat.max() < 0 else 'above'} the picture. "
        if here <= near:
            words += f"The star marks the lowest place: {lowest:.2f} at slope {slope:.2f}, intercept {intercept:.2f}."
        else:
            words += f"Somewhere on this map it is only {lowest:.2f}."
        return words.replace(" -", " −")

    live.goal("Find the lowest place of the map", lambda seen: len(star.get_xdata()) > 0)
    return live


def _heights(loss: Callable[[Array, Array], float], points: Array) -> Array:
    """The loss of each line θ = (slope, intercept) on the rooms: (..., 2) → (...)."""
    x, y = ROOMS
    y_hat = points[..., :1] * x + points[..., 1:]
    if isinstance(loss, losses.Loss):
        return loss.each(y_hat, np.broadcast_to(y, y_hat.shape)).mean(axis=-1)
    return np.apply_along_axis(
        lambda row: loss(row, y), -1, y_hat
    )  # a learner's takes one line at a time


def _landscape(ax: Axes, loss: Callable[[Array, Array], float]) -> tuple[Array, float, float]:
    """Draw the landscape in place of the one before; returns its lowest place, the value there, and what is near it."""
    resolution = 201 if isinstance(loss, losses.Loss) else 161
    surface = Surface(
        "loss", lambda points: heights, np.zeros_like, MAP, np.empty((0, 2)), ""
    )  # they are known
    points = surface.grid(resolution)
    heights = _heights(loss, points)
    if not np.isfinite(heights).any():
        raise ValueError(
            "your loss is not a number anywhere on this map; it must be loss(y_hat, y) → one number"
        )
    if np.nanmin(heights) == np.nanmax(heights):
        raise ValueError("your loss is the same everywhere on this map; it must depend on y_hat")
    for drawn in list(ax.collections):  # a contour set takes its numbers with it
        drawn.remove()
    plots.contours(ax, surface, resolution=resolution)
    levels = {float(f"{level:.1g}") for level in np.nanquantile(heights, (0.05, 0.25, 0.7))}
    levels = sorted(level for level in levels if np.nanmin(heights) < level < np.nanmax(heights))
    rings = ax.contour(
        *np.moveaxis(points, -1, 0), heights, levels=levels, colors=[style.GREY], linewidths=0.9
    )
    ax.clabel(rings, fontsize=10, colors=[style.INK], fmt="%g")
    ax.set(xlabel="slope", ylabel="intercept")

    place = points.reshape(-1, 2)[np.nanargmin(heights)]
    reach = 10 * np.ptp(MAP, axis=1) / resolution
    while (
        reach.max() > 1e-4
    ):  # the lowest of 21 × 21 places around the best so far, closer and closer
        around = place + reach * (
            np.stack(np.meshgrid(*[np.linspace(-1, 1, 21)] * 2), axis=-1).reshape(-1, 2)
        )
        place, reach = around[np.nanargmin(_heights(loss, around))], reach / 3
    return place, float(_heights(loss, place)), float(np.nanquantile(heights, 0.002))
