"""A shaded band between two curves, as it comes back wherever many runs are shown at once."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection

from helpers.pictures import style
from helpers.pictures.live import LiveFigure

Array = np.ndarray


class Band:
    """What lies between a low and a high curve, redrawn in every frame of `live`.

    >>> live = LiveFigure(2, 1)
    >>> band = Band(live, live.subplots(), "green")
    >>> band.show(np.arange(3), np.zeros(3), np.array([1.0, np.inf, 2.0]))
    >>> len(band.drawn.get_paths())  # with a gap in the middle
    2
    >>> live.close()
    """

    def __init__(self, live: LiveFigure, ax: Axes, color: str, alpha: float = 0.2) -> None:
        with style.context():
            self.drawn = PolyCollection([], facecolors=color, alpha=alpha, linewidths=0)
        live.animated(ax.add_collection(self.drawn, autolim=False))

    def show(self, x: Array, low: Array, high: Array) -> None:
        """Lie between low and high over x, each of shape (n,); leave a gap where one is not finite.

        Raises ValueError for other shapes.
        """
        shapes = [np.shape(values) for values in (x, low, high)]
        if len(set(shapes)) > 1 or len(shapes[0]) != 1:
            raise ValueError(f"x, low and high must be three rows of equal length, got {shapes}")
        lower = np.column_stack([x, low])
        upper = np.column_stack([x, high])
        is_there = np.isfinite(lower).all(axis=1) & np.isfinite(upper).all(axis=1)
        changes = np.flatnonzero(np.diff(is_there, prepend=False, append=False))
        self.drawn.set_verts(
            [
                np.concatenate([lower[start:end], upper[start:end][::-1]])
                for start, end in zip(changes[::2], changes[1::2])
            ]
        )

    def hide(self) -> None:
        """Lie nowhere."""
        self.drawn.set_verts([])


def middle_half(values: Array, axis: int = -1) -> tuple[Array, Array, Array]:
    """The three quartiles (low, median, high) along an axis of runs, as entries of the sorted runs.

    Of n sorted runs they are those at n // 4, n // 2 and 3n // 4. Some runs may be infinite, so no
    quartile is interpolated between two of them; NaN counts as larger than all others. Raises
    ValueError where there are no runs.

    >>> [float(quartile) for quartile in middle_half(np.array([4.0, 1.0, 2.0, np.inf]))]
    [2.0, 4.0, inf]
    """
    n = np.shape(values)[axis]
    if n == 0:
        raise ValueError(
            f"there must be one run at least, got values of shape {np.shape(values)} "
            f"and the runs along axis {axis}"
        )
    ordered = np.sort(values, axis=axis)
    low, median, high = (np.take(ordered, i, axis=axis) for i in (n // 4, n // 2, 3 * n // 4))
    return low, median, high
