"""Tensors: arrays that compute as numpy's do, and remember how.

Each operation computes its result y and returns it as a node with an edge to each input: the input,
and the vector-Jacobian product, which turns ∂J/∂y (called g) into ∂J/∂input.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from helpers.checks import Array
from helpers.engine import Node, node
from helpers.functions import log_softmax, sigmoid, softmax

Axis = int | tuple[int, ...] | None


class Tensor(Node):
    """An array that remembers how it was made, so that `backward()` can work out gradients.

    Tensor(data, requires_grad=False): data is shared, not copied. Operations broadcast as in numpy;
    numbers and integers take the dtype of the floats that they meet. What does not fit raises
    ValueError with both shapes.

    >>> w, x = Tensor(3.0, requires_grad=True), Tensor([1.0, 2.0])
    >>> (w * x).sum().backward()
    >>> w.grad
    array(3.)
    """

    __slots__ = ()

    # Two tensors

    def __add__(self, other: Any) -> "Tensor":
        a, b = _pair(self, other)
        return node("+", _fitting("+", np.add, a, b), (a, lambda g: g), (b, lambda g: g))

    def __sub__(self, other: Any) -> "Tensor":
        a, b = _pair(self, other)
        return node("-", _fitting("-", np.subtract, a, b), (a, lambda g: g), (b, lambda g: -g))

    def __mul__(self, other: Any) -> "Tensor":
        a, b = _pair(self, other)
        A, B = a.data, b.data
        y = _fitting("*", np.multiply, a, b)
        return node("*", y, (a, lambda g: g * B), (b, lambda g: g * A))

    def __truediv__(self, other: Any) -> "Tensor":
        a, b = _pair(self, other)
        A, B = a.data, b.data
        y = _fitting("/", np.divide, a, b)
        return node("/", y, (a, lambda g: g / B), (b, lambda g: -g * A / B**2))

    def __pow__(self, other: Any) -> "Tensor":
        a, b = _pair(self, other)
        A, B = a.data, b.data

        def by_base(g: Array) -> Array:
            """g b aᵇ⁻¹, and 0 where b is 0, even at a = 0."""
            return g * B * A ** np.where(B == 0, 1, B - 1).astype(B.dtype)

        def by_exponent(g: Array) -> Array:
            """g aᵇ log a, and 0 where a is 0."""
            return g * A**B * np.log(np.where(A == 0, 1, A).astype(A.dtype))

        return node("**", _fitting("**", np.power, a, b), (a, by_base), (b, by_exponent))

    def __matmul__(self, other: Any) -> "Tensor":
        """The matrix product A B, of stacks of matrices too: ∂J/∂A = G Bᵀ, ∂J/∂B = Aᵀ G."""
        a, b = _pair(self, other)
        y = _fitting("@", np.matmul, a, b)
        A = np.atleast_2d(a.data)  # a vector on the left is a row,
        B = b.data if b.ndim > 1 else b.data[:, None]  # and one on the right a column
        stacks = y.shape[: y.ndim - (a.ndim > 1) - (b.ndim > 1)]
        shape = (*stacks, A.shape[-2], B.shape[-1])  # of A B, before rows and columns go

        def by_a(g: Array) -> Array:
            return g.reshape(shape) @ B.swapaxes(-1, -2)

        def by_b(g: Array) -> Array:
            gradient = A.swapaxes(-1, -2) @ g.reshape(shape)
            return gradient if b.ndim > 1 else gradient.squeeze(-1)

        return node("@", y, (a, by_a), (b, by_b))

    # In 2 - x Python asks x, on the right, for x.__rsub__(2).

    def __radd__(self, other: Any) -> "Tensor":
        return _tensor(other, self) + self

    def __rsub__(self, other: Any) -> "Tensor":
        return _tensor(other, self) - self

    def __rmul__(self, other: Any) -> "Tensor":
        return _tensor(other, self) * self

    def __rtruediv__(self, other: Any) -> "Tensor":
        return _tensor(other, self) / self

    def __rpow__(self, other: Any) -> "Tensor":
        return _tensor(other, self) ** self

    def __rmatmul__(self, other: Any) -> "Tensor":
        return _tensor(other, self) @ self

    # One tensor, number by number

    def __neg__(self) -> "Tensor":
        return node("neg", -self.data, (self, lambda g: -g))

    def exp(self) -> "Tensor":
        """eˣ, whose derivative is eˣ."""
        with np.errstate(under="ignore"):
            y = np.exp(self.data)
        return node("exp", y, (self, lambda g: g * y))

    def log(self) -> "Tensor":
        """The natural logarithm, whose derivative is 1/x."""
        x = self.data
        return node("log", np.log(x), (self, lambda g: g / x))

    def sqrt(self) -> "Tensor":
        """√x, whose derivative is 1 / (2√x)."""
        y = np.sqrt(self.data)
        return node("sqrt", y, (self, lambda g: g / (2 * y)))

    def abs(self) -> "Tensor":
        """|x|, whose derivative is the sign of x, and 0 at the kink."""
        x = self.data
        return node("abs", np.abs(x), (self, lambda g: g * np.sign(x)))

    __abs__ = abs

    def tanh(self) -> "Tensor":
        """tanh x, whose derivative is 1 − tanh² x."""
        y = np.tanh(self.data)
        return node("tanh", y, (self, lambda g: g * (1 - y * y)))

    def relu(self) -> "Tensor":
        """max(x, 0), whose derivative is 1 above 0, and 0 elsewhere."""
        y = np.maximum(self.data, 0)
        return node("relu", y, (self, lambda g: g * (y > 0)))

    def sigmoid(self) -> "Tensor":
        """σ(x) = 1 / (1 + e⁻ˣ), whose derivative is σ (1 − σ)."""
        y = sigmoid(self.data)
        return node("sigmoid", y, (self, lambda g: g * y * (1 - y)))

    def gelu(self) -> "Tensor":
        """½ x (1 + tanh(√(2/π) (x + 0.044715 x³))), as in GPT-2. Hendrycks and Gimpel (2016)."""
        x, a, c = self.data, 0.044715, (2 / np.pi) ** 0.5
        z = np.clip(x, -20, 20)  # beyond, tanh is ±1 to the last digit: gelu is 0 there, or x
        with np.errstate(under="ignore"):
            t = np.tanh(c * (z + a * z * z * z))
            slope = 0.5 * (1 + t + z * (1 - t * t) * c * (1 + 3 * a * z * z))
        y = 0.5 * np.maximum(x, -20) * (1 + t)
        return node("gelu", y, (self, lambda g: g * slope))

    # One tensor, along the last axis

    def softmax(self) -> "Tensor":
        """Probabilities p of scores (..., K); ∂pⱼ/∂zₖ = pⱼ (δⱼₖ − pₖ)."""
        p = softmax(self.data)
        return node("softmax", p, (self, lambda g: p * (g - (g * p).sum(-1, keepdims=True))))

    def log_softmax(self) -> "Tensor":
        """Logarithms of the probabilities of scores (..., K); ∂ log pⱼ/∂zₖ = δⱼₖ − pₖ."""
        y = log_softmax(self.data)
        return node("log_softmax", y, (self, lambda g: g - np.exp(y) * g.sum(-1, keepdims=True)))

    # One tensor, along axes

    def sum(self, axis: Axis = None, keepdims: bool = False) -> "Tensor":
        """The sum over all numbers, or along one or more axes."""
        shape = self.shape
        y = self.data.sum(axis, keepdims=True)

        def by_x(g: Array) -> Array:
            return np.broadcast_to(g.reshape(y.shape), shape)

        return node("sum", y if keepdims else y.squeeze(axis), (self, by_x))

    def mean(self, axis: Axis = None, keepdims: bool = False) -> "Tensor":
        """The mean of all numbers, or along axes. Raises ValueError for the mean of no numbers."""
        total = self.sum(axis, keepdims)
        if total.size and not self.size:
            raise ValueError(
                f"mean of shape {self.shape} over axis {axis}: the mean of nothing is not a number"
            )
        return total / (self.size // max(total.size, 1))

    def max(self, axis: Axis = None, keepdims: bool = False) -> "Tensor":
        """The largest of all numbers, or along axes; equals share the gradient."""
        x = self.data
        y = x.max(axis, keepdims=True)

        def by_x(g: Array) -> Array:
            is_largest = x == y
            shared = g.reshape(y.shape) / is_largest.sum(axis, keepdims=True).astype(x.dtype)
            return np.where(is_largest, shared, 0)

        return node("max", y if keepdims else y.squeeze(axis), (self, by_x))

    # The same numbers elsewhere

    def reshape(self, *shape: Any) -> "Tensor":
        """The same numbers in another shape, as numpy's reshape."""
        x = self.data
        y = _fitting(f"reshape{shape}", lambda x: x.reshape(*shape), self)
        return node("reshape", y, (self, lambda g: g.reshape(x.shape)))

    def transpose(self, *axes: Any) -> "Tensor":
        """The axes in another order, by default reversed, as numpy's transpose."""
        y = _fitting(f"transpose{axes}", lambda x: x.transpose(*axes), self)
        order = [axis % self.ndim for axis in np.ravel(axes)] or range(self.ndim)[::-1]
        return node("transpose", y, (self, lambda g: g.transpose(np.argsort(order))))

    @property
    def T(self) -> "Tensor":
        """All axes reversed: of a matrix, the transpose."""
        return self.transpose()

    def __getitem__(self, index: Any) -> "Tensor":
        x = self.data
        y = x[index]

        def by_x(g: Array) -> Array:
            gradient = np.zeros_like(x)
            if np.may_share_memory(y, x):  # a view: nothing was taken twice
                gradient[index] = g
            else:
                np.add.at(gradient, index, g)
            return gradient

        return node("[]", y, (self, by_x))


def maximum(a: Any, b: Any) -> Tensor:
    """The larger of a and b, number by number; where they are equal each gets half of the gradient.

    >>> maximum(Tensor([1.0, 5.0]), 3.0)
    Tensor([3., 5.], op='maximum')
    """
    a, b = _pair(a, b)
    A, B = a.data, b.data

    def by_a(g: Array) -> Array:
        return np.where(A > B, g, np.where(A == B, g / 2, 0))

    def by_b(g: Array) -> Array:
        return np.where(B > A, g, np.where(A == B, g / 2, 0))

    return node("maximum", _fitting("maximum", np.maximum, a, b), (a, by_a), (b, by_b))


def where(condition: Array, a: Any, b: Any) -> Tensor:
    """a where the condition holds, b elsewhere; so is the gradient.

    >>> where([True, False], Tensor([1.0, 2.0]), 0.0)
    Tensor([1., 0.], op='where')
    """
    a, b = _pair(a, b)
    holds = np.asarray(condition, bool)

    def chosen(A: Array, B: Array) -> Array:
        return np.where(holds, A, B)

    y = _fitting("where", chosen, a, b)
    return node(
        "where", y, (a, lambda g: np.where(holds, g, 0)), (b, lambda g: np.where(holds, 0, g))
    )


def concatenate(tensors: Sequence[Any], axis: int = 0) -> Tensor:
    """Tensors side by side along an axis that they have.

    >>> concatenate([Tensor([1.0]), Tensor([2.0, 3.0])])
    Tensor([1., 2., 3.], op='concatenate')
    """
    parts = [_tensor(part, tensors[0]) for part in tensors]
    y = _fitting("concatenate", lambda *arrays: np.concatenate(arrays, axis), *parts)
    ends = np.cumsum([part.shape[axis] for part in parts])[:-1]

    def by(i: int) -> Callable[[Array], Array]:
        return lambda g: np.split(g, ends, axis)[i]

    return node("concatenate", y, *((part, by(i)) for i, part in enumerate(parts)))


def stack(tensors: Sequence[Any], axis: int = 0) -> Tensor:
    """Tensors of one shape side by side along a new axis.

    >>> stack([Tensor([1.0, 2.0]), Tensor([3.0, 4.0])]).shape
    (2, 2)
    """
    parts = [_tensor(part, tensors[0]) for part in tensors]
    y = _fitting("stack", lambda *arrays: np.stack(arrays, axis), *parts)

    def by(i: int) -> Callable[[Array], Array]:
        return lambda g: g.take(i, axis)

    return node("stack", y, *((part, by(i)) for i, part in enumerate(parts)))


def embedding(weight: Tensor, indices: Array) -> Tensor:
    """Rows of weight (V, D), by indices (...) from 0 to V − 1: (..., D).

    Raises ValueError for any other index: no row is taken from the end.

    >>> embedding(Tensor([[1.0, 2.0], [3.0, 4.0]]), [1, 0, 1]).shape
    (3, 2)
    """
    indices = np.asarray(indices)
    fits = (indices >= 0) & (indices < len(weight)) & (indices.dtype.kind in "iu")
    if not fits.all():
        raise ValueError(
            f"indices must be whole numbers from 0 to {len(weight) - 1}, got {indices[~fits][0]}"
        )
    return weight[indices]


def _tensor(value: Any, like: Any) -> Tensor:
    """A number or array as a constant that takes the dtype of the floats it meets.

    So do single numbers and integers only: an array of float64 beside float32 stays float64.
    """
    if isinstance(value, Tensor):
        return value
    value = np.asarray(value)
    dtype = like.dtype if isinstance(like, Tensor) else np.asarray(like).dtype
    is_weak = value.dtype.kind in ("fiub" if value.ndim == 0 else "iub")
    return Tensor(value.astype(dtype) if is_weak and dtype.kind == "f" else value)


def _pair(a: Any, b: Any) -> tuple[Tensor, Tensor]:
    """Both as tensors."""
    return _tensor(a, b), _tensor(b, a)


def _fitting(op: str, f: Callable[..., Array], *tensors: Tensor) -> Array:
    """f of their arrays. Raises ValueError with the shapes where they do not fit."""
    try:
        return f(*[tensor.data for tensor in tensors])
    except ValueError as error:
        shapes = " and ".join(str(tensor.shape) for tensor in tensors)
        raise ValueError(f"{op} does not fit shape {shapes}: {error}") from None
