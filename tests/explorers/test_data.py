"""Lesson 01: what its four live figures compute, show and say."""

import numpy as np
import pytest

from helpers.data import PCA, StandardScaler
from helpers.datasets import Part, load_digits, load_people
from helpers.explorers import data as explore
from helpers.explorers.data.components import accuracy_by_columns, sheet
from helpers.explorers.data.scale import SHOWN, bowl, scaled, steps_needed, uncorrelated
from helpers.explorers.data.shadows import angle_of, cast, cloud, direction
from helpers.explorers.data.split import DEALS, Deck, in_proportion


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


@pytest.fixture
def components():
    live = explore.components()
    yield live
    live.close()


@pytest.fixture
def shadows():
    live = explore.shadows()
    yield live
    live.close()


def show(live, **values):
    """Set the controls, and read what is seen."""
    for name, value in values.items():
        live.controls[name].value = value
    return live.seen


# Scale: what it computes


def test_the_cloud_has_two_features_of_equal_size_that_are_uncorrelated():
    X = uncorrelated(60)
    np.testing.assert_allclose(X.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(X.T @ X / 60, np.eye(2), atol=1e-12)


def test_the_condition_number_is_the_square_of_the_ratio():
    for ratio in (1, 3, 100):
        assert bowl(uncorrelated(60) * [1, ratio]).condition == pytest.approx(ratio**2)


def test_the_steps_of_a_descent_at_the_best_rate_are_the_counted_ones():
    X = uncorrelated(60) * [1, 10]
    H = X.T @ X / len(X)
    w = start = np.array([1.0, 0.1])  # as far along the steep direction as along the flat one
    counted = 0
    while np.linalg.norm(w) > np.linalg.norm(start) / 1000:
        w = w - 2 / np.trace(H) * H @ w
        counted += 1
    assert steps_needed(100.0) == counted


def test_a_round_bowl_needs_one_step():
    assert steps_needed(1.0) == 1


def test_the_path_is_that_of_gradient_descent():
    X = (uncorrelated(60) + 0.7) * [1, 3]
    H = X.T @ X / len(X)
    found = bowl(X)
    w, lr = np.array([-0.85, 0.6]), 2 / found.eigenvalues.sum()
    path = found.descent(w)
    assert len(path) == SHOWN + 1
    for here in path:
        np.testing.assert_allclose(here, w, atol=1e-12)
        w = w - lr * H @ w


def test_on_each_contour_the_loss_is_the_same_and_its_root_grows_evenly():
    X = (uncorrelated(60) + 0.7) * [1, 3]
    H = X.T @ X / len(X)
    rings = bowl(X).contours().reshape(14, 98, 2)[:, :-1]
    root = np.sqrt(np.einsum("rij,jk,rik->ri", rings, H, rings))
    np.testing.assert_allclose(root / root[0, 0], np.arange(1, 15)[:, None] * np.ones(97))


@pytest.mark.parametrize(
    ("scaling", "said"),
    [
        (lambda X: X / 0 * 0, "NaN or inf"),
        (lambda X: X[:, :1], r"shape \(60, 1\)"),
        (lambda X: None, r"shape \(\)"),
        (lambda X: 0 * X, "a multiple of the other"),
        (lambda X: X[:, [0, 0]], "a multiple of the other"),
    ],
)
def test_a_scaling_that_leaves_no_two_features_is_refused(scaling, said):
    with np.errstate(all="ignore"), pytest.raises(ValueError, match=said):
        scaled(uncorrelated(60), scaling)


# Scale: what it shows


def test_scale_needs_one_step_on_equal_features_and_says_so(scale):
    assert show(scale, ratio=1).steps == 1
    assert scale.summary.endswith("condition number κ = 1; the best rate needs 1 step.")


@pytest.mark.parametrize(
    ("features", "ratio", "offset", "kappa"),
    [
        ("raw", 1000, 0, 1_000_000),
        ("raw", 1, 10, 201),  # 1 + 2 · 10²
        ("centred", 1, 10, 1),
        ("centred", 100, 10, 10_000),
        ("standardised", 1000, 10, 1),
    ],
)
def test_scale_knows_what_each_button_cures(scale, features, ratio, offset, kappa):
    seen = show(scale, features=features, ratio=ratio, offset=offset)
    assert seen.condition == pytest.approx(kappa)
    assert f"κ = {kappa:,};" in scale.summary


def test_min_max_cures_the_ratio_but_not_the_offset_from_zero(scale):
    show(scale, features="min–max")
    kappas = [show(scale, ratio=ratio).condition for ratio in (1, 30, 1000)]
    assert kappas == pytest.approx(kappas[:1] * 3)
    assert 5 < kappas[0] < 12


def test_the_curve_of_costs_follows_the_offset_and_the_scaling(scale):
    curve = scale.figure.axes[2]
    steps = next(line for line in curve.lines if line.get_label() == "gradient steps")
    assert steps.get_ydata()[[0, -1]] == pytest.approx(steps_needed(np.array([1, 1e6])))
    show(scale, offset=10)
    assert steps.get_ydata()[0] == steps_needed(201)
    show(scale, features="standardised")
    assert set(steps.get_ydata()) == {1}


def test_the_goal_of_scale_is_reached_by_standardising(scale):
    show(scale, ratio=300)
    assert not any(scale.goals.values())
    show(scale, features="standardised")
    assert all(scale.goals.values())


@pytest.mark.parametrize(
    ("standardise", "said"),
    [(lambda X: X[:, :1], "shape (60, 1)"), (lambda X: X.nothing, "AttributeError")],
)
def test_scale_says_what_is_wrong_with_the_learners_function_and_goes_on(standardise, said):
    live = explore.scale(standardise)
    live.controls["features"].value = "standardised"
    assert said in live.summary
    assert show(live, features="centred").condition == pytest.approx(25)
    live.close()


def test_scale_uses_the_learners_function():
    live = explore.scale(lambda X: X / X.std(axis=0))  # forgets the mean
    assert show(live, features="standardised", offset=10).condition == pytest.approx(201)
    live.close()


# Split: what it computes


def test_every_cut_of_an_order_in_proportion_holds_the_classes_in_proportion():
    y = np.repeat([0, 1], [60, 40])
    shuffled = np.array([np.random.default_rng(seed).permutation(100) for seed in range(3)])
    for order in in_proportion(shuffled, y):
        assert sorted(order) == list(range(100))
        yes = y[order].cumsum()
        assert np.abs(yes - 0.4 * np.arange(1, 101)).max() < 1


@pytest.mark.parametrize(("stratify", "first", "second"), [(True, 240, 320), (False, 8, 392)])
def test_the_fast_sums_of_split_say_what_200_plain_fits_say(stratify, first, second):
    people = load_people()
    deck = Deck(people.X, people.y, stratify)
    fast = deck.test_accuracy(first, second)
    assert fast.shape == (DEALS,)
    for dealt, labels, accuracy in zip(deck.X[:20], deck.y[:20], fast):
        Z = StandardScaler().fit(dealt[:first]).transform(dealt)
        means = [Z[:first][labels[:first] == label].mean(axis=0) for label in (0, 1)]
        to_zero, to_one = (((Z[second:] - mean) ** 2).sum(axis=1) for mean in means)
        assert accuracy == np.mean((to_one < to_zero) == labels[second:])


def test_a_training_part_of_one_class_predicts_that_class():
    deck = Deck(np.arange(10.0)[:, None], np.repeat([0, 1], 5), stratify=False)
    with np.errstate(all="ignore"):  # as every update of a figure runs
        measured = deck.test_accuracy(2, 4)
    alone = deck.y[:, 0] == deck.y[:, 1]
    assert alone.any()
    expected = deck.y[alone, 4:] == deck.y[alone, :1]
    np.testing.assert_array_equal(measured[alone], expected.mean(axis=1))


# Split: what it shows


def test_split_spreads_more_as_the_test_part_shrinks_and_as_the_training_part_does(split):
    at_first = split.seen.deviation
    small_test = show(split, val_end=(392, 0.5)).deviation
    small_train = show(split, val_end=(320, 0.5), train_end=(6, 0.5)).deviation
    assert small_test > 2.5 * at_first
    assert small_train > 2 * at_first


def test_dealing_again_shows_another_deal_and_leaves_the_200_as_they_are(split):
    own, accuracy = [split.seen.own], split.seen.accuracy
    for deal in range(1, 6):
        seen = show(split, deal=deal)
        assert f"Deal {deal + 1}: " in split.summary
        assert f"Its test accuracy is {seen.own:.1f} %." in split.summary
        assert seen.accuracy == accuracy
        own.append(seen.own)
    assert len(set(own)) > 2
    dot = next(line for line in split.figure.axes[1].lines if line.get_label() == "this deal")
    assert dot.get_xdata() == [own[-1]]


def test_the_theory_of_split_is_that_of_the_accuracy_now(split):
    def theory_at(n):
        return np.interp(n, *split.figure.axes[2].lines[0].get_data())

    for borders in ((240, 320), (6, 392), (6, 320)):
        seen = show(split, train_end=(borders[0], 0.5), val_end=(borders[1], 0.5))
        p = seen.accuracy / 100
        assert theory_at(80) == pytest.approx(100 * np.sqrt(p * (1 - p) / 80), rel=0.01)
    assert seen.deviation > 1.8 * theory_at(80)  # the model itself is another one


def test_the_histogram_of_split_holds_all_deals_and_fills_its_axes(split):
    draws = split.figure.axes[1]
    for borders in ((240, 320), (240, 392), (6, 392), (6, 7)):
        show(split, train_end=(borders[0], 0.5), val_end=(borders[1], 0.5))
        counts, edges, _ = draws.patches[0].get_data()
        assert counts.sum() == 200
        assert (edges[0], edges[-1]) == draws.get_xlim()
        assert edges[-1] == 100
        assert draws.get_ylim()[1] / 4 < counts.max() <= draws.get_ylim()[1]


def test_split_keeps_the_classes_in_proportion_only_when_stratified(split):
    stratified = show(split, train_end=(340, 0.5), val_end=(380, 0.5)).shares
    assert np.ptp(stratified) < 0.025
    assert np.ptp(show(split, stratify=False).shares) > 0.1


def test_stratifying_matters_only_for_a_tiny_training_part(split):
    deviation = {
        (first, stratify): show(split, train_end=(first, 0.5), stratify=stratify).deviation
        for first in (240, 6)
        for stratify in (True, False)
    }
    assert deviation[240, True] == pytest.approx(deviation[240, False], abs=0.1)
    assert deviation[6, False] > deviation[6, True] + 1


def test_the_sizes_of_split_are_those_between_its_borders(split):
    assert show(split, train_end=(100.4, 0.5), val_end=(380, 0.5)).sizes == (100, 280, 20)


def test_split_names_a_part_only_where_the_name_has_room(split):
    def named():
        return [text.get_text() for text in split.figure.axes[0].texts if text.get_visible()]

    assert named() == ["train", "validation", "test"]
    show(split, train_end=(6, 0.5))
    assert named() == ["validation", "test"]
    show(split, val_end=(392, 0.5))
    assert named() == ["validation"]


def test_the_handles_of_split_may_cross(split):
    before = split.summary
    show(split, train_end=(320, 0.5), val_end=(240, 0.5))
    assert split.summary == before


def test_an_empty_part_of_split_is_not_said(split):
    show(split, train_end=(320, 0.5))
    assert split.seen.sizes[1] == 0
    assert "validation" not in split.summary


# Components


def test_components_sharpen_with_k_until_nothing_is_lost(components):
    scanned, rebuilt = (image for ax in components.figure.axes for image in ax.get_images())
    lost = []
    for k in (1, 8, 20, 64):
        show(components, k=k)
        lost.append(np.abs(rebuilt.get_array() - scanned.get_array()).mean())
    assert lost == sorted(lost, reverse=True)
    assert lost[0] > 1
    assert lost[-1] < 1e-9


def test_all_components_keep_all_the_variance(components):
    assert show(components, k=64).kept == pytest.approx(100)


def test_twenty_components_are_enough_for_the_nearest_neighbour(components):
    assert show(components, k=20).accuracy > 97


def test_the_accuracy_by_columns_is_that_of_the_plain_nearest_neighbour():
    digits = load_digits()
    train = Part(digits.X[:300], digits.y[:300])
    new = Part(digits.X[300:400], digits.y[300:400])
    by_columns = accuracy_by_columns(train, new)
    for k in (20, 64):
        gaps = new.X[:, None, :k] - train.X[None, :, :k]
        nearest = (gaps**2).sum(axis=-1).argmin(axis=1)
        assert by_columns[k - 1] == np.mean(train.y[nearest] == new.y)


def test_a_square_too_small_for_float32_is_no_error():
    train = Part(np.array([[0.0], [1.0]]), np.array([0, 1]))
    new = Part(np.array([[1e-30], [1.0]]), np.array([0, 1]))
    with np.errstate(all="raise"):
        assert accuracy_by_columns(train, new) == [1.0]


def test_a_sheet_holds_every_image_in_its_place():
    images = np.arange(10)[:, None] * np.ones(64)
    placed = sheet(images)
    assert placed.shape == (20, 50)
    assert [placed[5, 10 * k + 5] for k in range(5)] == [0, 1, 2, 3, 4]
    assert [placed[15, 10 * k + 5] for k in range(5)] == [5, 6, 7, 8, 9]
    assert placed[:, [0, 9, 10, 49]].max() == 0


# Shadows


@pytest.mark.parametrize("angle", [-60, -20, 0, 35, 90])
def test_what_a_line_keeps_and_what_it_loses_add_up_to_the_variance_of_the_cloud(angle):
    X = cloud()
    found = cast(X, direction(angle))
    assert found.kept + found.lost == pytest.approx(X.var(axis=0).sum())
    along = (X - found.feet) @ direction(angle)
    np.testing.assert_allclose(along, 0, atol=1e-12)  # the threads meet the line at right angles


def test_the_best_line_is_the_first_principal_component(shadows):
    v = PCA(1).fit(cloud()).components_[0]
    best = show(shadows, tip=tuple(2 * v))
    assert best.share == pytest.approx(1)
    for turned in (-2, 2):
        other = 2 * direction(best.angle + turned)
        assert show(shadows, tip=tuple(other)).share < 1


def test_a_line_has_one_angle_whichever_end_is_dragged():
    for tip in [(2.0, 1.0), (1.0, -2.0), (-0.5, 0.1)]:
        other_end = (-tip[0], -tip[1])
        assert angle_of(tip) == pytest.approx(angle_of(other_end))
        assert -90 < angle_of(tip) <= 90


def test_the_goal_of_shadows_is_reached_near_the_best_line_only(shadows):
    assert not any(shadows.goals.values())
    show(shadows, tip=(2.0, 1.0))
    assert not any(shadows.goals.values())
    show(shadows, tip=(2.0, 1.5))
    assert all(shadows.goals.values())
