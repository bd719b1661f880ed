"""Gradients by recording: a result y = f(x) keeps its edges (x, pull), its inputs and the way back to each of them.
    ∂J/∂x ← ∂J/∂x + pull(∂J/∂y)           the chain rule: pull multiplies by the derivative of f
From the youngest result to the oldest, every gradient is complete before it is passed on: no recursion is needed.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import count
from operator import attrgetter

import numpy as np

from helpers.checks import Array

_births = count()
_recording = ContextVar(
    "recording", default=True
)  # each thread has its own: a figure may predict while a cell trains


@contextmanager
def no_grad() -> Iterator[None]:
    """Within it nothing is recorded: results have no graph, and hold on to no memory for one.
    >>> from helpers.autograd import Tensor
    >>> with no_grad():
    ...     (Tensor(2.0, requires_grad=True) * 3).requires_grad
    False
    """
    before = _recording.set(False)
    try:
        yield
    finally:
        _recording.reset(before)


class Node:
    """What `helpers.autograd.Tensor` is without its operations: an array, its gradient, and how it was made."""

    # op and edges: how it was made; born: its number; untouched: grad is zero, so the first gradient may overwrite it
    __slots__ = ("data", "grad", "requires_grad", "op", "edges", "born", "untouched")
    __array_ufunc__ = None  # array + tensor is then left to the tensor
    shape, ndim, size, dtype = (
        property(attrgetter(f"data.{name}")) for name in ("shape", "ndim", "size", "dtype")
    )

    def __init__(self, data, requires_grad: bool = False):
        self.data = np.asarray(data)
        if self.dtype.kind not in ("f" if requires_grad else "fiub"):
            raise TypeError(
                f"only numbers, and only floats have a gradient, got {self.dtype}; try np.array(…, float)"
            )
        self.grad, self.requires_grad, self.untouched = None, requires_grad, False
        self.op, self.edges, self.born = "", (), next(_births)

    def __repr__(self) -> str:
        numbers = np.array2string(
            self.data, precision=4, separator=", ", prefix="Tensor(", threshold=20
        )
        made = (
            f", op={self.op!r}" if self.op else ", requires_grad=True" if self.requires_grad else ""
        )
        return f"Tensor({numbers}{made})"

    def __len__(self) -> int:
        return len(self.data)

    def __array__(self, *args, **options):
        raise TypeError(
            "a Tensor is no array: take its numbers with .data, or compute with its own operations"
        )

    def item(self) -> float:
        """The number in a tensor of size 1; float(tensor) is the same."""
        return self.data.item()

    __float__ = item

    def detach(self) -> "Node":
        """The same numbers as a constant, without the graph."""
        return type(self)(self.data)

    def graph(self) -> list["Node"]:
        """This tensor and everything it was made of that needs a gradient, the oldest first."""
        found, waiting = {self}, [self]
        while waiting:
            for parent, _ in waiting.pop().edges:
                if parent not in found:
                    found.add(parent)
                    waiting.append(parent)
        return sorted(found, key=attrgetter("born"))

    def backward(self, grad: Array | None = None) -> None:
        """Add the gradient of this tensor, times grad, to the .grad of each tensor in its graph. Linnainmaa (1970).
        The graph is kept, as by PyTorch's retain_graph=True: a second call adds the same (Rumelhart et al., 1986).
        After a step of an optimizer it would mix old results with new weights: compute the loss anew for each step.
        """
        if not self.requires_grad:
            raise ValueError(
                "backward() outside any graph: use requires_grad=True, not no_grad(), detach() or .data"
            )
        if grad is None and self.size != 1:
            raise ValueError(
                f"backward() starts at one number, not shape {self.shape}; try .mean(), or pass grad"
            )
        grad = np.ones_like(self.data) if grad is None else np.asarray(grad, self.dtype)
        if grad.shape != self.shape:
            raise ValueError(
                f"grad has shape {grad.shape} but the tensor has shape {self.shape}; they must be equal"
            )
        nodes = self.graph()
        for node in nodes:
            if node.edges:
                node.grad = None
        self.receive(grad)
        for node in reversed(nodes):
            for parent, pull in node.edges:
                if (gradient := pull(node.grad)) is not None:
                    parent.receive(gradient)

    def receive(self, gradient: Array) -> None:
        """grad ← grad + gradient, summed over the axes that broadcasting has added or stretched."""
        shape = self.data.shape
        if gradient.shape != shape:
            stretched = (1,) * (gradient.ndim - len(shape)) + shape
            gradient = gradient.sum(tuple(i for i, n in enumerate(stretched) if n == 1)).reshape(
                shape
            )
        if not self.edges:
            self.receive_from(np.positive, gradient)
        else:  # results may share an array, for nothing writes into it
            self.grad = np.asarray(
                gradient if self.grad is None else self.grad + gradient, self.data.dtype
            )

    def receive_from(self, f: Callable[..., Array], *args) -> None:
        """grad ← grad + f(*args), written straight into its place where nothing was added yet."""
        if self.grad is None:
            self.grad = np.asarray(f(*args), self.data.dtype)
        elif self.untouched:
            f(*args, out=self.grad)
        else:
            self.grad += f(*args)
        self.untouched = False


def node(op: str, data: Array, *edges: tuple[Node, Callable[[Array], Array | None]]) -> Node:
    """The result of an operation, recorded: its name, its numbers, its inputs with a pull each: ∂J/∂result → ∂J/∂input.
    A pull may leave the broadcast shape; it returns None where it has called the input's `receive_from` itself.
    >>> x = Node([1.0, 2.0], requires_grad=True)
    >>> node("cube", x.data**3, (x, lambda g: g * 3 * x.data**2)).backward([1, 1])
    >>> x.grad
    array([ 3., 12.])
    """
    result = object.__new__(type(edges[0][0]))
    if (
        type(data) is not np.ndarray
    ):  # a single number: numpy 1.26 widens float32 that met a plain number
        dtype = np.result_type(*(t.dtype for t, _ in edges))
        data = np.asarray(data, dtype if dtype.kind == "f" else None)
    result.edges = edges = (
        tuple([edge for edge in edges if edge[0].requires_grad]) if _recording.get() else ()
    )
    result.requires_grad = bool(edges)
    result.op, result.data, result.grad, result.untouched, result.born = (
        op,
        data,
        None,
        False,
        next(_births),
    )
    return result
