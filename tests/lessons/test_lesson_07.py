"""Lesson 07: the numbers that it prints."""

import numpy as np
import pytest

from helpers import schedules
from tests.support.lessons import run_lesson
from tests.support.stops import Stops

LENGTHS = (30, 100, 1_000)
DECAYS = (
    "step decay",
    "exponential decay",
    "cosine",
    "warm restarts",
    "warm-up, cosine",
    "one-cycle",
)


STOPS = Stops()


@pytest.fixture(scope="module")
def lesson():
    with np.errstate(all="call", call=STOPS):
        return run_lesson("07")


def test_the_lesson_runs_for_who_hunts_nan(lesson):
    assert STOPS == []


def test_the_noise_floor_is_proportional_to_a_small_rate_and_as_high_as_the_theory_says(lesson):
    assert lesson["exponent"] == pytest.approx(1.03, abs=0.03)
    assert lesson["floors"] == pytest.approx(
        lesson["theory"](np.geomspace(0.002, 0.18, 12)), rel=0.1
    )


def test_noise_drives_runs_out_of_the_minimum_and_without_it_they_stay(lesson):
    rates, rng = np.full((1, 1, 1), 0.05), np.random.default_rng(0)
    still, driven = (
        lesson["noisy_descent"](rates, 200, noise, 50, rng, start=0.0) for noise in (0.0, 1.0)
    )
    assert still.max() == 0 < driven.min()


def test_the_lessons_schedules_are_those_of_the_helpers(lesson):
    assert len(lesson["same"]) == 8
    assert all(lesson["same"].values())


@pytest.mark.parametrize(
    ("name", "numbers"),
    [
        ("step_decay", {"gamma": 0.5, "every": 7}),
        ("exponential_decay", {"gamma": 0.9}),
        ("cosine", {"total": 300, "lr_min": 0.1}),
        ("cosine_restarts", {"period": 11, "lr_min": 0.1}),
    ],
)
def test_the_lessons_schedules_are_those_of_the_helpers_at_other_numbers_too(lesson, name, numbers):
    ours, theirs = lesson[name](0.3, **numbers), getattr(schedules, name)(0.3, **numbers)
    assert [ours(t) for t in range(300)] == pytest.approx([theirs(t) for t in range(300)])


@pytest.mark.parametrize("total", [20, 57, 300])
def test_the_lessons_one_cycle_is_that_of_the_helpers_at_any_length(lesson, total):
    ours, theirs = lesson["one_cycle"](0.3, total), schedules.one_cycle(0.3, total)
    assert [ours(t) for t in range(total)] == pytest.approx([theirs(t) for t in range(total)])


@pytest.mark.parametrize("patience", [0, 1, 5])
def test_the_lessons_plateau_drops_when_the_helpers_does(lesson, patience):
    ours, theirs = (
        lesson["ReduceOnPlateau"](0.3, 0.5, patience),
        schedules.ReduceOnPlateau(0.3, 0.5, patience),
    )
    rng, rates = np.random.default_rng(patience), []
    for t in range(100):
        loss = 1 / (1 + t) + 0.1 * rng.random()
        ours.watch(loss)
        theirs.watch(loss)
        rates.append((ours(t), theirs(t)))
    assert all(one == pytest.approx(other) for one, other in rates)
    assert rates[-1][0] < 0.3


@pytest.mark.parametrize("T", LENGTHS)
def test_with_noise_every_decay_beats_the_best_constant_rate_in_every_group(lesson, T):
    ends, picked = lesson["ends"], lesson["picked"]
    for name in DECAYS:
        assert max(ends["noisy", T, name]) < min(ends["noisy", T, "constant"])
        assert 2 < picked["noisy", T, name] / picked["noisy", T, "constant"] < 7
    assert lesson["gain"][T] == pytest.approx(
        exactly(lesson, "constant", T) / exactly(lesson, "cosine", T), rel=0.1
    )


def exactly(lesson, name, T):
    """The expected loss of a schedule of the lesson at its best rate, with noise 1.

    A step keeps (1 − αλ)² of E[w²] and adds α².
    """
    rates = np.geomspace(0.001, 0.5, 500)
    schedule, second_moment = lesson["families"](T)[name](rates), np.ones((2, 500))
    with np.errstate(all="ignore"):
        for t in range(T):
            kept = (1 - schedule(t) * lesson["curvatures"]) ** 2
            second_moment = kept * second_moment + schedule(t) ** 2
    return np.nanmin((lesson["curvatures"] / 2 * second_moment).sum(axis=0))


@pytest.mark.parametrize(("T", "times"), [(30, 90), (100, 1e7), (1_000, 1e7)])
def test_without_noise_and_below_the_border_every_decay_loses_to_the_constant_rate_by_far(
    lesson, T, times
):
    ends, picked = lesson["ends"], lesson["picked"]
    for name in DECAYS:
        assert picked["below", T, name] < 0.2
        assert ends["below", T, name][0] > times * ends["below", T, "constant"][0]


def test_no_finer_grid_below_the_border_lets_a_decay_win_without_noise(lesson):
    fine = np.geomspace(0.1, 0.1999, 200)[:, None, None]
    for T, times in ((30, 90), (100, 1e7)):
        ends = {}
        for name, family in lesson["families"](T).items():
            rng = np.random.default_rng(0)
            ends[name] = lesson["noisy_descent"](family(fine), T, 0.0, 1, rng).min()
        assert min(ends, key=ends.get) == "constant"
        assert min(ends[name] for name in DECAYS) > times * ends["constant"]


@pytest.mark.parametrize("T", LENGTHS)
def test_from_beyond_the_border_two_decays_leave_less_than_any_constant_rate(lesson, T):
    ends, picked = lesson["ends"], lesson["picked"]
    fine = np.geomspace(0.1, 0.1999, 500)[:, None, None]
    best = lesson["noisy_descent"](fine, T, 0.0, 1, np.random.default_rng(0)).min()
    for name in ("step decay", "exponential decay"):
        assert picked["beyond", T, name] > 0.2
        assert ends["beyond", T, name][0] < best / 2
    assert ends["beyond", T, "constant"][0] == pytest.approx(5)


def test_no_best_rate_that_decides_the_verdict_lies_at_an_end_of_its_grid(lesson):
    for (search, _T, name), lr in lesson["picked"].items():
        _, rates = lesson["searches"][search]
        if search == "noisy" or (search == "beyond" and name != "constant"):
            assert rates.min() < lr < rates.max()


def test_a_schedule_falls_a_whole_number_of_times(lesson):
    for T in (*LENGTHS, 7):
        rates = [lesson["families"](T)["step decay"](1.0)(t) for t in range(T)]
        assert len(set(rates)) == 3
    assert lesson["followed"]["warm restarts"][0][-1] < 0.01
    assert len(set(lesson["followed"]["step decay"][0])) == 3


def test_a_decay_forgives_a_start_too_high_and_a_constant_rate_does_not(lesson):
    grid, tried = lesson["searches"]["noisy"][1].ravel(), lesson["tried"]
    high = (grid > 0.1) & (grid < 0.19)
    assert (tried["noisy", 100, "cosine"][high] < 2 * tried["noisy", 100, "cosine"].min()).all()
    assert (
        tried["noisy", 100, "constant"][high] > 4 * np.nanmin(tried["noisy", 100, "constant"])
    ).all()


def test_one_step_for_each_curvature_arrives_exactly(lesson):
    assert lesson["exact"].item() < 1e-25


def test_each_range_test_finds_the_cliff_within_a_factor_of_two(lesson):
    steepest, lowest, explodes = lesson["found"].T
    assert lesson["found"].shape == (5, 3)
    assert np.median(steepest) == pytest.approx(0.10, abs=0.005)
    assert np.median(lowest) == pytest.approx(0.49, abs=0.005)
    assert (0.5 < explodes).all() and (explodes < 2).all()
    assert max(lowest) / min(lowest) > 4
    assert (steepest < lowest).all() and (lowest < explodes).all()


def test_the_best_rate_lies_between_the_lowest_point_and_the_cliff(lesson):
    middle = {rate: losses[2] for rate, losses in lesson["reached"].items()}
    assert middle[2.0] > 2 > 0.3 > middle[0.1] > middle[0.3] > middle[0.5] > middle[1.0]
    assert middle[0.1] == pytest.approx(2 * middle[0.5], rel=0.25)


def test_a_network_started_too_large_survives_behind_a_ramp_or_at_a_small_rate_only(lesson):
    lost = {
        key: sum(not np.isfinite(run[-1]) for run in runs)
        for key, runs in lesson["started"].items()
    }
    assert list(lost.values()) == [8, 4, 2, 0, 0, 0, 0]
    assert [key[1] for key in lost][:5] == [
        "no ramp", "ramp of 3 steps", "ramp of 6 steps", "ramp of 30 steps", "constant 0.02",
    ]  # fmt: skip
    assert max(len(run) for run in lesson["started"]["twice He's", "no ramp"]) <= 6
    assert lesson["lower"]
    assert abs(lesson["end"]["He's", "ramp of 30 steps"] - lesson["end"]["He's", "no ramp"]) < 0.4


def test_the_first_gradients_of_that_network_are_thirty_to_fifty_times_too_large(lesson):
    times = lesson["large"] / lesson["usual"]
    assert times.shape == (9,)
    assert 29 < min(times) < 33 and 48 < max(times) < 55


def test_a_decay_calms_digits_with_wrong_labels_and_does_nothing_for_true_ones(lesson):
    accuracies = {key: np.array(values) for key, values in lesson["accuracies"].items()}
    wrong = {
        name: accuracies["a fifth redrawn", name]
        for name in ("constant", "cosine", "reduce on plateau")
    }
    gains = {name: wrong[name].mean() - wrong["constant"].mean() for name in wrong}
    assert gains["cosine"] == pytest.approx(3, abs=0.5)
    assert gains["reduce on plateau"] == pytest.approx(2, abs=0.5)
    assert np.ptp(wrong["constant"]) > max(
        np.ptp(wrong["cosine"]), np.ptp(wrong["reduce on plateau"])
    )
    for name in wrong:
        assert accuracies["true labels", name].mean() == pytest.approx(97, abs=0.5)


def test_the_plateau_of_the_picture_waits_for_three_worse_epochs(lesson):
    val_losses, rates = lesson["dropped"].val_loss, lesson["plateau_rates"]
    drop = next(epoch for epoch in range(1, len(rates)) if rates[epoch] < rates[0])
    assert rates[drop] == pytest.approx(0.3)
    assert min(val_losses[drop - 3 : drop]) > min(val_losses[: drop - 3])
    assert val_losses[:drop] == lesson["steady"].val_loss[:drop]
    assert np.ptp(val_losses[drop:]) < np.ptp(val_losses[drop - 4 : drop])


def test_the_rates_found_again_from_the_losses_are_those_that_fit_used(lesson):
    seen = []

    class Noted(lesson["ReduceOnPlateau"]):
        def __call__(self, t):
            seen.append(super().__call__(t))
            return seen[-1]

    lesson["watched_run"](Noted(1.0, 0.3, 2), lesson["wrong"], 0)
    assert seen[::34] == lesson["plateau_rates"]
