"""Layers of deep networks: PyTorch's numbers, exact gradients in training and evaluation, state
that is kept.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.autograd import Tensor
from helpers.datasets import make_moons
from helpers.derivatives import gradcheck
from helpers.losses import cross_entropy
from helpers.nn import BatchNorm, Dropout, LayerNorm, Linear, Residual, Sequential, tanh
from helpers.optim import SGD
from helpers.training import EarlyStopping, fit
from tests.support.reference import reference

TORCH = reference("layers")
LAYERS = {
    "BatchNorm": lambda: BatchNorm(3, dtype=np.float64),
    "BatchNorm, momentum and eps": lambda: BatchNorm(3, eps=0.1, momentum=0.3, dtype=np.float64),
    "LayerNorm": lambda: LayerNorm(3, dtype=np.float64),
}


@pytest.mark.parametrize("name", LAYERS)
def test_normalisation_matches_pytorch_in_training_and_in_evaluation(name):
    layer = LAYERS[name]()
    layer.weight.data[:], layer.bias.data[:] = [0.5, 1.0, -2.0], [0.0, 1.0, 3.0]
    for case in TORCH[name]:
        layer.train(case["training"])
        layer.zero_grad()
        x = Tensor(np.array(case["x"]), requires_grad=True)
        y = layer(x)
        y.backward(np.array(case["g"]))
        found = {
            "y": y.data,
            "by x": x.grad,
            "by weight": layer.weight.grad,
            "by bias": layer.bias.grad,
        }
        found |= {what: getattr(layer, what) for what in case if what.startswith("running")}
        for what, numbers in found.items():
            np.testing.assert_allclose(numbers, case[what], rtol=0, atol=1e-12, err_msg=what)


@pytest.mark.parametrize("make", [BatchNorm, LayerNorm])
@pytest.mark.parametrize("training", [True, False])
@given(
    before=st.sampled_from([(2,), (5,), (2, 3), (3, 1, 2)]),
    n=st.integers(1, 4),
    seed=st.integers(0, 99),
)
def test_gradients_of_normalisation_are_exact(make, training, before, n, seed):
    rng = np.random.default_rng(seed)
    layer = make(n, eps=0.1, dtype=np.float64).train(training)
    layer.theta += rng.normal(size=layer.size)
    x, g = Tensor(rng.normal(size=(*before, n)), requires_grad=True), rng.normal(size=(*before, n))
    assert gradcheck(lambda *_: (layer(x) * g).sum(), x, layer.weight, layer.bias).difference < 1e-7


@pytest.mark.parametrize("training", [True, False])
def test_gradients_through_a_deep_residual_network_are_exact(training):
    rng = np.random.default_rng(0)
    block = lambda: Residual(Linear(3, 3, rng=rng, dtype=np.float64), LAYERS["BatchNorm"](), tanh)  # noqa: E731
    model = Sequential(block(), Dropout(0.0, rng=rng), block(), LAYERS["LayerNorm"]()).train(
        training
    )
    x = Tensor(rng.normal(size=(5, 3)), requires_grad=True)
    assert gradcheck(lambda *_: (model(x) ** 3).sum(), x, *model.parameters()).difference < 1e-6


def test_in_evaluation_no_example_depends_on_another():
    rng = np.random.default_rng(0)
    layer, x = BatchNorm(3), rng.normal(size=(8, 3)).astype(np.float32)
    layer(x)
    layer.eval()
    together = layer(x).data
    np.testing.assert_array_equal(np.concatenate([layer(row).data for row in x[:, None]]), together)
    assert np.abs(layer.train()(x).data - together).max() > 0.1


def test_running_averages_arrive_at_the_mean_and_variance_of_the_data():
    rng, layer = np.random.default_rng(0), BatchNorm(2, dtype=np.float64)
    for _ in range(400):
        layer(rng.normal([1.0, -2.0], [0.5, 3.0], (64, 2)))
    np.testing.assert_allclose(layer.running_mean, [1.0, -2.0], atol=0.2)
    np.testing.assert_allclose(layer.running_var, [0.25, 9.0], rtol=0.1)


def test_running_averages_are_saved_loaded_and_brought_back_by_early_stopping(tmp_path):
    def network():
        rng = np.random.default_rng(0)
        return Sequential(Linear(2, 8, rng=rng), BatchNorm(8), tanh, Linear(8, 2, rng=rng))

    model, rng = network(), np.random.default_rng(1)
    train, val = (make_moons(60, noise=0.3, rng=rng)[:2] for _ in range(2))
    options = {"batch_size": 20, "rng": rng, "early_stopping": EarlyStopping(3), "progress": False}
    history = fit(model, cross_entropy, SGD(1.0), train, val, epochs=60, **options)
    assert history.best_epoch < len(history.loss)
    assert cross_entropy(model(val[0]).data, val[1]) == pytest.approx(
        min(history.val_loss), rel=1e-6
    )
    model.save(tmp_path / "model.npz")
    other = network().eval()
    other.load(tmp_path / "model.npz")
    np.testing.assert_array_equal(other(val[0]).data, model(val[0]).data)


@given(
    p=st.floats(0, 0.9), shape=st.sampled_from([(4000,), (50, 80), (0, 3)]), seed=st.integers(0, 99)
)
def test_dropout_keeps_the_mean_and_drops_the_share_p(p, shape, seed):
    layer, x = (
        Dropout(p, rng=np.random.default_rng(seed)),
        Tensor(np.ones(shape), requires_grad=True),
    )
    y = layer(x)
    y.sum().backward()
    np.testing.assert_array_equal(x.grad, y.data)  # what was dropped passes no gradient back
    if x.size:
        assert y.data.mean() == pytest.approx(1, abs=6 * (p / (1 - p) / x.size) ** 0.5 + 1e-12)
        assert set(np.unique(y.data)) <= {0, 1 / (1 - p)}
    assert layer.eval()(x) is x


def test_dropout_draws_anew_each_time_and_repeats_with_its_seed():
    x, layers = np.ones(100), [Dropout(0.5, rng=np.random.default_rng(7)) for _ in range(2)]
    first, second = layers[0](x).data, layers[0](x).data
    assert (first != second).any() and (layers[1](x).data == first).all()


@pytest.mark.parametrize(
    "layer", [BatchNorm(3), LayerNorm(3), Dropout(0.5, rng=np.random.default_rng(0))]
)
def test_float32_stays_float32(layer):
    x = Tensor(np.random.default_rng(0).normal(size=(4, 3)).astype(np.float32), requires_grad=True)
    y = Residual(layer)(x)
    y.sum().backward()
    assert y.dtype == x.grad.dtype == np.float32
    assert all(buffer.dtype == np.float32 for buffer in layer.buffers)


def test_a_residual_network_passes_the_gradient_through_50_layers_that_alone_would_lose_it():
    rng = np.random.default_rng(0)
    plain = [Sequential(Linear(8, 8, rng=rng), tanh) for _ in range(50)]
    for module in plain:
        module.theta *= 0.3
    reached = {}
    for name, layers in (("plain", plain), ("residual", [Residual(module) for module in plain])):
        x = Tensor(rng.normal(size=(16, 8)).astype(np.float32), requires_grad=True)
        Sequential(*layers)(x).sum().backward()
        reached[name] = np.abs(x.grad).mean()
    assert reached["plain"] < 1e-10 and reached["residual"] > 0.01


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_integers_become_floats_of_the_model(dtype):
    X, rng = np.full((4000, 3), 16), np.random.default_rng(0)
    model = Sequential(Dropout(0.3, rng=rng), Linear(3, 3, rng=rng, dtype=dtype))
    kept = model.layers[0](X).data
    assert kept.dtype == dtype and kept.mean() == pytest.approx(16, rel=0.05)
    assert (
        BatchNorm(3, dtype=dtype)(X).dtype
        == LayerNorm(3, dtype=dtype)(X).dtype
        == model(X).dtype
        == dtype
    )


def test_layers_say_what_they_are():
    model = Sequential(BatchNorm(3), LayerNorm(3), Residual(LayerNorm(3)))
    assert repr(model) == "Sequential(BatchNorm, LayerNorm, Residual(LayerNorm))"
    assert [t.op for t in model(np.ones((2, 3))).graph() if t.op] == [
        "batchnorm",
        "layernorm",
        "layernorm",
        "+",
    ]


@pytest.mark.parametrize(
    "make, message",
    [
        (
            lambda: BatchNorm(3)(np.ones((2, 4))),
            r"BatchNorm needs x of shape \(..., 3\), got \(2, 4\)",
        ),
        (lambda: LayerNorm(3)(np.ones(())), r"LayerNorm needs x of shape \(..., 3\), got \(\)"),
        (
            lambda: BatchNorm(3)(np.ones((1, 3))),
            r"to train, got shape \(1, 3\); try another batch_size",
        ),
        (lambda: BatchNorm(3)(np.ones(3)), "needs two examples to train"),
        (lambda: BatchNorm(3, momentum=1.5), "momentum must be at least 0 and below 1, got 1.5"),
        (lambda: LayerNorm(3, eps=-1), "eps must be ≥ 0, got -1"),
        (lambda: Dropout(1.0, rng=None), "p must be at least 0 and below 1, got 1"),
        (lambda: Dropout(np.nan, rng=None), "p must be at least 0 and below 1, got nan"),
        (
            lambda: Residual(Linear(3, 1, rng=np.random.default_rng(0)))(np.ones((2, 3))),
            r"Residual\(Linear\(3, 1\)\) must keep the shape, but made \(2, 1\) of \(2, 3\)",
        ),
    ],
)
def test_wrong_numbers_and_shapes_are_named(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize("layer", [BatchNorm(1), LayerNorm(300_000)])
def test_many_large_numbers_that_differ_little_are_normalised_in_float32_too(layer):
    x = (1000 + np.random.default_rng(0).uniform(-1, 1, 300_000)).astype(np.float32)
    is_batch = isinstance(layer, BatchNorm)
    y = layer(x[:, None] if is_batch else x[None]).data
    assert y.dtype == np.float32
    assert abs(y.mean(dtype=float)) < 1e-6
    assert y.std(dtype=float) == pytest.approx(1, abs=1e-4)
