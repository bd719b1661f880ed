"""Lesson 02: the loss of a line as a landscape over its slope and intercept."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from ipywidgets import ToggleButtons
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from helpers.explorers.losses.rooms import AXES, LOSSES, ROOMS
from helpers.losses import Loss
from helpers.pictures import plots, style
from helpers.pictures.live import LiveFigure
from helpers.pictures.says import fixed
from helpers.pictures.updates import Seen
from helpers.surfaces import Surface

Array = np.ndarray
LineLoss = Callable[[Array, Array], float]  # (y_hat, y) → one number

MAP = ((-1.0, 3.0), (-4.0, 8.0))  # slopes and intercepts
ENDS = np.array([0.0, 6.0])  # of the line in the picture of the rooms
HEIGHT = 10  # of that picture
NEAR = 0.002  # so many of the places of the map are near the lowest
ABOUT = "The loss over slope and intercept: a point on the map is a line through the data."


# What it computes


def heights(loss: LineLoss, theta: Array) -> Array:
    """The loss of each line θ = (slope, intercept) on the rooms: (..., 2) → (...).

    Raises ValueError if a learner's loss, which takes one line at a time, returns no single number.
    """
    x, y = ROOMS
    y_hat = theta[..., :1] * x + theta[..., 1:]
    if isinstance(loss, Loss):
        return loss.each(y_hat, np.broadcast_to(y, y_hat.shape)).mean(axis=-1)

    def one_number(row: Array) -> float:
        """The loss of one line. Raises ValueError for anything but a number."""
        value = loss(row, y)
        if value is None or np.ndim(value) != 0:
            got = "None" if value is None else f"an array of shape {np.shape(value)}"
            raise ValueError(f"your loss must return one number, got {got}; try np.mean(…)")
        return float(value)

    return np.apply_along_axis(one_number, -1, y_hat)


class Landscape(NamedTuple):
    """A loss over the map: its heights, and the lowest place."""

    theta: Array  # (n, n, 2), the rows from low intercepts to high ones
    heights: Array  # (n, n)
    place: Array  # where it is lowest: (slope, intercept)
    lowest: float  # and how high it is there
    near: float  # whoever is as low as this is near

    @property
    def levels(self) -> list[float]:
        """The contours that carry a number, each with one digit."""
        cuts = np.nanquantile(self.heights, (0.05, 0.25, 0.7))
        rounded = {float(f"{cut:.1g}") for cut in cuts}
        low, high = np.nanmin(self.heights), np.nanmax(self.heights)
        return sorted(level for level in rounded if low < level < high)


def landscape(loss: LineLoss) -> Landscape:
    """The loss over the whole map.

    Raises ValueError for a loss that is not a number anywhere, or the same everywhere.
    """
    n = 201 if isinstance(loss, Loss) else 161
    theta = grid(*(np.linspace(low, high, n) for low, high in MAP))
    J = heights(loss, theta)
    if not np.isfinite(J).any():
        raise ValueError(
            "your loss is not a number anywhere on this map; it must be loss(y_hat, y) → one number"
        )
    if np.nanmin(J) == np.nanmax(J):
        raise ValueError("your loss is the same everywhere on this map; it must depend on y_hat")
    place = search(loss, theta[lowest_index(J)], reach=10 * np.ptp(MAP, axis=1) / n)
    return Landscape(
        theta=theta,
        heights=J,
        place=place,
        lowest=float(heights(loss, place)),
        near=float(np.nanquantile(J, NEAR)),
    )


def search(loss: LineLoss, place: Array, reach: Array) -> Array:
    """The lowest place around one, closer and closer: of 21 × 21 around the best so far."""
    steps = np.linspace(-1, 1, 21)
    around = grid(steps, steps)
    while reach.max() > 1e-4:
        theta = place + reach * around
        place = theta[lowest_index(heights(loss, theta))]
        reach = reach / 3
    return place


def grid(slopes: Array, intercepts: Array) -> Array:
    """Every slope with every intercept: (intercepts, slopes, 2)."""
    return np.stack(np.meshgrid(slopes, intercepts), axis=-1)


def lowest_index(J: Array) -> tuple[int, ...]:
    """Where in J (n, m) the lowest number is, NaN left out."""
    return np.unravel_index(np.nanargmin(J), J.shape)


def words(name: str, theta: Array, here: float, land: Landscape) -> str:
    """The line, its loss, and what is lowest."""
    slope, intercept = theta
    whose = "your loss" if name == "yours" else name
    parts = [f"Slope {fixed(slope)}, intercept {fixed(intercept)}: {whose} {fixed(here)}."]
    y_hat = slope * ENDS + intercept
    if y_hat.max() < 0 or y_hat.min() > HEIGHT:
        side = "below" if y_hat.max() < 0 else "above"
        parts.append(f"The line runs {side} the picture.")
    if here <= land.near:
        slope, intercept = land.place
        parts.append(
            f"The star marks the lowest place: {fixed(land.lowest)} "
            f"at slope {fixed(slope)}, intercept {fixed(intercept)}."
        )
    else:
        parts.append(f"Somewhere on this map it is only {fixed(land.lowest)}.")
    return " ".join(parts)


# What it draws


class Drawing:
    """The map of the loss with a star on its lowest place, and the rooms with a line."""

    @style.context()
    def __init__(self, live: LiveFigure) -> None:
        self._map, right = live.subplots(1, 2)
        right.set(xlim=ENDS, ylim=(0, HEIGHT), **AXES)
        right.plot(*ROOMS, "o", color=style.TARGET)
        (self._line,) = right.plot([], [], color=style.DOWNHILL)
        misses = LineCollection([], lw=1.2, color=style.DIVERGENCE)
        self._misses = right.add_collection(misses)
        star = {"color": style.MINIMUM, "markersize": 24, "mec": "white", "zorder": 9}
        (self._star,) = self._map.plot([], [], "*", **star)
        live.animated([self._line, self._misses, self._star])
        live.draggable(
            self._map,
            "theta",
            (0.2, 6.0),
            color=style.DOWNHILL,
            anywhere=True,
            bounds=MAP,
            label="the line",
        )

    def show_line(self, theta: tuple[float, float]) -> None:
        """Lay the line, and what it misses of each room."""
        slope, intercept = theta
        self._line.set_data(ENDS, slope * ENDS + intercept)
        x, y = ROOMS
        ends = np.stack([x, y, x, slope * x + intercept], axis=-1)
        self._misses.set_segments(ends.reshape(-1, 2, 2))

    def draw_map(self, land: Landscape) -> None:
        """Draw this landscape in place of the one before."""
        for drawn in list(self._map.collections):  # a contour set takes its numbers with it
            drawn.remove()
        draw_contours(self._map, land)

    def show_star(self, place: Array | None) -> None:
        """Put the star on a place, or nowhere."""
        self._star.set_data(([], []) if place is None else place[:, None])


def draw_contours(ax: Axes, land: Landscape) -> None:
    """The landscape from above, some of its contours with their numbers."""
    surface = Surface(
        name="loss",
        value=lambda theta: land.heights,  # asked for this very grid
        gradient=np.zeros_like,
        domain=MAP,
        minima=np.empty((0, 2)),
        about="",
    )
    plots.contours(ax, surface, resolution=len(land.heights))
    rings = ax.contour(
        land.theta[..., 0],
        land.theta[..., 1],
        land.heights,
        levels=land.levels,
        colors=[style.GREY],
        linewidths=0.9,
    )
    ax.clabel(rings, fontsize=10, colors=[style.INK], fmt="%g")
    ax.set(xlabel="slope", ylabel="intercept")


# What moves


def surface(loss: LineLoss | None = None) -> LiveFigure:
    """The loss of a line as a landscape over its slope and intercept: a point of it is a line.

        J(slope, intercept) = loss(slope · x + intercept, y)

    A loss of your own, (y_hat, y) → number, is shown first, as "yours"; the figure says what is
    wrong with it. The star on the lowest place shows only to who comes near it: lower than all but
    2 in 1,000 places of the map. Controls: `theta`, (slope, intercept); `loss`, the name of one.

    >>> live = surface()
    >>> live.controls["theta"].value = (1.2, 1.0)
    >>> live.summary
    'Slope 1.20, intercept 1.00: MSE 0.08. The star marks the lowest place: 0.08 at slope ...'
    >>> live.close()
    """
    choice = ({"yours": loss} if loss else {}) | LOSSES
    live = LiveFigure(9, 4.2, about=ABOUT)
    drawing = Drawing(live)

    @live.when("theta")
    def _(theta: tuple[float, float]) -> None:  # even while a learner's loss fails
        drawing.show_line(theta)

    @live.when("loss")
    def land(loss: str) -> Landscape:
        found = landscape(choice[loss])
        drawing.draw_map(found)
        return found

    @live.update(loss=ToggleButtons(options=list(choice)))
    def _(theta: tuple[float, float], loss: str) -> Seen:
        here = float(heights(choice[loss], np.array(theta)))
        found = here <= land.value.near
        drawing.show_star(land.value.place if found else None)
        return Seen(words(loss, theta, here, land.value), height=here, found=found)

    live.goal("Find the lowest place of the map", lambda seen: seen.found)
    return live
