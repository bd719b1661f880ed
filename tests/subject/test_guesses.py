"""Guessing anew, and near the best so far: what they find, and what they refuse."""

import numpy as np
import pytest

from helpers.guesses import guess_anew, guess_near_the_best


def squares(theta):
    return np.sum(theta**2, axis=-1)


def near(weights, budget, width=1.0, tasks=10):
    start = np.ones((tasks, weights))
    return guess_near_the_best(squares, start, budget, np.random.default_rng(0), width)


def test_every_task_keeps_the_lowest_of_its_own_losses():
    rng = np.random.default_rng(0)
    for left in (guess_anew(squares, (10, 3), 50, rng), near(3, 50)):
        assert left.shape == (50, 10)
        assert (np.diff(left, axis=0) <= 0).all()
        assert len(set(left[-1])) == 10


def test_guesses_drawn_anew_have_the_spread_that_is_asked_for():
    rng = np.random.default_rng(0)
    first = guess_anew(squares, (10_000, 4), 1, rng, width=0.5)
    assert first.mean() == pytest.approx(4 * 0.5**2, rel=0.05)


def test_guessing_near_the_best_needs_looks_in_proportion_to_the_weights():
    needed = [np.argmax(np.median(near(w, 2_000) / w, axis=1) < 0.01) for w in (10, 20, 40, 80)]
    ratios = np.divide(needed[1:], needed[:-1])
    assert ratios == pytest.approx(2, abs=0.4)


def test_the_width_finds_its_size_whatever_it_was_at_first():
    needed = [np.argmax(np.median(near(10, 500, width), axis=1) < 0.1) for width in (0.03, 0.3, 3)]
    assert min(needed) > 0
    assert max(needed) < 1.6 * min(needed)


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"budget": 0}, ValueError, "budget"),
        ({"width": 0.0}, ValueError, "width"),
        ({"rng": 3}, TypeError, "rng"),
    ],
)
def test_what_makes_no_sense_is_refused_by_its_name(options, error, words):
    given = {"budget": 5, "rng": np.random.default_rng(0), "width": 1.0} | options
    with pytest.raises(error, match=words):
        guess_anew(squares, (2,), **given)
    with pytest.raises(error, match=words):
        guess_near_the_best(squares, np.zeros(2), **given)
