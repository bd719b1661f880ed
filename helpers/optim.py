"""Update rules: what to do with a gradient. One rule serves a point, a field of a million points and a network.

`optimizer.step(theta, grad)` changes theta in place, whatever its shape. Names, defaults and numbers are PyTorch's.
"""

import copy
from collections.abc import Callable

import numpy as np

Array = np.ndarray
Rate = float | Array | Callable[[int], float]


class Optimizer:
    """What all update rules share: the learning rate, the count of steps, the memory, and the checks.

    lr is a float, a schedule (a function: number of steps done so far → float), or an array that broadcasts against
    theta: lr of shape (1000, 1) runs 1,000 descents of shape (1000, 2) at 1,000 rates. Setting `optimizer.lr` between
    steps is fine. `optimizer.t` counts the steps, `optimizer.state` maps PyTorch's names to the arrays that the rule
    remembers (made at the first step, then reused), `optimizer.reset()` forgets them.

    A rule is the names of its memory in `remembers` and its equation in `update(theta, grad, lr)`; `self._spare` holds
    two arrays like theta to work in, and every hyperparameter that is an array has been fitted to theta.

    Raises ValueError for a rate that is negative or NaN, an array that does not broadcast, theta and grad of different
    shapes, and a theta whose shape changed between steps; TypeError for a theta that cannot be changed in place.
    """

    remembers: tuple[str, ...] = ()

    def __init__(self, lr: Rate, **hyper: float | Array):
        self.hyper: dict[str, Rate] = {"lr": _checked_lr(lr), **hyper}
        self.reset()

    @property
    def lr(self) -> Rate:
        return self.hyper["lr"]

    @lr.setter
    def lr(self, lr: Rate) -> None:
        self.hyper["lr"] = _checked_lr(lr)
        self._fitted = {}

    def reset(self) -> None:
        """Forget everything remembered: the next step is the first one, on a theta of any shape."""
        self.t, self.state, self._spare, self._shape, self._fitted = 0, {}, (), None, {}

    def step(self, theta: Array, grad: Array) -> None:
        """One update of theta in place. grad has theta's shape and is left as it is."""
        if not self._fitted or type(theta) is not np.ndarray or theta.shape != self._shape:
            self._fit(theta)
        if type(grad) is not np.ndarray or grad.shape != theta.shape:
            _refuse_other_shape(theta, grad)
        lr = self._fitted["lr"]
        self.update(theta, grad, _checked_lr(lr(self.t)) if callable(lr) else lr)
        self.t += 1

    def rows(self, rows: slice, theta: Array) -> "Optimizer":
        """A fresh copy for theta[rows]: arrays with one entry for each row of theta are cut to the same rows."""
        part = copy.copy(self)
        fitted = {name: _fitted(name, value, theta) for name, value in self.hyper.items()}
        part.hyper = {
            name: value[rows] if np.ndim(value) == theta.ndim and len(value) > 1 else value
            for name, value in fitted.items()
        }
        part.reset()
        return part

    def _fit(self, theta: Array) -> None:
        """At the first step, and when lr was set: check theta, give the numbers its dtype, allocate the memory."""
        if not isinstance(theta, np.ndarray) or theta.dtype.kind != "f":
            what = f"an array of {theta.dtype}" if isinstance(theta, np.ndarray) else type(theta).__name__
            raise TypeError(
                f"theta is changed in place: it must be an array of floats, got {what}; try np.array(..., float)"
            )
        if self._shape is not None and theta.shape != self._shape:
            raise ValueError(
                f"theta has shape {theta.shape} but had {self._shape} at the step before; "
                "to start anew call optimizer.reset(), for a second model make a second optimizer"
            )
        self._fitted = {name: _fitted(name, value, theta) for name, value in self.hyper.items()}
        if self._shape is None:
            self._shape = theta.shape
            self.state = {name: np.zeros_like(theta) for name in self.remembers}
            self._spare = (np.empty_like(theta), np.empty_like(theta))


class SGD(Optimizer):
    """Gradient descent; with momentum the heavy ball, with Nesterov's look ahead.

        g ← ∇J + weight_decay · θ
        v ← momentum · v + g
        θ ← θ − lr · v              (Nesterov: θ ← θ − lr · (g + momentum · v);  without momentum: v = g)

    momentum is a number in [0, 1) or an array of such numbers that broadcasts against theta; the memory is
    state["momentum_buffer"]. Raises ValueError for numbers outside their range and for Nesterov without momentum.
    Polyak (1964), Some methods of speeding up the convergence of iteration methods; Nesterov (1983); in the form of
    Sutskever et al. (2013), On the importance of initialization and momentum in deep learning.

    >>> theta = np.array([1.0, -2.0])
    >>> SGD(lr=0.1).step(theta, grad=np.array([10.0, 0.0]))
    >>> theta
    array([ 0., -2.])
    """

    def __init__(self, lr: Rate, momentum: float | Array = 0, nesterov: bool = False, weight_decay: float = 0):
        super().__init__(lr, momentum=momentum)
        _refuse(momentum, lambda m: (m >= 0) & (m < 1), "momentum must be at least 0 and below 1, got {}; try 0.9")
        _refuse(weight_decay, lambda w: (w >= 0) & (w < np.inf), "weight_decay must be ≥ 0, got {}; try 1e-4")
        self.nesterov, self.weight_decay = nesterov, weight_decay
        if np.any(momentum):
            self.remembers = ("momentum_buffer",)
        elif nesterov:
            raise ValueError(f"nesterov needs momentum above 0, got {momentum}; try momentum=0.9")

    def update(self, theta: Array, grad: Array, lr: Array) -> None:
        change, ahead = self._spare
        if self.weight_decay:  # g ← ∇J + weight_decay · θ
            np.multiply(theta, self.weight_decay, change)
            change += grad
            grad = change
        if self.remembers:  # v ← momentum · v + g
            velocity, momentum = self.state["momentum_buffer"], self._fitted["momentum"]
            velocity *= momentum
            velocity += grad
            if self.nesterov:  # g + momentum · v
                np.multiply(velocity, momentum, ahead)
                ahead += grad
                grad = ahead
            else:
                grad = velocity
        np.multiply(grad, lr, change)  # θ ← θ − lr · v
        theta -= change


def clip_by_norm(grad: Array, max_norm: float) -> float:
    """Shorten a gradient in place to length max_norm where it is longer, same direction. Returns the length before.

        g ← g · min(1, max_norm / (‖g‖ + 1e-6))

    grad may have any shape; ‖g‖ is over all of it. The numbers of torch.nn.utils.clip_grad_norm_. Raises ValueError for
    a negative max_norm. Pascanu, Mikolov and Bengio (2013), On the difficulty of training recurrent neural networks.

    >>> grad = np.array([3.0, 4.0])
    >>> clip_by_norm(grad, max_norm=1.0), grad.round(3)
    (5.0, array([0.6, 0.8]))
    """
    _refuse(max_norm, lambda n: n >= 0, "max_norm must be ≥ 0, got {}")
    norm = float(np.linalg.norm(grad))
    grad *= min(1.0, max_norm / (norm + 1e-6))
    return norm


def clip_by_value(grad: Array, limit: float) -> None:
    """Cut every number of a gradient in place to [−limit, limit]; this may turn its direction.

    The numbers of torch.nn.utils.clip_grad_value_. Raises ValueError for a negative limit.

    >>> grad = np.array([3.0, -0.5])
    >>> clip_by_value(grad, limit=1.0)
    >>> grad
    array([ 1. , -0.5])
    """
    _refuse(limit, lambda n: n >= 0, "limit must be ≥ 0, got {}")
    np.clip(grad, -limit, limit, out=grad)


def _refuse(values: float | Array, fine: Callable[[Array], Array], message: str) -> None:
    """ValueError with the first of the values that is not fine."""
    values = np.asarray(values, float)
    wrong = ~fine(values)
    if wrong.any():
        raise ValueError(message.format(f"{values[wrong][0]:g}"))


def _checked_lr(lr: Rate) -> Rate:
    if not callable(lr):
        _refuse(lr, lambda lr: lr >= 0, "lr must be ≥ 0, got {}; the minus sign is already in the update")
    return lr


def _refuse_other_shape(theta: Array, grad: Array) -> None:
    if np.shape(grad) != theta.shape:
        raise ValueError(f"grad has shape {np.shape(grad)} but theta has shape {theta.shape}; they must be equal")


def _fitted(name: str, value: Rate, theta: Array) -> Rate:
    """The number or array in theta's dtype: mixed dtypes would compute in float64 and cast back at every step."""
    if callable(value):
        return value
    value = np.asarray(value, theta.dtype)
    try:
        fits = np.broadcast_shapes(value.shape, theta.shape) == theta.shape
    except ValueError:
        fits = False
    if not fits:
        raise ValueError(
            f"{name} has shape {value.shape} and does not broadcast against theta of shape {theta.shape}; "
            f"one {name} for each run has shape {(*theta.shape[:-1], 1)}"
        )
    return value
