"""Modules on one flat θ: to an optimizer a model is `model.theta` and `model.grad`, as in θ ← θ − α ∇J(θ)."""

from collections.abc import Iterator
from operator import attrgetter
from pathlib import Path

import numpy as np

from helpers.autograd import Tensor
from helpers.checks import Array


class Module:
    """A piece of a network: weights (Tensors), other modules, or both, all in one flat `theta` with one flat `grad`.
    A new one hands its parts to `super().__init__`, which makes the .data and .grad of each weight views into the two,
    and says in `forward` what it computes. What is assigned to theta and grad is written into them, for all views.
    """

    buffers: tuple[
        Array, ...
    ] = ()  # arrays that it changes in place, such as running averages: part of its `state`
    theta = property(attrgetter("_theta"), lambda self, theta: np.copyto(self._theta, theta))
    grad = property(attrgetter("_grad"), lambda self, grad: np.copyto(self._grad, grad))

    def __init__(self, *parts: "Module | Tensor"):
        modules = [part for part in parts if isinstance(part, Module)]
        below = {x for top in modules for x in (*top.modules(), *top.parameters()) if x is not top}
        self.parts = tuple(
            part for part in dict.fromkeys(parts) if part not in below
        )  # each weight stands in θ once
        self._weights = [
            w
            for part in self.parts
            for w in ([part] if isinstance(part, Tensor) else part.parameters())
        ]
        if len(set(self._weights)) < len(self._weights):
            raise ValueError(
                f"two parts of this {type(self).__name__} share a layer; try copy.deepcopy(layer) in one"
            )
        self.training = True
        self.size = sum(weight.size for weight in self._weights)
        theta = np.empty(
            self.size,
            np.result_type(*(w.dtype for w in self._weights)) if self._weights else np.float32,
        )
        self._move(theta, np.zeros_like(theta))
        self.zero_grad()

    def __setstate__(self, attributes: dict) -> None:
        vars(self).update(attributes)
        self._move(
            self._theta, self._grad
        )  # in a copy (copy.deepcopy, pickle) the weights are views again

    def _move(self, theta: Array, grad: Array) -> None:
        """Let all weights below live in this stretch of θ and g, with the numbers that they have."""
        self._theta, self._grad, self.dtype, start = theta, grad, theta.dtype, 0
        for part in self.parts:
            stretch = slice(start, start := start + part.size)
            if isinstance(part, Module):
                part._move(theta[stretch], grad[stretch])
            else:
                theta[stretch] = part.data.ravel()
                part.data, part.grad = (
                    theta[stretch].reshape(part.shape),
                    grad[stretch].reshape(part.shape),
                )

    def __call__(self, x: Array | Tensor) -> Tensor:
        if not isinstance(x, Tensor):
            x = np.asarray(x)
            x = Tensor(x.astype(self.dtype, copy=False) if x.dtype.kind == "f" else x)
        return self.forward(x)

    def forward(self, x: Tensor) -> Tensor:
        raise NotImplementedError(
            f"{type(self).__name__} says what it computes in its method forward(self, x)"
        )

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
                raise ValueError(
                    f"a weight left theta: write into .data[:], give others copy.deepcopy(layer); {self}"
                )
            weight.untouched = True

    def require_owned(self, result: Tensor) -> None:
        """Raise ValueError where result was made of a weight that is not in θ, so never trained."""
        own = {id(weight) for weight in self._weights}
        for leaf in result.graph():
            if not leaf.edges and id(leaf) not in own:
                raise ValueError(
                    f"a weight of shape {leaf.shape} was used and is not in theta of {self}, so no "
                    "optimizer would change it: hand it, or its layer, to super().__init__(…)"
                )

    def train(self, training: bool = True) -> "Module":
        """Behave as in training, here and in all modules below; returns the module."""
        for module in self.modules():
            module.training = training
        return self

    def eval(self) -> "Module":
        """Behave as when predicting: the opposite of `train()`."""
        return self.train(False)

    def _arrays(self) -> list[Array]:
        return [weight.data for weight in self._weights] + [
            b for module in self.modules() for b in module.buffers
        ]

    @property
    def state(self) -> list[Array]:
        """Copies of all weights, then of all buffers. Assigned to `state` they make the model what it was."""
        return [array.copy() for array in self._arrays()]

    @state.setter
    def state(self, state: list[Array]) -> None:
        shapes, own = (
            [np.shape(array) for array in state],
            [array.shape for array in self._arrays()],
        )
        if shapes != own:
            raise ValueError(
                f"a state of shapes {shapes}, but this model has {own}; build it as it was"
            )
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
            except (
                Exception
            ) as error:  # whatever can be wrong with a zip archive, and with what is in it
                raise ValueError(
                    f"{path} is damaged or was not written by model.save(): {error}"
                ) from None
        self.state = state
