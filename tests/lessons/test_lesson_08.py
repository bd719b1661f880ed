"""Lesson 08: the numbers that its experiments left behind."""

import numpy as np
import pytest

from tests.support.lessons import run_lesson
from tests.support.stops import Stops

STOPS = Stops()
GUESSING = np.log(10)


@pytest.fixture(scope="module")
def lesson():
    with np.errstate(all="call", call=STOPS):
        return run_lesson("08")


def test_the_lesson_runs_for_who_hunts_nan(lesson):
    assert STOPS == []


def test_the_size_stays_at_variance_one_for_identity_and_two_for_relu(lesson):
    for name, scale in (("identity", 1.0), ("relu", 2.0)):
        assert lesson["keeps"][name] == pytest.approx([scale, scale], rel=0.03)


def test_he_s_scale_is_worth_the_difference_between_guessing_and_learning(lesson):
    best = {
        v: min(np.median(losses) for losses in by_rate.values())
        for v, by_rate in lesson["bought"].items()
    }
    for losses in (*lesson["bought"][0.5].values(), lesson["steep"]):  # at 0.03 to 3
        assert losses == pytest.approx([GUESSING] * 3, abs=0.05)
    assert 1.2 < best[1] < 2.2
    assert max(best[2], best[4]) < 0.7
    assert lesson["longer"] < best[1] - 0.4  # v = 1 is slow, not lost


def test_the_best_rate_of_each_scale_that_learns_lies_inside_its_menu(lesson):
    for v in (1, 2, 4):
        medians = [np.median(losses) for losses in lesson["bought"][v].values()]
        assert int(np.argmin(medians)) == 1
    assert np.isinf(lesson["bought"][4][0.03]).all()


def test_adam_learns_at_every_scale_and_worst_at_the_smallest(lesson):
    medians = {v: np.median(losses) for v, losses in lesson["with_adam"][0.003].items()}
    assert max(medians.values()) < 1.6
    for by_scale in lesson["with_adam"].values():  # at three rates
        assert max(by_scale, key=lambda v: np.median(by_scale[v])) == 0.5


def test_layer_norm_alone_does_not_revive_sigmoid_and_the_others_do(lesson):
    ends = {pair: losses[-10:].mean() for pair, losses in lesson["curves"].items()}
    sigmoid, relu = lesson["sigmoid"], lesson["relu"]
    for kind in ("plain", "layer norm"):
        assert ends[sigmoid, kind] == pytest.approx(GUESSING, abs=0.1)
    for kind in ("batch norm", "residual", "residual + layer norm"):
        assert ends[sigmoid, kind] < 0.6
    assert max(ends[relu, kind] for kind in lesson["KINDS"]) < 1.6


def test_batch_norm_saves_the_gradient_of_sigmoid_at_every_rate(lesson):
    plain, normed = lesson["trial"]["sigmoid", "plain"], lesson["trial"]["sigmoid", "batch norm"]
    assert plain[0].max() < -6
    assert abs(normed[0]).max() < 0.6
    assert plain[1] == pytest.approx([GUESSING] * 3, abs=0.1)
    assert normed[1].max() < 0.5
    assert lesson["other_rates"]["sigmoid", "plain"] == pytest.approx([GUESSING] * 2, abs=0.1)
    assert max(lesson["other_rates"]["sigmoid", "batch norm"]) < 0.7


def test_tanh_and_relu_with_the_right_weights_do_not_vanish_without_batch_norm(lesson):
    for name in ("tanh", "relu"):
        starts, losses = lesson["trial"][name, "plain"]
        assert abs(starts).max() < 0.7
        assert np.median(losses) < 1


def test_batch_norm_rescues_relu_from_weights_that_are_too_small(lesson):
    plain, normed = (lesson["trial"]["relu, v = 0.5", kind][1] for kind in ("plain", "batch norm"))
    assert plain == pytest.approx([GUESSING] * 3, abs=0.05)
    assert normed.max() < 0.5


def test_batch_norm_rescues_relu_from_weights_that_are_too_large(lesson):
    assert np.isinf(lesson["other_rates"]["relu, v = 4", "plain"][1])  # at 0.03
    assert lesson["trial"]["relu, v = 4", "batch norm"][1].max() < 0.5
    assert max(lesson["other_rates"]["relu, v = 4", "batch norm"]) < 0.5  # at 0.1 and 0.9


def test_relu_has_nothing_that_batch_norm_could_prevent_and_gains_all_the_same(lesson):
    plain, normed = lesson["trial"]["relu", "plain"], lesson["trial"]["relu", "batch norm"]
    assert abs(plain[0]).max() < 0.7
    assert normed[0].min() > plain[0].max()
    assert np.median(normed[1]) < np.median(plain[1]) < 1


def test_a_limit_saves_the_walk_from_the_wall_and_does_nothing_on_the_plateau(lesson):
    free, limited = lesson["wall"][1.6, np.inf], lesson["wall"][1.6, 1.0]
    assert np.isinf(free[0])
    assert free[1] > 2000
    assert limited[0] == pytest.approx(60, abs=2)
    assert lesson["wall"][0.5, 1.0][0] == pytest.approx(lesson["wall"][0.5, np.inf][0], rel=0.03)


def test_without_a_limit_a_lucky_rate_lands_on_the_minimum_and_its_neighbour_does_not(lesson):
    lucky, near = lesson["steps_needed"](1.6, 1.0133e-6 * np.array([1, 1.01]), np.inf)
    assert lucky == 1
    assert near > 10_000


def test_the_stretch_of_small_weights_goes_to_the_biases(lesson):
    model = lesson["twelve"](0.5, 0)
    lesson["first_over_last"](model)  # leaves the gradients
    weights, biases = (
        np.concatenate([w.grad.ravel() for w in model.parameters() if (w.data.ndim == 2) == is_w])
        for is_w in (True, False)
    )
    assert np.linalg.norm(biases) > 50 * np.linalg.norm(weights)
    sizes = [lesson["size"](w.grad) for w in model.parameters() if w.data.ndim == 2]
    assert max(sizes) < 1e-4  # in all layers


def test_clipping_saves_what_explodes_at_a_price_and_not_what_vanishes(lesson):
    median = {setting: np.median(losses) for setting, losses in lesson["clipping"].items()}
    for lr in (0.03, 0.1):
        assert np.isinf(median["relu", lr, None])
        assert max(median["relu", lr, 1.0], median["relu", lr, 10.0]) < 1.6
    assert median["relu", 0.003, 1.0] > GUESSING > 2 * median["relu", 0.003, None]
    assert median["relu", 0.01, 1.0] > 2 * median["relu", 0.01, None]
    assert median["relu", 0.01, 10.0] < 1
    assert min(lesson["vanished"]) > 2.2
    assert min(lesson["small_ends"]) > 2.2  # nor what is too small from the start


def test_silent_units_of_the_first_layer_never_come_back_and_deeper_ones_may(lesson):
    first, kept, deeper, still, _ = np.sum(lesson["dying"]["relu"], axis=0)
    assert kept == first > 20
    assert 0 < still < deeper
    first, kept, *_ = np.sum(lesson["dying"]["leaky_relu"], axis=0)
    assert kept > 0.8 * first > 15  # a slope of a hundredth is no cure in 300 steps
    again, after, *_ = np.sum(lesson["dying"]["leaky, Adam"], axis=0)
    assert again == first
    assert 0.3 * first < after < 0.8 * first  # Adam brings some of them back


def test_the_gauge_tells_slow_from_well_and_well_from_broken_only_roughly(lesson):
    (slow, few), (well, most), (broken, none) = lesson["gauged"].values()
    assert slow < -3.7 < -2.6 < well < broken
    assert few < 0.4
    assert most > 0.85
    assert none < 0.4
    health = lesson["health"]
    assert health["SGD", 0.001][0] < -3.7
    assert health["SGD", 0.1][1].min() > 0.8
    assert health["Adam", 0.03][0] > health["SGD", 0.5][0]  # and yet
    assert health["Adam", 0.03][1].min() > 0.8


def test_activations_and_their_gradients_move_with_the_scale_and_weight_gradients_do_not(lesson):
    table = np.array([lesson["table"][v] for v in (1.0, 1.5, 2.0, 2.5, 3.0)])
    expected = np.array([0.5, 0.75, 1.0, 1.25, 1.5]) ** (29 / 2)
    assert table[:, :2] / table[2, :2] == pytest.approx(np.c_[expected, expected], rel=1e-6)
    assert table[:, 2] == pytest.approx([table[0, 2]] * 5, rel=1e-6)


def test_a_scale_that_saves_sigmoid_exists_far_off_the_slider(lesson):
    assert lesson["saved"][4] < 1e-10
    assert 0.1 < lesson["saved"][100] < 10


def test_batch_norm_makes_the_gradient_grow_by_the_derived_factor(lesson):
    assert lesson["growths"] == pytest.approx([np.sqrt(np.pi / (np.pi - 1))] * 3, rel=0.03)


def test_evaluation_comes_right_only_when_the_running_averages_have_caught_up(lesson):
    wrong = [abs(value - 0.5) for value in lesson["becomes"].values()]
    assert wrong == sorted(wrong, reverse=True)
    assert wrong[0] > 4 > 0.1 > wrong[2]


def test_clipping_by_norm_keeps_the_direction_and_by_value_turns_it(lesson):
    by_norm, by_value = lesson["by_norm"], lesson["by_value"]
    assert by_norm / np.linalg.norm(by_norm) == pytest.approx(np.array([19, 0.4]) / 19.00421, 1e-5)
    assert by_value == pytest.approx([1, 0.4])
