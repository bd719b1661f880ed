"""Lesson 04: the engine that the student writes, and its numbers."""

import nbformat
import numpy as np
import pytest

from helpers.losses import mse
from tests.support import lessons
from tests.support.lessons import run_lesson


@pytest.fixture(scope="module")
def lesson():
    return run_lesson("04")


def test_the_derivatives_of_the_neuron_are_confirmed_by_nudges(lesson):
    by_hand = [lesson["dJ_dw1"], lesson["dJ_dw2"], lesson["dJ_db"]]
    assert by_hand == pytest.approx([-4.5, 3, -3])
    assert lesson["nudged"] == pytest.approx(by_hand, abs=1e-6)


def test_two_uses_add_up(lesson):
    assert lesson["first_use"] + lesson["second_use"] == pytest.approx(
        lesson["both_uses"], abs=1e-4
    )
    assert lesson["both_uses"] == pytest.approx(6, abs=1e-4)


# ---- the student's own engine


def test_every_operation_of_the_engine_is_confirmed_by_nudges(lesson):
    assert set(lesson["engine_differences"]) == set(lesson["formulas"])
    assert max(lesson["engine_differences"].values()) < 1e-6


def nudges(lesson, **slips):
    """The differences that the lesson's own check finds if the engine has these slips."""
    namespace = dict(lesson)
    (check,) = (cell for cell in code_cells() if "engine_differences = {}" in cell)
    with pytest.MonkeyPatch.context() as patch:
        for name, method in slips.items():
            patch.setattr(lesson["Tensor"], name, method)
        exec(check, namespace)
    return namespace["engine_differences"]


def code_cells():
    cells = nbformat.read(lessons.lesson("04"), as_version=4).cells
    return [cell.source for cell in cells if cell.cell_type == "code"]


def test_the_nudges_notice_a_relu_that_lets_everything_through(lesson):
    Tensor = lesson["Tensor"]
    found = nudges(lesson, relu=lambda a: Tensor(max(a.data, 0.0), "relu", ((a, 1.0),)))
    assert [name for name, difference in found.items() if difference > 0.5] == ["relu(-a)"]


def test_the_nudges_notice_a_product_that_hands_each_factor_its_own_value(lesson):
    Tensor, as_tensor = lesson["Tensor"], lesson["as_tensor"]

    def multiply(a, b):
        a, b = as_tensor(a), as_tensor(b)
        return Tensor(a.data * b.data, "*", ((a, a.data), (b, b.data)))

    assert nudges(lesson, __mul__=multiply)["a * b"] > 0.5


def test_the_nudges_notice_a_derivative_of_the_second_factor_alone(lesson):
    Tensor = lesson["Tensor"]
    found = nudges(lesson, __add__=lambda a, b: Tensor(a.data + b.data, "+", ((a, 1.0), (b, 0.0))))
    assert found["a + b"] > 0.5


def test_plain_numbers_may_stand_on_either_side(lesson):
    a = lesson["Tensor"](4.0)
    (1 - a).backward()
    (1 / a).backward()
    assert ((1 - a).data, (1 / a).data) == (-3.0, 0.25)
    assert a.grad == pytest.approx(-1 - 1 / 16)


def test_the_engine_has_about_sixty_lines(lesson):
    names = {"add", "multiply", "power", "exp", "relu", "as_tensor", "Tensor"}
    assert names <= set(lesson)
    own = [lesson["Tensor"].__init__, lesson["graph_of"], lesson["backward"]]
    own += [lesson[name] for name in names - {"Tensor"}]
    assert sum(last_line(f) - f.__code__.co_firstlineno + 1 for f in own) <= 60


def last_line(f):
    inner = [const for const in f.__code__.co_consts if hasattr(const, "co_lines")]
    return max(line for code in (f.__code__, *inner) for *_, line in code.co_lines() if line)


def test_the_engine_adds_up_over_uses_and_over_calls(lesson):
    x = lesson["Tensor"](3.0)
    J = x * x + x
    J.backward()
    assert (x.grad, J.grad) == (7, 1)
    J.backward()
    assert (x.grad, J.grad) == (14, 1)


def test_the_engine_hands_on_only_what_is_complete(lesson):
    x = lesson["Tensor"](2.0)
    y = x * x  # used by two nodes, one of which is further away
    (y * y + y.exp() * y).backward()
    assert x.grad == pytest.approx((2 * 4 + np.exp(4) * 4 + np.exp(4)) * 4)


def test_both_engines_agree(lesson):
    assert lesson["agreement"] < 1e-12
    assert lesson["report"].difference < 1e-8
    assert sum(lesson["ways"]) == pytest.approx(lesson["drawn"]["x"].grad)


def test_the_engine_learns_a_curve_and_two_moons(lesson):
    assert lesson["learning"][0] > 0.05
    assert lesson["learning"][-1] < 1e-4
    assert len(lesson["parameters"]) == 33
    assert lesson["moons_right"] >= 38


# ---- a network by hand, and what it costs


def test_the_four_matrix_equations_are_the_tensors_gradient(lesson):
    assert list(lesson["mlp_differences"]) == ["W1", "b1", "W2", "b2"]
    assert max(lesson["mlp_differences"].values()) < 1e-6


def test_backward_costs_two_forwards_less_the_share_of_the_first_layer(lesson):
    for (sizes, _), ratio in zip(lesson["networks"], lesson["counted"]):
        layers = [a * b for a, b in zip(sizes, sizes[1:])]
        assert ratio == pytest.approx(2 - layers[0] / sum(layers))
        assert 1 < ratio < 2
    assert lesson["costs"][3, 0] == 235_146


def test_what_is_drawn_of_the_costs_is_what_is_printed(lesson):
    bars = [[bar.get_width() for bar in bars] for bars in lesson["ax_costs"].containers]
    assert bars == [lesson["counted"].tolist(), lesson["measured"].tolist()]
    assert np.all(lesson["times"] > 0)


def test_with_a_single_example_a_backward_costs_many_forwards(lesson):
    forward, backward = lesson["measure"]((64, 1024, 1024, 10), 1)
    assert backward > 3 * forward


# ---- what goes wrong


def test_what_is_not_zeroed_adds_up(lesson):
    assert lesson["lengths"] == pytest.approx(
        np.multiply(lesson["lengths"][0], [1, 2, 3]), rel=1e-5
    )
    assert lesson["w"].grad == 12


def test_a_dead_relu_gets_no_gradient_from_any_of_a_thousand_examples(lesson):
    assert lesson["bias"].grad[0] > 0.2
    assert lesson["bias"].grad[1] == 0


def test_a_row_of_targets_against_a_column_makes_perfect_predictions_look_wrong(lesson):
    targets, column = lesson["targets"], lesson["column"]
    assert lesson["wrong_error"] == 4.0
    with pytest.raises(ValueError, match=r"\(5, 1\).*\(5,\)"):
        mse(column, targets)


# ---- the claims


def test_the_gradient_with_respect_to_the_image_fools_six_networks_and_moves_no_weight(lesson):
    fooled = {size: np.array(found) for size, found in lesson["fooled"].items()}
    assert fooled[0.0].min() > 93
    assert np.all(np.abs(fooled[0.1][:, 0] - 50) < 6)  # about half of the images
    assert np.all(fooled[0.1][:, 1] > 90)
    assert np.all(fooled[0.2][:, 0] < 5)
    assert lesson["moved"] == 0


def test_half_of_the_images_need_less_than_two_sixteenths_of_grey(lesson):
    assert lesson["middle"] == pytest.approx(0.11, abs=0.011)
    assert lesson["middle"] < 2 / 16


def test_more_units_follow_the_curve_better(lesson):
    medians = [np.median(error) for error in lesson["errors"].values()]
    assert medians == sorted(medians, reverse=True)
    assert [medians[0], medians[-1]] == pytest.approx([0.44, 0.01], abs=0.01)
    assert (
        lesson["errors"][8].max() > 8 * lesson["errors"][8].min()
    )  # with few units the luck of the start decides


def test_a_network_does_not_follow_outside_of_its_data_nor_over_a_jump_nor_from_any_start(lesson):
    assert (lesson["beyond"] > lesson["nothing"]).all()
    near = np.r_[np.linspace(-1.2, -1, 100), np.linspace(1, 1.2, 100)]
    followed = [lesson["miss"](lesson["wave"], model, near) for model in lesson["learnt"][64]]
    assert max(followed) < 0.5 * np.sqrt(np.mean(lesson["wave"](near) ** 2))
    assert (lesson["worst"] > 0.999).all()
    assert (lesson["on_average"] < 0.15).all()  # by the root mean square a jump is followed


def test_four_units_with_bends_set_by_hand_beat_four_that_are_trained(lesson):
    assert lesson["set_by_hand"] == pytest.approx(0.07, abs=0.005)
    assert lesson["errors"][4].min() > 2 * lesson["set_by_hand"]


def test_four_trained_units_find_their_bends_by_luck(lesson):
    """Three of the seeds 0 to 199 do, and 10 is the first of them."""
    model = lesson["learn"](lesson["wave"], 4, 10)
    assert lesson["miss"](lesson["wave"], model, lesson["inside"]) < 0.08


def test_bends_in_one_place_are_slow_and_not_stuck(lesson):
    assert lesson["at_zero"] == pytest.approx(np.full(5, 0.26), abs=0.01)
    assert (lesson["later"] < 0.1).all()


def test_without_an_activation_64_units_are_the_best_straight_line(lesson):
    x, wave = lesson["inside"], lesson["wave"]
    line = np.polynomial.Polynomial.fit(x, wave(x), 1)
    best = np.sqrt(np.mean((line(x) - wave(x)) ** 2))
    assert lesson["straight"] == pytest.approx(np.full(3, best), abs=0.002)
