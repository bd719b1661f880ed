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


def test_adam_is_thrown_back_with_either_memory_and_later_with_the_long_one(lesson):
    short, long = (np.array(lesson["thrown"][beta2]) for beta2 in (0.95, 0.999))
    assert short[:, 0].max() < 900 < 1500 < long[:, 0].min() < long[:, 0].max() < 3000
    assert min(short[:, 1].min(), long[:, 1].min()) > 8


def test_a_smaller_rate_delays_the_jumps_and_momentum_is_not_what_makes_them(lesson):
    first = {setting: jump for setting, (jump, _) in lesson["varied"].items()}
    assert len(first) == 9
    for beta2, found in lesson["thrown"].items():
        assert first[beta2, "α = 0.003"] > max(jump for jump, _ in found)
        assert first[beta2, "β₁ = 0"] < 2500
    assert np.isinf(first[0.999, "α = 0.003"])


def test_a_large_epsilon_and_adam_s_default_rate_know_no_jumps_in_3000_steps(lesson):
    for beta2 in (0.95, 0.999):
        assert lesson["varied"][beta2, "ε = 0.001"][1] < 1.5
    assert np.isinf(lesson["varied"]["default"][0])
    assert lesson["ratio"] > 1.5  # its price: a higher loss


def test_with_cross_entropy_adam_is_not_thrown_back_in_3000_steps(lesson):
    for beta2 in (0.95, 0.999):
        assert lesson["varied"][beta2, "cross-entropy"][1] < 2


def test_the_runs_are_in_float64_so_that_no_jump_is_a_rounding_error(lesson):
    for runs in lesson["quiet"].values():
        assert all(kept[0][0].dtype == np.float64 for _, kept in runs)


def test_adam_has_a_border_which_a_short_memory_reaches_first(lesson):
    short, long = lesson["borders"][0.95], lesson["borders"][0.999]
    assert np.median(short[2:]) == pytest.approx(1, abs=0.25)
    assert long[:3].max() < 0.75
    assert np.median(long[-5:]) == pytest.approx(1, abs=0.25)


def test_power_iteration_finds_the_largest_eigenvalue(lesson):
    assert lesson["ours"] == pytest.approx(lesson["exact"], rel=1e-3)


def test_sharpness_climbs_to_the_edge_of_stability_and_stays(lesson):
    assert lesson["settled"].keys() == {0.03, 0.05, 0.08}
    for lr, shares in lesson["settled"].items():
        assert shares == pytest.approx([1, 1, 1], abs=0.1)
        assert lesson["edges"][lr][0][0][0] == pytest.approx(17.8, abs=0.2)  # where it begins


def test_a_larger_rate_learns_more_in_equal_steps_and_less_at_equal_rate_times_steps(lesson):
    for seed in range(3):
        slow, middle, fast = (lesson["equal_steps"][lr][seed] for lr in (0.03, 0.05, 0.08))
        assert slow > 1.1 * middle > 1.2 * fast
    slowest, slow, _, fast = (np.mean(losses) for losses in lesson["equal_time"].values())
    assert slowest < 0.9 * slow
    assert slow < 0.95 * fast


def test_where_one_looks_earlier_the_largest_rate_still_wins_and_the_order_of_two_is_open(lesson):
    equal_steps, equal_time = lesson["earlier"].values()
    assert min(equal_steps, key=equal_steps.get) == 0.08
    assert equal_steps[0.03] == pytest.approx(equal_steps[0.05], rel=0.03)
    assert list(equal_time.values()) == sorted(equal_time.values())


def test_the_slow_run_stays_below_its_border(lesson):
    assert lesson["slow_sharp"].max() < 0.9 * 2 / 0.01


def test_a_plane_that_holds_the_path_misses_its_jump_and_the_steepest_direction_shows_it(lesson):
    held, gap, top = lesson["held"], lesson["gap"], lesson["top"]
    own, steep = held
    assert held[own] > 0.98 > held[steep] > 0.9
    assert np.median(abs(gap[own])) < 0.06
    assert gap[own][top] < -0.6
    assert abs(gap[steep][top]) < 0.45
    assert gap[own][-1] == pytest.approx(0, abs=1e-12)


def test_at_the_jump_the_path_swings_from_side_to_side_at_every_step(lesson):
    moves = lesson["moves"][lesson["top"] - 5 : lesson["top"]]
    assert (moves[1:] * moves[:-1] < 0).all()
    assert (np.diff(abs(moves)) > 0).all()


def test_a_random_plane_hides_nearly_all_of_the_path(lesson):
    own, steep, random = lesson["hidden"].values()
    assert 0.05 < own < steep
    assert random > 0.9
