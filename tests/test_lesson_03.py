"""Lesson 03: the numbers that it prints, and its five live figures."""

import numpy as np
import pytest

from helpers.descent import DIVERGED, STILL_MOVING, descend, settle
from helpers.explorers import descent as explore
from helpers.optim import SGD
from helpers.surfaces import bowl, himmelblau, parabola
from tests.lessons import run_lesson


@pytest.fixture(scope="module")
def lesson():
    return run_lesson("03")


def show(live, **values):
    """Set the controls in this order and read what is said."""
    for name, value in values.items():
        live.controls[name].value = value
    return live.summary


# ---- the numbers


def test_every_weight_more_divides_the_chance_of_a_good_guess_by_three_or_more(lesson):
    chances = np.array(list(lesson["chances"].values()))
    assert (chances[:-1] / chances[1:] > 3).all()
    assert chances[4] == pytest.approx(1 / 2_000, rel=0.2)


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


def test_momentum_makes_the_borders_of_the_basins_ragged(lesson):
    assert lesson["parted"][0, 0.01] < 0.5
    assert lesson["parted"][0.9, 0.01] > 2


@pytest.mark.parametrize("deeper", ["narrow", "wide"])
def test_a_large_rate_finds_the_wide_well_whichever_is_deeper(lesson, deeper):
    at = {lr: lesson["shares"][deeper, lr] for lr in (0.1, 0.3, 0.7, 1.5)}
    assert (at[0.1]["narrow"] > 18).all()
    assert (at[0.3]["swinging"] > 18).all()
    assert (at[0.7]["wide"] == 100).all()
    assert (at[1.5]["wide"] == 100).all()


def test_descent_on_houses_meets_the_closed_form(lesson):
    assert np.abs(lesson["theta"] - lesson["exact"]).max() <= 1e-6
    assert lesson["steps"] < 200
    assert lesson["steps_needed"](lesson["raw"])[1] > 1e6


# ---- guessing


def test_guessing_beats_descent_with_no_number_of_weights_and_gets_worse_with_each():
    live = explore.guessing()
    left = []
    for weights in (1, 5, 10, 20, 40):
        words = show(live, weights=weights).split()
        left.append(float(words[words.index("leaves") + 1]))
        assert float(words[-2]) < left[-1]
    assert left == sorted(left)
    live.close()


# ---- the parabola


@pytest.mark.parametrize(
    ("lr", "regime"),
    [
        (0.0, "stays where it is"),
        (0.02, "crawls"),
        (0.1, "glides: each step leaves 0.60"),
        (0.25, "arrives in one step"),
        (0.4, "overshoots and settles: each step leaves 0.60"),
        (0.5, "swings for ever"),
        (0.6, "explodes: each step leads to 1.40 times"),
    ],
)
@pytest.mark.parametrize("start", [-1.5, 0.3, 1.0])
def test_parabola_names_what_the_rate_does_wherever_it_starts(lr, regime, start):
    live = explore.parabola(curvature=4.0)
    words = show(live, start=(start, 0.0), lr=lr)
    assert regime in words
    assert ("diverged at step" in words) == (lr > 0.5)
    live.close()


@pytest.mark.parametrize("curvature", [0.5, 4.0, 30.0])
def test_parabola_reaches_every_regime_at_any_curvature(curvature):
    live = explore.parabola(curvature)
    assert "one step" in show(live, lr=1 / curvature)
    assert "for ever" in show(live, lr=2 / curvature)
    slider = live.controls["lr"]
    assert slider.max > 2.5 / curvature
    assert "explodes" in show(live, lr=slider.max)
    live.close()


def test_parabola_says_the_step_at_which_descend_diverges():
    live = explore.parabola(4.0)
    step = descend(parabola(4.0), [1.0], SGD(lr=0.7), steps=60).diverged_at
    assert f"diverged at step {step}." in show(live, lr=0.7)
    live.close()


def test_plus_climbs_at_every_rate():
    live = explore.parabola()
    for lr in (0.01, 0.25, 0.7):
        assert "climbs" in show(live, plus=True, lr=lr)
    live.close()


def test_the_start_of_the_parabola_stays_on_the_curve_and_rests_at_the_minimum():
    live = explore.parabola(4.0)
    show(live, start=(0.5, 3.0))
    assert live.controls["start"].value == (0.5, 0.5)
    assert "minimum" in show(live, start=(0.0, 1.0))
    live.close()


# ---- the bowl


def test_bowl_says_when_and_along_which_direction_it_diverges():
    live = explore.bowl()
    words = show(live, angle=0, start=(-1.8, -0.45), condition=50, lr=2.02 / 50)
    assert "diverges" not in words  # a hundred steps of 1.02 do not carry it away
    words = show(live, lr=0.06)
    step = descend(bowl(50), live.controls["start"].value, SGD(lr=live.controls["lr"].value), 100).diverged_at
    assert f"diverges along the steep direction, at step {step}: each step leads to 2.00 times the error" in words
    live.close()


def test_bowl_leaves_what_the_two_curvatures_say_at_any_angle():
    live = explore.bowl()
    for angle in (0, 30, 90):
        words = show(live, condition=20, lr=0.04, angle=angle)
        assert "0.96 along the flat direction and 0.20 along the steep direction" in words
    live.close()


def test_bowl_measures_the_angle_between_downhill_and_the_minimum():
    live = explore.bowl()
    assert "points 0° beside" in show(live, condition=1)
    assert "points 74° beside" in show(live, condition=50, angle=0, start=(2.0, 2.0 / np.sqrt(50)))
    live.close()


def test_newtons_step_is_drawn_only_when_asked_for():
    live = explore.bowl()
    before = live.frame()
    show(live, newton=True)
    assert (live.frame() != before).any()
    live.close()


# ---- landscapes and basins


def test_landscape_tells_a_minimum_a_saddle_a_slow_valley_and_a_divergence_apart():
    live = explore.landscape()
    assert "reaches the minimum" in live.summary
    assert "at no minimum" in show(live, surface="saddle", start=(-1.5, 0.0))
    assert "still on its way" in show(live, surface="Rosenbrock")
    assert "diverged at step" in show(live, lr=0.1)
    live.close()


def test_choosing_a_landscape_takes_start_and_rate_to_values_that_do_not_diverge():
    live = explore.landscape()
    for surface in live.controls["surface"].options:
        assert "diverged" not in show(live, surface=surface)
    live.close()


def test_basins_count_what_settle_finds():
    live = explore.basins()
    words = show(live, lr=0.02, momentum=0.9)
    surface = himmelblau()
    where = settle(surface, surface.grid(256, np.float32), SGD(live.controls["lr"].value, 0.9), 400, 0.01).where
    names = {"A": 0, "B": 1, "C": 2, "D": 3, "still moving": STILL_MOVING, "diverged": DIVERGED}
    assert ", ".join(f"{100 * np.mean(where == end):.0f} % {name}" for name, end in names.items()) in words
    assert (where == DIVERGED).mean() > 0.1 > (where == STILL_MOVING).mean()
    live.close()


def test_basins_are_rough_while_they_move_and_fine_when_they_rest():
    live = explore.basins()
    (picture,) = live.figure.axes[0].images
    canvas, looking = live._canvas, {"view": "a", "ratio": 1}
    canvas.send = lambda content, buffers: canvas._hear(canvas, {"kind": "got", "got": content["frame"]}, [])
    canvas._hear(canvas, {"kind": "open", **looking}, [])
    live.controls["momentum"].value = 0.9
    assert picture.get_array().shape[:2] == (96, 96)
    canvas._hear(canvas, {"kind": "rest", **looking}, [])
    assert picture.get_array().shape[:2] == (256, 256)
    live.close()


# ---- the learner's own rule


@pytest.mark.parametrize("name", ["parabola", "bowl", "landscape"])
def test_the_learners_rule_is_the_one_that_is_followed(name):
    standing = getattr(explore, name)(update=lambda theta, grad, lr: theta)
    reference = getattr(explore, name)()
    assert standing.summary != reference.summary
    assert "diverged" not in show(standing, lr=standing.controls["lr"].max if name == "parabola" else 3.0)
    for live in (standing, reference):
        live.close()


@pytest.mark.parametrize("name", ["parabola", "bowl", "landscape"])
def test_a_rule_that_returns_nan_is_said_with_the_step_and_one_that_raises_with_its_line(name):
    slips = {"allowed": True}

    def rule(theta, grad, lr):
        if slips["allowed"]:
            return theta * np.nan
        raise ZeroDivisionError("my mistake")

    live = getattr(explore, name)(update=rule)
    assert "step 1" in live.summary
    slips["allowed"] = False
    assert "ZeroDivisionError: my mistake" in show(live, start=(0.7, 0.7))
    slips["allowed"] = True
    assert "step 1" in show(live, start=(0.5, 0.5))
    live.close()
