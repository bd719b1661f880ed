"""Losses against PyTorch, scikit-learn and finite differences; shapes, extremes, and errors."""

import warnings

import hypothesis.extra.numpy as hnp
import numpy as np
import pytest
import sklearn.metrics as sk
from hypothesis import given
from hypothesis import strategies as st

from helpers.autograd import Tensor
from helpers.derivatives import finite_difference
from helpers.functions import log_softmax, softmax
from helpers.losses import (
    binary_cross_entropy,
    cross_entropy,
    entropy,
    huber,
    kl_divergence,
    mae,
    mse,
    token_cross_entropy,
)
from tests.support.reference import reference

TORCH = reference("losses")
LOSSES = {
    "mae": mae,
    "mse": mse,
    "huber": huber,
    "cross_entropy": cross_entropy,
    "binary_cross_entropy": binary_cross_entropy,
}
ELEMENTWISE = [mae, mse, huber, huber.with_delta(0.3), binary_cross_entropy]


def numbers(shape, low=-5.0, high=5.0):
    return hnp.arrays(np.float64, shape, elements=st.floats(low, high))


# Numbers


@pytest.mark.parametrize("name", TORCH["losses"])
def test_value_and_gradient_match_pytorch(name):
    kind, _, detail = name.partition(", ")
    loss = (
        huber.with_delta(float(detail))
        if kind == "huber" and detail
        else LOSSES[kind.split(" ")[0]]
    )
    case = TORCH["losses"][name]
    assert loss(case["y_hat"], case["y"]) == pytest.approx(case["value"], rel=1e-13)
    np.testing.assert_allclose(
        loss.gradient(case["y_hat"], case["y"]), case["gradient"], rtol=1e-12, atol=1e-16
    )


@pytest.mark.parametrize("f", [softmax, log_softmax])
def test_softmax_matches_pytorch(f):
    np.testing.assert_allclose(f(TORCH["logits"]), TORCH[f.__name__], rtol=1e-13, atol=1e-300)


def test_entropy_and_divergence_match_pytorch():
    np.testing.assert_allclose(entropy(TORCH["p"]), TORCH["entropy"], rtol=1e-13)
    np.testing.assert_allclose(
        kl_divergence(TORCH["p"], TORCH["q"]), TORCH["kl_divergence"], rtol=1e-12
    )


def test_losses_match_scikit_learn():
    rng = np.random.default_rng(1)
    y_hat, y = rng.normal(size=(2, 30))
    logits, labels = 3 * rng.normal(size=(30, 4)), rng.integers(0, 4, 30)
    assert mae(y_hat, y) == pytest.approx(sk.mean_absolute_error(y, y_hat))
    assert mse(y_hat, y) == pytest.approx(sk.mean_squared_error(y, y_hat))
    assert cross_entropy(logits, labels) == pytest.approx(
        sk.log_loss(labels, softmax(logits), labels=range(4))
    )
    yes = labels > 1
    sigmoid = 1 / (1 + np.exp(-logits[:, 0]))
    assert binary_cross_entropy(logits[:, 0], yes) == pytest.approx(sk.log_loss(yes, sigmoid))


def test_cross_entropy_of_ninety_percent_cat():
    logits = np.log([[0.9, 0.1]])
    assert cross_entropy(logits, [0]) == pytest.approx(0.105, abs=5e-4)
    assert cross_entropy(logits, [1]) == pytest.approx(2.303, abs=5e-4)


@given(st.data())
def test_gradient_matches_finite_differences(data):
    loss = data.draw(st.sampled_from(ELEMENTWISE))
    shape = data.draw(hnp.array_shapes(min_dims=0, max_dims=3, min_side=1, max_side=3))
    y = data.draw(numbers(shape, 0, 1))
    residual = data.draw(numbers(shape))
    y_hat = y + np.where(
        np.abs(residual) < 0.01, 0.01, residual
    )  # |r| has no slope to compare at its kink
    nudged = finite_difference(lambda y_hat: loss(y_hat, y), y_hat)
    np.testing.assert_allclose(loss.gradient(y_hat, y), nudged, rtol=1e-5, atol=1e-5)


@given(st.data())
def test_cross_entropy_gradient_matches_finite_differences(data):
    shape = data.draw(hnp.array_shapes(min_dims=0, max_dims=2, min_side=1, max_side=3))
    classes = data.draw(st.integers(1, 4))
    logits = data.draw(numbers((*shape, classes)))
    indices = data.draw(hnp.arrays(np.int64, shape, elements=st.integers(0, classes - 1)))
    probabilities = softmax(data.draw(numbers((*shape, classes))))
    for targets in (indices, probabilities):
        nudged = finite_difference(lambda z, targets=targets: cross_entropy(z, targets), logits)
        np.testing.assert_allclose(
            cross_entropy.gradient(logits, targets), nudged, rtol=1e-6, atol=1e-8
        )


@given(st.data())
def test_one_hot_targets_and_class_indices_agree(data):
    logits = data.draw(numbers((4, 3)))
    labels = data.draw(hnp.arrays(np.int64, 4, elements=st.integers(0, 2)))
    one_hot = np.eye(3, dtype=int)[labels]
    assert cross_entropy(logits, labels) == pytest.approx(cross_entropy(logits, one_hot))
    np.testing.assert_allclose(
        cross_entropy.gradient(logits, labels), cross_entropy.gradient(logits, one_hot)
    )


@given(numbers((3, 4), -1e4, 1e4))
def test_cross_entropy_is_finite_and_silent_at_huge_logits(logits):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.isfinite(cross_entropy(logits, [0, 1, 2]))
        assert np.isfinite(cross_entropy.gradient(logits.astype(np.float32), [0, 1, 2])).all()
        assert np.isfinite(binary_cross_entropy(logits, np.full((3, 4), 0.5)))
        assert np.isfinite(binary_cross_entropy.gradient(logits, np.ones((3, 4)))).all()


def test_cross_entropy_is_exact_at_huge_logits():
    assert cross_entropy([[1e4, -1e4]], [1]) == 2e4
    assert cross_entropy([[1e4, -1e4]], [0]) == 0
    assert binary_cross_entropy([-1e4, 1e4], [1, 0]) == 1e4
    assert binary_cross_entropy([40.0], [1]) == pytest.approx(np.exp(-40.0), rel=1e-12)


@given(numbers((3, 4), -1e4, 1e4))
def test_softmax_rows_sum_to_one_and_ignore_a_shift(logits):
    p = softmax(logits)
    np.testing.assert_allclose(p.sum(-1), 1, rtol=1e-12)
    np.testing.assert_allclose(softmax(logits + 100), p, rtol=1e-9, atol=1e-12)
    with np.errstate(divide="ignore"):
        seen = p > 1e-300
        np.testing.assert_allclose(
            np.log(p[seen]), log_softmax(logits)[seen], rtol=1e-9, atol=1e-12
        )


@given(numbers((2, 4, 3)))
def test_cross_entropy_is_entropy_plus_divergence(logits):
    p, q = softmax(logits)
    mean = np.mean(entropy(p) + kl_divergence(p, q))
    assert cross_entropy(np.log(q), p) == pytest.approx(mean, abs=1e-12)
    assert (kl_divergence(p, q) >= 0).all()


def test_zero_probabilities_are_silent():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert entropy([1.0, 0.0]) == 0 and not np.signbit(entropy([1.0, 0.0]))
        assert kl_divergence([1.0, 0.0], [0.5, 0.5]) == pytest.approx(np.log(2))
        assert kl_divergence([0.5, 0.5], [1.0, 0.0]) == np.inf
        assert kl_divergence([1.0, 0.0], [1.0, 0.0]) == 0


def test_divergence_is_not_symmetric():
    assert kl_divergence([0.5, 0.5], [0.9, 0.1]) != pytest.approx(
        kl_divergence([0.9, 0.1], [0.5, 0.5])
    )


# What weighs nothing, and what is infinite


P = np.array([[0.5, 0.5, 0.0], [0.0, 0.0, 1.0], [0.2, 0.3, 0.5]])


def logarithm(p):
    with np.errstate(divide="ignore"):
        return np.log(p)


@pytest.mark.parametrize("targets", [[1], [[0, 1]], [[0.0, 1.0]]])
def test_a_class_that_cannot_be_costs_nothing_where_it_is_not_true(targets):
    logits = [[-np.inf, 0.0]]
    assert cross_entropy(logits, targets) == 0
    assert not np.signbit(cross_entropy(logits, targets))
    assert cross_entropy.gradient(logits, targets).tolist() == [[0, 0]]


@pytest.mark.parametrize("targets", [[0], [[1, 0]], [[0.5, 0.5]]])
def test_a_class_that_cannot_be_costs_everything_where_it_is_true(targets):
    logits = [[-np.inf, 0.0]]
    assert cross_entropy(logits, targets) == np.inf
    weight = 0.5 if targets == [[0.5, 0.5]] else 1
    assert cross_entropy.gradient(logits, targets).tolist() == [[-weight, weight]]


def test_cross_entropy_of_a_distribution_with_itself_is_its_entropy_also_with_zeros():
    np.testing.assert_allclose(cross_entropy.each(logarithm(P), P), entropy(P), atol=1e-15)
    assert cross_entropy(logarithm(P[:1]), P[:1]) == pytest.approx(np.log(2))
    np.testing.assert_allclose(cross_entropy.gradient(logarithm(P), P), 0, atol=1e-15)


@pytest.mark.parametrize("targets", [np.array([1, 2, 0]), np.eye(3)[[1, 2, 0]], P])
def test_the_gradient_is_finite_and_right_beside_a_class_that_cannot_be(targets):
    logits = np.array([[0.3, -np.inf, 1.2], [-np.inf, -np.inf, 0.4], [2.0, 0.1, -np.inf]])
    far = np.maximum(logits, -1e4)
    gradient = cross_entropy.gradient(logits, targets)
    np.testing.assert_allclose(gradient, cross_entropy.gradient(far, targets), atol=1e-15)
    tensor = Tensor(logits, requires_grad=True)
    cross_entropy(tensor, targets).backward()
    np.testing.assert_allclose(tensor.grad, gradient, rtol=1e-14)


@pytest.mark.parametrize(
    ("score", "target", "value", "gradient"),
    [
        (np.inf, 1, 0, 0),
        (-np.inf, 0, 0, 0),
        (np.inf, 0, np.inf, 1),
        (-np.inf, 1, np.inf, -1),
        (np.inf, 0.25, np.inf, 0.75),
    ],
)
def test_binary_cross_entropy_of_an_infinite_score(score, target, value, gradient):
    assert binary_cross_entropy([score], [target]) == value
    assert binary_cross_entropy.gradient([score], [target]).tolist() == [gradient]
    tensor = Tensor(np.array([score]), requires_grad=True)
    binary_cross_entropy(tensor, [target]).backward()
    assert tensor.grad.tolist() == [gradient]


@pytest.mark.parametrize("sign", [-1, 1])
def test_huber_and_mae_of_an_infinite_error_have_a_finite_slope(sign):
    for loss in (mae, huber):
        assert loss([sign * np.inf], [0.0]) == np.inf
        assert loss.gradient([sign * np.inf], [0.0]).tolist() == [sign]


def test_huber_does_not_square_an_error_beyond_its_border():
    assert huber([1e200], [0.0]) == pytest.approx(1e200)
    assert huber(np.float32([1e30]), [0.0]) == pytest.approx(1e30)


def test_divergence_with_zeros_in_either():
    assert kl_divergence(P, P).tolist() == [0, 0, 0]
    assert kl_divergence([0.0, 1.0], [0.5, 0.5]) == pytest.approx(np.log(2))
    assert kl_divergence([0.5, 0.5], [0.0, 1.0]) == np.inf


# A student who hunts NaN with np.seterr(all="raise")


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_harmless_underflow_raises_nothing(dtype):
    logits = np.array([[1e4, -1e4, 0.0], [-90.0, 5.0, -745.0], [-np.inf, 0.0, 3.0]], dtype)
    tiny = np.array([[1.0, 1e-44, 0.0]], dtype)
    targets = np.eye(3)[[1, 0, 2]]
    with np.errstate(all="raise"):
        for wanted in ([1, 0, 2], targets, np.full((3, 3), 1 / 3)):
            cross_entropy(logits, wanted)
            cross_entropy.gradient(logits, wanted)
        binary_cross_entropy(logits, targets)
        binary_cross_entropy.gradient(logits, targets)
        entropy(tiny)
        kl_divergence(tiny, tiny[:, ::-1])
        kl_divergence(tiny, [[0.5, 0.25, 0.25]])


@pytest.mark.parametrize("loss", [*ELEMENTWISE, cross_entropy])
def test_a_gradient_that_underflows_raises_nothing(loss):
    tiny = np.full((3, 3), np.finfo(np.float32).tiny)
    y_hat, y = tiny.astype(np.float32), np.eye(3)
    with np.errstate(all="raise"):
        loss(y_hat, y)
        loss.gradient(y_hat, y)
        tensor = Tensor(y_hat, requires_grad=True)
        loss(tensor, y).backward(np.float32(1e-30))


def test_a_real_fault_is_still_raised():
    with np.errstate(all="raise"), pytest.raises(FloatingPointError, match="overflow"):
        mse([1e200], [0.0])


# Many rows, few digits


@pytest.mark.parametrize("loss", [*ELEMENTWISE, cross_entropy])
def test_the_mean_of_many_float32_rows_is_added_up_in_float64(loss):
    rng = np.random.default_rng(0)
    y_hat = rng.uniform(0.5, 1, (300_000, 2)).astype(np.float32)
    y = np.eye(2, dtype=np.float32)[rng.integers(0, 2, len(y_hat))]
    expected = loss.each(y_hat, y).mean(dtype=float)
    assert loss(y_hat, y) == pytest.approx(expected, rel=1e-12)
    as_tensor = loss(Tensor(y_hat, requires_grad=True), y).item()
    assert as_tensor == np.float32(expected)


def test_a_divergence_of_neighbours_is_exact_in_float32():
    p = np.float32([[0.5, 0.5]])
    q = np.float32([[0.5005, 0.4995]])
    exact = kl_divergence(p.astype(float), q.astype(float))
    assert kl_divergence(p, q).dtype == np.float32
    np.testing.assert_allclose(kl_divergence(p, q), exact, rtol=1e-6)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_a_softmax_of_many_classes_is_a_distribution_in_any_precision(dtype):
    logits = np.random.default_rng(0).normal(size=(1000, 3))
    p = (np.exp(logits) / np.exp(logits).sum(axis=0)).astype(dtype)
    assert entropy(p.T).dtype == dtype
    np.testing.assert_allclose(entropy(p.T), entropy(p.T.astype(float)), rtol=np.finfo(dtype).eps)


@pytest.mark.parametrize("loss, best", [(mae, np.median), (mse, np.mean)])
def test_best_constant_is_the_median_or_the_mean(loss, best):
    y = np.array([1.0, 2.0, 2.5, 3.0, 40.0])
    constants = np.linspace(0, 41, 4101)
    means = [loss(np.full_like(y, c), y) for c in constants]
    assert constants[np.argmin(means)] == pytest.approx(best(y), abs=0.006)


# Shapes and dtypes


@pytest.mark.parametrize("loss", [*ELEMENTWISE, cross_entropy])
def test_float32_stays_float32(loss):
    y_hat, y = np.zeros((2, 2), np.float32), np.eye(2)
    assert loss.gradient(y_hat, y).dtype == np.float32
    assert loss.each(y_hat, y).dtype == np.float32
    assert type(loss(y_hat, y)) is float
    assert (
        softmax(y_hat).dtype
        == log_softmax(y_hat).dtype
        == entropy(softmax(y_hat)).dtype
        == np.float32
    )


@pytest.mark.parametrize("loss", [*ELEMENTWISE, cross_entropy])
def test_loss_is_the_mean_of_each_and_leaves_its_inputs_alone(loss):
    y_hat, y = np.array([[1.0, -2.0], [0.5, 3.0]]), np.eye(2)
    before = y_hat.copy()
    assert loss(y_hat, y) == pytest.approx(loss.each(y_hat, y).mean())
    loss.gradient(y_hat, y)
    assert (y_hat == before).all() and (y == np.eye(2)).all()


def test_huber_says_its_delta():
    assert huber.name == "Huber (δ = 1)" and huber.with_delta(2.5).delta == 2.5
    assert repr(huber.with_delta(2.5)) == "<loss: Huber (δ = 2.5)>"


# Errors in words


@pytest.mark.parametrize("loss", ELEMENTWISE)
def test_column_against_row_is_an_error_and_not_a_broadcast(loss):
    with pytest.raises(ValueError, match=r"\(3, 1\).*\(3,\).*reshape\(\(3, 1\)\)"):
        loss(np.zeros((3, 1)), np.zeros(3))
    with pytest.raises(ValueError, match=r"\(3,\).*\(4,\)"):
        loss.gradient(np.zeros(3), np.zeros(4))


@pytest.mark.parametrize("loss", [*ELEMENTWISE, cross_entropy])
def test_mean_of_nothing_is_an_error(loss):
    with pytest.raises(ValueError, match=r"empty \(shape \(0, 2\)\)"):
        loss(np.zeros((0, 2)), np.zeros((0, 2)))


@pytest.mark.parametrize(
    "logits, targets, message",
    [
        (np.zeros((2, 3)), [0, 3], r"class 3 is out of range.*\(2, 3\) have 0 to 2"),
        (np.zeros((2, 3)), [0, -1], "class -1 is out of range"),
        (np.zeros((2, 3)), [0, 1, 2], r"\(2, 3\).*\(3,\).*expected"),
        (np.zeros((2, 3)), [[0], [1]], r"\(2, 3\).*\(2, 1\).*expected"),
        (np.zeros((2, 3)), [0.0, 1.0], r"must be integers.*astype"),
        (np.zeros((1, 2)), [[1.5, -0.5]], "≥ 0, got -0.5"),
        (np.zeros((1, 2)), [[0.5, 0.6]], "must sum to 1, got sums from 1.1 to 1.1"),
        (3.0, 0, "at least one class"),
    ],
)
def test_cross_entropy_names_what_is_wrong_with_its_targets(logits, targets, message):
    for f in (cross_entropy, cross_entropy.gradient):
        with pytest.raises(ValueError, match=message):
            f(logits, targets)


def test_binary_targets_outside_zero_to_one_are_named():
    with pytest.raises(ValueError, match="between 0 and 1, got -1"):
        binary_cross_entropy([0.0, 1.0], [-1, 1])
    with pytest.raises(ValueError, match="got nan"):
        binary_cross_entropy([0.0], [np.nan])


@pytest.mark.parametrize(
    "p", [[0.5, 0.6], [1.5, -0.5], [np.nan, 1.0], [], [[0.5, 0.5], [0.2, 0.2]]]
)
def test_what_is_no_distribution_is_refused(p):
    for f in (
        entropy,
        lambda p: kl_divergence(p, [0.5, 0.5]),
        lambda p: kl_divergence([0.5, 0.5], p),
    ):
        with pytest.raises(ValueError, match="≥ 0|sum to 1|at least one class"):
            f(p)


def test_divergence_names_both_shapes():
    with pytest.raises(ValueError, match=r"\(2,\).*\(3,\)"):
        kl_divergence([0.5, 0.5], [0.5, 0.25, 0.25])


@pytest.mark.parametrize("delta", [0, -1, np.nan, np.inf])
def test_huber_refuses_a_border_that_is_no_positive_number(delta):
    with pytest.raises(ValueError, match="delta must be"):
        huber.with_delta(delta)


# Words of sentences: some targets count for nothing


@given(
    shape=st.sampled_from([(5,), (2, 3), (1, 4, 2)]),
    classes=st.integers(1, 4),
    seed=st.integers(0, 99),
)
def test_a_target_that_is_left_out_is_as_if_it_were_not_there(shape, classes, seed):
    rng = np.random.default_rng(seed)
    logits = rng.normal(size=(*shape, classes))
    targets = np.where(rng.random(shape) < 0.4, -100, rng.integers(0, classes, shape))
    targets.flat[0] = 0
    kept = targets != -100
    assert token_cross_entropy(logits, targets) == pytest.approx(
        cross_entropy(logits[kept], targets[kept]), rel=1e-14
    )
    gradient = token_cross_entropy.gradient(logits, targets)
    np.testing.assert_allclose(
        gradient[kept], cross_entropy.gradient(logits[kept], targets[kept]), rtol=1e-14
    )
    assert not gradient[~kept].any()
    nudged = finite_difference(lambda z: token_cross_entropy(z, targets), logits)
    np.testing.assert_allclose(gradient, nudged, atol=1e-8)
    x = Tensor(logits, requires_grad=True)
    loss = token_cross_entropy(x, targets)
    loss.backward()
    assert loss.item() == token_cross_entropy(logits, targets)
    np.testing.assert_allclose(x.grad, gradient, rtol=1e-14)


def test_without_targets_to_leave_out_it_is_the_cross_entropy():
    logits, targets = np.random.default_rng(0).normal(size=(3, 4, 5)), np.full((3, 4), 2)
    assert token_cross_entropy(logits, targets) == cross_entropy(logits, targets)


@pytest.mark.parametrize(
    "targets, message",
    [
        ([-100, -100], "all targets are -100, so none counts"),
        ([-100, -1], "class -1 is out of range"),
        ([0, 3], "class 3 is out of range"),
        ([[0, 0, 1], [1, 0, 0]], r"class indices, got shape \(2, 3\).*argmax"),
        ([0.5, 1.0], "indices must be integers"),
        ([0], r"logits have shape \(2, 3\) but targets \(1,\)"),
    ],
)
def test_wrong_targets_of_words_are_named(targets, message):
    with pytest.raises(ValueError, match=message):
        token_cross_entropy(np.zeros((2, 3)), targets)
