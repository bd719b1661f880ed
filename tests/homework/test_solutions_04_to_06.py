"""The solutions of homework 04 to 06 against the course's engine and optimizers, which other tests
hold to PyTorch's numbers. The hidden checks are held to the solutions by tests/homework/test_banks.
"""

from __future__ import annotations

import numpy as np
import pytest

from helpers.autograd import Tensor
from helpers.derivatives import finite_difference
from helpers.losses import cross_entropy, mse
from helpers.metrics import accuracy
from helpers.optim import SGD, Adam, AdamW, RMSProp
from helpers.training import EarlyStopping
from tests.support.homework import solved


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture
def slopes(rng):
    return rng.normal(size=(30, 4)) * [1.0, 100.0, 0.01, 3.0]


BACKWARD, TRAIN, OPTIMIZE = solved("hw04"), solved("hw05"), solved("hw06")


def test_division_sends_back_what_the_engine_sends_back(rng):
    A, B = (Tensor(rng.uniform(1, 3, size=(4, 3)), requires_grad=True) for _ in range(2))
    G = rng.normal(size=(4, 3))
    (A / B).backward(G)
    for given, tensor in zip(BACKWARD.divide_backward(A.data, B.data, G), (A, B)):
        np.testing.assert_allclose(given, tensor.grad, rtol=1e-12)


@pytest.mark.parametrize("shape", [(3,), (1, 3), (5, 1), (1, 1), (), (2, 5, 3), (2, 1, 3), (5, 3)])
def test_broadcasting_is_undone_as_the_engine_undoes_it(rng, shape):
    G = rng.normal(size=(2, 5, 3))
    small = Tensor(np.zeros(shape), requires_grad=True)
    (small + np.zeros(G.shape)).backward(G)
    found = BACKWARD.sum_to_shape(G, shape)
    assert np.shape(found) == shape
    np.testing.assert_allclose(found, small.grad, rtol=1e-12)


def test_the_error_of_a_gradient_is_that_of_nudges(rng):
    def f(theta):
        return np.sum(np.sin(theta) * theta**2)

    theta, gradient = rng.normal(size=(2, 3)), rng.normal(size=(2, 3))
    nudged = finite_difference(f, theta)
    lengths = np.linalg.norm(nudged) + np.linalg.norm(gradient)
    expected = np.linalg.norm(nudged - gradient) / lengths
    assert BACKWARD.gradient_error(f, gradient, theta) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("scale", [1.0, 300.0])
def test_the_network_by_hand_has_the_gradients_of_the_engine(rng, scale):
    X, y = rng.normal(size=(6, 4)), rng.integers(0, 5, 6)
    shapes = ((4, 3), (3,), (3, 5), (5,))
    weights = [Tensor(rng.normal(size=shape), requires_grad=True) for shape in shapes]
    W1, b1, W2, b2 = weights
    cross_entropy((X @ W1 + b1).tanh() @ (W2 * scale) + b2, y).backward()
    found = BACKWARD.network_gradients(X, y, W1.data, b1.data, scale * W2.data, b2.data)
    for given, tensor, factor in zip(found, weights, (1, 1, scale, 1)):
        np.testing.assert_allclose(factor * given, tensor.grad, rtol=1e-9, atol=1e-12)


def test_multiplications_are_those_that_the_lesson_counts():
    sizes, N = (784, 256, 128, 10), 64
    layers = N * np.multiply(sizes[:-1], sizes[1:])  # the lesson's count
    assert BACKWARD.multiplications(sizes, N, 3) == (layers.sum(), 2 * layers.sum() - layers[0])


def test_training_stops_where_the_course_stops_it(rng):
    losses = iter(rng.uniform(size=200).tolist())
    seen, watch = [], EarlyStopping(patience=7)

    def val_loss(theta):
        seen.append((next(losses), theta.copy()))
        return seen[-1][0]

    best, found = TRAIN.train_until(np.zeros(2), np.cos, val_loss, 0.1, patience=7, most=200)
    stops = [watch.watch(loss, theta) for loss, theta in seen]
    assert stops == [False] * (len(found) - 1) + [True]
    np.testing.assert_array_equal(best, watch.theta)


def test_the_error_of_an_accuracy_is_how_far_accuracies_scatter(rng):
    scores, y = rng.normal(size=(300, 4)), rng.integers(0, 4, 300)
    p, error = TRAIN.accuracy_with_error(scores, y)
    assert p == accuracy(scores, y)
    assert error == pytest.approx(np.std(rng.binomial(300, p, size=200_000) / 300), rel=0.02)


def test_the_gradient_by_parts_is_that_of_all(rng):
    X, Y = rng.normal(size=(23, 3)), rng.normal(size=(23, 2))

    def gradient(X_part, Y_part):
        W = Tensor(np.ones((3, 2)), requires_grad=True)
        mse(X_part @ W, Y_part).backward()
        return W.grad

    for size in (1, 5, 23, 50):
        found = TRAIN.gradient_by_parts(gradient, X, Y, size)
        np.testing.assert_allclose(found, gradient(X, Y), rtol=1e-10)


def test_one_epoch_deals_every_example_once(rng):
    batches = TRAIN.one_epoch(np.arange(23), np.arange(23), 5, rng)
    assert [len(y) for _, y in batches] == [5, 5, 5, 5, 3]
    assert sorted(np.concatenate([y for _, y in batches])) == list(range(23))


@pytest.mark.parametrize(
    ("make", "optimizer"),
    [
        (lambda: OPTIMIZE.heavy_ball(0.01), SGD(0.01, momentum=0.9)),
        (lambda: OPTIMIZE.make_adam(), Adam()),
        (lambda: OPTIMIZE.make_adam(0.1, 0.8, 0.95, 0.01), Adam(0.1, betas=(0.8, 0.95), eps=0.01)),
        (
            lambda: OPTIMIZE.with_decay(OPTIMIZE.make_adam(0.1), 0.1, 0.5),
            AdamW(0.1, weight_decay=0.5),
        ),
    ],
)
def test_rules_step_as_the_course_s_optimizers(slopes, make, optimizer):
    step, mine, theirs = make(), np.ones(4), np.ones(4)
    for slope in slopes:
        mine = step(mine, slope)
        optimizer.step(theirs, slope)
        np.testing.assert_allclose(mine, theirs, rtol=1e-10)


def test_rmsprop_steps_as_the_course_s(slopes):
    rule, optimizer = OPTIMIZE.RMSRule(), RMSProp(0.01)
    mine, theirs = np.ones(4), np.ones(4)
    for slope in slopes:
        rule.step(mine, slope, 0.01)
        optimizer.step(theirs, slope)
        np.testing.assert_allclose(mine, theirs, rtol=1e-10)


@pytest.mark.parametrize(("lr", "beta"), [(0.04, 0.3), (0.3, 0.81), (0.1, 0.0), (0.45, 0.2)])
def test_the_loss_falls_by_its_factor(lr, beta):
    curvatures = np.array([1.0, 6.0])
    theta, optimizer, losses = np.ones(2), SGD(lr, momentum=beta), []
    for _ in range(2_000):
        optimizer.step(theta, curvatures * theta)
        losses.append(np.sum(curvatures * theta**2))
        if not 1e-200 < losses[-1] < 1e200:
            break
    rate = np.polyfit(np.arange(len(losses) // 2), np.log(losses[-(len(losses) // 2) :]), 1)[0]
    assert np.exp(rate) == pytest.approx(OPTIMIZE.loss_factor(lr, beta, curvatures), rel=0.02)
