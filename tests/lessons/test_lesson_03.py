"""Lesson 03: the numbers that it prints. Its live figures: test_lesson_03_figures."""

import numpy as np
import pytest

from helpers.derivatives import hessian
from helpers.descent import descend
from helpers.optim import SGD
from helpers.surfaces import wells
from tests.support.lessons import run_lesson


@pytest.fixture(scope="module")
def lesson():
    return run_lesson("03")


def test_every_weight_more_divides_the_chance_of_a_good_guess_by_three_or_more(lesson):
    chances = np.array(list(lesson["chances"].values()))
    assert (chances[:-1] / chances[1:] > 3).all()
    assert chances[4] == pytest.approx(1 / 1_750, rel=0.001)


def test_guessing_is_fine_with_two_weights_and_hopeless_with_ten(lesson):
    median = {key: quartiles[1] for key, quartiles in lesson["best_guess"].items()}
    assert median[2, 300] < 2
    assert median[10, 300] == pytest.approx(43, abs=0.5)
    assert median[10, 30_000] == pytest.approx(17, abs=0.5)


def test_the_best_nudge_depends_on_the_sides_and_on_the_precision(lesson):
    expected = {"one-sided": 1e-8, "two-sided": 3.16e-6, "one-sided, float32": 3.16e-4}
    assert lesson["best_nudge"] == pytest.approx(expected, rel=0.01)
    one, two = (lesson["errors"][name].min() for name in ("one-sided", "two-sided"))
    assert one / two == pytest.approx(1_000, rel=0.4)
    assert lesson["slope_by_nudging"](np.exp, 1.0, h=1e-5) == pytest.approx(np.e, abs=1e-8)


def test_every_step_on_the_parabola_shrinks_by_the_same_factor(lesson):
    assert lesson["largest_difference"] < 1e-9


def test_plus_gradient_climbs_and_plus_delta_is_minus_gradient(lesson):
    assert lesson["plus_delta"] == lesson["minus_gradient"]
    loss = {sign: 0.5 * (3.0 - 2.0 * lesson[f"{sign}_gradient"]) ** 2 for sign in ("plus", "minus")}
    assert loss == pytest.approx({"plus": 3.92, "minus": 0.72})


def test_bouncing_settles_below_the_border_goes_on_at_it_and_explodes_above(lesson):
    below, on, above = lesson["bounces"][0.45], lesson["bounces"][0.5], lesson["bounces"][0.55]
    assert (below < 1e-9, on, above) == (True, 1.0, np.inf)


def test_the_border_of_the_bowl_is_two_over_the_largest_curvature(lesson):
    assert lesson["below"].diverged_at == -1
    assert lesson["below"].losses[-1] < 1e-9
    assert lesson["above"].diverged_at > 0
    assert lesson["flat"] < 1e-6 < 1_000 < lesson["steep"]


def test_the_slow_direction_and_the_best_rate_are_as_the_theory_says(lesson):
    assert lesson["slow"] == pytest.approx(0.98**100)
    assert lesson["best_rate"] == pytest.approx(2 / 51, rel=0.01)


def test_downhill_is_up_to_74_degrees_beside_the_minimum_and_newton_hits_it(lesson):
    assert lesson["angles"].max() == pytest.approx(74, abs=0.5)
    assert np.linalg.norm(lesson["landed"]) < 1e-6
    assert np.linalg.eigvalsh(lesson["H"]) == pytest.approx([1, 50])


def test_momentum_makes_the_borders_of_the_basins_ragged(lesson):
    parted = lesson["parted"]
    nearer = [parted[momentum, 0.1] / parted[momentum, 0.01] for momentum in (0, 0.9)]
    assert nearer == pytest.approx([10, 4.3], rel=0.05)
    assert lesson["more"] == pytest.approx(25, abs=0.5)


@pytest.mark.parametrize("deeper", ["narrow", "wide"])
def test_a_large_rate_finds_the_wide_well_whichever_is_deeper(lesson, deeper):
    at = {lr: lesson["shares"][deeper, lr] for lr in (0.1, 0.3, 0.7, 1.5)}
    assert (at[0.1]["narrow"] > 18).all()
    assert (at[0.3]["swinging"] > 18).all()
    assert (at[0.7]["wide"] == 100).all()
    assert (at[1.5]["wide"] == 100).all()


@pytest.mark.parametrize(("wide", "narrow"), [(1.0, 1.3), (1.3, 1.0)])
def test_past_the_border_of_the_narrow_well_runs_swing_in_it_and_then_leave(lesson, wide, narrow):
    surface = wells(wide, narrow)
    border = 2 / np.linalg.eigvalsh(hessian(surface.gradient, surface.minima[1])).max()
    for lr in lesson["rates"]:  # of the picture
        path = descend(surface, lesson["starts"][0], SGD(lr=lr), steps=400)
        away = np.linalg.norm(path.points[-10:, :, None] - surface.minima, axis=-1).max(
            axis=0
        )  # (runs, 2 wells)
        settled = (away < 0.01).any(axis=1)
        assert (
            away[~settled, 1] < 1
        ).all()  # who has not settled swings there, and is not on its way
        assert settled.all() == (lr < border or lr > 0.6)
        assert (away[:, 1] < 0.01).any() == (lr < border)


def test_descent_on_houses_meets_the_closed_form(lesson):
    assert np.abs(lesson["theta"] - lesson["exact"]).max() == lesson["difference"] < 1e-7
    needed = {
        name: lesson["steps_needed"](lesson[name], lesson["difference"])[1] for name in ("X", "raw")
    }
    assert lesson["steps"] < needed["X"] < 1.1 * lesson["steps"]
    assert needed["raw"] > 4e6
