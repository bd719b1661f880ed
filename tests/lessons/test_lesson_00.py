"""Lesson 00: the numbers it prints, and the game it plays. Its live figures:
tests/explorers/test_start.py.
"""

import numpy as np
import pytest

from helpers.data import train_val_test_split
from helpers.datasets import load_digits
from helpers.descent import descend
from helpers.explorers.start.hidden import CLOSE, hidden, play
from helpers.explorers.start.loop import OneWeight
from helpers.nn import MLP
from helpers.optim import SGD
from tests.support.lessons import run_lesson


@pytest.fixture(scope="module")
def lesson():
    return run_lesson("00")


def test_the_loop_of_the_lesson_arrives_where_least_squares_does(lesson):
    least_squares = np.linalg.lstsq(lesson["X"][:, None], lesson["y"], rcond=None)[0][0]
    assert lesson["exact"] == pytest.approx(least_squares)
    assert lesson["path"][-1] == pytest.approx(least_squares, abs=3e-4)


def test_the_gradient_of_the_lesson_is_the_one_felt_by_nudging(lesson):
    assert lesson["worked_out"] == pytest.approx(lesson["felt"], rel=1e-6)


def test_a_rate_of_a_tenth_swings_and_arrives_and_one_of_0_15_explodes(lesson):
    """As the fold says; the border is 2 over the curvature, 2 mean X²."""
    X, exact = lesson["X"], lesson["exact"]
    assert 2 / (2 * np.mean(X**2)) == pytest.approx(0.133, abs=5e-4)
    for lr, ratio in ((0.1, -0.5), (0.15, -1.25)):
        away = np.array([turn.w for turn in OneWeight(X, lesson["y"]).turns(5.0, lr)]) - exact
        np.testing.assert_allclose(away[1:] / away[:-1], ratio)


def test_halving_beats_gradient_descent_in_the_game_played_in_the_lesson(lesson):
    played = lesson["played"]
    assert played.seen.arrived == 5
    assert played.seen.needed == 14
    assert all(played.goals.values())


def test_the_rate_decides_how_many_probes_gradient_descent_needs(lesson):
    assert lesson["needed"] == {0.3: 24, 0.5: 14, 1.0: 6, 1.5: 4, 2.0: 2, 2.5: 1, 3.0: None}


@pytest.mark.parametrize(("rate", "swings"), [(2.5, False), (2.6, True), (3.0, True)])
def test_beyond_the_border_gradient_descent_swings_for_ever(rate, swings):
    surface, start = hidden(4, 0)
    late = descend(surface, [start], SGD(lr=rate), 2_000).points[-200:, 0]
    sides = late - surface.minima[0, 0]
    assert np.all(np.abs(sides) > CLOSE) == swings
    assert np.all(sides[1:] * sides[:-1] < 0) or not swings


def test_on_another_landscape_other_rates_are_right(lesson):
    counts = {
        number: [play(4, number, rate).needed for rate in lesson["needed"]] for number in range(4)
    }
    assert len({tuple(found) for found in counts.values()}) == 4


def test_the_figure_of_the_loop_takes_the_steps_of_the_lesson(lesson):
    turns = OneWeight(lesson["X"], lesson["y"]).turns(5.0, lr=0.02)
    assert [turn.w for turn in turns] == pytest.approx(lesson["path"][: len(turns)])
    assert [turn.loss for turn in turns] == pytest.approx(
        [lesson["loss"](turn.w) for turn in turns]
    )


def test_the_six_lines_learn_to_read_digits(lesson):
    assert len(lesson["theta"]) == 4_810
    assert (len(lesson["images"]), len(lesson["unseen"])) == (1_078, 360)
    expected = {0: 24, 10: 66, 100: 299, 300: 334}
    assert lesson["right"] == {steps: pytest.approx(n, abs=2) for steps, n in expected.items()}


def test_the_slopes_of_the_reader_are_those_felt_by_nudging(lesson):
    theta, images, targets = lesson["walk"][100].copy(), lesson["images"], lesson["targets"]
    model = MLP((64, 64, 10), rng=np.random.default_rng(0), dtype=float)

    def loss(at):
        model.theta[:] = at
        return np.mean((model(images).data - targets) ** 2)

    taken = lesson["walk"][100] - lesson["walk"][101]  # rate 1: the step is the slope
    for i in np.argsort(-np.abs(taken))[:5]:
        nudge = 1e-5 * (np.arange(len(theta)) == i)
        felt = (loss(theta + nudge) - loss(theta - nudge)) / 2e-5
        assert taken[i] == pytest.approx(felt, rel=1e-4)


def test_the_reader_never_meets_the_part_that_lesson_05_tests_on(lesson):
    digits = load_digits()
    parts = train_val_test_split(digits.X / 16, digits.y, rng=np.random.default_rng(0))
    np.testing.assert_array_equal(lesson["images"], parts.train.X)
    np.testing.assert_array_equal(lesson["unseen"], parts.val.X)


def test_other_starts_learn_to_read_as_well(lesson):
    for seed in (1, 2):
        model = MLP((64, 64, 10), rng=np.random.default_rng(seed), dtype=float)
        for _ in range(300):
            model.zero_grad()
            ((model(lesson["images"]) - lesson["targets"]) ** 2).mean().backward()
            model.theta -= model.grad
        answers = model(lesson["unseen"]).data.argmax(axis=1)
        assert np.mean(answers == lesson["parts"].val.y) > 0.9


def test_the_lesson_runs_for_who_hunts_nan():
    with np.errstate(all="raise"):
        run_lesson.__wrapped__("00")
