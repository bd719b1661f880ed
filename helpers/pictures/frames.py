"""Draw a figure once, then only what moves.

A full draw of a figure costs tens of milliseconds, most of it for axes, ticks and filled contours
that do not change while a slider is dragged. `Frames` draws those once, keeps the pixels as a
background, and for each frame restores them and draws the few *animated* artists on top: about one
millisecond.
"""

from __future__ import annotations

import base64
import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from PIL import Image

from helpers.pictures import style

Array = np.ndarray

STILL_RATIO = 1.5  # pixels per CSS pixel of the picture that is kept in a saved notebook
DRAWING = threading.RLock()  # matplotlib's text cache is shared by all figures: one thread draws


@dataclass
class _Stage:
    """One size of the picture: a renderer with its pixels, and those of all that stands still."""

    renderer: RendererAgg
    background: Any


class Frames:
    """The frames of a figure, at any pixel ratio.

    What was given to `add` is drawn for every frame. All other artists are static: they are drawn
    again when `figure.stale` says that one of them changed.

    >>> figure = Figure(figsize=(2, 1), dpi=100)
    >>> ax = figure.subplots()
    >>> (dot,) = ax.plot([0.5], [0.5], "o")
    >>> frames = Frames(figure)
    >>> frames.add(dot)
    >>> frames.draw().shape
    (100, 200, 4)
    >>> frames.draw(ratio=2).shape
    (200, 400, 4)
    """

    def __init__(self, figure: Figure) -> None:
        self.figure = figure
        self._dpi = figure.dpi
        self._artists: list[Artist] = []
        self._only_moving: set[Artist] = set()
        self._only_resting: set[Artist] = set()
        self._stages: dict[float, _Stage] = {}
        self._is_laid_out = False

    def add(self, artist: Artist, when: str = "always") -> None:
        """Redraw `artist` in every frame; with `when` "moving" or "resting" in these frames only.

        Raises TypeError for what is no artist, ValueError for another `when`, or for an artist that
        is not (or not yet) part of this figure and so would never be seen.
        """
        self._check(artist, when)
        if when == "moving":
            self._only_moving.add(artist)
        elif when == "resting":
            self._only_resting.add(artist)
        # A turning 3-D view is redrawn as a whole, and every artist in it with its axes.
        is_redrawn_with_axes = artist.axes not in (None, artist) and artist.axes.get_animated()
        if is_redrawn_with_axes or artist in self._artists:
            return
        artist.set_animated(True)
        self._artists.append(artist)
        self._artists.sort(key=lambda drawn: drawn.get_zorder())

    def _check(self, artist: Artist, when: str) -> None:
        if when not in ("always", "moving", "resting"):
            raise ValueError(f'when must be "always", "moving" or "resting", got {when!r}')
        if not isinstance(artist, Artist):
            raise TypeError(f"only artists can be animated, such as a line, got {artist!r}")
        home = artist.get_figure()
        if home is None:
            raise ValueError(
                f"{artist} is in no figure yet; add it to its axes first, as in "
                "animated(ax.add_patch(…))"
            )
        if home is not self.figure and home not in self.figure.subfigs:
            raise ValueError(f"{artist} belongs to another figure, so it would not be seen in this")

    def draw(self, ratio: float = 1.0, *, moving: bool = False) -> Array:
        """The pixels now: (height, width, 4) uint8, at `ratio` times the figure's own resolution.

        With `moving` as it looks while a control moves, otherwise as it rests. The array is a view
        into the renderer: copy what must outlive the next frame.
        """
        with DRAWING, style.context(), self._at(ratio):
            for artist in self._only_resting:
                artist.set_visible(not moving)
            for artist in self._only_moving:
                artist.set_visible(moving)
            stage = self._stage(ratio)
            self._artists = [artist for artist in self._artists if not _was_removed(artist)]
            for artist in self._artists:
                artist.draw(stage.renderer)
            return np.asarray(stage.renderer.buffer_rgba())

    def _stage(self, ratio: float) -> _Stage:
        """The stage of this ratio, showing its background: drawn if it was not yet, or is stale."""
        if self.figure.stale:
            self._stages.clear()
        stage = self._stages.get(ratio)
        if stage is not None:
            stage.renderer.restore_region(stage.background)
            return stage
        width, height = self.figure.bbox.size
        renderer = RendererAgg(width, height, self.figure.dpi)
        self.figure.draw(renderer)
        if not self._is_laid_out:
            # The layout is found once: a picture whose axes shift while one drags is hard to read.
            self.figure.set_layout_engine("none")
            self._is_laid_out = True
        stage = _Stage(renderer, renderer.copy_from_bbox(self.figure.bbox))
        self._stages[ratio] = stage
        return stage

    @contextmanager
    def _at(self, ratio: float) -> Iterator[None]:
        """The figure at `ratio` times its resolution. That marks it as stale, which is no news."""
        if ratio == 1.0:
            yield
            return
        self._set_dpi(self._dpi * ratio)
        try:
            yield
        finally:
            self._set_dpi(self._dpi)

    def _set_dpi(self, dpi: float) -> None:
        was_stale = self.figure.stale
        self.figure.dpi = dpi
        self.figure.stale = was_stale

    def drop(self) -> None:
        """Keep no pixels: neither the backgrounds, nor the renderers that the texts remember."""
        self._stages.clear()
        FigureCanvasAgg(self.figure)  # the old canvas keeps the renderer that found the layout
        for text in self.figure.findobj(Text):
            text._renderer = None


def _was_removed(artist: Artist) -> bool:
    return artist.get_figure() is None


def to_jpeg(pixels: Array, quality: int = 85) -> bytes:
    """A frame (height, width, 4) for the wire while something moves: about 1 ms.

    Colours at full resolution, for thin lines.
    """
    height, width = pixels.shape[:2]
    image = Image.frombuffer("RGBX", (width, height), pixels, "raw", "RGBX", 0, 1)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality, subsampling=0)
    return buffer.getvalue()


def to_png(pixels: Array, *, small: bool = False) -> bytes:
    """A sharp frame (height, width, 4): fast for the wire, or `small` for a committed notebook."""
    image = Image.fromarray(np.ascontiguousarray(pixels[..., :3]))
    buffer = io.BytesIO()
    if small:  # 256 colours are enough for flat pictures, and a third of the bytes
        image = image.quantize(256, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
        image.save(buffer, "PNG", optimize=True)
    else:
        image.save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


def still(pixels: Array, sentence: str) -> tuple[dict, dict]:
    """The (data, metadata) of a picture drawn at STILL_RATIO, and of its text alternative."""
    height, width = (round(side / STILL_RATIO) for side in pixels.shape[:2])
    image = base64.b64encode(to_png(pixels, small=True)).decode()
    data = {"image/png": image, "text/plain": sentence}
    return data, {"image/png": {"width": width, "height": height, "alt": sentence}}
