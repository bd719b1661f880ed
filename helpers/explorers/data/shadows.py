"""Lesson 01: a line turned through a tilted cloud, and how far the shadows on it spread."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from helpers.pictures import plots, style
from helpers.pictures.live import LiveFigure
from helpers.pictures.says import fixed, percent
from helpers.pictures.updates import Seen

Array = np.ndarray

REACH = 3.2  # of the axes of the cloud, from its mean
ANGLES = np.linspace(-90, 90, 181)  # degrees: a line has no more
ABOUT = "A cloud of points, a line through its mean, and the shadows of the points on the line."
GOAL = "Keep more than 99 % of what the best line keeps"


# What it computes


def cloud() -> Array:
    """60 points (60, 2) around 0, three times as long as wide, tilted by 35 degrees."""
    rng = np.random.default_rng(0)
    points = rng.normal(size=(60, 2)) * [1.35, 0.45]
    tilt = np.deg2rad(35)
    turned = points @ [[np.cos(tilt), np.sin(tilt)], [-np.sin(tilt), np.cos(tilt)]]
    return turned - turned.mean(axis=0)


def direction(angle: Array | float) -> Array:
    """The unit vector (…, 2) at an angle in degrees."""
    radians = np.deg2rad(angle)
    return np.stack([np.cos(radians), np.sin(radians)], axis=-1)


class Shadows(NamedTuple):
    """Points seen on a line through their mean: z = X v, X̂ = z vᵀ."""

    places: Array  # z along the line, (N,)
    feet: Array  # the shadows themselves, (N, 2)
    kept: Array | float  # the variance of z
    lost: Array | float  # the mean squared distance of the points to the line


def cast(X: Array, v: Array) -> Shadows:
    """The shadows of the points X (N, 2), of mean 0, on the line along the unit vector v (2,)."""
    z = X @ v
    feet = np.outer(z, v)
    return Shadows(z, feet, np.mean(z**2), np.mean(((X - feet) ** 2).sum(axis=1)))


def angle_of(tip: tuple[float, float]) -> float:
    """The angle of the line through (0, 0) and `tip`, above −90 and at most 90 degrees.

    >>> angle_of((1, 1)), angle_of((-1, -1)), angle_of((0, -1))
    (45.0, 45.0, 90.0)
    """
    angle = float(np.rad2deg(np.arctan2(tip[1], tip[0])))
    return float(angle - 180 * np.ceil(angle / 180 - 0.5))


def words(angle: float, found: Shadows, best: float) -> str:
    """What the line keeps, and what it loses."""
    return (
        f"The line at {fixed(angle, 0)}° keeps a variance of {fixed(found.kept, 2)} and loses "
        f"{fixed(found.lost, 2)}, the mean squared distance to it; together they are "
        f"{fixed(total(found), 2)} at every angle. It keeps {percent(found.kept / best)} of what "
        "the best line keeps."
    )


def total(found: Shadows) -> float:
    """The variance of the cloud: kept and lost together."""
    return float(found.kept + found.lost)


# What it draws


LOOK = {
    "points": {
        "marker": "o",
        "markersize": 4.5,
        "color": style.TARGET,
        "alpha": 0.7,
        "linestyle": "none",
    },
    "shadows": {
        "marker": "o",
        "markersize": 4.5,
        "color": style.DOWNHILL,
        "linestyle": "none",
        "zorder": 5,
    },
    "line": {"color": style.INK, "linewidth": 1.2},
    "threads": {"color": style.GREY, "linewidth": 0.8},
    "here": {
        "marker": "o",
        "markersize": 8,
        "color": style.INK,
        "linestyle": "none",
    },
}


class Drawing:
    """The cloud with its line and shadows; what every angle keeps and loses."""

    def __init__(self, live: LiveFigure, X: Array) -> None:
        left, right = live.subplots(1, 2, width_ratios=[4, 5])
        left.set(title="Points and their shadows", xlabel="$x_1$", ylabel="$x_2$")
        left.set(xlim=(-REACH, REACH), ylim=(-REACH, REACH), aspect="equal")
        left.plot(*X.T, **LOOK["points"])
        (self._line,) = left.plot([], [], **LOOK["line"])
        (self._threads,) = left.plot([], [], **LOOK["threads"])
        (self._shadows,) = left.plot([], [], **LOOK["shadows"])
        draw_curves(right, X)
        (self._here,) = right.plot([], [], **LOOK["here"])
        live.animated([self._line, self._threads, self._shadows, self._here])
        reach = ((-REACH, REACH), (-REACH, REACH))
        live.draggable(left, "tip", (2.6, -0.9), bounds=reach, label="a point of the line")

    def show(self, X: Array, angle: float, found: Shadows) -> None:
        """Turn the line to this angle."""
        end = 2 * REACH * direction(angle)
        self._line.set_data(*np.stack([-end, end]).T)
        gaps = np.full_like(X, np.nan)
        self._threads.set_data(*np.stack([X, found.feet, gaps], axis=1).reshape(-1, 2).T)
        self._shadows.set_data(*found.feet.T)
        self._here.set_data([angle, angle], [found.kept, found.lost])


def draw_curves(ax: Axes, X: Array) -> None:
    """The variance that is kept, and that is lost, over the angle of the line."""
    every = [cast(X, v) for v in direction(ANGLES)]
    kept = np.array([found.kept for found in every])
    lost = np.array([found.lost for found in every])
    ax.plot(ANGLES, kept, color=style.DOWNHILL)
    ax.plot(ANGLES, lost, "--", color=style.GREY)
    ax.set(title="What the line keeps", xlabel="angle of the line (degrees)", ylabel="variance")
    ax.set(xlim=(-90, 90), ylim=(0, 1.12 * total(every[0])), xticks=[-90, -45, 0, 45, 90])
    plots.label(ax, "kept", (35, kept.max()), offset=(-12, 9), color=style.DOWNHILL)
    plots.label(ax, "lost", (-55, lost.max()), offset=(-12, 9))


# What moves


def shadows() -> LiveFigure:
    """Turn a line through a tilted cloud until the shadows of the points spread most on it.

        z = X v        kept: mean z²        lost: mean |x − z v|²

    Both add up to the variance of the cloud (Pythagoras), so the line that keeps most is the one
    that lies nearest to the points: the first principal component (Pearson, 1901). The control is
    the handle `tip`, a point through which the line goes.

    >>> live = shadows()
    >>> live.controls["tip"].value = (2.0, 1.4)
    >>> live.summary
    'The line at 35° keeps a variance of 1.61 and loses 0.19, the mean squared distance to it; ...'
    >>> live.close()
    """
    X = cloud()
    best = float(np.linalg.eigvalsh(X.T @ X / len(X))[-1])
    live = LiveFigure(9, 3.9, about=ABOUT)
    drawing = Drawing(live, X)

    @live.update()
    def _(tip: tuple) -> Seen:
        angle = angle_of(tip)
        found = cast(X, direction(angle))
        drawing.show(X, angle, found)
        share = found.kept / best
        return Seen(words(angle, found, best), angle=angle, kept=found.kept, share=share)

    live.goal(GOAL, lambda seen: seen.share > 0.99)
    return live
