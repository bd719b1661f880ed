"""Tensors: arrays that compute as numpy's do, and know their gradients.

Here stand the operations, each with its local derivatives. How they are recorded and walked back is in
`helpers.recording`; how a gradient is checked, in `helpers.gradcheck`.
"""

import math
from collections.abc import Callable, Sequence

import numpy as np

from helpers.gradcheck import GradReport, gradcheck  # noqa: F401 (lessons import these from here)
from helpers.numerical import log_softmax, sigmoid, softmax
from helpers.recording import Node, no_grad, node  # noqa: F401

Array = np.ndarray


def _elementwise(op: str, f: Callable, by_a: Callable, by_b: Callable) -> Callable[..., "Tensor"]:
    """An operation f(a, b) on two tensors that broadcast; it passes back by_a(g, a, b) and by_b(g, a, b)."""

    def operation(a, b):
        a, b = _lift(a, b), _lift(b, a)
        A, B = a.data, b.data
        return node(op, _fitting(op, f, A, B), (a, lambda g: by_a(g, A, B)), (b, lambda g: by_b(g, A, B)))

    return operation


def _unary(op: str, f: Callable, by_x: Callable) -> Callable[["Tensor"], "Tensor"]:
    """An operation y = f(x) that keeps the shape; it passes back by_x(g, x, y)."""

    def operation(self):
        x = self.data
        y = f(x)
        return node(op, y, (self, lambda g: by_x(g, x, y)))

    operation.__name__ = op
    return operation


def _reflected(operation: Callable) -> Callable:
    return lambda self, other: operation(_lift(other, self), self)


def _power_by_a(g, a, b):  # b aᵇ⁻¹, and 0 where b is 0
    return g * b * a ** np.where(b == 0, 1, b - 1).astype(b.dtype)


def _power_by_b(g, a, b):  # aᵇ log a, and 0 where a is 0
    return g * a**b * np.log(np.where(a == 0, 1, a).astype(a.dtype))


def _share(g, a, b):  # of a maximum: all where a is larger, half where they are equal
    return g * (1 + np.sign(a - b)) / 2


class Tensor(Node):
    """An array that remembers how it was made, so that `backward()` can work out gradients.

    data: numbers or an array, which is shared, not copied. float32 and float64 are kept; integers too, but they have
    no gradient. `.grad` is None, then an array like `.data`, in which the gradients of all uses and of all calls of
    `backward()` add up. Operations broadcast as in numpy; a plain number takes the dtype of the tensor that it meets.

    Raises TypeError for a gradient of integers, and ValueError that names the operation and the shapes that do not fit.

    >>> w, x = Tensor(3.0, requires_grad=True), Tensor([1.0, 2.0])
    >>> loss = (w * x).sum()
    >>> loss.backward()
    >>> loss.item(), w.grad
    (9.0, array(3.))
    """

    __slots__ = ()
    T = property(lambda self: self.transpose())

    # Two tensors: the operation, and what goes back to a and to b.
    __add__ = _elementwise("+", np.add, lambda g, a, b: g, lambda g, a, b: g)
    __sub__ = _elementwise("-", np.subtract, lambda g, a, b: g, lambda g, a, b: -g)
    __mul__ = _elementwise("*", np.multiply, lambda g, a, b: g * b, lambda g, a, b: g * a)
    __truediv__ = _elementwise("/", np.divide, lambda g, a, b: g / b, lambda g, a, b: -g * a / b**2)
    __pow__ = _elementwise("**", np.power, _power_by_a, _power_by_b)

    def __matmul__(self, other):
        other = _lift(other, self)
        data = _fitting("@", np.matmul, self.data, other.data)
        A, B = np.atleast_2d(self.data), other.data if other.ndim > 1 else other.data[:, None]
        shape = (*np.broadcast_shapes(A.shape[:-2], B.shape[:-2]), A.shape[-2], B.shape[-1])  # with vectors as matrices

        def by_other(g):
            columns = A.swapaxes(-1, -2) @ g.reshape(shape)
            return columns if other.ndim > 1 else columns[..., 0]

        return node("@", data, (self, lambda g: g.reshape(shape) @ B.swapaxes(-1, -2)), (other, by_other))

    __radd__, __rsub__, __rmul__ = map(_reflected, (__add__, __sub__, __mul__))
    __rtruediv__, __rpow__, __rmatmul__ = map(_reflected, (__truediv__, __pow__, __matmul__))

    # One tensor: y = f(x), and what goes back to x.
    __neg__ = _unary("neg", np.negative, lambda g, x, y: -g)
    exp = _unary("exp", np.exp, lambda g, x, y: g * y)
    log = _unary("log", np.log, lambda g, x, y: g / x)
    sqrt = _unary("sqrt", np.sqrt, lambda g, x, y: g / (2 * y))
    abs = _unary("abs", np.abs, lambda g, x, y: g * np.sign(x))
    tanh = _unary("tanh", np.tanh, lambda g, x, y: g * (1 - y * y))
    relu = _unary("relu", lambda x: np.maximum(x, 0), lambda g, x, y: g * (y > 0))
    sigmoid = _unary("sigmoid", sigmoid, lambda g, x, y: g * y * (1 - y))
    softmax = _unary("softmax", softmax, lambda g, x, y: y * (g - (g * y).sum(-1, keepdims=True)))
    log_softmax = _unary("log_softmax", log_softmax, lambda g, x, y: g - np.exp(y) * g.sum(-1, keepdims=True))

    def gelu(self):
        """½x(1 + tanh(√(2/π)(x + 0.044715x³))), as in GPT-2. Hendrycks and Gimpel (2016)."""
        x, c = self.data, math.sqrt(2 / math.pi)
        t = np.tanh(c * (x + 0.044715 * x * x * x))
        slope = lambda: 0.5 * (1 + t + x * (1 - t * t) * c * (1 + 3 * 0.044715 * x * x))  # noqa: E731
        return node("gelu", 0.5 * x * (1 + t), (self, lambda g: g * slope()))

    def sum(self, axis=None, keepdims=False):
        data = self.data.sum(axis, keepdims=keepdims)
        return node("sum", data, (self, lambda g: np.broadcast_to(_with_axes(g, axis, keepdims), self.shape)))

    def mean(self, axis=None, keepdims=False):
        total = self.sum(axis, keepdims)
        terms = self.size // total.size if total.size else 1
        if not terms:
            raise ValueError(f"mean of shape {self.shape} over axis {axis}: the mean of nothing is not a number")
        return total / terms

    def max(self, axis=None, keepdims=False):
        """The largest along an axis; equals share the gradient."""
        data = self.data.max(axis, keepdims=keepdims)

        def pull(g):
            largest = (self.data == _with_axes(data, axis, keepdims)).astype(self.dtype)
            return largest / largest.sum(axis, keepdims=True) * _with_axes(g, axis, keepdims)

        return node("max", data, (self, pull))

    def reshape(self, *shape):
        data = _fitting(f"reshape{shape}", lambda x: x.reshape(*shape), self.data)
        return node("reshape", data, (self, lambda g: g.reshape(self.shape)))

    def transpose(self, *axes: int):
        """All axes in reverse order, or in the order given, as in numpy."""
        data = _fitting(f"transpose{axes}", lambda x: x.transpose(*axes), self.data)
        order = [axis % self.ndim for axis in axes] or range(self.ndim)[::-1]
        return node("transpose", data, (self, lambda g: g.transpose(np.argsort(order))))

    def __getitem__(self, index):
        def pull(g):
            gradient = np.zeros_like(self.data)
            np.add.at(gradient, index, g)  # what is taken twice receives twice
            return gradient

        return node("[]", self.data[index], (self, pull))


def _lift(value, like: Tensor | Array) -> Tensor:
    """A number or array as a constant; a single number and integers take the dtype of the floats that they meet."""
    if isinstance(value, Tensor):
        return value
    value, like = np.asarray(value), like if isinstance(like, Tensor) else np.asarray(like)
    weak = like.dtype.kind == "f" and (value.ndim == 0 or value.dtype.kind != "f")
    return Tensor(value.astype(like.dtype) if weak else value)


def _fitting(op: str, f: Callable[..., Array], *arrays: Array) -> Array:
    try:
        return f(*arrays)
    except ValueError:
        raise ValueError(f"{op} does not fit shape {' and '.join(str(x.shape) for x in arrays)}") from None


def _with_axes(reduced: Array, axis, keepdims: bool) -> Array:
    """A sum, mean or maximum with the axes that it has lost, each of length 1."""
    return reduced if keepdims or axis is None else np.expand_dims(reduced, axis)


maximum = _elementwise("maximum", np.maximum, _share, lambda g, a, b: _share(g, b, a))


def where(condition: Array, a, b) -> Tensor:
    """a where the condition holds, b elsewhere; so is the gradient."""
    yes = np.asarray(condition, bool)
    choose = lambda a, b: np.where(yes, a, b)  # noqa: E731
    return _elementwise("where", choose, lambda g, a, b: g * yes, lambda g, a, b: g * ~yes)(a, b)


def concatenate(tensors: Sequence[Tensor], axis: int = 0) -> Tensor:
    """Tensors side by side along an axis that they have."""
    data = _fitting("concatenate", lambda *arrays: np.concatenate(arrays, axis), *(t.data for t in tensors))
    ends = np.cumsum([t.shape[axis] for t in tensors])
    places = [range(end - t.shape[axis], end) for end, t in zip(ends, tensors)]
    return node("concatenate", data, *((t, lambda g, i=i: g.take(i, axis)) for t, i in zip(tensors, places)))


def stack(tensors: Sequence[Tensor], axis: int = 0) -> Tensor:
    """Tensors of one shape side by side along a new axis."""
    data = _fitting("stack", lambda *arrays: np.stack(arrays, axis), *(t.data for t in tensors))
    return node("stack", data, *((t, lambda g, i=i: g.take(i, axis)) for i, t in enumerate(tensors)))


def embedding(weight: Tensor, indices: Array) -> Tensor:
    """Rows of weight (V, D), by indices (...) from 0 to V − 1: (..., D). Raises ValueError for any other index."""
    indices = np.asarray(indices)
    fine = (indices >= 0) & (indices < len(weight)) & (indices.dtype.kind in "iu")
    if not fine.all():
        raise ValueError(f"indices must be whole numbers from 0 to {len(weight) - 1}, got {indices[~fine][0]}")
    return weight[indices]
