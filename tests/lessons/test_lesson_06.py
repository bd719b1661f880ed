"""Lesson 06: what its checks and its claims say. The experiments run in the lesson itself."""

import numpy as np
import pytest

from helpers.optim import Adam
from tests.support.lessons import run_lesson
from tests.support.stops import Stops

STOPS = Stops()


@pytest.fixture(scope="module")
def lesson():
    with np.errstate(all="call", call=STOPS):
        return run_lesson("06")


def test_the_lesson_runs_for_who_hunts_nan(lesson):
    assert STOPS == []


def mean(shares):
    return {name: share.mean() for name, share in shares.items()}


@pytest.mark.parametrize("rule", ["momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw"])
def test_the_five_lines_of_each_rule_are_the_optimizer_of_helpers(lesson, rule):
    assert lesson["differences"][rule] < 1e-12


def test_the_difference_sees_a_rule_that_is_slightly_wrong(lesson):
    def late_correction(theta, grad, memory, lr):
        memory["t"] = memory["t"] or 1
        return lesson["adam"](theta, grad, memory, lr)

    assert lesson["difference"](late_correction, Adam(lr=0.05)) > 1e-3


@pytest.mark.parametrize("method", ["heavy ball", "Nesterov"])
def test_the_measured_border_is_that_of_theory_to_half_a_step_of_the_grid(lesson, method):
    assert lesson["measured"][method] == pytest.approx(lesson["theory"][method], abs=0.0026)


def test_momentum_takes_the_root_of_the_condition_number(lesson):
    counted = lesson["counted"]
    assert counted["plain", 1_000] / counted["plain", 10] == pytest.approx(100, rel=0.05)
    assert 10 < counted["heavy ball", 1_000] / counted["heavy ball", 10] < 15


def test_the_heavy_ball_needs_up_to_twice_the_steps_that_its_factor_alone_suggests(lesson):
    for kappa in (10, 100, 1_000):
        q = (np.sqrt(kappa) - 1) / (np.sqrt(kappa) + 1)
        assert 1.3 < lesson["counted"]["heavy ball", kappa] / (np.log(0.001) / np.log(q)) < 2


def test_adams_first_step_ignores_the_slope_and_is_the_rate_only_with_the_correction(lesson):
    assert lesson["first_step"][True] == pytest.approx([-1, -1, -1], abs=1e-5)
    assert lesson["first_step"][False] == pytest.approx([-np.sqrt(10)] * 3, rel=1e-4)


def test_on_random_slopes_too_the_uncorrected_step_is_longer_by_the_formula(lesson):
    slopes, t = np.random.default_rng(1).normal(size=100), np.arange(1, 101)
    for beta2, short in ((0.95, 8), (0.999, 0)):
        ratio = lesson["moves"](slopes, beta2, corrected=False) / lesson["moves"](slopes, beta2)
        assert ratio == pytest.approx((1 - 0.9**t) / np.sqrt(1 - beta2**t), rel=1e-3)
        assert (ratio < 1).sum() == (ratio < 1).argmin() == short


def test_without_correction_the_step_is_316_times_too_long_and_longest_at_step_12(lesson):
    usual = lesson["usual"]
    assert usual[0] == pytest.approx(np.sqrt(10))
    assert (usual.argmax() + 1, usual.max()) == (12, pytest.approx(6.6, abs=0.05))
    assert usual[99] == pytest.approx(3.2, abs=0.05)
    assert usual.min() > 1


def test_l2_in_adam_spares_the_weights_with_large_gradients_and_adamw_treats_all_alike(lesson):
    shrunk = 0.9999**5_000
    assert lesson["left"]["SGD + L2"] == pytest.approx([shrunk] * 4, abs=0.01)
    assert lesson["left"]["AdamW"] == pytest.approx([shrunk] * 4, abs=0.01)
    assert lesson["left"]["Adam + L2"] == pytest.approx([0, 0.01, 0.61, 0.95], abs=0.01)


def test_turning_bowl_and_starts_changes_nothing_for_sgd_hardly_adam_and_hurts_adagrad_and_rmsprop(
    lesson,
):
    median = {key: np.median(steps) for key, steps in lesson["needed"].items()}
    for name in ("SGD", "Momentum", "Nesterov"):
        np.testing.assert_array_equal(lesson["needed"][name, 30], lesson["needed"][name, 0])
    assert [median["Adam", angle] for angle in (0, 30)] == pytest.approx([90, 90], abs=3)
    assert median["AdaGrad", 30] > 20 * median["AdaGrad", 0]
    assert median["RMSProp", 30] > 8 * median["RMSProp", 0]


def test_one_start_crowns_more_than_one_winner(lesson):
    assert sum(lesson["won"].values()) == 64
    assert sum(count > 0 for count in lesson["won"].values()) >= 2


def test_adams_best_rate_follows_the_distance_and_sgds_the_size_of_the_loss(lesson):
    changes = lesson["changes"]
    for name in ("SGD", "Momentum"):
        assert changes[name] == pytest.approx([1e-3, 1, 1])
    for name in ("AdaGrad", "RMSProp", "Adam"):
        assert changes[name] == pytest.approx([1, 100, 0.01])


def test_what_escapes_from_local_minima_is_the_momentum(lesson):
    escaped = mean(lesson["escaped"])
    assert min(escaped["Momentum"], escaped["Adam"]) > 1.5 * max(escaped["SGD"], escaped["RMSProp"])
    assert escaped["Adam without momentum"] == pytest.approx(escaped["SGD"], abs=0.03)
    assert escaped["SGD"] == pytest.approx(1 / 7, abs=0.02)
    for leader, other, lead, error in (
        ("Adam", "Momentum", 0.03, 0.02),
        ("Momentum", "SGD", 0.13, 0.02),
    ):
        paired = lesson["escaped"][leader] - lesson["escaped"][other]
        assert (paired.mean(), paired.std(ddof=1) / np.sqrt(20)) == pytest.approx(
            (lead, error), abs=0.01
        )
    counts = [len(surface.minima) for surface in lesson["random_landscapes"]]
    assert (len(counts), min(counts), max(counts)) == (20, 11, 42)


def test_symmetric_ripples_crown_another_winner(lesson):
    rings = mean(lesson["on_rings"])
    assert rings["Momentum"] > rings["Adam"] + 0.2 > rings["SGD"] + 0.4


def test_the_lessons_own_landscape_has_its_gradient_and_its_deepest_point_right(lesson):
    surface = lesson["ringed"](np.random.default_rng(3))
    points, h = np.random.default_rng(0).uniform(-6, 6, (50, 2)), 1e-6
    for axis, nudge in enumerate(h * np.eye(2)):
        slope = (surface.value(points + nudge) - surface.value(points - nudge)) / (2 * h)
        assert surface.gradient(points)[:, axis] == pytest.approx(slope, abs=1e-6)
    assert surface.value(surface.grid(201)).min() > surface.value(surface.minima[0])


def test_no_best_rate_of_the_fair_race_lies_at_the_end_of_what_was_tried(lesson):
    for name, result in lesson["fair"].items():
        tried = sorted(result["tried"])
        assert len(tried) == 5
        assert tried[0] < result["lr"] < tried[-1], name


def test_tuned_optimizers_are_close_and_at_one_shared_rate_they_look_far_apart(lesson):
    fair, shared = lesson["medians"]["fair"], lesson["medians"]["shared"]
    assert max(fair) < 2.5 * min(fair)
    assert max(shared) > 15 * min(shared)
    tests = [
        lesson["fair"][name]["test"] for name in ("Momentum", "Nesterov", "Adam", "AdamW", "NAdam")
    ]
    assert max(min(losses) for losses in tests) < min(
        max(losses) for losses in tests
    )  # one value lies in all ranges
    assert np.median(lesson["fair"]["SGD"]["test"]) > max(np.median(losses) for losses in tests)


def test_the_seeds_of_adadelta_span_nearly_everything_that_was_measured(lesson):
    everyone = np.concatenate([result["test"] for result in lesson["fair"].values()])
    its = lesson["fair"]["AdaDelta"]["test"]
    assert its.min() < np.quantile(everyone, 0.1)
    assert its.max() == pytest.approx(everyone.max(), abs=0.01)


def test_rmsprop_is_thrown_out_again_after_it_has_arrived(lesson):
    RMSProp, bowl = lesson["RMSProp"], lesson["surfaces"].bowl(50)
    rate = 10**-1.375  # what the lesson chooses for it
    losses = lesson["descend"](bowl, lesson["starts"], RMSProp(rate), 400).losses
    late = np.flatnonzero(lesson["needed"]["RMSProp", 0] > 300)
    assert len(late) >= 10
    for run in late:
        first = np.argmax(losses[:, run] < 0.001)
        highest = first + np.argmax(losses[first:, run])
        assert first < 40
        assert losses[first:highest, run].min() < 1e-5
        assert losses[highest, run] > 0.01


def test_every_tuned_optimizer_reaches_the_loss_up_to_which_updates_are_counted(lesson):
    for result in lesson["fair"].values():
        assert (result["val"].min(axis=1) < 0.3).all()
    assert -(-len(lesson["split"].train.X) // 64) == 17
