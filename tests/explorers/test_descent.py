"""Lesson 03: its five live figures, and what they say of a learner's own rule."""

import re

import numpy as np
import pytest

from helpers.descent import DIVERGED, STILL_MOVING, descend, settle
from helpers.explorers import descent as explore
from helpers.optim import SGD
from helpers.pictures import style
from helpers.surfaces import bowl, himmelblau, parabola
from tests.support.figures import Browser, show

# ---- guessing


def test_guessing_anew_fails_first_and_slopes_for_three_looks_never():
    live = explore.guessing()
    left = []
    for weights in (1, 5, 10, 20, 40):
        show(live, weights=weights)
        left.append(live.seen.anew)
        assert live.seen.cheap < 1e-6
        assert live.seen.near < live.seen.anew / 5
        assert (live.seen.near < 0.01) == (live.seen.nudged < 0.01) == (weights <= 20)
    assert left == sorted(left)
    live.close()


def test_a_walk_pays_for_each_nudge_and_three_looks_for_all_slopes_at_once():
    live = explore.guessing()
    show(live, weights=10)
    *_, nudged, cheap = live.figure.axes[0].lines
    for curve, price in ((nudged, 20), (cheap, 3)):
        steps = np.flatnonzero(np.diff(curve.get_ydata())) + 2  # looks spent at each step
        assert steps[:4].tolist() == [price, 2 * price, 3 * price, 4 * price]
    live.close()


# ---- the parabola


@pytest.mark.parametrize(
    ("lr", "regime", "factor"),
    [
        (0.0, "stays where it is", 1),
        (0.02, "crawls", 0.92),
        (0.1, "glides", 0.6),
        (0.25, "arrives in one step", 0),
        (0.4, "overshoots and settles", -0.6),
        (0.5, "swings for ever", -1),
        (0.6, "explodes", -1.4),
    ],
)
@pytest.mark.parametrize("start", [-1.5, 0.3, 1.0])
def test_parabola_names_what_the_rate_does_wherever_it_starts(lr, regime, factor, start):
    live = explore.parabola(curvature=4.0)
    words = show(live, start=(start, 0.0), lr=lr)
    assert live.seen.regime == regime and regime in words
    assert live.seen.factor == pytest.approx(factor)
    assert (live.seen.diverged_at >= 0) == ("diverged at step" in words) == (lr > 0.5)
    live.close()


@pytest.mark.parametrize("curvature", [0.5, 4.0, 30.0])
def test_parabola_reaches_every_regime_at_any_curvature(curvature):
    live = explore.parabola(curvature)
    slider = live.controls["lr"]
    assert slider.max > 2.5 / curvature
    regimes = {
        1 / curvature: "arrives in one step",
        2 / curvature: "swings for ever",
        slider.max: "explodes",
    }
    for lr, regime in regimes.items():
        show(live, lr=lr)
        assert live.seen.regime == regime
    live.close()


def test_parabola_diverges_at_the_step_at_which_descend_does():
    live = explore.parabola(4.0)
    step = descend(parabola(4.0), [1.0], SGD(lr=0.7), steps=60).diverged_at
    assert f"diverged at step {step}." in show(live, lr=0.7)
    assert live.seen.diverged_at == step
    live.close()


def test_plus_climbs_at_every_rate_and_the_strip_says_so():
    live = explore.parabola(4.0)
    strip = live.figure.axes[-1]
    for lr in (0.01, 0.25, 0.7):
        assert "climbs" in show(live, plus=True, lr=lr)
        assert np.interp(lr, *strip.lines[0].get_data()) == pytest.approx(1 + 4 * lr)
        assert 1 + 4 * lr <= strip.get_ylim()[1]
    assert not any(text.get_visible() for text in strip.texts)
    show(live, plus=False)
    assert np.interp(0.7, *strip.lines[0].get_data()) == pytest.approx(1.8)
    assert all(text.get_visible() for text in strip.texts)
    live.close()


@pytest.mark.parametrize("name", ["parabola", "bowl"])
def test_a_rule_whose_steps_differ_is_not_said_to_be_the_same_at_each_step(name):
    live = getattr(explore, name)(update=lambda theta, grad, lr: theta - lr * np.sign(grad))
    assert "later ones differ" in live.summary
    assert "each step" not in live.summary
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
    show(live, angle=0, start=(-1.8, -0.45), condition=50, lr=2.02 / 50)
    assert live.seen.diverged_at < 0  # a hundred steps of 1.02 do not carry it away
    flat, steep = live.seen.factors.values()
    assert (flat, steep) == pytest.approx((0.96, 1.02), abs=0.005)
    assert list(live.seen.grows.values()) == [False, True]
    assert style.DIVERGENCE in {line.get_color() for line in live.figure.axes[0].lines}
    words = show(live, lr=0.06)
    optimizer = SGD(lr=live.controls["lr"].value)
    path = descend(bowl(50), live.controls["start"].value, optimizer, 100)
    assert live.seen.diverged_at == path.diverged_at
    assert "diverges along the steep direction" in words
    live.close()


def test_bowl_leaves_what_the_two_curvatures_say_at_any_angle():
    live = explore.bowl()
    for angle in (0, 30, 90):
        show(live, condition=20, lr=0.04, angle=angle)
        assert list(live.seen.factors.values()) == pytest.approx([0.96, 0.2], abs=0.005)
    live.close()


def test_bowl_measures_the_angle_between_downhill_and_the_minimum():
    live = explore.bowl()
    show(live, condition=1)
    assert live.seen.beside == pytest.approx(0, abs=0.1)
    show(live, condition=50, angle=0, start=(2.0, 2.0 / np.sqrt(50)))
    assert live.seen.beside == pytest.approx(74, abs=0.5)
    live.close()


def test_newtons_step_is_drawn_only_when_asked_for():
    live = explore.bowl()
    before = live.frame()
    assert "Newton" not in live.summary
    assert "Newton's step lands on the minimum" in show(live, newton=True)
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


def test_rosenbrock_answers_the_question_of_the_lesson():
    live = explore.landscape()
    losses = [
        float(show(live, surface="Rosenbrock", lr=lr).split()[-1].rstrip("."))
        for lr in (0.001, 0.004, 0.006)
    ]
    assert losses == [3.5, 0.14, 0.48]
    assert "diverged" in show(live, lr=0.01)
    live.close()


def test_choosing_a_landscape_takes_start_and_rate_to_values_that_do_not_diverge():
    live = explore.landscape()
    for surface in live.controls["surface"].options:
        assert "diverged" not in show(live, surface=surface)
    live.close()


def test_the_valleys_lose_their_runs_one_after_another_and_the_steepest_first():
    live = explore.basins()
    for lr, held in ((0.014, "ABCD"), (0.0155, "ABD"), (0.022, "AB"), (0.027, "")):
        words = show(live, lr=lr)
        assert "".join(name for name in "ABCD" if f" 0 % {name}" not in words) == held
    live.close()


def test_the_rate_of_the_basins_reaches_as_far_as_the_surface_needs():
    live = explore.basins()
    assert live.controls["lr"].max == -1
    assert re.search(
        r": \d+ % A wide, \d+ % B narrow, 0 % still",
        show(live, surface="wells, the wide one deeper"),
    )
    assert "100 % A wide" in show(live, lr=0.7)
    live.reset()
    assert (live.controls["lr"].max, live.controls["lr"].value) == (-1, 0.01)
    live.close()


def test_another_surface_of_the_basins_begins_without_momentum():
    live = explore.basins()
    show(live, momentum=0.9)
    assert ", momentum 0.00," in show(live, surface="wells, the narrow one deeper")
    show(live, lr=0.3)
    percent = live.seen.percent
    assert (round(percent["A wide"]), round(percent["B narrow"])) == (78, 0)
    live.close()


def test_momentum_leaves_the_borders_smooth_at_the_same_rate_in_the_long_run():
    live = explore.basins()
    pixels = live.figure.axes[0].images[0].get_array
    ragged = {}
    for divided in (False, True):
        show(live, momentum=0.9, divided=divided)
        ends = pixels()[..., 0].astype(int)
        ragged[divided] = (np.diff(ends, axis=0) != 0).sum() + (np.diff(ends, axis=1) != 0).sum()
    assert "α = 0.0010, momentum 0.90" in live.summary
    assert ragged[False] > 5 * ragged[True]
    live.close()


def test_every_end_of_the_basins_has_its_colour_in_the_key_from_the_start():
    live = explore.basins()
    for surface, rows in (("Himmelblau", 6), ("wells, the wide one deeper", 4)):
        show(live, surface=surface)
        bars = live.figure.axes[1]
        keys = [key for key in bars.patches if key.get_x() < 0 and key.get_visible()]
        assert len(keys) == rows == len(bars.get_yticks())
        assert sorted(key.get_y() + 0.4 for key in keys) == pytest.approx(list(range(rows)))
    live.close()


def test_the_first_step_on_the_parabola_is_an_arrow_along_the_weight_and_the_slope_a_tangent():
    live = explore.parabola()
    show(live, lr=0.1, start=(1.0, 2.0))
    lines = {line.get_label(): line for line in live.figure.axes[0].lines}
    step, tangent = lines["first step"], lines["slope at the start"]
    assert step.get_xydata() == pytest.approx(np.array([[1.0, 2.0], [0.6, 2.0]]))
    assert step.get_marker() == "<"
    (left, low), (right, high) = tangent.get_xydata()
    assert (high - low) / (right - left) == pytest.approx(4.0)
    show(live, plus=True)
    assert (step.get_xdata()[1], step.get_marker()) == (pytest.approx(1.4), ">")
    live.close()


def test_basins_count_what_settle_finds():
    live = explore.basins()
    words = show(live, lr=0.02, momentum=0.9)
    surface = himmelblau()
    where = settle(
        surface, surface.grid(256, np.float32), SGD(live.controls["lr"].value, 0.9), 400, 0.01
    ).where
    names = {"A": 0, "B": 1, "C": 2, "D": 3, "still moving": STILL_MOVING, "diverged": DIVERGED}
    assert (
        ", ".join(f"{100 * np.mean(where == end):.0f} % {name}" for name, end in names.items())
        in words
    )
    assert (where == DIVERGED).mean() > 0.1 > (where == STILL_MOVING).mean()
    live.close()


def test_basins_are_rough_while_they_move_and_fine_when_they_rest():
    live = explore.basins()
    (picture,) = live.figure.axes[0].images
    browser = Browser(live)
    browser.got()
    live.controls["momentum"].value = 0.9
    assert picture.get_array().shape[:2] == (96, 96)
    browser.say("rest", got=browser.last["frame"])
    assert picture.get_array().shape[:2] == (256, 256)
    live.close()


# ---- the learner's own rule


@pytest.mark.parametrize("name", ["parabola", "bowl", "landscape"])
def test_the_learners_rule_is_the_one_that_is_followed(name):
    standing = getattr(explore, name)(update=lambda theta, grad, lr: theta)
    reference = getattr(explore, name)()
    assert standing.summary != reference.summary
    assert "diverged" not in show(
        standing, lr=standing.controls["lr"].max if name == "parabola" else 3.0
    )
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
