"""Where the nodes of a graph stand: in layers, with room for every edge, and few of them crossing.

As Sugiyama, Tagawa and Toda (1981), Methods for visual understanding of hierarchical system
structures: a node stands as far to the right as its longest way from the inputs; an edge over
several layers gets a bend (their "dummy vertex") in each layer that it passes; within a layer nodes
and bends are sorted by the mean place of their neighbours (the "barycentre") until few edges cross;
and heights follow the neighbours as far as there is room.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

Array = np.ndarray
Neighbours = list[list[int]]  # of each node or bend

STARTS = 20  # orders to begin with
SWEEPS = 12  # how often each is improved
# Rows between two neighbours in a layer, by how many of them are nodes: edges are thin.
GAPS = {2: 1.0, 1: 0.9, 0: 0.4}


class Layout(NamedTuple):
    """Where the nodes stand, (n, 2) in columns and rows; each edge as (source, target, corners)."""

    places: Array
    edges: list[tuple[int, int, Array]]  # corners (m, 2): the source, the bends, the target
    crossings: int


def layout(sources: Sequence[Sequence[int]]) -> Layout:
    """Places for a graph whose node i is made of the nodes sources[i].

    Raises ValueError if one of these does not come before i.

    >>> found = layout([[], [], [0, 1], [2]])
    >>> found.places[:, 0], found.crossings
    (array([0., 0., 1., 2.]), 0)
    """
    n = len(sources)
    columns = _columns(sources)
    chains = _chains(sources, columns)
    pieces = [pair for chain in chains for pair in zip(chain, chain[1:])]
    before: Neighbours = [[] for _ in columns]
    after: Neighbours = [[] for _ in columns]
    for left, right in pieces:
        after[left].append(right)
        before[right].append(left)
    layers = [[i for i, c in enumerate(columns) if c == k] for k in range(max(columns) + 1)]
    layers, crossings = _sorted(layers, before, after, pieces)
    neighbours = [left + right for left, right in zip(before, after)]
    places = np.column_stack([columns, _heights(layers, neighbours, n)]).astype(float)
    edges = [(chain[0], chain[-1], places[chain]) for chain in chains]
    return Layout(places[:n], edges, crossings)


def _columns(sources: Sequence[Sequence[int]]) -> list[int]:
    """For each node, how many steps its longest way from the inputs has."""
    columns: list[int] = []
    for node, these in enumerate(sources):
        if any(source >= node for source in these):
            raise ValueError(f"node {node} must be made of nodes before it, got {list(these)}")
        columns.append(1 + max((columns[source] for source in these), default=-1))
    return columns


def _chains(sources: Sequence[Sequence[int]], columns: list[int]) -> list[list[int]]:
    """Each edge as [source, a bend in every column between, target]; the bends join `columns`."""
    chains = []
    for target, these in enumerate(sources):
        for source in these:
            between = range(columns[source] + 1, columns[target])
            bends = range(len(columns), len(columns) + len(between))
            columns.extend(between)
            chains.append([source, *bends, target])
    return chains


def _sorted(
    layers: list[list[int]],
    before: Neighbours,
    after: Neighbours,
    pieces: list[tuple[int, int]],
) -> tuple[list[list[int]], int]:
    """The layers in the order that was found with the fewest crossings, and how many those are.

    Every layer is sorted by the mean place of its neighbours, to and fro, from several orders.
    """
    rng = np.random.default_rng(0)
    fewest = len(pieces) ** 2 + 1  # more than there can be
    best = layers
    for _ in range(STARTS):
        for sweep in range(SWEEPS):
            found = _crossings(layers, pieces)
            if found < fewest:
                fewest = found
                best = [list(layer) for layer in layers]
            if fewest == 0:
                return best, 0
            forth = sweep % 2 == 1
            _sort(layers if forth else layers[::-1], _ranks(layers), before if forth else after)
        for layer in layers:
            rng.shuffle(layer)
    return best, fewest


def _sort(layers: list[list[int]], rank: dict[int, int], neighbours: Neighbours) -> None:
    """Sort each layer in turn by the mean rank of its neighbours; who has none keeps its own."""

    def barycentre(i: int) -> float:
        return float(np.mean([rank[j] for j in neighbours[i] or [i]]))

    for layer in layers:
        layer.sort(key=barycentre)
        rank.update(_ranks([layer]))


def _ranks(layers: list[list[int]]) -> dict[int, int]:
    """The place of each node and bend in its layer."""
    return {i: rank for layer in layers for rank, i in enumerate(layer)}


def _crossings(layers: list[list[int]], pieces: list[tuple[int, int]]) -> int:
    """How many pairs of edges cross between two columns."""
    column = {i: k for k, layer in enumerate(layers) for i in layer}
    rank = _ranks(layers)
    ends = np.array([(column[a], rank[a], rank[b]) for a, b in pieces]).reshape(-1, 3)
    one = ends[:, None]
    other = ends[None]
    is_beside = one[..., 0] == other[..., 0]
    is_swapped = (one[..., 1] < other[..., 1]) & (one[..., 2] > other[..., 2])
    return int(np.sum(is_beside & is_swapped))


def _heights(layers: list[list[int]], neighbours: Neighbours, n: int) -> Array:
    """Rows near the mean of the neighbours, in the order of each layer, with room between them."""
    height = np.zeros(len(neighbours))
    gaps = [
        np.array([GAPS[(a < n) + (b < n)] for a, b in zip(layer, layer[1:])]) for layer in layers
    ]
    for layer, gap in zip(layers, gaps):
        rows = np.concatenate([[0], np.cumsum(gap)])
        height[layer] = rows - rows.mean()
    for sweep in range(SWEEPS):
        order = range(len(layers)) if sweep % 2 == 0 else reversed(range(len(layers)))
        for k in order:
            wanted = [np.mean(height[neighbours[i] or [i]]) for i in layers[k]]
            height[layers[k]] = apart(np.array(wanted), gaps[k])
    return height


def apart(wanted: Array, gaps: Array) -> Array:
    """The heights (n,) nearest to the wanted ones that keep their order and the gaps (n − 1,).

    Nearest by least squares: of a run of heights that want to come too close, each is moved to the
    mean of what all of them want (pool adjacent violators; Ayer et al., 1955).

    >>> apart(np.array([0.0, 0.0, 5.0]), np.array([1.0, 1.0])).tolist()
    [-0.5, 0.5, 5.0]
    """
    offsets = np.concatenate([[0], np.cumsum(gaps)])
    blocks: list[tuple[float, int]] = []  # the mean of each, and how many there are in it
    for height in wanted - offsets:
        blocks.append((height, 1))
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            second, many = blocks.pop()
            first, few = blocks.pop()
            blocks.append(((first * few + second * many) / (few + many), few + many))
    means, sizes = zip(*blocks)
    return np.repeat(means, sizes) + offsets
