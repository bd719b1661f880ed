"""Curvature of real networks: Hessian times vector, sharpness and its edge, slices that agree with the loss."""

import numpy as np
import pytest

from helpers.curvature import (
    gradient_of,
    hessian_product,
    loss_of,
    loss_slice,
    path_directions,
    random_direction,
    sharpness,
)
from helpers.datasets import make_moons, make_spirals
from helpers.derivatives import hessian
from helpers.losses import cross_entropy, mse
from helpers.nn import MLP, BatchNorm, Linear, Sequential, tanh
from helpers.optim import SGD
from helpers.surfaces import bowl, himmelblau


def moons(dtype=np.float64):
    rng = np.random.default_rng(0)
    X, y = make_moons(60, noise=0.1, rng=rng)[:2]
    return MLP((2, 4, 2), "tanh", "xavier", rng=rng, dtype=dtype), X.astype(dtype), y


def trained(steps):
    """A small network in float64, the θ of every step, and its data."""
    model, X, y = moons()
    gradient, optimizer, path = (
        gradient_of(model, cross_entropy, X, y),
        SGD(0.05),
        [model.theta.copy()],
    )
    for _ in range(steps):
        optimizer.step(model.theta, gradient(model.theta))
        path.append(model.theta.copy())
    return model, np.array(path), X, y


@pytest.mark.parametrize("dtype, tolerance", [(np.float64, 1e-6), (np.float32, 2e-3)])
def test_hessian_products_are_columns_of_the_hessian(dtype, tolerance):
    model, X, y = moons(dtype)
    exact, X64, y64 = moons()
    exact.theta[:] = model.theta
    H = hessian(gradient_of(exact, cross_entropy, X64, y64), exact.theta.copy())
    gradient, rng = gradient_of(model, cross_entropy, X, y), np.random.default_rng(1)
    for scale in (1e-3, 1.0, 1e3):
        vector = scale * rng.normal(size=model.size)
        product = hessian_product(gradient, model.theta, vector)
        np.testing.assert_allclose(product, H @ vector, atol=tolerance * np.linalg.norm(H @ vector))


def test_hessian_product_of_nothing_is_nothing():
    assert hessian_product(bowl(10).gradient, np.ones(2), np.zeros(2)).tolist() == [0, 0]


def test_sharpness_is_the_largest_eigenvalue_and_its_direction():
    model, X, y = moons()
    gradient = gradient_of(model, cross_entropy, X, y)
    values, vectors = np.linalg.eigh(hessian(gradient, model.theta.copy()))
    found, direction = sharpness(
        gradient, model.theta, np.random.default_rng(2).normal(size=model.size), 50
    )
    assert found == pytest.approx(values[-1], rel=1e-3)
    assert abs(direction @ vectors[:, -1]) > 0.99


def test_sharpness_may_be_negative_and_flat_ground_has_none():
    top = np.array([-0.2708445907, -0.9230385565])  # Himmelblau's maximum
    largest = np.linalg.eigvalsh(hessian(himmelblau().gradient, top)).min()
    assert sharpness(himmelblau().gradient, top, np.ones(2), 100)[0] == pytest.approx(
        largest, rel=1e-4
    )
    assert sharpness(lambda theta: theta * 0, np.ones(2), np.ones(2))[0] == 0


def test_measuring_leaves_the_model_as_it_was():
    rng = np.random.default_rng(3)
    model = Sequential(Linear(2, 3, rng=rng), BatchNorm(3), tanh, Linear(3, 2, rng=rng))
    X, y = make_moons(20, noise=0.1, rng=rng)[:2]
    cross_entropy(model(X), y).backward()
    before = [*model.state, model.grad.copy()]
    elsewhere = model.theta + 1
    assert loss_of(model, cross_entropy, X, y)(elsewhere) != loss_of(model, cross_entropy, X, y)(
        model.theta
    )
    gradient_of(model, cross_entropy, X, y)(elsewhere)
    with pytest.raises(ValueError):
        gradient_of(model, cross_entropy, X[:, :1], y)(elsewhere)
    for array, kept in zip([*model.state, model.grad], before):
        np.testing.assert_array_equal(array, kept)


def test_a_random_direction_gives_each_unit_a_change_as_long_as_its_weights():
    model, *_ = moons()
    direction, start = random_direction(model, np.random.default_rng(4)), 0
    assert direction.dtype == model.dtype
    for weight in model.parameters():
        part = direction[start : start + weight.size].reshape(weight.shape)
        start += weight.size
        if weight.ndim == 1:
            assert (part == 0).all()
        else:
            np.testing.assert_allclose(
                np.linalg.norm(part, axis=0), np.linalg.norm(weight.data, axis=0)
            )


def test_a_slice_has_a_to_the_right_and_b_upwards_with_the_model_in_its_middle():
    loss = lambda theta: theta[0] + 10 * theta[1]  # noqa: E731
    values = loss_slice(loss, np.array([1.0, 1.0, 5.0]), np.eye(3)[:2], [0, 1, 2], [0, 1])
    assert values.tolist() == [[11, 12, 13], [21, 22, 23]]


def test_contours_agree_with_the_loss_along_a_path_that_lies_in_the_plane():
    model, path, X, y = trained(0)
    loss, rng = loss_of(model, cross_entropy, X, y), np.random.default_rng(5)
    corners = rng.normal(size=(2, model.size))
    path = model.theta + rng.normal(size=(8, 2)) @ corners
    directions, along, share = path_directions(path)
    assert share == pytest.approx(1)
    np.testing.assert_allclose(directions @ directions.T, np.eye(2), atol=1e-12)
    for (a, b), theta in zip(along, path):
        assert loss_slice(loss, path[-1], directions, [a], [b])[0, 0] == pytest.approx(
            loss(theta), rel=1e-9
        )


def test_contours_agree_with_the_loss_along_a_real_training_path_as_far_as_it_lies_in_the_plane():
    model, path, X, y = trained(1000)
    loss = loss_of(model, cross_entropy, X, y)
    directions, along, share = path_directions(path)
    assert share > 0.97
    drawn = np.array(
        [loss_slice(loss, path[-1], directions, [a], [b])[0, 0] for a, b in along[::50]]
    )
    true = np.array([loss(theta) for theta in path[::50]])
    assert drawn[-1] == pytest.approx(true[-1], rel=1e-12)
    gap = np.abs(drawn - true) / np.ptp(true)
    assert (gap[1:] < 0.02).all() and gap[0] < 0.4  # the start is what lies furthest outside


def test_a_path_that_never_moved_has_no_share_in_any_plane():
    directions, along, share = path_directions(np.ones((5, 3)))
    assert directions.shape == (2, 3) and (along == 0).all() and share == 0


def test_an_infinite_loss_is_drawn_as_such_without_warnings():
    values = loss_slice(
        lambda theta: np.exp(theta[0] * 1e6), np.zeros(2), np.eye(2), [-1.0, 1.0], [0.0]
    )
    assert values.tolist() == [[0, np.inf]]


@pytest.mark.parametrize("lr", [0.05, 0.08])
def test_full_batch_descent_sharpens_until_the_edge_of_stability_and_stays_there(lr):
    rng = np.random.default_rng(0)
    X, y = make_spirals(200, noise=0.0, rng=rng)[:2]
    X, y = (3 * X).astype(np.float32), (2.0 * y[:, None] - 1).astype(np.float32)
    model, optimizer = MLP((2, 32, 32, 1), "tanh", "he", rng=rng), SGD(lr)
    gradient = gradient_of(model, lambda y_hat, y: mse(y_hat, y) * 0.5, X, y)
    measured, direction = [], rng.normal(size=model.size)
    for step in range(2500):
        optimizer.step(model.theta, gradient(model.theta))
        if step % 50 == 0:
            value, direction = sharpness(gradient, model.theta, direction, 10)
            measured.append(value)
    assert measured[0] < 0.6 * 2 / lr
    assert np.median(measured[-20:]) == pytest.approx(2 / lr, rel=0.1)
