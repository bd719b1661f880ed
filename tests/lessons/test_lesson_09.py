"""Lesson 09: the numbers that its experiments left behind."""

import numpy as np
import pytest

from tests.support.lessons import run_lesson
from tests.support.stops import Stops

STOPS = Stops()


@pytest.fixture(scope="module")
def lesson():
    with np.errstate(all="call", call=STOPS):
        return run_lesson("09")


def test_the_lesson_runs_for_who_hunts_nan(lesson):
    assert STOPS == []


def test_adam_with_a_short_memory_is_thrown_back_in_float64(lesson):
    lowest = {}
    for beta2, runs in lesson["quiet"].items():
        for losses, kept in runs:
            assert kept[0][0].dtype == np.float64
            thrown = (losses / np.minimum.accumulate(losses))[200:].max()
            assert thrown > 8 if beta2 == 0.95 else thrown < 4
        lowest[beta2] = [losses.min() for losses, _ in runs]
    assert max(lowest[0.95]) < min(lowest[0.999])


def test_adam_has_a_border_which_a_short_memory_reaches_first(lesson):
    (short_early, short_late), (long_early, long_late) = (
        lesson["borders"][0.95],
        lesson["borders"][0.999],
    )
    assert long_early < 0.6 < 0.8 < short_early < 1.1
    assert [short_late, long_late] == pytest.approx([1, 1], abs=0.15)


def test_power_iteration_finds_the_largest_eigenvalue(lesson):
    assert lesson["ours"] == pytest.approx(lesson["exact"], rel=1e-3)
    assert lesson["finished"] == pytest.approx(lesson["exact"], rel=1e-3)


def test_sharpness_climbs_to_the_edge_of_stability_and_stays(lesson):
    assert lesson["settled"].keys() == {0.03, 0.05, 0.08}
    for lr, (sharp, _, _) in lesson["edges"].items():
        assert sharp[0] == pytest.approx(17.8, abs=0.2)  # converged from the first point on
        assert lesson["settled"][lr] == pytest.approx(1, abs=0.1)


def test_the_larger_the_rate_at_the_edge_the_lower_the_loss(lesson):
    slow, middle, fast = lesson["last"]
    assert slow > 1.2 * middle > 1.44 * fast


def test_a_plane_that_holds_the_path_misses_its_jumps_and_the_steepest_direction_shows_the_highest(
    lesson,
):
    held, gap, top = lesson["held"], lesson["gap"], lesson["top"]
    own, steep, random = held
    assert held[own] > 0.95 < 1.05 * held[steep]
    assert held[random] < 0.2
    assert np.median(abs(gap[own])) < 0.05
    assert gap[own][top] < -0.6
    assert abs(gap[steep][top]) < 0.45
    assert gap[own][0] < -0.15
    assert gap[own][-1] == 0
    assert np.median(abs(gap[random])) > 0.1
