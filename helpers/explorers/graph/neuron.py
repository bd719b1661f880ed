"""A neuron and its squared error as a graph, to be gone through step by step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from ipywidgets import IntSlider
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from helpers.explorers.graph.steps import (
    FORWARD,
    LAST,
    STEPS,
    TURN,
    Passes,
    Step,
    compute,
    has_gradient,
    has_value,
    in_words,
    local_derivative,
    weight,
)
from helpers.pictures import graph, plots, style
from helpers.pictures.live import LiveFigure
from helpers.pictures.says import number
from helpers.pictures.updates import Seen

Array = np.ndarray

HANDLES = {"x1": "x₁", "w1": "w₁", "x2": "x₂", "w2": "w₂", "b": "b", "minus_y": "−y"}
AT_FIRST = {"x1": 1.5, "w1": 1.25, "x2": -1.0, "w2": 0.5, "b": -0.375, "minus_y": -2.5}
REACH = 3.125  # of a handle to either side, in eighths: so an arrow key moves it by just one
FIRST = len(FORWARD)  # the step that is shown at first: all values, and no derivative yet
COLUMNS = (0, 1.2, 2.1, 3, 3.9, 4.8, 6)  # further apart where the factors on the edges are long
HALF_A_BOX = 0.345  # columns, of seven in this picture
FORWARD_ZONE, BACKWARD_ZONE = "#DCEAF5", "#F7DFCF"

# ---- what it computes: in steps.py, but for the inputs


def in_eighths(value: float) -> float:
    """The nearest multiple of 1/8: those, and what is made of them, are exact in binary.

    >>> in_eighths(0.3)
    0.25
    """
    return round(8 * value) / 8


# ---- what it draws


class Drawing:
    """The graph with a track for a handle under each input, and below it a strip for the steps."""

    def __init__(self, live: LiveFigure, nodes: dict[str, Any]) -> None:
        """`nodes` is what `compute` returns, whatever the numbers in it are."""
        ax = live.figure.add_axes((0, 0.11, 1, 0.89))
        self.strip = live.figure.add_axes((0.05, 0.01, 0.9, 0.065))
        self._draw_graph(ax, nodes)
        self._draw_marks(live, ax)
        self.tracks = {
            control: self._draw_track(live, ax, name) for control, name in HANDLES.items()
        }
        self._draw_strip()

    def _draw_graph(self, ax: Axes, nodes: dict[str, Any]) -> None:
        self._graph = graph.draw(ax, nodes["J"], columns=COLUMNS, **nodes)
        layout = self._graph.layout
        names = list(nodes)
        self._graph.labels[names.index("J")].set_text("x²")  # the graph does not know its exponent
        self._places = dict(zip(names, layout.places))
        self._edges = {
            (names[source], names[result]): between_boxes(curve)
            for (source, result, _), curve in zip(layout.edges, graph.curves(layout))
        }

    @style.context()
    def _draw_marks(self, live: LiveFigure, ax: Axes) -> None:
        """What marks a step: a frame around its node, its edges, and the factor on one of them."""
        (self._here,) = live.animated(graph.boxes(ax, [], mfc="none", mew=3, zorder=5))
        edges = LineCollection([], linewidths=3.5, zorder=1.5)
        self._used = live.animated(ax.add_collection(edges))
        live.animated([self._graph.values, self._graph.gradients])
        look = {"color": "white", "weight": "bold", "ha": "center", "zorder": 6}
        badge = {"fc": style.GRADIENT, "lw": 0, "pad": 2}
        factor = plots.label(ax, "", (0, 0), offset=(0, 0), bbox=badge, **look)
        self._factor = live.animated(factor)

    def _draw_track(self, live: LiveFigure, ax: Axes, name: str) -> Axes:
        """Axes 35 pixels below the box of an input, with a line on which its handle moves."""
        below = ax.transData.transform(self._places[name]) - (0, 35)
        x, y = live.figure.transFigure.inverted().transform(below)
        track = live.figure.add_axes((x - 0.045, y - 0.01, 0.09, 0.02))
        track.set(xlim=(-REACH, REACH), ylim=(-1, 1))
        track.set_axis_off()
        look = {"lw": 4, "solid_capstyle": "round", "clip_on": False}
        track.plot((-REACH, REACH), (0, 0), color=style.PALE, **look)
        return track

    def _draw_strip(self) -> None:
        """The scale of the slider: which steps go forward, and which go backward."""
        self.strip.set(xlim=(0, LAST), ylim=(0, 1))
        self.strip.set_axis_off()
        turn = TURN - 0.5
        self._draw_zone(0, turn, "forward: values", FORWARD_ZONE)
        self._draw_zone(turn, LAST, "backward: derivatives", BACKWARD_ZONE)
        plots.label(self.strip, "step", (0, 0.5), ha="right", offset=(-6, 0))

    def _draw_zone(self, low: float, high: float, words: str, color: str) -> None:
        self.strip.axvspan(low, high, color=color, lw=0)
        plots.label(self.strip, words, ((low + high) / 2, 0.5), offset=(0, 0), ha="center")

    def show(self, step: int, passes: Passes) -> None:
        """Write what is known after so many steps, and mark the last of them."""
        self._graph.show(
            [value if has_value(name, step) else None for name, value in passes.values.items()],
            [grad if has_gradient(name, step) else None for name, grad in passes.gradients.items()],
        )
        color = style.DOWNHILL if step < TURN else style.GRADIENT
        self._mark(STEPS[step], color, local_derivative(step, passes))

    def _mark(self, step: Step, color: str, local: float | None) -> None:
        places = [self._places[name] for name in step.nodes]
        self._here.set_data(*np.reshape(places, (-1, 2)).T)
        self._here.set_markeredgecolor(color)
        edges = [self._edges[edge] for edge in step.edges]
        self._used.set_segments(edges)
        self._used.set_color(color)
        self._factor.set_text("" if local is None else f"×{number(local)}")
        self._factor.xy = edges[0].mean(axis=0) if edges else (0, 0)


def between_boxes(curve: Array) -> Array:
    """The part of an edge (n, 2) that is not hidden by the two boxes at its ends, (40, 2)."""
    x = np.linspace(curve[0, 0] + HALF_A_BOX, curve[-1, 0] - HALF_A_BOX, 40)
    return np.column_stack([x, np.interp(x, *curve.T)])


# ---- the figure


def neuron(tensor: Callable[[float], Any] = weight) -> LiveFigure:
    """One neuron and its squared error as a graph: values forward, then derivatives backward.

    Controls: `step` goes through the computation; the handles `x1`, `w1`, `x2`, `w2`, `b` and
    `minus_y` under the inputs change them, in eighths.

    `tensor` makes a number that remembers its inputs: the lesson's own class, or by default
    `helpers.autograd.Tensor`. Where its `.grad` is not what the chain rule says, the words say so.

    >>> live = neuron()
    >>> print(live.summary)
    Step 7 of 20, forward: J = e² = (−1.5)² = 2.25.
    >>> live.close()
    """
    about = (
        "A neuron with a squared error as a graph: "
        "values in black, and below them in orange the derivatives of J."
    )
    live = LiveFigure(10, 5.6, about=about, layout="none")
    _connect(live, Drawing(live, compute(weight, list(AT_FIRST.values()))), tensor)
    live.goal(
        "Switch the neuron off, so that no derivative reaches its weights",
        lambda seen: seen.values["z"] <= 0,
    )
    live.goal("Bring J below 0.01", lambda seen: seen.values["J"] < 0.01)
    return live


def _connect(live: LiveFigure, drawing: Drawing, tensor: Callable[[float], Any]) -> None:
    for control, track in drawing.tracks.items():
        look = {"label": HANDLES[control], "color": style.DOWNHILL}
        live.draggable(track, control, (AT_FIRST[control], 0), along="x", **look)
    live.beneath(drawing.strip, "step")

    @live.update(step=IntSlider(value=FIRST, min=0, max=LAST))
    def _(step, **handles):
        passes = Passes(tensor, [in_eighths(handles[control][0]) for control in HANDLES])
        drawing.show(step, passes)
        return Seen(
            in_words(step, passes),
            step=step,
            values=passes.values,
            gradients=passes.gradients,
            local=local_derivative(step, passes),
        )
