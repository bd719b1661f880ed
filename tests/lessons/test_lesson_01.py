"""Lesson 01: every number it prints, and what its three explorers say at the positions that matter."""

import importlib
import re

import numpy as np
import pytest

from helpers.data import StandardScaler
from helpers.datasets import Part, load_people
from tests.support.lessons import run_lesson

explore = importlib.import_module("helpers.explorers.data.scale")


@pytest.fixture(scope="module")
def lesson():
    return run_lesson("01")


@pytest.fixture
def scale():
    live = explore.scale()
    yield live
    live.close()


@pytest.fixture
def split():
    live = explore.split()
    yield live
    live.close()


# ---- the checks of the lesson


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


def test_scale_and_the_lesson_count_the_same_steps(lesson, scale):
    scale.controls["ratio"].value = 10
    assert f"needs {lesson['counted']} steps; the path shows the first 60." in scale.summary


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
    assert (
        lesson["chosen"] - lesson["measured"] > 3 * price.mean()
    )  # the deal of the lesson was an unlucky one


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


# ---- explorers


def test_scale_needs_one_step_on_equal_features_and_says_so(scale):
    scale.controls["ratio"].value = 1
    assert scale.summary.endswith("condition number κ = 1; the best rate needs 1 step.")


@pytest.mark.parametrize(
    ("features", "ratio", "offset", "kappa"),
    [
        ("raw", 1000, 0, "1,000,000"),
        ("raw", 1, 10, "201"),  # 1 + 2 · 10²
        ("centred", 1, 10, "1"),
        ("centred", 100, 10, "10,000"),
        ("standardised", 1000, 10, "1"),
    ],
)
def test_scale_knows_what_each_button_cures(scale, features, ratio, offset, kappa):
    for name, value in {"features": features, "ratio": ratio, "offset": offset}.items():
        scale.controls[name].value = value
    assert f"κ = {kappa};" in scale.summary


def test_min_max_cures_the_ratio_but_not_the_offset_from_zero(scale):
    scale.controls["features"].value = "min–max"
    said = set()
    for ratio in (1, 30, 1000):
        scale.controls["ratio"].value = ratio
        said.add(scale.summary.split("κ = ")[1])
    (said,) = said
    assert 5 < float(said.split(";")[0]) < 12


def test_the_goal_of_scale_is_reached_by_standardising(scale):
    scale.controls["ratio"].value = 300
    assert set(scale.goals.values()) == {False}
    scale.controls["features"].value = "standardised"
    assert set(scale.goals.values()) == {True}


@pytest.mark.parametrize(
    ("standardise", "said"),
    [
        (lambda X: X / 0 * 0, "NaN or inf"),
        (lambda X: X[:, :1], "shape (60, 1)"),
        (lambda X: X.nothing, "AttributeError"),
    ],
)
def test_scale_says_what_is_wrong_with_the_learners_function_and_goes_on(standardise, said):
    live = explore.scale(standardise)
    live.controls["features"].value = "standardised"
    assert said in live.summary
    live.controls["features"].value = "centred"
    assert "κ = 25;" in live.summary
    live.close()


def test_scale_uses_the_learners_function():
    live = explore.scale(lambda X: X / X.std(axis=0))  # forgets the mean
    live.controls["features"].value = "standardised"
    live.controls["offset"].value = 10
    assert "κ = 201;" in live.summary
    live.close()


def shares_and_deviation(live):
    shares = [int(number) for number in re.findall(r"\((\d+) % yes\)", live.summary)]
    return shares, float(re.search(r"deviation of ([\d.]+) points", live.summary)[1])


def test_split_spreads_more_as_the_test_part_shrinks_and_as_the_training_part_does(split):
    _, at_first = shares_and_deviation(split)
    split.controls["val_end"].value = (392, 0.5)
    _, small_test = shares_and_deviation(split)
    split.controls["val_end"].value = (320, 0.5)
    split.controls["train_end"].value = (6, 0.5)
    _, small_train = shares_and_deviation(split)
    assert small_test > 2.5 * at_first
    assert small_train > 2 * at_first


@pytest.mark.parametrize(("stratify", "first", "second"), [(True, 240, 320), (False, 8, 392)])
def test_the_fast_sums_of_split_say_what_200_plain_fits_say(lesson, stratify, first, second):
    X, y, *_ = load_people()
    deck = explore._Deck(X, y, stratify)
    fast = deck.test_accuracy(first, second)
    for dealt, labels, accuracy in zip(deck.X[:20], deck.y[:20], fast):
        Z = StandardScaler().fit(dealt[:first]).transform(dealt)
        right = (
            lesson["nearest_mean"](Part(Z[:first], labels[:first]), Z[second:]) == labels[second:]
        )
        assert accuracy == pytest.approx(right.mean())


def test_a_training_part_of_one_class_predicts_that_class():
    deck = explore._Deck(np.arange(10.0)[:, None], np.repeat([0, 1], 5), stratify=False)
    with np.errstate(all="ignore"):  # as every update of a figure runs
        measured = deck.test_accuracy(2, 4)
    for labels, accuracy in zip(deck.y, measured):
        if labels[0] == labels[1]:
            assert accuracy == np.mean(labels[4:] == labels[0])


def test_split_keeps_the_classes_in_proportion_only_when_stratified(split):
    split.controls["train_end"].value = (340, 0.5)
    split.controls["val_end"].value = (380, 0.5)
    shares, _ = shares_and_deviation(split)
    assert np.ptp(shares) <= 2
    split.controls["stratify"].value = False
    shares, _ = shares_and_deviation(split)
    assert np.ptp(shares) > 10


def test_stratifying_does_not_matter_at_the_first_borders_of_split_but_with_a_tiny_training_part(
    split,
):
    deviation = {}
    for first in (240, 6):
        for stratify in (True, False):
            split.controls["train_end"].value, split.controls["stratify"].value = (
                (first, 0.5),
                stratify,
            )
            _, deviation[first, stratify] = shares_and_deviation(split)
    assert deviation[240, True] == deviation[240, False] == 3.2
    assert deviation[6, False] > deviation[6, True] + 1


def test_split_names_a_part_only_where_the_name_has_room(split):
    def named():
        return [text.get_text() for text in split.figure.axes[0].texts if text.get_visible()]

    assert named() == ["train", "validation", "test"]
    split.controls["train_end"].value = (6, 0.5)
    assert named() == ["validation", "test"]
    split.controls["val_end"].value = (392, 0.5)
    assert named() == ["validation"]


def test_the_handles_of_split_may_cross(split):
    before = split.summary
    split.controls["train_end"].value, split.controls["val_end"].value = (320, 0.5), (240, 0.5)
    assert split.summary == before


def test_components_sharpen_with_k_until_nothing_is_lost():
    live = explore.components()
    scanned, rebuilt = (image for ax in live.figure.axes for image in ax.get_images())
    lost = []
    for k in (1, 8, 20, 64):
        live.controls["k"].value = k
        lost.append(np.abs(rebuilt.get_array() - scanned.get_array()).mean())
    assert lost == sorted(lost, reverse=True)
    assert lost[0] > 1
    assert lost[-1] < 1e-9
    live.close()


def test_twenty_components_are_enough_for_the_nearest_neighbour():
    live = explore.components()
    live.controls["k"].value = 20
    assert float(re.search(r"names ([\d.]+) %", live.summary)[1]) > 97
    live.close()


def test_the_accuracy_by_components_is_that_of_the_plain_nearest_neighbour(lesson):
    train, val = (
        Part(lesson["digits"].X[:300], lesson["digits"].y[:300]),
        lesson["digits"].X[300:400],
    )
    y = lesson["digits"].y[300:400]
    by_columns = explore._accuracy_by_components(train.X, train.y, val, y)
    for k in (20, 64):
        right = lesson["nearest"](Part(train.X[:, :k], train.y), val[:, :k]) == y
        assert by_columns[k - 1] == pytest.approx(
            right.mean(), abs=0.021
        )  # equal distances may go either way
