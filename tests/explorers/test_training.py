"""Lesson 05: its two live figures, and what they make of a learner's own step."""

import importlib
import re

import numpy as np
import pytest

from helpers.explorers import training as explore
from helpers.explorers.training.playground import LOST, POINTS, _step
from helpers.module import Module
from tests.support.figures import Browser, show

playground = importlib.import_module("helpers.explorers.training.playground")
batch_size = importlib.import_module("helpers.explorers.training.batch_size")


def play(live, ticks):
    """Let the play control tick so many times."""
    for _ in range(ticks):
        live.controls["play"].value += 1
    return live.summary


def steps(words):
    return int(re.search(r"\(([\d,]+) steps?\)", words)[1].replace(",", ""))


@pytest.fixture(autouse=True)
def no_clock(monkeypatch):
    """A frame takes all its steps, however busy the machine."""
    monkeypatch.setattr(playground, "FRAME", np.inf)


@pytest.fixture
def live():
    figure = explore.playground()
    yield figure
    figure.close()


def test_every_tick_trains_and_nothing_else_does(live):
    assert steps(live.summary) == 8
    assert steps(play(live, 1)) == 16
    assert steps(show(live, lr=0.5, batch=4, speed=1)) == 16
    live.frame(moving=True)
    live.frame()
    assert steps(play(live, 2)) == 18


def test_epochs_count_the_examples_that_were_seen(live):
    assert show(live, batch=64, speed=16).startswith(
        f"After {16 * 64 / POINTS:.1f} epochs (16 steps)"
    )


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
    assert steps(show(live, **{control: value})) == 8
    assert steps(play(live, 1)) == 16


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
    losses = [float(re.search(r"loss ([\d.]+)", show(live, lr=lr))[1]) for lr in (0.001, 0.03, 0.3)]
    assert losses == sorted(losses, reverse=True)


def test_a_rate_that_is_too_large_is_named_with_its_step_and_the_picture_stays(live):
    show(live, activation="relu", lr=10.0)
    words = play(live, 3)
    step = int(re.search(r"Diverged: step (\d+) made a weight larger than 10,000", words)[1])
    assert 1 <= step <= 32
    picture = live.frame()
    assert play(live, 5) == words
    np.testing.assert_array_equal(live.frame(), picture)
    assert "Diverged" in show(live, lr=0.1)
    show(live, play=0)
    assert re.search(r"9\d % of the held-out points are right", play(live, 60))


def largest_weight(live):
    return max(np.nanmax(np.abs(line.get_ydata())) for line in live.figure.axes[2].lines)


def test_the_step_that_exploded_is_taken_back(live):
    show(live, activation="relu", lr=10.0)
    assert "Diverged" in play(live, 5)
    assert largest_weight(live) < LOST
    assert np.isfinite(live.figure.axes[0].images[0].get_array()).all()


def test_a_loss_beyond_the_panel_runs_along_its_edge_and_is_told(live):
    show(live, activation="relu", lr=10.0, speed=1)
    loss, words = live.figure.axes[1], play(live, 2)
    (bottom, top), shown = (
        loss.get_ylim(),
        np.concatenate([line.get_ydata() for line in loss.lines]),
    )
    assert ((bottom < shown) & (shown < top)).all()
    assert int(re.search(r"loss ([\d,]+) on", words)[1].replace(",", "")) > top


def test_weights_that_shrink_again_stay_in_the_picture():
    factors = iter(
        [1.0] * 9 + [8.0]
    )  # the first step of play makes them large, all later ones smaller

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


def test_the_plane_is_coarser_while_it_moves_and_says_the_same(live):
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


def test_two_hidden_units_cannot_fence_in_a_circle(live):
    show(live, data="circles", layers=1, units=2, speed=32)
    assert int(re.search(r"(\d+) % of the held-out", play(live, 60))[1]) < 95


def test_the_playground_runs_the_learners_own_step():
    live = explore.playground(step=lambda model, X, y, lr: None)
    still = live.figure.axes[0].images[0].get_array().copy()
    play(live, 5)
    assert steps(live.summary) == 48
    np.testing.assert_array_equal(live.figure.axes[0].images[0].get_array(), still)
    live.close()


def test_a_step_that_raises_is_said_and_the_next_one_works():
    slips = [True]

    def step(model, X, y, lr):
        if slips:
            raise ValueError("shapes (16, 2) and (3,)")
        return _step(model, X, y, lr)

    live = explore.playground(step=step)
    assert "shapes (16, 2) and (3,)" in live.summary
    slips.clear()
    assert "loss 0." in play(live, 3)
    live.close()


def test_the_network_is_asked_in_blocks_too_small_to_be_split_among_threads(live, monkeypatch):
    asked, call = [], Module.__call__
    monkeypatch.setattr(
        Module, "__call__", lambda model, x: asked.append(x.shape[0]) or call(model, x)
    )
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
    assert steps(live.summary) >= 8 * 10
    assert len({bytes(picture) for _, picture in browser.messages}) >= 10


# ---- the race of batch sizes


@pytest.fixture(scope="module")
def race():
    figure = explore.batch_size()
    yield figure
    figure.close()


def winners(words):
    return re.findall(r"(?:updates|examples|now,) with (batches of \d+|all 1,078)[ .]", words)


def test_updates_and_examples_have_different_winners_and_neither_wins_in_time(race):
    updates, examples, milliseconds = winners(show(race, target=(1.4, 0.1)))
    assert (updates, examples) == ("all 1,078", "batches of 1")
    assert milliseconds not in (
        updates,
        examples,
    )  # a step on one example costs almost as much as one on 64
    assert re.search(
        r"all 1,078 \(17\).* batches of 1 \(about 1,1\d\d\)", race.summary
    )  # as exactly as it is known


def test_a_lower_target_costs_more_of_everything(race):
    costs = []
    for target in (1.0, 0.3, 0.1, 0.05):
        words = show(race, target=(1.4, target))
        costs.append(
            [
                float(number.replace(",", ""))
                for number in re.findall(r"\((?:about )?([\d,]+)\)", words)
            ]
        )
    assert (np.diff(costs, axis=0) > 0).all()
    race.reset()


def test_at_one_rate_for_all_single_examples_do_not_arrive_or_large_batches_suffer(race):
    assert "Not within 4,000 updates: batches of 1." in show(race, rates="1.6 for all")
    assert "fewest examples with batches of 1 (" in show(race, rates="0.1 for all")
    race.reset()


def test_at_one_small_rate_all_batches_but_single_examples_tie_in_updates(race):
    for target in (1.0, 0.1, 0.05):
        words = show(race, rates="0.1 for all", target=(1.4, target))
        assert "fewest updates with batches of 16, 64, 256 and all 1,078 (" in words
        assert "Not within" not in words
    (stars,) = [line for line in race.figure.axes[0].lines if line.get_marker() == "*"]
    assert np.isfinite(stars.get_ydata()).sum() == 4
    race.reset()


def test_curves_and_arrivals_stay_inside_the_panels(race):
    for rates in batch_size.RATES:
        show(race, rates=rates, target=(1.4, 2.0))
        for ax in race.figure.axes[:2]:  # milliseconds are the machine's own
            for line in ax.lines[:5]:
                (x, y), (left, right) = line.get_data(), ax.get_xlim()
                assert left < x[0] < x[-1] < right
                assert max(y) < ax.get_ylim()[1]
    race.reset()


def test_a_step_that_does_nothing_never_arrives():
    live = explore.batch_size(step=lambda model, X, y, lr: None)
    assert live.summary == "Loss 0.1: no batch size arrives at it within 4,000 updates."
    live.close()
