"""Layers and networks: weighted sums, activations, initialisations, normalisation, residual connections, dropout."""

import math
from collections.abc import Callable
from itertools import pairwise

import numpy as np

from helpers.autograd import Tensor
from helpers.checks import Array, as_floats, checked
from helpers.engine import node
from helpers.module import Module

relu, tanh, sigmoid, gelu = Tensor.relu, Tensor.tanh, Tensor.sigmoid, Tensor.gelu


def identity(x: Tensor) -> Tensor:
    """No activation: layers on layers are then one linear map."""
    return x


def zeros(n_in: int, n_out: int, rng: np.random.Generator) -> Array:
    """All weights 0: every unit of a layer stays equal to the others, so a network cannot learn from there."""
    return np.zeros((n_in, n_out))


def normal(scale: float) -> Callable[[int, int, np.random.Generator], Array]:
    """Normal numbers of this standard deviation, whatever the width of the layer."""
    return lambda n_in, n_out, rng: rng.normal(0, scale, (n_in, n_out))


def xavier(n_in: int, n_out: int, rng: np.random.Generator) -> Array:
    """Variance 2 / (n_in + n_out): for tanh. Glorot and Bengio (2010), Understanding the difficulty of training …"""
    return rng.normal(0, math.sqrt(2 / (n_in + n_out)), (n_in, n_out))


def he(n_in: int, n_out: int, rng: np.random.Generator) -> Array:
    """Variance 2 / n_in: keeps the size of activations through relu. He et al. (2015), Delving deep into rectifiers."""
    return rng.normal(0, math.sqrt(2 / n_in), (n_in, n_out))


class Linear(Module):
    """A layer of weighted sums: Y = X W + b, with ∂J/∂X = G Wᵀ, ∂J/∂W = Xᵀ G, ∂J/∂b = the sum of the rows of G.
    X: (..., n_in) → Y: (..., n_out). `weight` W (n_in, n_out) is drawn by init: "he", "xavier", "zeros" or a function
    such as normal(0.1). `bias` b (n_out,) is 0 at first.
    >>> Linear(3, 2, rng=np.random.default_rng(0))(np.zeros((5, 3))).shape
    (5, 2)
    """

    def __init__(
        self, n_in: int, n_out: int, *, init="he", rng: np.random.Generator, dtype=np.float32
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
        return "Linear({}, {})".format(*self.weight.shape)

    def forward(self, x: Tensor) -> Tensor:
        W, X = self.weight.data, x.data
        n_in, n_out = W.shape
        if X.ndim == 0 or X.shape[-1] != n_in:
            raise ValueError(f"{self} needs x of shape (..., {n_in}), got {X.shape}")
        X = X if X.dtype.kind == "f" else X.astype(W.dtype)
        Y = X @ W
        Y += self.bias.data
        weight, bias = self.weight, self.bias
        by_weight = (
            weight,
            lambda g: weight.receive_from(np.matmul, X.reshape(-1, n_in).T, g.reshape(-1, n_out)),
        )
        by_bias = (bias, lambda g: bias.receive_from(np.add.reduce, g.reshape(-1, n_out)))
        return node("linear", Y, (x, lambda g: g @ W.T), by_weight, by_bias)


class Sequential(Module):
    """Layers one after the other: modules, and functions of a Tensor such as activations.
    >>> rng = np.random.default_rng(0)
    >>> model = Sequential(Linear(2, 3, rng=rng), tanh, Linear(3, 1, rng=rng))
    >>> model.size, model(np.zeros((4, 2))).shape
    (13, (4, 1))
    """

    def __init__(self, *layers: Module | Callable[[Tensor], Tensor]):
        for layer in layers:
            if not callable(layer) or isinstance(layer, type):
                raise TypeError(
                    f"a layer is a module or a function of tensors, got {layer!r}; try Sequential(*layers)"
                )
        self.layers = layers
        super().__init__(*(layer for layer in layers if isinstance(layer, Module)))

    def __repr__(self) -> str:
        return f"{super().__repr__()}({', '.join(getattr(layer, '__name__', repr(layer)) for layer in self.layers)})"

    def forward(self, x: Tensor) -> Tensor:
        for layer in self.layers:
            x = layer(x)
        return x


class MLP(Sequential):
    """A multi-layer perceptron: sizes (D, H₁, …, K), with an activation, by name or any function, between its layers.
    >>> model = MLP((64, 32, 10), activation="tanh", rng=np.random.default_rng(0))
    >>> model.theta.shape, model.theta.dtype, [weight.shape for weight in model.parameters()]
    ((2410,), dtype('float32'), [(64, 32), (32,), (32, 10), (10,)])
    """

    def __init__(
        self, sizes, activation="relu", init="he", *, rng: np.random.Generator, dtype=np.float32
    ):
        if len(sizes) < 2:
            raise ValueError(
                f"sizes must name at least inputs and outputs, such as (2, 16, 3), got {tuple(sizes)}"
            )
        between = _named("activation", activation, relu, tanh, sigmoid, gelu, identity)
        linear = [Linear(*pair, init=init, rng=rng, dtype=dtype) for pair in pairwise(sizes)]
        super().__init__(*[part for layer in linear for part in (layer, between)][:-1])


def _named(what: str, choice: str | Callable, *functions: Callable) -> Callable:
    """The function itself, or the one of that name."""
    table = {f.__name__: f for f in functions}
    if not callable(choice) and choice not in table:
        raise ValueError(f"unknown {what} {choice!r}; choose {', '.join(table)} or give a function")
    return choice if callable(choice) else table[choice]


class _Norm(Module):
    """y = weight · x̂ + bias with x̂ = (x − mean) / √(variance + eps), as one node. x: (..., n)."""

    def __init__(self, n: int, eps: float = 1e-5, *, dtype=np.float32):
        self.weight = Tensor(np.ones(n, dtype), requires_grad=True)
        self.bias = Tensor(np.zeros(n, dtype), requires_grad=True)
        self.eps = checked("eps", eps)
        super().__init__(self.weight, self.bias)

    def forward(self, x: Tensor) -> Tensor:
        if x.shape[-1:] != self.weight.shape:
            raise ValueError(f"{self} needs x of shape (..., {self.weight.size}), got {x.shape}")
        X = as_floats(x.data, self.dtype)
        mean, variance, axes = self.statistics(X)
        weight, deviation = self.weight.data, np.sqrt(variance + self.eps)
        x_hat = (X - mean) / deviation

        def by_x(g):
            g = g * weight / deviation
            if axes is not None:  # mean and deviation were made of x
                g = g - g.mean(axes, keepdims=True) - x_hat * (g * x_hat).mean(axes, keepdims=True)
            return g

        by_weights = (self.weight, lambda g: g * x_hat), (self.bias, lambda g: g)
        return node(
            type(self).__name__.lower(), weight * x_hat + self.bias.data, (x, by_x), *by_weights
        )


class BatchNorm(_Norm):
    """Every unit with mean 0 and variance 1 over the batch, before weight and bias (Ioffe, Szegedy, 2015). x: (..., n).
    In training by the batch's own mean and variance; the running ones follow, r ← r + momentum · (the batch's − r), and
    count in evaluation: there no prediction depends on another example. The running variance is the unbiased one.
    >>> layer = BatchNorm(1)
    >>> layer(np.array([[1.0], [3.0]])).data.ravel().round(3), layer.running_mean, layer.running_var
    (array([-1.,  1.], dtype=float32), array([0.2], dtype=float32), array([1.1], dtype=float32))
    """

    def __init__(self, n: int, eps: float = 1e-5, momentum: float = 0.1, *, dtype=np.float32):
        super().__init__(n, eps, dtype=dtype)
        self.momentum = checked("momentum", momentum)
        self.running_mean, self.running_var = self.buffers = np.zeros(n, dtype), np.ones(n, dtype)

    def statistics(self, x):
        if not self.training:
            return self.running_mean, self.running_var, None
        axes, n = tuple(range(x.ndim - 1)), x[..., 0].size
        if n < 2:
            raise ValueError(
                f"{self} needs two examples to train, got shape {x.shape}; try another batch_size"
            )
        mean, variance = x.mean(axes), x.var(axes)
        for running, new in zip(self.buffers, (mean, variance * (n / (n - 1)))):
            running += self.momentum * (new - running)
        return mean, variance, axes


class LayerNorm(_Norm):
    """Every example with mean 0 and variance 1 over its own n units. Ba, Kiros and Hinton (2016). x: (..., n).
    >>> LayerNorm(3)(np.array([[1.0, 2.0, 3.0]])).data.round(3)
    array([[-1.225,  0.   ,  1.225]], dtype=float32)
    """

    def statistics(self, x):
        return x.mean(-1, keepdims=True), x.var(-1, keepdims=True), -1


class Dropout(Module):
    """In training every number becomes 0 with probability p, the others grow by 1 / (1 − p). Srivastava et al. (2014).
    >>> Dropout(0.5, rng=np.random.default_rng(0))(np.ones(4)).data
    array([2., 0., 0., 0.], dtype=float32)
    """

    def __init__(self, p: float = 0.5, *, rng: np.random.Generator):
        self.p, self.rng = checked("p", p, below=1), rng
        super().__init__()

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        X = as_floats(x.data, self.dtype)
        factor = ((self.rng.random(x.shape) >= self.p) / (1 - self.p)).astype(X.dtype)
        return node("dropout", X * factor, (x, lambda g: g * factor))


class Residual(Sequential):
    """x + layers(x): the gradient finds a way past the layers, which must keep the shape. He et al. (2016).
    >>> Residual(LayerNorm(2))(np.array([1.0, 3.0])).data.round(2)
    array([0., 4.], dtype=float32)
    """

    def forward(self, x: Tensor) -> Tensor:
        y = super().forward(x)
        if y.shape != x.shape:
            raise ValueError(f"{self} must keep the shape, but made {y.shape} of {x.shape}")
        return x + y
