"""Lesson 08: the numbers that its experiments left behind."""

import numpy as np
import pytest

from helpers.autograd import Tensor
from tests.support.lessons import run_lesson
from tests.support.stops import Stops

STOPS = Stops()


@pytest.fixture(scope="module")
def lesson():
    with np.errstate(all="call", call=STOPS):
        return run_lesson("08")


def test_the_lesson_runs_for_who_hunts_nan(lesson):
    assert STOPS == []


def test_the_size_stays_at_variance_one_for_identity_and_two_for_relu(lesson):
    for name, scale in (("identity", 1.0), ("relu", 2.0)):
        assert lesson["keeps"][name] == pytest.approx([scale, scale], rel=0.03)


def test_activations_and_their_gradients_move_with_the_scale_and_weight_gradients_do_not(lesson):
    table = np.array([lesson["table"][v] for v in (1.0, 1.5, 2.0, 2.5, 3.0)])
    expected = np.array([0.5, 0.75, 1.0, 1.25, 1.5]) ** (
        29 / 2
    )  # relu halves the mean square, 29 times
    assert table[:, :2] / table[2, :2] == pytest.approx(np.c_[expected, expected], rel=1e-6)
    assert table[:, 2] == pytest.approx([table[0, 2]] * 5, rel=1e-6)
    assert 0.5 < table[0, 2] < 2


def test_three_lines_are_the_finished_layers(lesson):
    assert lesson["apart"].keys() == {"batch norm", "layer norm", "residual"}
    assert max(lesson["apart"].values()) < 1e-12
    layers = [layer for layer, _ in lesson["pairs"].values()][:2]
    assert all(
        (abs(layer.bias.data) > 0.01).all() for layer in layers
    )  # a wrong γ or β would be seen
    assert all((abs(layer.weight.data - 1) > 0.01).all() for layer in layers)
    y = lesson["normalise"](
        Tensor(np.arange(6.0).reshape(3, 2)), np.ones(2), np.zeros(2), axis=0
    ).data
    assert y.mean(axis=0) == pytest.approx([0, 0], abs=1e-12)
    assert y.var(axis=0) == pytest.approx([1, 1], abs=1e-4)


def test_evaluation_comes_right_only_when_the_running_averages_have_caught_up(lesson):
    wrong = [
        abs(value - 0.5) for value in lesson["becomes"].values()
    ]  # after 0, 10 and 100 batches
    assert wrong == sorted(wrong, reverse=True)
    assert wrong[0] > 4 > 0.1 > wrong[2]


def test_batch_norm_saves_the_gradient_of_sigmoid_and_blows_up_that_of_relu_at_the_start(lesson):
    before, after, loss = np.moveaxis(
        list(lesson["trial"].values()), 2, 0
    )  # (4 cases, 3 networks) each
    sigmoid, sigmoid_norm, relu, relu_norm = before
    assert (sigmoid < -17).all()
    assert (after[0] < -17).all()
    assert (abs(sigmoid_norm) < 1).all()
    assert (abs(relu) < 0.7).all()
    growth = 0.5 * np.log10(np.pi / (np.pi - 1)) * 29
    assert relu_norm == pytest.approx([growth] * 3, abs=0.4)
    assert (abs(np.median(after[1:], axis=1)) < 1.5).all()
    assert (abs(loss[0] - np.log(10)) < 0.1).all()
    assert np.median(loss[1]) < 1.5
    assert np.median(loss[3]) < np.median(loss[2])


def test_a_scale_that_saves_sigmoid_exists_far_off_the_slider(lesson):
    assert lesson["saved"][4] < 1e-10
    assert 0.1 < lesson["saved"][100] < 10


def test_clipping_by_norm_keeps_the_direction_and_by_value_turns_it(lesson):
    grad, by_norm, by_value = lesson["grad"], lesson["by_norm"], lesson["by_value"]
    assert by_norm / np.linalg.norm(by_norm) == pytest.approx(grad / np.linalg.norm(grad))
    assert np.linalg.norm(by_norm) == pytest.approx(1)
    assert by_value == pytest.approx([1, 0.4])
    assert lesson["clipped"](np.array([0.3, 0.4]), 1.0) == pytest.approx([0.3, 0.4])


def test_clipping_saves_what_explodes_and_not_what_vanishes(lesson):
    fates = lesson["clipping"]
    assert [np.isinf(fates["relu", lr, None]).sum() for lr in (0.03, 0.1, 0.3)] == [3, 3, 3]
    clipped = np.array([fates["relu", lr, 1.0] for lr in (0.03, 0.1, 0.3)])
    assert (clipped < 2).all()
    vanished = np.array([loss for (name, _, _), loss in fates.items() if name == "sigmoid"])
    assert abs(vanished - np.log(10)).max() < 0.1


def test_one_gauge_serves_two_optimizers_up_to_where_they_break(lesson):
    breaks = {"SGD": -1.3, "Adam": -0.85}
    for (name, _), (level, right) in lesson["health"].items():
        if level < -3.5 or level > breaks[name]:
            assert right < 0.3
        elif -2.5 < level < -1.4:
            assert right > 0.85
    borderline = {
        name: right for (name, _), (level, right) in lesson["health"].items() if -1.3 < level < -1.1
    }
    assert borderline["SGD"] < 0.3
    assert borderline["Adam"] > 0.8
    for name in breaks:
        levels = [
            level for (optimizer, _), (level, _) in lesson["health"].items() if optimizer == name
        ]
        assert levels == sorted(levels)
