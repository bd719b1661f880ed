"""Lesson 11: the numbers that its experiments left behind."""

import numpy as np
import pytest

from tests.support.lessons import run_lesson
from tests.support.stops import Stops

STOPS = Stops()
BEYOND = 14  # zooms: the border is a line at none of those that float64 can show


@pytest.fixture(scope="module")
def lesson():
    with np.errstate(all="call", call=STOPS):
        return run_lesson("11")


def test_the_lesson_runs_for_who_hunts_nan(lesson):
    assert STOPS == []


# On which scale


def test_rates_drawn_by_powers_of_ten_are_better_on_average_and_far_better_at_worst(lesson):
    evenly, by_powers = ([found.best.value for found in runs] for runs in lesson["scales"].values())
    assert np.mean(by_powers) > np.mean(evenly) + 0.1
    assert min(by_powers) > 0.8 > 0.5 > min(evenly)
    first = next(iter(lesson["scales"].values()))[0]
    assert sum(trial.config["lr"] > 0.1 for trial in first.trials) == 6


# A grid, or at random


def test_the_lessons_latin_hypercube_fills_every_slice_once(lesson):
    assert lesson["filled"] == [25, 25]


def test_random_search_wins_where_the_others_count_little_whatever_is_varied(lesson):
    crossings = dict(lesson["crossings"])
    with_ends = crossings.pop("the grid with the ends")
    with_few = crossings.pop("the same, 9 trials")
    crossings.pop("25 trials, the hill turned by 20 degrees")
    assert len(crossings) == 8
    assert 0.15 <= min(crossings.values()) <= max(crossings.values()) <= 0.45
    assert 1 > with_ends >= crossings["25 trials in 2 dimensions"] + 0.15
    assert with_few == np.inf


def test_random_search_has_no_lead_where_the_best_value_of_one_depends_on_the_other(lesson):
    assert lesson["crossings"]["25 trials, the hill turned by 20 degrees"] == 0


def test_the_table_can_be_trusted(lesson):
    assert lesson["again"] == pytest.approx(lesson["row"]["after_81"], abs=8)
    assert lesson["row"]["after_81"] > 330


def share(lesson, one, other, **only):
    """The share of searches that `one` wins against `other`, by rule, budget, split and part."""
    names = "rule", "budget", "split", "part"
    found = {
        key: lesson["wins"](ways[one], ways[other])
        for key, ways in lesson["looked_up"].items()
        if all(key[names.index(name)] == value for name, value in only.items())
    }
    assert found
    return found


def mean(lesson, way, rule, budget, part=0.8):
    return np.mean(
        [lesson["looked_up"][rule, budget, split, part][way].mean() for split in range(3)]
    )


@pytest.mark.parametrize("rule", ["Adam", "SGD"])
def test_on_the_digits_random_search_and_the_grid_in_the_middles_are_a_tie(lesson, rule):
    for part in (0.6, 0.8):
        for budget in (8, 27, 64):
            gain = mean(lesson, "random", rule, budget, part)
            gain -= mean(lesson, "middles", rule, budget, part)
            assert abs(gain) < 1 / 360  # less than a digit
    shares = [*share(lesson, "random", "middles", rule=rule, part=0.8).values()]
    assert 0.35 < min(shares) < 0.55 < max(shares) < 0.7


def test_it_is_a_tie_although_the_rate_decides_for_most_rates_are_good(lesson):
    for rule in ("Adam", "SGD"):
        by_rate, by_width, by_decay = lesson["explained"][rule]
        assert by_rate > 0.6 > 0.25 > by_width > by_decay
        assert by_decay < 0.02
        assert 0.35 < lesson["broad"][rule] < 0.75


def test_a_grid_with_the_ends_and_two_values_each_loses_to_every_other_way(lesson):
    for rule, loss in (("Adam", 0.01), ("SGD", 0.1)):
        for other in ("middles", "random", "Latin"):
            assert mean(lesson, other, rule, 8) > mean(lesson, "ends", rule, 8) + loss
            assert min(share(lesson, other, "ends", rule=rule, budget=8, part=0.8).values()) > 0.6
        assert abs(mean(lesson, "ends", rule, 64) - mean(lesson, "random", rule, 64)) < 1 / 360


def test_a_latin_hypercube_is_nowhere_worse_than_random_search(lesson):
    for rule in ("Adam", "SGD"):
        for budget in (8, 27, 64):
            gain = mean(lesson, "Latin", rule, budget) - mean(lesson, "random", rule, budget)
            assert gain > -0.001


# Halving


@pytest.mark.parametrize("rule", ["Adam", "SGD"])
def test_halving_beats_random_search_at_equal_epochs_in_every_split(lesson, rule):
    for draws, full, least in ((81, 4, 0.2), (81, 5, 0.05), (27, 3, 0.2)):
        contests = lesson["halving"][rule, draws, full]
        assert len(contests) == 3
        for won, lost, halved, drawn in contests:
            assert won > lost + least
            assert halved > drawn


def test_short_trainings_for_all_are_as_good_as_halving_with_adam_and_not_with_sgd(lesson):
    adam, sgd = (np.array(lesson["halving"][rule, 81, 11]) for rule in ("Adam", "SGD"))
    won, lost, halved, drawn = adam.T
    assert abs(np.mean(halved - drawn)) < 0.005
    assert sum(lost > won) == 1
    won, lost, halved, drawn = sgd.T
    assert np.all(won > lost + 0.2)
    assert np.all(halved > drawn)


def test_the_curves_of_two_rates_cross(lesson):
    large, small = (np.array(lesson["crossed"][lr]) for lr in (0.2, 0.02))
    assert large[8] > small[8] + 0.2
    assert small[-20:].mean() > large[-20:].mean() + 0.05


def test_where_curves_cross_halving_loses_in_every_split_with_early_stopping_too(lesson):
    found = lesson["crossing_curves"]
    worst, early, later, clean = found.values()
    for won, lost, halved, drawn in worst:
        assert lost > 0.85 > 0.15 > won
        assert halved < drawn - 0.04
    for won, lost, halved, drawn in [*early, *later]:
        assert lost > 0.6 > 0.3 > won
        assert halved < drawn
    gaps = [np.mean([drawn - halved for *_, halved, drawn in runs]) for runs in (worst, early)]
    assert gaps[0] > 5 * gaps[1]
    assert sum(won > lost for won, lost, *_ in clean) == 4
    assert all(halved >= drawn for *_, halved, drawn in clean)


# A slope


def test_the_hypergradient_by_hand_is_that_by_nudging_and_on_a_bowl_grows_with_the_steps(lesson):
    nudged, products = lesson["nudged"], lesson["products"]
    assert nudged[1] == pytest.approx(-50.95, abs=1e-3)
    for steps in (1, 2, 20):
        assert nudged[steps] == pytest.approx(steps * products[steps], rel=1e-5)


def test_searches_ask_for_the_order_of_values_only(lesson):
    assert lesson["kept_order"] == {"grid": True, "random": True, "halving": True}


# Anywhere, and again


def test_the_same_trials_come_from_anywhere(lesson):
    assert len(lesson["here"].trials) == 24 and not lesson["here"].lost
    assert lesson["in_threads"].trials == lesson["here"].trials
    assert lesson["on_two_cores"].trials == lesson["here"].trials
    assert lesson["clustered"] in (None, lesson["here"].trials)


def test_after_a_crash_only_what_was_missing_is_run(lesson):
    assert 0 < lesson["kept"] < 24
    assert lesson["resumed"].trials == lesson["here"].trials


# The border


def lines(lesson, name):
    return {steps: [lesson["line_from"](r) for r in runs] for steps, runs in lesson[name].items()}


def test_the_border_is_a_line_from_a_zoom_on_that_grows_with_the_steps(lesson):
    for name in ("zoomed", "wandered"):
        found = lines(lesson, name)
        assert np.mean(found[5]) < 4 and np.mean(found[5]) < np.mean(found[20])
        assert max(found[5]) < BEYOND and max(found[10]) < BEYOND and max(found[20]) < BEYOND
    densest = lines(lesson, "zoomed")
    assert np.median(densest[5]) <= 4 < 8 < np.median(densest[20])
    assert densest[40] == [BEYOND] * 3


def test_with_many_steps_the_border_is_ragged_as_deep_as_float64_goes(lesson):
    for ragged in lesson["zoomed"][40]:
        assert ragged[2:].min() > 1.2
    assert lesson["smaller"][2:].min() > 1.1


def test_a_border_is_smoother_away_from_its_densest_places(lesson):
    assert np.mean(lines(lesson, "wandered")[20]) < np.mean(lines(lesson, "zoomed")[20]) - 2
    anywhere, densest = (np.array(lesson[name][40])[:, 7:] for name in ("wandered", "zoomed"))
    assert anywhere.mean() < densest.mean() - 0.2
    assert min(lines(lesson, "wandered")[40]) < BEYOND


def test_float32_draws_another_border(lesson):
    assert lesson["rounded"][0] < 0.02
    assert lesson["rounded"][6:].max() > 0.1


def test_the_border_in_float64_is_not_rounding(lesson):
    assert max(lesson["reordered"]) < 0.01


# Further


def test_a_rate_that_follows_its_slope_rescues_a_hopeless_start_and_finds_no_good_one(lesson):
    constants, follows = lesson["constants"], lesson["follows"]
    best = min(constants.values())
    assert constants[1e-4] > 2 and constants[1.0] == best
    assert all(follows[beta, 1e-4][0] < 0.5 for beta in (0.001, 0.01, 0.1))
    assert min(loss for loss, _ in follows.values()) > 1.5 * best
    assert follows[0.01, 0.5][0] > 1.5 * constants[0.5]
    assert lesson["longer"][0.01] > 1.5 * lesson["longer"][0.0] > 10 * lesson["longer"]["best"]
    assert lesson["whole"][0.1][0] < 0.1 * lesson["whole"][0.0][0]
    assert lesson["whole"]["best"][0] < lesson["whole"][0.1][0]


def test_raggedness_of_shapes_that_one_knows(lesson):
    counted = lesson["counted"]
    assert counted["a line"] == pytest.approx(1, abs=0.1)
    assert counted["a circle"] == pytest.approx(1, abs=0.12)
    assert counted["coin flips"] > 1.85
    assert 1.5 < counted["twenty smooth waves"] < 1.85  # fine, and no fractal
    assert counted["networks, zoom 3"] > counted["networks, not zoomed"] + 0.3


def test_bad_trials_are_kept_with_their_reason(lesson):
    reasons = [trial.reason.partition(":")[0] for trial in lesson["bad"].trials]
    assert reasons == ["RuntimeError"] * 2 + ["diverged"] * 2 + [""] * 3 + ["lost"]
