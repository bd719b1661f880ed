"""The solutions of homework 08 and 09 against the course's engine, layers and curvatures, which
other tests hold to PyTorch's numbers, and against scipy.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import brentq

from helpers.autograd import Tensor
from helpers.curvature import hessian_product, loss_slice, sharpness
from helpers.derivatives import hessian
from helpers.nn import BatchNorm, Linear, Residual, Sequential, normal, relu
from helpers.optim import SGD, clip_by_norm
from tests.support.homework import solved

ALIVE, EDGE = solved("hw08"), solved("hw09")


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.mark.parametrize(("init", "k", "column"), [("he", 0.5, 0), ("xavier", 1, 2)])
def test_deviations_are_those_of_the_course_s_weights(rng, init, k, column):
    layer = Linear(700, 300, init=init, rng=rng, dtype=float)
    ((*deviations,),) = ALIVE.starting_deviations((700, 300), k)
    assert np.std(layer.weight.data) == pytest.approx(deviations[column], rel=0.01)


def test_deviations_keep_the_size_forward_and_backward(rng):
    forward, backward, _ = ALIVE.starting_deviations((900, 400), 1)[0]
    x, g = rng.normal(size=900), rng.normal(size=400)
    ahead = x @ rng.normal(0, forward, (900, 400))
    back = rng.normal(0, backward, (900, 400)) @ g
    assert [np.std(ahead), np.std(back)] == pytest.approx([1, 1], rel=0.1)


def test_batch_norm_is_the_course_s_layer_but_for_the_unbiased_variance(rng):
    layer, running = BatchNorm(3, dtype=float), np.array([[0.0] * 3, [1.0] * 3])
    layer.weight.data[:], layer.bias.data[:] = rng.normal(size=(2, 3))
    N = 8
    for _ in range(4):
        X = rng.normal(2, 3, (N, 3))
        given, running = ALIVE.batch_norm(X, layer.weight.data, layer.bias.data, running, True)
        np.testing.assert_allclose(given, layer(X).data)
    unbiased = (running[1] - 0.9**4) * N / (N - 1) + 0.9**4  # what the batches gave, more
    np.testing.assert_allclose([running[0], unbiased], [layer.running_mean, layer.running_var])
    layer.eval()
    averages = np.array([layer.running_mean, layer.running_var])
    given, _ = ALIVE.batch_norm(X[:1], layer.weight.data, layer.bias.data, averages, False)
    np.testing.assert_allclose(given, layer(X[:1]).data)


@pytest.mark.parametrize("shape", [(7, 3), (2, 4), (5, 1)])
def test_batch_norm_sends_back_what_the_engine_sends_back(rng, shape):
    layer = BatchNorm(shape[1], dtype=float)
    layer.weight.data[:] = rng.normal(size=shape[1])
    X, G = Tensor(rng.normal(1, 2, shape), requires_grad=True), rng.normal(size=shape)
    layer(X).backward(G)
    found = ALIVE.batch_norm_backward(X.data, layer.weight.data, G)
    for given, tensor in zip(found, (X, layer.weight, layer.bias)):
        np.testing.assert_allclose(given, tensor.grad, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("limit", [0.5, 100.0])
def test_one_limit_is_that_of_the_course_for_the_gradients_end_to_end(rng, limit):
    grads = [rng.normal(size=(3, 4)), rng.normal(size=4), rng.normal(size=(4, 2))]
    together = np.concatenate([grad.ravel() for grad in grads])
    length = clip_by_norm(together, limit)
    clipped, found = ALIVE.clip_together(grads, limit)
    assert found == pytest.approx(length)
    given = np.concatenate([grad.ravel() for grad in clipped])
    np.testing.assert_allclose(given, together, rtol=1e-5)


def test_residual_blocks_send_back_what_the_engine_sends_back(rng):
    def layer(n_in, n_out):
        return Linear(n_in, n_out, init=normal(0.5), rng=rng, dtype=float)

    pairs = [(layer(4, width), layer(width, 4)) for width in (3, 6, 1, 5)]
    model = Sequential(*[Residual(one, relu, other) for one, other in pairs])
    h, G = Tensor(rng.normal(size=(6, 4)), requires_grad=True), rng.normal(size=(6, 4))
    model(h).backward(G)
    blocks = [(one.weight.data, other.weight.data) for one, other in pairs]
    given = ALIVE.residual_backward(h.data, blocks, G)
    np.testing.assert_allclose(given, h.grad, rtol=1e-9, atol=1e-12)


def test_a_unit_is_silent_where_the_engine_sends_its_bias_nothing(rng):
    X, layers, expected = rng.normal(size=(6, 3)), [], []
    h = Tensor(X)
    for n_in, n_out in ((3, 20), (20, 15), (15, 12)):
        linear = Linear(n_in, n_out, rng=rng, dtype=float)
        linear.bias.data[:] = rng.normal(-1, 1, n_out)
        h = relu(linear(h.data))
        h.backward(rng.uniform(1, 2, h.shape))
        expected.append(int((linear.bias.grad == 0).sum()))
        layers.append((linear.weight.data, linear.bias.data))
    assert min(expected) > 0
    assert ALIVE.silent_units(X, layers) == expected


@pytest.fixture
def bowl(rng):
    """A function with a Hessian that differs from place to place, its gradient, and a place."""
    A = rng.normal(size=(5, 5))
    A = A + A.T

    def loss(theta):
        return theta @ A @ theta / 2 + np.sum(np.sin(theta))

    def gradient(theta):
        return A @ theta + np.cos(theta)

    return loss, gradient, rng.normal(size=5)


def test_the_steepest_curvature_is_the_course_s_sharpness(rng, bowl):
    _, gradient, theta = bowl
    start = rng.normal(size=5)
    expected, _ = sharpness(gradient, theta, start, iterations=400)
    found = EDGE.steepest_curvature(lambda u: hessian_product(gradient, theta, u), start, 0, 400)
    assert found == pytest.approx(expected, rel=1e-4)
    eigenvalues = np.linalg.eigvalsh(hessian(gradient, theta))
    assert found == pytest.approx(max(eigenvalues, key=abs), rel=1e-4)


def test_the_curvature_along_a_direction_is_that_of_the_whole_hessian(rng, bowl):
    _, gradient, theta = bowl
    parts = [slice(0, 2), slice(2, 5)]
    direction = rng.normal(size=5)

    def gradients(weights):
        return [gradient(np.concatenate(weights))[part] for part in parts]

    given = EDGE.curvature_along(
        gradients, [theta[part] for part in parts], [direction[part] for part in parts], 1e-4
    )
    u = direction / np.linalg.norm(direction)
    assert given == pytest.approx(u @ hessian(gradient, theta) @ u, rel=1e-5)


@pytest.mark.parametrize("beta", [0.0, 0.5, 0.9])
def test_the_border_is_that_of_the_course_s_momentum(beta):
    curvatures = np.array([4.0, 1.0, 0.5])
    border = EDGE.border_rate(curvatures, beta)
    for factor, settles in ((0.98, True), (1.02, False)):
        theta, optimizer = np.ones(3), SGD(factor * border, momentum=beta)
        for _ in range(2000):
            optimizer.step(theta, curvatures * theta)
            if np.abs(theta).max() > 1e6:
                break
        assert (np.abs(theta).max() < 1) == settles


def test_the_crossing_is_a_root_of_the_line_through_the_measurements(rng):
    steps, lr = np.cumsum(rng.integers(1, 30, 40)), 0.05
    measured = np.linspace(5, 60, 40) + rng.normal(0, 3, 40)
    first = np.flatnonzero(measured >= 2 / lr)[0]
    assert first > 0
    expected = brentq(
        lambda t: np.interp(t, steps, measured) - 2 / lr, steps[first - 1], steps[first]
    )
    assert EDGE.first_crossing(steps, measured, lr) == pytest.approx(expected)


def test_the_plane_is_the_course_s_slice_along_the_differences(rng, bowl):
    loss, _, _ = bowl
    corners, a, b = rng.normal(size=(3, 5)), [-0.5, 0.0, 1.0, 1.5], [0.0, 0.3, 1.0]
    expected = loss_slice(loss, corners[0], corners[1:] - corners[0], a, b)
    np.testing.assert_allclose(EDGE.loss_on_plane(loss, corners, a, b), expected)
