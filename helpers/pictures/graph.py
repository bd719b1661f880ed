"""Pictures of computation graphs: inputs on the left, the result on the right, numbers in boxes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cbook import normalize_kwargs
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D
from matplotlib.path import Path
from matplotlib.text import Annotation
from matplotlib.transforms import Affine2D

from helpers.pictures import style
from helpers.pictures.layers import Layout, layout
from helpers.pictures.readouts import Readouts
from helpers.pictures.says import number

Array = np.ndarray

BOX = (70, 34)  # points: a name and a number side by side, two lines of 10 points
HALF = BOX[0] / 2 - 4  # points from the middle of a box to where a text in it begins or ends
STUB = 0.3  # columns: as far an edge leaves its box level
PORTS = 0.56  # rows over which the edges of a box are spread
SIGNS = {"*": "×", "-": "−", "/": "÷", "**": "xⁿ"}
TEXT = {"fontsize": 10, "va": "center", "zorder": 4, "textcoords": "offset points"}


@dataclass
class Drawing:
    """A drawn graph: its nodes, inputs first, and what was drawn for each of them."""

    nodes: list[Any]
    layout: Layout
    labels: list[Annotation]
    values: Readouts
    gradients: Readouts

    def show(self, values: Sequence[Any], gradients: Sequence[Any]) -> None:
        """Write these numbers into the boxes, one for each node; None leaves a blank."""
        self.values.texts = [number(value) for value in values]
        self.gradients.texts = [number(gradient) for gradient in gradients]


def inputs(node: Any) -> list[Any]:
    """What a node was made of: the first part of each of its `.edges`, whatever else they hold."""
    return [edge[0] for edge in node.edges]


def nodes(result: Any) -> list[Any]:
    """The result and all that it was made of, every node after its inputs."""
    order: list[Any] = []
    seen: set[int] = set()
    waiting = [(result, False)]  # a node, and whether its inputs are listed
    while waiting:
        node, is_done = waiting.pop()
        if is_done:
            order.append(node)
        elif id(node) not in seen:
            seen.add(id(node))
            waiting.append((node, True))
            waiting.extend((source, False) for source in reversed(inputs(node)))
    return order


def draw(ax: Axes, result: Any, *, columns: Sequence[float] | None = None, **names: Any) -> Drawing:
    """Draw the graph behind `result`: in each box an operation or a name, the value, the gradient.

    result: anything with `.edges` (pairs that begin with an input), `.op`, `.data` and `.grad`,
    such as `helpers.autograd.Tensor`. names: what nodes are called; of a result the name stands
    above its box, and a name of what is not in the graph is left out. columns: where the columns
    stand, if they are not to be equally far apart; ValueError for too few.

    >>> from helpers.autograd import Tensor
    >>> from helpers.pictures import plots
    >>> fig, ax = plots.figure(5, 2)
    >>> x = Tensor(3.0, requires_grad=True)
    >>> drawing = draw(ax, x * x + x, x=x)
    >>> [label.get_text() for label in drawing.labels], drawing.values.texts
    (['x', '×', '+'], ['3', '9', '12'])
    """
    order = nodes(result)
    index = {id(node): i for i, node in enumerate(order)}
    found = layout([[index[id(source)] for source in inputs(node)] for node in order])
    if columns is not None:
        _stretch(found, columns)
    called = {index[id(node)]: name for name, node in names.items() if id(node) in index}
    _frame(ax, found)
    is_leaf = np.array([not node.edges for node in order])
    ax.add_collection(_edges(found))
    boxes(ax, found.places[is_leaf], markerfacecolor="#E4EEF6")
    boxes(ax, found.places[~is_leaf], markerfacecolor="white")
    labels = _labels(ax, order, found.places, called)
    values = Readouts(ax, found.places, offset=(HALF, 8))
    gradients = Readouts(ax, found.places, offset=(HALF, -8), color=style.GRADIENT)
    drawing = Drawing(order, found, labels, values, gradients)
    drawing.show([node.data for node in order], [node.grad for node in order])
    return drawing


def _stretch(found: Layout, columns: Sequence[float]) -> None:
    """Put the columns where they are wanted."""
    needed = int(found.places[:, 0].max()) + 1
    if len(columns) < needed:
        raise ValueError(f"the graph has {needed} columns, got places for {len(columns)}")
    for points in (found.places, *(corners for *_, corners in found.edges)):
        points[:, 0] = np.take(columns, points[:, 0].astype(int))


def _frame(ax: Axes, found: Layout) -> None:
    """Limits around the whole graph; rows are counted downwards."""
    left, top = found.places.min(axis=0)
    right, bottom = found.places.max(axis=0)
    ax.set(xlim=(left - 0.5, right + 0.5), ylim=(bottom + 0.6, top - 0.85))
    ax.set_axis_off()


def _edges(found: Layout) -> LineCollection:
    with style.context():
        return LineCollection(curves(found), colors=style.GREY, linewidths=1.5, zorder=1)


def _labels(ax: Axes, order: list[Any], places: Array, called: dict[int, str]) -> list[Annotation]:
    """In each box the name of an input or the operation; above a result its name, if it has one."""
    labels = []
    for i, (node, place) in enumerate(zip(order, places)):
        name = called.get(i, "")
        own = SIGNS.get(node.op, node.op) if node.edges else name
        labels.append(ax.annotate(own, place, (-HALF, 0), weight="bold", **TEXT))
        if node.edges and name:
            above = (0, BOX[1] / 2 + 7)
            ax.annotate(name, place, above, color=style.GREY, ha="center", **TEXT)
    return labels


def boxes(ax: Axes, places: Array, **look: Any) -> list[Line2D]:
    """A box around each of these places (n, 2); look is that of a line's markers."""
    square = Path.unit_rectangle()
    outline = square.transformed(Affine2D().translate(-0.5, -0.5).scale(1, BOX[1] / BOX[0]))
    border = {"markeredgecolor": style.GREY, "markeredgewidth": 1.2, "zorder": 2, "clip_on": False}
    look = border | normalize_kwargs(look, Line2D)
    x, y = np.reshape(places, (-1, 2)).T
    return ax.plot(x, y, linestyle="none", marker=outline, markersize=BOX[0], **look)


def curves(found: Layout) -> list[Array]:
    """Each edge as a smooth line (m, 2) through its bends.

    Edges of the same box leave and arrive at heights of their own.
    """
    ways = [corners.copy() for _, _, corners in found.edges]
    for end, next_one, side in ((0, 1, 0), (-1, -2, 1)):
        for box in range(len(found.places)):
            mine = [k for k, edge in enumerate(found.edges) if edge[side] == box]
            mine.sort(key=lambda k: found.edges[k][2][next_one, 1])
            for port, k in enumerate(mine):
                ways[k][end, 1] += (port - (len(mine) - 1) / 2) * PORTS / len(mine)
    return [_smooth(way) for way in ways]


def _smooth(way: Array) -> Array:
    """From the middle of a box level to its border, then cubics (Hermite) from bend to bend."""
    t = np.linspace(0, 1, 17)
    x, y = way.T.copy()
    x[0] += STUB
    x[-1] -= STUB
    slope = np.concatenate([[0], (y[2:] - y[:-2]) / (x[2:] - x[:-2]), [0]])
    parts = [way[:1]]
    for a, b in zip(range(len(x)), range(1, len(x))):
        width = x[b] - x[a]
        bend = width * (slope[a] * t * (1 - t) ** 2 - slope[b] * t * t * (1 - t))
        rise = y[a] + (y[b] - y[a]) * t * t * (3 - 2 * t) + bend
        parts.append(np.column_stack([x[a] + width * t, rise]))
    return np.concatenate([*parts, way[-1:]])
