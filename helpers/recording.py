"""Gradients by recording: each result remembers its inputs and how to pass a gradient back to each of them.

    forward     y = f(x)                              y.edges = ((x, pull),)
    backward    ∂J/∂x ← ∂J/∂x + pull(∂J/∂y)           the chain rule: pull multiplies by the derivative of f

Tensors are numbered as they are made, and a result is always younger than its inputs. So from the youngest to the
oldest every gradient is complete before it is passed on: no recursion, however deep the graph.
"""

import itertools
import operator
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np

Array = np.ndarray
_births, _born = itertools.count(), operator.attrgetter("born")


class _Recorder(threading.local):
    on = True  # each thread has its own: a figure may predict while a cell trains


_recorder = _Recorder()


@contextmanager
def no_grad() -> Iterator[None]:
    """Within it nothing is recorded: results have no graph, and hold on to no memory for one.

    >>> from helpers.autograd import Tensor
    >>> w = Tensor(2.0, requires_grad=True)
    >>> with no_grad():
    ...     (w * 3).requires_grad
    False
    """
    before, _recorder.on = _recorder.on, False
    try:
        yield
    finally:
        _recorder.on = before


class Node:
    """What `helpers.autograd.Tensor` is without its operations: an array, its gradient, and how it was made."""

    # op and edges: how it was made; born: its number; untouched: grad is zero, so the first gradient may overwrite it
    __slots__ = ("data", "grad", "requires_grad", "op", "edges", "born", "untouched")
    __array_ufunc__ = None  # array + tensor is then left to the tensor

    def __init__(self, data, requires_grad: bool = False):
        self.data = np.asarray(data)
        if requires_grad and self.data.dtype.kind != "f":
            raise TypeError(f"only floats have a gradient, got {self.data.dtype}; try Tensor(np.array(…, float), …)")
        self.grad, self.requires_grad, self.untouched = None, requires_grad, False
        self.op, self.edges, self.born = "", (), next(_births)

    shape = property(lambda self: self.data.shape)
    ndim = property(lambda self: self.data.ndim)
    size = property(lambda self: self.data.size)
    dtype = property(lambda self: self.data.dtype)

    def __repr__(self) -> str:
        numbers = np.array2string(self.data, precision=4, separator=", ", prefix="Tensor(", threshold=20)
        made = f", op={self.op!r}" if self.op else ", requires_grad=True" if self.requires_grad else ""
        return f"Tensor({numbers}{made})"

    def __len__(self) -> int:
        return len(self.data)

    def __array__(self, *args, **options):
        raise TypeError("a Tensor is no array: take its numbers with .data, or compute with its own operations")

    def item(self) -> float:
        """The number in a tensor of size 1."""
        return self.data.item()

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
        return sorted(found, key=_born)

    def backward(self, grad: Array | None = None) -> None:
        """Add the gradient of this tensor to the .grad of each tensor in its graph: reverse-mode differentiation.

        grad: the gradient to start from, of this tensor's shape; 1 for a single number. The graph is kept, so that it
        can be drawn and walked again: a second backward() adds the same once more to the tensors that you made, as in
        PyTorch with retain_graph=True (which refuses it otherwise, its graph being freed). Raises ValueError outside
        any graph, for several numbers without grad, and for a grad of another shape.
        Linnainmaa (1970); Rumelhart, Hinton and Williams (1986), Learning representations by back-propagating errors.
        """
        if not self.requires_grad:
            raise ValueError(
                "backward() on a tensor outside any graph: nothing that it was made of needs a gradient. Make the "
                "weights with requires_grad=True, and compute outside no_grad(), without detach() and .data"
            )
        if grad is None and self.size != 1:
            raise ValueError(f"backward() starts at one number, not shape {self.shape}; try .mean(), or pass grad")
        grad = np.ones_like(self.data) if grad is None else np.asarray(grad, self.dtype)
        if grad.shape != self.shape:
            raise ValueError(f"grad has shape {grad.shape} but the tensor has shape {self.shape}; they must be equal")
        nodes = self.graph()
        for node in nodes:
            if node.edges:
                node.grad = None
        self.receive(grad)
        for node in reversed(nodes):
            for parent, pull in node.edges:
                gradient = pull(node.grad)
                if gradient is not None:
                    parent.receive(gradient)

    def receive(self, gradient: Array) -> None:
        """grad ← grad + gradient, summed over the axes that broadcasting has added or stretched."""
        shape = self.data.shape
        if gradient.shape != shape:
            gradient = gradient.sum(axis=tuple(range(gradient.ndim - len(shape))))
            gradient = gradient.sum(axis=tuple(i for i, n in enumerate(shape) if n == 1), keepdims=True)
        if not self.edges:
            self.receive_from(np.positive, gradient)
        else:  # results may share an array, for nothing writes into it
            self.grad = np.asarray(gradient if self.grad is None else self.grad + gradient)

    def receive_from(self, f: Callable[..., Array], *args) -> None:
        """grad ← grad + f(*args), written straight into its place where nothing was added yet."""
        if self.untouched:
            f(*args, out=self.grad)
            self.untouched = False
        elif self.grad is None:
            self.grad = np.asarray(f(*args), self.data.dtype)
        else:
            self.grad += f(*args)


def node(op: str, data: Array, *edges: tuple[Node, Callable[[Array], Array | None]]) -> Node:
    """The result of an operation, recorded: its name, its numbers, and its inputs, each with a pull.

    pull(g) takes ∂J/∂result to ∂J/∂input, which may still have the broadcast shape. It returns None where it handed
    the gradient over by itself, with `receive_from`. A new operation is one call of this function.

    >>> from helpers.autograd import Tensor
    >>> x = Tensor([1.0, 2.0], requires_grad=True)
    >>> node("cube", x.data**3, (x, lambda g: g * 3 * x.data**2)).sum().backward()
    >>> x.grad
    array([ 3., 12.])
    """
    result = object.__new__(type(edges[0][0]))
    result.data = data if type(data) is np.ndarray else np.asarray(data)
    result.edges = edges = tuple([edge for edge in edges if edge[0].requires_grad]) if _recorder.on else ()
    result.requires_grad = bool(edges)
    result.op, result.grad, result.untouched, result.born = op, None, False, next(_births)
    return result
