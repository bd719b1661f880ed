"""Networks on one flat θ: views, PyTorch's numbers, gradients by nudging, files that survive or say
why not.
"""

import copy
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.autograd import Tensor
from helpers.datasets import load_digits
from helpers.derivatives import gradcheck
from helpers.engine import no_grad
from helpers.losses import cross_entropy, mse
from helpers.module import Module
from helpers.nn import (
    MLP,
    BatchNorm,
    Linear,
    Residual,
    Sequential,
    he,
    identity,
    normal,
    relu,
    tanh,
    xavier,
    zeros,
)
from helpers.optim import SGD
from tests.support.reference import reference

TORCH = reference("networks")


def make(sizes=(2, 3, 2), seed=0, **options):
    return MLP(sizes, rng=np.random.default_rng(seed), **options)


@pytest.mark.parametrize("activation", TORCH["networks"])
def test_network_matches_pytorch_forward_and_backward(activation):
    case, digits = TORCH["networks"][activation], load_digits()
    model = make((64, 16, 10), activation=activation, dtype=np.float64)
    model.theta[:] = np.sin(np.arange(model.size) + 1) / 4
    logits = model(digits.X[:5] / 16)
    loss = cross_entropy(logits, digits.y[:5])
    loss.backward()
    np.testing.assert_allclose(logits.data, case["logits"], rtol=1e-12)
    assert loss.item() == pytest.approx(case["loss"], rel=1e-13)
    np.testing.assert_allclose(model.grad[::7], case["every 7th gradient"], rtol=1e-10, atol=1e-15)


@given(st.lists(st.integers(0, 3), max_size=2), st.integers(1, 3), st.integers(1, 3))
def test_linear_gradient_matches_finite_differences_on_any_stack(stack, n_in, n_out):
    rng = np.random.default_rng(1)
    layer = Linear(n_in, n_out, rng=rng, dtype=np.float64)
    x = Tensor(rng.normal(size=(*stack, n_in)), requires_grad=True)
    g = rng.normal(size=(*stack, n_out))
    report = gradcheck(lambda x, *_: (layer(x) * g).sum(), x, *layer.parameters())
    assert report.difference < 1e-8
    np.testing.assert_allclose(
        layer(x).data, x.data @ layer.weight.data + layer.bias.data, rtol=1e-12
    )


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid", "gelu", "identity"])
def test_gradient_of_all_weights_matches_finite_differences(activation):
    model = make((3, 4, 2), activation=activation, dtype=np.float64)
    X = np.random.default_rng(2).normal(size=(5, 3))
    assert (
        gradcheck(
            lambda *_: cross_entropy(model(X), [0, 1, 1, 0, 1]), *model.parameters()
        ).difference
        < 1e-8
    )


# One flat θ


def test_every_weight_is_a_view_into_theta_in_order():
    model = make((2, 3, 4), dtype=np.float64)
    assert [weight.shape for weight in model.parameters()] == [(2, 3), (3,), (3, 4), (4,)]
    model.theta[:] = np.arange(model.size)
    assert (
        np.concatenate([weight.data.ravel() for weight in model.parameters()]).tolist()
        == model.theta.tolist()
    )
    mse(model(np.ones((2, 2))), np.zeros((2, 4))).backward()
    assert (
        np.concatenate([weight.grad.ravel() for weight in model.parameters()]).tolist()
        == model.grad.tolist()
    )
    assert all(np.shares_memory(weight.data, model.theta) for weight in model.parameters())


def test_layers_in_layers_share_the_outermost_theta_and_keep_their_numbers():
    rng = np.random.default_rng(0)
    inner = Sequential(Linear(2, 3, rng=rng), tanh)
    before = inner.theta.copy()
    model = Sequential(Sequential(inner, identity), Linear(3, 1, rng=rng))
    assert inner.theta.tolist() == before.tolist() == model.theta[:9].tolist()
    model.theta[:] = 0
    assert inner.layers[0].weight.data.max() == 0 == inner.theta.max()
    assert [type(module).__name__ for module in model.modules()] == ["Sequential"] * 3 + [
        "Linear"
    ] * 2


def test_a_layer_used_twice_has_one_set_of_weights():
    layer = Linear(2, 2, rng=np.random.default_rng(0), dtype=np.float64)
    model = Sequential(layer, tanh, layer)
    assert model.size == 6 and len(model.parameters()) == 2
    X = np.random.default_rng(1).normal(size=(3, 2))
    assert (
        gradcheck(lambda *_: mse(model(X), np.ones((3, 2))), *model.parameters()).difference < 1e-8
    )


def test_a_layer_used_at_two_levels_has_one_set_of_weights():
    layer = Linear(2, 2, rng=np.random.default_rng(0), dtype=np.float64)
    inner = Sequential(layer, tanh)
    for layers in ((layer, tanh, inner), (inner, layer), (layer, Residual(inner))):
        model = Sequential(*layers)
        assert model.size == 6 and len(model.parameters()) == 2
        X = np.random.default_rng(1).normal(size=(3, 2))
        assert (
            gradcheck(lambda *_: mse(model(X), np.ones((3, 2))), *model.parameters()).difference  # noqa: B023
            < 1e-8
        )
        assert all(np.shares_memory(part.theta, model.theta) for part in (layer, inner))
    with pytest.raises(
        ValueError, match=r"two parts of this Sequential share a layer; try copy.deepcopy"
    ):
        Sequential(Sequential(layer), Sequential(layer))


def test_a_model_that_lost_a_layer_to_another_says_so_and_the_other_trains():
    layer, rng = Linear(2, 3, rng=np.random.default_rng(0)), np.random.default_rng(1)
    first, second = (Sequential(layer, Linear(3, n, rng=rng)) for n in (2, 1))
    with pytest.raises(ValueError, match=r"a weight left theta: .*copy.deepcopy\(layer\)"):
        first.zero_grad()
    second.zero_grad()
    second.theta[:] = 0
    assert not layer.weight.data.any()
    third = Sequential(copy.deepcopy(layer), Linear(3, 2, rng=rng))
    third.zero_grad()
    second.zero_grad()


def test_a_weight_whose_array_was_replaced_is_noticed():
    model = make()
    model.parameters()[1].data = np.ones(3, np.float32)
    with pytest.raises(ValueError, match=r"a weight left theta: write into \.data\[:\]"):
        model.zero_grad()


def test_what_is_assigned_to_theta_and_grad_moves_the_weights():
    model, X, y = make(), np.ones((4, 2)), [0, 1, 1, 0]
    flat, losses = model.theta, []
    for _ in range(20):
        model.zero_grad()
        loss = cross_entropy(model(X), y)
        loss.backward()
        model.theta = model.theta - 0.5 * model.grad  # as the equation has it
        losses.append(loss.item())
    assert losses[-1] < losses[0] and model.theta is flat
    model.theta -= 1.0
    model.grad = np.arange(model.size)
    assert model.theta is flat and model.parameters()[0].grad.ravel().tolist() == [0, 1, 2, 3, 4, 5]
    with pytest.raises(ValueError):
        model.theta = np.ones(3)


def test_own_weights_and_parts_stand_in_theta_in_the_order_given():
    class Scaled(Module):
        def __init__(self, rng):
            self.linear, self.scale = (
                Linear(2, 2, rng=rng),
                Tensor(np.float32(3.0), requires_grad=True),
            )
            super().__init__(self.linear, self.scale)

        def forward(self, x):
            return self.linear(x) * self.scale

    model = Scaled(np.random.default_rng(0))
    assert model.parameters()[-1] is model.scale and model.theta[-1] == 3
    model(np.ones((1, 2))).sum().backward()
    assert model.grad[-1] == model.scale.grad != 0


@pytest.mark.parametrize(
    "copied",
    [copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))],
    ids=["deepcopy", "pickle"],
)
def test_a_copy_of_a_model_trains_on_its_own(copied):
    model, X, y = Sequential(make(), Counting()), np.ones((4, 2)), [0, 1, 1, 0]
    cross_entropy(model(X), y).backward()
    other = copied(model)
    cross_entropy(other(X), y).backward()
    np.testing.assert_allclose(other.grad, 2 * model.grad, rtol=1e-6)
    before = model.theta.tolist()
    other.theta[:] = 0
    assert (
        not any(weight.data.any() for weight in other.parameters())
        and not other.layers[0].theta.any()
    )
    assert model.theta.tolist() == before
    assert (model.layers[1].seen, other.layers[1].seen, other.state[-2]) == (1, 2, 2)


def test_gradients_add_up_until_zero_grad():
    model, X, y = make(), np.ones((4, 2)), [0, 1, 1, 0]
    cross_entropy(model(X), y).backward()
    once = model.grad.copy()
    cross_entropy(model(X), y).backward()
    np.testing.assert_allclose(model.grad, 2 * once, rtol=1e-6)
    model.zero_grad()
    assert not model.grad.any()
    cross_entropy(model(X), y).backward()
    assert model.grad.tolist() == once.tolist()


def test_a_weight_that_no_gradient_reaches_has_zero_after_zero_grad():
    model = make()
    cross_entropy(model(np.ones((1, 2))), [0]).backward()
    model.zero_grad()
    (model.layers[0].weight.sum() * 2).backward()
    assert model.grad.tolist() == [2.0] * 6 + [0.0] * (model.size - 6)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_model_computes_in_its_own_dtype(dtype):
    model = make(dtype=dtype)
    for X in (np.ones((1, 2), np.float64), np.ones((1, 2), np.float32), np.ones((1, 2), int)):
        loss = cross_entropy(model(X), [0])
        loss.backward()
        assert model(X).dtype == loss.dtype == model.theta.dtype == model.grad.dtype == dtype


def test_train_and_eval_reach_every_module():
    model = Sequential(make(), make())
    assert [module.training for module in model.eval().modules()] == [False] * 7
    assert [module.training for module in model.train().modules()] == [True] * 7


def test_predicting_without_recording():
    with no_grad():
        assert not make()(np.ones((1, 2))).requires_grad


# The start


@pytest.mark.parametrize(
    "init, deviation",
    [
        ("he", np.sqrt(2 / 300)),
        ("xavier", np.sqrt(2 / 500)),
        ("zeros", 0),
        (normal(0.3), 0.3),
        (he, np.sqrt(2 / 300)),
    ],
)
def test_weights_start_with_the_variance_that_the_init_promises(init, deviation):
    layer = Linear(300, 200, init=init, rng=np.random.default_rng(0))
    assert layer.weight.data.std() == pytest.approx(deviation, rel=0.02)
    assert not layer.bias.data.any()
    assert abs(layer.weight.data.mean()) <= deviation / 50


def test_inits_are_functions_of_the_shape():
    rng = np.random.default_rng(0)
    assert [f(3, 2, rng).shape for f in (he, xavier, zeros, normal(1.0))] == [(3, 2)] * 4


def test_the_same_rng_makes_the_same_model():
    assert make(seed=3).theta.tolist() == make(seed=3).theta.tolist() != make(seed=4).theta.tolist()


# Files


def test_saved_weights_come_back(tmp_path):
    model, other = make(), make(seed=1)
    model.save(tmp_path / "model")
    flat = other.theta
    other.load(tmp_path / "model")
    assert other.theta is flat and flat.tolist() == model.theta.tolist()
    double = make(seed=1, dtype=np.float64)
    double.load(str(tmp_path / "model"))
    assert double.theta.dtype == np.float64 and double.theta.tolist() == model.theta.tolist()


class Counting(Module):
    """Passes x on, and counts the batches that it has seen in training."""

    def __init__(self, dtype=np.float32):
        self.seen, self.total = self.buffers = np.zeros((), dtype), np.zeros(2, dtype)
        super().__init__()

    def forward(self, x):
        if self.training:
            self.seen += 1
            self.total += x.data.sum(axis=0)
        return x


def counting(seed=0):
    return Sequential(
        Sequential(Counting()), Linear(2, 3, rng=np.random.default_rng(seed)), identity
    )


def test_state_holds_weights_and_buffers_and_brings_them_back():
    model = counting()
    layer, weights = model.layers[0].layers[0], model.theta.tolist()
    model(np.ones((5, 2)))
    before = model.state
    assert [array.shape for array in before] == [(2, 3), (3,), (), (2,)] and model.size == 9
    model(np.ones((5, 2)))
    model.theta[:] = 0
    assert layer.seen == 2 and before[2] == 1
    model.state = before
    assert layer.seen == 1 and layer.total.tolist() == [5, 5] and model.theta.tolist() == weights


def test_buffers_are_saved_and_read_with_the_weights(tmp_path):
    model, other = counting(), counting(seed=1)
    model(np.ones((5, 2)))
    model.save(tmp_path / "model.npz")
    other.load(tmp_path / "model.npz")
    assert (
        other.layers[0].layers[0].total.tolist() == [5, 5]
        and other.theta.tolist() == model.theta.tolist()
    )
    with pytest.raises(
        ValueError,
        match=r"shapes \[\(2, 3\), \(3,\), \(\), \(2,\)\], but this model has \[\(2, 3\), \(3,\)\]",
    ):
        make((2, 3)).load(tmp_path / "model.npz")


def test_weights_of_another_shape_are_refused_and_the_old_ones_kept(tmp_path):
    make((2, 4, 2)).save(tmp_path / "model.npz")
    model = make()
    before = model.theta.tolist()
    with pytest.raises(ValueError, match=r"shapes \[\(2, 4\).*but this model has \[\(2, 3\)"):
        model.load(tmp_path / "model.npz")
    assert model.theta.tolist() == before


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: b"",
        lambda content: b"no zip at all",
        lambda content: content[: len(content) // 2],
        lambda content: content[:200] + bytes([content[200] ^ 255]) + content[201:],
    ],
    ids=["empty", "other", "cut", "one byte"],
)
def test_a_damaged_file_is_refused_and_the_old_weights_kept(tmp_path, damage):
    model, path = make(), tmp_path / "model.npz"
    model.save(path)
    path.write_bytes(damage(path.read_bytes()))
    before = model.theta.tolist()
    with pytest.raises(
        ValueError, match=r"model\.npz is damaged or was not written by model\.save"
    ):
        model.load(path)
    assert model.theta.tolist() == before


def test_a_file_of_other_arrays_is_refused(tmp_path):
    np.savez(tmp_path / "other.npz", X=np.ones(3))
    np.save(tmp_path / "other.npy", np.ones(3))
    for name in ("other.npz", "other.npy"):
        with pytest.raises(ValueError, match="was not written by model.save"):
            make().load(tmp_path / name)


def test_a_save_that_is_interrupted_leaves_the_older_file(tmp_path, monkeypatch):
    path, model = tmp_path / "model.npz", make()
    model.save(path)
    content = path.read_bytes()

    def interrupted(file, *arrays):
        file.write(b"half of it")
        raise KeyboardInterrupt

    monkeypatch.setattr(np, "savez", interrupted)
    with pytest.raises(KeyboardInterrupt):
        model.save(path)
    assert path.read_bytes() == content


@pytest.mark.parametrize("state", [[np.zeros(1)], [np.zeros(())] * 4, []])
def test_a_state_of_other_shapes_is_refused_and_the_weights_kept(state):
    model = make()
    before = model.theta.tolist()
    with pytest.raises(ValueError, match=r"but this model has \[\(2, 3\), \(3,\)"):
        model.state = state
    assert model.theta.tolist() == before


def test_a_missing_file_is_said_to_be_missing(tmp_path):
    with pytest.raises(FileNotFoundError):
        make().load(tmp_path / "nothing.npz")


# Words


def test_a_model_prints_its_layers():
    assert repr(make((2, 16, 3))) == "MLP(Linear(2, 16), relu, Linear(16, 3))"
    assert (
        repr(Sequential(Linear(1, 1, rng=np.random.default_rng(0)), relu))
        == "Sequential(Linear(1, 1), relu)"
    )


@pytest.mark.parametrize(
    "f, message",
    [
        (
            lambda: make()(np.ones((4, 3))),
            r"Linear\(2, 3\) needs x of shape \(..., 2\), got \(4, 3\)",
        ),
        (lambda: make()(np.float32(1)), r"got \(\)"),
        (
            lambda: make(activation="rellu"),
            "unknown activation 'rellu'; choose relu, tanh, sigmoid, gelu, identity",
        ),
        (lambda: make(init="kaiming"), "unknown init 'kaiming'; choose zeros, xavier, he"),
        (lambda: make((2,)), r"at least inputs and outputs, such as \(2, 16, 3\), got \(2,\)"),
        (lambda: make((2, 0, 1)), r"at least one input and one unit, got Linear\(2, 0\)"),
    ],
)
def test_what_does_not_fit_is_named(f, message):
    with pytest.raises(ValueError, match=message):
        f()


@pytest.mark.parametrize("layers", [([relu],), ("relu",), (Linear,)])
def test_what_is_no_layer_is_named(layers):
    with pytest.raises(
        TypeError, match=r"a layer is a module or a function .*, got .*try Sequential\(\*layers\)"
    ):
        Sequential(*layers)


def test_a_module_without_forward_says_so():
    with pytest.raises(
        NotImplementedError, match=r"Module says what it computes in its method forward"
    ):
        Module()(np.ones(2))


# What is not in θ is never trained: it is said, not left to be found


def test_what_is_assigned_to_a_weight_is_written_into_theta():
    layer = Linear(2, 2, rng=np.random.default_rng(0))
    model = Sequential(layer)
    W = np.array([[1.0, 2.0], [3.0, 4.0]])
    for value in (Tensor(W, requires_grad=True), Tensor(2 * W), 3 * W):
        layer.weight = value
        numbers = value.data if isinstance(value, Tensor) else value
        np.testing.assert_array_equal(model.theta[:4].reshape(2, 2), numbers)
    model.zero_grad()
    mse(model(np.ones((1, 2))), np.zeros((1, 2))).backward()
    SGD(lr=0.1).step(model.theta, model.grad)
    assert (layer.weight.data != 3 * W).all()
    with pytest.raises(ValueError, match=r"weight has shape \(2, 2\), got shape \(3,\)"):
        layer.weight = np.ones(3)


def test_what_is_assigned_to_a_running_average_is_in_force_and_goes_on_running():
    layer = BatchNorm(2)
    layer.running_mean = np.array([5.0, 6.0])
    assert layer.state[2].tolist() == [5, 6]
    layer(np.array([[0.0, 0.0], [2.0, 2.0]]))
    np.testing.assert_allclose(layer.running_mean, [4.6, 5.5])


class Forgetful(Module):
    """A network whose second layer, or list of layers, is not handed on."""

    def __init__(self, hide):
        rng = np.random.default_rng(0)
        self.first = Linear(2, 2, rng=rng)
        self.hidden = hide(Linear(2, 2, rng=rng))
        super().__init__(self.first)

    def forward(self, x):
        return self.first(x)


@pytest.mark.parametrize("hide", [lambda x: x, lambda x: [x], lambda x: {"a": (x,)}])
def test_a_layer_that_was_not_handed_on_is_named(hide):
    with pytest.raises(ValueError, match=r"Forgetful.hidden holds Linear\(2, 2\), which was not"):
        Forgetful(hide)


def test_a_layer_that_is_assigned_later_is_named():
    model = Sequential(Linear(2, 2, rng=np.random.default_rng(0)))
    with pytest.raises(ValueError, match=r"Sequential.extra holds Linear\(2, 2\)"):
        model.extra = Linear(2, 2, rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match="Sequential.shift holds Tensor"):
        model.shift = Tensor(np.ones(2), requires_grad=True)
    model.first = model.layers[0]  # a second name for what is in theta
    model.about = "a constant", Tensor(np.ones(2))


def test_a_module_that_was_never_set_up_says_so():
    class Bare(Module):
        def __init__(self):
            self.n = 3

    for use in (
        lambda m: m.theta,
        lambda m: m(np.ones(2)),
        lambda m: m.zero_grad(),
        lambda m: m.parameters(),
    ):
        with pytest.raises(AttributeError, match=r"Bare was never set up: .* super\(\).__init__"):
            use(Bare())
    with pytest.raises(AttributeError, match="has no attribute 'thetas'"):
        _ = MLP((2, 2), rng=np.random.default_rng(0)).thetas


def test_a_weight_in_the_graph_that_is_not_in_theta_is_named():
    rng = np.random.default_rng(0)
    stray = Linear(2, 3, rng=rng)
    model = Sequential(Linear(2, 2, rng=rng), lambda x: stray(x))
    loss = mse(model(np.ones((1, 2))), np.zeros((1, 3)))
    with pytest.raises(ValueError, match=r"a weight of shape \(2, 3\) .* not in theta"):
        model.require_owned(loss)
    whole = Sequential(Linear(2, 2, rng=rng), stray)
    whole.require_owned(mse(whole(np.ones((1, 2))), np.zeros((1, 3))))
