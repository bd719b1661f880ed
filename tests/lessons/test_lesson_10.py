"""Lesson 10: the numbers that its experiments left behind."""

import numpy as np
import pytest

from helpers.explorers.generalise.double_descent import Models
from helpers.remedies import Recipe, deal, trial
from tests.support.lessons import run_lesson
from tests.support.stops import Stops

STOPS = Stops()
REMEDIES = ("early stopping", "L2", "dropout", "augmentation", "all together")


@pytest.fixture(scope="module")
def lesson():
    with np.errstate(all="call", call=STOPS):
        return run_lesson("10")


def test_the_lesson_runs_for_who_hunts_nan(lesson):
    assert STOPS == []


# Bias and variance


def test_bias_and_variance_add_up_to_the_error(lesson):
    for bias2, variance, error, _, _ in lesson["parts"].values():
        assert bias2 + variance == pytest.approx(error, rel=1e-10)


def test_the_error_is_least_at_degree_five_and_at_the_points_it_only_falls(lesson):
    errors = {degree: found[2] for degree, found in lesson["parts"].items()}
    assert min(errors, key=errors.get) == 5
    at_points = [found[3] for found in lesson["parts"].values()]
    assert at_points == sorted(at_points, reverse=True)


def test_the_error_at_the_points_is_as_derived_where_no_bias_is_left(lesson):
    for degree in (5, 7, 12):
        *_, at_points, derived = lesson["parts"][degree]
        assert at_points == pytest.approx(derived, rel=0.06)
    assert lesson["parts"][1][3] > 5 * lesson["parts"][1][4]


# Double descent


def test_without_ridge_as_many_features_as_labels_are_the_worst(lesson):
    for wrong in (0.0, 0.1, 0.3):
        found = lesson["featured"][wrong, 0.0]
        for draw in range(4):
            assert min(found, key=lambda P: found[P][draw]) == 200


def test_the_second_descent_is_deeper_on_clean_labels_and_not_with_three_tenths_wrong(lesson):
    def below_and_beyond(wrong):
        found = lesson["featured"][wrong, 0.0]
        return np.max([found[P] for P in (20, 50, 100)], axis=0), found[5000]

    for wrong in (0.0, 0.1):
        below, beyond = below_and_beyond(wrong)
        assert (beyond > below).all()
    below, beyond = below_and_beyond(0.3)
    assert beyond.mean() < below.mean() + 0.01


def test_with_ridge_more_features_are_never_worse(lesson):
    for wrong in (0.0, 0.1, 0.3):
        means = [right.mean() for right in lesson["featured"][wrong, 1.0].values()]
        assert (np.diff(means) > -0.005).all()
        assert means[-1] > lesson["featured"][wrong, 0.0][5000].mean() - 0.02


def test_a_small_ridge_leaves_a_dip_and_clean_labels_have_one_too():
    models = Models.of(200, wrong=0.3, seed=0)
    sizes = models.features.tolist()
    right = models.ends(0.01)[1]
    assert right[sizes.index(59)] == pytest.approx(0.68, abs=0.02)
    assert right[sizes.index(200)] == pytest.approx(0.55, abs=0.02)
    loss = Models.of(200, wrong=0.0, seed=0).ends(0.0)[0]
    assert loss[sizes.index(200)] > 50 * loss[sizes.index(59)]


def test_without_ridge_the_best_number_below_the_labels_is_in_the_middle(lesson):
    for wrong in (0.0, 0.1, 0.3):
        below = {P: r.mean() for P, r in lesson["featured"][wrong, 0.0].items() if P < 200}
        assert max(below, key=below.get) in (50, 100)


# The remedies


def test_one_seed_run_now_says_what_the_stored_table_says(lesson):
    for name, ends in lesson["live"].items():
        stored = lesson["runs"](300, 0.2, name, "typical")[0]
        assert ends.test == pytest.approx(stored, abs=0.04)


def test_the_bare_network_learns_the_wrong_labels_and_the_remedies_do_not(lesson):
    assert lesson["live"]["nothing"].train > 0.97
    for name, ends in lesson["live"].items():
        if name != "nothing":
            assert 0.73 < ends.train < 0.9


def test_only_augmentation_is_clearly_worth_more_than_the_best_rate(lesson):
    fair = {name: lesson["gains"][300, 0.2, name][1] for name in REMEDIES}
    for name in REMEDIES:
        assert lesson["gains"][300, 0.2, name][0][0] > 7.9
    for name in ("early stopping", "L2", "dropout"):
        assert fair[name][0] < 2 * fair[name][1]
    assert fair["augmentation"][0] > 4 * fair["augmentation"][1]
    assert fair["all together"][0] - fair["augmentation"][0] < 1


def test_on_clean_labels_the_gain_is_small_and_most_of_it_is_augmentation(lesson):
    for labels in (50, 100, 300, 1000):
        found = [lesson["gains"][labels, 0.0, name][1][0] for name in REMEDIES]
        assert -1.5 < min(found) < max(found) < 3
        assert max(found[:3]) < 1
    assert lesson["clean"][100] - lesson["clean"][50] > 0.05


def test_a_fifth_wrong_makes_a_dip_of_middle_widths_which_more_steps_move_to_small_ones(lesson):
    right = dict(zip(lesson["WIDTHS"], lesson["wide"][0.2][0].mean(axis=1)))
    assert min(right, key=right.get) in (32, 64)
    dealt = deal(300, 0.2, seed=0)
    small, large = (trial(Recipe(units=n), dealt, 0, steps=4500).test for n in (16, 256))
    assert small < large - 0.05
    slow = trial(Recipe(units=64, lr=3e-4), dealt, 0).test
    assert slow > right[64] + 0.08


def test_twice_the_labels_bring_the_bare_network_about_as_far_as_all_remedies(lesson):
    together = lesson["chosen"](300, 0.2, "all together")[0]
    for seed in (1, 2):
        more = trial(Recipe(lr=3e-4), deal(600, 0.2, seed), seed).test
        assert more == pytest.approx(together[seed], abs=0.05)
    assert 0.9 < lesson["more"][1000] - 0.01 < 0.93


# Augmentation


def test_a_turn_by_fifteen_degrees_keeps_the_label_and_one_by_half_a_circle_does_not(lesson):
    keeps = lesson["keeps"]
    assert keeps[15] > keeps[0] - 0.025
    assert keeps[30] > keeps[0] - 0.04
    assert keeps[45] < keeps[30] - 0.02
    assert lesson["as_nine"] > 0.7


def test_a_row_costs_an_eighth_of_the_ink_and_a_column_nothing(lesson):
    assert lesson["lost"]["down"] == pytest.approx(0.125, abs=0.002)
    assert lesson["lost"]["sideways"] == pytest.approx(0.003, abs=0.001)


def test_augmentation_buys_the_change_that_it_shows(lesson):
    means = {pair: np.mean(found) for pair, found in lesson["bought"].items()}
    changes = ("nothing", "moves", "turns", "noise")
    assert means["nothing", "moves"] < 0.5
    assert means["moves", "moves"] > 0.87
    for change in ("moves", "turns", "noise"):
        best = max(changes, key=lambda name: means[name, change])
        assert best == change
    assert means["moves", "turns"] < means["nothing", "turns"]
    assert means["moves", "noise"] < means["nothing", "noise"] - 0.03
    as_is = [means[name, "nothing"] for name in changes]
    assert max(as_is) - min(as_is) < 0.025


# Choosing


def test_the_best_coin_flipper_is_too_good_by_sigma_times_the_expected_best(lesson):
    for k, best in lesson["largest"].items():
        assert lesson["flippers"][k] == pytest.approx(0.05 * best, abs=0.003)
    assert [*lesson["largest"].values()] == pytest.approx([1.54, 2.25, 2.75], abs=0.02)


def test_real_models_are_too_good_by_about_half_of_that_because_they_err_together(lesson):
    p, rho = lesson["p"], lesson["rho"]
    assert 0.5 < rho < 0.8
    for k, best in lesson["largest"].items():
        independent = np.sqrt(p * (1 - p) / 100) * best
        assert 0.35 * independent < lesson["optimism"][k] < 0.65 * independent


def test_the_winner_is_still_the_better_choice(lesson):
    assert lesson["winner"][200] > lesson["winner"][10] > lesson["p"]


# Further


def test_averaging_changes_nothing_on_clean_labels(lesson):
    for (wrong, _), found in lesson["averaged"].items():
        last, mean = np.mean(found, axis=0)
        assert abs(mean - last) < (0.012 if wrong == 0 else 0.045)


def test_five_folds_spread_less_than_one_split_and_neither_is_off_by_much(lesson):
    (one, _), (five, _) = (np.std(found, axis=0) for found in lesson["gaps"].values())
    assert five < 0.85 * one
    for found in lesson["gaps"].values():
        assert abs(np.mean(found, axis=0)[0]) < 0.03


def test_the_second_descent_of_a_polynomial_stays_above_its_first_minimum(lesson):
    degrees, curves = lesson["degrees"], lesson["curves"]
    legendre = curves["Legendre"]
    first = legendre[degrees < 15].min()
    beyond = legendre[degrees >= 30]
    assert legendre[degrees == 19][0] > 1e3
    assert 2 * first < beyond.min() < beyond.max() < 0.5
    assert curves["Legendre, no noise"].max() < 0.6
    assert curves["Legendre, ridge 0.1"][degrees > 3].max() < 0.2
    assert curves["powers of x"][degrees > 20].min() > 1e3
