"""Update rules: what to do with a gradient. One rule serves a point, a field of a million points and a network.
`optimizer.step(theta, grad)` changes theta in place, whatever its shape. Names, defaults and numbers are PyTorch's.
"""

import copy
import inspect

import numpy as np

from helpers.checks import AVERAGES, Array, Rate, checked

FIELDS = ("lr", "momentum", "weight_decay")  # these may be arrays that broadcast against theta


class Optimizer:
    """What all update rules share. A rule is its method update(theta, grad, lr=…, …), which moves theta; what update
    names behind grad, the constructor takes, with the same defaults: SGD(lr=0.1, momentum=0.9).
    lr is a float, a schedule (a function: number of steps done so far → lr), or an array that broadcasts against theta:
    lr of shape (1000, 1) runs 1,000 descents of shape (1000, 2) at 1,000 rates; so may momentum and weight_decay.
    `optimizer.lr` may be set between steps, `t` counts them, `state` maps PyTorch's names to the arrays that the rule
    remembers, made at their first use. weight_decay pulls every weight towards 0: g ← ∇J + weight_decay · θ.
    """

    def __init_subclass__(cls):
        cls.__signature__ = inspect.Signature(
            [*inspect.signature(cls.update).parameters.values()][3:]
        )

    def __init__(self, *numbers: Rate, **named: Rate):
        given = self.__signature__.bind(*numbers, **named)
        given.apply_defaults()
        self.numbers = {}
        self._renumber(**given.arguments)
        self.reset()

    lr = property(lambda self: self.numbers["lr"], lambda self, lr: self._renumber(lr=lr))

    def _renumber(self, **numbers: Rate) -> None:
        self.numbers.update({name: checked(name, value) for name, value in numbers.items()})
        self._fitted = {}

    def reset(self) -> None:
        """Forget everything remembered: the next step is the first one, on a theta of any shape."""
        self.t, self.state, self.theta, self._fitted, self._shape = 0, {}, None, {}, None

    def step(self, theta: Array, grad: Array) -> Array:
        """One update of theta, in place and returned. grad has theta's shape and is left as it is."""
        if not self._fitted or type(theta) is not np.ndarray or theta.shape != self._shape:
            self._fit(theta)
        if np.shape(grad) != theta.shape:
            raise ValueError(
                f"grad has shape {np.shape(grad)} but theta has shape {theta.shape}; they must be equal"
            )
        fitted = self._fitted
        if callable(fitted.get("lr")):
            fitted = {**fitted, "lr": _fitted("lr", checked("lr", self.lr(self.t)), theta)}
        self.t += 1
        self.update(theta, grad, **fitted)
        return theta

    def rows(self, rows: slice, theta: Array) -> "Optimizer":
        """A fresh copy for theta[rows], with the same rows of every array that has one entry for each row of theta."""

        def cut(name, value):
            if callable(value):
                return lambda t: cut(name, value(t))
            field = _fitted(name, value, theta) if name in FIELDS else None
            return field[rows] if np.ndim(field) == theta.ndim and len(field) > 1 else value

        part = copy.copy(self)
        part.numbers = {name: cut(name, value) for name, value in self.numbers.items()}
        part.reset()
        return part

    def _fit(self, theta: Array) -> None:
        """At the first step, and when lr was set: check theta, and give the numbers its dtype."""
        if not isinstance(theta, np.ndarray) or theta.dtype.kind != "f":
            raise TypeError(
                f"theta is changed in place, got {getattr(theta, 'dtype', type(theta))}: try np.array(…)"
            )
        if self._shape not in (None, theta.shape):
            raise ValueError(
                f"theta has shape {theta.shape} but had {self._shape} before; try optimizer.reset()"
            )
        self._fitted = {name: _fitted(name, value, theta) for name, value in self.numbers.items()}
        if self._shape is None:
            self.theta, self._shape, self._spare = (
                theta,
                theta.shape,
                (np.empty_like(theta), np.empty_like(theta)),
            )

    def _memory(self, name: str) -> Array:
        if name not in self.state:
            self.state[name] = np.zeros_like(self._spare[0])
        return self.state[name]

    def _average(self, name: str, new: Array, shares: tuple[float, float]) -> Array:
        """memory ← β · memory + (1 − β) · new."""
        memory, (keep, take) = self._memory(name), shares
        memory *= keep
        memory += np.multiply(new, take, self._spare[1])
        return memory

    def _decayed(self, grad: Array, theta: Array, weight_decay: Array | None) -> Array:
        """∇J + weight_decay · θ, the gradient of J + ½ weight_decay ‖θ‖²."""
        return grad if weight_decay is None else grad + weight_decay * theta


class SGD(Optimizer):
    """Gradient descent; with momentum the heavy ball (Polyak, 1964), with a look ahead as well (Nesterov, 1983).
        v ← momentum · v + g                    state["momentum_buffer"]; without momentum v = g
        θ ← θ − lr · v                          with nesterov θ ← θ − lr · (g + momentum · v)
    >>> SGD(lr=0.1).step(np.array([1.0, -2.0]), grad=np.array([10.0, 0.0]))
    array([ 0., -2.])
    """

    def update(self, theta, grad, lr, momentum=0, nesterov=False, weight_decay=0):
        v = grad = self._decayed(grad, theta, weight_decay)
        if momentum is not None:
            v = self._memory("momentum_buffer")
            v *= momentum
            v += grad
        if nesterov:
            if momentum is None:
                raise ValueError("nesterov needs momentum above 0; try momentum=0.9")
            v = grad + momentum * v
        theta -= np.multiply(v, lr, self._spare[0])


class AdaGrad(Optimizer):
    """Each weight has its own rate, which falls with all the squared gradients it has met (Duchi et al., 2011).
        G ← G + g²                              state["sum"]
        θ ← θ − lr · g / (√G + eps)
    >>> AdaGrad(lr=0.1).step(np.array([1.0, -2.0]), grad=np.array([10.0, 0.001])).round(4)
    array([ 0.9, -2.1])
    """

    def update(self, theta, grad, lr=0.01, eps=1e-10, weight_decay=0):
        G, grad = self._memory("sum"), self._decayed(grad, theta, weight_decay)
        G += grad * grad
        theta -= lr * (grad / (np.sqrt(G) + eps))


class RMSProp(SGD):
    """AdaGrad that forgets: a running average of the squared gradients, not their sum (Tieleman and Hinton, 2012).
        s ← α s + (1 − α) g²                    state["square_avg"]
        θ ← θ − lr · d,  d = g / (√s + eps)     with momentum v ← momentum · v + d,  θ ← θ − lr · v
    >>> RMSProp(lr=0.1).step(np.array([1.0, -2.0]), grad=np.array([10.0, 0.01])).round(3)
    array([ 0., -3.])
    """

    def update(self, theta, grad, lr=0.01, alpha=0.99, eps=1e-8, momentum=0, weight_decay=0):
        grad = self._decayed(grad, theta, weight_decay)
        s = self._average("square_avg", grad * grad, alpha)
        super().update(theta, grad / (np.sqrt(s) + eps), lr, momentum, False, None)


class AdaDelta(Optimizer):
    """RMSProp with steps in the unit of the weights: the usual size of its own steps replaces the rate (Zeiler, 2012).
        s ← ρ s + (1 − ρ) g²                    state["square_avg"]
        θ ← θ − lr · d,  d = g √(u + eps) / √(s + eps)
        u ← ρ u + (1 − ρ) d²                    state["acc_delta"]
    >>> AdaDelta().step(np.array([1.0, -2.0]), grad=np.array([10.0, 0.1])).round(4)
    array([ 0.9968, -2.0032])
    """

    def update(self, theta, grad, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0):
        grad = self._decayed(grad, theta, weight_decay)
        s = self._average("square_avg", grad * grad, rho)
        d = grad * np.sqrt((self._memory("acc_delta") + eps) / (s + eps))
        theta -= lr * d
        self._average("acc_delta", d * d, rho)


class Adam(Optimizer):
    """Momentum over the usual size of the gradient: a weight moves about lr a step on any slope (Kingma and Ba, 2015).
        m ← β₁ m + (1 − β₁) g                   state["exp_avg"]
        v ← β₂ v + (1 − β₂) g²                  state["exp_avg_sq"]
        m̂ = m / (1 − β₁ᵗ),  v̂ = v / (1 − β₂ᵗ)   for both began at 0; without bias_correction m̂ = m, v̂ = v
        θ ← θ − lr · m̂ / (√v̂ + eps)
    >>> Adam(lr=0.1).step(np.array([1.0, -2.0]), grad=np.array([10.0, 0.001])).round(4)
    array([ 0.9, -2.1])
    """

    def update(
        self,
        theta,
        grad,
        lr=1e-3,
        betas=(0.9, 0.999),
        eps=1e-8,
        weight_decay=0,
        bias_correction=True,
    ):
        grad = self._decayed(grad, theta, weight_decay)
        m = self._average("exp_avg", grad, betas[0])
        v = self._average("exp_avg_sq", np.square(grad, self._spare[0]), betas[1])
        (beta1, beta2), t = self.numbers["betas"], self.t if bias_correction else np.inf
        c1, c2 = 1 - beta1**t, (1 - beta2**t) ** 0.5
        change = np.sqrt(
            v, self._spare[0]
        )  # m̂ / (√v̂ + eps) = m / (√v + c₂ eps) · c₂ / c₁: two passes over θ fewer
        change += c2 * eps
        np.divide(m, change, change)
        theta -= np.multiply(change, lr * (c2 / c1), change)


class AdamW(Adam):
    """Adam after shortening all weights alike: θ ← θ − lr · weight_decay · θ (Loshchilov and Hutter, 2019).
    >>> AdamW(lr=0.1, weight_decay=0.5).step(np.array([1.0, -2.0]), grad=np.zeros(2))
    array([ 0.95, -1.9 ])
    """

    def update(self, theta, grad, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2):
        theta *= 1 - lr * (0 if weight_decay is None else weight_decay)
        super().update(theta, grad, lr, betas, eps, None)


class NAdam(Adam):
    """Adam that looks ahead as Nesterov does (Dozat, 2016); m, v̂ as in Adam, ψ = momentum_decay.
        μₜ = β₁ (1 − ½ · 0.96^(t ψ)),  Πₜ = μ₁ μ₂ … μₜ
        θ ← θ − lr · (g (1 − μₜ) / (1 − Πₜ) + m μₜ₊₁ / (1 − Πₜ₊₁)) / (√v̂ + eps)
    >>> NAdam(lr=0.1).step(np.array([1.0, -2.0]), grad=np.array([10.0, 0.001])).round(3)
    array([ 0.894, -2.106])
    """

    def update(
        self,
        theta,
        grad,
        lr=2e-3,
        betas=(0.9, 0.999),
        eps=1e-8,
        momentum_decay=4e-3,
        weight_decay=0,
    ):
        grad = self._decayed(grad, theta, weight_decay)
        m = self._average("exp_avg", grad, betas[0])
        v_hat = self._average("exp_avg_sq", grad * grad, betas[1]) / (
            1 - self.numbers["betas"][1] ** self.t
        )
        mu, ahead = (
            self.numbers["betas"][0] * (1 - 0.5 * 0.96 ** (t * momentum_decay))
            for t in (self.t, self.t + 1)
        )
        self._product = mu * (self._product if self.t > 1 else 1)
        both = grad * ((1 - mu) / (1 - self._product)) + m * (ahead / (1 - self._product * ahead))
        theta -= lr * (both / (np.sqrt(v_hat) + eps))


def clip_by_norm(grad: Array, max_norm: float) -> float:
    """Shorten a gradient of any shape in place, and return its length before (Pascanu et al., 2013).
        g ← g · min(1, max_norm / (‖g‖ + 1e-6))
    >>> clip_by_norm(grad := np.array([3.0, 4.0]), max_norm=1.0), grad.round(3)
    (5.0, array([0.6, 0.8]))
    """
    norm = float(np.linalg.norm(grad))
    grad *= min(1.0, checked("max_norm", max_norm) / (norm + 1e-6))
    return norm


def clip_by_value(grad: Array, limit: float) -> None:
    """Cut every number of a gradient in place to [−limit, limit]; this may turn its direction.
    >>> clip_by_value(grad := np.array([3.0, -0.5]), limit=1.0), grad
    (None, array([ 1. , -0.5]))
    """
    np.clip(grad, -checked("limit", limit), limit, out=grad)


def _fitted(name: str, value, theta: Array):
    """The value in theta's dtype; a share β as (β, 1 − β); None for a momentum or weight decay of 0, to be left out."""
    if name in AVERAGES:
        pairs = [
            tuple(np.asarray(share, theta.dtype) for share in (beta, 1 - beta))
            for beta in np.ravel(value)
        ]
        return pairs if name == "betas" else pairs[0]
    if name not in FIELDS or callable(value):
        return value
    try:
        np.broadcast_to(value, theta.shape)
    except ValueError:
        what = f"{name} has shape {np.shape(value)} and does not broadcast against theta of shape {theta.shape}"
        raise ValueError(
            f"{what}; one {name} for each run has shape {(*theta.shape[:-1], 1)}"
        ) from None
    return np.asarray(value, theta.dtype) if name == "lr" or np.any(value) else None
