"""Lesson 06: what its checks and its claims say. The experiments run in the lesson itself."""

from functools import partial

import numpy as np
import pytest

from helpers.optim import SGD, Adam, RMSProp
from tests.support.lessons import run_lesson
from tests.support.stops import Stops

STOPS = Stops()


@pytest.fixture(scope="module")
def lesson():
    with np.errstate(all="call", call=STOPS):
        return run_lesson("06")


def mean(shares):
    return {name: share.mean() for name, share in shares.items()}


def test_the_lesson_runs_for_who_hunts_nan(lesson):
    assert STOPS == []


# ---- the rules


@pytest.mark.parametrize("rule", ["momentum", "adagrad", "rmsprop", "adam", "adamw"])
def test_the_few_lines_of_each_rule_are_the_optimizer_of_helpers(lesson, rule):
    assert lesson["differences"][rule] < 1e-12
    assert lesson["nesterov_difference"] < 1e-12


def test_the_difference_sees_a_rule_that_is_slightly_wrong(lesson):
    def late_correction(theta, grad, memory, lr):
        memory["t"] = memory["t"] or 1
        return lesson["adam"](theta, grad, memory, lr)

    assert lesson["difference"](late_correction, Adam(lr=0.05)) > 1e-3


# ---- momentum


def test_no_ball_is_much_faster_than_its_beta_allows(lesson):
    """The limit is one of the long run: a few steps fewer are possible."""
    for by_theory, counted in lesson["limits"].values():
        assert counted == pytest.approx(by_theory, rel=0.06)
    assert np.log(34 / 0.001) / np.log(1 / 0.9) == pytest.approx(99, abs=0.1)
    assert lesson["first_loss"] == pytest.approx(34, rel=0.1)


@pytest.mark.parametrize("method", ["heavy ball", "Nesterov"])
def test_the_measured_border_is_that_of_theory_to_half_a_step_of_the_grid(lesson, method):
    assert lesson["measured"][method] == pytest.approx(lesson["theory"][method], abs=0.0026)


def test_momentum_takes_the_root_of_the_condition_number(lesson):
    counted = lesson["counted"]
    assert counted["plain", 1_000] / counted["plain", 10] == pytest.approx(100, rel=0.05)
    for kappa in (100, 1_000):
        assert 3 < counted["heavy ball", kappa] / counted["heavy ball", kappa // 10] < 4


def test_above_the_star_a_run_is_slower_in_the_long_run_only_and_below_it_diverges(lesson):
    root = np.sqrt(20)
    rate, star = 4 / (root + 1) ** 2, ((root - 1) / (root + 1)) ** 2

    def away(beta):
        bowl, rule = lesson["surfaces"].bowl(20), SGD(rate, momentum=beta)
        return np.linalg.norm(lesson["descend"](bowl, (1.0, 1.0), rule, 200).points, axis=1)

    def steps(beta, limit):
        return 201 - np.argmax((away(beta) >= limit)[::-1])

    assert (steps(star, 0.01), steps(0.5, 0.01)) == (18, 15)
    assert steps(star, 1e-6) < steps(0.5, 1e-6)
    assert not away(0.3)[-1] < 1  # NaN, where it diverged, is not below 1


def test_the_floor_of_a_noisy_run_is_that_of_plain_descent_at_the_rate_over_one_minus_beta(lesson):
    for (lr, beta), floor in lesson["floors"].items():
        exact = lr * (1 + beta) / ((1 - beta) * (2 + 2 * beta - lr))
        assert floor == pytest.approx(exact, rel=0.08)
        assert exact == pytest.approx(lr / 2 / (1 - beta), rel=0.06)


def test_in_noise_momentum_gains_the_less_the_longer_a_run_is(lesson):
    gains = [gain for gain, _ in lesson["in_noise_gain"].values()]
    assert gains == pytest.approx([2.4, 1.7, 1.3, 1.2], abs=0.07)
    momenta = [beta for _, beta in lesson["in_noise_gain"].values()]
    menu = lesson["tried_momenta"]
    assert menu[0] < min(momenta) <= max(momenta) < menu[-1]


# ---- a rate for each weight


def test_adagrad_halves_the_errors_only_where_words_are_rare(lesson):
    words = lesson["words"]
    assert (words["AdaGrad", 0.01] < 0.6 * words["SGD", 0.01]).all()
    assert words["Momentum", 0.01][1] == pytest.approx(words["SGD", 0.01][1], rel=0.05)
    assert words["AdaGrad", 0.5] == pytest.approx(words["SGD", 0.5], rel=0.2)
    falling = words["decaying", 0.01]  # the rate of AdaGrad falls too: that is not what helps
    assert falling.sum() == pytest.approx(words["SGD", 0.01].sum(), rel=0.06)
    assert falling[1] == pytest.approx(words["SGD", 0.01][1], rel=0.05)
    places = [words[name, rare, "place"] for name in lesson["word_rules"] for rare in (0.01, 0.5)]
    assert 0 < min(places) and max(places) < 1


@pytest.mark.parametrize("rule", ["Adam", "RMSProp"])
def test_the_others_with_a_rate_for_each_weight_halve_the_error_of_rare_words_too(lesson, rule):
    """As the table says that advises: AdaGrad or Adam."""
    rare = lesson["best_word_errors"](lesson[rule])[0][1]
    assert rare < 0.6 * lesson["words"]["SGD", 0.01][1]


@pytest.mark.parametrize("task", [{"steps": 3_000}, {"noise": 0.0}, {"noise": 1.0}])
def test_with_other_lengths_and_noise_adagrad_is_ahead_where_words_are_rare(lesson, task):
    adagrad, sgd = (
        lesson["best_word_errors"](lesson[rule], **task)[0] for rule in ("AdaGrad", "SGD")
    )
    assert adagrad.sum() < 0.8 * sgd.sum()


def test_dividing_by_the_root_of_s_helps_as_long_as_steep_and_flat_are_weights(lesson):
    left = [lesson["left_over"][angle] for angle in (0, 10, 30, 45)]
    assert left == pytest.approx([1, 12, 40.5, 50], rel=0.03)


def test_adams_first_steps_are_too_long_by_the_formula_from_099_on_and_too_short_below(lesson):
    t, ratios = lesson["t"], lesson["ratios"]
    for beta2, ratio in ratios.items():
        assert ratio == pytest.approx((1 - 0.9**t) / np.sqrt(1 - beta2**t), rel=1e-3)
    usual = ratios[0.999]
    assert usual[0] == pytest.approx(np.sqrt(10), rel=1e-4)
    assert (usual.argmax() + 1, usual.max()) == (12, pytest.approx(6.6, abs=0.05))
    assert usual[99] == pytest.approx(3.2, abs=0.05)
    assert usual.min() > 1
    assert [int(np.sum(ratios[beta2] < 0.99)) for beta2 in (0.9, 0.95, 0.99)] == [37, 8, 0]


def test_the_uncorrected_adam_is_ahead_at_small_rates_as_at_a_larger_rate_and_behind_at_the_largest(
    lesson,
):
    early = lesson["early"]
    for lr in (0.001, 0.003, 0.01):
        assert early[lr, False] < early[lr, True]
    for lr in (0.03, 0.1):
        assert early[lr, False] > early[lr, True]
    rates = (0.001, 0.003, 0.01, 0.03, 0.1)
    best = {kind: min((early[lr, kind], lr) for lr in rates) for kind in (True, False)}
    assert best[True][0] == pytest.approx(best[False][0], rel=0.15)
    assert (best[True][1], best[False][1]) == (0.03, 0.01)  # not at an end of the menu
    small = [early["β₂ = 0.9", corrected] for corrected in (True, False)]
    assert small == pytest.approx([1.23, 1.53], abs=0.02)


def test_with_a_long_velocity_the_uncorrected_adam_is_slow_at_the_usual_beta2_too(lesson):
    betas = (0.99, 0.999)
    assert (1 - betas[0]) / np.sqrt(1 - betas[1]) < 0.4  # the first step, in units of α

    def early(corrected):
        rule = partial(Adam, 0.01, betas, bias_correction=corrected)
        return np.median([lesson["train"](rule(), seed, 1)[0][-1] for seed in range(3)])

    assert early(False) > 1.05 * early(True)


def test_l2_in_adam_spares_the_weights_with_large_gradients_and_adamw_treats_all_alike(lesson):
    shrunk = 0.9999**5_000
    assert lesson["left"]["SGD + L2"] == pytest.approx([shrunk] * 4, abs=0.01)
    assert lesson["left"]["AdamW"] == pytest.approx([shrunk] * 4, abs=0.01)
    assert lesson["left"]["Adam + L2"] == pytest.approx([0, 0.01, 0.61, 0.95], abs=0.01)


# ---- the races


def test_turning_the_bowl_changes_nothing_for_momentum_doubles_adams_and_ruins_adagrads_steps(
    lesson,
):
    needed = lesson["needed"]
    for name in ("SGD", "Momentum", "Nesterov"):
        assert needed[name, 30] == needed[name, 0]
    assert needed["SGD", 0] > 4 * needed["Momentum", 0]
    assert needed["Adam", 0] == pytest.approx(needed["Momentum", 0], abs=3)
    assert needed["Adam", 30] == pytest.approx(2.3 * needed["Adam", 0], rel=0.1)
    for name in ("AdaGrad", "RMSProp"):
        assert needed[name, 0] <= 4
        assert needed[name, 30] == pytest.approx(needed["SGD", 30], rel=0.1)


def test_no_knob_of_the_race_stands_at_the_end_of_its_menu(lesson):
    rates = lesson["RATES"]
    for (name, angle), (_, lr, memory) in lesson["chosen"].items():
        assert rates[0] < lr < rates[-1], (name, angle)
        menu = lesson["RULES"][name][0]
        assert len(menu) == 1 or menu[0] < memory < menu[-1], (name, angle)
    assert lesson["chosen"]["AdaGrad", 0][1] == pytest.approx(17.8, rel=0.01)


@pytest.mark.parametrize("name", ["Momentum", "Adam"])
def test_at_the_customary_momentum_the_limit_hides_who_suffers_from_turning(lesson, name):
    steps = [
        lesson["fewest"](lesson["surfaces"].bowl(50, angle), lesson["MAKE"][name])[0]
        for angle in (0, 30)
    ]
    assert steps == pytest.approx([95, 95], abs=4)


def test_what_saves_adam_on_the_turned_bowl_is_its_velocity_and_rmsprop_can_have_one(lesson):
    turned, turn = lesson["surfaces"].bowl(50, 30), np.array([[3**0.5, 1], [-1, 3**0.5]]) / 2

    def steps(make):
        return lesson["fewest"](turned, make, lesson["TUNING"] @ turn)[0]

    with_velocity = steps(partial(RMSProp, alpha=0.999, momentum=0.8))
    assert with_velocity == pytest.approx(48, abs=2)
    assert with_velocity == pytest.approx(steps(partial(Adam, betas=(0.8, 0.999))), abs=3)
    assert steps(partial(Adam, betas=(0, 0.999))) > 150
    assert steps(partial(Adam, betas=(0.8, 0.9999))) == pytest.approx(48, abs=3)


@pytest.mark.parametrize("limit", [1e-2, 1e-6])
def test_the_order_of_the_race_does_not_hang_on_the_loss_to_be_reached(lesson, limit):
    turned = lesson["surfaces"].bowl(50, 30)
    steps = {
        name: lesson["fewest"](turned, lesson["RULES"][name][1](memory), limit=limit)[0]
        for name, memory in (("SGD", 0), ("Momentum", 0.55), ("AdaGrad", 0), ("Adam", 0.8))
    }
    assert steps["Momentum"] < steps["Adam"] < 0.7 * min(steps["SGD"], steps["AdaGrad"])


def test_no_best_rate_of_the_fair_race_lies_at_the_end_of_what_was_tried(lesson):
    for name, result in lesson["fair"].items():
        assert 0 < result["place"] < len(lesson["FACTORS"]) - 1, name


def test_tuned_optimizers_are_close_and_at_one_shared_rate_they_look_far_apart(lesson):
    fair, shared = lesson["medians"]["fair"], lesson["medians"]["shared"]
    assert max(fair) < 2.5 * min(fair)
    assert max(shared) > 15 * min(shared)
    close = ("Momentum", "Nesterov", "Adam", "AdamW", "NAdam")
    tests = [lesson["fair"][name]["test"] for name in close]
    assert max(min(losses) for losses in tests) < min(max(losses) for losses in tests)
    best_of_close = np.median([losses[2] for losses in tests])
    assert lesson["fair"]["SGD"]["test"].min() > best_of_close


def test_the_seeds_of_adadelta_span_nearly_everything_that_was_measured(lesson):
    everyone = np.concatenate([result["test"] for result in lesson["fair"].values()])
    its = lesson["fair"]["AdaDelta"]["test"]
    assert its.min() < np.quantile(everyone, 0.1)
    assert its.max() == pytest.approx(everyone.max(), abs=0.01)


def test_adam_forgives_too_large_a_rate_and_its_customary_one_loses_the_sooner_one_looks(lesson):
    varied = lesson["varied"]
    behind = {setting: row[0] / row[1] for setting, row in varied.items()}
    assert behind["as above"] > 8
    assert behind["30 epochs"] == pytest.approx(3, abs=0.4)
    assert behind["batch 16"] == pytest.approx(3, abs=0.4)
    assert behind["three hidden layers"] == pytest.approx(5, abs=0.6)
    too_large = {setting: row[2] / row[1] for setting, row in varied.items()}
    assert too_large.pop("as above") < 1.6
    assert all(2.4 < times < 8.5 for times in too_large.values())
    assert all(row[4] > 2.25 for row in varied.values())  # ln 10 = 2.3: guessing
    within = [lesson["within"][name] for name in ("SGD", "Momentum", "RMSProp", "Adam")]
    assert within == [2, 3, 3, 3]


def test_adams_other_numbers_may_be_what_they_like(lesson):
    best = lesson["varied"]["as above"][1]
    for losses in lesson["others"].values():
        assert losses == pytest.approx([best] * 3, abs=0.025)


def test_a_large_epsilon_and_a_rate_far_too_large_ruin_adam_too(lesson):
    loss = lesson["median_loss"]
    assert loss(partial(Adam, 0.01, eps=0.1)) == pytest.approx(0.59, abs=0.05)
    assert loss(partial(Adam, 0.05)) < 0.12
    assert loss(partial(Adam, 0.3)) == pytest.approx(1.46, abs=0.1)
    assert loss(partial(SGD, 0.95)) < 0.2
    assert loss(partial(SGD, 1.4)) == pytest.approx(1.39, abs=0.1)


def test_three_seeds_of_validation_chose_a_rate_for_adamw_that_the_test_part_does_not(lesson):
    at_a_hundredth = lesson["shared"]["AdamW"]
    assert np.median(at_a_hundredth) < np.median(lesson["fair"]["AdamW"]["test"])


def test_adams_best_rate_follows_the_distance_and_sgds_the_size_of_the_loss(lesson):
    assert lesson["changes"]["SGD"] == pytest.approx([1e-3, 1])
    assert lesson["changes"]["Adam"] == pytest.approx([1, 100])


# ---- escaping


def test_without_noise_what_escapes_from_local_minima_is_the_momentum(lesson):
    escaped = mean(lesson["escaped"])
    assert min(escaped["Momentum"], escaped["Adam"]) > 1.5 * max(escaped["SGD"], escaped["RMSProp"])
    assert escaped["Adam without momentum"] == pytest.approx(escaped["SGD"], abs=0.03)
    assert escaped["SGD"] == pytest.approx(1 / 7, abs=0.02)
    assert lesson["by_beta"][0.5] == pytest.approx(0.17, abs=0.02)
    assert lesson["by_beta"][0.99] < 0.06
    counts = [len(surface.minima) for surface in lesson["random_landscapes"]]
    assert (len(counts), min(counts), max(counts)) == (20, 11, 42)


def test_with_noise_rmsprop_escapes_as_often_although_it_has_no_momentum(lesson):
    noisy = mean(lesson["in_noise"])
    assert noisy["RMSProp"] > 0.9 * noisy["Adam"]
    assert min(noisy["RMSProp"], noisy["Momentum"], noisy["Adam"]) > 1.4 * noisy["SGD"]
    uncorrected = partial(Adam, betas=(0, 0.999), bias_correction=False)
    share = lesson["share_of_deepest"](lesson["random_landscapes"], uncorrected, noise=0.3).mean()
    assert share == pytest.approx(0.33, abs=0.02)
    assert share > 1.6 * noisy["Adam without momentum"]


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
