"""Contours of a quadratic bowl that may turn and stretch in every frame: ellipses, cheap to draw."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection

from helpers.pictures import style
from helpers.pictures.live import LiveFigure

Array = np.ndarray

CORNERS = 72


def circle(corners: int = CORNERS) -> Array:
    """A closed circle of radius 1: (corners + 1, 2), the last corner the first again."""
    turn = np.linspace(0, 2 * np.pi, corners + 1)
    return np.stack([np.cos(turn), np.sin(turn)], axis=-1)


class Rings:
    """The contours of ½ (u² + condition · v²), u and v being the axes turned by an angle.

    `sizes` are their half widths along the steep direction, the largest first; along the flat one
    they are √condition times as wide.
    """

    def __init__(self, live: LiveFigure, ax: Axes, sizes: Array) -> None:
        self._circles = np.reshape(sizes, (-1, 1, 1)) * circle()[:-1]
        shades = style.SURFACE(np.linspace(1, 0, len(self._circles)))
        self.drawn = PolyCollection([], facecolors=shades, edgecolors=style.GREY, linewidths=0.3)
        live.animated(ax.add_collection(self.drawn, autolim=False))

    def show(self, condition: float, angle: float = 0) -> None:
        """The bowl of this condition, its flat direction turned by `angle` degrees."""
        cos, sin = np.cos(np.radians(angle)), np.sin(np.radians(angle))
        turn = np.array([[cos, sin], [-sin, cos]])
        self.drawn.set_verts(self._circles * [np.sqrt(condition), 1] @ turn)

    def hide(self) -> None:
        """Show no bowl."""
        self.drawn.set_verts([])
