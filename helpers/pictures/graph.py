"""Pictures of computation graphs: inputs on the left, the result on the right, values and gradients in the boxes.

Laid out in layers, as Sugiyama, Tagawa and Toda (1981), Methods for visual understanding of hierarchical system
structures: a node stands as far to the right as its longest way from the inputs, within a layer nodes are sorted by
the mean place of their neighbours until few edges cross, and heights follow the neighbours as far as there is room.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D
from matplotlib.path import Path
from matplotlib.text import Annotation
from matplotlib.transforms import Affine2D

from helpers.pictures import style
from helpers.pictures.numbers import Numbers

Array = np.ndarray

STARTS, SWEEPS = 20, 12  # orders to begin with, and how often each is improved
STUB = 0.3  # columns: as far an edge leaves its box level
BOX = (70, 34)  # points: a name and a number side by side, two lines of 10 points
GAPS = {
    2: 1.0,
    1: 0.9,
    0: 0.4,
}  # rows between two neighbours in a layer, by how many of them are nodes: edges are thin
SIGNS = {"*": "×", "-": "−", "/": "÷", "**": "xⁿ"}


class Layout(NamedTuple):
    """Where the nodes stand, (n, 2) in columns and rows, and the corners of each edge (source, target, corners)."""

    places: Array
    edges: list[tuple[int, int, Array]]
    crossings: int


@dataclass
class Drawing:
    """A drawn graph: its nodes, inputs first, and what was drawn for each of them."""

    nodes: list[Any]
    layout: Layout
    labels: list[Annotation]
    values: Numbers
    gradients: Numbers

    def show(self, values: Sequence[Any], gradients: Sequence[Any]) -> None:
        """Write these numbers into the boxes; None leaves a blank."""
        self.values.texts, self.gradients.texts = [*map(number, values)], [*map(number, gradients)]


def inputs(node: Any) -> list[Any]:
    """What a node was made of: the first part of each of its `.edges`, whatever else they hold."""
    return [edge[0] for edge in node.edges]


def nodes(result: Any) -> list[Any]:
    """The result and all that it was made of, every node after its inputs."""
    order, seen, waiting = [], set(), [(result, False)]
    while waiting:
        node, is_done = waiting.pop()
        if is_done:
            order.append(node)
        elif id(node) not in seen:
            seen.add(id(node))
            waiting.append((node, True))
            waiting.extend((source, False) for source in reversed(inputs(node)))
    return order


def layout(sources: Sequence[Sequence[int]]) -> Layout:
    """Places for a graph whose node i is made of the nodes sources[i], all of them before i.

    >>> found = layout([[], [], [0, 1], [2]])
    >>> found.places[:, 0], found.crossings
    (array([0., 0., 1., 2.]), 0)
    """
    n, column = len(sources), []
    for these in sources:
        column.append(1 + max((column[j] for j in these), default=-1))
    chains = []  # an edge over several columns gets a bend in each column that it passes: they need room, too
    for target, these in enumerate(sources):
        for source in these:
            bends = range(len(column), len(column) + column[target] - column[source] - 1)
            column.extend(range(column[source] + 1, column[target]))
            chains.append([source, *bends, target])
    pieces = [pair for chain in chains for pair in zip(chain, chain[1:])]
    before, after = ([[] for _ in column] for _ in range(2))
    for a, b in pieces:
        after[a].append(b)
        before[b].append(a)
    layers = [[i for i, c in enumerate(column) if c == k] for k in range(max(column) + 1)]
    crossings = _sort(layers, before, after, pieces)
    height = _heights(layers, before, after, n)
    places = np.column_stack([column, height]).astype(float)
    return Layout(places[:n], [(chain[0], chain[-1], places[chain]) for chain in chains], crossings)


def _sort(layers: list[list[int]], before: list, after: list, pieces: list) -> int:
    """Order every layer by the mean place of its neighbours, to and fro; keep the order with the fewest crossings."""

    def ranks() -> dict[int, int]:
        return {i: k for layer in layers for k, i in enumerate(layer)}

    rng, fewest, best = np.random.default_rng(0), np.inf, None
    for _ in range(STARTS):
        for sweep in range(SWEEPS):
            found = _crossings(layers, ranks(), pieces)
            if found < fewest:
                fewest, best = found, [list(layer) for layer in layers]
            if fewest == 0:
                break
            neighbours = before if sweep % 2 else after
            for layer in layers if sweep % 2 else reversed(layers):
                rank = ranks()
                layer.sort(key=lambda i: np.mean([rank[j] for j in neighbours[i] or [i]]))
        for layer in layers:
            rng.shuffle(layer)
    layers[:] = best
    return fewest


def _crossings(layers: list[list[int]], rank: dict[int, int], pieces: list) -> int:
    """How many pairs of edges cross between two columns."""
    column = {i: k for k, layer in enumerate(layers) for i in layer}
    ends = np.array([(column[a], rank[a], rank[b]) for a, b in pieces]).reshape(-1, 3)
    one, other = ends[:, None], ends[None]
    swapped = (one[..., 1] < other[..., 1]) & (one[..., 2] > other[..., 2])
    return int(np.sum(swapped & (one[..., 0] == other[..., 0])))


def _heights(layers: list[list[int]], before: list, after: list, n: int) -> Array:
    """Rows near the mean of the neighbours, in the order of each layer, with room between them."""
    height = np.zeros(len(before))
    gaps = [
        np.array([GAPS[(a < n) + (b < n)] for a, b in zip(layer, layer[1:])]) for layer in layers
    ]
    for layer, gap in zip(layers, gaps):
        rows = np.concatenate([[0], np.cumsum(gap)])
        height[layer] = rows - rows.mean()
    for sweep in range(SWEEPS):
        order = range(len(layers)) if sweep % 2 == 0 else range(len(layers))[::-1]
        for k in order:
            wanted = [
                np.mean([height[j] for j in before[i] + after[i]] or height[i]) for i in layers[k]
            ]
            height[layers[k]] = _apart(np.array(wanted), gaps[k])
    return height


def _apart(wanted: Array, gaps: Array) -> Array:
    """The heights nearest to the wanted ones, by least squares, that keep their order and the gaps between them."""
    offsets, blocks = np.concatenate([[0], np.cumsum(gaps)]), []
    for height in wanted - offsets:
        blocks.append((height, 1))
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            (a, m), (b, k) = blocks[-2:]
            blocks[-2:] = [((a * m + b * k) / (m + k), m + k)]
    return np.repeat(*zip(*blocks)) + offsets


def draw(ax: Axes, result: Any, *, columns: Sequence[float] | None = None, **names: Any) -> Drawing:
    """Draw the graph behind `result`: in each box the operation or the name, the value, and below it the gradient.

    result: anything with `.edges` (pairs that begin with an input), `.op`, `.data` and `.grad`, such as
    `helpers.autograd.Tensor`. names: what nodes are called; of a result the name stands above its box. columns: where
    the columns stand, if they are not to be equally far apart.

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
    called = {index[id(node)]: name for name, node in names.items() if id(node) in index}
    if columns is not None:
        for points in (found.places, *(corners for *_, corners in found.edges)):
            points[:, 0] = np.take(columns, points[:, 0].astype(int))
    (left, top), (right, bottom) = found.places.min(axis=0), found.places.max(axis=0)
    ax.set(
        xlim=(left - 0.5, right + 0.5), ylim=(bottom + 0.6, top - 0.85)
    )  # rows are counted downwards
    ax.set_axis_off()
    ax.add_collection(LineCollection(curves(found), colors=style.GREY, linewidths=1.5, zorder=1))
    is_leaf = np.array([not node.edges for node in order])
    boxes(ax, found.places[is_leaf], mfc="#E4EEF6")
    boxes(ax, found.places[~is_leaf], mfc="white")

    half, look = (
        BOX[0] / 2 - 4,
        {"fontsize": 10, "va": "center", "zorder": 4, "textcoords": "offset points"},
    )
    labels = []
    for i, (node, place) in enumerate(zip(order, found.places)):
        own = called.get(i, "") if is_leaf[i] else SIGNS.get(node.op, node.op)
        labels.append(ax.annotate(own, place, (-half, 0), weight="bold", **look))
        if i in called and not is_leaf[i]:
            ax.annotate(
                called[i], place, (0, BOX[1] / 2 + 7), color=style.GREY, ha="center", **look
            )
    values = Numbers(ax, found.places, offset=(half, 8))
    gradients = Numbers(ax, found.places, offset=(half, -8), color=style.GRADIENT)
    drawing = Drawing(order, found, labels, values, gradients)
    drawing.show([node.data for node in order], [node.grad for node in order])
    return drawing


def boxes(ax: Axes, places: Array, **look: Any) -> list[Line2D]:
    """A box around each of these places."""
    outline = Path.unit_rectangle().transformed(
        Affine2D().translate(-0.5, -0.5).scale(1, BOX[1] / BOX[0])
    )
    look = {"mec": style.GREY, "mew": 1.2, "zorder": 2, "clip_on": False, **look}
    return ax.plot(
        *np.reshape(places, (-1, 2)).T, ls="none", marker=outline, markersize=BOX[0], **look
    )


def curves(found: Layout) -> list[Array]:
    """Each edge as a smooth line through its bends; edges of the same box leave and arrive at heights of their own."""
    ways = [corners.copy() for _, _, corners in found.edges]
    for here, there, side in ((0, 1, 0), (-1, -2, 1)):
        for i in range(len(found.places)):
            mine = [k for k, edge in enumerate(found.edges) if edge[side] == i]
            mine.sort(key=lambda k: found.edges[k][2][there, 1])
            for port, k in enumerate(mine):
                ways[k][here, 1] += (port - (len(mine) - 1) / 2) * 0.56 / len(mine)
    t = np.linspace(0, 1, 17)
    drawn = []
    for way in ways:
        x, y = (way + [[STUB, 0], *[[0, 0]] * (len(way) - 2), [-STUB, 0]]).T
        slope = np.concatenate([[0], (y[2:] - y[:-2]) / (x[2:] - x[:-2]), [0]])
        parts = [
            way[:1]
        ]  # from the middle of a box level to its border, then cubics (Hermite) from bend to bend
        for a, b in zip(range(len(x)), range(1, len(x))):
            width = x[b] - x[a]
            bend = width * (slope[a] * t * (1 - t) ** 2 - slope[b] * t * t * (1 - t))
            parts.append(
                np.column_stack(
                    [x[a] + width * t, y[a] + (y[b] - y[a]) * t * t * (3 - 2 * t) + bend]
                )
            )
        drawn.append(np.concatenate([*parts, way[-1:]]))
    return drawn


def number(value: Any) -> str:
    """Four digits of a number, or two where they would not fit into a box; the shape of an array, nothing of None."""
    if value is None:
        return ""
    if np.ndim(value):
        return "×".join(map(str, np.shape(value)))
    value = float(value) + 0.0  # no −0
    return f"{value:.{4 if 0.1 <= abs(value) < 10_000 else 2}g}".replace("-", "−")
