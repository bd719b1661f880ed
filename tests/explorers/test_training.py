"""Lesson 05: what its two live figures compute, show and say, a learner's own step included."""

import importlib

import numpy as np
import pytest

from helpers.datasets import Part
from helpers.explorers import training as explore
from helpers.explorers.training import run as runs
from helpers.explorers.training.playground import in_words
from helpers.explorers.training.run import (
    LOST,
    POINTS,
    SHOWN,
    Grid,
    Player,
    Run,
    Setup,
    recorded_weights,
    sample,
)
from helpers.explorers.training.steps import endless_batches, sgd_step
from helpers.functions import softmax
from helpers.losses import cross_entropy
from helpers.module import Module
from helpers.nn import MLP
from tests.support.figures import Browser, show

race_of_sizes = importlib.import_module("helpers.explorers.training.batch_size")

SETUP = Setup("moons", noise=0.1, layers=2, units=8, activation="tanh", seed=0)
EXPLODES = SETUP._replace(activation="relu")  # at rate 10


def stand_still(model, X, y, lr):
    """A learner's step that does nothing, and returns nothing."""


@pytest.fixture(autouse=True)
def no_clock(monkeypatch):
    """A frame takes all its steps, however busy the machine."""
    monkeypatch.setattr(runs, "FRAME", np.inf)


def advanced(setup, lr=0.1, batch_size=16, steps=8, step=sgd_step):
    run = Run(setup, step)
    run.advance(lr, batch_size, steps, seconds=np.inf)
    return run


# ---- a step, and batches without end


def test_a_step_follows_the_gradient_and_returns_the_loss_before_it():
    train, _ = sample("moons", 0.1, np.random.default_rng(0))
    model = MLP((2, 4, 2), rng=np.random.default_rng(0), dtype=float)
    before = model.theta.copy()
    loss = cross_entropy(model(train.X).data, train.y)
    assert sgd_step(model, *train, lr=0.01) == pytest.approx(loss)
    np.testing.assert_allclose(model.theta, before - 0.01 * model.grad)


def test_every_epoch_of_the_endless_batches_has_every_example_once_and_in_another_order():
    examples = Part(np.arange(10.0)[:, None], np.arange(10))
    batches = endless_batches(examples, 4, np.random.default_rng(0))
    epochs = [np.concatenate([next(batches).y for _ in range(3)]) for _ in range(2)]
    assert [sorted(epoch) for epoch in epochs] == [list(range(10))] * 2
    assert (epochs[0] != epochs[1]).any()


# ---- a run


@pytest.mark.parametrize("data", runs.DATA)
def test_both_parts_are_standardised_with_the_points_to_train_on(data):
    train, held_out = sample(data, 0.1, np.random.default_rng(0))
    assert train.X.mean(axis=0) == pytest.approx([0, 0], abs=1e-5)
    assert train.X.std(axis=0) == pytest.approx([1, 1], abs=1e-5)
    assert 0 < np.abs(held_out.X.mean(axis=0)).max() < 0.3
    assert len(train.y) == len(held_out.y) == POINTS


def test_a_run_that_is_continued_is_the_run_without_a_break():
    whole, in_parts = advanced(SETUP, steps=40), Run(SETUP, sgd_step)
    for steps in (1, 15, 24):
        in_parts.advance(0.1, 16, steps, seconds=np.inf)
    np.testing.assert_array_equal(in_parts.model.theta, whole.model.theta)
    assert (in_parts.steps, in_parts.epochs) == (whole.steps, whole.epochs) == (40, 2.5)


def test_a_run_stops_when_its_time_is_over():
    run = Run(SETUP, sgd_step)
    run.advance(0.1, 16, count=1_000, seconds=0)
    assert run.steps < 1_000


def test_the_history_ends_with_the_losses_of_the_network_as_it_is():
    run = advanced(SETUP, steps=30)
    losses = [cross_entropy(run.model(part.X).data, part.y) for part in (run.train, run.held_out)]
    assert run.curves.epochs.tolist() == [0, 30 * 16 / POINTS]
    assert run.curves.losses[-1] == pytest.approx(losses)
    assert run.losses == pytest.approx(losses)


def test_a_long_history_keeps_its_ends_and_stays_short_enough_to_be_drawn():
    run = Run(SETUP, stand_still)
    for _ in range(1000):
        run.advance(0.1, 1, 1, seconds=np.inf)
    epochs = run.curves.epochs
    assert 200 < len(epochs) <= 401
    assert (epochs[0], epochs[-1]) == (0, run.epochs)
    assert (np.diff(epochs) > 0).all()


@pytest.mark.parametrize(
    ("layers", "counts"), [(0, [4, 0, 0]), (1, [SHOWN, 0, SHOWN]), (3, [SHOWN, SHOWN, SHOWN])]
)
def test_some_weights_of_each_group_are_recorded_and_no_biases(layers, counts):
    model = SETUP._replace(layers=layers).network(np.random.default_rng(0))
    groups = recorded_weights(model)
    assert [len(indices) for indices in groups] == counts
    for weight in model.parameters():
        weight.data[:] = weight.data.ndim  # 2 for weights, 1 for biases
    assert set(model.theta[np.concatenate(groups)]) == {2}


def test_a_step_that_explodes_is_taken_back_and_none_follows():
    run = advanced(EXPLODES, lr=10.0, steps=30)
    before = advanced(EXPLODES, lr=10.0, steps=run.diverged_at - 1)
    assert before.diverged_at == -1
    assert run.steps == run.diverged_at == 4  # as the lesson says
    np.testing.assert_array_equal(run.model.theta, before.model.theta)
    run.advance(0.1, 16, 10, seconds=np.inf)
    assert run.steps == 4


@pytest.mark.parametrize("value", [np.nan, np.inf, -2 * LOST])
def test_a_weight_that_is_no_number_or_far_below_zero_has_exploded_too(value):
    def step(model, X, y, lr):
        model.theta[3] = value

    run = advanced(SETUP, step=step)
    assert run.diverged_at == 1
    assert np.abs(run.model.theta).max() < LOST


def test_on_its_hinge_the_weighted_sum_of_a_unit_is_zero():
    run = advanced(SETUP)
    W, b = (weight.data for weight in run.model.parameters()[:2])
    hinges = run.hinges(length=5.0).reshape(8, 3, 2)
    assert np.isnan(hinges[:, 2]).all()
    sums = np.einsum("uej,ju->ue", hinges[:, :2], W) + b[:, None]
    assert sums == pytest.approx(np.zeros((8, 2)), abs=1e-4)
    assert np.linalg.norm(hinges[:, 1] - hinges[:, 0], axis=-1) == pytest.approx(10)


def test_without_a_hidden_layer_there_are_no_hinges():
    assert Run(SETUP._replace(layers=0), sgd_step).hinges(length=5.0).shape == (0, 2)


def test_the_cells_of_a_grid_show_the_probability_at_their_middles():
    run, grid = advanced(SETUP, steps=200), Grid(2.0, size=81, n=3)
    middles = (grid.edges[:-1] + grid.edges[1:]) / 2
    points = np.stack(np.meshgrid(middles, middles), axis=-1).reshape(-1, 2).astype(np.float32)
    asked = softmax(run.logits(points))[:, 1].reshape(240, 240)
    np.testing.assert_allclose(grid.probabilities(run), asked, atol=0.02)


# ---- play


def ticks(player, *numbers, setup=SETUP, most=8):
    for tick in numbers:
        run = player.play(setup, tick, 0.1, 16, most)
    return run


def test_every_tick_continues_the_run_and_the_same_tick_again_does_not():
    player = Player(sgd_step)
    assert ticks(player, 0, 1, 2).steps == 24
    assert ticks(player, 2).steps == 24


@pytest.mark.parametrize(("tick", "setup"), [(0, SETUP), (2, SETUP), (5, EXPLODES)])
def test_a_run_begins_anew_at_tick_0_at_an_earlier_tick_and_with_another_setup(tick, setup):
    player = Player(sgd_step)
    ticks(player, 0, 5)
    assert ticks(player, tick, setup=setup).steps == 8
    assert ticks(player, tick + 1, setup=setup).steps == 16


def test_the_clock_bounds_a_later_tick_but_not_the_first_steps_of_a_run(monkeypatch):
    monkeypatch.setattr(runs, "FRAME", -1.0)  # the time is always over
    player = Player(sgd_step)
    assert ticks(player, 0).steps == 8
    assert ticks(player, 1).steps == 8


# ---- the playground


@pytest.fixture
def live():
    figure = explore.playground()
    yield figure
    figure.close()


def play(live, count):
    """Let the play control tick so many times."""
    for _ in range(count):
        live.controls["play"].value += 1
    return live.summary


def test_every_tick_trains_and_nothing_else_does(live):
    assert live.seen.steps == 8
    play(live, 1)
    assert live.seen.steps == 16
    show(live, lr=0.5, batch=4, speed=1)
    live.frame(moving=True)
    live.frame()
    assert live.seen.steps == 16
    play(live, 2)
    assert live.seen.steps == 18


def test_epochs_count_the_examples_that_were_seen(live):
    assert show(live, batch=64, speed=16).startswith("After 4.0 epochs (16 steps)")
    assert live.seen.epochs == 16 * 64 / POINTS


def test_one_step_is_not_said_to_be_steps(live):
    assert "(1 step)" in show(live, speed=1)


@pytest.mark.parametrize(
    ("control", "value"),
    [
        ("data", "circles"),
        ("layers", 1),
        ("units", 4),
        ("activation", "relu"),
        ("noise", 0.2),
        ("seed", 3),
    ],
)
def test_another_network_or_other_data_start_a_new_run_and_play_goes_on(live, control, value):
    play(live, 5)
    show(live, **{control: value})
    assert live.seen.steps == 8
    play(live, 1)
    assert live.seen.steps == 16


@pytest.mark.parametrize(("control", "value"), [("data", "circles"), ("noise", 0.4), ("seed", 3)])
def test_the_points_that_are_shown_are_those_of_the_run(live, control, value):
    show(live, **{control: value})
    setup = SETUP._replace(**{control: value})
    train, _ = sample(setup.data, setup.noise, np.random.default_rng(setup.seed))
    full = [
        line
        for line in live.figure.axes[0].lines
        if line.get_linestyle() == "None" and line.get_markerfacecolor() != "none"
    ]
    for k, dots in enumerate(full[:2]):
        np.testing.assert_array_equal(dots.get_xydata(), train.X[train.y == k])


def test_stop_and_reset_start_afresh(live):
    first, words = live.frame(), live.summary
    play(live, 30)
    assert show(live, play=0) == words
    play(live, 9)
    assert show(live, play=2) in words  # stopped and played again, faster than it was drawn
    play(live, 3)
    live.reset()
    np.testing.assert_array_equal(live.frame(), first)


def test_before_play_the_rate_shows_what_the_first_steps_would_have_done(live):
    losses = []
    for lr in (0.001, 0.03, 0.3):
        show(live, lr=lr)
        losses.append(live.seen.losses[0])
    assert losses == sorted(losses, reverse=True)


@pytest.mark.parametrize(("loss", "is_worse"), [(0.74, False), (0.76, True)])
def test_a_loss_clearly_above_that_of_knowing_nothing_is_said_to_be(loss, is_worse):
    run = Run(SETUP, stand_still)
    run.losses = (loss, 0.5)
    assert ("Worse than knowing nothing, 0.69" in in_words(run)) == is_worse


def test_a_rate_that_is_too_large_is_named_with_its_step_and_the_picture_stays(live):
    show(live, activation="relu", lr=10.0)
    words = play(live, 3)
    step = live.seen.diverged_at
    assert 1 <= step <= 32
    assert words.startswith(f"Diverged: step {step} made a weight larger than 10,000")
    picture = live.frame()
    assert play(live, 5) == words
    np.testing.assert_array_equal(live.frame(), picture)
    assert "Diverged" in show(live, lr=0.1)
    show(live, play=0)
    play(live, 60)
    assert live.seen.accuracy > 0.9


def largest_weight(live):
    return max(np.nanmax(np.abs(line.get_ydata())) for line in live.figure.axes[2].lines)


def test_what_is_shown_of_a_run_that_diverged_is_finite(live):
    show(live, activation="relu", lr=10.0)
    play(live, 5)
    assert live.seen.diverged_at >= 0
    assert largest_weight(live) < LOST
    assert np.isfinite(live.figure.axes[0].images[0].get_array()).all()


def test_a_loss_beyond_the_panel_runs_along_its_edge_and_is_told(live):
    show(live, activation="relu", lr=10.0, speed=1)
    play(live, 2)
    loss = live.figure.axes[1]
    bottom, top = loss.get_ylim()
    shown = np.concatenate([line.get_ydata() for line in loss.lines])
    assert ((bottom < shown) & (shown < top)).all()
    assert live.seen.losses[0] > top
    assert f"loss {live.seen.losses[0]:,.0f} on the training points" in live.summary


def test_weights_that_become_smaller_again_stay_in_the_picture():
    factors = iter([1.0] * 9 + [8.0])  # the first step of play makes them large, no later one

    def step(model, X, y, lr):
        model.theta *= next(factors, 0.9)

    live = explore.playground(step=step)
    show(live, speed=1)
    for _ in range(12):
        play(live, 1)
        assert largest_weight(live) <= live.figure.axes[2].get_ylim()[1]
    live.close()


def test_curves_fill_at_least_half_of_their_panel_from_the_first_picture_on(live):
    for _ in range(12):
        ax = live.figure.axes[1]
        assert ax.get_xlim()[1] / 2 <= ax.lines[0].get_xdata()[-1] <= ax.get_xlim()[1]
        play(live, 1)


def test_the_plane_is_coarser_while_it_moves_and_shows_the_same(live):
    browser, (plane,) = Browser(live), live.figure.axes[0].images
    live.controls["lr"].value = 0.2
    browser.got()
    coarse = np.array(plane.get_array())
    live.frame()
    fine = plane.get_array()
    assert coarse.size * 9 < fine.size
    rows = (np.arange(len(coarse)) + 0.5) / len(coarse) * len(fine)
    np.testing.assert_allclose(coarse, fine[np.ix_(rows.astype(int), rows.astype(int))], atol=0.02)


DEEP = {"layers": 3, "units": 16, "activation": "relu"}


@pytest.mark.parametrize(
    ("goal", "values", "ticks"),
    [
        ("Spirals", {"data": "spirals", **DEEP, "noise": 0.02, "speed": 32}, 150),
        ("Circles", {"data": "circles", "layers": 1, "units": 3, "speed": 32}, 60),
        ("diverge", {"activation": "relu", "lr": 10.0}, 5),
    ],
)
def test_goals_are_not_given_away_and_can_be_reached(live, goal, values, ticks):
    (text,) = [text for text in live.goals if goal in text]
    show(live, **{name: value for name, value in values.items() if name != "lr"})
    assert not live.goals[text]
    show(live, lr=values.get("lr", 0.1))
    play(live, ticks)
    assert live.goals[text]


def test_two_layers_of_three_units_do_not_count_as_three_in_all(live):
    (text,) = [text for text in live.goals if "Circles" in text]
    show(live, data="circles", layers=2, units=3, speed=32)
    play(live, 60)
    assert live.seen.accuracy > 0.95
    assert live.seen.hidden_units == 6
    assert not live.goals[text]


def test_two_hidden_units_cannot_fence_in_a_circle(live):
    show(live, data="circles", layers=1, units=2, speed=32)
    play(live, 60)
    assert live.seen.accuracy < 0.95


def test_the_playground_runs_the_learners_own_step():
    live = explore.playground(step=stand_still)
    still = live.figure.axes[0].images[0].get_array().copy()
    play(live, 5)
    assert live.seen.steps == 48
    np.testing.assert_array_equal(live.figure.axes[0].images[0].get_array(), still)
    live.close()


def test_a_step_that_raises_is_said_and_the_next_one_works():
    slips = [True]

    def step(model, X, y, lr):
        if slips:
            raise ValueError("shapes (16, 2) and (3,)")
        return sgd_step(model, X, y, lr)

    live = explore.playground(step=step)
    assert "shapes (16, 2) and (3,)" in live.summary
    slips.clear()
    play(live, 3)
    assert live.seen.steps == 24
    assert live.seen.losses[0] < 0.69
    live.close()


def test_the_network_is_asked_in_blocks_too_small_to_be_split_among_threads(live, monkeypatch):
    asked = []
    call = Module.__call__

    def noting(model, x):
        asked.append(x.shape[0])
        return call(model, x)

    monkeypatch.setattr(Module, "__call__", noting)
    show(live, **DEEP, batch=256)
    assert sum(asked) > 160**2
    assert max(asked) * DEEP["units"] ** 2 <= 4 * 2**16  # where OpenBLAS begins to split


def test_sliders_are_heard_while_it_plays(live):
    browser = Browser(live)
    for tick in range(1, 20):
        live.controls["play"].value = tick
        live.controls["lr"].value = 0.1 + tick / 100
        browser.got()
    assert len(browser.messages) >= 20
    assert live.seen.steps >= 8 * 10
    assert len({bytes(picture) for _, picture in browser.messages}) >= 10


# ---- the race of batch sizes: what it computes


def course(losses, examples):
    updates = np.arange(1, len(losses) + 1)
    return race_of_sizes.Course(np.array(losses), np.array([updates, examples * updates, updates]))


def test_a_target_costs_what_was_spent_when_the_loss_first_was_at_or_below_it():
    bouncing = course([2.0, 1.0, 1.5, 0.5], examples=16)
    assert bouncing.cost_of(1.0).tolist() == [2, 32, 2]
    assert bouncing.cost_of(0.9).tolist() == [4, 64, 4]
    assert np.isinf(bouncing.cost_of(0.4)).all()


ARRIVALS = race_of_sizes.Arrivals(
    0.1,
    np.array(
        [
            [np.inf, 300.0, 20.0, 12.0, 12.0],
            [np.inf, 4_800.0, 1_280.0, 3_072.0, 12_936.0],
            [np.inf, 9.0, 8.7, 8.6, 30.0],
        ]
    ),
)


def test_those_that_lie_within_five_percent_of_the_first_are_first_too():
    assert [race_of_sizes.sizes(row) for row in ARRIVALS.first] == [
        [256, 1078],
        [64],
        [16, 64, 256],
    ]
    assert ARRIVALS.late == [1]


def test_the_words_name_the_first_by_each_count_and_who_is_late():
    assert race_of_sizes.in_words(ARRIVALS) == (
        "Loss 0.1: fewest updates with batches of 256 and all 1,078 (12), "
        "fewest examples with batches of 64 (about 1,280), "
        "least time, here and now, with batches of 16, 64 and 256. "
        "Not within 4,000 updates: batches of 1."
    )


def test_a_race_counts_the_updates_and_the_examples_of_its_batches():
    train = race_of_sizes.train_part()
    assert len(train.y) == race_of_sizes.ALL
    updates, examples, milliseconds = race_of_sizes.follow(sgd_step, train, 256, 6.4).costs
    assert updates[:3].tolist() == [1, 2, 3]
    epochs, batches = np.divmod(updates, 5)  # 4 batches of 256, and one of 54
    np.testing.assert_array_equal(examples, epochs * 1_078 + batches * 256)
    np.testing.assert_allclose(milliseconds, milliseconds[0] * updates)


def test_a_run_ends_when_it_arrives_or_when_its_loss_is_no_number():
    def break_it(model, X, y, lr):
        model.theta[:] = np.nan

    train = race_of_sizes.train_part()
    *before, last = race_of_sizes.follow(sgd_step, train, 256, 6.4).losses
    assert last <= race_of_sizes.LOWEST < min(before)
    assert len(race_of_sizes.follow(break_it, train, 256, 6.4).losses) == 1


# ---- the race of batch sizes: the figure


@pytest.fixture(scope="module")
def open_race():
    figure = explore.batch_size()
    yield figure
    figure.close()


@pytest.fixture
def race(open_race):
    """One figure for all of these tests: its runs take long."""
    open_race.reset()
    return open_race


def test_updates_and_examples_have_different_winners_and_neither_wins_in_time(race):
    seen = race.seen
    assert (seen.target, seen.fewest_updates, seen.fewest_examples) == (0.1, [1078], [1])
    assert not {1, 1078} & set(seen.least_time)  # one example takes almost as long as 64
    assert seen.costs[0].min() == 17
    assert 1_100 <= seen.costs[1].min() < 1_200
    assert "(17)" in race.summary  # as exactly as it is known
    assert "(about 1,1" in race.summary


def test_a_lower_target_costs_more_of_everything(race):
    costs = []
    for target in (1.0, 0.3, 0.1, 0.05):
        show(race, target=(1.4, target))
        costs.append(race.seen.costs)
    assert (np.diff(costs, axis=0) > 0).all()


def test_at_one_large_rate_for_all_single_examples_do_not_arrive(race):
    assert "Not within 4,000 updates: batches of 1." in show(race, rates="1.6 for all")
    assert race.seen.late == [1]


@pytest.mark.parametrize("target", [1.0, 0.1, 0.05])
def test_at_one_small_rate_all_batches_but_single_examples_tie_in_updates(race, target):
    show(race, rates="0.1 for all", target=(1.4, target))
    assert race.seen.fewest_updates == [16, 64, 256, 1078]
    assert race.seen.fewest_examples == [1]
    assert race.seen.late == []
    (stars,) = [line for line in race.figure.axes[0].lines if line.get_marker() == "*"]
    assert np.isfinite(stars.get_ydata()).sum() == 4


@pytest.mark.parametrize("rates", race_of_sizes.RATES)
def test_curves_and_arrivals_stay_inside_the_panels(race, rates):
    show(race, rates=rates, target=(1.4, 2.0))
    for ax in race.figure.axes[:2]:  # milliseconds are the machine's own
        left, right = ax.get_xlim()
        for line in ax.lines[:5]:
            x, y = line.get_data()
            assert left < x[0] < x[-1] < right
            assert max(y) < ax.get_ylim()[1]


def test_each_panel_counts_what_its_axis_says(race):
    for ax, first in zip(race.figure.axes, ([1] * 5, race_of_sizes.BEST)):
        assert [line.get_xdata()[0] for line in ax.lines[:5]] == list(first)


def test_a_step_that_does_nothing_never_arrives():
    live = explore.batch_size(step=stand_still)
    assert live.summary == "Loss 0.1: no batch size arrives at it within 4,000 updates."
    assert live.seen.late == list(race_of_sizes.BEST)
    assert live.seen.fewest_updates == []
    live.close()
