"""The canvas in the browser, seen from the kernel: who looks at it, and what is on its way there.

Never more than one frame is on the wire. The canvas acknowledges a frame as it receives it, before it decodes it; while
a handle is dragged the next position carries the acknowledgement. So a slow connection or a slow kernel skips positions
in the middle, and the last one always arrives. `live.js` is the other end of this conversation.

    canvas → kernel   open {view, ratio} · close {view} · got {frame} · rest {ratio} · reset
                      move {name, u, v} · key {name, right, up}
    kernel → canvas   frame {frame, sharp, summary, places, goals} + the encoded picture
"""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Protocol

import anywidget
import traitlets

LOST_AFTER = 1.0  # seconds until a frame that nobody acknowledged is given up
SHARPEST = 2.0  # pixels per CSS pixel: beyond, the eye gains nothing and the wire pays


class Drawn(Protocol):
    """What the canvas asks of the figure that it shows."""

    lock: threading.RLock  # held whenever the figure is read or changed
    behind: bool  # did a control move since the last picture?

    def act(self, message: dict) -> None:
        """A handle was moved, a key pressed, or the reset button."""

    def encode(self, ratio: float, *, sharp: bool) -> tuple[bytes, dict]:
        """The picture at this pixel ratio, and the words and places that go with it."""

    def unseen(self) -> None:
        """Nobody looks any more."""


class Canvas(anywidget.AnyWidget):
    """An HTML canvas of `width` × `height` CSS pixels with handles on it, and words under it."""

    _esm = (
        Path(__file__).with_name("live.js").read_text(encoding="utf-8")
    )  # as text: a path would be watched, and the watcher
    _css = Path(__file__).with_name("live.css").read_text(encoding="utf-8")  # would keep every closed canvas alive
    width = traitlets.Int().tag(sync=True)
    height = traitlets.Int().tag(sync=True)

    def __init__(self, width: int, height: int, figure: Drawn) -> None:
        super().__init__(width=width, height=height)
        self._figure = figure
        self._ratios: dict[str, float] = {}  # pixels per CSS pixel, for every open view
        self._frame = 0
        self._sent_at: float | None = None
        self.on_msg(self._hear)

    @property
    def seen(self) -> bool:
        """Is it open in some browser?"""
        return bool(self._ratios)

    @property
    def waiting(self) -> bool:
        """Is a frame on the wire that may still be acknowledged?"""
        return self._sent_at is not None and time.monotonic() - self._sent_at < LOST_AFTER

    def answer(self) -> None:
        """Send the newest state, unless a frame is on the wire: its acknowledgement will ask again."""
        if self.seen and not self.waiting:
            self._put(sharp=False)

    def _hear(self, _canvas: Canvas, message: dict, _buffers: list) -> None:
        """A message from the browser. Every position is answered, even one that changes nothing."""
        with self._figure.lock:
            kind, before = message["kind"], self._frame
            if message.get("got") == self._frame or kind == "open":
                self._sent_at = None
            if kind in ("open", "rest"):
                self._ratios[message["view"]] = min(max(float(message["ratio"]), 1.0), SHARPEST)
                if not self._figure.behind:
                    return self._put(sharp=True)
            elif kind == "close":
                self._ratios.pop(message["view"], None)
                return None if self.seen else self._figure.unseen()
            elif kind != "got":
                self._figure.act(message)
            if self._frame == before and (kind != "got" or self._figure.behind):
                self.answer()

    def _put(self, *, sharp: bool) -> None:
        ratio = max(self._ratios.values()) if sharp else 1.0
        picture, words = self._figure.encode(ratio, sharp=sharp)
        self._frame += 1
        self._sent_at = time.monotonic()
        self.send({"kind": "frame", "frame": self._frame, "sharp": sharp, **words}, buffers=[picture])
