"""Operations of a Tensor: PyTorch's numbers forward and backward, finite differences, any shape,
both dtypes.
"""

import hypothesis.extra.numpy as hnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.autograd import Tensor, concatenate, embedding, maximum, stack, where
from helpers.derivatives import gradcheck
from helpers.losses import binary_cross_entropy, cross_entropy, huber, mae, mse
from tests.support.reference import reference

TORCH = reference("operations")
OPERATIONS = {
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b,
    "divide": lambda a, b: a / b,
    "power": lambda a, b: a**b,
    "square": lambda x: x**2,
    "two to the power": lambda x: 2**x,
    "one minus": lambda x: 1 - x,
    "one over": lambda x: 1 / x,
    "matmul, vectors": lambda a, b: a @ b,
    "matmul, matrix and vector": lambda a, b: a @ b,
    "matmul, vector and stack": lambda a, b: a @ b,
    "matmul, matrices": lambda a, b: a @ b,
    "matmul, stacks": lambda a, b: a @ b,
    "neg": lambda x: -x,
    **{
        name: lambda x, name=name: getattr(x, name)()
        for name in (
            "exp",
            "log",
            "sqrt",
            "abs",
            "tanh",
            "relu",
            "sigmoid",
            "gelu",
            "softmax",
            "log_softmax",
        )
    },
    "sum": Tensor.sum,
    "sum, axis 0": lambda x: x.sum(0),
    "sum, axes 0 and -1, keepdims": lambda x: x.sum((0, -1), keepdims=True),
    "mean, axis -1": lambda x: x.mean(-1),
    "max": Tensor.max,
    "max, axis 1": lambda x: x.max(axis=1),
    "max of equals": lambda x: stack([x, x, x - 1]).max(0),
    "reshape": lambda x: x.reshape(2, -1),
    "transpose": lambda x: x.transpose(2, 0, -2),
    "T": lambda x: x.T,
    "index, row": lambda x: x[-1],
    "index, slices": lambda x: x[1:, ::2],
    "index, repeats": lambda x: x[[0, 2, 0, -1]],
    "index, pairs": lambda x: x[[0, 1, 0], [3, 3, 3]],
    "concatenate": lambda *xs: concatenate(xs, axis=1),
    "stack": lambda *xs: stack(xs, axis=-1),
    "maximum": maximum,
    "maximum of equals": lambda x: maximum(x, x + 0),
    "where": lambda a, b: where([True, False, True, False], a, b),
    "embedding": lambda w: embedding(w, [[0, 2], [2, 2]]),
    "used twice": lambda a, b: (a * b + a).tanh() * a,
    "linear": lambda x, w, b: x @ w + b,
}
BROADCASTING = ["add", "subtract", "multiply", "divide", "power", "maximum", "where"]
KEEPING_SHAPE = ["neg", "exp", "log", "sqrt", "abs", "tanh", "relu", "sigmoid", "gelu"]


def leaf(values, dtype=float):
    return Tensor(np.array(values, dtype), requires_grad=True)


def numbers(shape, low=0.1, high=3.0):
    return hnp.arrays(np.float64, shape, elements=st.floats(low, high), unique=True)


def check(f, *tensors, tolerance=1e-6):
    """Every gradient of f by nudging; a fixed weight on each number tells them apart."""

    def weighed(*tensors):
        y = f(*tensors)
        return (y * np.cos(np.arange(y.size)).reshape(y.shape)).sum()

    report = gradcheck(weighed, *tensors)
    scale = 1 + max(np.abs(g).max(initial=0) for g in report.exact)
    assert report.difference <= tolerance * scale, report
    assert all(g.shape == t.shape for g, t in zip(report.exact, tensors))


# Numbers


def test_every_reference_has_its_operation():
    assert set(OPERATIONS) == set(TORCH) - {"made by"}


@pytest.mark.parametrize("name", OPERATIONS)
def test_value_and_gradients_match_pytorch(name):
    case = TORCH[name]
    inputs = [leaf(x) for x in case["inputs"]]
    value = OPERATIONS[name](*inputs)
    np.testing.assert_allclose(value.data, case["value"], rtol=1e-12, atol=1e-14)
    value.backward(np.array(case["g"]))
    for x, expected in zip(inputs, case["gradients"]):
        np.testing.assert_allclose(x.grad, expected, rtol=1e-11, atol=1e-13)
        assert x.grad.shape == x.shape


@pytest.mark.parametrize("name", OPERATIONS)
def test_float32_stays_float32_forward_and_backward(name):
    inputs = [leaf(x, np.float32) for x in TORCH[name]["inputs"]]
    value = OPERATIONS[name](*inputs)
    value.backward(np.ones(value.shape))
    assert value.dtype == np.float32
    assert [x.grad.dtype for x in inputs] == [np.float32] * len(inputs)


@pytest.mark.parametrize(
    "name",
    BROADCASTING[:-1] + KEEPING_SHAPE + ["square", "two to the power", "one over", "mse", "huber"],
)
def test_a_single_float32_number_stays_float32(name):
    f = (
        OPERATIONS.get(name)
        or {"mse": lambda x: mse(x, 0.0), "huber": lambda x: huber(x, 0.0)}[name]
    )
    inputs = [leaf(x, np.float32) for x in ([0.7, 1.3] if name in BROADCASTING else [0.7])]
    y = f(*inputs) * 2
    y.backward()
    assert (
        {t.dtype for t in y.graph()} == {t.grad.dtype for t in y.graph()} == {np.dtype(np.float32)}
    )
    assert all(t.grad.shape == t.shape == () for t in y.graph())


@pytest.mark.parametrize("name", BROADCASTING)
@given(st.data())
def test_broadcast_gradient_matches_finite_differences(name, data):
    shapes = data.draw(
        hnp.mutually_broadcastable_shapes(num_shapes=2, min_side=0, max_side=3, max_dims=3)
    ).input_shapes
    a, b = (Tensor(data.draw(numbers(shape)), requires_grad=True) for shape in shapes)
    operation = OPERATIONS[name]
    if name == "maximum":  # no slope to nudge where two numbers are nearly the same
        a.data, b.data = np.floor(a.data), np.floor(b.data) + 0.5
    if name == "where":
        condition = data.draw(hnp.arrays(bool, np.broadcast_shapes(*shapes)))
        operation = lambda a, b: where(condition, a, b)  # noqa: E731
    check(operation, a, b, tolerance=1e-5)


@pytest.mark.parametrize("name", KEEPING_SHAPE)
@given(
    hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3).flatmap(numbers),
    st.sampled_from([1, -1]),
)
def test_gradient_number_by_number_matches_finite_differences(name, x, sign):
    x = x if name in ("log", "sqrt") else sign * x
    check(OPERATIONS[name], Tensor(x, requires_grad=True))


@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
@given(
    hnp.array_shapes(min_dims=1, max_dims=3, min_side=1, max_side=3).flatmap(
        lambda shape: numbers(shape, -3, 3)
    )
)
def test_softmax_gradient_matches_finite_differences(name, x):
    check(OPERATIONS[name], Tensor(x, requires_grad=True))


@given(st.data())
def test_matrix_product_gradient_matches_finite_differences(data):
    shapes = data.draw(
        hnp.mutually_broadcastable_shapes(
            signature="(n?,k),(k,m?)->(n?,m?)", min_side=0, max_side=3
        )
    )
    a, b = (
        Tensor(data.draw(numbers(shape, -3, 3)), requires_grad=True)
        for shape in shapes.input_shapes
    )
    check(lambda a, b: a @ b, a, b)


@given(st.data())
def test_reductions_take_any_axes(data):
    kind = data.draw(st.sampled_from(["sum", "mean", "max"]))
    shape = data.draw(
        hnp.array_shapes(min_dims=0, max_dims=3, min_side=0 if kind == "sum" else 1, max_side=3)
    )
    axes = [None, *range(-len(shape), len(shape)), *([(0, -1)] if len(shape) > 1 else [])]
    axis, keepdims = data.draw(st.sampled_from(axes)), data.draw(st.booleans())
    steps = np.arange(np.prod(shape, dtype=int)).reshape(
        shape
    )  # no two are close: a maximum has a slope
    x = Tensor(data.draw(st.randoms()).choice([1, -1]) * steps / 2, requires_grad=True)
    y = getattr(x, kind)(axis=axis, keepdims=keepdims)
    np.testing.assert_allclose(y.data, getattr(np, kind)(x.data, axis=axis, keepdims=keepdims))
    check(lambda x: getattr(x, kind)(axis=axis, keepdims=keepdims), x)


@given(st.data())
def test_indexing_of_every_kind_and_with_repeats_adds_up(data):
    x = Tensor(data.draw(numbers((3, 2, 4))), requires_grad=True)
    whole = data.draw(
        hnp.integer_array_indices((3,), result_shape=hnp.array_shapes(max_dims=2, max_side=4))
    )
    basic = data.draw(hnp.basic_indices((3, 2, 4), allow_newaxis=True))
    check(lambda x: x[whole], x)
    mask = data.draw(hnp.arrays(bool, data.draw(st.sampled_from([(3,), (3, 2), (3, 2, 4)]))))
    check(lambda x: x[basic], x)
    check(lambda x: x[mask], x)
    check(lambda x: x[..., [0, 0, 3]][whole], x)


@given(st.data())
def test_rearranging_keeps_gradients_in_place(data):
    x = Tensor(data.draw(numbers((2, 3, 1))), requires_grad=True)
    axes = data.draw(st.permutations([0, 1, -1]))
    axis = data.draw(st.integers(-3, 2))
    empty = Tensor(
        np.zeros(tuple(0 if i == axis % 3 else n for i, n in enumerate(x.shape))),
        requires_grad=True,
    )
    check(lambda x: x.transpose(*axes), x)
    check(lambda x: x.reshape(-1, 2), x)
    check(lambda x, empty: concatenate([x, empty, x * 2], axis), x, empty)
    check(lambda x: stack([x, x * x], axis), x)


@pytest.mark.parametrize(
    "loss", [mae, mse, huber, binary_cross_entropy, cross_entropy], ids=lambda loss: loss.name
)
def test_a_loss_of_a_tensor_is_one_node(loss):
    rng = np.random.default_rng(0)
    y_hat, y = leaf(rng.normal(size=(4, 3))), rng.dirichlet(np.ones(3), 4)
    result = loss(y_hat, y)
    assert result.graph() == [y_hat, result] and result.item() == pytest.approx(
        loss(y_hat.data, y), rel=1e-14
    )
    (3 * result).backward()
    np.testing.assert_allclose(y_hat.grad, 3 * loss.gradient(y_hat.data, y), rtol=1e-14)
    check(lambda y_hat: loss(y_hat, y), y_hat)
    single = loss(leaf(y_hat.data, np.float32), y)
    single.backward()
    assert [t.grad.dtype for t in single.graph()] == [np.float32] * 2 and single.dtype == np.float32
