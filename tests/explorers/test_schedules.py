"""Lesson 07: its two live figures, and what they say of a learner's own schedule."""

import importlib
import re

import numpy as np
import pytest

from helpers import schedules
from helpers.explorers.schedules.kinds import KINDS
from helpers.optim import SGD
from tests.support.figures import show

explore = importlib.import_module("helpers.explorers.schedules.designer")


def drawn(live):
    """The schedule as it is drawn: shares of the steps, and rates, the last of which is held to the end."""
    share, rates = live.figure.axes[0].lines[1].get_data()
    assert share[-1] == 1 and rates[-1] == rates[-2]
    return share[:-1], rates[:-1]


@pytest.fixture
def designer():
    live = explore.designer()
    yield live
    live.close()


@pytest.fixture
def floor():
    live = explore.floor()
    yield live
    live.close()


# ---- the noisy descent behind both


def test_the_runs_follow_the_courses_own_rule():
    schedule = schedules.cosine(0.1, 50)
    points, rates = explore._walk(schedule, 50, noise=1.0)
    theta, optimizer = np.ones((2, explore.RUNS)), SGD(schedule)
    for extra in explore._noise()[:50]:
        optimizer.step(theta, explore.CURVATURES * theta + extra)
    assert points[-1] == pytest.approx(theta, abs=1e-12)
    assert rates == pytest.approx([schedule(t) for t in range(50)])


def test_the_expected_loss_is_the_mean_over_many_runs():
    rng, theta = np.random.default_rng(0), np.ones((2, 40_000))
    for _ in range(40):
        theta -= 0.05 * (explore.CURVATURES * theta + 0.7 * rng.normal(size=theta.shape))
    assert explore._expected(np.array([0.05]), 40, 0.7) == pytest.approx(
        explore._losses(theta).mean(), rel=0.03
    )


# ---- the floor


@pytest.mark.parametrize("lr", [0.01, 0.03, 0.1, 0.18])
def test_the_floor_measured_is_the_floor_in_theory(floor, lr):
    words = show(floor, lr=lr)
    measured, theory = map(
        float, re.search(r"hovers at (\S+) on average; the theory says (\S+)\.$", words).groups()
    )
    assert measured == pytest.approx(theory, rel=0.12)
    assert theory == pytest.approx(
        sum(lr / (2 * (2 - lr * curvature)) for curvature in (1, 10)), rel=0.05
    )


def test_the_floor_says_when_there_is_none_no_time_or_no_settling(floor):
    assert "no time to arrive" in show(floor, lr=0.001)
    assert "explodes" in show(floor, lr=0.25)
    assert "no floor" in show(floor, noise=0, lr=0.1)
    assert "explodes" in show(floor, lr=0.25)


def test_on_either_side_of_the_border_the_floor_names_a_rate_on_that_side(floor):
    before = show(floor, lr=10**-0.7)
    assert before.startswith("α = 0.1995: ")
    assert "theory says" in before
    assert show(floor, lr=10**-0.695).startswith("α = 0.2018 is not below 2/λmax = 0.2")


def test_the_floor_measured_stays_on_the_strip_up_to_the_border(floor):
    show(floor, lr=10**-0.7)
    strip = floor.figure.axes[1]
    heights = [line.get_ydata() for line in strip.lines if line.get_marker() == "o"][0]
    assert 10 < heights[0] < strip.get_ylim()[1]


def test_without_noise_the_axis_of_the_floor_reaches_down_as_far_as_the_loss(floor):
    loss = floor.figure.axes[0]
    assert loss.get_ylim() == (1e-4, 30)
    end = float(re.search(r"the loss is (\S+)\.$", show(floor, noise=0)).group(1))
    assert loss.get_ylim()[0] < end < 1e-10
    show(floor, noise=1)
    assert loss.get_ylim() == (1e-4, 30)


def test_dropping_the_rate_lowers_the_loss_to_the_floor_of_a_tenth(floor):
    before = show(floor, lr=0.1)
    assert "tenth" not in before
    words = show(floor, drop=(150, 1))
    assert "At step 150 the rate falls to a tenth; at the end the loss is 0.00" in words
    theory, end = (
        float(re.search(part + r" (\S+)\.( |$)", words).group(1))
        for part in ("says", "the loss is")
    )
    assert end < theory / 5


# ---- the designer


@pytest.mark.parametrize("name", KINDS)
def test_the_call_that_is_said_makes_the_curve_that_is_drawn(designer, name):
    words = show(designer, schedule=name, steps=80, high=(0.2, 0.12), low=(0.4, 0.02))
    made = eval(words.split(": mean loss")[0], vars(schedules))
    _, rates = explore._walk(made, 80, noise=1.0)
    assert drawn(designer)[1] == pytest.approx(rates, rel=0.05, abs=2e-4)


@pytest.mark.parametrize("name", KINDS)
def test_the_handles_lie_on_the_curve(designer, name):
    show(designer, schedule=name, steps=300, high=(0.2, 0.12), low=(0.4, 0.02))
    share, rates = drawn(designer)
    high, low = designer.controls["high"].value, designer.controls["low"].value
    assert np.interp(high[0], share, rates) == pytest.approx(high[1], rel=0.03)
    assert (
        designer.figure.axes[0].lines[1].get_drawstyle() == "steps-post"
    )  # a rate holds for its whole step
    if name != "reduce on plateau":  # when it drops is for the loss to say
        near = abs(share - low[0]) < 0.011
        assert abs(rates[near] - low[1]).min() < 0.003


def test_the_rate_drops_on_a_plateau_and_not_before_it_has_waited(designer):
    show(designer, schedule="reduce on plateau", low=(0.2, 0.03))
    share, rates = drawn(designer)
    assert rates[share < 0.2].tolist() == [0.1] * 20
    assert rates[-1] == pytest.approx(0.03, rel=0.01)


def test_either_end_of_the_constant_lifts_it(designer):
    show(designer, schedule="constant", low=(1, 0.03))
    assert designer.controls["high"].value == (0, 0.03)
    show(designer, high=(0, 0.05))
    assert designer.controls["low"].value == (1, 0.05)
    assert set(drawn(designer)[1]) == {0.05}


def test_the_low_handle_never_lies_above_the_high_one(designer):
    for name in KINDS:
        show(designer, schedule=name, high=(0.1, 0.05), low=(0.5, 0.2))
        assert designer.controls["low"].value[1] <= designer.controls["high"].value[1]


def test_a_schedule_lets_its_handles_move_along_what_they_mean(designer):
    ways = {}
    for name in KINDS:
        show(designer, schedule=name)
        ways[name] = designer.controls["high"].along, designer.controls["low"].along
    assert ways["cosine"] == ways["constant"] == ("y", "y")
    assert ways["step decay"] == ways["warm restarts"] == ("y", "xy")
    assert ways["one-cycle"] == ways["warm-up, then cosine"] == ("xy", "y")


def test_the_mark_to_beat_is_the_best_constant_rate(designer):
    words = show(designer, schedule="constant")
    best = float(re.search(r"constant rate, (\S+), leaves", words).group(1))
    assert "about as much" in show(designer, low=(1, best))
    for other in (best / 2, best * 2):
        assert "times less, and wins" in show(designer, low=(1, other))


def test_no_constant_rate_that_can_be_dragged_beats_the_mark(designer):
    for steps in (30, 100, 300):
        words = show(designer, schedule="constant", noise=0, steps=steps, low=(1, 0.1))
        mark = float(re.search(r"leaves (\S+),", words).group(1))
        rates = np.linspace(0.01, 0.199, 500)
        assert mark <= 1.06 * explore._expected(rates, steps, 0).min()  # it is said with two digits


def test_half_the_loss_of_the_best_constant_rate_can_be_reached_by_dragging(designer):
    goal = next(text for text in designer.goals if text.startswith("With noise"))
    show(designer, schedule="exponential decay", high=(0, 0.2), low=(1, 0.003))
    assert designer.goals[goal]


def test_without_noise_the_constant_rate_wins(designer):
    goal = next(text for text in designer.goals if text.startswith("Without noise"))
    for name in KINDS:
        if name != "constant":
            assert "times less, and wins" in show(designer, schedule=name, noise=0)
    assert not designer.goals[goal]
    show(designer, schedule="constant", low=(1, 0.179))
    assert designer.goals[goal]


def test_a_rate_beyond_the_border_diverges_and_the_step_is_said(designer):
    words = show(designer, schedule="constant", low=(1, 0.24), noise=0)
    losses = 0.5 * ((1 - 0.24) ** (2 * np.arange(101)) + 10 * (1 - 2.4) ** (2 * np.arange(101)))
    assert f"diverges: at step {np.argmax(losses > 1e4)} " in words


def test_a_schedule_that_comes_back_from_beyond_the_border_does_not_diverge(designer):
    words = show(designer, high=(0, 0.24), low=(1, 0))
    end, step, theirs = re.search(
        r"mean loss (\S+) after 100 steps \(on the way it passed 10,000, at step (\d+)\), .* leaves (\S+), 1",
        words,
    ).groups()
    assert int(step) == 12
    assert float(end) < float(theirs)
    assert "10,000" not in show(designer, high=(0, 0.15))


def test_without_noise_no_spread_is_told_of_runs_that_are_all_equal(designer):
    assert "middle half" in designer.summary
    assert "middle half" not in show(designer, noise=0)


def test_nothing_left_is_told_in_words():
    live = explore.designer(
        own=lambda t, total, high, low: (1.0, 0.1)[t % 2]
    )  # a step for each curvature
    assert "yours nothing" in show(live, schedule="own", noise=0)
    live.close()


def test_runs_that_end_outside_the_target_lie_on_its_rim(designer):
    show(designer, schedule="constant", low=(1, 0.24))
    dots = np.array(
        [line.get_data() for line in designer.figure.axes[1].lines if line.get_marker() == "o"][1]
    )
    assert dots.shape == (2, explore.RUNS)
    assert np.hypot(*dots) == pytest.approx(np.full(explore.RUNS, explore.RIM))
    inside = np.array([[0.1, -0.2, 3.0], [0.2, 0.1, -4.0]])
    assert explore._on_target(inside) == pytest.approx(
        np.array([[0.1, -0.2, 0.3], [0.2, 0.1, -0.4]])
    )


def test_the_patience_of_a_plateau_is_drawn_and_said(designer):
    wait = designer.figure.axes[0].lines[3]
    words = show(designer, schedule="reduce on plateau", low=(0.2, 0.03))
    assert words.endswith("how long to wait, and what the rate falls to.")
    assert np.array(wait.get_data()).tolist() == [[0, 0.2], [0.03, 0.03]]
    assert "wait" not in show(designer, schedule="cosine")
    assert len(wait.get_xdata()) == 0


@pytest.mark.parametrize("steps", [30, 300])
def test_warm_restarts_fall_to_near_their_low_handle_wherever_it_is(designer, steps):
    show(designer, schedule="warm restarts", steps=steps, low=(0, 0))
    assert drawn(designer)[1].min() < 0.3 * designer.controls["high"].value[1]


def test_a_factor_is_said_in_plain_numbers_as_long_as_it_can_be(designer):
    assert "leaves 4.9e-06, 400 times less, and wins." in show(designer, noise=0, steps=30)
    assert "e+" in show(designer, steps=300)


# ---- the learner's own


def test_the_learners_own_schedule_is_followed_between_the_two_handles():
    live = explore.designer(own=lambda t, total, high, low: high + (low - high) * t / total)
    words = show(live, schedule="own", high=(0, 0.12), low=(1, 0.02))
    assert words.startswith("own: mean loss")
    share, rates = drawn(live)
    assert rates == pytest.approx(0.12 - 0.1 * share)
    live.close()


@pytest.mark.parametrize("answer", [np.nan, -0.1, np.inf, None])
def test_a_rate_that_is_none_is_said_and_the_next_schedule_is_drawn(answer):
    live = explore.designer(own=lambda t, total, high, low: answer)
    assert "mean loss" not in show(live, schedule="own")
    assert "rate" in live.summary or "float" in live.summary
    assert "mean loss" in show(live, schedule="cosine")
    live.close()
