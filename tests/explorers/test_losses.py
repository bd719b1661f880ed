"""Lesson 02: what its live figures show and say."""

import numpy as np
import pytest

from helpers.explorers import losses as explore
from tests.support.lessons import run_lesson


@pytest.fixture(scope="module")
def lesson():
    return run_lesson("02")


@pytest.fixture
def shown():
    """Open a figure for one test, and close it afterwards."""
    opened = []

    def show(figure, *arguments):
        opened.append(figure(*arguments))
        return opened[-1]

    yield show
    for live in opened:
        live.close()


def area(polygon):
    """Of a polygon (n, 2), by the shoelace formula."""
    x, y = polygon.T
    return abs(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1))) / 2


@pytest.mark.parametrize("far", [7.0, 14.0])
@pytest.mark.parametrize("loss", explore.LOSSES)
def test_the_shaded_areas_are_the_losses_and_stay_in_the_picture(shown, loss, far):
    live = shown(explore.line)
    live.controls["loss"].value = loss
    live.controls["point_3"].value = (far, 0.4)
    (areas,) = live.figure.axes[0].collections
    x, y = np.array([live.controls[f"point_{i}"].value for i in range(1, 9)]).T
    y_hat = 4.0 + 2.5 / 8 * x
    expected = explore.LOSSES[loss].each(y_hat, y)
    assert np.allclose([area(path.vertices) for path in areas.get_paths()], expected)
    across = np.concatenate([path.vertices[:, 0] for path in areas.get_paths()])
    assert across.min() >= 0
    assert across.max() <= 14


def test_the_squares_are_squares_on_the_screen(shown):
    live = shown(explore.line)
    live.frame()
    ax = live.figure.axes[0]
    (areas,) = ax.collections
    for path in areas.get_paths():
        width, height = np.ptp(ax.transData.transform(path.vertices), axis=0)
        assert width == pytest.approx(height, rel=1e-6)


def test_an_outlier_in_the_figure_takes_most_of_the_mse_and_less_of_the_mae(shown):
    live = shown(explore.line)
    live.controls["point_8"].value = (5.0, 0.5)
    assert "the point at x = 5.0 makes 70 % of yours" in live.summary
    live.controls["loss"].value = "MAE"
    assert "the point at x = 5.0 makes 41 % of yours" in live.summary


def test_points_on_the_line_are_all_met(shown):
    live = shown(explore.line, [1.0, 2.0, 3.0], [5.0, 5.0, 5.0])
    live.controls["left_end"].value, live.controls["right_end"].value = (0.0, 5.0), (8.0, 5.0)
    assert "MSE 0.00, MAE 0.00, Huber 0.00" in live.summary
    assert "none is missed" in live.summary
    assert live.goals == {"Lay your line on the best MSE line": True}


def test_a_cost_beyond_the_picture_is_marked_as_such(shown):
    live = shown(explore.line)
    costs, beyond = live.figure.axes[1].lines[-2:]
    assert (len(costs.get_xdata()), len(beyond.get_xdata())) == (8, 0)
    live.controls["point_8"].value = (13.0, 0.0)  # missed by 8: costs 65
    assert len(costs.get_xdata()) == 7
    assert beyond.get_ydata() == [20]


def test_the_best_line_is_reached_where_the_rooms_are(shown):
    live = shown(explore.line)
    live.controls["left_end"].value, live.controls["right_end"].value = (
        (0.0, 1.2),
        (6.0, 8.0),
    )  # 0.6 off at x = 14
    assert all(live.goals.values())


def test_more_points_than_can_be_dragged_are_refused():
    with pytest.raises(ValueError, match="at most 10 points .* got 11"):
        explore.line(np.arange(11.0), np.arange(11.0))


def test_scores_of_ln_9_and_0_make_ninety_per_cent(shown):
    live = shown(explore.softmax)
    assert not any(live.goals.values())
    for name, score in (("cat", 2.2), ("dog", 0.0), ("bird", -10.0)):
        live.controls[name].value = score
    assert "cat 90.0 %, dog 10.0 %" in live.summary
    assert "= 0.105." in live.summary
    assert all(live.goals.values())
    live.controls["truth"].value = "dog"
    assert "= 2.305." in live.summary  # 2.303 at ln 9 = 2.197


def test_the_slider_of_the_cat_alone_can_make_ninety_per_cent(shown):
    live = shown(explore.softmax)
    for score in (3.2, 3.3):
        assert not any(live.goals.values())
        live.controls["cat"].value = score
    assert all(live.goals.values())


def test_adding_the_same_to_all_scores_changes_no_probability(shown):
    live = shown(explore.softmax)
    words, picture = live.summary, live.frame()
    live.controls["add_to_all"].value = 5
    assert live.summary == words
    assert (live.frame() != picture).any()


def test_a_cold_softmax_that_is_wrong_costs_more_than_the_picture_shows(shown):
    live = shown(explore.softmax)
    live.controls["bird"].value, live.controls["temperature"].value = 10.0, 0.1
    assert "= 80.000, beyond the picture." in live.summary


def test_divergence_is_zero_only_for_the_same_distribution_and_not_symmetric(shown):
    live = shown(explore.divergence)
    assert "KL(p‖q) = 1.15" in live.summary
    assert "KL(q‖p) = 3.40" in live.summary
    live.controls["q"].value = live.controls["p"].value
    assert "KL(p‖q) = 0.00 is nothing: p and q are the same" in live.summary


def test_bars_that_are_cut_are_named_and_marked(shown):
    live = shown(explore.divergence)
    marks = [ax.lines[-1] for ax in live.figure.axes[1:]]
    assert "Cut" not in live.summary
    assert [len(mark.get_xdata()) for mark in marks] == [0, 0]
    live.controls["p"].value, live.controls["q"].value = (6.0, 0.13), (14.0, 0.5)
    assert "the largest part (8.23) at outcome 4" in live.summary
    assert live.summary.endswith("Cut at 8: the bar of H(p, q).")
    assert [list(mark.get_xdata()) for mark in marks] == [[1, 2, 3, 4, 5, 6, 7], [0]]


def test_shifting_one_bell_makes_both_divergences_the_same(shown):
    live = shown(explore.divergence)
    live.controls["p"].value, live.controls["q"].value = (8.0, 0.3), (12.0, 0.3)
    assert all(live.goals.values())


def test_twelve_steps_leave_the_tail_with_cross_entropy_only(shown, lesson):
    live = shown(explore.tail, lesson["slope_squared"], lesson["slope_cross_entropy"])
    assert "Squared error: score −8.0, p 0.03 %, slope at the start −0.0007." in live.summary
    assert "Cross-entropy: score 1.3, p 77.8 %, slope at the start −0.9997." in live.summary


def test_a_learners_slope_that_fails_is_said_and_the_figure_goes_on(shown):
    def from_zero_on(z):
        if np.min(z) > -10 and np.ndim(z) == 0 and z < 0:
            raise RuntimeError("not yet written")
        return 0 * z

    live = shown(explore.tail, from_zero_on)
    assert "not yet written" in live.summary
    live.controls["score"].value = (2.0, 0.0)
    assert "steps from 2.0." in live.summary
    live = shown(explore.tail, lambda z: z * np.nan)
    assert "the slope of squared error is not a number" in live.summary


def star(live):
    (found,) = (line for line in live.figure.axes[0].lines if line.get_marker() == "*")
    return [*found.get_xdata(), *found.get_ydata()]


@pytest.mark.parametrize("loss", explore.LOSSES)
def test_the_map_hides_the_best_line_until_one_is_near(shown, loss):
    live = shown(explore.surface)
    live.controls["loss"].value = loss
    best = explore.BEST[loss](*explore.ROOMS)
    live.controls["theta"].value = tuple(best + [0.3, 0.3])
    assert star(live) == []
    assert not any(live.goals.values())
    live.controls["theta"].value = tuple(best + [0.01, -0.03])
    assert star(live) == pytest.approx(best, abs=2e-3)
    assert all(live.goals.values())


def test_nobody_gets_below_the_lowest_place_of_the_capped_loss(shown, lesson):
    live = shown(explore.surface, lesson["capped"])
    live.controls["theta"].value = (1.1, 1.3)
    assert star(live) == pytest.approx([1.1, 1.3], abs=2e-3)
    assert "your loss 0.24. The star marks the lowest place: 0.24" in live.summary


def test_each_landscape_replaces_the_one_before_with_its_numbers(shown):
    live = shown(explore.surface)
    ax, drawn = live.figure.axes[0], {}
    for loss in ("MSE", "MAE", "Huber", "MSE", "MAE"):
        live.controls["loss"].value = loss
        now = len(ax.collections), {text.get_text() for text in ax.texts}
        assert now[1]
        assert drawn.setdefault(loss, now) == now


def test_a_line_out_of_the_picture_is_said(shown):
    live = shown(explore.surface)
    assert "runs" not in live.summary
    live.controls["theta"].value = (-1.0, -4.0)
    assert "The line runs below the picture." in live.summary


def test_a_learners_loss_is_mapped_first_and_may_fail(shown):
    live = shown(explore.surface, lambda y_hat, y: np.max(np.abs(y_hat - y)))
    assert "your loss" in live.summary
    live = shown(explore.surface, lambda y_hat, y: np.nan)
    assert "not a number anywhere on this map" in live.summary
    live.controls["loss"].value = "MSE"
    assert "MSE 6.03" in live.summary
    live = shown(explore.surface, lambda y_hat, y: 0.0)
    assert "the same everywhere on this map" in live.summary
