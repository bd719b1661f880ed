"""Is a gradient right? Nudge every number of the inputs and compare."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from helpers.numerical import finite_difference
from helpers.recording import Node

Array = np.ndarray


class GradReport(NamedTuple):
    """What gradcheck found: for each input the gradient by the graph and by nudging; the largest difference of all."""

    exact: list[Array]
    approximate: list[Array]
    difference: float

    def __repr__(self) -> str:
        lines = []
        for i, pair in enumerate(zip(self.exact, self.approximate), 1):
            lines.append(f"input {i}, shape {pair[0].shape}: largest difference {_difference(*pair):.0e}")
            for name, g in zip(("exact", "approximate"), pair):
                lines.append(f"  {name:<13}{np.array2string(g, precision=6, threshold=20, prefix=15 * ' ')}")
        return "\n".join(lines)


def gradcheck(f: Callable[..., Node], *tensors: Node) -> GradReport:
    """Compare the gradient of f(*tensors), one number, with central finite differences, in float64.

    tensors: the inputs to check; f may also use them without taking them as arguments (the weights of a model).
    Everything is left as it was, gradients included. Raises ValueError as `backward()` does.

    >>> from helpers.autograd import Tensor
    >>> gradcheck(lambda x: (x * x).sum(), Tensor([1.0, 2.0], requires_grad=True))
    input 1, shape (2,): largest difference ...
      exact        [2. 4.]
      approximate  [2. 4.]
    """

    before = [(t, t.data, t.grad, t.untouched) for t in {*tensors, *f(*tensors).graph()}]
    exact, approximate = [], []
    try:
        for t, *_ in before:
            t.grad, t.untouched = None, False
        for t in tensors:
            t.data = t.data.astype(np.float64)
        f(*tensors).backward()
        for t in tensors:
            here = t.data

            def nudged(x, t=t):
                t.data = x
                return f(*tensors).item()

            exact.append(np.zeros_like(here) if t.grad is None else t.grad)
            approximate.append(finite_difference(nudged, here))
            t.data = here
    finally:
        for t, data, grad, untouched in before:
            t.data, t.grad, t.untouched = data, grad, untouched
    return GradReport(exact, approximate, max(map(_difference, exact, approximate)))


def _difference(a: Array, b: Array) -> float:
    return float(np.abs(a - b).max(initial=0))
