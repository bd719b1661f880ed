"""Layers and networks: weighted sums, activations, initialisations, normalisation, dropout."""

import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from helpers.autograd import Tensor, embedding
from helpers.checks import Array, as_floats, fraction, non_negative
from helpers.engine import node
from helpers.module import Module

Activation = Callable[[Tensor], Tensor]
Init = Callable[[int, int, np.random.Generator], Array]

# Activations: functions of a Tensor

relu = Tensor.relu
tanh = Tensor.tanh
sigmoid = Tensor.sigmoid
gelu = Tensor.gelu


def identity(x: Tensor) -> Tensor:
    """No activation: layers on layers are then one linear map."""
    return x


# Initialisations: functions (n_in, n_out, rng) → weights (n_in, n_out)


def zeros(n_in: int, n_out: int, rng: np.random.Generator) -> Array:
    """All weights 0: the units of a layer stay equal, so a network cannot learn from there."""
    return np.zeros((n_in, n_out))


def normal(scale: float) -> Init:
    """Normal numbers of standard deviation `scale`, whatever the width of the layer."""

    def init(n_in: int, n_out: int, rng: np.random.Generator) -> Array:
        return rng.normal(0, scale, (n_in, n_out))

    return init


def xavier(n_in: int, n_out: int, rng: np.random.Generator) -> Array:
    """Normal numbers of variance 2 / (n_in + n_out): for tanh.

    Glorot and Bengio (2010), Understanding the difficulty of training deep feedforward networks.
    """
    return rng.normal(0, math.sqrt(2 / (n_in + n_out)), (n_in, n_out))


def he(n_in: int, n_out: int, rng: np.random.Generator) -> Array:
    """Normal numbers of variance 2 / n_in: keeps the size of activations through relu.

    He, Zhang, Ren and Sun (2015), Delving deep into rectifiers.
    """
    return rng.normal(0, math.sqrt(2 / n_in), (n_in, n_out))


# Layers


class Linear(Module):
    """A layer of weighted sums: Y = X W + b, for X (..., n_in) → Y (..., n_out).

    Backwards, with G = ∂J/∂Y: ∂J/∂X = G Wᵀ, ∂J/∂W = Xᵀ G, ∂J/∂b = the sum of the rows of G.
    `weight` W (n_in, n_out) is drawn by init: "he", "xavier", "zeros", or a function such as
    normal(0.1). `bias` b (n_out,) is 0 at first. Raises ValueError for a layer without inputs or
    units, and for an unknown init.

    >>> Linear(3, 2, rng=np.random.default_rng(0))(np.zeros((5, 3))).shape
    (5, 2)
    """

    def __init__(
        self,
        n_in: int,
        n_out: int,
        *,
        init: str | Init = "he",
        rng: np.random.Generator,
        dtype: Any = np.float32,
    ):
        if min(n_in, n_out) < 1:
            raise ValueError(
                f"a layer needs at least one input and one unit, got Linear({n_in}, {n_out})"
            )
        weight = _named("init", init, zeros, xavier, he)(n_in, n_out, rng)
        self.weight = Tensor(np.asarray(weight, dtype), requires_grad=True)
        self.bias = Tensor(np.zeros(n_out, dtype), requires_grad=True)
        super().__init__(self.weight, self.bias)

    def __repr__(self) -> str:
        n_in, n_out = self.weight.shape
        return f"Linear({n_in}, {n_out})"

    def forward(self, x: Tensor) -> Tensor:
        """X W + b as one node. Raises ValueError where x does not have n_in columns."""
        weight, bias = self.weight, self.bias
        W, X = weight.data, x.data
        n_in, n_out = W.shape
        if X.ndim == 0 or X.shape[-1] != n_in:
            raise ValueError(f"{self} needs x of shape (..., {n_in}), got {X.shape}")
        if X.dtype.kind != "f":
            X = X.astype(W.dtype)
        Y = X @ W
        Y += bias.data

        def by_weight(g: Array) -> None:  # straight into the weight's stretch of the gradient
            weight.accumulate_from(np.matmul, X.reshape(-1, n_in).T, g.reshape(-1, n_out))

        def by_bias(g: Array) -> None:
            bias.accumulate_from(np.add.reduce, g.reshape(-1, n_out))

        return node("linear", Y, (x, lambda g: g @ W.T), (weight, by_weight), (bias, by_bias))


class Normalisation(Module):
    """y = weight · x̂ + bias with x̂ = (x − mean) / √(variance + eps): what two layers share.

    x: (..., n); `weight` and `bias` (n,) begin at 1 and 0. `BatchNorm` and `LayerNorm` differ in
    what mean and variance are taken over. Both are computed in float64 whatever x is: float32 loses
    the digits in which many large numbers differ. Raises ValueError for an eps below 0.
    """

    def __init__(self, n: int, eps: float = 1e-5, *, dtype: Any = np.float32):
        self.weight = Tensor(np.ones(n, dtype), requires_grad=True)
        self.bias = Tensor(np.zeros(n, dtype), requires_grad=True)
        self.eps = non_negative("eps", eps)
        super().__init__(self.weight, self.bias)

    def statistics(self, X: Array) -> tuple[Array, Array, Any]:
        """Mean and variance that X is normalised by, and the axes of X over which they were taken,
        None where they do not come from X.
        """
        raise NotImplementedError(f"{type(self).__name__} says what it normalises over")

    def forward(self, x: Tensor) -> Tensor:
        """The normalised x as one node. Raises ValueError where x does not have n columns."""
        if x.shape[-1:] != self.weight.shape:
            raise ValueError(f"{self} needs x of shape (..., {self.weight.size}), got {x.shape}")
        X = as_floats(x.data, self.dtype)
        precise = X.astype(np.float64, copy=False)
        mean, variance, axes = self.statistics(precise)
        deviation = np.sqrt(variance + self.eps)
        x_hat = ((precise - mean) / deviation).astype(X.dtype, copy=False)
        weight, deviation = self.weight.data, deviation.astype(X.dtype, copy=False)

        def by_x(g: Array) -> Array:
            g = g * weight / deviation
            if axes is not None:  # mean and deviation were made of x
                g = g - g.mean(axes, keepdims=True) - x_hat * (g * x_hat).mean(axes, keepdims=True)
            return g

        y = (weight * x_hat + self.bias.data).astype(X.dtype, copy=False)
        by_weight = (self.weight, lambda g: g * x_hat)
        return node(type(self).__name__.lower(), y, (x, by_x), by_weight, (self.bias, lambda g: g))


class BatchNorm(Normalisation):
    """Every unit with mean 0 and variance 1 over the batch, before weight and bias. x: (..., n).

    In training by the batch's own mean and variance; the running ones follow,
    r ← r + momentum · (the batch's − r), and count in evaluation: there no prediction depends on
    another example. The running variance is the unbiased one, as in PyTorch. Raises ValueError for
    a momentum outside [0, 1). Ioffe and Szegedy (2015).

    >>> layer = BatchNorm(1)
    >>> layer(np.array([[1.0], [3.0]])).data.ravel().round(3), layer.running_mean, layer.running_var
    (array([-1.,  1.], dtype=float32), array([0.2], dtype=float32), array([1.1], dtype=float32))
    """

    def __init__(
        self, n: int, eps: float = 1e-5, momentum: float = 0.1, *, dtype: Any = np.float32
    ):
        super().__init__(n, eps, dtype=dtype)
        self.momentum = fraction("momentum", momentum)
        self.running_mean = np.zeros(n, dtype)
        self.running_var = np.ones(n, dtype)
        self.buffers = (self.running_mean, self.running_var)

    def statistics(self, X: Array) -> tuple[Array, Array, Any]:
        """Those of the batch in training, the running ones in evaluation.

        Raises ValueError in training on a batch of one example, which has no variance.
        """
        if not self.training:
            return self.running_mean, self.running_var, None
        axes = tuple(range(X.ndim - 1))
        n = X[..., 0].size
        if n < 2:
            raise ValueError(
                f"{self} needs two examples to train, got shape {X.shape}; try another batch_size"
            )
        mean, variance = X.mean(axes), X.var(axes)
        unbiased = variance * (n / (n - 1))
        self.running_mean += (self.momentum * (mean - self.running_mean)).astype(self.dtype)
        self.running_var += (self.momentum * (unbiased - self.running_var)).astype(self.dtype)
        return mean, variance, axes


class LayerNorm(Normalisation):
    """Every example with mean 0 and variance 1 over its own n units. x: (..., n).

    Ba, Kiros and Hinton (2016).

    >>> LayerNorm(3)(np.array([[1.0, 2.0, 3.0]])).data.round(3)
    array([[-1.225,  0.   ,  1.225]], dtype=float32)
    """

    def statistics(self, X: Array) -> tuple[Array, Array, Any]:
        """Those of each example, in training and in evaluation."""
        return X.mean(-1, keepdims=True), X.var(-1, keepdims=True), -1


class Dropout(Module):
    """In training every number becomes 0 with probability p, and the others grow by 1 / (1 − p).

    In evaluation nothing changes. Raises ValueError for a p outside [0, 1).
    Srivastava et al. (2014).

    >>> Dropout(0.5, rng=np.random.default_rng(0))(np.ones(4)).data
    array([2., 0., 0., 0.], dtype=float32)
    """

    def __init__(self, p: float = 0.5, *, rng: np.random.Generator):
        self.p = fraction("p", p)
        self.rng = rng
        super().__init__()

    def forward(self, x: Tensor) -> Tensor:
        """x with some of its numbers left out, others each time."""
        if not self.training or self.p == 0:
            return x
        X = as_floats(x.data, self.dtype)
        is_kept = self.rng.random(x.shape) >= self.p
        factor = (is_kept / (1 - self.p)).astype(X.dtype)
        return node("dropout", X * factor, (x, lambda g: g * factor))


class Embedding(Module):
    """A row of d numbers for each of n words: indices (...) from 0 to n − 1 → (..., d).

    `weight` (n, d) begins with normal numbers of standard deviation `scale`. It is a `Linear` layer
    on one-hot words, without multiplying by all the zeros. Raises ValueError for other indices, and
    for a table without rows or columns. Bengio, Ducharme, Vincent and Jauvin (2003).

    >>> Embedding(5, 3, rng=np.random.default_rng(0))(np.array([[4, 0]])).shape
    (1, 2, 3)
    """

    def __init__(
        self,
        n: int,
        d: int,
        *,
        scale: float = 1.0,
        rng: np.random.Generator,
        dtype: Any = np.float32,
    ):
        if min(n, d) < 1:
            raise ValueError(f"a table needs a row and a column at least, got Embedding({n}, {d})")
        self.weight = Tensor(rng.normal(0, scale, (n, d)).astype(dtype), requires_grad=True)
        super().__init__(self.weight)

    def __repr__(self) -> str:
        n, d = self.weight.shape
        return f"Embedding({n}, {d})"

    def forward(self, x: Tensor) -> Tensor:
        """The rows of the words x."""
        return embedding(self.weight, x.data)


# Networks


class Sequential(Module):
    """Layers one after the other: modules, and functions of a Tensor such as activations.

    Raises TypeError for what is neither.

    >>> rng = np.random.default_rng(0)
    >>> model = Sequential(Linear(2, 3, rng=rng), tanh, Linear(3, 1, rng=rng))
    >>> model.size, model(np.zeros((4, 2))).shape
    (13, (4, 1))
    """

    def __init__(self, *layers: Module | Activation):
        for layer in layers:
            if not callable(layer) or isinstance(layer, type):
                raise TypeError(
                    f"a layer is a module or a function of tensors, got {layer!r}; "
                    "try Sequential(*layers)"
                )
        self.layers = layers
        super().__init__(*(layer for layer in layers if isinstance(layer, Module)))

    def __repr__(self) -> str:
        names = [getattr(layer, "__name__", repr(layer)) for layer in self.layers]
        return f"{type(self).__name__}({', '.join(names)})"

    def forward(self, x: Tensor) -> Tensor:
        """The output of the last layer."""
        for layer in self.layers:
            x = layer(x)
        return x


class Residual(Sequential):
    """x + layers(x): the gradient finds a way past the layers. He, Zhang, Ren and Sun (2016).

    >>> Residual(LayerNorm(2))(np.array([1.0, 3.0])).data.round(2)
    array([0., 4.], dtype=float32)
    """

    def forward(self, x: Tensor) -> Tensor:
        """x + layers(x). Raises ValueError where the layers change the shape."""
        y = super().forward(x)
        if y.shape != x.shape:
            raise ValueError(f"{self} must keep the shape, but made {y.shape} of {x.shape}")
        return x + y


class MLP(Sequential):
    """A multi-layer perceptron: Linear layers of sizes (D, H₁, …, K), an activation between them.

    activation: "relu", "tanh", "sigmoid", "gelu", "identity", or a function of a Tensor; init as in
    `Linear`. Raises ValueError for fewer than two sizes, and for unknown names.

    >>> model = MLP((64, 32, 10), activation="tanh", rng=np.random.default_rng(0))
    >>> model.theta.shape, model.theta.dtype, [weight.shape for weight in model.parameters()]
    ((2410,), dtype('float32'), [(64, 32), (32,), (32, 10), (10,)])
    """

    def __init__(
        self,
        sizes: Sequence[int],
        activation: str | Activation = "relu",
        init: str | Init = "he",
        *,
        rng: np.random.Generator,
        dtype: Any = np.float32,
    ):
        if len(sizes) < 2:
            raise ValueError(
                "sizes must name at least inputs and outputs, "
                f"such as (2, 16, 3), got {tuple(sizes)}"
            )
        between = _named("activation", activation, relu, tanh, sigmoid, gelu, identity)
        layers: list[Module | Activation] = []
        for n_in, n_out in pairwise(sizes):
            layers += [Linear(n_in, n_out, init=init, rng=rng, dtype=dtype), between]
        super().__init__(*layers[:-1])


def _named(what: str, choice: Any, *functions: Callable[..., Any]) -> Callable[..., Any]:
    """The function itself, or the one of that name. Raises ValueError for an unknown name."""
    table = {function.__name__: function for function in functions}
    if callable(choice):
        return choice
    if choice not in table:
        raise ValueError(f"unknown {what} {choice!r}; choose {', '.join(table)} or give a function")
    return table[choice]
