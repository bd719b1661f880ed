"""Lesson 07: the numbers that it prints, and the controls of its verdicts."""

from functools import partial

import numpy as np
import pytest

from helpers import schedules
from helpers.losses import cross_entropy
from helpers.nn import MLP
from helpers.optim import SGD, Adam
from helpers.training import fit
from tests.support.lessons import run_lesson
from tests.support.stops import Stops

LENGTHS = (30, 100, 300, 1_000, 3_000, 10_000)
DECAYS = ("exponential", "1/t", "cosine", "linear", "one-cycle", "warm restarts")
STOPS = Stops()


@pytest.fixture(scope="module")
def lesson():
    with np.errstate(all="call", call=STOPS):
        return run_lesson("07")


def test_the_lesson_runs_for_who_hunts_nan(lesson):
    assert STOPS == []


# ---- the floor, and what a decay wins


def test_the_floor_is_proportional_to_a_small_rate_and_divided_by_the_batch(lesson):
    assert lesson["floors"] == pytest.approx(lesson["theory"], rel=1e-6)
    assert lesson["batch_of_4"] == pytest.approx(lesson["floors"] / 4)
    assert lesson["floors"][1] / lesson["floors"][0] == pytest.approx(2.07, abs=0.02)
    assert lesson["floors"][3] > 2.5 * lesson["floors"][2]


@pytest.mark.parametrize("sigma", [0.5, 1.0])
def test_the_recursion_is_the_mean_of_many_runs(lesson, sigma):
    rng, schedule, w = np.random.default_rng(0), schedules.cosine(0.1, 60), np.ones((2, 40_000))
    for t in range(60):
        w -= schedule(t) * (lesson["curvatures"] * w + sigma * rng.normal(size=w.shape))
    sampled = np.mean(np.sum(lesson["curvatures"] / 2 * w**2, axis=0))
    assert lesson["expected_loss"](schedule, 60, sigma) == pytest.approx(sampled, rel=0.03)


def test_a_decay_wins_time_and_no_height(lesson):
    assert lesson["arrival"]["0.01 throughout"] == 342
    assert lesson["arrival"]["drop at 25"] == 221
    assert lesson["arrival"]["drop at 150"] == 341
    ends = [lesson["left_over"][name] for name in ("0.01 throughout", "drop at 25", "drop at 150")]
    assert max(ends) < 1.04 * min(ends)
    assert lesson["left_over"]["0.1 throughout"] > 10 * max(ends)


# ---- the verdict on decaying


def test_the_gain_of_each_decay_grows_with_the_length(lesson):
    for name in DECAYS:
        gains = np.array(lesson["gains"][name])
        assert (gains > 1.4).all()
        assert (np.diff(gains) > -0.01).all()
    expected = {
        "cosine": (1.85, 1.92, 2.06, 2.24, 2.41, 2.59),
        "exponential": (1.97, 2.23, 2.50, 2.82, 3.11, 3.43),
        "1/t": (1.54, 1.89, 2.28, 2.73, 3.15, 3.60),
    }
    for name, gains in expected.items():
        assert lesson["gains"][name] == pytest.approx(gains, abs=0.015)


def test_no_best_rate_lies_at_an_end_of_its_menu(lesson):
    menu = lesson["menu"]
    for ends in lesson["ends"].values():
        assert all(menu[0] < lr < menu[-1] for _, lr in ends.values())
    starts = [lesson["ends"][T]["1/t"][1] for T in LENGTHS]
    assert max(starts) == pytest.approx(0.15, abs=0.01)
    assert min(starts) == pytest.approx(0.09, abs=0.005)


def test_the_constant_pays_a_logarithm_and_the_inverse_does_not(lesson):
    ends = lesson["ends"]
    constant = [ends[T]["constant"][0] * T / np.log(T) for T in (100, 1_000, 10_000)]
    inverse = [ends[T]["1/t"][0] * T for T in (100, 1_000, 10_000)]
    assert constant == pytest.approx([0.36, 0.31, 0.30], abs=0.006)
    assert inverse == pytest.approx([0.88, 0.79, 0.76], abs=0.006)
    cosine = [ends[T]["cosine"][0] * T for T in (100, 1_000, 10_000)]
    assert cosine == pytest.approx([0.86, 0.97, 1.05], abs=0.006)


def test_the_conditions_of_the_verdict(lesson):
    other = lesson["other"]
    assert max(other["noise 0"][:3]) < 0.01
    assert np.isnan(other["noise 0"][3])  # both have become 0
    assert other["noise 0.01"][0] < 0.1 < 3 < min(other["noise 0.01"][1:])
    assert max(other["noise 0.01"]) == other["noise 0.01"][1]
    assert max(other["noise that fades"][:3]) < 0.05
    assert np.isnan(other["noise that fades"][3])
    still = [row for name, row in other.items() if name not in ("noise 0", "noise that fades")]
    assert all(row[3] > row[2] + 0.2 for row in still)
    assert other["noise 1"] == pytest.approx([1.85, 1.92, 2.24, 2.59], abs=0.015)
    assert other["noise 10"][:3] == pytest.approx([0.99, 1.04, 1.39], abs=0.015)
    for bowl in lesson["bowls"]:
        assert min(other[bowl]) > 1.05
        assert other[bowl] == sorted(other[bowl])
    depths = lesson["depths"]
    assert depths[0.01] > depths[0.1] > depths[0.001] > 2


def test_without_noise_a_late_drop_beats_the_best_constant_rate(lesson):
    assert lesson["late_drop"] < lesson["steady"] / 50


def test_without_noise_a_cosine_that_hardly_falls_keeps_up_and_one_that_ends_low_does_not(lesson):
    def left(lr, last):
        return lesson["expected_loss"](schedules.cosine(lr, 100, last), 100, sigma=0).item()

    assert left(0.199, 0.16) < 1.2 * lesson["steady"]
    assert left(0.12, 0.01) > 1e11 * lesson["steady"]


def test_the_share_that_an_exponential_falls_to_matters_at_other_lengths_too(lesson):
    gain = {
        last: lesson["gain_of"](lambda lr, last=last: lesson["exponential"](lr, 100, last), 100)
        for last in (0.1, 0.001)
    }
    assert 1.4 < gain[0.001] < gain[0.1]


@pytest.mark.parametrize("c", [3, 30])
def test_the_inverse_gains_more_with_the_length_at_other_scales_too(lesson, c):
    gains = [
        lesson["gain_of"](lambda lr: lesson["inverse"](lr, c), T) for T in (100, 1_000, 10_000)
    ]
    assert gains == sorted(gains)
    assert gains[-1] > 2


# ---- trainings


@pytest.mark.parametrize("optimizer", [SGD, Adam])
def test_the_trainings_in_one_array_are_those_of_fit(lesson, optimizer):
    """A cosine and a plateau, whose runs each watch their own loss."""
    cosine, plateau = (
        partial(schedules.cosine, 0.03, 3 * 34),
        partial(schedules.ReduceOnPlateau, 0.03, 0.3, 0),
    )
    ran = lesson["run_all"]([cosine, plateau], (4, 5), (64, 32, 10), 3, optimizer=optimizer)
    for i, (plan, seed) in enumerate([(cosine, 4), (cosine, 5), (plateau, 4), (plateau, 5)]):
        rng = np.random.default_rng(seed)
        model = MLP((64, 32, 10), rng=rng)
        how = {"epochs": 3, "batch_size": 32, "rng": rng, "schedule": plan(), "progress": False}
        data = lesson["train"], lesson["val"]
        history = fit(model, cross_entropy, optimizer(0.0), *data, **how)
        assert ran.step_losses[i] == pytest.approx(history.step_losses, abs=1e-3)
        assert ran.val_losses[i] == pytest.approx(history.val_loss, abs=1e-3)
        assert ran.thetas[-1, i] == pytest.approx(model.theta, abs=1e-2)


def test_each_range_test_finds_the_cliff_within_a_factor_of_two(lesson):
    steepest, lowest, explodes = lesson["found"].T
    assert lesson["found"].shape == (5, 3)
    assert np.median(steepest) == pytest.approx(0.10, abs=0.005)
    assert np.median(lowest) == pytest.approx(0.49, abs=0.005)
    assert (explodes > 0.5).all()
    assert (explodes < 2).all()
    assert max(lowest) / min(lowest) > 4
    assert (steepest < lowest).all()
    assert (lowest < explodes).all()


def test_the_best_rate_lies_where_the_test_explodes(lesson):
    middle = {rate: losses[2] for rate, losses in lesson["reached"].items()}
    assert middle[2.0] > 2 > 0.3 > middle[0.1] > middle[0.3] > middle[0.5] > middle[1.0]
    assert middle[0.1] == pytest.approx(2 * middle[1.0], rel=0.25)


def test_a_network_started_too_large_survives_behind_a_ramp_or_at_a_small_rate_only(lesson):
    assert list(lesson["lost"].values()) == [8, 4, 2, 0, 0, 0, 0]
    lost = lesson["started"]["twice He's", "no ramp"]
    assert not np.isfinite(lost[:, 5:]).any()  # all are gone within six steps
    end = lesson["end"]
    assert end["twice He's", "constant 0.02"] < end["twice He's", "ramp of 30 steps"]
    assert abs(end["He's", "ramp of 30 steps"] - end["He's", "no ramp"]) < 0.4


def test_ten_small_steps_bring_the_outputs_down_to_size(lesson):
    before, after, moved = lesson["sizes"].T
    assert before.min() > 7
    assert before.max() < 25
    assert after.max() < 2.6 < before.min() / 2
    assert moved.max() < 0.06


def gain(chosen, name, epoch):
    """Points of test accuracy over the constant rate, in the mean."""
    return np.mean(chosen[name, epoch][1]) - np.mean(chosen["constant", epoch][1])


@pytest.mark.parametrize(("case", "last", "best"), [("SGD", 2.8, 1.6), ("Adam", 1.2, 0.7)])
def test_a_decay_helps_sgd_and_adam_and_the_best_epoch_takes_half_of_it(lesson, case, last, best):
    chosen = lesson["judged"][f"{case}, redrawn"]
    assert gain(chosen, "cosine", "last") == pytest.approx(last, abs=0.6)
    assert gain(chosen, "cosine", "best") == pytest.approx(best, abs=0.6)
    assert gain(chosen, "plateau", "last") > 0.5
    assert gain(chosen, "plateau", "best") > -0.3


def test_chosen_by_the_loss_the_constant_rate_of_adam_would_lose_points(lesson):
    by_right, by_loss = (lesson[how]["Adam, redrawn"] for how in ("judged", "by_loss"))
    (lr, right), (other, fewer) = (found["constant", "last"] for found in (by_right, by_loss))
    assert lr < other
    assert np.mean(right) > np.mean(fewer) + 2
    assert gain(by_loss, "cosine", "last") > 3


def test_four_times_as_long_the_cosine_wins_less_than_a_point(lesson):
    """SGD, three seeds, at the last epoch; the rates are those that the accuracy chooses."""
    plans = [partial(schedules.constant, 0.1), partial(schedules.cosine, 0.3, 60 * 34)]
    ran = lesson["run_all"](plans, range(3), (64, 32, 10), 60, lesson["noisy"])
    best = 1 + ran.val_losses.argmin(axis=1)
    for epoch in (np.full(6, 60), best):
        right = lesson["correct"](ran.thetas[epoch, np.arange(6)], lesson["test"])
        constant, cosine = right.reshape(2, 3).mean(axis=1)
        assert abs(cosine - constant) < 1.2


def test_with_true_labels_little_is_won(lesson):
    chosen = lesson["judged"]["SGD, true"]
    assert all(abs(gain(chosen, *key)) < 1 for key in chosen)


@pytest.mark.parametrize(
    ("case", "menu"),
    [
        ("SGD, redrawn", (0.1, 2.0)),
        ("Adam, redrawn", (0.001, 0.1)),
        ("SGD, true", (0.3, 2.0)),
    ],
)
def test_no_chosen_rate_lies_at_an_end_of_its_menu(lesson, case, menu):
    assert all(menu[0] < lr < menu[1] for lr, _ in lesson["judged"][case].values())


# ---- the further part


def test_only_the_inverse_falls_tenfold_in_tenfold_time(lesson):
    after = lesson["losses_after"]
    falls = {name: losses[1] / losses[2] for name, losses in after.items()}
    assert falls["0.1 / (1 + t/10)"] == pytest.approx(10.2, abs=0.3)
    assert falls["0.03 / (1 + t/10)"] == pytest.approx(10**0.6, abs=0.1)
    assert falls["0.1 / √(1 + t/10)"] == pytest.approx(10**0.5, abs=0.15)
    assert falls["0.1 · 0.99^t"] == pytest.approx(1, abs=0.01)
    assert falls["constant 0.05"] == pytest.approx(1, abs=0.01)


def test_what_the_figure_says_of_the_inverse_at_300_steps_is_partly_luck(lesson):
    assert lesson["by_own"] == pytest.approx(2.11, abs=0.01)
    assert lesson["by_own"] == pytest.approx(lesson["gains"]["cosine"][2], abs=0.06)


def test_a_growing_batch_leaves_what_a_falling_rate_leaves_in_half_the_steps(lesson):
    (falling, rate, steps), (growing, _, fewer) = list(lesson["batch_ends"].values())[1:]
    assert growing == pytest.approx(falling, rel=0.03)
    assert (steps, fewer) == (900, 433)
    assert lesson["batch_ends"]["constant"][0] > 2 * falling
    assert 1e-3 < rate < 0.19


def test_averaging_is_level_with_the_best_cosine_at_many_rates(lesson):
    averaged = lesson["averaged"]
    assert averaged[2:] == pytest.approx(np.full(5, lesson["cosine_left"]), rel=0.2)
    assert lesson["at_last"].min() > 2 * averaged.min()
    assert averaged[0] > lesson["at_last"][0]


def test_a_restart_escapes_and_one_long_cosine_escapes_as_often(lesson):
    share = {name: values[2] for name, values in lesson["at_best"].items()}
    at_a_tenth = {name: values[3] for name, values in lesson["at_best"].items()}
    assert at_a_tenth["2, after the first"] < 0.7 * at_a_tenth["2 cosines"]
    assert at_a_tenth["one cosine"] > at_a_tenth["2 cosines"] - 0.02
    assert share["2, after the first"] > share["2 cosines"] - 0.06
    assert share["one cosine"] > share["2 cosines"] - 0.01
    assert share["one cosine"] > share["4 cosines"]
    assert share["constant"] > share["one cosine"]
    assert lesson["at_best"]["constant"][1] > 2 * lesson["at_best"]["one cosine"][1]
    assert all(0.02 < values[0] < 0.6 for values in lesson["at_best"].values())
    assert lesson["still"][lesson["tried"] < 0.2].max() == 0
    for change in lesson["changes"]:
        one, four = (lesson["varied"][change, name] for name in ("one cosine", "4 cosines"))
        assert one[2] > four[2] - 0.02
        assert one[1] < four[1] + 0.01
        assert 0.02 < one[0] < 0.6


def test_one_cycle_is_twice_and_not_ten_times_as_fast_as_a_step_decay(lesson):
    loss = {key: value[0] for key, value in lesson["super_ends"].items()}
    for epochs in (4, 8):
        assert loss["one-cycle", epochs] < 1.05 * loss["step decay", 2 * epochs]
    for epochs in (2, 4):
        assert loss["one-cycle", epochs] > 1.2 * loss["step decay", 4 * epochs]
    for epochs in (2, 4, 8, 16):
        ratio = loss["one-cycle", epochs] / loss["ramp, cosine", epochs]
        assert 0.8 < ratio < 1.1
    assert all(0.3 < lr < 2 for _, lr in lesson["super_ends"].values())


def test_one_step_for_each_curvature_arrives_exactly(lesson):
    assert lesson["exact"].item() < 1e-25
