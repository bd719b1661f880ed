"""Lesson 02: the checks it prints, and the verdicts on its claims."""

import numpy as np
import pytest

from helpers import losses
from tests.support.lessons import run_lesson


@pytest.fixture(scope="module")
def lesson():
    return run_lesson("02")


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
    above, below = ((lesson["sigmoid"](z + nudge) - 1) ** 2 for nudge in (1e-5, -1e-5))
    assert np.allclose(lesson["slope_squared"](z), (above - below) / 2e-5, atol=1e-9)


def test_the_slopes_by_nudging_in_the_lesson_are_the_worked_out_ones(lesson):
    for slope, nudged in (
        ("slope_squared", "nudged_squared"),
        ("slope_cross_entropy", "nudged_cross"),
    ):
        assert np.allclose(lesson[slope](lesson["scores"]), lesson[nudged], atol=1e-9)


def right_on_digits(lesson, situation, rate=None):
    """The share of test digits that squared error and cross-entropy get right, by split.

    At the rate given, or at the best one.
    """
    both = ((situation, name) for name in lesson["gradients"])
    if rate is None:
        return [lesson["best"][key] for key in both]
    return [lesson["tried"][key][:, lesson["rates"].index(rate), 1] for key in both]


def test_on_digits_both_losses_end_at_the_same_accuracy(lesson):
    squared, cross = right_on_digits(lesson, "all well")
    assert abs(squared.mean() - cross.mean()) < 0.005
    assert min(*squared, *cross) > 0.94


def test_wrong_labels_harm_the_squared_error_a_little_less(lesson):
    squared, cross = right_on_digits(lesson, "wrong labels")
    assert lesson["ahead"] == 4
    assert 0.005 < (squared - cross).mean() < 0.02


def test_after_a_bad_start_the_squared_error_is_stuck_unless_the_rate_is_raised(lesson):
    squared, cross = right_on_digits(lesson, "bad start", rate=10)
    assert squared.mean() == pytest.approx(0.39, abs=0.02)
    assert cross.mean() == pytest.approx(0.90, abs=0.01)
    squared, cross = right_on_digits(lesson, "bad start")
    assert squared.mean() == pytest.approx(0.89, abs=0.01)
    assert cross.mean() > squared.mean() + 0.02
    chosen = lesson["tried"]["bad start", "squared error"][:, :, 0].argmax(axis=1)
    assert [lesson["rates"][i] for i in chosen] == [300] * 4


def test_the_gradient_of_squared_error_on_softmax_matches_nudging(lesson):
    assert np.abs(lesson["nudged"]).max() > 0.01
    assert np.allclose(
        lesson["squared_gradient"](lesson["z_pair"], [3, 7]), lesson["nudged"], atol=1e-8
    )


def test_cross_entropy_is_entropy_plus_divergence(lesson):
    assert lesson["H_pq"] == pytest.approx(lesson["H"] + lesson["KL_pq"], rel=1e-12)
    assert lesson["KL_pq"] == pytest.approx(losses.kl_divergence(lesson["p"], lesson["q"]))
    assert lesson["KL_pq"] != pytest.approx(lesson["KL_qp"], rel=0.05)
    assert np.all(lesson["divergences"] >= 0)


def test_a_nudge_of_any_weight_moves_the_loss_and_not_the_accuracy(lesson):
    assert lesson["W"].size == 300
    assert lesson["changed"] == {0.001: [0, 300], 0.01: [15, 300], 0.1: [110, 300]}


def test_the_naive_softmax_breaks_and_the_shift_mends_it(lesson):
    assert np.isnan(lesson["broken"]).all()
    assert lesson["naive"] == np.inf
    assert lesson["stable"] == pytest.approx(800.0)
    z = np.array([3.0, -1e4, 1e4])
    assert lesson["cross_entropy"](z, 0) == pytest.approx(losses.cross_entropy([z], [0]))


def test_the_mse_of_a_line_is_a_bowl_and_the_capped_loss_is_not(lesson):
    mse, capped = lesson["ways"]["MSE"], lesson["ways"]["capped"]
    assert np.all(np.diff(mse) < 0)
    assert max(capped) > capped[0] + 0.03 > capped[-1]


def test_the_level_line_is_the_bottom_of_a_side_valley_of_the_capped_loss(lesson):
    assert lesson["J"](lesson["level"], lesson["capped"]) == pytest.approx(0.375)
    assert lesson["ways"]["capped"][-1] == pytest.approx(0.24125)
    assert len(lesson["climbs"]) == 20_000
    assert all(lesson["climbs"])
    assert lesson["plateau"] == pytest.approx(0.70, abs=0.005)


def test_huber_asks_for_the_mean_of_the_middle(lesson):
    wages, c = lesson["wages"], lesson["best_constant"]["Huber"]
    middle = wages[np.abs(wages - c) <= 1]
    beyond = np.sum(np.sign(wages - c)[np.abs(wages - c) > 1])
    assert c == pytest.approx(2.48)
    assert c == pytest.approx(middle.mean() + beyond / len(middle), abs=0.006)


def test_the_lesson_runs_for_who_hunts_nan():
    with np.errstate(all="raise"):
        run_lesson.__wrapped__("02")
