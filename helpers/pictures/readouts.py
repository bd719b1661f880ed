"""Short texts that change in every frame: a matplotlib text costs a third of a millisecond, all of
these together one.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.colors import to_rgba
from matplotlib.font_manager import FontProperties
from matplotlib.path import Path
from matplotlib.textpath import TextPath, TextToPath
from matplotlib.transforms import Affine2D

from helpers.pictures import style

Array = np.ndarray

SIZE = 10  # points
HALF_A_DIGIT = 0.36 * SIZE  # points: half its height


class Readouts(Artist):
    """Short texts that end at `places` (n, 2) of the axes, shifted by `offset` points.

    Set `texts` to n others to change them. Raises ValueError, when they are drawn, for more or
    fewer.

    >>> from helpers.pictures import plots
    >>> fig, ax = plots.figure(2, 1)
    >>> drawn = Readouts(ax, [(0.2, 0.5), (0.8, 0.5)])
    >>> drawn.texts = ["1.5", "−2"]
    """

    def __init__(
        self, ax: Axes, places: Any, *, offset: tuple[float, float] = (0, 0), color: str = style.INK
    ) -> None:
        with style.context():
            super().__init__()
        self._places = np.reshape(places, (-1, 2))
        self._offset = np.array(offset)
        self._color = to_rgba(color)
        self.texts: Sequence[str] = [""] * len(self._places)
        self.set_zorder(4)
        ax.add_artist(self)
        self.set_in_layout(False)

    def draw(self, renderer: RendererBase) -> None:
        """Draw all texts as one path."""
        if not self.get_visible():
            return
        points = renderer.points_to_pixels(1)
        ends = self.axes.transData.transform(self._places) / points + self._offset
        outlines = [np.empty((0, 2))]
        codes = [np.empty(0, Path.code_type)]
        for text, (x, y) in zip(self.texts, ends, strict=True):
            for outline, kinds, width in map(glyph, reversed(text)):
                x -= width
                outlines.append(outline + (x, y - HALF_A_DIGIT))
                codes.append(kinds)
        gc = renderer.new_gc()
        gc.set_linewidth(0)
        path = Path(np.concatenate(outlines), np.concatenate(codes))
        renderer.draw_path(gc, path, Affine2D().scale(points), self._color)
        gc.restore()
        self.stale = False


@cache
def glyph(character: str) -> tuple[Array, Array, float]:
    """The outline of a character (n, 2), its codes, and how far it takes the pen, in points."""
    font = FontProperties(family="DejaVu Sans", size=SIZE)
    outline = TextPath((0, 0), character, prop=font)
    width, _, _ = TextToPath().get_text_width_height_descent(character, font, False)
    return outline.vertices, outline.codes, width
