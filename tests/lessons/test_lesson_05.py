"""Lesson 05: the numbers that it prints. Its live figures: tests/explorers/test_training.py."""

import numpy as np
import pytest

from helpers.explorers.training.batch_size import BEST
from helpers.explorers.training.steps import sgd_step
from helpers.losses import cross_entropy
from helpers.nn import MLP
from tests.support.lessons import run_lesson


@pytest.fixture(scope="module")
def lesson():
    return run_lesson("05")


def test_the_loop_of_the_lesson_takes_the_steps_of_fit(lesson):
    assert lesson["difference"] == pytest.approx(0, abs=1e-12)
    assert len(lesson["losses"]) == 20 * 19


def test_one_step_follows_the_gradient_and_returns_the_loss_before_it(lesson):
    X, y = lesson["moons"].train
    model = MLP((2, 4, 2), rng=np.random.default_rng(0), dtype=float)
    before = cross_entropy(model(X).data, y)
    theta = model.theta.copy()
    assert lesson["step"](model, X, y, lr=0.01) == pytest.approx(before)
    np.testing.assert_allclose(model.theta, theta - 0.01 * model.grad)
    assert cross_entropy(model(X).data, y) < before


def test_the_figures_take_the_step_of_the_lesson(lesson):
    train = lesson["moons"].train
    mine, theirs = (MLP((2, 4, 2), rng=np.random.default_rng(0)) for _ in range(2))
    assert lesson["step"](mine, *train, lr=0.1) == sgd_step(theirs, *train, lr=0.1)
    np.testing.assert_array_equal(mine.theta, theirs.theta)


def test_training_bends_the_border_around_the_moons(lesson):
    assert list(lesson["snapshots"]) == [0, 2, 20, 200]
    assert lesson["right"] == pytest.approx(0.96, abs=0.01)


def test_every_way_to_pass_over_the_data_costs_the_same_terms(lesson):
    assert lesson["passes"] * lesson["N"] * lesson["D"] == 500_000_000


def test_an_iteration_is_not_an_epoch(lesson):
    assert lesson["steps"] == 20 * np.ceil(300 / 16)


def test_the_best_rate_grows_with_the_batch_up_to_a_limit(lesson):
    best = {
        size: lesson["sweep"][np.nanargmin(updates)] for size, updates in lesson["needed"].items()
    }
    assert {size: BEST[size] for size in best} == pytest.approx(best)  # those of the figure
    assert best[16] >= 8 * best[1]
    assert best[16] < best[64] <= best[1_078] <= 4 * best[64]
    at_the_largest_rate = lesson["needed"][1_078][-1]
    assert np.isnan(at_the_largest_rate)  # without any noise too much, though it does not blow up


def test_at_small_rates_the_batch_makes_no_difference_to_the_updates(lesson):
    some, more, all_of_them = (lesson["needed"][size][:3] for size in (16, 64, 1_078))
    np.testing.assert_allclose(some, more, rtol=0.03)  # one look
    assert some[2] == pytest.approx(all_of_them[2], rel=0.03)


def test_only_single_examples_blow_up(lesson):
    blown_up = {
        size: lesson["sweep"][np.isinf(updates)] for size, updates in lesson["needed"].items()
    }
    np.testing.assert_allclose(blown_up[1], [1.6, 3.2, 6.4, 12.8])
    assert [size for size, rates in blown_up.items() if len(rates)] == [1]


def test_all_examples_win_in_updates_and_small_batches_take_turns_in_examples(lesson):
    updates, examples = (
        np.array([runs[:, i] for runs in lesson["seeds"].values()]) for i in (0, 1)
    )
    assert set(updates.argmin(axis=0)) == {3}
    assert set(examples.argmin(axis=0)) == {0, 1}


def test_the_noise_of_a_batch_falls_as_one_over_its_root(lesson):
    assert lesson["exponent"] == pytest.approx(-0.5, abs=0.02)
    with_replacement, without = lesson["noises"][True], lesson["noises"][False]
    sizes = np.array(lesson["sizes"])
    left = np.sqrt((1_078 - sizes) / 1_077)  # of the noise, when nothing is drawn twice
    np.testing.assert_allclose(without[:-1] / with_replacement[:-1], left[:-1], rtol=0.02)
    assert without[-1] == pytest.approx(0, abs=1e-9)


def test_sgd_hovers_at_the_root_of_the_rate_and_closer_in_reshuffled_epochs(lesson):
    hover, powers = lesson["hover"], lesson["powers"]
    assert powers["with replacement"] == pytest.approx(0.5, abs=0.05)
    assert 0.6 < powers["reshuffled epochs"] < 1.1
    assert (hover["reshuffled epochs"] < hover["with replacement"]).all()
    assert (hover["no noise"] < 1e-6).all()


@pytest.mark.parametrize("size", [1, 16, 64])
def test_a_batch_smooths_the_path_and_leaves_the_pull_of_outliers(lesson, size):
    jump, wobble, end, least_squares = lesson["outliers"]["squared error", size]
    _, wobble_of_one, *_ = lesson["outliers"]["squared error", 1]
    assert wobble == pytest.approx(wobble_of_one / np.sqrt(size), rel=0.05)
    assert end == pytest.approx(least_squares, abs=0.03)
    assert least_squares > 1.8
    assert lesson["outliers"]["Huber", size][2] == pytest.approx(1, abs=0.05)


def test_digits_are_read_with_over_96_percent_on_the_test_part(lesson):
    assert lesson["test_accuracy"] > 0.96
    assert lesson["matrix"].sum() == 359
    assert lesson["matrix"].sum() - lesson["matrix"].trace() == len(lesson["wrong"])


def test_early_stopping_matters_where_labels_are_wrong(lesson):
    early, late = lesson["stopped"]["clean labels"]
    assert np.mean(early) == pytest.approx(np.mean(late), abs=0.01)
    early, late = lesson["stopped"]["20 % wrong"]
    assert (early > late + 0.04).all()
    assert np.mean(early) > 0.92


def test_wrong_labels_are_learnt_by_heart_late(lesson):
    shares = list(lesson["heart"].values())
    assert shares == sorted(shares)
    assert shares[0] < 0.05
    assert shares[-1] > 0.99


def test_equal_weights_stay_equal_and_random_ones_learn(lesson):
    (zero, one), (same, one_too), (random, units) = lesson["starts"].values()
    assert (one, one_too, units) == (1, 1, 128)
    assert zero < 0.12
    assert same < 0.85
    assert random > 0.99


def test_without_an_activation_all_layers_are_one(lesson):
    assert np.abs(lesson["one_layer"] - lesson["linear"]).max() < 1e-9
    assert max(lesson["bends"]["identity"]) < 0.9 < 0.94 < min(lesson["bends"]["relu"])
