"""Lesson 08: what its two live figures compute, show and say, a learner's own clipping included."""

import numpy as np
import pytest

from helpers.descent import descend
from helpers.explorers import stability as explore
from helpers.explorers.stability.cliff import by_norm, by_value, told, walk
from helpers.explorers.stability.depth import (
    DEEPEST,
    HELPS,
    Signals,
    Stack,
    fate,
    histograms,
    in_words,
    outlines,
    root_mean_squares,
)
from helpers.optim import SGD
from helpers.surfaces import cliff as surface_with_a_wall
from tests.support.figures import Browser, show


@pytest.fixture
def deep():
    live = explore.depth()
    yield live
    live.close()


@pytest.fixture
def cliff():
    live = explore.cliff()
    yield live
    live.close()


# ---- depth: what it computes


@pytest.mark.parametrize(("activation", "level"), [("identity", 1.0), ("relu", 2.0)])
def test_signals_stay_level_at_one_scale_and_only_there(activation, level):
    stack = Stack(activation, "nothing")
    for scale in (level / 4, level, min(2 * level, 4)):
        found = stack.run(50, scale)
        exponent = 24.5 * np.log10(scale / level)
        assert np.log10(found.ratios[:2]) == pytest.approx([exponent] * 2, abs=1.2)
        assert found.is_alive == (scale == level)


def test_the_ratio_of_weight_gradients_does_not_tell():
    stack = Stack("relu", "nothing")
    ratios = [stack.run(30, scale).ratios[2] for scale in (0.5, 1.0, 2.0, 4.0)]
    assert ratios == pytest.approx([1.2] * 4, abs=0.05)


def test_the_absolute_size_of_weight_gradients_moves_with_the_scale():
    stack = Stack("relu", "nothing")
    small, large = (np.log10(stack.run(30, scale).sizes[2]) for scale in (1.0, 2.0))
    assert max(np.ptp(small), np.ptp(large)) < 0.7
    growth = 29 / 2 * np.log10(2)  # the last column of the lesson's table
    assert large.mean() - small.mean() == pytest.approx(growth, abs=0.3)


@pytest.mark.parametrize("helped_by", HELPS)
def test_a_run_leaves_nothing_for_the_next_one(helped_by):
    stack = Stack("tanh", helped_by)
    first = stack.run(10, 1.0)
    stack.run(50, 4.0)
    again = stack.run(10, 1.0)
    np.testing.assert_array_equal(again.sizes, first.sizes)
    assert again.activations.shape == (10, 64, 64)


def test_the_size_of_a_layer_is_the_root_mean_square_of_its_numbers():
    found = Stack("relu", "nothing").run(5, 1.0)
    by_hand = [np.sqrt(np.mean(layer**2)) for layer in found.gradients]
    assert found.sizes[1] == pytest.approx(by_hand)
    assert root_mean_squares(np.full((2, 3, 4), -3.0)) == pytest.approx([3.0, 3.0])


def test_a_histogram_counts_sizes_in_half_powers_of_ten_and_leaves_zeros_out():
    shares = histograms(np.array([[1.0, -1.2, 5.0, 0.0, 0.0, 0.0]]))
    assert shares.shape == (1, 88)
    assert shares[0, 48:50].tolist() == [1.0, 0.5]  # from 10⁰ on, and from 10^½ on
    assert np.count_nonzero(shares) == 2


def test_what_lies_beyond_the_picture_counts_for_the_fullest_bin_but_is_in_none():
    shares = histograms(np.array([[1e-30, 1e-29, 1e-28, 1e25, 1.0]]))
    assert shares[0, 48] == pytest.approx(1 / 3)
    assert np.count_nonzero(shares) == 1


def test_a_layer_of_zeros_has_an_empty_histogram():
    assert not histograms(np.zeros((1, 8))).any()


def test_an_outline_is_symmetric_around_its_layer():
    shares = histograms(np.array([[1.0, 2.0], [10.0, 0.1]]))
    for layer, corners in enumerate(outlines(shares), 1):
        x, y = corners.T
        half = len(x) // 2
        assert x[:half] - layer == pytest.approx((layer - x[half:])[::-1])
        assert y[:half] == pytest.approx(y[half:][::-1])
        assert (x - layer).max() == pytest.approx(0.48)


def test_the_fate_of_gradients_is_told_by_two_powers_of_ten():
    fates = [fate(ratio) for ratio in (0.009, 0.02, 50.0, 101.0)]
    assert fates == ["vanish", "stay alive", "stay alive", "explode"]


def test_the_words_say_what_is_not_drawn():
    nothing = np.zeros((2, 1, 1))
    sizes = np.ones((3, 2))
    assert "not drawn" not in in_words(Signals(nothing, nothing, sizes))
    sizes[1, 0] = 1e-25
    assert in_words(Signals(nothing, nothing, sizes)).endswith("What is below 10⁻²⁴ is not drawn.")


# ---- depth: the figure


def test_no_scale_saves_a_deep_sigmoid_batch_norm_does_and_layer_norm_does_not(deep):
    show(deep, activation="sigmoid", depth=30)
    for scale in (0.25, 1.0, 4.0):
        assert "they vanish" in show(deep, scale=scale)
    assert "they vanish" in show(deep, scale=1.0, helped_by="layer norm")
    assert not any(deep.goals.values())
    assert "they stay alive" in show(deep, helped_by="batch norm")
    assert deep.goals["Bring 30 layers of sigmoid back to life"]


@pytest.mark.parametrize("activation", ["tanh", "sigmoid"])
def test_residual_connections_keep_every_gradient_alive_at_a_small_scale(deep, activation):
    show(deep, activation=activation, helped_by="residual", scale=0.25)
    assert deep.seen.fate == "stay alive"


def test_depth_has_a_goal_that_the_scale_alone_reaches(deep):
    (goal, _) = deep.goals
    show(deep, scale=2.0, helped_by="layer norm", depth=50)
    assert not deep.goals[goal]
    show(deep, helped_by="nothing")
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
    """Columns at the top once were full-width slabs, made of what little had stayed inside."""
    show(deep, activation=activation, helped_by="residual", depth=DEEPEST, scale=4.0)
    for ax in deep.figure.axes:
        (shapes,), low, high = ax.collections, *ax.get_ylim()
        for line in ax.lines[1:]:
            assert ((low < line.get_ydata()) & (line.get_ydata() < high)).all()
        widths = [
            np.abs(path.vertices[:, 0] - layer) for layer, path in enumerate(shapes.get_paths(), 1)
        ]
        assert [width.max() for width in widths] == pytest.approx([0.48] * 50)
        assert max(np.median(width) for width in widths) == 0


def test_depth_keeps_its_columns_narrow_where_it_does_not_draw_all(deep):
    assert "not drawn" in show(deep, activation="sigmoid", depth=50, scale=0.25)
    (shapes,) = deep.figure.axes[1].collections
    assert max(np.ptp(path.vertices[:, 0]) for path in shapes.get_paths()[:15]) == 0


def test_depth_computes_with_fewer_examples_while_it_moves(deep):
    browser = Browser(deep)
    browser.got()
    line = deep.figure.axes[0].lines[1]
    before = line.get_ydata()
    deep.controls["scale"].value = 1.5
    moving = line.get_ydata()
    browser.say("rest", got=browser.last["frame"])
    resting = line.get_ydata()
    assert (moving != resting).any()
    assert moving == pytest.approx(resting, abs=0.3)
    assert before[-1] < resting[-1]


# ---- cliff: what it computes


def test_clipping_returns_a_new_gradient_and_leaves_its_own_alone():
    grad = np.array([3.0, 4.0])
    for clip in (by_norm, by_value):
        assert (clip(grad, 1.0) != grad).any()
    assert grad.tolist() == [3.0, 4.0]


def test_a_walk_that_is_not_clipped_is_plain_descent():
    surface, start = surface_with_a_wall(), (0.6, 2.2)
    walked = walk(surface, start, 0.3, lambda grad, limit: grad, 1.0)
    plain = descend(surface, start, SGD(0.3), 60)
    np.testing.assert_array_equal(walked.points, plain.points)


def test_a_slope_of_nothing_is_turned_by_nothing():
    seen = told(np.zeros(2), {}, lr=1.0, limit=1.0)
    assert seen.turned == 0
    assert "turns it by 0°" in seen.words


# ---- cliff: the figure


def farthest(live):
    """How far each walk goes to the left."""
    return {name: np.nanmin(walked.points[:, 0]) for name, walked in live.seen.walks.items()}


def test_without_clipping_the_wall_throws_a_run_out_of_the_picture_and_with_it_not(cliff):
    low = surface_with_a_wall().domain[0][0]
    reached = farthest(cliff)
    assert reached["not clipped"] < 4 * low
    assert low < min(reached["by norm"], reached["by value"])
    assert f"not clipped as far as w₁ = −{-reached['not clipped']:.1f}, last" in cliff.summary


def test_a_limit_above_every_gradient_changes_nothing(cliff):
    words = show(cliff, limit=10**1.5)
    assert len(set(farthest(cliff).values())) == 1
    assert cliff.seen.turned == pytest.approx(0, abs=1e-5)
    assert "turns it by 0°" in words


def test_three_walks_that_are_the_same_are_all_seen(cliff):
    show(cliff, limit=10**1.5)
    walks = cliff.figure.axes[0].lines[:6:2]
    assert all((drawn.get_xydata() == walks[0].get_xydata()).all() for drawn in walks)
    widths = [drawn.get_linewidth() for drawn in walks]  # drawn in this order
    assert widths[0] > widths[1] + 1 > widths[2] + 2


def test_clipping_by_norm_takes_the_first_step_of_the_plain_run_only_shorter(cliff):
    show(cliff, start=(0.6, 2.2))
    bars = cliff.figure.axes[0].lines[1:6:2]
    plain, norm, value = (np.diff(bar.get_xydata(), axis=0)[0] for bar in bars)
    assert norm == pytest.approx(plain)
    cosine = value @ plain / np.linalg.norm(value) / np.linalg.norm(plain)
    assert cliff.seen.turned == pytest.approx(np.degrees(np.arccos(cosine)))
    assert cliff.seen.turned > 20


def test_a_walk_that_diverges_is_said_with_its_step():
    live = explore.cliff(clip=lambda grad, limit: -1e9 * grad)
    assert live.seen.walks["by norm"].diverged_at == 1
    assert "by norm diverges at step 1" in live.summary
    live.close()


def test_the_cliff_follows_the_learners_rule_where_it_clips_by_norm():
    live = explore.cliff(clip=lambda grad, limit: 0 * grad)
    assert farthest(live)["by norm"] == 0.6
    live.close()
