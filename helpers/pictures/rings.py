"""Contours of a quadratic bowl that may turn and stretch in every frame: cheap ellipses."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection

from helpers.checks import positive
from helpers.pictures import style
from helpers.pictures.live import LiveFigure

Array = np.ndarray

CORNERS = 72


def circle(corners: int = CORNERS) -> Array:
    """A closed circle of radius 1: (corners + 1, 2), the last corner the first again.

    >>> circle(4).round(6) + 0.0
    array([[ 1.,  0.],
           [ 0.,  1.],
           [-1.,  0.],
           [ 0., -1.],
           [ 1.,  0.]])
    """
    turn = np.linspace(0, 2 * np.pi, corners + 1)
    return np.stack([np.cos(turn), np.sin(turn)], axis=-1)


class Rings:
    """The contours of ½ (u² + condition · v²), u and v being the axes turned by an angle.

    `sizes` are their half widths along v, the steep direction, the largest first; along u, the
    flat one, they are √condition times as wide. Raises ValueError for sizes that are not above 0
    or not the largest first.

    >>> live = LiveFigure(2, 1)
    >>> rings = Rings(live, live.subplots(), sizes=[2, 1])
    >>> rings.show(condition=9)
    >>> [path.vertices.max(axis=0).round(6).tolist() for path in rings.drawn.get_paths()]
    [[6.0, 2.0], [3.0, 1.0]]
    >>> live.close()
    """

    def __init__(self, live: LiveFigure, ax: Axes, sizes: Array) -> None:
        sizes = np.asarray(sizes, dtype=float)
        if not ((sizes > 0).all() and (np.diff(sizes) < 0).all()):
            raise ValueError(f"sizes must be above 0 and the largest first, got {sizes.tolist()}")
        self._circles = sizes.reshape(-1, 1, 1) * circle()[:-1]
        shades = style.SURFACE(np.linspace(1, 0, len(sizes)))
        look = {"facecolors": shades, "edgecolors": style.GREY, "linewidths": 0.3}
        with style.context():
            self.drawn = PolyCollection([], **look)
        live.animated(ax.add_collection(self.drawn, autolim=False))

    def show(self, condition: float, angle: float = 0) -> None:
        """The bowl of this condition number, its flat direction turned by `angle` degrees.

        Raises ValueError for a condition that is not above 0.
        """
        positive("condition", condition, hint="a round bowl has 1")
        cos, sin = np.cos(np.radians(angle)), np.sin(np.radians(angle))
        turn = np.array([[cos, sin], [-sin, cos]])
        self.drawn.set_verts(self._circles * [np.sqrt(condition), 1] @ turn)

    def hide(self) -> None:
        """Show no bowl."""
        self.drawn.set_verts([])
