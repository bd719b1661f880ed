"""Lesson 10: the numbers that its experiments left behind."""

import numpy as np
import pytest

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
