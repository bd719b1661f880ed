"""Gradients by recording, without the operations: those are in `helpers.autograd`.

A result y = f(x) keeps its edges: for each input x a pair (x, vjp). The vector-Jacobian product vjp
is the function that multiplies a gradient from the left by the derivative of f:

    ∂J/∂x ← ∂J/∂x + vjp(∂J/∂y),    vjp(g) = gᵀ ∂y/∂x        the chain rule

`backward()` walks from the youngest result to the oldest. A result is younger than all its inputs,
so its gradient is complete before it is passed on: no recursion, however deep the graph.
Linnainmaa (1970), The representation of the cumulative rounding error of an algorithm.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import count
from operator import attrgetter
from typing import Any, TypeVar

import numpy as np

from helpers.checks import Array

Vjp = Callable[[Array], Array | None]
AnyNode = TypeVar("AnyNode", bound="Node")

_numbers = count()  # of the nodes, in the order in which they were made
# A variable of each thread: a figure may predict while a cell trains.
_recording = ContextVar("recording", default=True)


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
    """An array, its gradient, and how it was made: what `helpers.autograd.Tensor` computes with.

    data: anything that numpy makes numbers of; an array is shared, not copied. With `requires_grad`
    gradients are wanted: `.grad` is None, then an array like `.data` in which the gradients of all
    its uses, and of all calls of `backward()`, add up. Raises TypeError for what is no number, and
    for integers that are to have a gradient.
    """

    # op, edges: the operation that made it and its inputs, "" and () for a leaf.
    # number: its place in the order of making.
    # grad_is_zero: all of grad is 0, so the first gradient may overwrite it.
    __slots__ = ("data", "grad", "requires_grad", "op", "edges", "number", "grad_is_zero")
    __array_ufunc__ = None  # array + tensor is then left to the tensor

    data: Array
    grad: Array | None
    edges: tuple[tuple["Node", Vjp], ...]

    def __init__(self, data: Any, requires_grad: bool = False):
        self.data = np.asarray(data)
        if self.data.dtype.kind not in ("f" if requires_grad else "fiub"):
            raise TypeError(
                f"only numbers, and only floats have a gradient, got {self.data.dtype}; "
                "try np.array(…, float)"
            )
        self.grad = None
        self.requires_grad = requires_grad
        self.op = ""
        self.edges = ()
        self.number = next(_numbers)
        self.grad_is_zero = False

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of its array."""
        return self.data.shape

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return self.data.ndim

    @property
    def size(self) -> int:
        """The number of numbers."""
        return self.data.size

    @property
    def dtype(self) -> np.dtype:
        """The type of its numbers."""
        return self.data.dtype

    # What it is for Python: numbers to look at, compare and print

    def item(self) -> float:
        """The number in a tensor of size 1; ValueError for any other. float(tensor) is the same."""
        if self.size != 1:
            raise ValueError(f"a tensor of shape {self.shape} is no single number; take its .data")
        return self.data.item()

    __float__ = item

    def __int__(self) -> int:
        return int(self.item())

    def __bool__(self) -> bool:
        return bool(self.data)

    def __len__(self) -> int:
        return len(self.data)

    def __round__(self, digits: int | None = None) -> float:
        return round(self.item(), digits)

    def __format__(self, spec: str) -> str:
        return format(self.item(), spec) if spec else str(self)

    def __repr__(self) -> str:
        numbers = np.array2string(
            self.data, precision=4, separator=", ", prefix="Tensor(", threshold=20
        )
        if self.op:
            return f"Tensor({numbers}, op={self.op!r})"
        return f"Tensor({numbers}{', requires_grad=True' if self.requires_grad else ''})"

    # A comparison is numpy's, number by number; whether two are the same node, `is` says.
    __hash__ = object.__hash__

    def __eq__(self, other: Any) -> Any:
        return self.data == _numbers_of(other)

    def __ne__(self, other: Any) -> Any:
        return self.data != _numbers_of(other)

    def __lt__(self, other: Any) -> Any:
        return self.data < _numbers_of(other)

    def __le__(self, other: Any) -> Any:
        return self.data <= _numbers_of(other)

    def __gt__(self, other: Any) -> Any:
        return self.data > _numbers_of(other)

    def __ge__(self, other: Any) -> Any:
        return self.data >= _numbers_of(other)

    def __array__(self, *args: Any, **options: Any) -> Array:
        raise TypeError(
            "a Tensor is no array: take its numbers with .data, or compute with its own operations"
        )

    def __reduce__(self) -> tuple[Callable[..., "Node"], tuple[Any, ...]]:
        """For copy.deepcopy and pickle, which cannot take a graph along."""
        if self.edges:
            raise TypeError(
                "only a tensor that no operation made can be copied or saved; try tensor.detach()"
            )
        return _leaf, (type(self), self.data, self.requires_grad, self.grad, self.grad_is_zero)

    # The graph

    def detach(self: AnyNode) -> AnyNode:
        """The same numbers as a constant, without the graph."""
        return type(self)(self.data)

    def graph(self) -> list["Node"]:
        """This node and everything it was made of that needs a gradient, the oldest first."""
        found: set[Node] = {self}
        waiting: list[Node] = [self]
        while waiting:
            for source, _ in waiting.pop().edges:
                if source not in found:
                    found.add(source)
                    waiting.append(source)
        return sorted(found, key=attrgetter("number"))

    def backward(self, grad: Any = None) -> None:
        """Add the gradient of this node, times grad, to the `.grad` of each node in its graph.

        grad: an array like `.data`, by default 1 for a single number. The graph is kept, as by
        PyTorch's retain_graph=True, so a second call adds the same again. After an optimizer's step
        it would mix old results with new weights: compute the loss anew for each step. Raises
        ValueError where nothing was recorded, or where grad does not fit.
        """
        if not self.requires_grad:
            raise ValueError(
                "backward() outside any graph: "
                "use requires_grad=True, not no_grad(), detach() or .data"
            )
        if grad is None and self.size != 1:
            raise ValueError(
                f"backward() starts at one number, not shape {self.shape}; "
                "try .mean(), or pass grad"
            )
        grad = np.ones_like(self.data) if grad is None else np.asarray(grad, self.dtype)
        if grad.shape != self.shape:
            raise ValueError(
                f"grad has shape {grad.shape} but the tensor has shape {self.shape}; "
                "they must be equal"
            )
        nodes = self.graph()
        for node in nodes:
            if node.edges:
                node.grad = None
        self.accumulate(grad)
        with np.errstate(under="ignore"):  # a gradient that fades to 0 is no error
            for node in reversed(nodes):
                node.pass_on()

    def pass_on(self) -> None:
        """Give each input its part of this node's gradient, which is complete by now."""
        for source, vjp in self.edges:
            gradient = vjp(self.grad)  # type: ignore[arg-type]
            if gradient is not None:
                source.accumulate(gradient)

    def accumulate(self, gradient: Array) -> None:
        """grad ← grad + gradient, summed over the axes that broadcasting added or stretched."""
        shape = self.data.shape
        if gradient.shape != shape:
            stretched = (1,) * (gradient.ndim - len(shape)) + shape
            axes = tuple(axis for axis, n in enumerate(stretched) if n == 1)
            gradient = gradient.sum(axes).reshape(shape)
        if not self.edges:
            self.accumulate_from(np.positive, gradient)
        elif self.grad is None:  # results may share an array, for nothing writes into it
            self.grad = np.asarray(gradient, self.data.dtype)
        else:
            self.grad = np.asarray(self.grad + gradient, self.data.dtype)

    def accumulate_from(self, f: Callable[..., Array], *arguments: Any) -> None:
        """grad ← grad + f(*arguments), written straight into grad where that is still zero.

        f takes `out=`, as ufuncs and np.matmul do: a large weight's gradient is then no copy.
        """
        if self.grad is None:
            self.grad = np.asarray(f(*arguments), self.data.dtype)
        elif self.grad_is_zero:
            f(*arguments, out=self.grad)
        else:
            self.grad += f(*arguments)
        self.grad_is_zero = False


def node(op: str, data: Array, *edges: tuple[AnyNode, Vjp]) -> AnyNode:
    """The result of an operation, recorded: its name, its numbers, and its inputs with a vjp each.

    A vjp takes ∂J/∂result and returns ∂J/∂input; it may leave the broadcast shape, and returns None
    where it has called the input's `accumulate_from` itself.

    >>> x = Node([1.0, 2.0], requires_grad=True)
    >>> node("cube", x.data**3, (x, lambda g: g * 3 * x.data**2)).backward([1, 1])
    >>> x.grad
    array([ 3., 12.])
    """
    result = object.__new__(type(edges[0][0]))
    if type(data) is not np.ndarray:  # one number: numpy 1.26 widens float32 beside a plain number
        dtype = np.result_type(*(source.data.dtype for source, _ in edges))
        data = np.asarray(data, dtype if dtype.kind == "f" else None)
    if _recording.get():
        result.edges = tuple([edge for edge in edges if edge[0].requires_grad])
    else:
        result.edges = ()
    result.requires_grad = bool(result.edges)
    result.op = op
    result.data = data
    result.grad = None
    result.grad_is_zero = False
    result.number = next(_numbers)
    return result


def _numbers_of(value: Any) -> Any:
    return value.data if isinstance(value, Node) else value


def _leaf(
    kind: type[AnyNode], data: Array, requires_grad: bool, grad: Array | None, grad_is_zero: bool
) -> AnyNode:
    """A copy of a node that no operation made."""
    leaf = kind(data, requires_grad)
    leaf.grad = grad
    leaf.grad_is_zero = grad_is_zero
    return leaf
