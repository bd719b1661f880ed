"""A shaded band between two curves, as it comes back wherever many runs are shown at once."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection

from helpers.pictures.live import LiveFigure

Array = np.ndarray


class Band:
    """What lies between a low and a high curve, redrawn in every frame of `live`."""

    def __init__(self, live: LiveFigure, ax: Axes, color: str, alpha: float = 0.2) -> None:
        self.drawn = PolyCollection([], facecolors=color, alpha=alpha, linewidths=0)
        live.animated(ax.add_collection(self.drawn, autolim=False))

    def show(self, x: Array, low: Array, high: Array) -> None:
        """Lie between low and high over x, each of shape (n,)."""
        upper, lower = np.column_stack([x, low]), np.column_stack([x, high])
        self.drawn.set_verts([np.concatenate([upper, lower[::-1]])])

    def hide(self) -> None:
        """Lie nowhere."""
        self.drawn.set_verts([])


def middle_half(values: Array, axis: int = -1) -> tuple[Array, Array, Array]:
    """The three quartiles along an axis of runs: (low, median, high), as entries of the sorted runs.

    Some runs may be infinite: no quartile is interpolated between two of them.

    >>> [float(quartile) for quartile in middle_half(np.array([4.0, 1.0, 2.0, np.inf]))]
    [2.0, 4.0, inf]
    """
    ordered = np.sort(values, axis=axis)
    n = values.shape[axis]
    low, middle, high = (np.take(ordered, i, axis=axis) for i in (n // 4, n // 2, 3 * n // 4))
    return low, middle, high
