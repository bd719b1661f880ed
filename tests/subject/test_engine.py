"""What a tensor is for Python, what is recorded, and what a graph does when it is copied."""

import copy
import pickle

import numpy as np
import pytest

from helpers.autograd import Tensor, maximum, where
from helpers.derivatives import gradcheck
from helpers.engine import no_grad


def leaf(*numbers):
    return Tensor(np.array(numbers), requires_grad=True)


# Recording


def test_recording_stays_off_when_an_inner_no_grad_ends():
    x = leaf(1.0)
    with no_grad():
        with no_grad():
            pass
        assert not (x * 2).requires_grad
    assert (x * 2).requires_grad


# Comparisons, formats, copies


def test_a_comparison_is_numpys_number_by_number():
    logits = leaf(1.0, 2.0, 3.0)
    assert np.mean(logits == np.array([1, 2, 0])) == pytest.approx(2 / 3)
    assert ((np.array([1, 2, 0]) == logits) == [True, True, False]).all()
    assert (logits != leaf(1.0, 0.0, 3.0)).tolist() == [False, True, False]
    assert (logits < 2).tolist() == [True, False, False]
    assert (logits >= 2).tolist() == [False, True, True]
    assert (logits <= logits.data).all() and not (logits > logits).any()


def test_one_number_is_formatted_rounded_and_compared_as_a_float_is():
    loss = leaf(0.12345).sum()
    assert f"{loss:.3f}" == "0.123"
    assert round(loss, 2) == 0.12
    assert loss < 1 and not loss > 1 and int(loss) == 0 and bool(loss)
    assert f"{loss}" == str(loss)
    assert abs(leaf(-2.0)).data.tolist() == [2.0]


@pytest.mark.parametrize(
    "use", [lambda t: f"{t:.3f}", lambda t: round(t, 2), float, int, lambda t: t.item()]
)
def test_several_numbers_are_no_single_one(use):
    with pytest.raises(ValueError, match=r"shape \(2,\) is no single number; take its .data"):
        use(leaf(1.0, 2.0))


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda t: pickle.loads(pickle.dumps(t))])
def test_a_leaf_is_copied_with_its_gradient(copied):
    x = leaf(1.0, 2.0)
    (x * 3).sum().backward()
    y = copied(x)
    assert y.requires_grad and y.grad.tolist() == [3, 3] and y.data.tolist() == [1, 2]
    y.data[0] = 7
    assert x.data[0] == 1


@pytest.mark.parametrize("copied", [copy.deepcopy, pickle.dumps])
def test_a_graph_of_5_000_nodes_is_not_copied_and_says_what_to_do(copied):
    x = leaf(1.0)
    for _ in range(5_000):
        x = x * 1.0
    with pytest.raises(TypeError, match=r"only a tensor that no operation made .*detach\(\)"):
        copied(x)
    assert copied(x.detach()) is not None


# 0 · ∞


@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
def test_a_score_of_minus_infinity_is_a_class_that_cannot_be(name):
    logits = leaf(-np.inf, 0.0, 0.0)
    result = getattr(logits, name)()
    expected = np.array([0, 0.5, 0.5])
    with np.errstate(divide="ignore"):
        np.testing.assert_allclose(result.data, expected if name == "softmax" else np.log(expected))
    result.backward(np.array([0.0, 1.0, 0.0]))
    gradient = [0, 0.25, -0.25] if name == "softmax" else [0, 0.5, -0.5]
    np.testing.assert_allclose(logits.grad, gradient)


def test_gelu_is_right_as_far_as_numbers_go():
    x = leaf(-np.inf, -1e30, 1e30, np.inf, 0.0)
    y = x.gelu()
    np.testing.assert_array_equal(y.data, [0, 0, 1e30, np.inf, 0])
    y.backward(np.ones(5))
    np.testing.assert_allclose(x.grad, [0, 0, 1, 1, 0.5])
    small = Tensor(np.float32([-1e20, 1e20]), requires_grad=True)
    small.gelu().backward(np.ones(2))
    np.testing.assert_array_equal(small.grad, [0, 1])


def test_the_side_that_was_not_chosen_gets_0_whatever_comes_back():
    a, b = leaf(1.0, 1.0), leaf(2.0, 2.0)
    where([True, False], a, b).backward(np.array([np.inf, np.inf]))
    assert a.grad.tolist() == [np.inf, 0] and b.grad.tolist() == [0, np.inf]
    a, b = leaf(np.inf, 1.0), leaf(np.inf, 2.0)
    maximum(a, b).backward(np.array([1.0, np.inf]))
    assert a.grad.tolist() == [0.5, 0] and b.grad.tolist() == [0.5, np.inf]
    x = leaf(1.0, 2.0)
    x.max().backward(np.array(np.inf))
    assert x.grad.tolist() == [0, np.inf]


# Floating-point errors as exceptions, which some hunt NaN with


@pytest.mark.parametrize("name", ["softmax", "log_softmax", "sigmoid", "gelu", "exp", "relu"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_an_underflow_is_no_error(name, dtype):
    far = 100 if name == "exp" else 1e4
    x = Tensor(np.array([-1e4, 1e-30, far / 2, far / 2], dtype), requires_grad=True)
    with np.errstate(all="raise"):
        y = getattr(x, name)() if name != "exp" else (x - far).exp()
        y.backward(np.full(4, 1e-30, dtype))
    assert np.isfinite(x.grad).all()


def test_gradcheck_tells_tensors_apart_that_hold_the_same_numbers():
    x, y = leaf(1.0, 2.0), leaf(1.0, 2.0)
    assert gradcheck(lambda x, y: (x * x * y).sum(), x, y).difference < 1e-8
