"""Draw a figure once, then only what moves.

A full draw of a figure costs tens of milliseconds, most of it for axes, ticks and filled contours that do not change
while a slider is dragged. `Frames` draws those once, keeps the pixels as a background, and for each frame restores them
and draws the few *animated* artists on top: about one millisecond.
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

Array = np.ndarray

STILL_RATIO = 1.5  # pixels per CSS pixel of the picture that is kept in a saved notebook
DRAWING = (
    threading.RLock()
)  # matplotlib's text cache is shared by all figures, so one thread draws at a time


@dataclass
class _Stage:
    """One size of the picture: the renderer that holds its pixels, and the pixels of all that stands still."""

    renderer: RendererAgg
    background: Any


class Frames:
    """The frames of a figure, at any pixel ratio.

    What was given to `add` is drawn for every frame. All other artists are static: they are drawn again when
    `figure.stale` says that one of them changed.

    Example:
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
        self._coarse: set[Artist] = set()
        self._fine: set[Artist] = set()
        self._stages: dict[float, _Stage] = {}
        self._laid_out = False

    def add(self, artist: Artist, when: str = "always") -> None:
        """Redraw `artist` in every frame; `when` is "always", "moving" or "resting"."""
        if when not in ("always", "moving", "resting"):
            raise ValueError(f'when must be "always", "moving" or "resting", got {when!r}')
        if artist.axes is artist or artist.axes is None or not artist.axes.get_animated():
            artist.set_animated(True)
            self._artists.append(artist)
            self._artists.sort(key=lambda a: a.get_zorder())
        # otherwise its axes are redrawn as a whole (a turning 3-D view), and the artist with them
        if when != "always":
            {"moving": self._coarse, "resting": self._fine}[when].add(artist)

    def draw(self, ratio: float = 1.0, *, moving: bool = False) -> Array:
        """The pixels of the picture now: (height, width, 4) uint8, at `ratio` times the figure's own resolution.

        The array is a view into the renderer: copy what must outlive the next frame.
        """
        with DRAWING, self._at(ratio):
            for hidden, artists in ((moving, self._fine), (not moving, self._coarse)):
                for artist in artists:
                    artist.set_visible(not hidden)
            stage = self._stage(ratio)
            self._artists = [
                artist for artist in self._artists if artist.get_figure() is not None
            ]  # not removed since
            for artist in self._artists:
                artist.draw(stage.renderer)
            return np.asarray(stage.renderer.buffer_rgba())

    def _stage(self, ratio: float) -> _Stage:
        if self.figure.stale:
            self._stages.clear()
        stage = self._stages.get(ratio)
        if stage is not None:
            stage.renderer.restore_region(stage.background)
            return stage
        width, height = self.figure.bbox.size
        renderer = RendererAgg(width, height, self.figure.dpi)
        self.figure.draw(renderer)
        if (
            not self._laid_out
        ):  # the layout is found once: a picture whose axes shift while one drags is hard to read
            self.figure.set_layout_engine("none")
            self._laid_out = True
        stage = self._stages[ratio] = _Stage(renderer, renderer.copy_from_bbox(self.figure.bbox))
        return stage

    @contextmanager
    def _at(self, ratio: float) -> Iterator[None]:
        """The figure at `ratio` times its resolution. Changing that marks it as stale, which is no news for us."""
        if ratio == 1.0:
            yield
            return
        was_stale = self.figure.stale
        self.figure.dpi = self._dpi * ratio
        self.figure.stale = was_stale
        try:
            yield
        finally:
            was_stale = self.figure.stale
            self.figure.dpi = self._dpi
            self.figure.stale = was_stale

    def drop(self) -> None:
        """Keep no pixels: the backgrounds, and the renderers that the texts remember."""
        self._stages.clear()
        FigureCanvasAgg(
            self.figure
        )  # a fresh canvas: the old one keeps the renderer that found the layout
        for text in self.figure.findobj(Text):
            text._renderer = None


def to_jpeg(pixels: Array, quality: int = 85) -> bytes:
    """A frame for the wire while something moves: about 1 ms. Colours at full resolution, for thin lines."""
    height, width = pixels.shape[:2]
    image = Image.frombuffer("RGBX", (width, height), pixels, "raw", "RGBX", 0, 1)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality, subsampling=0)
    return buffer.getvalue()


def to_png(pixels: Array, *, small: bool = False) -> bytes:
    """A sharp frame: fast for the wire, or as `small` as it gets for a notebook that is committed."""
    image = Image.fromarray(np.ascontiguousarray(pixels[..., :3]))
    if small:  # 256 colours are enough for flat pictures, and a third of the bytes
        image = image.quantize(256, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    buffer = io.BytesIO()
    image.save(buffer, "PNG", **({"optimize": True} if small else {"compress_level": 1}))
    return buffer.getvalue()


def still(pixels: Array, sentence: str) -> tuple[dict, dict]:
    """The (data, metadata) of a picture drawn at STILL_RATIO and of the sentence that is its text alternative."""
    height, width = (round(side / STILL_RATIO) for side in pixels.shape[:2])
    data = {
        "image/png": base64.b64encode(to_png(pixels, small=True)).decode(),
        "text/plain": sentence,
    }
    return data, {"image/png": {"width": width, "height": height, "alt": sentence}}
