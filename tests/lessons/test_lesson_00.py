"""Lesson 00: the numbers it prints, and the game it plays."""

import numpy as np
import pytest

from helpers.explorers.start.loop import OneWeight
from tests.support.lessons import run_lesson


@pytest.fixture(scope="module")
def lesson():
    return run_lesson("00")


def test_the_loop_of_the_lesson_arrives_where_least_squares_does(lesson):
    least_squares = np.linalg.lstsq(lesson["X"][:, None], lesson["y"], rcond=None)[0][0]
    assert lesson["exact"] == pytest.approx(least_squares)
    assert lesson["w"] == pytest.approx(least_squares, abs=3e-4)


def test_the_gradient_of_the_lesson_is_the_one_felt_by_nudging(lesson):
    assert lesson["worked_out"] == pytest.approx(lesson["felt"], rel=1e-6)


def test_halving_beats_gradient_descent_in_the_game_played_in_the_lesson(lesson):
    played = lesson["played"]
    assert played.seen.arrived == 5
    assert played.seen.needed == 14
    assert all(played.goals.values())


def test_the_figure_of_the_loop_takes_the_steps_of_the_lesson(lesson):
    turns = OneWeight(lesson["X"], lesson["y"]).turns(5.0, lr=0.02)
    assert [turn.w for turn in turns] == pytest.approx(lesson["path"][: len(turns)])
    assert [turn.loss for turn in turns] == pytest.approx(
        [lesson["loss"](turn.w) for turn in turns]
    )


def test_the_lesson_runs_for_who_hunts_nan():
    with np.errstate(all="raise"):
        run_lesson.__wrapped__("00")
