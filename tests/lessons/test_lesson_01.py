"""Lesson 01: every number it prints, and the controls of its two verdicts."""

import numpy as np
import pytest

from helpers.explorers.data import scale
from tests.support.lessons import run_lesson


@pytest.fixture(scope="module")
def lesson():
    return run_lesson("01")


# Words


def test_a_line_through_codes_cannot_say_what_one_hot_columns_or_a_square_of_the_code_say(lesson):
    errors = lesson["code_errors"]
    assert errors["codes"] == pytest.approx(0.9, abs=0.05)
    assert errors["one-hot"] < 0.012
    assert errors["codes and squares"] == pytest.approx(errors["one-hot"])
    assert lesson["price"].mean() == pytest.approx(1.66, abs=0.005)


# A table with gaps


def test_the_table_has_what_the_lesson_repairs(lesson):
    assert np.isnan(lesson["built"]).sum() == 56
    assert sorted(set(lesson["heating"])) == ["district", "electric", "gas"]
    (mistyped,) = np.flatnonzero(lesson["area"] > 1000)
    assert lesson["area"][mistyped] == 7150
    assert lesson["rooms"][mistyped] == 4
    assert lesson["rent"][mistyped] == 997


def test_each_repair_of_the_table_pays(lesson):
    repaired, *undone = lesson["repairs"].values()
    assert repaired == pytest.approx(42, abs=1)
    assert all(error > repaired + 4 for error in undone)
    assert lesson["repairs"]["the typing error left in"] > 2 * repaired


def test_saying_where_the_gaps_were_pays_only_if_they_have_a_reason(lesson):
    not_said, said = lesson["by_chance"]
    assert not_said == pytest.approx(said, abs=0.5)
    assert lesson["repairs"]["no column that says where the gaps were"] - 42 > 4


def test_dropping_rows_costs_no_accuracy_on_those_that_are_left_if_these_are_many(lesson):
    dropped, filled, dropped_of_few, filled_of_few = lesson["both_judge"]
    assert dropped == pytest.approx(filled, abs=1)
    assert dropped_of_few - filled_of_few == pytest.approx(3, abs=0.5)


# Scales


def test_the_lessons_scalers_leave_a_constant_column_at_zero(lesson):
    for scaler in (lesson["min_max"], lesson["standardise"]):
        np.testing.assert_array_equal(scaler(lesson["three"])[:, 2], 0)


def test_the_nearest_of_three_people_depends_on_the_unit(lesson):
    anna, *others = lesson["three"]
    distances = [np.linalg.norm(other - anna) for other in others]
    assert np.argmin(distances) == 0
    assert distances[0] / 10_000 - 1 == pytest.approx(15e-6, rel=0.02)
    in_millions = [np.linalg.norm((other - anna) / [1, 1e6, 1]) for other in others]
    assert np.argmin(in_millions) == 1


def test_steps_grow_with_the_square_of_the_ratio(lesson):
    assert lesson["counted"] == {1: 1, 3: 31, 10: 346, 30: 3109}


@pytest.mark.parametrize("ratio", [3, 10, 30])
def test_scale_and_the_lesson_count_the_same_steps(lesson, ratio):
    live = scale(lesson["standardise"])
    live.controls["ratio"].value = ratio
    assert live.seen.steps == lesson["counted"][ratio]
    live.close()


def test_min_max_makes_an_offset_of_its_own(lesson):
    assert (lesson["min_max"](lesson["people"].X) >= 0).all()


# Splits


def test_the_winner_of_a_choice_does_worse_on_the_test_part_and_a_fixed_k_does_not(lesson):
    chosen, tested, fixed, fixed_tested = lesson["deals"].T
    price = chosen - tested
    assert price.mean() == pytest.approx(0.023, abs=0.01)
    assert price.mean() > 4 * price.std() / 10
    assert abs((fixed - fixed_tested).mean()) < 2 * (fixed - fixed_tested).std() / 10


def test_the_spread_of_an_accuracy_is_that_of_coin_tosses(lesson):
    p = lesson["right"].mean()
    for n, deviation in lesson["spread"].items():
        assert deviation == pytest.approx(np.sqrt(p * (1 - p) / n), rel=0.15)


# Leaks


def test_choosing_features_before_the_split_predicts_noise(lesson):
    assert lesson["leaky"].mean() == pytest.approx(0.81, abs=0.03)
    assert lesson["honest"].mean() == pytest.approx(0.5, abs=0.03)
    assert lesson["leaky"].min() > lesson["honest"].mean()


def test_the_leak_grows_with_the_number_of_features_to_choose_from(lesson):
    few, more = (np.mean(accuracy) for accuracy in lesson["fewer"].values())
    assert 0.55 < few < more - 0.05 < more < lesson["leaky"].mean() - 0.05


def test_shuffled_scans_of_a_patient_and_shuffled_days_leak(lesson):
    shuffled, split = lesson["groups"].mean(axis=0)
    assert shuffled > 0.97
    assert split == pytest.approx(0.5, abs=0.03)
    shuffled, held_out, one_ahead = lesson["days"].mean(axis=0)
    assert shuffled < 1
    assert held_out > 5
    assert one_ahead == pytest.approx(np.sqrt(2 / np.pi), abs=0.02)  # the mean |N(0, 1)|


# Further: fewer dimensions


def test_what_rebuilding_loses_is_what_the_dropped_components_held(lesson):
    assert lesson["lost"] == pytest.approx(lesson["dropped"], rel=1e-9)


def gain(found):
    """Accuracy with the chosen k, less that with all columns."""
    tests, chosen = found
    return (tests[np.arange(len(tests)), chosen] - tests[:, -1]).mean()


def test_components_help_beside_quiet_noise_if_half_of_the_columns_are_noise(lesson):
    gains = {name: gain(found) for name, found in lesson["reduction"].items()}
    assert abs(gains["64 pixels"]) < 0.01
    assert abs(gains["+ 32 noise"]) < 0.01
    assert gains["+ 64 noise"] > 0.02
    assert gains["+ 128 noise"] > 0.04


def test_all_columns_are_kept_beside_loud_noise_unless_they_are_standardised(lesson):
    raw, standardised = (
        lesson["reduction"][f"+ 128 loud noise{words}"] for words in ("", ", standardised")
    )
    assert [lesson["MENU"][k] for k in raw[1]] == ["all"] * 5
    assert gain(standardised) > 0.06
    assert standardised[0][:, -1].mean() > raw[0][:, -1].mean() + 0.4


def test_standardising_costs_the_clean_digits_two_points(lesson):
    raw, standardised = (
        lesson["reduction"][f"64 pixels{words}"][0][:, -1].mean()
        for words in ("", ", standardised")
    )
    assert raw - standardised == pytest.approx(0.02, abs=0.01)


def test_fewer_rows_and_another_method_change_where_components_help(lesson):
    gains = {name: gain(found) for name, found in lesson["controls"].items()}
    assert abs(gains["10 % of rows, + 64 noise"]) < 0.01
    assert gains["10 % of rows, + 128 noise"] > 0.02
    assert abs(gains["5 neighbours, + 64 noise"]) < 0.01
    assert gains["5 neighbours, + 128 noise"] > 0.02
    assert gains["linear, + 64 noise"] < 0.005
    assert gains["linear, + 128 noise"] < 0.02
    assert gains["linear, + 400 noise"] > 0.3


def test_components_help_against_noise_inside_the_pixels_too(lesson):
    gains = {sd: gain(lesson["controls"][f"noise of {sd} in each pixel"]) for sd in (4, 6)}
    assert gains[4] > 0.005
    assert gains[6] > 0.04


def test_the_smallest_number_of_components_is_never_the_best(lesson):
    found = [*lesson["reduction"].values(), *lesson["controls"].values()]
    assert all((chosen > 0).all() for _, chosen in found)


def test_components_pay_in_time_where_columns_are_thousands(lesson):
    all_in, few, among_all, alone = lesson["costs"][3072]
    assert all_in > few  # by a factor of 4 to 14: no load of the machine turns that round
    assert among_all > all_in
    assert among_all > 3 * alone  # by a factor of about 15


def test_the_components_that_are_searched_for_alone_are_nearly_as_good(lesson):
    for columns, (all_in, searched_among_all, alone) in lesson["hits"].items():
        assert alone == pytest.approx(searched_among_all, abs=0.04)
        assert columns == 64 or alone > all_in + 0.02


def test_the_search_for_a_few_components_finds_those_of_the_singular_value_decomposition(lesson):
    rng = np.random.default_rng(1)
    X = rng.normal(size=(200, 50)) * np.linspace(10, 1, 50) ** 2
    X -= X.mean(axis=0)
    found, exact = lesson["sketch"](X, 3, rounds=20), np.linalg.svd(X)[2][:3].T
    np.testing.assert_allclose(np.abs(np.sum(found * exact, axis=0)), 1, atol=1e-6)


# Further: who needs scaled columns


def test_scaling_helps_distances_and_descent_but_not_least_squares(lesson):
    verdicts = lesson["verdicts"]
    for method in ("1 neighbour", "5 neighbours", "15 neighbours", "1,000 steps"):
        assert verdicts[method]["standardised"] - verdicts[method]["raw"] > 0.2
        assert verdicts[method]["min–max"] == pytest.approx(
            verdicts[method]["standardised"], abs=0.01
        )
    least_squares = verdicts["least squares"]
    assert least_squares["standardised"] == least_squares["raw"] > 0.97
    assert lesson["moved"] < 1e-9


def test_a_strong_penalty_depends_on_the_units_and_a_weak_one_hardly_does(lesson):
    weak = lesson["verdicts"]["with penalty 1"].values()
    assert max(weak) - min(weak) < 0.01
    strong = lesson["verdicts"]["with penalty 1,000"]
    expected = {"raw": 0.87, "min–max": 0.40, "standardised": 0.96}
    assert strong == pytest.approx(expected, abs=0.02)


def test_a_descent_on_raw_wine_arrives_with_patience(lesson):
    raw = [by["raw"] for name, by in lesson["verdicts"].items() if name.endswith("steps")]
    np.testing.assert_allclose(raw, [0.66, 0.78, 0.93, 0.96], atol=0.02)
    assert lesson["verdicts"]["1,000 steps"]["standardised"] > 0.98
    assert raw[0] == pytest.approx(np.mean(lesson["loudest"]), abs=0.05)
    assert np.mean(lesson["wine_kappas"]["raw"]) == pytest.approx(4.6e8, rel=0.05)
    assert np.mean(lesson["wine_kappas"]["standardised"]) == pytest.approx(51, rel=0.05)


def test_the_descent_that_is_jumped_is_the_one_that_is_walked(lesson):
    rng = np.random.default_rng(0)
    A, Y = rng.normal(size=(30, 3)) * [1, 2, 3], rng.normal(size=(30, 2))
    W, lr = np.zeros((3, 2)), 1.9 / np.linalg.eigvalsh(A.T @ A / 30)[-1]
    for _ in range(7):
        W = W - lr * A.T @ (A @ W - Y) / 30
    np.testing.assert_allclose(lesson["walk"](7)(A, Y), W)


# Further: the rest


def test_scaling_before_the_split_gains_less_than_a_point_and_no_more_than_other_rows_do(lesson):
    for gained in lesson["gains"].values():
        assert (gained.mean(axis=0) > 2 * gained.std(axis=0) / 10).all()
        assert (gained.mean(axis=0) < 1).all()
        peeking = gained[:, 0] - gained[:, 1]
        assert abs(peeking.mean()) < 2 * peeking.std() / 10


def test_cross_validation_halves_the_scatter_of_one_part(lesson):
    assert lesson["one"].mean() == pytest.approx(lesson["five"].mean(), abs=0.01)
    assert lesson["five"].std() < lesson["one"].std() / 2


def test_every_example_is_held_out_once(lesson):
    X, y = lesson["wine"].X, np.zeros(178, dtype=int)
    y[0] = 1  # found by nobody: its part is wrong on this one example
    scores = list(lesson["k_fold"](X, y, 10, np.random.default_rng(0)))
    assert len(scores) == 10
    assert sum(score < 1 for score in scores) == 1


def test_the_rule_that_finds_the_ill_has_the_lower_accuracy(lesson):
    truth, rules = lesson["rare"].y, lesson["rules"]
    assert np.mean(rules["all healthy"] == truth) == pytest.approx(0.96)
    helps = rules["nearest mean"]
    assert np.mean(helps == truth) < 0.9
    assert np.mean(helps[truth == 1]) > 0.8


def test_of_the_ill_four_fifths_are_found_on_average(lesson):
    split, found = lesson["data"].train_val_test_split, []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        X = rng.normal(size=(2000, 2)) + 1.2 * lesson["y"][:, None]
        seen, _, test = split(X, lesson["y"], (0.6, 0, 0.4), rng=rng)
        found.append(np.mean(lesson["nearest_mean"](seen, test.X)[test.y == 1]))
    assert np.mean(found) == pytest.approx(0.80, abs=0.01)
    assert np.std(found) == pytest.approx(np.sqrt(0.8 * 0.2 / 32), abs=0.01)


def test_without_stratifying_a_rare_class_may_be_missing_from_the_test_part(lesson):
    assert (lesson["ill_in_test"](True) == 2).all()
    assert np.mean(lesson["ill_in_test"](False) == 0) == pytest.approx(0.13, abs=0.04)


def test_the_lesson_runs_for_who_hunts_nan():
    with np.errstate(all="raise"):
        run_lesson.__wrapped__("01")
