"""The pictures that come back in every lesson: each draws on `ax` and returns what it drew."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from IPython.display import display
from matplotlib.axes import Axes
from matplotlib.cbook import normalize_kwargs
from matplotlib.collections import PathCollection
from matplotlib.colors import BoundaryNorm, ListedColormap
from matplotlib.contour import QuadContourSet
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D
from matplotlib.text import Annotation

from helpers.descent import DIVERGED
from helpers.pictures import style, styled
from helpers.pictures.frames import STILL_RATIO, Frames, still
from helpers.surfaces import Surface

Array = np.ndarray

# Where a start ends: diverged, still moving, then a pale colour for each minimum, A to D.
ENDS = ListedColormap(
    ["#96283F", "#E2E5E9", "#A6C8E6", "#F4C4A0", "#A0D6C4", "#DEB8D9"], name="downhill-ends"
)
LETTERS = "ABCD"  # of the minima, one for each of their colours


def figure(
    width: float = 9, height: float = 4, rows: int = 1, columns: int = 1, **options: Any
) -> tuple[Figure, Any]:
    """A figure of `width` × `height` inches and its axes, in the course's style and not yet shown.

    The axes come as from `pyplot.subplots`, which takes the same options. Whatever is drawn on them
    is in the style of the course too.

    >>> fig, (left, right) = figure(columns=2)
    >>> fig.get_size_inches()
    array([9., 4.])
    """
    fig = styled.figure(width, height)
    return fig, fig.subplots(rows, columns, **options)


def show(fig: Figure, finding: str) -> None:
    """Show a figure in the notebook, and under it in words what it shows.

    The finding is its caption, read as Markdown, and its text alternative.
    """
    frames = Frames(fig)
    data, metadata = still(frames.draw(STILL_RATIO), finding)
    frames.drop()
    display(data, metadata=metadata, raw=True)
    display({"text/markdown": f"*{finding}*", "text/plain": finding}, raw=True)


def doubled(first: float, needed: float) -> float:
    """The first of first, 2 first, 4 first, … that is large enough: axes that seldom change.

    >>> doubled(2, 0.1), doubled(2, 2), doubled(2, 9)
    (2, 2, 16)
    """
    return first * 2 ** int(np.ceil(np.log2(max(needed / first, 1))))


def contours(
    ax: Axes, surface: Surface, levels: int | Array = 18, resolution: int = 160
) -> QuadContourSet:
    """The surface of two weights from above, looked at in resolution × resolution points.

    levels is how many contours there are, spaced by quantiles so that steep and flat parts both
    show lines, or the heights themselves, from low to high; what lies beyond them is left white.
    Raises ValueError where the surface is nowhere a finite number, or the same everywhere.
    """
    (x_low, x_high), (y_low, y_high) = surface.domain
    x = np.linspace(x_low, x_high, resolution)
    y = np.linspace(y_low, y_high, resolution)
    with np.errstate(all="ignore"):
        heights = surface.value(np.stack(np.meshgrid(x, y), axis=-1))
    cuts = _cuts(surface.name, heights, levels) if np.ndim(levels) == 0 else levels
    norm = BoundaryNorm(cuts, ncolors=256)
    drawn = ax.contourf(x, y, heights, levels=cuts, cmap=style.SURFACE, norm=norm)
    lines = {"colors": [style.GREY], "linewidths": 0.5, "linestyles": "solid", "alpha": 0.6}
    ax.contour(x, y, heights, levels=cuts, **lines)
    ax.set(xlim=(x_low, x_high), ylim=(y_low, y_high), xlabel="$w_1$", ylabel="$w_2$")
    return drawn


def _cuts(name: str, heights: Array, levels: int) -> Array:
    """So many heights at which to cut, an equal share of the picture between any two."""
    if levels < 2:
        raise ValueError(f"levels must be 2 or more, got {levels}")
    finite = heights[np.isfinite(heights)]
    if not finite.size:
        raise ValueError(
            f"the surface {name!r} is not a finite number anywhere in its domain, so it has no "
            "contours; look at its value at a single point"
        )
    cuts = np.unique(np.quantile(finite, np.linspace(0, 1, levels)))
    if len(cuts) < 2:
        raise ValueError(
            f"the surface {name!r} is {cuts[0]:g} everywhere in its domain, so it has no contours"
        )
    return cuts


def minima(ax: Axes, surface: Surface) -> Line2D:
    """A green star on every minimum of a surface of two weights; none where it has no minimum."""
    points = _points("minima", surface.minima)
    look = {"markersize": 14, "markeredgecolor": "white", "markeredgewidth": 1, "zorder": 5}
    (stars,) = ax.plot(*points.T, "*", color=style.MINIMUM, linestyle="none", **look)
    return stars


def ends(ax: Axes, surface: Surface, where: Array) -> AxesImage:
    """Where each start of `surface.grid` ends, and a letter at every minimum.

    where is what `helpers.descent.settle` found, (n, n). Raises ValueError for a surface with more
    minima than there are colours, 4, and for other numbers than it may find.
    """
    found = np.unique(where)
    last = len(surface.minima) - 1
    if last >= len(LETTERS):
        raise ValueError(
            f"only {len(LETTERS)} minima have a colour, but {surface.name!r} has {last + 1}"
        )
    if found.size and not (DIVERGED <= found[0] and found[-1] <= last):
        raise ValueError(
            f"where must be the number of a minimum, 0 to {last}, or −1 (still moving) or −2 "
            f"(diverged), got {found[0]} to {found[-1]}"
        )
    first = DIVERGED - 0.5
    look = {"origin": "lower", "interpolation": "nearest"}
    drawn = ax.imshow(
        where, cmap=ENDS, vmin=first, vmax=first + ENDS.N, extent=np.ravel(surface.domain), **look
    )
    for name, minimum in zip(LETTERS, surface.minima):
        label(ax, name, minimum, offset=(0, 0), ha="center", fontsize=12, fontweight="bold")
    ax.set(xlabel="$w_1$ at the start", ylabel="$w_2$ at the start")
    return drawn


def descent(ax: Axes, points: Array | Sequence = (), **options: Any) -> Line2D:
    """The path of a descent, points (T, 2): a dot for every step. Fill it later with `set_data`.

    options are those of a line. Raises ValueError for points of another shape.
    """
    path = _points("points", points)
    look = {"color": style.DOWNHILL, "marker": "o", "markersize": 4.5, "linewidth": 1.6}
    look |= {"zorder": 6, **normalize_kwargs(options, Line2D)}
    (drawn,) = ax.plot(*path.T, **look)
    return drawn


def _points(name: str, values: Array | Sequence) -> Array:
    """The points (n, 2), or ValueError; no points may have any shape."""
    points = np.asarray(values, dtype=float)
    if not points.size:
        return np.empty((0, 2))
    if points.ndim != 2 or points.shape[1] != 2:
        raise ValueError(f"{name} must have shape (n, 2), a row for each, got {points.shape}")
    return points


def label(
    ax: Axes,
    text: str,
    at: tuple[float, float],
    *,
    offset: tuple[float, float] = (6, 0),
    **options: Any,
) -> Annotation:
    """A word beside the thing it names, `offset` points away: instead of a legend.

    options are those of a text.
    """
    look = {"color": style.INK, "fontsize": 10, "va": "center", "annotation_clip": False}
    return ax.annotate(text, at, xytext=offset, textcoords="offset points", **{**look, **options})


def classes(
    ax: Axes, X: Array, y: Array, names: Sequence[str] = (), **options: Any
) -> list[PathCollection]:
    """Points of each class with a colour and marker of its own, named in a legend by `names`.

    X is (N, D), of which the first two features are shown, y (N,) class indices; options are those
    of a scatter. Raises ValueError for other shapes, and for labels that are no index of one of the
    10 classes with a colour, or of a name.
    """
    X = np.asarray(X)
    y = _indices(y, known=len(names) or len(style.CLASSES))
    if X.ndim != 2 or X.shape[1] < 2 or len(X) != len(y):
        raise ValueError(
            f"X must have a row with two features or more for each of the {len(y)} labels, "
            f"got shape {X.shape}"
        )
    drawn = []
    for k in np.unique(y):
        look = {"color": style.CLASSES[k], "marker": style.MARKERS[k], "s": 28}
        look |= {"edgecolors": "white", "linewidths": 0.5, **options}
        name = names[k] if len(names) else None
        drawn.append(ax.scatter(*X[y == k, :2].T, label=name, **look))
    if len(names):
        ax.legend(loc="best")
    return drawn


def _indices(y: Array, known: int) -> Array:
    """The labels as indices of the known classes, or ValueError."""
    y = np.asarray(y)
    known = min(known, len(style.CLASSES))
    is_number = y.ndim == 1 and y.dtype.kind in "biuf"
    strange = y[~((y >= 0) & (y < known) & (y % 1 == 0))] if is_number else y.ravel()
    if strange.size or not is_number:
        got = repr(strange[0].item()) if strange.size and y.ndim == 1 else f"shape {y.shape}"
        raise ValueError(
            f"y must be a row of class indices from 0 to {known - 1}, got {got}; words become "
            "indices with np.unique(y, return_inverse=True)"
        )
    return y.astype(int)
