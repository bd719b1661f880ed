"""Lesson 05: the numbers that it prints. Its live figures: tests/explorers/test_training.py."""

from itertools import combinations, permutations

import numpy as np
import pytest

from helpers.explorers.training.steps import sgd_step
from helpers.losses import cross_entropy
from helpers.nn import MLP
from helpers.optim import SGD
from helpers.training import fit
from tests.support.lessons import run_lesson


@pytest.fixture(scope="module")
def lesson():
    return run_lesson("05")


def test_the_loop_of_the_lesson_takes_the_steps_of_fit(lesson):
    mine, theirs = (MLP((2, 16, 16, 2), rng=np.random.default_rng(0)) for _ in range(2))
    train = lesson["moons"].train
    losses = lesson["train"](mine, train, 0.1, 16, 20, np.random.default_rng(1))
    options = {"epochs": 20, "batch_size": 16, "rng": np.random.default_rng(1), "progress": False}
    fit(theirs, cross_entropy, SGD(lr=0.1), train, **options)
    np.testing.assert_allclose(mine.theta, theirs.theta, atol=1e-6)
    assert len(losses) == 20 * 19


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
    assert list(lesson["right"]) == [0, 2, 20, 200]
    assert lesson["right"][200] == pytest.approx(0.96, abs=0.01)


def test_the_best_rate_grows_with_the_batch_up_to_a_limit_and_lies_within_the_menu(lesson):
    best = lesson["best"]
    for size, (_, menu) in lesson["menus"].items():
        assert menu[0] < best[size] < menu[-1], size
    assert best[16] > 10 * best[1]
    assert best[16] < best[64] <= best[1_078] <= 2 * best[64]
    assert not np.isfinite(lesson["needed"][1_078][-1]).any()  # 12.8: too much without any noise


def test_all_examples_win_in_updates_and_small_batches_in_examples(lesson):
    sizes, best = list(lesson["menus"]), lesson["best"]
    runs = {n: lesson["needed"][n][lesson["menus"][n][1].index(best[n])] for n in sizes}
    updates = [np.median(runs[n]) for n in sizes]
    assert updates == sorted(updates, reverse=True)
    examples = [n * np.median(runs[n]) for n in sizes]
    assert examples == sorted(examples)


def test_the_full_batch_runs_beyond_the_border_and_comes_back(lesson):
    border, loss = np.array(lesson["border"]), np.array(lesson["jumps"])
    assert border[0] == pytest.approx(5.1, abs=0.1)
    assert border[:6].min() == pytest.approx(1.3, abs=0.1)
    assert np.median(border[-8:]) == pytest.approx(6.0, abs=0.5)
    assert loss[3] < 0.7 < 1.8 < loss[5]
    assert loss[-1] < 0.1


def test_beyond_twice_that_rate_relu_units_die(lesson):
    assert lesson["beyond"][6.4][:, 0].max() <= 3
    assert lesson["beyond"][6.4][:, 1].max() < 0.02
    assert lesson["beyond"][12.8][:, 0].min() >= 16
    assert lesson["beyond"][12.8][:, 1].min() > 0.5


def test_the_noise_of_a_batch_falls_as_one_over_its_root(lesson):
    assert lesson["exponent"] == pytest.approx(-0.5, abs=0.02)
    with_replacement, without = lesson["noises"][True], lesson["noises"][False]
    sizes = np.array(lesson["sizes"])
    left = np.sqrt((1_078 - sizes) / 1_077)  # of the noise, when nothing is drawn twice
    np.testing.assert_allclose(without[:-1] / with_replacement[:-1], left[:-1], rtol=0.02)
    assert without[-1] == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("base", [0.01, 0.003])
@pytest.mark.parametrize("way", ["drawn", "reshuffled"])
def test_a_larger_batch_is_calmer_if_the_rate_grows_less_than_the_batch(lesson, base, way):
    wobbles = {key: pair[way == "reshuffled"] for key, pair in lesson["wobbles"].items()}
    one = wobbles[base, 1, "the same rate"]
    assert wobbles[base, 16, "the same rate"] < 0.3 * one
    assert wobbles[base, 64, "the same rate"] < wobbles[base, 16, "the same rate"]
    assert wobbles[base, 16, "rate × √B"] < 0.6 * one
    assert wobbles[base, 64, "rate × √B"] < 0.6 * one
    if way == "reshuffled":
        assert wobbles[base, 16, "rate × √B"] < one / 3
        assert wobbles[base, 64, "rate × √B"] < one / 3
    else:
        assert wobbles[base, 16, "rate × √B"] > 0.35 * one
        assert wobbles[base, 64, "rate × √B"] > 0.35 * one
    assert wobbles[base, 16, "rate × B"] > 0.9 * one
    assert wobbles[base, 64, "rate × B"] > 0.9 * one


def test_the_factor_of_drawing_without_replacement_is_that_of_all_batches_counted():
    r = np.random.default_rng(0).normal(size=(6, 2))
    r -= r.mean(axis=0)
    sigma_squared = np.mean(np.sum(r**2, axis=1))
    pulls = [r[i] @ r[j] for i, j in permutations(range(6), 2)]
    assert np.mean(pulls) == pytest.approx(-sigma_squared / 5)
    for B in range(1, 7):
        means = [r[list(batch)].mean(axis=0) for batch in combinations(range(6), B)]
        noise = np.mean(np.sum(np.square(means), axis=1))
        assert noise == pytest.approx(sigma_squared / B * (6 - B) / 5)


def test_units_of_the_first_layer_cut_along_lines_and_of_the_second_along_bent_ones(lesson):
    first, second, grid = lesson["first"], lesson["second"], lesson["grid"]
    assert first.shape == second.shape == (len(grid), 16)
    side = np.column_stack([grid, np.ones(len(grid))])
    is_line = {}
    for name, layer in (("first", first), ("second", second)):
        values = layer[:, layer.std(axis=0).argmax()]
        on = values > 0
        plane = np.linalg.lstsq(side[on], values[on], rcond=None)[0]
        is_line[name] = np.abs(side[on] @ plane - values[on]).max() < 1e-6
    assert is_line == {"first": True, "second": False}


def test_the_playground_of_the_lesson_opens_on_a_network_that_has_learnt(lesson):
    assert lesson["picture"].controls["play"].value == 40


def test_sgd_hovers_at_the_root_of_the_rate_and_closer_in_reshuffled_epochs(lesson):
    hover, growth = lesson["hover"], lesson["growth"]
    assert growth["with replacement"] == pytest.approx(0.52, abs=0.04)
    assert growth["reshuffled epochs"][0] > 0.9
    assert np.all(np.diff(growth["reshuffled epochs"]) < 0)
    assert (hover["reshuffled epochs"] < hover["with replacement"]).all()
    assert (hover["no noise"] < 1e-6).all()


def test_a_batch_leaves_the_pull_of_outliers_and_a_loss_does_not(lesson):
    for end, least_squares in lesson["outliers"]["squared error"]:
        assert end == pytest.approx(least_squares, abs=0.03)
        assert least_squares > 1.8
    assert [end for end, _ in lesson["outliers"]["Huber"]] == pytest.approx([1] * 3, abs=0.05)


def test_digits_are_read_with_over_96_percent_on_the_test_part(lesson):
    assert lesson["test_accuracy"] > 0.96
    assert len(lesson["scores"]) == 359
    assert len(lesson["wrong"]) == round(359 * (1 - lesson["test_accuracy"]))


def test_validation_starts_below_training_and_ends_above(lesson):
    loss, val_loss = lesson["history"].loss, lesson["history"].val_loss
    assert val_loss[0] < loss[0]
    assert val_loss[-1] > 50 * loss[-1]


def test_early_stopping_matters_where_labels_are_wrong(lesson):
    early, late = lesson["stopped"]["clean labels"]
    assert np.mean(early) == pytest.approx(np.mean(late), abs=0.01)
    early, late = lesson["stopped"]["20 % wrong"]
    assert (early > late + 0.04).all()
    assert np.mean(early) > 0.92
    assert np.mean(early) - np.mean(late) == pytest.approx(0.09, abs=0.015)


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
