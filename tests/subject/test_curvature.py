"""Curvature of real networks: Hessian times vector, sharpness, slices that agree with the loss."""

import warnings

import numpy as np
import pytest

from helpers.autograd import Tensor
from helpers.curvature import (
    gradient_of,
    hessian_product,
    loss_of,
    loss_slice,
    path_directions,
    random_direction,
    sharpness,
)
from helpers.datasets import load_digits, make_moons, make_spirals
from helpers.derivatives import hessian
from helpers.losses import cross_entropy, mse
from helpers.nn import MLP, BatchNorm, Linear, Sequential, tanh
from helpers.optim import SGD
from helpers.surfaces import bowl, himmelblau, saddle


def moons(dtype=np.float64):
    rng = np.random.default_rng(0)
    X, y = make_moons(60, noise=0.1, rng=rng)[:2]
    return MLP((2, 4, 2), "tanh", "xavier", rng=rng, dtype=dtype), X.astype(dtype), y


def trained(steps):
    """A small network in float64, the θ of every step, and its data."""
    model, X, y = moons()
    gradient = gradient_of(model, cross_entropy, X, y)
    optimizer = SGD(0.05)
    path = [model.theta.copy()]
    for _ in range(steps):
        optimizer.step(model.theta, gradient(model.theta))
        path.append(model.theta.copy())
    return model, np.array(path), X, y


def digits(activation, seed, dtype=np.float64):
    """The gradient of a new network on digits, and its θ."""
    data = load_digits()
    model = MLP((64, 32, 10), activation, rng=np.random.default_rng(seed), dtype=dtype)
    X = (data.X[:400] / 16).astype(dtype)
    return gradient_of(model, cross_entropy, X, data.y[:400]), model.theta.copy()


def quadratic(*curvatures):
    """The gradient of ½ Σ λᵢ θᵢ², in the type of θ."""
    return lambda theta: theta * np.asarray(curvatures, theta.dtype)


def a_start(size):
    return np.random.default_rng(1).normal(size=size)


# ── Hessian times vector ────────────────────────────────────────────────────────────────────────


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


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_hessian_product_keeps_the_type_of_theta(dtype):
    product = hessian_product(quadratic(1, 50), np.zeros(2, dtype), np.ones(2, dtype))
    assert product.dtype == dtype
    np.testing.assert_allclose(product, [1, 50], rtol=1e-5)


def test_hessian_product_takes_whole_numbers_for_floats():
    product = hessian_product(quadratic(1, 50), np.array([3, 4]), [1, 1])
    np.testing.assert_allclose(product, [1, 50], rtol=1e-6)


def test_hessian_product_takes_vectors_whose_squares_are_too_small_for_float32():
    vector = np.full(2, 1e-25, np.float32)
    product = hessian_product(quadratic(1, 50), np.zeros(2, np.float32), vector)
    np.testing.assert_allclose(product, [1e-25, 50e-25], rtol=1e-5)


def test_a_step_that_is_lost_in_rounding_is_named():
    theta = np.full(2, 1e5, np.float32)
    with pytest.raises(ValueError, match="eps = 0.001 is lost in the rounding.*float32.*try 0.01"):
        hessian_product(quadratic(1, 50), theta, np.ones(2))
    product = hessian_product(quadratic(1, 50), theta, np.ones(2), eps=1.0)
    np.testing.assert_allclose(product, [1, 50], rtol=0.02)


def test_hessian_product_refuses_a_vector_unlike_theta():
    with pytest.raises(ValueError, match=r"vector has shape \(1,\) but theta has shape \(2,\)"):
        hessian_product(quadratic(1, 50), np.zeros(2), np.ones(1))


@pytest.mark.parametrize("eps", [0, -1e-3, np.nan])
def test_hessian_product_needs_a_step_above_0(eps):
    with pytest.raises(ValueError, match=f"eps must be a number above 0, got {eps}"):
        hessian_product(quadratic(1, 50), np.zeros(2), np.ones(2), eps)


# ── sharpness ───────────────────────────────────────────────────────────────────────────────────


def test_sharpness_is_the_largest_eigenvalue_and_its_direction():
    model, X, y = moons()
    gradient = gradient_of(model, cross_entropy, X, y)
    values, vectors = np.linalg.eigh(hessian(gradient, model.theta.copy()))
    start = np.random.default_rng(2).normal(size=model.size)
    found, direction = sharpness(gradient, model.theta, start, 50)
    assert found == pytest.approx(values[-1], rel=1e-3)
    assert abs(direction @ vectors[:, -1]) > 0.99


def test_sharpness_may_be_negative():
    top = np.array([-0.2708445907, -0.9230385565])  # Himmelblau's maximum
    largest = np.linalg.eigvalsh(hessian(himmelblau().gradient, top)).min()
    found, _ = sharpness(himmelblau().gradient, top, np.ones(2), 100)
    assert found == pytest.approx(largest, rel=1e-4)


def test_flat_ground_has_no_sharpness():
    assert sharpness(quadratic(0, 0), np.ones(2), np.ones(2))[0] == 0


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_sharpness_of_relu_is_no_jump_of_its_gradient(seed):
    gradient, theta = digits("relu", seed)
    found, direction = sharpness(gradient, theta, a_start(theta.size), 100)
    for eps in (1e-8, 1e-9):  # so near that no kink is within reach
        product = hessian_product(gradient, theta, direction, eps)
        assert direction @ product == pytest.approx(found, rel=1e-3)
        assert np.linalg.norm(product - found * direction) < 0.05 * found


@pytest.mark.parametrize("activation, seed", [("tanh", 0), ("gelu", 0), ("relu", 0), ("relu", 2)])
def test_sharpness_in_float32_is_that_in_float64(activation, seed):
    exact = sharpness(*digits(activation, seed), a_start(2410), 100)[0]
    gradient, theta = digits(activation, seed, np.float32)
    found, direction = sharpness(gradient, theta, a_start(2410), 100)
    assert found == pytest.approx(exact, rel=5e-3)
    assert direction.dtype == np.float32


def test_a_step_over_kinks_is_no_sharpness():
    gradient, theta = digits("relu", 0)
    with pytest.raises(np.linalg.LinAlgError, match="not converged.*with relu a smaller eps"):
        sharpness(gradient, theta, a_start(theta.size), 100, eps=1e-3)


@pytest.mark.parametrize("iterations", [1, 2, 20, 21, 1000])
def test_sharpness_says_that_it_swings_between_a_curvature_and_its_opposite(iterations):
    with pytest.raises(np.linalg.LinAlgError, match="λ and −λ are both eigenvalues"):
        sharpness(saddle().gradient, np.zeros(2), [1.0, 1.0], iterations)


def test_sharpness_says_that_it_needs_more_iterations():
    curvatures = (1.0, -0.95)
    with pytest.raises(np.linalg.LinAlgError, match="after 5 iterations.*try iterations=25"):
        sharpness(quadratic(*curvatures), np.zeros(2), np.ones(2), 5)
    found, _ = sharpness(quadratic(*curvatures), np.zeros(2), np.ones(2), 400)
    assert found == pytest.approx(1)


def test_what_counts_as_converged_can_be_chosen():
    gradient = quadratic(1.0, 0.8)
    rough, _ = sharpness(gradient, np.zeros(2), np.ones(2), 2)
    assert rough == pytest.approx(0.95, abs=0.05)
    with pytest.raises(np.linalg.LinAlgError):
        sharpness(gradient, np.zeros(2), np.ones(2), 2, tolerance=0.01)


def test_sharpness_sees_curvatures_whose_squares_are_too_small_for_float32():
    theta = np.zeros(2, np.float32)
    found, _ = sharpness(quadratic(1e-25, 50e-25), theta, np.ones(2))
    assert found == pytest.approx(50e-25, rel=1e-5)


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_sharpness_of_what_has_diverged_is_nan_without_a_warning(wrong):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found, direction = sharpness(lambda theta: theta * 0 + wrong, np.ones(2), np.ones(2))
    assert np.isnan(found) and np.linalg.norm(direction) == pytest.approx(1)


def test_what_underflows_is_no_error_where_the_caller_hunts_errors():
    with np.errstate(all="raise"):
        assert sharpness(quadratic(1, 50), np.zeros(2), np.ones(2), 400)[0] == pytest.approx(50)
        assert path_directions(np.outer(np.arange(5), [1, 1e-200]))[2] == pytest.approx(1)


@pytest.mark.parametrize("start", [np.zeros(2), np.array([np.nan, 1]), np.array([np.inf, 1])])
def test_sharpness_needs_a_direction_to_start_in(start):
    with pytest.raises(ValueError, match="start must have a length above 0, got"):
        sharpness(bowl(10).gradient, np.ones(2), start)


@pytest.mark.parametrize("iterations", [0, -1, 2.5])
def test_sharpness_needs_an_iteration(iterations):
    with pytest.raises(
        ValueError, match=f"iterations must be a whole number ≥ 1, got {iterations}"
    ):
        sharpness(bowl(10).gradient, np.ones(2), np.ones(2), iterations)


# ── the loss of a model as a function of θ ──────────────────────────────────────────────────────


def test_measuring_leaves_the_model_as_it_was():
    rng = np.random.default_rng(3)
    model = Sequential(Linear(2, 3, rng=rng), BatchNorm(3), tanh, Linear(3, 2, rng=rng))
    X, y = make_moons(20, noise=0.1, rng=rng)[:2]
    cross_entropy(model(X), y).backward()
    before = [*model.state, model.grad.copy()]
    elsewhere = model.theta + 1
    loss = loss_of(model, cross_entropy, X, y)
    assert loss(elsewhere) != loss(model.theta)
    gradient_of(model, cross_entropy, X, y)(elsewhere)
    with pytest.raises(ValueError):
        gradient_of(model, cross_entropy, X[:, :1], y)(elsewhere)
    for array, kept in zip([*model.state, model.grad], before):
        np.testing.assert_array_equal(array, kept)


def test_gradients_go_on_adding_up_after_a_measurement():
    model, X, y = moons()
    cross_entropy(model(X), y).backward()
    once = model.grad.copy()
    first_layer_only = gradient_of(model, lambda y_hat, y: model.parameters()[0].sum(), X, y)
    assert np.count_nonzero(first_layer_only(model.theta)) == 8
    cross_entropy(model(X), y).backward()
    np.testing.assert_allclose(model.grad, 2 * once)


@pytest.mark.parametrize("measure", [loss_of, gradient_of])
@pytest.mark.parametrize("theta", [0.0, np.zeros(1), np.zeros((1, 22))])
def test_a_theta_of_another_shape_is_no_theta_of_the_model(measure, theta):
    model, X, y = moons()
    with pytest.raises(ValueError, match=r"theta has shape .* but this model's has shape \(22,\)"):
        measure(model, cross_entropy, X, y)(theta)


@pytest.mark.parametrize("measure", [loss_of, gradient_of])
def test_a_weight_that_has_left_theta_is_named(measure):
    model, X, y = moons()
    weight = model.parameters()[0]
    weight.data = weight.data.copy()
    with pytest.raises(ValueError, match="a weight of this model left theta"):
        measure(model, cross_entropy, X, y)(model.theta)


def test_a_loss_without_a_gradient_is_named():
    model, X, y = moons()

    def loss(y_hat, y):
        return np.mean(y_hat.data if isinstance(y_hat, Tensor) else y_hat)

    assert np.isfinite(loss_of(model, loss, X, y)(model.theta))
    with pytest.raises(TypeError, match="the loss returned .*it must return a Tensor"):
        gradient_of(model, loss, X, y)(model.theta)


# ── directions and slices ───────────────────────────────────────────────────────────────────────


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


def test_a_random_direction_is_as_long_as_weights_whose_squares_are_too_small_for_float32():
    model, *_ = moons(np.float32)
    model.theta[:] *= 1e-25
    direction = random_direction(model, np.random.default_rng(4)).astype(np.float64)
    weights = model.parameters()[0].data.astype(np.float64)
    lengths = np.linalg.norm(direction[: weights.size].reshape(weights.shape), axis=0)
    np.testing.assert_allclose(lengths, np.linalg.norm(weights, axis=0), rtol=1e-5)


def test_a_model_without_weights_has_an_empty_direction():
    assert random_direction(Sequential(tanh), np.random.default_rng(0)).shape == (0,)


def test_a_random_direction_needs_a_generator():
    with pytest.raises(TypeError, match="rng must be a numpy Generator, got 4"):
        random_direction(moons()[0], 4)


def test_a_slice_has_a_to_the_right_and_b_upwards_with_the_model_in_its_middle():
    def loss(theta):
        return theta[0] + 10 * theta[1]

    values = loss_slice(loss, np.array([1.0, 1.0, 5.0]), np.eye(3)[:2], [0, 1, 2], [0, 1])
    assert values.tolist() == [[11, 12, 13], [21, 22, 23]]


@pytest.mark.parametrize("directions", [np.eye(3), np.eye(3)[:1], np.eye(3)[0], np.eye(2)])
def test_a_slice_has_two_directions_like_theta(directions):
    with pytest.raises(ValueError, match=r"directions must have shape \(2, 3\), two like theta"):
        loss_slice(np.sum, np.zeros(3), directions, [0, 1], [0, 1])


@pytest.mark.parametrize("a, b", [(0.0, [0, 1]), ([0, 1], 0.0), (np.zeros((2, 2)), [0, 1])])
def test_a_slice_has_a_and_b_as_axes(a, b):
    with pytest.raises(ValueError, match="a and b must be one-dimensional, got shapes"):
        loss_slice(np.sum, np.zeros(2), np.eye(2), a, b)


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
    places = along[::50]
    drawn = np.array([loss_slice(loss, path[-1], directions, [a], [b])[0, 0] for a, b in places])
    true = np.array([loss(theta) for theta in path[::50]])
    assert drawn[-1] == pytest.approx(true[-1], rel=1e-12)
    gap = np.abs(drawn - true) / np.ptp(true)
    assert (gap[1:] < 0.02).all() and gap[0] < 0.4  # the start is what lies furthest outside


def test_a_path_that_never_moved_has_no_share_in_any_plane():
    directions, along, share = path_directions(np.ones((5, 3)))
    assert directions.shape == (2, 3) and (along == 0).all() and share == 0


def test_a_path_in_float32_has_the_plane_of_the_path_in_float64():
    path = 100 + np.random.default_rng(6).normal(size=(20, 2)) @ np.eye(2, 50)
    single, double = path.astype(np.float32), path.astype(np.float32).astype(np.float64)
    directions, along, share = path_directions(single)
    assert directions.dtype == along.dtype == np.float32
    np.testing.assert_allclose(directions, path_directions(double)[0], atol=1e-6)
    assert share == path_directions(double)[2] == pytest.approx(1, abs=1e-6)


def test_a_path_of_steps_whose_squares_are_too_small_for_float32_has_its_plane():
    path = np.outer(np.arange(5), [1e-25, 2e-25, 0]).astype(np.float32)
    assert path_directions(path)[2] == pytest.approx(1)


@pytest.mark.parametrize("shape", [(1, 5), (5, 1), (5,), (2, 2, 2)])
def test_a_plane_needs_two_thetas_of_two_weights(shape):
    with pytest.raises(ValueError, match="path must have shape .T, D., at least two θ of at least"):
        path_directions(np.zeros(shape))


def test_a_path_that_diverged_is_named_with_the_place():
    path = np.ones((5, 3))
    path[3:] = np.nan
    with pytest.raises(ValueError, match="path must be finite, but is not from index 3 on"):
        path_directions(path)


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
