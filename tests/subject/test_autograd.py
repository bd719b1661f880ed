"""Gradients by recording: deep graphs, gradients that add up, memory, gradcheck itself, errors in
words.
"""

import gc
import threading
import tracemalloc

import numpy as np
import pytest

from helpers.autograd import Tensor, concatenate, embedding, maximum, stack, where
from helpers.derivatives import gradcheck
from helpers.engine import no_grad, node


def leaf(values, dtype=float):
    return Tensor(np.array(values, dtype), requires_grad=True)


# The graph


def test_a_chain_of_100_000_operations():
    x = leaf(1.0)
    y = x
    for _ in range(100_000):
        y = y + 1e-5 * x
    y.backward()
    assert x.grad == pytest.approx(2.0)
    del y  # freeing it must not recurse either


def test_a_value_used_twice_receives_both_gradients():
    x = leaf([2.0, 3.0])
    y = x * x
    (y + y * x).sum().backward()
    assert x.grad.tolist() == [2 * 2 + 3 * 4, 2 * 3 + 3 * 9]


def test_backward_twice_adds_the_same_gradient_twice():
    x = leaf([1.0, 2.0])
    loss = (x.exp() * x).sum()
    loss.backward()
    once = x.grad.copy()
    loss.backward()
    np.testing.assert_allclose(x.grad, 2 * once, rtol=1e-15)


def test_tensors_that_share_a_gradient_do_not_share_its_array():
    a, b, g = leaf([1.0, 2.0]), leaf([3.0, 4.0]), np.ones(2)
    (a + b).backward(g)
    a.grad *= 100
    assert b.grad.tolist() == g.tolist() == [1, 1]


def test_a_gradient_set_to_none_begins_again():
    x = leaf([1.0, 2.0])
    for untouched in (False, True):
        x.grad, x.grad_is_zero = None, untouched
        (x * 3).sum().backward()
        assert x.grad.tolist() == [3, 3]


def test_a_slice_passes_its_gradient_to_its_place_only():
    x = leaf(np.zeros((3, 4)))
    (x[1:, ::2] * 5).sum().backward()
    (x[1] * 2).sum().backward()
    assert x.grad.tolist() == [[0, 0, 0, 0], [7, 2, 7, 2], [5, 0, 5, 0]]


def test_results_in_between_keep_their_gradient_for_the_picture():
    x = leaf(3.0)
    y = x * 2
    (y**2).backward()
    assert y.grad == 12 and isinstance(y.grad, np.ndarray)


def test_constants_get_no_gradient_and_are_no_part_of_the_graph():
    x, constant = leaf([1.0, 2.0]), Tensor([3.0, 4.0])
    y = x * constant
    y.sum().backward()
    assert constant.grad is None and y.graph() == [x, y]


def test_no_grad_records_nothing_in_its_thread_and_all_in_others():
    x, seen = leaf(1.0), []
    with no_grad():
        thread = threading.Thread(target=lambda: seen.append((x * 2).requires_grad))
        thread.start()
        thread.join()
        assert not (x * 2).requires_grad
    assert (x * 2).requires_grad and seen == [True]


def test_no_grad_ends_with_an_error_too():
    with pytest.raises(ZeroDivisionError), no_grad():
        raise ZeroDivisionError
    assert (leaf(1.0) * 2).requires_grad


def test_detach_shares_the_numbers_and_cuts_the_graph():
    x = leaf([1.0])
    y = (x * 2).detach()
    assert not y.requires_grad and y.graph() == [y]
    assert np.shares_memory(x.detach().data, x.data)


def test_graphs_are_freed_without_waiting_for_the_garbage_collector():
    x = leaf(np.ones((100, 100)))
    gc.disable()
    try:
        tracemalloc.start()
        for _ in range(30):
            (x.tanh() @ x).sum().backward()
        used, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
        gc.enable()
    assert used < 5 * x.data.nbytes


# Numbers and arrays that meet a tensor


def test_an_array_on_the_left_makes_a_tensor():
    x = leaf([1.0, 2.0])
    assert [
        type(y) for y in (np.ones(2) + x, np.ones(2) * x, np.ones((3, 2)) @ x, np.float64(2) - x)
    ] == [Tensor] * 4
    assert (np.array([4.0, 6.0]) / x).data.tolist() == [4, 3]


def test_numbers_and_integers_take_the_dtype_of_the_tensor():
    x = leaf([1.0, 2.0], np.float32)
    for other in (2, 2.5, True, np.float64(2), np.array([1, 2])):
        assert (x * other).dtype == (other + x).dtype == np.float32
    assert maximum(0, x).dtype == np.float32
    assert (Tensor([1, 2]) * 0.5).data.tolist() == [0.5, 1.0]
    assert (x * np.ones(2)).dtype == np.float64


def test_integers_stay_integers():
    assert Tensor([1, 2]).dtype == np.array([1, 2]).dtype


def test_flat_places_have_the_gradient_zero_and_no_warning():
    x, y = leaf([0.0, 0.0]), leaf([0.0, 2.0])
    (x**y).sum().backward()
    assert x.grad.tolist() == [0, 0] and y.grad.tolist() == [0, 0]
    x.grad = None
    (x.relu() + x.abs()).sum().backward()
    assert x.grad.tolist() == [0, 0]


def test_a_tensor_prints_its_numbers_and_how_it_was_made():
    x = leaf([1.0, 2.5])
    assert repr(x) == "Tensor([1. , 2.5], requires_grad=True)"
    assert repr(x + 1) == "Tensor([2. , 3.5], op='+')"
    assert (len(x), x.ndim, x.size, x.sum().item(), float(x.sum())) == (2, 1, 2, 3.5, 3.5)


# Gradcheck


def test_gradcheck_sees_a_wrong_gradient_and_names_the_input():
    def wrong(a, b):
        return node(
            "wrong", a.data * b.data, (a, lambda g: g * b.data), (b, lambda g: g * 2 * a.data)
        ).sum()

    report = gradcheck(wrong, leaf([1.0, 2.0]), leaf([3.0, 4.0]))
    assert report.difference == pytest.approx(2.0, abs=1e-6)
    assert report.exact[1].tolist() == [2, 4] and report.approximate[1].round(6).tolist() == [1, 2]
    first, second = str(report).split("input 2")
    assert "largest difference 2e+00" in second and "largest difference 2e+00" not in first
    assert "exact" in first and "approximate" in first


def test_gradcheck_leaves_everything_as_it_was():
    w, other = leaf([1.0, 2.0], np.float32), leaf([5.0, 6.0])
    (w * other).sum().backward()
    data, grad, others = w.data, w.grad, other.grad.copy()
    report = gradcheck(lambda w: (w * other).sum(), w)
    assert report.difference < 1e-8
    assert w.data is data and w.grad is grad and other.grad.tolist() == others.tolist()


# Errors in words


@pytest.mark.parametrize(
    "f, message",
    [
        (lambda x: x + np.ones(4), r"\+ does not fit shape \(2, 3\) and \(4,\)"),
        (lambda x: np.ones(4) * x, r"\* does not fit shape \(4,\) and \(2, 3\)"),
        (lambda x: x @ np.ones((2, 3)), r"@ does not fit shape \(2, 3\) and \(2, 3\)"),
        (lambda x: x @ 2.0, r"@ does not fit shape \(2, 3\) and \(\)"),
        (lambda x: maximum(x, np.ones(2)), r"maximum does not fit shape \(2, 3\) and \(2,\)"),
        (lambda x: where(True, x, np.ones(2)), r"where does not fit shape \(2, 3\) and \(2,\)"),
        (lambda x: where([True, False], x, x), r"where does not fit .*\(2,\)"),
        (lambda x: Tensor(2) ** -1, "negative integer powers"),
        (lambda x: concatenate([x, x], axis=4), "axis 4 is out of bounds"),
        (lambda x: gradcheck(lambda y: y.sum(), x.detach()), "make every input by"),
        (lambda x: x.reshape(4, 2), r"reshape\(4, 2\) does not fit shape \(2, 3\)"),
        (lambda x: x.transpose(0, 2), r"transpose\(0, 2\) does not fit shape \(2, 3\)"),
        (lambda x: concatenate([x, x.T]), r"concatenate does not fit shape \(2, 3\) and \(3, 2\)"),
        (lambda x: stack([x, x.T]), r"stack does not fit shape \(2, 3\) and \(3, 2\)"),
        (lambda x: x.backward(), r"starts at one number, not shape \(2, 3\)"),
        (
            lambda x: x.backward(np.ones(3)),
            r"grad has shape \(3,\) but the tensor has shape \(2, 3\)",
        ),
        (lambda x: x.detach().sum().backward(), "outside any graph"),
        (lambda x: embedding(x, [0, 2]), "whole numbers from 0 to 1, got 2"),
        (lambda x: embedding(x, [-1]), "whole numbers from 0 to 1, got -1"),
        (lambda x: embedding(x, [0.5]), "whole numbers from 0 to 1, got 0.5"),
        (lambda x: x[:0].mean(), "the mean of nothing"),
    ],
)
def test_what_does_not_fit_is_named(f, message):
    with pytest.raises(ValueError, match=message):
        f(leaf(np.ones((2, 3))))


def test_integers_have_no_gradient():
    with pytest.raises(TypeError, match="only floats have a gradient, got int"):
        Tensor([1, 2], requires_grad=True)


@pytest.mark.parametrize("value", [None, "a", [1, None], 1j])
def test_what_is_no_number_is_refused(value):
    for make in (Tensor, leaf([1.0, 2.0]).__add__):
        with pytest.raises(TypeError, match="only numbers.*got"):
            make(value)


def test_arrays_and_tensors_are_joined_alike():
    x = leaf([1.0, 2.0], np.float32)
    y = concatenate([x, np.array([3, 4])])
    assert y.data.tolist() == [1, 2, 3, 4] and y.dtype == np.float32
    stacked = stack([np.ones(2), x])
    (y.sum() + stacked.sum()).backward()
    assert stacked.shape == (2, 2) and x.grad.tolist() == [2, 2]


def test_axes_may_come_as_one_tuple():
    assert leaf(np.ones((2, 3))).transpose((1, 0)).shape == (3, 2)


def test_numpy_does_not_take_a_tensor_apart():
    with pytest.raises(TypeError, match=r"take its numbers with \.data"):
        np.asarray(leaf([1.0]))
    with pytest.raises(TypeError):
        np.exp(leaf([1.0]))
