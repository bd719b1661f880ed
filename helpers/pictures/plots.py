"""The pictures that come back in every lesson. Each function draws on `ax` and returns what it drew."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from IPython.display import display
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PathCollection
from matplotlib.colors import BoundaryNorm, ListedColormap
from matplotlib.contour import QuadContourSet
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D
from matplotlib.text import Annotation

from helpers.descent import DIVERGED
from helpers.pictures import style
from helpers.pictures.frames import STILL_RATIO, Frames, still
from helpers.surfaces import Surface

Array = np.ndarray

# Where a start ends: diverged, still moving, then a pale colour for each minimum, A to D.
ENDS = ListedColormap(
    ["#96283F", "#E2E5E9", "#A6C8E6", "#F4C4A0", "#A0D6C4", "#DEB8D9"], name="downhill-ends"
)


def figure(
    width: float = 9, height: float = 4, rows: int = 1, columns: int = 1, **options: Any
) -> tuple[Figure, Any]:
    """A figure in the style of the course and its axes, as `pyplot.subplots` gives them, but not yet shown.

    Example:
        >>> fig, (left, right) = figure(columns=2)
        >>> fig.get_size_inches()
        array([9., 4.])
    """
    style.apply()
    fig = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(fig)
    return fig, fig.subplots(rows, columns, **options)


def show(fig: Figure, finding: str) -> None:
    """Show a figure in the notebook, and under it in words what it shows: its caption and its text alternative."""
    frames = Frames(fig)
    data, metadata = still(frames.draw(STILL_RATIO), finding)
    frames.drop()
    display(data, metadata=metadata, raw=True)
    display({"text/markdown": f"*{finding}*", "text/plain": finding}, raw=True)


def contours(
    ax: Axes, surface: Surface, levels: int | Array = 18, resolution: int = 160
) -> QuadContourSet:
    """The surface from above: as many levels spaced by quantiles, so that steep and flat parts both show lines, or
    the levels themselves."""
    (x_low, x_high), (y_low, y_high) = surface.domain
    x, y = np.linspace(x_low, x_high, resolution), np.linspace(y_low, y_high, resolution)
    with np.errstate(all="ignore"):
        heights = surface.value(np.stack(np.meshgrid(x, y), axis=-1))
    cuts = levels
    if np.ndim(levels) == 0:
        cuts = np.unique(np.quantile(heights[np.isfinite(heights)], np.linspace(0, 1, levels)))
    drawn = ax.contourf(
        x, y, heights, levels=cuts, cmap="downhill", norm=BoundaryNorm(cuts, ncolors=256)
    )
    ax.contour(
        x,
        y,
        heights,
        levels=cuts,
        colors=[style.GREY],
        linewidths=0.5,
        linestyles="solid",
        alpha=0.6,
    )
    ax.set(xlim=(x_low, x_high), ylim=(y_low, y_high), xlabel="$w_1$", ylabel="$w_2$")
    return drawn


def minima(ax: Axes, surface: Surface) -> Line2D:
    """A green star on every minimum."""
    points = np.reshape(surface.minima, (-1, 2))
    (stars,) = ax.plot(
        *points.T,
        "*",
        color=style.MINIMUM,
        markersize=14,
        mec="white",
        mew=1,
        linestyle="none",
        zorder=5,
    )
    return stars


def ends(ax: Axes, surface: Surface, where: Array) -> AxesImage:
    """Where each start of `surface.grid` ends, as `helpers.descent.settle` found it; a letter at every minimum."""
    extent, first = np.ravel(surface.domain), DIVERGED - 0.5
    look = {
        "cmap": ENDS,
        "vmin": first,
        "vmax": first + ENDS.N,
        "origin": "lower",
        "interpolation": "nearest",
    }
    drawn = ax.imshow(where, extent=extent, **look)
    for name, minimum in zip("ABCD", surface.minima):
        label(ax, name, minimum, offset=(0, 0), ha="center", fontsize=12, fontweight="bold")
    ax.set(xlabel="$w_1$ at the start", ylabel="$w_2$ at the start")
    return drawn


def descent(ax: Axes, points: Array | Sequence = (), **options: Any) -> Line2D:
    """The path of a descent: a dot for every step. Fill it later with `set_data`."""
    points = np.reshape(points, (-1, 2))
    look = {
        "color": style.DOWNHILL,
        "marker": "o",
        "markersize": 4.5,
        "linewidth": 1.6,
        "zorder": 6,
        **options,
    }
    (path,) = ax.plot(*points.T, **look)
    return path


def label(
    ax: Axes,
    text: str,
    at: tuple[float, float],
    *,
    offset: tuple[float, float] = (6, 0),
    **options: Any,
) -> Annotation:
    """A word beside the thing it names, `offset` points away: instead of a legend."""
    options = {
        "color": style.INK,
        "fontsize": 10,
        "va": "center",
        "annotation_clip": False,
        **options,
    }
    return ax.annotate(text, at, xytext=offset, textcoords="offset points", **options)


def classes(
    ax: Axes, X: Array, y: Array, names: Sequence[str] = (), **options: Any
) -> list[PathCollection]:
    """Points of each class with their own colour and marker, named in a legend where there are `names`."""
    drawn = []
    for k in np.unique(y).astype(int):
        look = {
            "color": style.CLASSES[k],
            "marker": style.MARKERS[k],
            "s": 28,
            "edgecolors": "white",
            "linewidths": 0.5,
        }
        drawn.append(
            ax.scatter(
                *X[y == k, :2].T, **{**look, **options}, label=names[k] if len(names) else None
            )
        )
    if len(names):
        ax.legend(loc="best")
    return drawn
