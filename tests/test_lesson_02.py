"""Lesson 02: the checks it prints, the verdicts on its claims, and what its figures say."""

import numpy as np
import pytest

from helpers import losses
from helpers.explorers import losses as explore
from tests.lessons import run_lesson


@pytest.fixture(scope="module")
def lesson():
    return run_lesson("02")


# ---- the checks and the claims, as the lesson's own code left them


def test_every_line_through_the_middle_has_a_mean_difference_of_zero(lesson):
    assert lesson["mean_differences"] == [0.0, 0.0, 0.0]


def test_the_losses_written_in_the_lesson_are_the_courses(lesson):
    for loss in ("mae", "mse", "huber"):
        rng = np.random.default_rng(1)
        y_hat, y = rng.normal(0, 3, (2, 50))
        assert lesson[loss](y_hat, y) == pytest.approx(getattr(losses, loss)(y_hat, y), rel=1e-12)


def test_an_outlier_upwards_pulls_mse_and_not_mae(lesson):
    moved = {key: np.median(values) for key, values in lesson["movements"].items()}
    assert moved[0, 20, "MSE"] == pytest.approx(3.71, abs=0.01)
    assert moved[0, 200, "MSE"] == pytest.approx(37.1, abs=0.1)
    for name, limit in (("MAE", 0.1), ("Huber", 0.3)):
        assert moved[0, 20, name] == pytest.approx(moved[0, 200, name], abs=1e-6)
        assert moved[0, 20, name] < limit


def test_an_outlier_far_sideways_pulls_all_three_alike(lesson):
    moved = {key: np.median(values) for key, values in lesson["movements"].items()}
    assert moved[20, 0, "MAE"] < 0.3 * moved[20, 0, "MSE"]
    for distance in (60, 200):
        assert moved[distance, 0, "MAE"] == pytest.approx(moved[distance, 0, "MSE"], rel=0.05)
        assert moved[distance, 0, "Huber"] == pytest.approx(moved[distance, 0, "MSE"], rel=0.05)


def test_the_best_constant_is_the_mean_for_mse_and_the_median_for_mae(lesson):
    best, wages = lesson["best_constant"], lesson["wages"]
    assert best["MSE"] == pytest.approx(wages.mean(), abs=0.006)
    assert best["MAE"] == pytest.approx(np.median(wages), abs=0.006)
    assert best["MAE"] < best["Huber"] < best["MSE"]


def test_ninety_per_cent_cat_costs_what_the_lesson_says(lesson):
    assert round(lesson["loss_if_cat"], 3) == 0.105
    assert round(lesson["loss_if_dog"], 3) == 2.303


def test_the_flat_tail_takes_squared_error_thousands_of_steps(lesson):
    assert lesson["half"] == {-5: (85, 6), -8: (1507, 9), -10: (11034, 11)}


def test_the_slopes_by_the_score_are_right(lesson):
    z = np.linspace(-9, 9, 37)
    cross_entropy = losses.binary_cross_entropy.gradient(z, np.ones_like(z)) * z.size
    assert np.allclose(lesson["slope_cross_entropy"](z), cross_entropy, rtol=1e-9)
    nudged = ((lesson["sigmoid"](z + 1e-5) - 1) ** 2 - (lesson["sigmoid"](z - 1e-5) - 1) ** 2) / 2e-5
    assert np.allclose(lesson["slope_squared"](z), nudged, atol=1e-9)


def test_on_digits_both_losses_end_at_the_same_accuracy(lesson):
    squared, cross = (np.mean(values) for values in lesson["test_accuracy"].values())
    assert abs(squared - cross) < 0.01
    assert min(squared, cross) > 0.94


def test_the_gradient_of_squared_error_on_softmax_matches_nudging(lesson):
    rng = np.random.default_rng(0)
    z, labels = rng.normal(size=(2, 10)), np.array([3, 7])

    def squared(z):
        return np.sum((losses.softmax(z) - np.eye(10)[labels]) ** 2) / len(z)

    assert np.allclose(lesson["squared_push"](z, labels), lesson["finite_difference"](squared, z), atol=1e-8)


def test_cross_entropy_is_entropy_plus_divergence(lesson):
    assert lesson["H_pq"] == pytest.approx(lesson["H"] + lesson["KL_pq"], rel=1e-12)
    assert lesson["KL_pq"] == pytest.approx(losses.kl_divergence(lesson["p"], lesson["q"]))
    assert lesson["KL_pq"] != pytest.approx(lesson["KL_qp"], rel=0.05)
    assert np.all(lesson["divergences"] >= 0)


def test_a_nudge_of_any_weight_moves_the_loss_and_not_the_accuracy(lesson):
    assert lesson["W"].size == 300
    assert lesson["changed"][0.001] == [0, 300]


def test_the_naive_softmax_breaks_and_the_shift_mends_it(lesson):
    assert np.isnan(lesson["broken"]).all()
    assert lesson["naive"] == np.inf
    assert lesson["stable"] == pytest.approx(800.0)
    z = np.array([3.0, -1e4, 1e4])
    assert lesson["cross_entropy"](z, 0) == pytest.approx(losses.cross_entropy([z], [0]))


def test_the_mse_of_a_line_is_a_bowl_and_the_capped_loss_is_not(lesson):
    heights = {
        name: [lesson["J"](theta, lesson[name]) for theta in np.linspace([0.05, 5.0], lesson["theta_best"], 9)]
        for name in ("mse", "capped")
    }
    assert np.all(np.diff(heights["mse"]) < 0)
    assert max(heights["capped"]) > heights["capped"][0] + 0.03 > heights["capped"][-1]


# ---- what the figures say


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


@pytest.mark.parametrize("loss", explore.LOSSES)
def test_the_shaded_areas_are_the_losses(shown, loss):
    live = shown(explore.line)
    live.controls["loss"].value = loss
    live.controls["point_3"].value = (7.0, 0.4)
    (areas,) = live.figure.axes[0].collections
    x, y = np.array([live.controls[f"point_{i}"].value for i in range(1, 9)]).T
    y_hat = 4.0 + 2.5 / 8 * x
    expected = explore.LOSSES[loss].each(y_hat, y)
    assert np.allclose([area(path.vertices) for path in areas.get_paths()], expected)


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


def test_shifting_one_bell_makes_both_divergences_the_same(shown):
    live = shown(explore.divergence)
    live.controls["p"].value, live.controls["q"].value = (8.0, 0.3), (12.0, 0.3)
    assert all(live.goals.values())


def test_twelve_steps_leave_the_tail_with_cross_entropy_only(shown, lesson):
    live = shown(explore.tail, lesson["slope_squared"], lesson["slope_cross_entropy"])
    assert "MSE −8.0 (p below 0.1 %" in live.summary
    assert "cross-entropy 1.3 (p 77.8 %" in live.summary


def test_a_learners_slope_that_fails_is_said_and_the_figure_goes_on(shown):
    def from_zero_on(z):
        if np.min(z) > -10 and np.ndim(z) == 0 and z < 0:
            raise RuntimeError("not yet written")
        return 0 * z

    live = shown(explore.tail, from_zero_on)
    assert "not yet written" in live.summary
    live.controls["score"].value = (2.0, 0.0)
    assert "From score 2.0" in live.summary
    live = shown(explore.tail, lambda z: z * np.nan)
    assert "the slope of MSE is not a number" in live.summary


def test_the_map_finds_the_best_line(shown, lesson):
    live = shown(explore.surface)
    slope, intercept = (float(part.split(",")[0].rstrip(".")) for part in live.summary.split("is at")[1].split()[1::2])
    assert abs(slope - lesson["theta_best"][0]) <= 4 / 60
    assert abs(intercept - lesson["theta_best"][1]) <= 12 / 60


def test_a_learners_loss_is_mapped_first_and_may_fail(shown):
    live = shown(explore.surface, lambda y_hat, y: np.max(np.abs(y_hat - y)))
    assert "your loss" in live.summary
    live = shown(explore.surface, lambda y_hat, y: np.nan)
    assert "not a number anywhere on this map" in live.summary
    live.controls["loss"].value = "MSE"
    assert "MSE 6.03" in live.summary
