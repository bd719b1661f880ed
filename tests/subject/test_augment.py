"""The layer that changes pictures in training: ink falls off the edge and never comes back in."""

import numpy as np
import pytest

from helpers.augment import Augment, move
from helpers.autograd import Tensor
from helpers.datasets import load_digits
from helpers.losses import cross_entropy
from helpers.nn import Linear, Sequential
from helpers.optim import SGD
from helpers.training import fit

DIGITS = load_digits()
STAY = np.zeros((1, 2))


def moved(picture, down=0, right=0, turn=0.0):
    """One picture (H, W), moved by hand and turned by so many degrees."""
    return move(np.array([picture], float), np.radians([turn]), np.array([[down, right]]))[0]


def test_ink_that_is_moved_over_the_edge_is_gone_on_all_four_sides():
    full = np.arange(1.0, 10.0).reshape(3, 3)
    assert moved(full, down=1).tolist() == [[0, 0, 0], [1, 2, 3], [4, 5, 6]]
    assert moved(full, down=-1).tolist() == [[4, 5, 6], [7, 8, 9], [0, 0, 0]]
    assert moved(full, right=1).tolist() == [[0, 1, 2], [0, 4, 5], [0, 7, 8]]
    assert moved(full, right=-2).tolist() == [[3, 0, 0], [6, 0, 0], [9, 0, 0]]
    assert not moved(full, down=3).any()
    assert not moved(full, down=50, right=-50).any()


def test_a_turn_by_nothing_changes_no_pixel():
    pictures = DIGITS.X[:20].reshape(-1, 8, 8)
    np.testing.assert_array_equal(move(pictures, np.zeros(20), np.zeros((20, 2))), pictures)


def test_a_quarter_turn_is_counterclockwise_and_four_of_them_are_none():
    picture = DIGITS.X[0].reshape(8, 8)
    once = moved(picture, turn=90)
    np.testing.assert_allclose(once, np.rot90(picture), atol=1e-10)
    np.testing.assert_allclose(moved(picture, turn=180), picture[::-1, ::-1], atol=1e-10)


def test_a_place_between_pixels_mixes_them_by_their_nearness():
    row = np.zeros((3, 3))
    row[1, 2] = 8.0
    angle = np.degrees(np.arctan2(0.5, 1))
    # the pixel beside the middle comes from (cos, −sin) of it, the tilted way to the ink
    by_hand = (1 - np.sin(np.radians(angle))) * np.cos(np.radians(angle)) * 8
    assert moved(row, turn=angle)[1, 2] == pytest.approx(by_hand)


def test_in_evaluation_nothing_changes():
    layer = Augment(2, 30, 0.5, rng=np.random.default_rng(0)).eval()
    np.testing.assert_array_equal(layer(DIGITS.X[:5]).data, DIGITS.X[:5].astype(np.float32))


def test_a_layer_without_shift_turn_and_noise_changes_nothing_in_training():
    layer = Augment(rng=np.random.default_rng(0)).train()
    np.testing.assert_array_equal(layer(DIGITS.X[:5]).data, DIGITS.X[:5].astype(np.float32))


def test_the_same_seed_changes_the_same_way_and_the_next_batch_another():
    X = DIGITS.X[:5].astype(np.float32)
    one, other = (Augment(1, 15, 0.3, rng=np.random.default_rng(4)).train() for _ in range(2))
    first = one(X).data
    np.testing.assert_array_equal(first, other(X).data)
    assert (one(X).data != first).any()
    assert first.dtype == np.float32


def test_every_shift_up_to_the_largest_comes_and_none_beyond():
    dot = np.zeros((400, 81))
    dot[:, 40] = 1  # the middle of 9 × 9
    layer = Augment(shift=2, rng=np.random.default_rng(0)).train()
    where = np.unravel_index(layer(dot).data.argmax(axis=1), (9, 9))
    places = {(int(down) - 4, int(right) - 4) for down, right in zip(*where)}
    assert places == {(i, j) for i in range(-2, 3) for j in range(-2, 3)}


def test_angles_fill_their_range_and_stay_in_it():
    upright = np.zeros((500, 121))
    upright.reshape(-1, 11, 11)[:, 1, 5] = 1.0  # four pixels above the middle
    turned = Augment(turn=30, rng=np.random.default_rng(0)).train()(upright).data
    right = turned.reshape(-1, 11, 11).sum(axis=1) @ (np.arange(11) - 5)
    ink = turned.sum(axis=1)
    angles = np.degrees(np.arcsin(np.clip(-right / ink / 4, -1, 1)))
    assert np.abs(angles).max() < 34  # mixing pixels blurs the place by a few degrees
    assert angles.min() < -24 and angles.max() > 24
    assert abs(np.mean(angles)) < 2.5


def test_noise_has_the_deviation_that_was_asked_for():
    layer = Augment(noise=0.3, rng=np.random.default_rng(0)).train()
    noise = layer(np.zeros((200, 64))).data
    assert noise.std() == pytest.approx(0.3, rel=0.03)
    assert noise.mean() == pytest.approx(0, abs=0.01)


def test_shapes_before_the_pixels_stay_and_each_picture_has_a_change_of_its_own():
    same = np.broadcast_to(DIGITS.X[0], (3, 4, 64))
    changed = Augment(1, 15, rng=np.random.default_rng(0)).train()(same).data
    assert changed.shape == (3, 4, 64)
    assert len(np.unique(changed.reshape(12, 64), axis=0)) == 12


def test_fit_trains_behind_it_and_evaluates_without_it():
    rng = np.random.default_rng(0)
    model = Sequential(Augment(1, 15, 0.1, rng=rng), Linear(64, 10, rng=rng))
    part = (DIGITS.X[:100] / 16, DIGITS.y[:100])
    how = {"epochs": 20, "batch_size": 20, "rng": rng, "progress": False}
    history = fit(model, cross_entropy, SGD(0.3), part, part, **how)
    assert history.val_loss[-1] < history.val_loss[0] / 2
    np.testing.assert_array_equal(model(part[0]).data, model(part[0]).data)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"shift": 0.5}, "shift must be a whole number ≥ 0, got 0.5"),
        ({"shift": -1}, "shift must be a whole number"),
        ({"turn": -5}, "turn must be from 0 to 180 degrees, got -5"),
        ({"turn": np.nan}, "turn must be"),
        ({"noise": -0.1}, "noise must be ≥ 0, got -0.1"),
    ],
)
def test_settings_that_make_no_sense_are_refused(settings, words):
    with pytest.raises(ValueError, match=words):
        Augment(**settings, rng=np.random.default_rng(0))


def test_no_generator_is_said():
    with pytest.raises(TypeError, match="rng must be a numpy Generator"):
        Augment(1, rng=3)


@pytest.mark.parametrize(
    ("x", "words"),
    [
        (np.zeros((2, 63)), r"needs square pictures, x of shape \(..., 64\), got \(2, 63\)"),
        (np.zeros((2, 0)), "needs square pictures"),
        (np.zeros((2, 1)), "moves pictures of 1 × 1 pixels out of sight"),
        (Tensor(np.zeros((2, 64)), requires_grad=True), "put it before the first weights"),
    ],
)
def test_what_is_no_picture_is_refused_in_training_and_in_evaluation(x, words):
    layer = Augment(1, rng=np.random.default_rng(0))
    for training in (True, False):
        with pytest.raises(ValueError, match=words):
            layer.train(training)(x)
