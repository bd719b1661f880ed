"""The canvas in the browser, seen from the kernel: who looks at it, and what is on its way there.

Never more than one frame is on the wire. The canvas acknowledges a frame as it receives it, before
it decodes it; while a handle is dragged the next position carries the acknowledgement. So a slow
connection or a slow kernel skips positions in the middle, and the last one always arrives.
`canvas.js` is the other end of this conversation.

    canvas → kernel   open · close · got · rest · reset · move {name, u, v} · key {name, right, up}
                      and with each of them view, ratio and got, the last frame that arrived
    kernel → canvas   frame {frame, sharp, summary, places, goals} + the encoded picture
                      computing, when that takes longer than a moment; the frame follows
"""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any, Protocol

import anywidget
import traitlets

from helpers.pictures.overdue import telling

LOST_AFTER = 1.0  # seconds until a frame that nobody acknowledged is given up
GONE_AFTER = 10.0  # seconds of silence until the views count as gone: a page may close unheard
SHARPEST = 2.0  # pixels per CSS pixel: beyond, the eye gains nothing and the wire pays


class Drawn(Protocol):
    """What the canvas asks of the figure that it shows."""

    lock: threading.RLock  # held whenever the figure is read or changed
    behind: bool  # did a control move since the last picture?

    def act(self, message: dict[str, Any]) -> None:
        """A handle was moved, a key pressed, or the reset button."""

    def encode(self, ratio: float, *, sharp: bool) -> tuple[bytes, dict[str, Any]]:
        """The picture at this pixel ratio, and the words and places that go with it."""

    def unseen(self) -> None:
        """Nobody looks any more."""


def _beside(name: str) -> str:
    """The text of a file beside this one: a path would be watched, and keep canvases alive."""
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


class Canvas(anywidget.AnyWidget):
    """An HTML canvas of `width` × `height` CSS pixels with handles on it, and words under it.

    It shows `figure`, and passes on to it what the learner does.
    """

    _esm = _beside("handles.js") + _beside("canvas.js")
    _css = _beside("canvas.css")
    width = traitlets.Int().tag(sync=True)
    height = traitlets.Int().tag(sync=True)

    def __init__(self, width: int, height: int, figure: Drawn) -> None:
        super().__init__(width=width, height=height)
        self._figure = figure
        self._ratios: dict[str, float] = {}  # pixels per CSS pixel, for every open view
        self._frame = 0  # the number of the last frame that was sent
        self._sharp_at = 0.0  # its ratio, if it was a sharp one
        self._sent_at: float | None = None  # when it left, while it is on the wire
        self._unheard_since: float | None = None  # since when frames have left without an answer
        self._open = True
        self.on_msg(self._hear)

    @property
    def seen(self) -> bool:
        """Is it open in some browser?"""
        return bool(self._ratios)

    @property
    def waiting(self) -> bool:
        """Is a frame on the wire that may still be acknowledged?"""
        return self._sent_at is not None and time.monotonic() - self._sent_at < LOST_AFTER

    def close(self) -> None:
        """Close the widget: nothing is heard or sent any more."""
        self._open = False
        self._ratios.clear()
        super().close()

    def answer(self) -> None:
        """Send the newest state, unless a frame is on the wire: its acknowledgement asks again."""
        if self._unheard_since is not None and time.monotonic() - self._unheard_since > GONE_AFTER:
            self._ratios.clear()
            self._sent_at = None
            self._figure.unseen()
        if self.seen and not self.waiting:
            self._put(sharp=False)

    def _hear(self, _canvas: Canvas, message: dict[str, Any], _buffers: list) -> None:
        """A message from the browser. Every position is answered, even one that changes nothing."""
        with self._figure.lock:
            if not self._open:
                return
            kind = message["kind"]
            self._unheard_since = None
            if message.get("got") == self._frame or kind == "open":
                self._sent_at = None
            if kind == "close":
                self._forget(message["view"])
                return
            self._ratios[message["view"]] = min(max(float(message["ratio"]), 1.0), SHARPEST)
            if kind in ("open", "rest") and not self._figure.behind:
                self._sharpen(is_new=kind == "open")
            else:
                self._react(kind, message)

    def _forget(self, view: str) -> None:
        """A view was closed."""
        self._ratios.pop(view, None)
        if not self.seen:
            self._figure.unseen()

    def _sharpen(self, *, is_new: bool) -> None:
        """Send a sharp picture, if a view is new or could show a sharper one than the last."""
        is_coarse = self._sharp_at < max(self._ratios.values())
        if (is_new or is_coarse) and not self.waiting:
            self._put(sharp=True)

    def _react(self, kind: str, message: dict[str, Any]) -> None:
        """Do what was done on the picture; answer it, unless that has answered by itself."""
        before = self._frame
        if kind not in ("open", "rest", "got"):
            self._figure.act(message)
        if self._frame == before and (kind != "got" or self._figure.behind):
            self.answer()

    def _put(self, *, sharp: bool) -> None:
        ratio = max(self._ratios.values()) if sharp else 1.0
        try:
            self._put_frame(ratio, sharp=sharp)
        except KeyboardInterrupt:
            self._put_frame(ratio, sharp=sharp)  # it computes nothing now, and says why in words
            raise

    def _put_frame(self, ratio: float, *, sharp: bool) -> None:
        with telling(self._tell_computing):
            picture, words = self._figure.encode(ratio, sharp=sharp)
        if not self._open:  # closed in the meantime, because it took too long
            return
        self._frame += 1
        self._sharp_at = ratio if sharp else 0.0
        self._sent_at = time.monotonic()
        self._unheard_since = self._unheard_since or self._sent_at
        message = {"kind": "frame", "frame": self._frame, "sharp": sharp, **words}
        self.send(message, buffers=[picture])

    def _tell_computing(self) -> None:
        """The next frame takes longer than a moment; it ends the notice that this begins."""
        self.send({"kind": "computing"}, buffers=[])
