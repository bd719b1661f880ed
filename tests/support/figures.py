"""A small live figure, and a stand-in for the canvas in the browser, for the tests of the pictures floor."""

from __future__ import annotations

import io

import ipywidgets
from PIL import Image

from helpers.pictures.live import LiveFigure


class Browser:
    """Plays the canvas in the browser: keeps what was sent, and answers only when told to."""

    def __init__(self, live: LiveFigure, ratio: float = 1.0) -> None:
        self.canvas, self.messages = live._canvas, []
        self.canvas.send = lambda content, buffers: self.messages.append((content, buffers[0]))
        self.ratio = ratio
        self.say("open")

    def say(self, kind: str, **words) -> None:
        self.canvas._hear(
            self.canvas, {"kind": kind, "view": "v", "ratio": self.ratio, "got": 0, **words}, []
        )

    def got(self) -> None:
        self.say("got", got=self.last["frame"])

    @property
    def last(self) -> dict:
        return self.messages[-1][0]

    @property
    def picture(self) -> Image.Image:
        return Image.open(io.BytesIO(self.messages[-1][1]))


def dot(function=None, **options) -> LiveFigure:
    """A dot that follows a slider and a handle."""
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


def show(live, **values):
    """Set the controls in this order and read what is said."""
    for name, value in values.items():
        live.controls[name].value = value
    return live.summary
