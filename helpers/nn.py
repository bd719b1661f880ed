"""Networks on one flat θ: to an optimizer a model is `model.theta` and `model.grad`, as in θ ← θ − α ∇J(θ)."""

import math
from collections.abc import Callable, Iterator
from itertools import pairwise
from operator import attrgetter
from pathlib import Path

import numpy as np

from helpers.autograd import Array, Tensor, node


class Module:
    """A piece of a network: weights (Tensors), other modules, or both, all in one flat `theta` with one flat `grad`.
    A new one hands its parts to `super().__init__`, which makes the .data and .grad of each weight views into the two,
    and says in `forward` what it computes. What is assigned to theta and grad is written into them, for all views.
    """

    buffers: tuple[Array, ...] = ()  # arrays that it changes in place, such as running averages: part of its `state`
    theta = property(attrgetter("_theta"), lambda self, theta: np.copyto(self._theta, theta))
    grad = property(attrgetter("_grad"), lambda self, grad: np.copyto(self._grad, grad))

    def __init__(self, *parts: "Module | Tensor"):
        modules = [part for part in parts if isinstance(part, Module)]
        below = {x for top in modules for x in (*top.modules(), *top.parameters()) if x is not top}
        self.parts = tuple(part for part in dict.fromkeys(parts) if part not in below)  # each weight stands in θ once
        self._weights = [w for part in self.parts for w in ([part] if isinstance(part, Tensor) else part.parameters())]
        if len(set(self._weights)) < len(self._weights):
            raise ValueError(f"two parts of this {type(self).__name__} share a layer; try copy.deepcopy(layer) in one")
        self.training = True
        self.size = sum(weight.size for weight in self._weights)
        theta = np.empty(self.size, np.result_type(*(w.dtype for w in self._weights)) if self._weights else np.float32)
        self._move(theta, np.zeros_like(theta))
        self.zero_grad()

    def __setstate__(self, attributes: dict) -> None:
        vars(self).update(attributes)
        self._move(self._theta, self._grad)  # in a copy (copy.deepcopy, pickle) the weights are views again

    def _move(self, theta: Array, grad: Array) -> None:
        """Let all weights below live in this stretch of θ and g, with the numbers that they have."""
        self._theta, self._grad, self.dtype, start = theta, grad, theta.dtype, 0
        for part in self.parts:
            stretch = slice(start, start := start + part.size)
            if isinstance(part, Module):
                part._move(theta[stretch], grad[stretch])
            else:
                theta[stretch] = part.data.ravel()
                part.data, part.grad = theta[stretch].reshape(part.shape), grad[stretch].reshape(part.shape)

    def __call__(self, x: Array | Tensor) -> Tensor:
        if not isinstance(x, Tensor):
            x = np.asarray(x)
            x = Tensor(x.astype(self.dtype, copy=False) if x.dtype.kind == "f" else x)
        return self.forward(x)

    def forward(self, x: Tensor) -> Tensor:
        raise NotImplementedError(f"{type(self).__name__} says what it computes in its method forward(self, x)")

    def __repr__(self) -> str:
        return type(self).__name__

    def modules(self) -> Iterator["Module"]:
        """This module and all below it, in the order of their weights in θ."""
        yield self
        for part in self.parts:
            if isinstance(part, Module):
                yield from part.modules()

    def parameters(self) -> list[Tensor]:
        """All weights, in the order in which they stand in θ."""
        return self._weights.copy()

    def zero_grad(self) -> None:
        """Forget the gradients: call it before every `backward()`, or they add up. What comes first overwrites them."""
        self._grad.fill(0)
        home = self._theta[:0].base  # the array that θ is a view of, or θ itself
        for weight in self._weights:
            if weight.data.base is not home:
                raise ValueError(f"a weight left theta: write into .data[:], give others copy.deepcopy(layer); {self}")
            weight.untouched = True

    def train(self, training: bool = True) -> "Module":
        """Behave as in training, here and in all modules below; returns the module."""
        for module in self.modules():
            module.training = training
        return self

    def eval(self) -> "Module":
        """Behave as when predicting: the opposite of `train()`."""
        return self.train(False)

    def _arrays(self) -> list[Array]:
        return [weight.data for weight in self._weights] + [b for module in self.modules() for b in module.buffers]

    @property
    def state(self) -> list[Array]:
        """Copies of all weights, then of all buffers. Assigned to `state` they make the model what it was."""
        return [array.copy() for array in self._arrays()]

    @state.setter
    def state(self, state: list[Array]) -> None:
        shapes, own = [np.shape(array) for array in state], [array.shape for array in self._arrays()]
        if shapes != own:
            raise ValueError(f"a state of shapes {shapes}, but this model has {own}; build it as it was")
        for array, kept in zip(self._arrays(), state):
            array[...] = kept

    def save(self, path: str | Path) -> None:
        """Write the state to a file (numpy's .npz), one array for each. Until all is written an older file stays."""
        unfinished = Path(f"{path}.part")
        with open(unfinished, "wb") as file:
            np.savez(file, *self.state)
        unfinished.replace(path)

    def load(self, path: str | Path) -> None:
        """Read what `save` wrote. ValueError for a damaged file or other shapes; then the model keeps its weights."""
        with open(path, "rb") as content:
            try:
                file = np.load(content)
                state = [file[f"arr_{i}"].astype(self.dtype) for i in range(len(file.files))]
            except Exception as error:  # whatever can be wrong with a zip archive, and with what is in it
                raise ValueError(f"{path} is damaged or was not written by model.save(): {error}") from None
        self.state = state


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

    def __init__(self, n_in: int, n_out: int, *, init="he", rng: np.random.Generator, dtype=np.float32):
        if min(n_in, n_out) < 1:
            raise ValueError(f"a layer needs at least one input and one unit, got Linear({n_in}, {n_out})")
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
        by_weight = (weight, lambda g: weight.receive_from(np.matmul, X.reshape(-1, n_in).T, g.reshape(-1, n_out)))
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
                raise TypeError(f"a layer is a module or a function of tensors, got {layer!r}; try Sequential(*layers)")
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

    def __init__(self, sizes, activation="relu", init="he", *, rng: np.random.Generator, dtype=np.float32):
        if len(sizes) < 2:
            raise ValueError(f"sizes must name at least inputs and outputs, such as (2, 16, 3), got {tuple(sizes)}")
        between = _named("activation", activation, relu, tanh, sigmoid, gelu, identity)
        linear = [Linear(*pair, init=init, rng=rng, dtype=dtype) for pair in pairwise(sizes)]
        super().__init__(*[part for layer in linear for part in (layer, between)][:-1])


def _named(what: str, choice: str | Callable, *functions: Callable) -> Callable:
    """The function itself, or the one of that name."""
    table = {f.__name__: f for f in functions}
    if not callable(choice) and choice not in table:
        raise ValueError(f"unknown {what} {choice!r}; choose {', '.join(table)} or give a function")
    return choice if callable(choice) else table[choice]
