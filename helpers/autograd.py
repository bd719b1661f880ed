"""Tensors: arrays that compute as numpy's do. Here stand the operations, each with its local derivatives."""

from collections.abc import Callable, Sequence

import numpy as np

from helpers.checks import Array
from helpers.engine import Node, node
from helpers.functions import log_softmax, sigmoid, softmax


def _operation(op: str, f: Callable, *pulls: Callable) -> Callable[..., "Tensor"]:
    """y = f(a) or f(a, b) of tensors that broadcast; pulls: g(y, a) or g(y, a, b), what goes back to a, and to b."""

    def operation(*inputs):
        inputs = [
            _lift(x, other) for x, other in zip(inputs, inputs[::-1])
        ]  # a number takes the dtype of the other
        arrays = [x.data for x in inputs]
        y = _fitting(op, f, *arrays)
        return node(
            op,
            y,
            *[(x, lambda g, pull=pull: pull(g, y, *arrays)) for x, pull in zip(inputs, pulls)],
        )

    operation.__name__, operation.__qualname__ = (
        op,
        f"Tensor.{op}",
    )  # where pickle finds an activation
    return operation


class Tensor(Node):
    """An array that remembers how it was made, so that `backward()` can work out gradients. data is shared, not copied.
    `.grad` is None, then an array like `.data`, in which the gradients of all uses and calls of `backward()` add up.
    Operations broadcast as in numpy; numbers and integers take the dtype of the floats that they meet.
    >>> w, x = Tensor(3.0, requires_grad=True), Tensor([1.0, 2.0])
    >>> (w * x).sum().backward()
    >>> w.grad
    array(3.)
    """

    __slots__ = ()
    T = property(lambda self: self.transpose())

    # Two tensors: the operation, and what goes back to a and to b.
    __add__ = _operation("+", np.add, lambda g, *_: g, lambda g, *_: g)
    __sub__ = _operation("-", np.subtract, lambda g, *_: g, lambda g, *_: -g)
    __mul__ = _operation("*", np.multiply, lambda g, y, a, b: g * b, lambda g, y, a, b: g * a)
    __truediv__ = _operation(
        "/", np.divide, lambda g, y, a, b: g / b, lambda g, y, a, b: -g * a / b**2
    )
    __pow__ = _operation(
        "**",
        np.power,
        lambda g, y, a, b: (
            g * b * a ** np.where(b == 0, 1, b - 1).astype(b.dtype)
        ),  # b aᵇ⁻¹, and 0 where b is 0
        lambda g, y, a, b: (
            g * a**b * np.log(np.where(a == 0, 1, a).astype(a.dtype))
        ),  # aᵇ log a, and 0 where a is 0
    )

    def __matmul__(self, other):
        a, b = _lift(self, other), _lift(other, self)
        y = _fitting("@", np.matmul, a.data, b.data)
        A, B = (
            np.atleast_2d(a.data),
            b.data if b.ndim > 1 else b.data[:, None],
        )  # a vector is a row, or a column
        shape = (
            *y.shape[: y.ndim - (a.ndim > 1) - (b.ndim > 1)],
            A.shape[-2],
            B.shape[-1],
        )  # of A @ B: stacks, n, m
        by_b = (
            b,
            lambda g: (A.swapaxes(-1, -2) @ g.reshape(shape)).squeeze(() if b.ndim > 1 else -1),
        )
        return node("@", y, (a, lambda g: g.reshape(shape) @ B.swapaxes(-1, -2)), by_b)

    __radd__, __rsub__, __rmul__, __rtruediv__, __rpow__, __rmatmul__ = [
        lambda b, a, f=f: f(a, b)
        for f in (__add__, __sub__, __mul__, __truediv__, __pow__, __matmul__)
    ]  # in 2 - x Python asks x, the right one, for __rsub__(x, 2)

    # One tensor: y = f(x), and what goes back to x.
    __neg__ = _operation("neg", np.negative, lambda g, *_: -g)
    exp = _operation("exp", np.exp, lambda g, y, x: g * y)
    log = _operation("log", np.log, lambda g, y, x: g / x)
    sqrt = _operation("sqrt", np.sqrt, lambda g, y, x: g / (2 * y))
    abs = _operation("abs", np.abs, lambda g, y, x: g * np.sign(x))
    tanh = _operation("tanh", np.tanh, lambda g, y, x: g * (1 - y * y))
    relu = _operation("relu", lambda x: np.maximum(x, 0), lambda g, y, x: g * (y > 0))
    sigmoid = _operation("sigmoid", sigmoid, lambda g, y, x: g * y * (1 - y))
    softmax = _operation(
        "softmax", softmax, lambda g, y, x: y * (g - (g * y).sum(-1, keepdims=True))
    )
    log_softmax = _operation(
        "log_softmax", log_softmax, lambda g, y, x: g - np.exp(y) * g.sum(-1, keepdims=True)
    )

    def gelu(self):
        """½x(1 + tanh(√(2/π)(x + 0.044715x³))), as in GPT-2. Hendrycks and Gimpel (2016)."""
        x, a, c = self.data, 0.044715, (2 / np.pi) ** 0.5
        t = np.tanh(c * (x + a * x * x * x))
        y = 0.5 * x * (1 + t)
        return node(
            "gelu",
            y,
            (self, lambda g: g * 0.5 * (1 + t + x * (1 - t * t) * c * (1 + 3 * a * x * x))),
        )

    def sum(self, axis=None, keepdims=False):
        y = self.data.sum(axis, keepdims=True)
        result = y if keepdims else y.squeeze(axis)
        return node(
            "sum", result, (self, lambda g: np.broadcast_to(g.reshape(y.shape), self.shape))
        )

    def mean(self, axis=None, keepdims=False):
        total = self.sum(axis, keepdims)
        if total.size and not self.size:
            raise ValueError(
                f"mean of shape {self.shape} over axis {axis}: the mean of nothing is not a number"
            )
        return total / (self.size // max(total.size, 1))

    def max(self, axis=None, keepdims=False):
        """The largest along an axis; equals share the gradient."""
        y = self.data.max(axis, keepdims=True)

        def pull(g):
            largest = (self.data == y).astype(self.dtype)
            return largest / largest.sum(axis, keepdims=True) * g.reshape(y.shape)

        return node("max", y if keepdims else y.squeeze(axis), (self, pull))

    def reshape(self, *shape):
        data = _fitting(f"reshape{shape}", lambda x: x.reshape(*shape), self.data)
        return node("reshape", data, (self, lambda g: g.reshape(self.shape)))

    def transpose(self, *axes: int):
        data = _fitting(f"transpose{axes}", lambda x: x.transpose(*axes), self.data)
        order = [axis % self.ndim for axis in np.ravel(axes)] or range(self.ndim)[::-1]
        return node("transpose", data, (self, lambda g: g.transpose(np.argsort(order))))

    def __getitem__(self, index):
        data = self.data[index]

        def pull(g):
            gradient = np.zeros_like(self.data)
            if np.may_share_memory(data, self.data):  # a view: nothing was taken twice
                gradient[index] = g
            else:
                np.add.at(gradient, index, g)
            return gradient

        return node("[]", data, (self, pull))


def _lift(value, like: Tensor | Array) -> Tensor:
    """A number or array as a constant; a single number and integers take the dtype of the floats that they meet."""
    if isinstance(value, Tensor):
        return value
    value, like = np.asarray(value), like if isinstance(like, Tensor) else np.asarray(like)
    weak = like.dtype.kind == "f" and value.dtype.kind in ("fiub" if value.ndim == 0 else "iub")
    return Tensor(value.astype(like.dtype) if weak else value)


def _fitting(op: str, f: Callable[..., Array], *arrays: Array) -> Array:
    try:
        return f(*arrays)
    except ValueError as error:
        raise ValueError(
            f"{op} does not fit shape {' and '.join(str(x.shape) for x in arrays)}: {error}"
        ) from None


maximum = _operation(
    "maximum",
    np.maximum,
    lambda g, y, a, b: (
        g * np.heaviside(a - b, 0.5)
    ),  # all where a is larger, half where they are equal
    lambda g, y, a, b: g * np.heaviside(b - a, 0.5),
)


def where(condition: Array, a, b) -> Tensor:
    """a where the condition holds, b elsewhere; so is the gradient."""
    yes = np.asarray(condition, bool)
    return _operation(
        "where", lambda a, b: np.where(yes, a, b), lambda g, *_: g * yes, lambda g, *_: g * ~yes
    )(a, b)


def concatenate(tensors: Sequence[Tensor], axis: int = 0) -> Tensor:
    """Tensors side by side along an axis that they have."""
    tensors = [_lift(t, tensors[0]) for t in tensors]
    data = _fitting(
        "concatenate", lambda *arrays: np.concatenate(arrays, axis), *(t.data for t in tensors)
    )
    cuts = np.cumsum([t.shape[axis] for t in tensors])[:-1]
    return node(
        "concatenate",
        data,
        *((t, lambda g, i=i: np.split(g, cuts, axis)[i]) for i, t in enumerate(tensors)),
    )


def stack(tensors: Sequence[Tensor], axis: int = 0) -> Tensor:
    """Tensors of one shape side by side along a new axis."""
    tensors = [_lift(t, tensors[0]) for t in tensors]
    data = _fitting("stack", lambda *arrays: np.stack(arrays, axis), *(t.data for t in tensors))
    return node(
        "stack", data, *((t, lambda g, i=i: g.take(i, axis)) for i, t in enumerate(tensors))
    )


def embedding(weight: Tensor, indices: Array) -> Tensor:
    """Rows of weight (V, D), by indices (...) from 0 to V − 1: (..., D). Raises ValueError for any other index."""
    indices = np.asarray(indices)
    fine = (indices >= 0) & (indices < len(weight)) & (indices.dtype.kind in "iu")
    if not fine.all():
        raise ValueError(
            f"indices must be whole numbers from 0 to {len(weight) - 1}, got {indices[~fine][0]}"
        )
    return weight[indices]
