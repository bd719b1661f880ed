"""A small live figure, and stand-ins for the browser's canvas and for a lock, for the tests."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from typing import Any

import ipywidgets
from PIL import Image

from helpers.pictures.live import LiveFigure


class Browser:
    """Plays the canvas in the browser: keeps what was sent, and answers only when told to."""

    def __init__(self, live: LiveFigure, ratio: float = 1.0) -> None:
        self.canvas = live._canvas
        self.ratio = ratio  # pixels per CSS pixel
        self.messages: list[tuple[dict, bytes]] = []
        self.is_told = threading.Event()  # that the kernel computes for longer than a moment
        self.canvas.send = self._hear
        self.say("open")

    def say(self, kind: str, **words: Any) -> None:
        """Send a message of this kind, as canvas.js would."""
        message = {"kind": kind, "view": "v", "ratio": self.ratio, "got": 0, **words}
        self.canvas._hear(self.canvas, message, [])

    def _hear(self, content: dict, buffers: list) -> None:
        if content["kind"] == "computing":
            self.is_told.set()
        else:
            self.messages.append((content, buffers[0]))

    def got(self) -> None:
        """Acknowledge the last frame."""
        self.say("got", got=self.last["frame"])

    @property
    def last(self) -> dict:
        """The last message, without its picture."""
        return self.messages[-1][0]

    @property
    def picture(self) -> Image.Image:
        """The picture of the last message."""
        return Image.open(io.BytesIO(self.messages[-1][1]))


class WatchedLock:
    """A lock that one thread may hold several times, and that tells when another has to wait."""

    def __init__(self) -> None:
        self.waited_for = threading.Event()
        self._lock = threading.RLock()

    def acquire(self, timeout: float = -1) -> bool:
        """Whether it was got; a wait is told as it begins."""
        if self._lock.acquire(blocking=False):
            return True
        self.waited_for.set()
        return self._lock.acquire(timeout=timeout)

    def release(self) -> None:
        """Give it back."""
        self._lock.release()

    def __enter__(self) -> None:
        self.acquire()

    def __exit__(self, *error: object) -> None:
        self.release()


class Meeting:
    """Two threads at a critical place: the first is held there until the second waits or is done.

    `first` calls `held_here` in the middle of its work. While it is held, `second` runs in another
    thread, until it has to wait for `lock` or has finished without.
    """

    def __init__(self, lock: WatchedLock) -> None:
        self._lock = lock
        self._arrived = threading.Event()
        self._may_go_on = threading.Event()

    def held_here(self) -> None:
        """The critical place: the first thread to come here is held, later ones pass."""
        if not self._arrived.is_set():
            self._arrived.set()
            self._may_go_on.wait(60)

    def run(self, first: Callable[[], Any], second: Callable[[], Any]) -> None:
        """Let both meet, and wait for both."""
        one = threading.Thread(target=first)
        other = threading.Thread(target=self._then_let_go, args=(second,))
        one.start()
        assert self._arrived.wait(60), "the first thread never came to the critical place"
        other.start()
        assert self._lock.waited_for.wait(60), "the second thread neither waited nor finished"
        self._may_go_on.set()
        one.join()
        other.join()

    def _then_let_go(self, second: Callable[[], Any]) -> None:
        try:
            second()
        finally:
            self._lock.waited_for.set()


def dot(function: Callable[[float], Any] | None = None, **options: Any) -> LiveFigure:
    """A dot that follows a slider, and a handle; `function` is called with the slider's value."""
    live = LiveFigure(3, 2, about="A dot.", **options)
    ax = live.subplots()
    ax.set(xlim=(0, 10), ylim=(0, 10))
    (mark,) = live.animated(ax.plot([], [], "s", markersize=12))
    live.draggable(ax, "start", (5, 5))
    live.calls = []

    @live.update(x=ipywidgets.FloatSlider(min=0, max=10, step=0.5, value=2))
    def _(start, x):
        live.calls.append((start, x))
        mark.set_data([x], [2])
        if function:
            function(x)
        return f"x {x:g} start {start[0]:.1f} {start[1]:.1f}"

    return live


def show(live: LiveFigure, **values: Any) -> str:
    """Set the controls in this order and read what is said."""
    for name, value in values.items():
        live.controls[name].value = value
    return live.summary
