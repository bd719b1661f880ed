"""The pictures that come back in every lesson: what they draw, and what they refuse."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.colors import to_hex

from helpers.pictures import plots, style
from helpers.surfaces import Surface, bowl, himmelblau, rastrigin


def surface(value, minima=()):
    """A surface of one's own, by default without a known minimum."""
    places = np.reshape(minima, (-1, 2))
    return Surface("mine", value, np.zeros_like, ((-1, 1), (-1, 1)), places, "")


@pytest.fixture
def ax():
    return plots.figure()[1]


# ---- contours


def test_contours_part_the_picture_equally(ax):
    drawn = plots.contours(ax, bowl(10), levels=5)
    heights = bowl(10).value(bowl(10).grid(160))
    shares = np.histogram(heights, drawn.levels)[0] / heights.size
    assert shares == pytest.approx([0.25] * 4, abs=0.01)


def test_contours_at_given_heights(ax):
    assert plots.contours(ax, himmelblau(), levels=[0, 10, 100]).levels.tolist() == [0, 10, 100]


def test_contours_pass_over_what_is_not_finite(ax):
    drawn = plots.contours(ax, surface(lambda p: np.log(p[..., 0])))
    assert np.isfinite(drawn.levels).all()


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_surface_that_is_nowhere_finite_has_no_contours(ax, value):
    with pytest.raises(ValueError, match="'mine' is not a finite number anywhere in its domain"):
        plots.contours(ax, surface(lambda points: np.full(points.shape[:-1], value)))


def test_a_surface_that_is_the_same_everywhere_has_no_contours(ax):
    with pytest.raises(ValueError, match="'mine' is 3 everywhere in its domain"):
        plots.contours(ax, surface(lambda points: np.full(points.shape[:-1], 3.0)))


def test_one_level_is_too_few(ax):
    with pytest.raises(ValueError, match="levels must be 2 or more, got 1"):
        plots.contours(ax, himmelblau(), levels=1)


# ---- minima and basins


def test_a_star_on_every_minimum(ax):
    assert plots.minima(ax, himmelblau()).get_xydata() == pytest.approx(himmelblau().minima)


def test_no_star_where_there_is_no_minimum(ax):
    assert plots.minima(ax, surface(np.sum)).get_xydata().shape == (0, 2)


def test_basins_are_coloured_by_the_minimum(ax):
    where = np.array([[-2, -1], [0, 3]])
    drawn = plots.ends(ax, himmelblau(), where)
    colours = [to_hex(drawn.to_rgba(index)) for index in where.flat]
    assert colours == [plots.ENDS.colors[i].lower() for i in (0, 1, 2, 5)]
    assert [text.get_text() for text in ax.texts] == ["A", "B", "C", "D"]


def test_a_basin_without_a_colour_is_refused(ax):
    with pytest.raises(ValueError, match="number of a minimum, 0 to 3, .* got 0 to 4"):
        plots.ends(ax, himmelblau(), np.array([[0, 4]]))
    with pytest.raises(ValueError, match="got -3 to 0"):
        plots.ends(ax, himmelblau(), np.array([[0, -3]]))
    many = surface(np.sum, np.zeros((5, 2)))
    with pytest.raises(ValueError, match="only 4 minima have a colour, but 'mine' has 5"):
        plots.ends(ax, many, np.array([[0, 1]]))
    assert plots.ends(ax, rastrigin(), np.array([[0, -1]]))


# ---- paths


def test_a_path_has_a_dot_for_every_step(ax):
    path = plots.descent(ax, [(0, 0), (1, 2)], lw=3)
    assert path.get_xydata().tolist() == [[0, 0], [1, 2]]
    assert (path.get_marker(), path.get_linewidth()) == ("o", 3)
    assert plots.descent(ax).get_xydata().shape == (0, 2)


@pytest.mark.parametrize("shape", [(2, 5), (6,), (4, 3, 2)])
def test_points_of_another_shape_are_not_taken_apart_in_silence(ax, shape):
    with pytest.raises(ValueError, match=r"points must have shape \(n, 2\)"):
        plots.descent(ax, np.zeros(shape))


# ---- classes


X = np.array([[0.0, 0, 9], [1, 1, 9], [2, 2, 9], [3, 3, 9]])


def test_points_of_each_class_have_their_colour_their_marker_and_their_name(ax):
    drawn = plots.classes(ax, X, [0, 2, 0, 2], ["a", "b", "c"], s=5)
    assert [cloud.get_offsets().tolist() for cloud in drawn] == [[[0, 0], [2, 2]], [[1, 1], [3, 3]]]
    assert [to_hex(cloud.get_facecolor()[0]) for cloud in drawn] == [
        style.CLASSES[k].lower() for k in (0, 2)
    ]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["a", "c"]
    assert drawn[0].get_sizes() == [5]


def test_booleans_and_whole_floats_are_labels_too(ax):
    assert len(plots.classes(ax, X, [True, False, True, True])) == 2
    assert len(plots.classes(ax, X, [0.0, 1.0, 2.0, 9.0])) == 4


@pytest.mark.parametrize(
    ("y", "names", "got"),
    [
        ([0, 1, 2, 10], (), "from 0 to 9, got 10"),
        ([0, 1, 2, -1], (), "from 0 to 9, got -1"),
        ([0, 1, 2, 3], ("a", "b", "c"), "from 0 to 2, got 3"),
        ([0, 1, 2, 0.5], (), "got 0.5"),
        ([0, 1, 2, np.nan], (), "got nan"),
        (["cat", "dog", "cat", "dog"], (), "got 'cat'; words become indices with np.unique"),
        ([[0], [1], [0], [1]], (), r"got shape \(4, 1\)"),
    ],
)
def test_a_label_without_a_colour_or_a_name_is_refused(ax, y, names, got):
    with pytest.raises(ValueError, match=got):
        plots.classes(ax, X, y, names)


@pytest.mark.parametrize("points", [X[:3], X[:, :1], X[:, 0]])
def test_points_must_have_two_features_and_a_label_each(ax, points):
    with pytest.raises(
        ValueError, match="a row with two features or more for each of the 4 labels"
    ):
        plots.classes(ax, points, [0, 1, 0, 1])
