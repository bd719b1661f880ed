"""Update rules: what to do with a gradient. One rule serves a point, a field and a network.

`optimizer.step(theta, grad)` changes theta in place, whatever its shape: `helpers.optimizer` says
how, and how to write a rule of one's own. Names, defaults and numbers are PyTorch's. Before a step
`clip_by_norm` or `clip_by_value` may shorten the gradient.
"""

from typing import Any

import numpy as np

from helpers.checks import Array, Rate, fraction, non_negative
from helpers.optimizer import Optimizer, nonzero, writable


class SGD(Optimizer):
    """Gradient descent; with momentum the heavy ball (Polyak, 1964), or Nesterov's (1983).

        v ← momentum · v + g                    state["momentum_buffer"]; without momentum v = g
        θ ← θ − lr · v                          with nesterov θ ← θ − lr · (g + momentum · v)

    Nesterov's looks one step ahead. Raises ValueError for nesterov without momentum.

    >>> SGD(lr=0.1).step(np.array([1.0, -2.0]), grad=np.array([10.0, 0.0]))
    array([ 0., -2.])
    """

    nesterov: bool

    def __init__(
        self,
        lr: Rate,
        momentum: float | Array = 0,
        nesterov: bool = False,
        weight_decay: float | Array = 0,
    ):
        super().__init__(lr=lr, momentum=momentum, nesterov=nesterov, weight_decay=weight_decay)
        if nesterov and not nonzero(self.momentum):
            raise ValueError(f"nesterov needs momentum above 0, got {momentum}; try momentum=0.9")

    def update(self, theta: Array, grad: Array, lr: Any) -> None:
        """θ ← θ − lr · v."""
        grad = self.decayed(theta, grad)
        v = self.velocity(theta, grad)
        if self.nesterov:
            v = grad + self.momentum * v
        theta -= lr * v


class AdaGrad(Optimizer):
    """A rate for each weight, which falls with all the gradients it has met (Duchi et al., 2011).

        G ← G + g²                              state["sum"]
        θ ← θ − lr · g / (√G + eps)

    >>> AdaGrad(lr=0.1).step(np.array([1.0, -2.0]), grad=np.array([10.0, 0.001])).round(4)
    array([ 0.9, -2.1])
    """

    eps: float

    def __init__(self, lr: Rate = 0.01, eps: float = 1e-10, weight_decay: float | Array = 0):
        super().__init__(lr=lr, eps=eps, weight_decay=weight_decay)

    def update(self, theta: Array, grad: Array, lr: Any) -> None:
        """θ ← θ − lr · g / (√G + eps)."""
        grad = self.decayed(theta, grad)
        G = self.memory("sum", theta)
        G += grad**2
        theta -= lr * (grad / (np.sqrt(G) + self.eps))


class RMSProp(Optimizer):
    """AdaGrad with a running average of the squares, not their sum (Tieleman and Hinton, 2012).

        s ← α s + (1 − α) g²                    state["square_avg"]
        d = g / (√s + eps)
        v ← momentum · v + d                    state["momentum_buffer"]; without momentum v = d
        θ ← θ − lr · v

    >>> RMSProp(lr=0.1).step(np.array([1.0, -2.0]), grad=np.array([10.0, 0.01])).round(3)
    array([ 0., -3.])
    """

    alpha: float
    eps: float
    checks = Optimizer.checks | {"alpha": fraction}

    def __init__(
        self,
        lr: Rate = 0.01,
        alpha: float = 0.99,
        eps: float = 1e-8,
        momentum: float | Array = 0,
        weight_decay: float | Array = 0,
    ):
        super().__init__(lr=lr, alpha=alpha, eps=eps, momentum=momentum, weight_decay=weight_decay)

    def update(self, theta: Array, grad: Array, lr: Any) -> None:
        """θ ← θ − lr · v."""
        grad = self.decayed(theta, grad)
        s = self.average("square_avg", theta, grad**2, self.alpha)
        theta -= lr * self.velocity(theta, grad / (np.sqrt(s) + self.eps))


class AdaDelta(Optimizer):
    """RMSProp whose rate is the usual size of its own steps, in θ's unit (Zeiler, 2012).

        s ← ρ s + (1 − ρ) g²                    state["square_avg"]
        d = g √(u + eps) / √(s + eps)
        θ ← θ − lr · d
        u ← ρ u + (1 − ρ) d²                    state["acc_delta"]

    >>> AdaDelta().step(np.array([1.0, -2.0]), grad=np.array([10.0, 0.1])).round(4)
    array([ 0.9968, -2.0032])
    """

    rho: float
    eps: float
    checks = Optimizer.checks | {"rho": fraction}

    def __init__(
        self, lr: Rate = 1.0, rho: float = 0.9, eps: float = 1e-6, weight_decay: float | Array = 0
    ):
        super().__init__(lr=lr, rho=rho, eps=eps, weight_decay=weight_decay)

    def update(self, theta: Array, grad: Array, lr: Any) -> None:
        """θ ← θ − lr · d."""
        grad = self.decayed(theta, grad)
        s = self.average("square_avg", theta, grad**2, self.rho)
        u = self.memory("acc_delta", theta)
        d = grad * np.sqrt((u + self.eps) / (s + self.eps))
        theta -= lr * d
        self.average("acc_delta", theta, d**2, self.rho)


class Adam(Optimizer):
    """The average gradient over its usual size: about lr a step on any slope (Kingma and Ba, 2015).

        m ← β₁ m + (1 − β₁) g                   state["exp_avg"]
        v ← β₂ v + (1 − β₂) g²                  state["exp_avg_sq"]
        m̂ = m / (1 − β₁ᵗ),  v̂ = v / (1 − β₂ᵗ)   both began at 0, and would be too small
        θ ← θ − lr · m̂ / (√v̂ + eps)

    Without bias_correction m̂ = m and v̂ = v.

    >>> Adam(lr=0.1).step(np.array([1.0, -2.0]), grad=np.array([10.0, 0.001])).round(4)
    array([ 0.9, -2.1])
    """

    betas: tuple[float, float]
    eps: float
    bias_correction: bool

    def __init__(
        self,
        lr: Rate = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float | Array = 0,
        bias_correction: bool = True,
    ):
        numbers = {"weight_decay": weight_decay, "bias_correction": bias_correction}
        super().__init__(lr=lr, betas=betas, eps=eps, **numbers)

    def update(self, theta: Array, grad: Array, lr: Any) -> None:
        """θ ← θ − lr · m̂ / (√v̂ + eps)."""
        theta -= self.change(theta, self.decayed(theta, grad), lr)

    def change(self, theta: Array, grad: Array, lr: Any) -> Array:
        """lr · m̂ / (√v̂ + eps), after m and v have taken in the gradient."""
        beta1, beta2 = self.betas
        m = self.average("exp_avg", theta, grad, beta1)
        v = self.average("exp_avg_sq", theta, grad**2, beta2)
        c1 = c2 = 1.0
        if self.bias_correction:
            c1, c2 = 1 - beta1**self.t, (1 - beta2**self.t) ** 0.5
        # m̂ / (√v̂ + eps) with m̂ = m / c₁ and √v̂ = √v / c₂, in two passes over θ fewer
        return lr * (c2 / c1) * (m / (np.sqrt(v) + c2 * self.eps))


class AdamW(Adam):
    """Adam after a decay that is the same for all weights (Loshchilov and Hutter, 2019).

        θ ← θ − lr · weight_decay · θ

    >>> AdamW(lr=0.1, weight_decay=0.5).step(np.array([1.0, -2.0]), grad=np.zeros(2))
    array([ 0.95, -1.9 ])
    """

    def __init__(
        self,
        lr: Rate = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float | Array = 1e-2,
    ):
        super().__init__(lr, betas, eps, weight_decay)

    def update(self, theta: Array, grad: Array, lr: Any) -> None:
        """θ ← (1 − lr · weight_decay) θ − lr · m̂ / (√v̂ + eps)."""
        change = self.change(theta, grad, lr)
        theta *= 1 - lr * self.weight_decay
        theta -= change


class NAdam(Optimizer):
    """Adam that looks ahead as Nesterov does (Dozat, 2016); m, v̂ as in Adam, ψ = momentum_decay.

        μₜ = β₁ (1 − ½ · 0.96^(t ψ))
        Πₜ = μ₁ μ₂ … μₜ                         state["mu_product"]
        θ ← θ − lr · (g (1 − μₜ) / (1 − Πₜ) + m μₜ₊₁ / (1 − Πₜ₊₁)) / (√v̂ + eps)

    >>> NAdam(lr=0.1).step(np.array([1.0, -2.0]), grad=np.array([10.0, 0.001])).round(3)
    array([ 0.894, -2.106])
    """

    betas: tuple[float, float]
    eps: float
    momentum_decay: float
    checks = Optimizer.checks | {"momentum_decay": non_negative}

    def __init__(
        self,
        lr: Rate = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        momentum_decay: float = 4e-3,
        weight_decay: float | Array = 0,
    ):
        numbers = {"momentum_decay": momentum_decay, "weight_decay": weight_decay}
        super().__init__(lr=lr, betas=betas, eps=eps, **numbers)

    def update(self, theta: Array, grad: Array, lr: Any) -> None:
        """θ ← θ − lr · (g (1 − μₜ) / (1 − Πₜ) + m μₜ₊₁ / (1 − Πₜ₊₁)) / (√v̂ + eps)."""
        beta1, beta2 = self.betas
        grad = self.decayed(theta, grad)
        m = self.average("exp_avg", theta, grad, beta1)
        v = self.average("exp_avg_sq", theta, grad**2, beta2)
        v_hat = v / (1 - beta2**self.t)
        mu, mu_next = (
            beta1 * (1 - 0.5 * 0.96 ** (t * self.momentum_decay)) for t in (self.t, self.t + 1)
        )
        product = self.state.setdefault("mu_product", np.ones(()))
        product *= mu
        pi = float(product)
        m_hat = grad * ((1 - mu) / (1 - pi)) + m * (mu_next / (1 - pi * mu_next))
        theta -= lr * (m_hat / (np.sqrt(v_hat) + self.eps))


def clip_by_norm(grad: Array, max_norm: float) -> float:
    """Shorten a gradient of any shape in place; return its length before (Pascanu et al., 2013).

        g ← g · min(1, max_norm / (‖g‖ + 1e-6))

    Raises TypeError where grad is no array of floats that can be changed, ValueError for a max_norm
    that is negative or infinite.

    >>> clip_by_norm(grad := np.array([3.0, 4.0]), max_norm=1.0), grad.round(3)
    (5.0, array([0.6, 0.8]))
    """
    writable("grad", grad)
    non_negative("max_norm", max_norm)
    with np.errstate(under="ignore"):  # a small part of a long gradient may become 0
        norm = _length(grad)
        grad[...] = grad.astype(np.float64) * min(1.0, max_norm / (norm + 1e-6))
    return norm


def clip_by_value(grad: Array, limit: float) -> None:
    """Cut every number of a gradient in place to [−limit, limit]; this may turn its direction.

    Raises TypeError where grad is no array of floats that can be changed, ValueError for a limit
    that is negative or infinite.

    >>> clip_by_value(grad := np.array([3.0, -0.5]), limit=1.0), grad
    (None, array([ 1. , -0.5]))
    """
    writable("grad", grad)
    non_negative("limit", limit)
    np.clip(grad, -limit, limit, out=grad)


def _length(grad: Array) -> float:
    """‖g‖ = largest · ‖g / largest‖, where no square is too large or too small for a float."""
    largest = float(np.abs(grad).max(initial=0))
    if largest == 0 or not np.isfinite(largest):
        return largest
    return largest * float(np.linalg.norm(np.divide(grad, largest, dtype=np.float64)))
