"""Lesson 01: every number it prints."""

import numpy as np
import pytest

from helpers.explorers.data import scale
from tests.support.lessons import run_lesson


@pytest.fixture(scope="module")
def lesson():
    return run_lesson("01")


def test_integer_codes_cannot_say_what_one_hot_columns_say(lesson):
    assert lesson["code_errors"]["integer codes"] == pytest.approx(0.9, abs=0.05)
    assert lesson["code_errors"]["one-hot"] < 0.012


def test_the_lessons_scalers_leave_a_constant_column_at_zero(lesson):
    for scaler in (lesson["min_max"], lesson["standardise"]):
        np.testing.assert_array_equal(scaler(lesson["three"])[:, 2], 0)


def test_steps_grow_with_the_square_of_the_ratio(lesson):
    kappas = np.array(list(lesson["kappas"].values()))
    np.testing.assert_allclose(kappas, [9, 100, 900, 10_000])
    np.testing.assert_array_equal(lesson["steps_needed"](kappas), [31, 346, 3109, 34539])


def test_a_real_descent_needs_the_steps_that_the_eigenvalues_predict(lesson):
    assert lesson["counted"] == lesson["steps_needed"](lesson["kappas"][10])


def test_scale_and_the_lesson_count_the_same_steps(lesson):
    live = scale(lesson["standardise"])
    live.controls["ratio"].value = 10
    assert live.seen.steps == lesson["counted"]
    live.close()


def test_centring_and_a_deviation_of_one_each_lower_the_condition_number(lesson):
    raw, centred, standardised = lesson["intercept_kappas"].values()
    assert raw == pytest.approx(28, abs=3)
    assert centred == pytest.approx(12, abs=1.5)
    assert standardised == pytest.approx(1, abs=0.2)


def test_scaling_helps_distances_and_descent_but_not_least_squares(lesson):
    raw, scaled = {}, {}
    for name, accuracy in lesson["verdicts"].items():
        raw[name], scaled[name] = accuracy.mean(axis=0)
    assert scaled["5 nearest neighbours"] - raw["5 nearest neighbours"] > 0.2
    assert scaled["1,000 descent steps"] - raw["1,000 descent steps"] > 0.25
    assert scaled["least squares"] == raw["least squares"] > 0.97
    assert lesson["moved"] < 1e-9


def test_the_descent_on_raw_wine_gets_no_further_than_proline_alone(lesson):
    assert lesson["verdicts"]["1,000 descent steps"][:, 0].mean() == pytest.approx(
        np.mean(lesson["loudest"]), abs=0.05
    )


def test_the_winner_of_a_choice_does_worse_on_the_test_part(lesson):
    price = np.subtract(*lesson["deals"].T)
    assert 0.01 < price.mean() < 0.04
    assert price.mean() > 3 * price.std() / 10
    assert lesson["choices"][5] == lesson["choices"][15] == lesson["chosen"] == 1
    unlucky = lesson["chosen"] - lesson["measured"]  # the deal of the lesson
    assert unlucky > 3 * price.mean()


def test_the_spread_of_an_accuracy_is_that_of_coin_tosses(lesson):
    p = lesson["right"].mean()
    for n, deviation in lesson["spread"].items():
        assert deviation == pytest.approx(np.sqrt(p * (1 - p) / n), rel=0.15)
    assert lesson["right_tiny"].mean(axis=1).std() > 3 * lesson["spread"][719]


def test_choosing_features_before_the_split_predicts_noise(lesson):
    assert lesson["leaky"].mean() == pytest.approx(0.81, abs=0.03)
    assert lesson["honest"].mean() == pytest.approx(0.5, abs=0.03)
    assert lesson["leaky"].min() > lesson["honest"].mean()


def test_scaling_before_the_split_gains_less_than_a_point_and_no_more_than_other_rows_do(lesson):
    for gain in lesson["gains"].values():
        assert (gain.mean(axis=0) > 2 * gain.std(axis=0) / 10).all()
        assert (gain.mean(axis=0) < 1).all()
        peeking = gain[:, 0] - gain[:, 1]
        assert abs(peeking.mean()) < 2 * peeking.std() / 10


def test_what_rebuilding_loses_is_what_the_dropped_components_held(lesson):
    assert lesson["lost"] == pytest.approx((lesson["S"][20:] ** 2).sum(), rel=1e-9)


def test_components_help_against_quiet_noise_only(lesson):
    clean, quiet, loud = (few - all_in for (all_in, few), _ in lesson["reduction"].values())
    assert abs(clean) < 0.01
    assert quiet > 0.04
    assert loud < -0.05


def test_only_the_quiet_noise_is_quieter_than_the_leading_components(lesson):
    leading = lesson["S"][:10] / np.sqrt(len(lesson["digits"].X))
    (_, quiet), (_, loud) = list(lesson["tables"].values())[1:]
    assert quiet < leading.min()
    assert loud > np.median(leading)


def test_finding_components_costs_more_than_the_predictions_save(lesson):
    all_in, few, search = lesson["costs"][128]
    assert search > all_in - few


def test_the_lesson_runs_for_who_hunts_nan():
    with np.errstate(all="raise"):
        run_lesson.__wrapped__("01")
