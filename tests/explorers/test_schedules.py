"""Lesson 07: what its two live figures compute, show and say, a learner's own schedule included."""

import numpy as np
import pytest

from helpers import schedules
from helpers.explorers import schedules as explore
from helpers.explorers.schedules.designer import (
    KINDS,
    RIM,
    best_constant,
    follow,
    in_words,
    on_target,
    within,
)
from helpers.explorers.schedules.floor import hover
from helpers.explorers.schedules.noisy_descent import (
    CURVATURES,
    RUNS,
    descend_in_noise,
    expected_loss,
    loss,
    unit_noise,
)
from helpers.optim import SGD
from tests.support.figures import show


def line(live, panel, label):
    """The line of this label on a panel."""
    return next(drawn for drawn in live.figure.axes[panel].lines if drawn.get_label() == label)


def drawn(live):
    """The schedule as it is drawn: shares of the steps, and rates, the last held to the end."""
    share, rates = line(live, 0, "rate of your schedule").get_data()
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
    points, rates = descend_in_noise(schedule, 50, noise=1.0)
    theta, optimizer = np.ones((2, RUNS)), SGD(schedule)
    for extra in unit_noise()[:50]:
        optimizer.step(theta, CURVATURES * theta + extra)
    assert points[-1] == pytest.approx(theta, abs=1e-12)
    assert rates == pytest.approx([schedule(t) for t in range(50)])


def test_a_schedule_that_watches_is_told_the_mean_loss_of_the_runs():
    told = []

    class Noting(schedules.ReduceOnPlateau):
        def watch(self, loss):
            told.append(loss)
            return super().watch(loss)

    points, _ = descend_in_noise(Noting(0.1), 20, noise=1.0)
    assert told == pytest.approx(loss(points[1:]).mean(axis=-1))


def test_the_expected_loss_is_the_mean_over_many_runs():
    rng, theta = np.random.default_rng(0), np.ones((2, 40_000))
    for _ in range(40):
        theta -= 0.05 * (CURVATURES * theta + 0.7 * rng.normal(size=theta.shape))
    expected = expected_loss(np.array([0.05]), 40, 0.7)
    assert expected == pytest.approx(loss(theta).mean(), rel=0.03)


@pytest.mark.parametrize("rate", [-0.1, np.nan, np.inf])
def test_a_rate_that_is_none_is_refused(rate):
    with pytest.raises(ValueError, match="the rate of every step must be"):
        descend_in_noise(lambda t: rate if t == 3 else 0.1, 10, noise=1.0)


# ---- the floor


@pytest.mark.parametrize("lr", [0.01, 0.03, 0.1, 0.18])
def test_the_floor_measured_is_the_floor_in_theory(lr):
    found = hover(lr, noise=1.0)
    theory = sum(lr / (2 * (2 - lr * curvature)) for curvature in (1, 10))
    assert found.floor == pytest.approx(theory)
    assert found.measured == pytest.approx(theory, rel=0.12)


def test_the_floor_says_when_there_is_none_no_time_or_no_convergence(floor):
    assert "no time to arrive" in show(floor, lr=0.001)
    assert np.isnan(floor.seen.measured)
    assert "explodes" in show(floor, lr=0.25)
    assert not floor.seen.converges
    assert "no floor" in show(floor, noise=0, lr=0.1)
    assert floor.seen.floor == 0
    assert "explodes" in show(floor, lr=0.25)


def test_on_either_side_of_the_border_the_floor_names_a_rate_on_that_side(floor):
    before = show(floor, lr=10**-0.7)
    assert before.startswith("α = 0.1995: ")
    assert "theory says" in before
    assert show(floor, lr=10**-0.695).startswith("α = 0.2018 is not below 2/λmax = 0.2")


def test_the_floor_measured_stays_on_the_strip_up_to_the_border(floor):
    show(floor, lr=10**-0.7)
    strip = floor.figure.axes[1]
    (height,) = next(drawn.get_ydata() for drawn in strip.lines if drawn.get_marker() == "o")
    assert height == floor.seen.measured
    assert 10 < height < strip.get_ylim()[1]


def test_without_noise_the_axis_of_the_floor_reaches_down_as_far_as_the_loss(floor):
    axis = floor.figure.axes[0]
    assert axis.get_ylim() == (1e-4, 30)
    show(floor, noise=0)
    assert axis.get_ylim()[0] < floor.seen.end < 1e-10
    show(floor, noise=1)
    assert axis.get_ylim() == (1e-4, 30)


def test_dropping_the_rate_lowers_the_loss_to_the_floor_of_a_tenth(floor):
    before = show(floor, lr=0.1)
    assert "tenth" not in before
    words = show(floor, drop=(150, 1))
    assert "At step 150 the rate falls to a tenth; at the end the loss is" in words
    assert floor.seen.end < floor.seen.floor / 5
    assert floor.seen.end == pytest.approx(floor.seen.floor_of_a_tenth, rel=0.3)


# ---- the designer: what it computes


def test_the_best_constant_rate_is_better_than_others_on_either_side():
    best = best_constant(100, noise=1.0)
    for times in (0.5, 2.0):
        points, _ = descend_in_noise(lambda t, rate=times * best.rates[0]: rate, 100, 1.0)
        assert best.end < loss(points[-1]).mean()


@pytest.mark.parametrize("steps", [30, 100, 300])
def test_no_constant_rate_that_can_be_dragged_beats_the_mark(steps):
    rates = np.linspace(0.01, 0.199, 500)
    mark = best_constant(steps, noise=0.0).end
    assert mark <= 1.01 * expected_loss(rates, steps, 0.0).min()


def test_the_low_handle_never_lies_above_the_high_one_nor_outside_of_what_it_means():
    for kind in KINDS.values():
        high, low = within(kind, (0.1, 0.05), (0.5, 0.2))
        assert low[1] == high[1] == 0.05
        assert kind.low_between[0] <= low[0] <= kind.low_between[1]
        assert kind.high_between[0] <= high[0] <= kind.high_between[1]


def test_runs_that_end_outside_of_the_target_lie_on_its_rim():
    ends = on_target(np.array([[0.1, -0.2, 3.0, np.inf], [0.2, 0.1, -4.0, 0.0]]))
    assert ends == pytest.approx(np.array([[0.1, -0.2, 0.3, RIM], [0.2, 0.1, -0.4, 0.0]]))


def compared(mine, best):
    """What is said of mean losses at the end, one's own and the best constant rate's."""
    descent = best_constant(30, noise=0.0)
    mine, best = (descent._replace(losses=np.full((31, RUNS), end)) for end in (mine, best))
    return in_words(mine, best)


def test_the_words_say_who_leaves_less_and_by_which_factor():
    assert compared(1.0, 1.05).endswith("leaves 1.1, about as much.")
    assert compared(1.0, 0.25).endswith("leaves 0.25, 4 times less, and wins.")
    assert compared(0.25, 1.0).endswith("leaves 1, 4 times as much.")
    assert compared(1.0, 0.0).endswith("leaves 0, nothing, and wins.")
    assert compared(0.0, 1.0).endswith("leaves 1, and yours nothing.")
    assert compared(0.0, 0.0).endswith("leaves 0, about as much.")


# ---- the designer: the figure


@pytest.mark.parametrize("name", KINDS)
def test_the_call_that_is_said_makes_the_curve_that_is_drawn(designer, name):
    words = show(designer, schedule=name, steps=80, high=(0.2, 0.12), low=(0.4, 0.02))
    made = eval(words.split(": mean loss")[0], vars(schedules))
    _, rates = descend_in_noise(made, 80, noise=1.0)
    assert drawn(designer)[1] == pytest.approx(rates, rel=0.05, abs=2e-4)
    assert drawn(designer)[1] == pytest.approx(designer.seen.rates)


@pytest.mark.parametrize("name", KINDS)
def test_the_handles_lie_on_the_curve(designer, name):
    show(designer, schedule=name, steps=300, high=(0.2, 0.12), low=(0.4, 0.02))
    share, rates = drawn(designer)
    high, low = designer.controls["high"].value, designer.controls["low"].value
    assert np.interp(high[0], share, rates) == pytest.approx(high[1], rel=0.03)
    if name != "reduce on plateau":  # when it drops is for the loss to say
        near = abs(share - low[0]) < 0.011
        assert abs(rates[near] - low[1]).min() < 0.003


@pytest.mark.parametrize("name", KINDS)
def test_handles_that_are_equally_high_make_a_schedule_too(designer, name):
    assert "after 100 steps" in show(designer, schedule=name, steps=100, low=(0.4, 0.2))


def test_a_rate_is_drawn_as_held_for_its_whole_step(designer):
    assert line(designer, 0, "rate of your schedule").get_drawstyle() == "steps-post"


def test_choosing_a_schedule_takes_the_handles_to_where_it_has_them(designer):
    for name, kind in KINDS.items():
        show(designer, schedule=name)
        assert designer.controls["high"].value == kind.high
        assert designer.controls["low"].value == kind.low


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
    show(designer, low=(1, 0.0))
    assert designer.controls["high"].value[1] == designer.controls["low"].value[1] == 1e-3


def test_a_schedule_lets_its_handles_move_along_what_they_mean(designer):
    ways = {}
    for name in KINDS:
        show(designer, schedule=name)
        ways[name] = designer.controls["high"].along, designer.controls["low"].along
    assert ways["cosine"] == ways["constant"] == ("y", "y")
    assert ways["step decay"] == ways["warm restarts"] == ("y", "xy")
    assert ways["one-cycle"] == ways["warm-up, then cosine"] == ("xy", "y")


def test_dragging_a_handle_descends_once(designer, monkeypatch):
    from_module = follow.__globals__
    walked = []

    def counted(*arguments):
        walked.append(arguments)
        return follow(*arguments)

    monkeypatch.setitem(from_module, "follow", counted)
    show(designer, schedule="constant")
    walked.clear()
    show(designer, low=(1, 0.03))
    show(designer, high=(0, 0.05))
    assert len(walked) == 2


def test_the_mark_to_beat_is_the_best_constant_rate(designer):
    show(designer, schedule="constant")
    best = designer.seen.best_rate
    assert "about as much" in show(designer, low=(1, best))
    assert designer.seen.loss == pytest.approx(designer.seen.best_loss)
    for other in (best / 2, best * 2):
        assert "times less, and wins" in show(designer, low=(1, other))


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
    t = np.arange(101)
    losses = 0.5 * ((1 - 0.24) ** (2 * t) + 10 * (1 - 2.4) ** (2 * t))
    assert designer.seen.lost_at == np.argmax(losses > 1e4)
    assert f"diverges: at step {designer.seen.lost_at} " in words


def test_a_schedule_that_comes_back_from_beyond_the_border_does_not_diverge(designer):
    words = show(designer, high=(0, 0.24), low=(1, 0))
    assert "mean loss" in words
    assert "(on the way it passed 10,000, at step 12)" in words
    assert designer.seen.lost_at == 12
    assert designer.seen.loss < designer.seen.best_loss
    assert "10,000" not in show(designer, high=(0, 0.15))
    assert designer.seen.lost_at == -1


def test_without_noise_no_spread_is_told_of_runs_that_are_all_equal(designer):
    assert "middle half" in designer.summary
    assert "middle half" not in show(designer, noise=0)


def test_the_ends_of_the_runs_are_drawn_on_the_target(designer):
    show(designer, schedule="constant", low=(1, 0.24))
    ends = np.array(line(designer, 1, "ends of your schedule").get_data())
    assert ends.shape == (2, RUNS)
    assert np.hypot(*ends) == pytest.approx(np.full(RUNS, RIM))


def test_the_patience_of_a_plateau_is_drawn_and_said(designer):
    patience = line(designer, 0, "patience")
    words = show(designer, schedule="reduce on plateau", low=(0.2, 0.03))
    assert words.endswith("how long to wait, and what the rate falls to.")
    assert np.array(patience.get_data()).tolist() == [[0, 0.2], [0.03, 0.03]]
    assert "wait" not in show(designer, schedule="cosine")
    assert np.isnan(patience.get_ydata()).all()


@pytest.mark.parametrize("steps", [30, 300])
def test_warm_restarts_fall_to_near_their_low_handle_wherever_it_is(designer, steps):
    show(designer, schedule="warm restarts", steps=steps, low=(0, 0))
    assert drawn(designer)[1].min() < 0.3 * designer.controls["high"].value[1]


# ---- the learner's own


def test_the_learners_own_schedule_is_followed_between_the_two_handles():
    live = explore.designer(own=lambda t, total, high, low: high + (low - high) * t / total)
    words = show(live, schedule="own", high=(0, 0.12), low=(1, 0.02))
    assert words.startswith("own: mean loss")
    share, rates = drawn(live)
    assert rates == pytest.approx(0.12 - 0.1 * share)
    live.close()


def test_nothing_left_is_told_in_words():
    one_step_for_each_curvature = (1.0, 0.1)
    live = explore.designer(own=lambda t, total, high, low: one_step_for_each_curvature[t % 2])
    assert "yours nothing" in show(live, schedule="own", noise=0)
    live.close()


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (np.nan, "must be ≥ 0, got nan"),
        (-0.1, "must be ≥ 0, got -0.1"),
        (np.inf, "must be finite"),
        (None, "must return a rate, a number, got None at step 0"),
        (np.ones(2), "got an array of shape (2,) at step 0"),
    ],
)
def test_a_rate_that_is_none_is_said_and_the_next_schedule_is_drawn(answer, said):
    live = explore.designer(own=lambda t, total, high, low: answer)
    assert said in show(live, schedule="own")
    assert "mean loss" in show(live, schedule="cosine")
    live.close()
