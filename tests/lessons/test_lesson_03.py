"""Lesson 03: the numbers that it prints, of each verdict and of its controls."""

import numpy as np
import pytest

from helpers.derivatives import hessian
from helpers.descent import descend
from helpers.optim import SGD
from helpers.surfaces import parabola, wells
from tests.support.lessons import run_lesson


@pytest.fixture(scope="module")
def lesson():
    return run_lesson("03")


# ---- guessing


@pytest.mark.parametrize(("weights", "one_in"), [(1, 10), (5, 1_800), (6, 6_200)])
def test_one_guess_in_so_many_is_good(weights, one_in):
    rng, good, guesses = np.random.default_rng(0), 0, 200_000
    for _ in range(10):
        truth, guess = rng.normal(size=(2, guesses, weights))
        good += np.sum(np.sum((guess - truth) ** 2, axis=1) < 0.1 * np.sum(truth**2, axis=1))
    assert 10 * guesses / good == pytest.approx(one_in, rel=0.1)


def test_guessing_anew_fails_from_ten_weights_on_whatever_its_number_and_its_spread(lesson):
    left = lesson["left"]
    assert max(left[2]) < 2
    assert left[10] == pytest.approx([48, 23, 44], abs=0.5)
    assert min(left[20]) > 50
    assert min(left[40]) > 80
    for weights in (10, 20, 40):  # the best spread lies within its menu
        ends = [lesson["share_left"](weights, 300, spread) for spread in (0.2, 1.2)]
        assert left[weights][2] < min(ends)


def test_slopes_for_three_looks_beat_guessing_near_the_best_from_ten_weights_on(lesson):
    looks = lesson["looks"]
    for (target, _, weights), (near, nudged, three, half) in looks.items():
        assert 1 < near < 200 + (40 if target == 0.01 else 250) * weights  # it arrived
        assert 0.35 < nudged / near < 3.3
        if weights >= 10:
            assert three < near / 3
            assert half < 0.6 * near
    wins = [costs[2] < costs[0] for (_, _, weights), costs in looks.items() if weights == 3]
    assert any(wins)
    assert not all(wins)


def test_with_one_steep_direction_slopes_need_more_weights_the_larger_the_condition(lesson):
    slope_by_guess = {}
    for (condition, weights), (near, _, three, half) in lesson["one_steep"].items():
        assert 1 < near < 1_500 + 100 * weights  # it arrived
        slope_by_guess[condition, weights] = three / near, half / near
    assert slope_by_guess[400, 10][0] == pytest.approx(1.5, abs=0.1)
    assert slope_by_guess[400, 30][0] == pytest.approx(1.0, abs=0.15)
    assert slope_by_guess[400, 100][0] == pytest.approx(0.55, abs=0.05)
    assert slope_by_guess[400, 100][1] > 1
    for weights in (10, 30, 100):
        assert slope_by_guess[50, weights][0] < 0.7
        assert slope_by_guess[50, weights][0] < 0.5 * slope_by_guess[400, weights][0]


@pytest.mark.parametrize("condition", [50, 400])
def test_the_rate_that_is_best_in_the_long_run_is_far_from_best_for_a_rough_answer(condition):
    curvatures = np.geomspace(1 / condition, 1, 10)
    truth = np.random.default_rng(0).normal(size=(20, 10))
    steps = {}
    for rate in (0.8 * 2, 2 / (curvatures[0] + curvatures[-1])):
        errors = curvatures * truth**2
        whole, steps[rate] = errors.sum(axis=1), 0
        while np.median(errors.sum(axis=1) / whole) > 0.01:
            errors, steps[rate] = errors * (1 - rate * curvatures) ** 2, steps[rate] + 1
    tuned, in_the_long_run = steps.values()
    assert in_the_long_run > 4 * tuned


# ---- which way, and how far


def test_against_the_gradient_is_the_best_direction_for_small_steps_only(lesson):
    assert lesson["slope_by_nudging"](np.exp, 1.0) == pytest.approx(np.e, abs=1e-8)
    assert lesson["off"][0.001] < 1
    assert lesson["off"][1.0] == pytest.approx(51, abs=1)


def test_obtained_minus_target_is_subtracted_and_target_minus_obtained_added(lesson):
    losses = [0.5 * (3.0 - 2.0 * w) ** 2 for w in lesson["moved"].values()]
    assert losses == pytest.approx([3.92, 0.72, 0.72, 3.92])
    surface, w = parabola(4.0), np.array([1.0])
    for lr in (1e-6, 0.01, 10.0):  # along the slope it is uphill at any rate
        assert surface.value(w + lr * surface.gradient(w)) > surface.value(w)


def test_every_step_on_the_parabola_shrinks_by_the_same_factor(lesson):
    for lr, w in lesson["ends"].items():
        assert w == pytest.approx((1 - 4 * lr) ** 20, abs=1e-12)


# ---- two weights


def test_the_border_of_the_bowl_is_two_over_the_largest_curvature(lesson):
    below, above = lesson["border"].values()
    assert below < 0.01
    assert above > 100


def test_the_best_of_400_rates_makes_both_directions_shrink_alike(lesson):
    assert lesson["best_of_400"] == pytest.approx(2 / 51, rel=0.01)
    assert lesson["flat_left"].shape == (400,)


def test_descent_on_houses_meets_the_closed_form_and_scaling_saves_millions_of_steps(lesson):
    assert np.abs(lesson["theta"] - lesson["exact"]).max() < 1e-7
    assert [lesson["counted"][name][0] for name in ("scaled", "raw")] == pytest.approx(
        [16, 397_647], rel=0.05
    )
    assert lesson["counted"]["raw"][1] == pytest.approx(2.7e6, rel=0.05)


def test_the_steps_counted_for_the_scaled_houses_are_those_that_descent_needs(lesson):
    X, y = lesson["X"], lesson["houses"].y
    curvatures, directions = np.linalg.eigh(X.T @ X / len(X))
    theta, lr = np.zeros(5), 2 / (curvatures[0] + curvatures[-1])
    errors = []
    for _ in range(200):
        errors.append(abs(directions[:, 0] @ (theta - lesson["exact"])))
        theta = theta - lr * X.T @ (X @ theta - y) / len(X)
    arrived = np.argmax(np.array(errors) < 1e-6 * errors[0])
    assert arrived == pytest.approx(lesson["counted"]["scaled"][1], abs=1)


# ---- further


def test_the_best_nudge_depends_on_the_sides_and_on_the_precision(lesson):
    expected = {"one-sided": 1e-8, "two-sided": 3.16e-6, "one-sided, float32": 3.16e-4}
    assert lesson["best_nudge"] == pytest.approx(expected, rel=0.01)
    one, two = (lesson["errors"][name].min() for name in ("one-sided", "two-sided"))
    assert one / two == pytest.approx(1_000, rel=0.4)


def test_beyond_the_border_a_walk_bounces_only_where_the_valley_gets_flatter(lesson):
    bounces = lesson["bounces"]
    for lr in (2.1, 3.0, 20.0):
        for start in (0.1, 3.0):
            assert bounces["flatter", lr, start] == pytest.approx(np.sqrt(lr**2 / 4 - 1))
            assert bounces["parabola", lr, start] == np.inf
            assert bounces["steeper", lr, start] == np.inf


def test_one_flat_side_can_be_enough_to_bounce(lesson):
    w = lesson["one_side"][0]  # in steps of two it stands still, on one side of the minimum
    there = [place - 2.1 * (np.exp(place) - 1) for place in (w, -w)]
    back = [place - 2.1 * (np.exp(place) - 1) for place in there]
    assert np.isfinite(lesson["one_side"]).all()
    assert min(lesson["one_side"]) > 0.1
    assert np.abs(np.array(back) - [w, -w]).min() < 1e-6


def test_below_the_border_a_walk_settles_unless_the_valley_gets_steeper_and_it_starts_far_out(
    lesson,
):
    bounces = lesson["bounces"]
    settled = {
        (name, start): bounces[name, 1.9, start] < 1e-3
        for name in lesson["valleys"]
        for start in (0.1, 3.0)
    }
    assert [at for at, is_settled in settled.items() if not is_settled] == [("steeper", 3.0)]


def test_downhill_is_up_to_74_degrees_beside_the_minimum_and_newton_hits_it(lesson):
    assert lesson["angles"].max() == pytest.approx(74, abs=0.5)
    assert np.linalg.norm(lesson["landed"]) < 1e-6
    assert np.linalg.eigvalsh(lesson["H"]) == pytest.approx([1, 50])


def test_borders_are_ragged_with_momentum_and_a_large_rate_and_smooth_at_the_same_effective_one(
    lesson,
):
    parted = lesson["parted"]
    nearer = {name: parted[name, 0.1] / parted[name, 0.01] for name in lesson["settings"]}
    assert nearer["plain, 0.01"] > 8
    assert nearer["β 0.9, 0.001"] > 8
    assert nearer["β 0.9, 0.01"] < 5
    more = parted["β 0.9, 0.01", 0.01] / parted["plain, 0.01", 0.01]
    assert 20 < more < 30


def test_plain_descent_diverges_at_the_effective_rate_of_the_ragged_map(lesson):
    surface = lesson["himmelblau"]
    path = descend(surface, surface.grid(16), SGD(0.1), steps=100)
    assert (path.diverged_at > 0).mean() > 0.95


@pytest.mark.parametrize("deeper", ["narrow", "wide"])
def test_a_large_rate_finds_the_wide_well_whichever_is_deeper(lesson, deeper):
    at = {lr: lesson["shares"][deeper, lr] for lr in (0.1, 0.15, 0.3, 0.5, 0.7, 1.5)}
    assert min(at[0.1]["narrow"], at[0.15]["narrow"]) > 20
    assert max(at[0.3]["narrow"], at[0.5]["narrow"]) < 0.5
    assert min(at[0.3]["swinging"], at[0.5]["swinging"]) > 20
    assert at[0.7]["wide"] == at[1.5]["wide"] == 100


def test_steps_and_starts_do_not_change_where_a_rate_leads_and_momentum_does(lesson):
    narrow = {name: ends["narrow"] for name, ends in lesson["controls"].items()}
    assert narrow["0.01, 4,000 steps"] == pytest.approx(23, abs=1)
    assert narrow["0.7, 4,000 steps"] == narrow["0.7, starts in the middle"] == 0
    assert narrow["0.1, starts in the middle"] > 10
    assert narrow["0.7, momentum 0.9 (0.07)"] > 20


@pytest.mark.parametrize("deeper", ["narrow", "wide"])
def test_noise_does_not_make_a_rate_choose_by_depth(lesson, deeper):
    narrow = {lr: lesson["noisy"][deeper, lr]["narrow"] for lr in (0.01, 0.15, 0.7)}
    assert narrow[0.01] < narrow[0.15] < narrow[0.01] + 8
    assert narrow[0.7] < 0.75 * narrow[0.01]


def test_out_of_a_pit_a_high_rate_throws_the_walk_on_the_plain(lesson):
    slope = lesson["valleys"]["a pit"]
    for start in (0.1, 3.0):
        assert lesson["bounces"]["a pit", 3.0, start] == pytest.approx(np.sqrt(2 * np.log(1.5)))
        away = lesson["bounces"]["a pit", 20.0, start]
        assert away > 7
        assert slope(away) < 1e-9


def test_a_large_first_rate_ends_lower_in_a_bowl_of_waves_and_higher_without_the_bowl(lesson):
    heights = lesson["heights"]
    gains = {(place, lr): found - heights[place, 0.03] for (place, lr), found in heights.items()}
    errors = {at: gain.std() / np.sqrt(len(gain)) + 1e-9 for at, gain in gains.items()}
    sure = {at: gain.mean() / errors[at] for at, gain in gains.items()}
    assert gains["in a bowl", 2.0].mean() == pytest.approx(-0.25, abs=0.02)
    assert max(sure["in a bowl", 1.0], sure["in a bowl", 2.0]) < -3
    assert gains["without it", 2.0].mean() == pytest.approx(0.2, abs=0.02)
    assert min(sure["without it", 2.0], sure["without it", 3.0]) > 3
    assert sure["in a bowl", 5.0] > 3  # the best rate lies within the menu


@pytest.mark.parametrize("deeper", ["narrow", "wide"])
def test_past_the_border_of_the_narrow_well_runs_swing_in_it_and_then_leave(lesson, deeper):
    surface = wells(*lesson["depths"][deeper])
    border = 2 / np.linalg.eigvalsh(hessian(surface.gradient, surface.minima[1])).max()
    for lr in lesson["many_rates"]:  # of the picture
        path = descend(surface, lesson["starts"][:2_000], SGD(lr=lr), steps=400)
        away = np.linalg.norm(path.points[-10:, :, None] - surface.minima, axis=-1)
        away = away.max(axis=0)  # (runs, 2 wells)
        settled = (away < 0.01).any(axis=1)
        assert (away[~settled, 1] < 1).all()  # it swings there, and is not on its way
        assert settled.all() == (lr < border or lr > 0.55)  # 2.3 and 2.9 times the border
        assert (away[:, 1] < 0.01).mean() < 0.005 or lr < border
