"""Lesson 08: its three live figures."""

import importlib
import re

import numpy as np
import pytest

from helpers.explorers import edge
from helpers.explorers import stability as explore
from helpers.surfaces import cliff
from tests.support.figures import Browser, show

home = importlib.import_module("helpers.explorers.edge.plane")


def ratios(words):
    """Activations last ÷ first, gradients by activations and gradients by weights first ÷ last, as said."""
    found = re.findall(r"(?:first|last): ([\d.]+)(?: · 10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+))?", words)
    digits = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
    return [
        float(number.rstrip(".")) * 10.0 ** int(power.translate(digits) or 0)
        for number, power in found
    ]


@pytest.fixture
def deep():
    live = explore.depth()
    yield live
    live.close()


@pytest.fixture(scope="module")
def plane():
    live = edge.plane()
    yield live
    live.close()


# ---- depth


@pytest.mark.parametrize(("activation", "level"), [("identity", 1.0), ("relu", 2.0)])
def test_depth_stays_level_at_one_scale_and_only_there(deep, activation, level):
    for scale, fate in (
        (level / 4, "vanish"),
        (level, "stay alive"),
        (min(2 * level, 4), "explode"),
    ):
        words = show(deep, activation=activation, depth=50, scale=scale)
        assert f"they {fate}" in words
        forward, backward, _ = ratios(words)
        assert np.log10([forward, backward]) == pytest.approx(
            [24.5 * np.log10(scale / level)] * 2, abs=1.2
        )


def test_weight_gradients_do_not_tell(deep):
    assert {ratios(show(deep, scale=scale))[2] for scale in (0.5, 1.0, 2.0, 4.0)} == {1.2}


def test_no_scale_saves_a_deep_sigmoid_batch_norm_does_and_layer_norm_does_not(deep):
    show(deep, activation="sigmoid", depth=30)
    for scale in (0.25, 1.0, 4.0):
        assert "they vanish" in show(deep, scale=scale)
    assert "they vanish" in show(deep, scale=1.0, help="layer norm")
    assert not any(deep.goals.values())
    assert "they stay alive" in show(deep, help="batch norm")
    assert deep.goals["Bring 30 layers of sigmoid back to life"]


def test_residual_connections_keep_every_gradient_alive_at_a_small_scale(deep):
    for activation in ("tanh", "sigmoid"):
        assert "they stay alive" in show(deep, activation=activation, help="residual", scale=0.25)


def test_depth_has_a_goal_that_the_scale_alone_reaches(deep):
    (goal, _) = deep.goals
    show(deep, scale=2.0, help="layer norm", depth=50)
    assert not deep.goals[goal]
    show(deep, help="nothing")
    assert deep.goals[goal]


def test_the_lines_and_histograms_of_depth_are_about_the_same_numbers(deep):
    show(deep, scale=1.0, depth=20)
    for ax in deep.figure.axes:
        (shapes,), line = ax.collections, ax.lines[1]
        assert len(shapes.get_paths()) == 20
        for layer, (path, level) in enumerate(zip(shapes.get_paths(), line.get_ydata()), 1):
            widths = abs(path.vertices[:, 0] - layer)
            widest = path.vertices[widths.argmax(), 1]
            assert widths.max() == pytest.approx(0.48)
            assert abs(widest - level) < 1


@pytest.mark.parametrize("activation", ["relu", "identity"])
def test_depth_shows_what_explodes_to_its_last_layer(deep, activation):
    """Columns at the top once were full-width slabs, made of what little of them had stayed inside."""
    show(deep, activation=activation, help="residual", depth=50, scale=4.0)
    for ax in deep.figure.axes:
        (shapes,), low, high = ax.collections, *ax.get_ylim()
        for line in ax.lines[1:]:
            assert ((low < line.get_ydata()) & (line.get_ydata() < high)).all()
        widths = [
            np.abs(path.vertices[:, 0] - layer) for layer, path in enumerate(shapes.get_paths(), 1)
        ]
        assert [width.max() for width in widths] == pytest.approx([0.48] * 50)
        assert max(np.median(width) for width in widths) == 0


def test_depth_says_what_it_does_not_draw_and_keeps_its_columns_narrow_there(deep):
    assert "not drawn" not in deep.summary
    assert "below 10⁻²⁴ is not drawn" in show(deep, activation="sigmoid", depth=50, scale=0.25)
    (shapes,) = deep.figure.axes[1].collections
    assert max(np.ptp(path.vertices[:, 0]) for path in shapes.get_paths()[:15]) == 0


def test_the_gradients_by_weights_are_drawn_in_their_absolute_size(deep):
    line = deep.figure.axes[1].lines[2]
    levels = []
    for scale in (1.0, 2.0):
        show(deep, scale=scale)
        assert np.ptp(line.get_ydata()) < 0.7
        levels.append(line.get_ydata().mean())
    assert levels[1] - levels[0] == pytest.approx(
        29 / 2 * np.log10(2), abs=0.3
    )  # the last column of the table


def test_depth_computes_with_fewer_examples_while_it_moves(deep):
    browser = Browser(deep)
    browser.got()
    rested = deep.figure.axes[0].lines[1].get_ydata()
    deep.controls["scale"].value = 1.5
    moving = deep.figure.axes[0].lines[1].get_ydata()
    browser.say("rest", got=browser.last["frame"])
    settled = deep.figure.axes[0].lines[1].get_ydata()
    assert (moving != settled).any()
    assert moving == pytest.approx(settled, abs=0.3)
    assert rested[-1] < settled[-1]


# ---- cliff


def test_without_clipping_the_wall_throws_a_run_out_of_the_picture_and_with_it_not():
    live = explore.cliff()
    low = cliff().domain[0][0]
    reached = [float(x) for x in re.findall(r"w₁ = (-?[\d.]+),", live.summary.replace("−", "-"))]
    assert reached[0] < 4 * low < low < min(reached[1:])
    live.close()


def test_a_limit_above_every_gradient_changes_nothing():
    live = explore.cliff()
    reached = re.findall(r"w₁ = (−?[\d.]+), last loss ([\d.]+)[.;]", show(live, limit=10**1.5))
    assert len(reached) == 3
    assert len(set(reached)) == 1
    assert "turns it by 0°" in live.summary
    live.close()


def test_three_walks_that_are_the_same_are_all_seen():
    live = explore.cliff()
    show(live, limit=10**1.5)
    walks = live.figure.axes[0].lines[:6:2]
    assert all((walk.get_xydata() == walks[0].get_xydata()).all() for walk in walks)
    widths = [walk.get_linewidth() for walk in walks]  # drawn in this order
    assert widths[0] > widths[1] + 1 > widths[2] + 2
    live.close()


def test_clipping_by_norm_takes_the_first_step_of_the_plain_run_only_shorter():
    live = explore.cliff()
    show(live, start=(0.6, 2.2))
    plain, by_norm, by_value = (
        np.diff(bar.get_xydata(), axis=0)[0] for bar in live.figure.axes[0].lines[1:6:2]
    )
    assert by_norm == pytest.approx(plain)
    turned = np.degrees(
        np.arccos(by_value @ plain / np.linalg.norm(by_value) / np.linalg.norm(plain))
    )
    assert f"turns it by {turned:.0f}°" in live.summary
    assert turned > 20
    live.close()


def test_the_cliff_follows_the_learners_rule_where_it_clips_by_norm():
    live = explore.cliff(clip=lambda grad, limit: 0 * grad)
    assert "by norm as far as w₁ = 0.6" in live.summary
    live.close()


# ---- slice


def losses(words):
    own, ground = re.search(
        r"own loss is ([\d.]+), the plane under it says ([\d.]+)", words
    ).groups()
    return float(own), float(ground)


@pytest.mark.parametrize("directions", [home.PATH, home.STEEP, home.RANDOM])
def test_ground_and_path_agree_where_the_plane_goes_through_the_step(plane, directions):
    plane.reset()
    for step in (0, 352, 1000):
        own, ground = losses(show(plane, directions=directions, through=True, step=step))
        assert own == ground
        assert "the same" in plane.summary
        assert "lie 0.00 beside" in plane.summary
    own, ground = losses(show(plane, through=False, step=home.STEPS))
    assert own == ground


@pytest.mark.parametrize("zoom", [0.25, 1.0, 4.0])
def test_the_ground_that_is_drawn_is_the_loss_that_is_said(plane, zoom):
    """The known fault of such pictures: contours and path that belong to different losses."""
    plane.reset()
    own, ground = losses(show(plane, through=True, step=1000, zoom=zoom))
    flat = plane.figure.axes[0]
    x, y = flat.lines[1].get_xydata()[0]  # the ring around the chosen step
    heights = flat.images[0].get_array()
    row, column = ((np.array([y, x]) + 1) / 2 * (len(heights) - 1)).astype(int)
    around = heights[
        row : row + 2, column : column + 2
    ]  # the four points of the grid around the ring
    assert 0.97 * around.min() <= own <= 1.03 * around.max()
    assert own == ground


def test_the_paths_own_plane_misses_its_jumps_and_a_random_plane_the_path(plane):
    plane.reset()
    own, ground = losses(plane.summary)
    assert own > 2 * ground
    assert "holds 99 %" in plane.summary
    held = int(re.search(r"holds (\d+) %", show(plane, directions=home.RANDOM))[1])
    assert held < 20


def test_the_figure_begins_at_a_jump_along_the_direction_that_is_steepest_there(plane):
    plane.reset()
    own, ground = losses(plane.summary)
    assert own > 2.5 * ground
    through_the_end = losses(show(plane, directions=home.STEEP))[1]
    assert through_the_end > 0.6 * own
    show(plane, through=True)
    heights = plane.figure.axes[0].images[0].get_array()
    x, _ = plane.figure.axes[0].lines[1].get_xydata()[0]
    assert (
        heights[:, round((x + 1) / 2 * (len(heights) - 1))].min() < own / 2
    )  # the floor of the valley


def test_the_steepest_direction_is_that_of_the_chosen_step(plane):
    plane.reset()
    show(plane, directions=home.STEEP)
    shadows = []
    for step in (1000, 392):
        show(plane, step=step)
        shadows.append(plane.figure.axes[0].lines[0].get_xydata()[:, 1].copy())
    assert abs(np.corrcoef(shadows)[0, 1]) < 0.9
    assert "stretched" in plane.figure.axes[0].get_ylabel()
    assert (
        "stretched"
        not in show(plane, directions=home.PATH) + plane.figure.axes[0].get_ylabel()
    )


def test_the_jumps_lie_on_top_of_the_other_dots(plane):
    plane.reset()
    (dots,) = plane.figure.axes[0].collections
    sizes, filled = dots.get_sizes(), dots.get_array()
    assert (np.diff(sizes) >= 0).all()
    assert sizes[-1] > 10 * sizes[0]
    assert filled[-1] == filled.max() > 2.5


@pytest.mark.parametrize("step", [392, home.STEPS])
def test_every_zoom_shows_contours(plane, step):
    plane.reset()
    for power in (-2, 0, plane.controls["zoom"].max):
        show(plane, step=step, zoom=2.0**power)
        heights = plane.figure.axes[0].images[0].get_array()
        assert len(np.unique(np.digitize(heights, home.LEVELS))) >= 4


def test_zoom_keeps_the_chosen_step_in_its_place(plane):
    plane.reset()
    places = []
    for zoom in (1.0, 0.25, 4.0):
        show(plane, zoom=zoom)
        places.append(plane.figure.axes[0].lines[1].get_xydata()[0])
    assert places[1] == pytest.approx(places[0])
    assert places[2] == pytest.approx(places[0])


def test_the_ground_is_rough_while_it_moves_and_fine_when_it_rests(plane):
    plane.reset()
    browser = Browser(plane)
    browser.got()
    plane.controls["zoom"].value = 2.0
    image = plane.figure.axes[0].images[0]
    assert image.get_array().shape == (9, 9)
    browser.say("rest", got=browser.last["frame"])
    assert image.get_array().shape == (41, 41)
