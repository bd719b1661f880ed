"""Modules on one flat θ: a model is `model.theta` and `model.grad`, as in θ ← θ − α∇J(θ).

Each weight is a Tensor whose `.data` and `.grad` are views into these two.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from helpers.autograd import Tensor
from helpers.checks import Array

SET_BY_INIT = (
    "theta",
    "grad",
    "parts",
    "training",
    "size",
    "dtype",
    "_weights",
    "_theta",
    "_grad",
)


class Module:
    """A piece of a network: weights (Tensors), other modules, or both, in one flat θ.

    A new one hands its parts to `super().__init__(*parts)`, which lays their weights into θ in this
    order, and says in `forward` what it computes:

    >>> class Scale(Module):
    ...     def __init__(self, n):
    ...         self.factor = Tensor(np.ones(n), requires_grad=True)
    ...         super().__init__(self.factor)
    ...     def forward(self, x):
    ...         return x * self.factor
    >>> model = Scale(3)
    >>> model.theta *= 2
    >>> model(np.array([1.0, 2.0, 3.0])).data
    array([2., 4., 6.])

    What is assigned to `theta`, `grad`, a weight or a buffer is written into it, so that all views
    see it. `size` is the number of weights, `dtype` their type. Raises ValueError for a layer or
    weight among the attributes that was not handed to `super().__init__`: it would not be trained.
    """

    # Arrays that it changes in place, such as running averages: part of its state.
    buffers: tuple[Array, ...] = ()

    parts: tuple["Module | Tensor", ...]
    training: bool
    size: int
    dtype: np.dtype

    def __init__(self, *parts: "Module | Tensor"):
        below = [x for part in parts if isinstance(part, Module) for x in part.members()]
        nested = {id(x) for x in below}
        unique = [part for part in dict.fromkeys(parts) if id(part) not in nested]
        weights = [w for part in unique for w in _weights_of(part)]
        if len({*weights}) < len(weights):
            raise ValueError(
                f"two parts of this {type(self).__name__} share a layer; "
                "try copy.deepcopy(layer) in one"
            )
        self._require_handed({id(x) for x in (*parts, *below)}, vars(self))
        dtype = np.result_type(*(w.dtype for w in weights)) if weights else np.float32
        self._weights = weights
        self.training = True
        self.size = sum(weight.size for weight in weights)
        self.parts = tuple(unique)  # each weight stands in θ once
        theta = np.empty(self.size, dtype)
        self._place(theta, np.zeros_like(theta))
        self.zero_grad()

    def forward(self, x: Tensor) -> Tensor:
        """What the module computes of x. Raises NotImplementedError where it does not say so."""
        raise NotImplementedError(
            f"{type(self).__name__} says what it computes in its method forward(self, x)"
        )

    def __call__(self, x: Array | Tensor, **options: Any) -> Tensor:
        """`forward(x, **options)`; an array of floats first takes the dtype of the model."""
        if not isinstance(x, Tensor):
            x = np.asarray(x)
            x = Tensor(x.astype(self.dtype, copy=False) if x.dtype.kind == "f" else x)
        return self.forward(x, **options)

    def __repr__(self) -> str:
        return type(self).__name__

    # Weights and gradients

    @property
    def theta(self) -> Array:
        """All weights, a flat array (size,)."""
        return self._theta

    @theta.setter
    def theta(self, theta: Array) -> None:
        np.copyto(self._theta, theta)

    @property
    def grad(self) -> Array:
        """The gradients of all weights, a flat array (size,)."""
        return self._grad

    @grad.setter
    def grad(self, grad: Array) -> None:
        np.copyto(self._grad, grad)

    def modules(self) -> Iterator["Module"]:
        """This module and all below it, in the order of their weights in θ."""
        yield self
        for part in self.parts:
            if isinstance(part, Module):
                yield from part.modules()

    def parameters(self) -> list[Tensor]:
        """All weights, in the order in which they stand in θ."""
        return self._weights.copy()

    def members(self) -> Iterator["Module | Tensor"]:
        """All modules below this one, and all weights."""
        for module in self.modules():
            if module is not self:
                yield module
        yield from self._weights

    def zero_grad(self) -> None:
        """Forget the gradients: call it before every `backward()`, or they add up.

        Raises ValueError where a weight's array was replaced, so that it is no view into θ.
        """
        self._grad.fill(0)
        home = self._theta[:0].base  # the array that θ is a view of, or θ itself
        for weight in self._weights:
            if weight.data.base is not home:
                raise ValueError(
                    "a weight left theta: write into .data[:], "
                    f"give others copy.deepcopy(layer); {self}"
                )
            weight.grad_is_zero = True

    def require_owned(self, result: Tensor) -> None:
        """Raise ValueError where result was made of a weight that is not in θ, so never trained.

        result: a loss or an output of this module, with its graph. `fit` asks at its first step.
        """
        own = {id(weight) for weight in self._weights}
        for leaf in result.graph():
            if not leaf.edges and id(leaf) not in own:
                raise ValueError(
                    f"a weight of shape {leaf.shape} was used and is not in theta of {self}, so no "
                    "optimizer would change it: hand it, or its layer, to super().__init__(…)"
                )

    # Training and evaluation

    def train(self, training: bool = True) -> "Module":
        """Behave as in training, here and in all modules below; returns the module."""
        for module in self.modules():
            module.training = training
        return self

    def eval(self) -> "Module":
        """Behave as when predicting: the opposite of `train()`."""
        return self.train(False)

    # State

    @property
    def state(self) -> list[Array]:
        """Copies of all weights, then of all buffers; assigned to `state` they bring it back.

        Raises ValueError where a state of other shapes is assigned; the module stays as it is.
        """
        return [array.copy() for array in self._arrays()]

    @state.setter
    def state(self, state: list[Array]) -> None:
        shapes = [np.shape(array) for array in state]
        own = [array.shape for array in self._arrays()]
        if shapes != own:
            raise ValueError(
                f"a state of shapes {shapes}, but this model has {own}; build it as it was"
            )
        for array, kept in zip(self._arrays(), state):
            array[...] = kept

    def save(self, path: str | Path) -> None:
        """Write the state to a file (numpy's .npz). An older file stays until all is written."""
        unfinished = Path(f"{path}.part")
        with open(unfinished, "wb") as file:
            np.savez(file, *self.state)
        unfinished.replace(path)

    def load(self, path: str | Path) -> None:
        """Read what `save` wrote.

        Raises ValueError for a damaged file or other shapes; the module keeps its weights then.
        """
        with open(path, "rb") as content:
            try:
                file = np.load(content)
                state = [file[f"arr_{i}"].astype(self.dtype) for i in range(len(file.files))]
            except Exception as error:  # whatever can be wrong with a zip archive and its content
                raise ValueError(
                    f"{path} is damaged or was not written by model.save(): {error}"
                ) from None
        self.state = state

    def _arrays(self) -> list[Array]:
        buffers = [buffer for module in self.modules() for buffer in module.buffers]
        return [weight.data for weight in self._weights] + buffers

    # How weights get into θ, and stay there

    def _place(self, theta: Array, grad: Array) -> None:
        """Lay all weights below into this stretch of θ and g, with the numbers they have."""
        self._theta = theta
        self._grad = grad
        self.dtype = theta.dtype
        start = 0
        for part in self.parts:
            stretch = slice(start, start + part.size)
            start += part.size
            if isinstance(part, Module):
                part._place(theta[stretch], grad[stretch])
            else:
                theta[stretch] = part.data.ravel()
                part.data = theta[stretch].reshape(part.shape)
                part.grad = grad[stretch].reshape(part.shape)

    def __setstate__(self, attributes: dict[str, Any]) -> None:
        """In a copy (copy.deepcopy, pickle) the weights are views into θ again."""
        vars(self).update(attributes)
        self._place(self._theta, self._grad)

    def __getattr__(self, name: str) -> Any:
        if "_theta" not in vars(self) and name in SET_BY_INIT:
            raise AttributeError(
                f"{type(self).__name__} was never set up: its __init__ calls "
                "super().__init__(…) with its layers and weights"
            )
        raise AttributeError(f"{type(self).__name__} has no attribute {name!r}")

    def __setattr__(self, name: str, value: Any) -> None:
        if "parts" not in vars(self):  # before super().__init__: it looks at them then
            object.__setattr__(self, name, value)
            return
        here = vars(self).get(name)
        numbers = value.data if isinstance(value, Tensor) else value
        if any(here is part for part in self.parts) and isinstance(here, Tensor):
            _write(name, here.data, numbers)
        elif any(here is buffer for buffer in self.buffers):
            _write(name, np.asarray(here), numbers)
        else:
            self._require_handed({id(x) for x in self.members()}, {name: value})
            object.__setattr__(self, name, value)

    def _require_handed(self, handed: set[int], attributes: dict[str, Any]) -> None:
        """Raise ValueError where an attribute holds a layer or weight that was not handed on."""
        for name, value in attributes.items():
            for held in _trainable(value):
                if id(held) not in handed:
                    raise ValueError(
                        f"{type(self).__name__}.{name} holds {held!r}, which was not handed to "
                        "super().__init__(…): it is not in theta and would never be trained"
                    )


def _weights_of(part: Module | Tensor) -> list[Tensor]:
    return [part] if isinstance(part, Tensor) else part.parameters()


def _trainable(value: Any) -> Iterator[Module | Tensor]:
    """The layers and weights in an attribute, those in lists and dictionaries too."""
    if isinstance(value, Module) or (isinstance(value, Tensor) and value.requires_grad):
        yield value
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from _trainable(part)
    elif isinstance(value, dict):
        yield from _trainable(list(value.values()))


def _write(name: str, place: Array, numbers: Any) -> None:
    """Write the numbers into the place. Raises ValueError where their shape is another."""
    if np.shape(numbers) != place.shape:
        raise ValueError(
            f"{name} has shape {place.shape}, got shape {np.shape(numbers)}; "
            "for other shapes build a new layer"
        )
    place[...] = numbers
