"""What all update rules share: their numbers, a memory for each array, and `step`.

The rules themselves are in `helpers.optim`, and a learner's own are no different.
"""

import copy
import weakref
from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar

import numpy as np

from helpers.checks import Array, Rate, as_floats, fraction, non_negative

PER_RUN = ("lr", "momentum", "weight_decay")  # these may be arrays that broadcast against theta


class _Memory:
    """What is remembered of one array: `state`, its buffers by name, and `t`, its steps."""

    def __init__(self, owner: Any = None):
        self.state: dict[str, Array] = {}
        self.t = 0
        self.owner = owner  # tells when the array is gone, or keeps it


class Optimizer:
    """A rule that moves θ against its gradient: a constructor and `update(theta, grad, lr)`.

    The constructor hands its numbers to `super().__init__`. In `update` each is an attribute with
    the value that it was given, and 0 is a number like any other. `self.memory(name, theta)` is an
    array like theta that lasts from step to step, all 0 at first; `self.t` is the number of this
    step, from 1.

    lr is a number, a schedule (a function: number of steps done so far → lr), or an array that
    broadcasts against theta: lr of shape (1000, 1) runs 1,000 descents of shape (1000, 2) at 1,000
    rates. momentum and weight_decay may be arrays, too. Each number may be set between steps, as
    in `optimizer.lr = 0.01`. Raises ValueError where one is out of its range, TypeError where it
    is no number, and AttributeError for a name that the rule does not have.

    State belongs to the array it was made for, that is to its stretch of memory: one optimizer may
    serve two arrays, or one model after another, and each begins afresh. So write into theta
    (`theta -= …`), for a new array at every step has no past. `optimizer.state` is what is
    remembered of the array that was stepped last, by PyTorch's names, and `optimizer.t` counts its
    steps. Once an array is gone, so is what was remembered of it. A copy of an optimizer (copy,
    deepcopy, pickle) has the same numbers and remembers nothing.

    >>> class HeavyBall(Optimizer):
    ...     def __init__(self, lr, momentum=0.9):
    ...         super().__init__(lr=lr, momentum=momentum)
    ...
    ...     def update(self, theta, grad, lr):
    ...         v = self.memory("velocity", theta)
    ...         v *= self.momentum
    ...         v += grad
    ...         theta -= lr * v
    >>> ball, theta = HeavyBall(lr=0.5), np.array([1.0, -2.0])
    >>> [ball.step(theta, grad=np.array([2.0, 0.0])).tolist() for _ in range(2)]
    [[0.0, -2.0], [-1.9, -2.0]]
    >>> ball.state, ball.t
    ({'velocity': array([3.8, 0. ])}, 2)
    """

    lr: Rate
    momentum: float | Array
    weight_decay: float | Array
    checks: ClassVar[dict[str, Callable[[str, Any], Any]]] = {  # what a number of this name must be
        "lr": partial(non_negative, hint="the minus sign is already in the update"),
        "momentum": partial(fraction, hint="try 0.9"),
        "betas": partial(fraction, hint="try (0.9, 0.999)"),
        "weight_decay": non_negative,
        "eps": non_negative,
    }

    def __init__(self, lr: Rate, **numbers: Any):
        self._names = ("lr", *numbers)
        for name, value in {"lr": lr, **numbers}.items():
            if hasattr(Optimizer, name):
                raise ValueError(f"every Optimizer has a {name!r}; give the number another name")
            setattr(self, name, value)
        self.reset()

    def update(self, theta: Array, grad: Array, lr: Any) -> Array | None:
        """Move theta by one step, in place. lr is the rate of this step, in theta's dtype."""
        raise NotImplementedError(
            f"{type(self).__name__} must say in update(self, theta, grad, lr) how theta moves"
        )

    def step(self, theta: Array, grad: Array) -> Array:
        """One update of theta, in place and returned. grad has theta's shape and is left as it is.

        Raises TypeError where theta is no array of floats that can be changed, and ValueError where
        shapes do not fit, or where a schedule gives a rate out of range.
        """
        known = type(theta) is np.ndarray and self._last() is theta
        if not known or theta.shape != self._shape:
            self._turn_to(theta)
        grad = _like(theta, grad)
        lr = self._lr
        if callable(lr):
            lr = _rate(self._checked("lr", lr(self.t)), theta)
        self._memory.t += 1
        with np.errstate(under="ignore"):  # what is remembered may fade to 0
            result = self.update(theta, grad, lr)
        if result is not None and result is not theta:
            raise TypeError(
                f"update must change theta in place (theta -= …) and return nothing, but "
                f"{type(self).__name__}.update returned {type(result).__name__}"
            )
        return theta

    def reset(self) -> None:
        """Forget everything: the next step is the first one, on whatever array."""
        self._memories: dict[tuple, _Memory] = {}
        self._memory = _Memory()  # of the array that was stepped last,
        self._last: Callable[[], object] = object  # a weak reference to it,
        self._shape: tuple[int, ...] = ()  # its shape,
        self._lr: Any = None  # and lr in its dtype

    @property
    def state(self) -> dict[str, Array]:
        """What is remembered of the array that was stepped last, by PyTorch's names."""
        return self._memory.state

    @property
    def t(self) -> int:
        """How many steps that array has had."""
        return self._memory.t

    def memory(self, name: str, theta: Array) -> Array:
        """The array of this name that lasts from step to step: like theta, all 0 at first."""
        state = self._memory.state
        if name not in state:
            state[name] = np.zeros_like(theta, subok=False)
        return state[name]

    def average(self, name: str, theta: Array, new: Array, beta: float) -> Array:
        """A running average, remembered by this name: memory ← β · memory + (1 − β) · new."""
        memory = self.memory(name, theta)
        memory *= beta
        memory += (1 - beta) * new
        return memory

    def velocity(self, theta: Array, new: Array) -> Array:
        """v ← momentum · v + new, remembered as "momentum_buffer"; without momentum v = new."""
        if not nonzero(self.momentum):
            return new
        v = self.memory("momentum_buffer", theta)
        v *= self.momentum
        v += new
        return v

    def decayed(self, theta: Array, grad: Array) -> Array:
        """∇J + weight_decay · θ, the gradient of J + ½ weight_decay ‖θ‖²."""
        return grad + self.weight_decay * theta if nonzero(self.weight_decay) else grad

    def rows(self, rows: slice, theta: Array) -> "Optimizer":
        """A fresh copy for theta[rows], with those rows of each array that has one for each row.

        Raises ValueError where an array does not broadcast against theta.
        """

        def cut(name: str, value: Any) -> Any:
            if callable(value):
                return lambda t: cut(name, value(t))
            if not isinstance(value, np.ndarray):
                return value
            field = _fitted(name, value, theta)
            return field[rows] if field.ndim == theta.ndim and len(field) > 1 else field

        part = copy.copy(self)
        for name in self._names:
            setattr(part, name, cut(name, getattr(self, name)))
        return part

    def __repr__(self) -> str:
        numbers = (f"{name}={getattr(self, name)!r}" for name in self._names)
        return f"{type(self).__name__}({', '.join(numbers)})"

    def __setattr__(self, name: str, value: Any) -> None:
        known = vars(self).get("_names", ())
        if name in known:
            value = self._checked(name, value)
            self._last = object  # the next step looks whether the new number fits its array
        elif not (name.startswith("_") or hasattr(type(self), name)):
            raise AttributeError(
                f"{type(self).__name__} has no {name!r}, it has {', '.join(known) or 'nothing yet'}"
                f"; a rule of your own hands its numbers to super().__init__(…)"
            )
        super().__setattr__(name, value)

    def __getstate__(self) -> dict[str, Any]:
        passing = ("_memories", "_memory", "_last", "_shape", "_lr")  # what reset() makes anew
        return {name: value for name, value in vars(self).items() if name not in passing}

    def __setstate__(self, attributes: dict[str, Any]) -> None:
        vars(self).update(attributes)
        self.reset()

    def _checked(self, name: str, value: Any) -> Any:
        """The value as it is kept: a number as a float, an array as a copy, a schedule as it is.

        Raises TypeError where it is no number, ValueError where it is out of range. A number whose
        range only the learner knows is taken as it is.
        """
        if name not in self.checks or (name == "lr" and callable(value)):
            return value
        numbers = np.asarray(value)
        if numbers.dtype.kind not in "fiub":
            raise TypeError(f"{name} must be a number, got {value!r}")
        self.checks[name](name, value)
        if name == "betas":
            if numbers.shape != (2,):
                raise ValueError(f"betas must be two numbers, got {value}; try (0.9, 0.999)")
            return tuple(numbers.tolist())
        if numbers.ndim == 0:
            return float(value)
        if name not in PER_RUN:
            raise ValueError(f"{name} must be one number, got {value}")
        return np.array(as_floats(value))

    def _turn_to(self, theta: Array) -> None:
        """Look whether theta can be stepped and all numbers fit it; find its memory."""
        writable("theta", theta)
        for name in self._names:
            if isinstance(number := getattr(self, name), np.ndarray):
                _fitted(name, number, theta)
        lr = self.lr if callable(self.lr) else _rate(self.lr, theta)
        key = (theta.__array_interface__["data"][0], theta.shape, theta.strides, theta.dtype)
        if key not in self._memories:
            self._memories[key] = _Memory(self._owner(theta, key))
        self._memory = self._memories[key]
        self._last, self._shape, self._lr = weakref.ref(theta), theta.shape, lr

    def _owner(self, theta: Array, key: tuple) -> Any:
        """A weak reference to the array that theta is a view of: when that goes, all is forgotten.

        Where the numbers lie in memory that is not numpy's (a mapped file, another library's
        buffer), no one says when it is given back; it is held on to, until `reset`.
        """
        optimizer = weakref.ref(self)

        def forget(_: object) -> None:
            if (still_there := optimizer()) is not None:
                still_there._memories.pop(key, None)

        while isinstance(theta.base, np.ndarray):
            theta = theta.base
        return weakref.ref(theta, forget) if theta.base is None else theta.base


def writable(name: str, array: Any) -> None:
    """Raises TypeError, and names what it is, where the array cannot be changed to any float."""
    if not isinstance(array, np.ndarray) or array.dtype.kind != "f":
        what = getattr(array, "dtype", type(array))
        raise TypeError(f"{name} is changed in place, got {what}: try np.array(…, float)")
    if not array.flags.writeable:
        raise TypeError(f"{name} is changed in place, but it is read-only: try {name}.copy()")


def nonzero(number: float | Array) -> bool:
    """Whether the number, or one of the array, is not 0; what is 0 is left out: 0 · ∞ is NaN."""
    return bool(number.any() if isinstance(number, np.ndarray) else number)


def _rate(lr: float | Array, theta: Array) -> float | Array:
    """lr as update gets it: one number as it is, for it widens no dtype, an array in theta's."""
    return _fitted("lr", lr, theta) if isinstance(lr, np.ndarray) else lr


def _fitted(name: str, value: Any, theta: Array) -> Array:
    """The value in theta's dtype. Raises ValueError where it does not broadcast against theta."""
    try:
        np.broadcast_to(value, theta.shape)
    except ValueError:
        raise ValueError(
            f"{name} has shape {np.shape(value)} and does not broadcast against theta of shape "
            f"{theta.shape}; one {name} for each run has shape {(*theta.shape[:-1], 1)}"
        ) from None
    return np.asarray(value, theta.dtype)


def _like(theta: Array, grad: Any) -> Array:
    """grad in theta's dtype, for its square may be no int8. Raises ValueError for another shape."""
    if type(grad) is not np.ndarray or grad.dtype != theta.dtype:
        grad = np.asarray(grad, theta.dtype)
    if grad.shape != theta.shape:
        raise ValueError(
            f"grad has shape {grad.shape} but theta has shape {theta.shape}; they must be equal"
        )
    return grad
