"""Lesson 02: the checks it prints, and the verdicts on its claims."""

import numpy as np
import pytest

from helpers import losses
from helpers.derivatives import finite_difference
from helpers.functions import sigmoid, softmax
from tests.support.lessons import run_lesson


@pytest.fixture(scope="module")
def lesson():
    return run_lesson("02")


def test_every_line_through_the_middle_has_a_mean_residual_of_zero(lesson):
    assert lesson["mean_residuals"] == [0.0, 0.0, 0.0]


def test_the_losses_written_in_the_lesson_are_the_courses(lesson):
    for loss in ("mae", "mse", "huber"):
        rng = np.random.default_rng(1)
        y_hat, y = rng.normal(0, 3, (2, 50))
        assert lesson[loss](y_hat, y) == pytest.approx(getattr(losses, loss)(y_hat, y), rel=1e-12)


def test_an_outlier_upwards_pulls_mse_and_not_mae(lesson):
    moves = lesson["moves"]
    for case, far in (("1 of 20 up by 20", 3.71), ("1 of 20 up by 200", 37.1)):
        assert moves[case, "MSE"] == pytest.approx(far, rel=0.01)
        assert moves[case, "MAE"] < 0.1
        assert moves[case, "Huber"] < 0.3


@pytest.mark.parametrize(
    "case",
    [
        "1 of 20 up by 20, in the middle",
        "1 of 8 up by 20",
        "6 of 20 up by 20, spread",
        "9 of 20 up by 200, spread",
        "6 of 20 up by 20, in the middle",
    ],
)
def test_it_is_so_in_the_middle_too_with_few_points_and_with_several_wrong_ones(lesson, case):
    assert lesson["moves"][case, "MAE"] < 0.1 * lesson["moves"][case, "MSE"]


def test_more_than_half_of_wrong_points_take_every_line_with_them(lesson):
    moves, case = lesson["moves"], "11 of 20 up by 20, spread"
    assert moves[case, "MAE"] == pytest.approx(20, abs=0.5)
    assert moves[case, "MAE"] > moves[case, "MSE"]


def test_more_than_a_quarter_of_wrong_points_at_one_end_take_the_mae_line_with_them(lesson):
    moves = lesson["moves"]
    fewer, more = (f"{n} of 20 up by 20, at one end" for n in (4, 6))
    assert moves[fewer, "MAE"] < 0.15 * moves[fewer, "MSE"]
    assert moves[more, "MAE"] > moves[more, "MSE"]
    assert moves[more, "MAE"] == pytest.approx(20, abs=0.3)


def test_six_wrong_points_at_both_ends_turn_the_mae_line_as_far(lesson):
    moves, case = lesson["moves"], "3 down, 3 up by 20, at both ends"
    assert moves[case, "MAE"] == pytest.approx(20, abs=0.5)
    assert moves[case, "MAE"] > moves[case, "MSE"] + 4


def test_no_place_of_the_wrong_points_has_a_border_below_a_quarter():
    """At each turning point the worst are the points farthest away: how many make half of all
    levers?
    """
    x, borders = (np.arange(4000) + 0.5) / 4000, {}
    for t in np.linspace(0, 1, 101):
        levers = np.sort(np.abs(x - t))[::-1]
        borders[round(t, 2)] = np.argmax(levers.cumsum() > levers.sum() / 2) / 4000
    assert min(borders.values()) == borders[0.25] == pytest.approx(0.25, abs=1e-3)
    assert borders[0.5] == pytest.approx(1 - np.sqrt(0.5), abs=1e-3)


@pytest.mark.parametrize("share", [0.1, 0.2, 0.25, 0.3, 0.4])
def test_the_border_at_one_end_is_a_quarter(share):
    """The levers of the wrong points, less those of the right ones, at the best turning point."""
    t, x = np.linspace(0, 1, 1001)[:, None], (np.arange(2000) + 0.5) / 2000
    wrong = x > 1 - share
    won = np.where(wrong, x - t, -np.abs(x - t)).mean(axis=1)
    assert won.max() == pytest.approx(share - 0.25, abs=2e-3)
    assert t[won.argmax(), 0] == pytest.approx(0.5 - share, abs=2e-3)


def test_an_outlier_sideways_is_resisted_the_longer_the_more_points_there_are(lesson):
    moves = lesson["moves"]
    for case in ("1 of 20 right by 20", "1 of 80 right by 60"):
        assert moves[case, "MAE"] < 0.3 * moves[case, "MSE"]
    for case in ("1 of 20 right by 60", "1 of 8 right by 20", "1 of 80 right by 200"):
        for name in ("MAE", "Huber"):
            assert moves[case, name] == pytest.approx(moves[case, "MSE"], rel=0.06)


def test_the_best_constant_is_the_mean_for_mse_and_the_median_for_mae(lesson):
    best, wages = lesson["best_constant"], lesson["WAGES"]
    assert best["MSE"] == pytest.approx(wages.mean(), abs=0.006)
    assert best["MAE"] == pytest.approx(np.median(wages), abs=0.006)
    assert best["MAE"] < best["Huber"] < best["MSE"]


def test_the_flat_tail_takes_squared_error_thousands_of_steps(lesson):
    assert lesson["half"] == {-5: [85, 6], -8: [1507, 9], -10: [11034, 11]}


def test_the_slopes_by_the_score_are_right(lesson):
    z = np.linspace(-9, 9, 37)
    cross_entropy = losses.binary_cross_entropy.gradient(z, np.ones_like(z)) * z.size
    assert np.allclose(lesson["slope_cross_entropy"](z), cross_entropy, rtol=1e-9)
    above, below = ((sigmoid(z + nudge) - 1) ** 2 for nudge in (1e-5, -1e-5))
    assert np.allclose(lesson["slope_squared"](z), (above - below) / 2e-5, atol=1e-9)


def test_the_slope_of_cross_entropy_is_p_minus_y(lesson):
    assert np.allclose(lesson["pushes"], lesson["nudged"], atol=1e-8)
    assert np.allclose(lesson["pushes"], losses.cross_entropy.gradient([lesson["z"]], [0])[0])


def right_on_digits(lesson, situation, rate=None):
    """The share of test digits that squared error and cross-entropy get right, by split.

    At the rate given, or at the best one.
    """
    both = ((situation, name) for name in lesson["names"])
    if rate is None:
        return [lesson["best"][key] for key in both]
    return [lesson["tried"][key][:, 1, list(lesson["rates"]).index(rate)] for key in both]


def test_on_digits_both_losses_end_at_the_same_accuracy(lesson):
    squared, cross = right_on_digits(lesson, "all well")
    assert abs(squared.mean() - cross.mean()) < 0.005
    assert min(*squared, *cross) > 0.94


def test_wrong_labels_harm_the_squared_error_a_little_less(lesson):
    squared, cross = right_on_digits(lesson, "wrong labels")
    assert lesson["ahead"] >= 5
    assert 0.005 < (squared - cross).mean() < 0.02


def test_after_a_bad_start_the_squared_error_is_stuck_unless_the_rate_is_raised(lesson):
    squared, cross = right_on_digits(lesson, "bad start", rate=10)
    assert squared.mean() == pytest.approx(0.37, abs=0.02)
    assert cross.mean() == pytest.approx(0.90, abs=0.01)
    squared, cross = right_on_digits(lesson, "bad start")
    assert squared.mean() == pytest.approx(0.91, abs=0.01)
    assert 0 < cross.mean() - squared.mean() < 0.03


def test_the_best_rate_lies_within_the_menu(lesson):
    for values in lesson["tried"].values():
        assert 0 < values[:, 0].mean(axis=0).argmax() < len(lesson["rates"]) - 1


def test_the_gradients_on_digits_match_nudging(lesson):
    z, Y = np.random.default_rng(0).normal(size=(2, 10)), np.eye(10)[[3, 7]]
    values = {
        "squared error": lambda z: np.sum((softmax(z) - Y) ** 2) / 2,
        "cross-entropy": lambda z: losses.cross_entropy(z, Y),
    }
    for name, value in values.items():
        assert np.allclose(lesson["by_scores"](z, Y)[name], finite_difference(value, z), atol=1e-7)


def test_cross_entropy_is_entropy_plus_divergence(lesson):
    assert lesson["H_pq"] == pytest.approx(lesson["H"] + lesson["KL_pq"], rel=1e-12)
    assert lesson["KL_pq"] == pytest.approx(losses.kl_divergence(lesson["p"], lesson["q"]))
    assert lesson["KL_pq"] != pytest.approx(lesson["KL_qp"], rel=0.05)
    assert lesson["divergences"] == pytest.approx(
        losses.kl_divergence(lesson["P"], lesson["Q"]), abs=1e-12
    )
    assert lesson["divergences"].min() == pytest.approx(1.0e-5, rel=0.1)


def test_a_nudge_of_any_weight_moves_the_loss_and_not_the_accuracy(lesson):
    assert lesson["changed"] == {0.001: [0, 300], 0.01: [15, 300], 0.1: [110, 300]}


def test_the_naive_softmax_breaks_and_the_shift_mends_it(lesson):
    assert np.isnan(lesson["broken"]).all()
    assert lesson["naive"] == np.inf
    assert lesson["stable"] == pytest.approx(800.0)
    z = np.array([3.0, -1e4, 1e4])
    assert lesson["log_sum_exp"](z) - z[0] == pytest.approx(losses.cross_entropy([z], [0]))


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
    wages, c = lesson["WAGES"], lesson["best_constant"]["Huber"]
    middle = wages[np.abs(wages - c) <= 1]
    beyond = np.sum(np.sign(wages - c)[np.abs(wages - c) > 1])
    assert c == pytest.approx(2.48)
    assert c == pytest.approx(middle.mean() + beyond / len(middle), abs=0.006)


def test_the_lesson_runs_for_who_hunts_nan():
    with np.errstate(all="raise"):
        run_lesson.__wrapped__("02")
