"""Lesson 06: its three live figures, and what they say of a learner's own rule."""

import re
import warnings

import numpy as np
import pytest

from helpers.descent import descend, settle
from helpers.explorers import optimizers as explore
from helpers.explorers.optimizers.race import RULES, RUNNERS
from helpers.optim import SGD, Adam
from helpers.pictures import plots, style
from helpers.surfaces import bowl, himmelblau
from tests.support.figures import Browser, show


def momentum(theta, grad, memory, lr):
    memory["v"] = 0.9 * memory["v"] + grad
    return theta - lr * memory["v"]


# ---- anatomy


@pytest.mark.parametrize("rule", RULES)
def test_anatomy_shows_the_step_that_the_optimizer_takes(rule):
    live = explore.anatomy()
    words = show(live, rule=rule, step=8)
    path = descend(bowl(10), live.controls["start"].value, RULES[rule](lr=0.1), 8)
    moved = path.points[8] - path.points[7]
    said = re.search(r"the rule moves them by \((\S+), (\S+)\)", words).groups()
    assert [float(part) for part in said] == pytest.approx(moved, rel=0.05)
    assert f"Loss {path.losses[7]:.2g}." in words
    live.close()


def test_the_learners_memory_is_drawn_as_that_of_the_finished_rule():
    mine, finished = explore.anatomy(update=momentum), explore.anatomy()
    for step in (1, 6, 31):
        words = show(mine, step=step)
        assert words == show(finished, rule="Momentum", step=step).replace("Momentum", "your rule")
        np.testing.assert_array_equal(mine.frame(), finished.frame())
        points = descend(
            bowl(10), mine.controls["start"].value, SGD(0.1, momentum=0.9), step
        ).points
        velocity = (points[step - 1] - points[step]) / 0.1
        arrow = np.ravel(
            [mine.figure.axes[1].collections[1].U, mine.figure.axes[1].collections[1].V]
        )
        assert arrow / np.linalg.norm(arrow) == pytest.approx(-velocity / np.linalg.norm(velocity))
    forgetful = explore.anatomy(update=lambda theta, grad, memory, lr: theta - lr * grad)
    assert (forgetful.frame() != mine.frame()).any()
    for live in (mine, finished, forgetful):
        live.close()


def test_the_ellipse_is_the_memory_of_squared_gradients_and_the_circle_what_division_makes_of_it():
    live = explore.anatomy()
    show(live, rule="AdaGrad", step=1)
    _, memory, result = live.figure.axes
    slope = bowl(10).gradient(live.controls["start"].value)
    ellipse, circle = memory.lines[-1].get_xydata(), result.lines[-1].get_xydata()
    assert ellipse.max(axis=0) == pytest.approx(abs(slope) / np.linalg.norm(slope), rel=1e-3)
    assert np.linalg.norm(circle, axis=1) == pytest.approx(
        1 / np.sqrt(2)
    )  # the step ÷ α is (1, −1), the longest drawn
    show(live, rule="Momentum")
    assert not np.isfinite(memory.lines[-1].get_xydata()).any()
    live.close()


def test_adams_first_step_has_the_same_length_along_both_weights_from_every_start():
    live = explore.anatomy()
    show(live, rule="Adam", lr=0.1)
    for start in ((1.5, 0.2), (-0.3, -1.9), (0.01, 1.0)):
        said = re.search(r"moves them by \((\S+), (\S+)\)", show(live, start=start)).groups()
        assert [abs(float(part)) for part in said] == [0.1, 0.1]
    live.close()


def test_play_and_the_slider_are_the_same_step_and_nothing_else_advances_it():
    live = explore.anatomy()
    live.controls["play"].value += 1
    assert "step 2:" in live.summary
    assert live.controls["step"].value == 2
    assert "step 2:" in show(live, lr=0.05)
    assert "step 41:" in show(live, step=41)
    live.controls["play"].value += 1
    assert "step 42:" in live.summary
    assert "step 1:" in show(live, play=live.controls["play"].min)
    assert "step 100:" in show(live, step=live.controls["step"].max)
    live.close()


def test_choosing_a_surface_takes_rate_and_start_to_values_that_do_not_diverge_for_plain_descent():
    live = explore.anatomy()
    for surface in live.controls["surface"].options[1:]:
        assert "diverged" not in show(live, surface=surface, step=100)
        assert surface in live.summary
    assert "the descent diverged at step" in show(live, surface="Rosenbrock", lr=0.1)
    live.close()


# ---- the race


def results(live):
    """What is said of each runner: (median or word, rate, best rate)."""
    found = re.findall(r"(\w+) (diverged|below \S+|\S+) at (\S+) \(best ([^)]+)\)", live.summary)
    return {name: (height, float(rate), float(best)) for name, height, rate, best in found}


def test_the_race_says_the_median_over_64_starts_and_names_the_lowest_first():
    live = explore.race()
    show(live, runners=("SGD", "Adam"), angle=30, SGD=0.02, Adam=0.3)
    starts = np.random.default_rng(0).uniform(-2, 2, (64, 2))
    for name, make, lr in (("SGD", SGD, 0.02), ("Adam", Adam, 0.3)):
        losses = np.sort(descend(bowl(50, 30), starts, make(lr), 100).losses[-1])
        assert results(live)[name][0] == f"{losses[32]:.1g}"
    medians = [float(result[0]) for result in results(live).values()]
    assert medians == sorted(medians)
    live.close()


def test_the_start_moves_the_paths_and_not_the_medians():
    live = explore.race()
    before, path = results(live), live.figure.axes[0].lines[1].get_xydata().copy()
    show(live, start=(0.5, -1.0))
    assert results(live) == before
    assert (live.figure.axes[0].lines[1].get_xydata() != path).any()
    live.close()


def test_best_rates_hold_the_best_while_the_bowl_turns_and_a_moved_slider_lets_go():
    live = explore.race()
    for angle in (0, 30, 77):
        show(live, best_rates=True, angle=angle)
        assert all(rate == best for _, rate, best in results(live).values())
    show(live, Adam=0.05)
    assert live.controls["best_rates"].value is False
    assert results(live)["Adam"][1] == 0.05
    live.close()


def rounded(live, name, value=None):
    """The browser answers with the place of its slider: a power of ten that is off in the last digit."""
    live.controls[name].value = 10 ** (np.log10(value or live.controls[name].value) + 4e-16)


def at_their_best(live):
    assert live.controls["best_rates"].value is True
    for name, (_, rate, best) in results(live).items():
        assert rate == best == pytest.approx(live.controls[name].value, rel=5e-3), name
    return {name: live.controls[name].value for name in results(live)}


def test_what_the_browser_answers_late_and_rounded_does_not_let_go_of_the_best_rates():
    live = explore.race()
    live.controls["best_rates"].value = True
    first = at_their_best(live)
    for name in first:
        rounded(live, name)
        at_their_best(live)
    show(live, angle=30)
    second = at_their_best(live)
    assert second["RMSProp"] > 2 * first["RMSProp"]
    for name in first:
        rounded(live, name, first[name])  # where the slider was before the bowl was turned
        assert at_their_best(live) == pytest.approx(second)
    live.close()


def test_best_rates_are_held_while_runners_angle_and_surface_change_before_a_browser():
    live = explore.race()
    browser = Browser(live)
    for name, value in [
        ("best_rates", True),
        ("runners", RUNNERS),
        *[("angle", angle) for angle in (3, 9, 16, 24, 30)],
        ("surface", "Rosenbrock"),
        ("surface", "saddle"),
    ]:
        sliders = {runner: live.controls[runner].value for runner in RUNNERS}
        live.controls[name].value = value  # the frame that moves is on the wire
        if name == "angle":
            assert {
                runner: live.controls[runner].value for runner in RUNNERS
            } == sliders  # they follow when it rests
            continue
        browser.got()
        browser.say("rest", got=browser.last["frame"])
        for runner in RUNNERS:
            rounded(live, runner)
            rounded(live, runner, sliders[runner])
        browser.got()
        browser.say("rest", got=browser.last["frame"])
        at_their_best(live)
    assert len(results(live)) == 6
    live.close()


def test_a_runner_that_was_sent_off_is_not_called_back_by_the_browsers_rounding():
    live = explore.race()
    show(live, best_rates=True, runners=("SGD", "Adam"))
    rounded(live, "RMSProp")
    rounded(live, "Momentum", 0.01)
    assert set(results(live)) == {"SGD", "Adam"}
    live.close()


def test_a_sweep_that_is_known_stays_fine_while_the_start_is_dragged():
    live = explore.race()
    browser = Browser(live)
    browser.got()
    live.controls["start"].value = (0.3, 0.3)
    assert len(live.figure.axes[2].lines[0].get_xdata()) == 49
    live.close()


def test_plain_descent_wins_no_race_against_nobody():
    live = explore.race()
    (goal,) = live.goals
    for runners in (("SGD",), ("SGD", "Adam", "RMSProp")):
        show(live, runners=runners, Adam=0.0001, RMSProp=0.0001)
        assert next(iter(results(live))) == "SGD"
        assert live.goals == {goal: False}
    show(live, runners=("SGD", "Momentum", "Adam", "RMSProp"), Momentum=1.0)
    assert live.goals == {goal: True}
    live.close()


@pytest.mark.parametrize("explorer", [explore.race, explore.convergence])
def test_a_change_is_computed_once_although_there_is_a_goal(explorer, monkeypatch):
    live, computed = explorer(), []
    assert live.goals
    update = live._update
    monkeypatch.setattr(
        live, "_update", lambda *values, **how: (computed.append(1), update(*values, **how))[1]
    )
    live._update.tells_moving = True
    live.controls["start" if "start" in live.controls else "at"].value = (0.5, 0.5)
    assert len(computed) == 1
    live.close()


def test_a_path_is_drawn_in_the_style_of_its_optimizer():
    _, ax = plots.figure()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        path = plots.descent(ax, [(0, 0), (1, 1)], **style.OPTIMIZERS["Nesterov"])
    assert (path.get_linestyle(), path.get_marker(), path.get_color()) == ("--", "o", style.ORANGE)


def test_the_best_rate_of_plain_descent_is_the_one_of_theory():
    live = explore.race()
    for angle in (0, 45):
        show(live, angle=angle)
        assert 0.8 * 2 / 51 < results(live)["SGD"][2] < 2 / 50
    live.close()


def test_turning_the_bowl_takes_the_lead_from_those_with_a_rate_for_each_weight():
    live = explore.race()
    show(live, runners=RUNNERS, best_rates=True)
    assert {name for name, result in results(live).items() if "below" in result[0]} == {
        "AdaGrad",
        "RMSProp",
    }
    show(live, angle=30)
    assert list(results(live))[0] == "Nesterov"
    assert not any("below" in result[0] for result in results(live).values())
    live.close()


def test_who_is_not_in_the_race_enters_it_by_the_slider():
    live = explore.race()
    assert "AdaGrad" not in live.summary
    assert "AdaGrad" in show(live, AdaGrad=0.5)
    assert "AdaGrad" in live.controls["runners"].value
    assert "AdaGrad" not in show(live, runners=("SGD",))
    assert "Nobody runs" in show(live, runners=())
    live.close()


def test_plain_descent_can_win():
    live = explore.race()
    assert "each at its rate: SGD" in show(live, surface="Himmelblau", best_rates=True)
    live.close()


def test_the_sweep_is_coarse_while_the_bowl_turns_and_fine_when_it_rests():
    live = explore.race()
    sweep, browser = live.figure.axes[2], Browser(live)
    browser.got()
    live.controls["angle"].value = 20
    assert len(sweep.lines[0].get_xdata()) == 25
    browser.say("rest", got=browser.last["frame"])
    assert len(sweep.lines[0].get_xdata()) == 49
    live.close()


# ---- rate against momentum


def colours(live):
    """Of each pixel of the map, (momentum, rate)."""
    return live.figure.axes[0].images[0].get_array()


@pytest.mark.parametrize("method", ["heavy ball", "Nesterov"])
def test_nothing_settles_beyond_the_border_that_theory_draws(method):
    live = explore.convergence()
    show(live, method=method, condition=4)
    pixels, beta = colours(live), (np.arange(256) + 0.5) / 256
    green = (pixels[..., 1] > pixels[..., 0]) & (pixels[..., 1] > pixels[..., 2])
    rates = beta * 4.2
    limit = 2 * (1 + beta) / (1 + 2 * beta if method == "Nesterov" else 1)
    beyond = rates > limit[:, None]
    assert not green[beyond].any()
    deep = (rates < 0.9 * limit[:, None]) & (rates > 0.6) & (beta[:, None] < 0.8)
    assert green[deep].all()
    drawn = live.figure.axes[0].lines[0].get_xydata()
    assert np.interp(beta, drawn[:, 1], drawn[:, 0]) == pytest.approx(limit, abs=1e-3)
    live.close()


def test_a_pixel_has_the_colour_of_the_descent_that_is_drawn_beside_it():
    live = explore.convergence()
    condition = live.controls["condition"].value
    for rate, beta in ((1.9, 0.2), (0.8, 0.6), (2.6, 0.4)):
        said = int(re.search(r"after (\d+) steps", show(live, at=(rate, beta))).group(1))
        path = np.linalg.norm(
            descend(bowl(condition), (1.0, 1.0), SGD(rate / condition, beta), 200).points, axis=1
        )
        assert path[said] < 0.01 <= path[said - 1]
        coarse = settle(bowl(condition), [[1.0, 1.0]], SGD(rate / condition, beta), 200).steps[0]
        assert said <= coarse < said + 5
    live.close()


def test_the_star_is_hardly_slower_than_the_fastest_pixel():
    live = explore.convergence()
    for method, condition in (("heavy ball", 100), ("Nesterov", 100), ("heavy ball", 10)):
        show(live, method=method, condition=condition)
        (best,) = live.figure.axes[0].lines[1].get_xydata()
        needed = int(re.search(r"after (\d+) steps", show(live, at=tuple(best))).group(1))
        n = np.arange(1, 100)
        grid = SGD(
            (n / 24)[:, None, None] / condition, (n / 100)[None, :, None], method == "Nesterov"
        )
        ends = settle(bowl(condition), np.ones((99, 99, 2)), grid, 200, every=1)
        assert needed < 1.6 * ends.steps[ends.where >= 0].min()
    live.close()


def test_the_goal_of_the_map_is_beyond_the_star_and_can_be_reached():
    live = explore.convergence()
    (goal,) = live.goals
    (best,) = live.figure.axes[0].lines[1].get_xydata()
    assert "after 18 steps" in show(live, at=tuple(best))
    assert re.search(r"after \d steps", show(live, condition=1.0, at=(1.0, 0.0)))
    assert live.goals == {goal: False}
    live.reset()
    show(live, at=(2.65, 0.45))
    assert live.goals == {goal: True}
    live.close()


def test_the_map_says_what_diverges_what_arrives_and_what_is_late():
    live = explore.convergence()
    assert "diverges: at step" in show(live, at=(3.0, 0.1))
    assert "is there for good after" in show(live, at=(2.0, 0.3))
    assert "is not there after 200 steps" in show(live, at=(0.05, 0.1))
    assert "theory allows α < 1.83/λmax" in show(live, at=(1.0, 0.1), method="Nesterov")
    live.close()


def test_the_map_is_rough_while_it_changes_and_fine_when_it_rests():
    live = explore.convergence()
    browser = Browser(live)
    browser.got()
    live.controls["condition"].value = 50
    assert colours(live).shape[:2] == (80, 80)
    browser.say("rest", got=browser.last["frame"])
    assert colours(live).shape[:2] == (256, 256)
    live.close()


# ---- the learner's own rule


def test_a_rule_that_returns_nan_is_said_with_the_step_and_one_that_raises_with_its_line():
    slips = {"allowed": True}

    def rule(theta, grad, memory, lr):
        if slips["allowed"]:
            return theta * np.nan
        raise ZeroDivisionError("my mistake")

    live = explore.anatomy(update=rule)
    assert "diverged at step 1" in live.summary
    slips["allowed"] = False
    assert "ZeroDivisionError: my mistake" in show(live, start=(0.7, 0.7))
    assert "my mistake" not in show(live, rule="Adam")
    slips["allowed"] = True
    assert "diverged at step 1" in show(live, rule="your rule", start=(0.5, 0.5))
    live.close()


def test_himmelblau_from_the_learners_rule_follows_the_learners_rule():
    live = explore.anatomy(update=momentum)
    show(live, surface="Himmelblau", step=51)
    path = descend(
        himmelblau(), live.controls["start"].value, SGD(live.controls["lr"].value, 0.9), 50
    )
    assert f"Loss {path.losses[50]:.2g}." in live.summary
    live.close()
