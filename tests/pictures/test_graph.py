"""The pictures of computation graphs: where nodes and edges lie, what stands in the boxes."""

import numpy as np
import pytest
from matplotlib.transforms import Bbox

from helpers.autograd import Tensor
from helpers.explorers.graph.steps import compute
from helpers.pictures import graph, plots
from helpers.pictures.layers import apart, layout
from helpers.pictures.readouts import Readouts, glyph


def weight(value=1.0):
    return Tensor(value, requires_grad=True)


def two_layers():
    """A scalar network of two hidden units: 16 nodes."""
    x, w1, b1, v1, w2, b2, v2 = (weight(value) for value in (1.5, -0.8, 2.1, 1.2, 0.7, -0.4, -3.25))
    return v1 * (x * w1 + b1).relu() + v2 * (x * w2 + b2).relu()


def tree(depth):
    return weight() if depth == 0 else tree(depth - 1) * tree(depth - 1)


def drawn(result, width=9, height=4.4, **names):
    fig, ax = plots.figure(width, height)
    drawing = graph.draw(ax, result, **names)
    fig.canvas.draw()
    fig.set_layout_engine("none")
    return ax, drawing


def boxes(ax, drawing):
    """The boxes of the nodes, in pixels."""
    half = np.array(graph.BOX) / 2 * ax.figure.dpi / 72
    return [
        Bbox([place - half, place + half])
        for place in ax.transData.transform(drawing.layout.places)
    ]


class Plain:
    """A node of somebody else's engine."""

    def __init__(self, data, op="", *inputs):
        self.data = data
        self.grad = None
        self.op = op
        self.edges = tuple((source, "whatever") for source in inputs)


# ---- nodes


def test_every_node_comes_once_and_after_its_inputs():
    result = two_layers()
    order = graph.nodes(result)
    assert len(order) == len(set(map(id, order))) == 16
    assert order[-1] is result
    seen = set()
    for node in order:
        assert all(id(source) in seen for source in graph.inputs(node))
        seen.add(id(node))


def test_a_graph_far_deeper_than_the_stack_is_listed():
    result = start = weight()
    for _ in range(5_000):
        result = result + 1
    order = graph.nodes(result)
    assert (len(order), order[0]) == (5_001, start)


def test_any_engine_with_edges_can_be_drawn():
    a, b = Plain(2.0), Plain(np.zeros((4, 3)))
    _, drawing = drawn(Plain(5, "mix", a, b), a=a, b=b)
    assert [label.get_text() for label in drawing.labels] == ["a", "b", "mix"]
    assert drawing.values.texts == ["2", "4×3", "5"]
    assert drawing.gradients.texts == ["", "", ""]


# ---- layout


def test_a_node_stands_behind_the_longest_way_from_the_inputs():
    found = layout([[], [], [0, 1], [2, 0], [3, 1]])
    assert found.places[:, 0].tolist() == [0, 0, 1, 2, 3]


@pytest.mark.parametrize(
    "result",
    [tree(3), two_layers(), compute(weight, [1.5, 1.25, -1.0, 0.5, -0.375, -2.5])["J"]],
    ids=["tree", "network of two units", "neuron"],
)
def test_edges_that_need_not_cross_do_not(result):
    order = graph.nodes(result)
    index = {id(node): i for i, node in enumerate(order)}
    sources = [[index[id(source)] for source in graph.inputs(node)] for node in order]
    assert layout(sources).crossings == 0


def test_crossings_that_cannot_be_avoided_are_counted():
    two_of_two = [[], [], [0, 1], [0, 1]]
    assert layout(two_of_two).crossings == 1
    three_of_three = [[], [], [], [0, 1, 2], [0, 1, 2], [0, 1, 2]]
    assert layout(three_of_three).crossings == 9


def test_a_bad_first_order_is_untangled():
    swapped = [[], [], [], [], [3], [2], [1], [0]]
    assert layout(swapped).crossings == 0


def test_nodes_of_a_layer_keep_a_row_apart_and_the_middle_of_their_neighbours():
    found = layout([[], [], [], [], [0, 1], [2, 3], [4, 5]])
    rows = found.places[:, 1]
    assert np.diff(np.sort(rows[:4])).min() >= 1 - 1e-9
    assert rows[6] == pytest.approx(rows[4:6].mean(), abs=1e-3)


def test_a_node_that_is_made_of_later_ones_is_refused():
    with pytest.raises(ValueError, match=r"node 1 must be made of nodes before it, got \[2\]"):
        layout([[], [2], [1]])


def test_heights_are_the_nearest_that_keep_their_distances():
    assert apart(np.array([0.0, 5.0]), np.array([1.0])).tolist() == [0, 5]
    assert apart(np.array([1.0, 1.0, 1.0]), np.array([1.0, 1.0])) == pytest.approx([0, 1, 2])


# ---- what is drawn


@pytest.mark.parametrize("result", [two_layers(), tree(2)], ids=["16 nodes", "tree"])
def test_boxes_do_not_overlap_and_stay_in_the_picture(result):
    ax, drawing = drawn(result)
    found = boxes(ax, drawing)
    for i, box in enumerate(found):
        assert not any(box.overlaps(other) for other in found[:i])
        assert ax.figure.bbox.contains(*box.p0)
        assert ax.figure.bbox.contains(*box.p1)


def test_labels_and_numbers_of_16_nodes_are_large_enough_and_do_not_touch():
    result = two_layers()
    result.backward()
    ax, drawing = drawn(result)
    found = boxes(ax, drawing)
    for box, label, value, gradient in zip(
        found, drawing.labels, drawing.values.texts, drawing.gradients.texts
    ):
        assert label.get_fontsize() >= 10
        assert box.contains(*label.get_window_extent().p0)
        width = (
            max(sum(glyph(character)[2] for character in text) for text in (value, gradient))
            * ax.figure.dpi
            / 72
        )
        assert label.get_window_extent().x1 < box.x1 - 4 - width


def test_no_edge_runs_through_a_box_that_is_not_its_own():
    ax, drawing = drawn(two_layers())
    found = boxes(ax, drawing)
    for (source, target, _), curve in zip(drawing.layout.edges, graph.curves(drawing.layout)):
        points = ax.transData.transform(curve)
        others = [box for i, box in enumerate(found) if i not in (source, target)]
        assert not any(box.contains(*point) for box in others for point in points)


def test_columns_stand_where_they_are_asked_to_and_edges_follow():
    x = weight(2.0)
    fig, ax = plots.figure(9, 3)
    drawing = graph.draw(ax, (x.exp() * 3).relu(), columns=(0, 1.5, 2.25, 4), x=x)
    assert sorted(set(drawing.layout.places[:, 0])) == [0, 1.5, 2.25, 4]
    for (source, target, _), curve in zip(drawing.layout.edges, graph.curves(drawing.layout)):
        assert curve[[0, -1], 0].tolist() == drawing.layout.places[[source, target], 0].tolist()
    assert ax.get_xlim() == (-0.5, 4.5)


def test_too_few_columns_are_refused():
    _, ax = plots.figure()
    with pytest.raises(ValueError, match="the graph has 3 columns, got places for 2"):
        graph.draw(ax, weight(2.0).exp().relu(), columns=(0, 1))


def test_a_value_that_is_used_twice_is_one_box_with_two_edges():
    x = weight(3.0)
    diamond = x.exp() + x.relu()
    _, drawing = drawn(diamond, x=x)
    assert len(drawing.nodes) == 4
    ends = [edge[:2] for edge in drawing.layout.edges]
    assert sorted(ends) == [(0, 1), (0, 2), (1, 3), (2, 3)]
    assert drawing.layout.places[1, 1] != drawing.layout.places[2, 1]


def test_two_edges_between_the_same_nodes_are_drawn_apart():
    x = weight(3.0)
    _, drawing = drawn(x * x)
    one, other = graph.curves(drawing.layout)
    assert np.abs(one - other)[:, 1].min() > 0.2


def test_an_edge_is_smooth_and_ends_at_its_nodes():
    _, drawing = drawn(two_layers())
    for (source, target, _), curve in zip(drawing.layout.edges, graph.curves(drawing.layout)):
        assert curve[[0, -1], 0].tolist() == drawing.layout.places[[source, target], 0].tolist()
        assert np.abs(curve[[0, -1], 1] - drawing.layout.places[[source, target], 1]).max() < 0.3
        x, y = curve[curve[:, 0] > curve[0, 0] + graph.STUB / 2][1:-1].T
        slopes = np.diff(y)[np.diff(x) > 0] / np.diff(x)[np.diff(x) > 0]
        assert np.abs(np.diff(slopes)).max() < 0.6


def test_boxes_hold_values_and_gradients():
    x = weight(3.0)
    result = x * x
    _, drawing = drawn(result, x=x, J=result)
    assert drawing.gradients.texts == ["", ""]
    result.backward()
    drawing.show([node.data for node in drawing.nodes], [node.grad for node in drawing.nodes])
    assert (drawing.values.texts, drawing.gradients.texts) == (["3", "9"], ["6", "1"])


def test_numbers_are_drawn_where_they_belong_and_are_not_where_they_are_empty():
    ax, drawing = drawn(two_layers())
    image = np.asarray(ax.figure.canvas.buffer_rgba())[..., :3].astype(int)
    drawing.show([None] * 16, [None] * 16)
    ax.figure.canvas.draw()
    empty = np.asarray(ax.figure.canvas.buffer_rgba())[..., :3].astype(int)
    changed = np.abs(image - empty).sum(axis=-1) > 0
    inside = np.zeros_like(changed)
    for box in boxes(ax, drawing):
        inside[
            int(len(changed) - box.y1) : int(len(changed) - box.y0) + 1,
            int(box.x0) : int(box.x1) + 1,
        ] = True
    assert changed.any()
    assert not (changed & ~inside).any()


def test_as_many_numbers_as_boxes_are_drawn():
    fig, ax = plots.figure(2, 1)
    drawn = Readouts(ax, [(0.2, 0.5), (0.8, 0.5)])
    drawn.texts = ["1.5"]
    with pytest.raises(ValueError, match="zip"):
        fig.canvas.draw()
