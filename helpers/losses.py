"""Losses: how wrong a prediction is, and which way it should move. The numbers are PyTorch's."""

import numpy as np

from helpers.autograd import Tensor
from helpers.checks import Array, above_zero, as_floats, with_classes
from helpers.engine import node
from helpers.functions import sigmoid


class Loss:
    """Each loss is its two `_equations`: the loss of each term, and its slope, the derivative by ŷ.
        loss(y_hat, y) = mean(each)          loss.gradient(y_hat, y) = slope / number of terms in that mean
    Given a Tensor y_hat, loss(y_hat, y) is one too: one node of its graph. ValueError where shapes do not fit.
    """

    def __init_subclass__(cls, name: str):
        cls.name = name

    def __repr__(self) -> str:
        return f"<loss: {self.name}>"

    def __call__(self, y_hat: Array | Tensor, y: Array) -> float | Tensor:
        if not isinstance(y_hat, Tensor):
            return float(np.mean(self.each(y_hat, y)))
        each, slope, dtype = self._terms(y_hat.data, y)
        mean = np.asarray(np.add.reduce(each, axis=None) / each.size, dtype)
        return node(self.name, mean, (y_hat, lambda g: slope * (g / each.size)))

    def each(self, y_hat: Array, y: Array) -> Array:
        """The terms of the mean, one by one: what a loss curve draws, and where the worst mistakes are found."""
        each, _, dtype = self._terms(y_hat, y)
        return np.asarray(each, dtype)

    def gradient(self, y_hat: Array, y: Array) -> Array:
        """Derivative of the mean by y_hat: same shape, same dtype."""
        each, slope, dtype = self._terms(y_hat, y)
        return np.asarray(slope / each.size, dtype)

    def _terms(self, y_hat: Array, y: Array) -> tuple[Array, Array, np.dtype]:
        y_hat, y = self._check(y_hat, y)
        if y_hat.size == 0:
            raise ValueError(
                f"y_hat is empty (shape {y_hat.shape}): the mean of nothing is not a number"
            )
        return *self._equations(y_hat, y), y_hat.dtype

    def _check(self, y_hat: Array, y: Array) -> tuple[Array, Array]:
        y_hat = as_floats(y_hat)
        y = np.asarray(y, dtype=y_hat.dtype)
        if y_hat.shape != y.shape:
            hint = (
                f"try y.reshape({y_hat.shape})"
                if y_hat.size == y.size
                else "each prediction needs one target"
            )
            raise ValueError(f"y_hat has shape {y_hat.shape} but y has shape {y.shape}; {hint}")
        return y_hat, y


class MeanAbsoluteError(Loss, name="MAE"):
    """Mean absolute error: mean |ŷ − y|. Its best constant is the median; outliers pull little."""

    def _equations(self, y_hat, y):
        r = y_hat - y
        return np.abs(r), np.sign(r)


class MeanSquaredError(Loss, name="MSE"):
    """Mean squared error: mean (ŷ − y)² over all elements. Its best constant is the mean.
    >>> mse([2.0, 6.0], [3.0, 3.0]), mse.gradient([2.0, 6.0], [3.0, 3.0])
    (5.0, array([-1.,  3.]))
    """

    def _equations(self, y_hat, y):
        r = y_hat - y
        return r**2, 2 * r


class Huber(Loss, name="Huber"):
    """Huber's loss (1964): squared where the error r = ŷ − y is small, straight where it is larger than δ.
        each = ½r²  where |r| ≤ δ,  else  δ(|r| − ½δ);   both are a(|r| − ½a) with a = min(|r|, δ)
    >>> huber([0.5, 3.0], [0.0, 0.0]), huber.with_delta(2.0).gradient([0.5, 3.0], [0.0, 0.0])
    (1.3125, array([0.25, 1.  ]))
    """

    def __init__(self, delta: float = 1.0):
        self.delta = above_zero("delta", delta, "; it is where the curve turns straight")
        self.name = f"Huber (δ = {self.delta:g})"

    def with_delta(self, delta: float) -> "Huber":
        """The same loss with another border between squared and straight, in the unit of y."""
        return Huber(delta)

    def _equations(self, y_hat, y):
        r = y_hat - y
        a = np.minimum(np.abs(r), self.delta)
        return a * (np.abs(r) - a / 2), np.clip(r, -self.delta, self.delta)


class CrossEntropy(Loss, name="cross-entropy"):
    """Cross-entropy of logits z (..., K), not yet softmaxed, against the true class; exact at ±1e4.
        each = log Σₖ exp(zₖ) − z_true         targets: class indices 0 … K−1 (...)
        each = −Σₖ yₖ log softmax(z)ₖ          targets: probabilities (..., K), one-hot ones too
        gradient = (softmax(z) − y) / N
    >>> cross_entropy.each(np.log([[0.9, 0.1], [0.9, 0.1]]), [0, 1]).round(3)  # sure and right, sure and wrong
    array([0.105, 2.303])
    """

    def _check(self, y_hat, y):
        logits, targets = with_classes("logits", y_hat), np.asarray(y)
        if targets.shape == logits.shape:
            return logits, _distributions("targets", targets).astype(logits.dtype, copy=False)
        if targets.shape != logits.shape[:-1]:
            expected = f"expected indices of shape {logits.shape[:-1]} or probabilities of shape {logits.shape}"
            raise ValueError(
                f"logits have shape {logits.shape} but targets {targets.shape}; {expected}"
            )
        if targets.dtype.kind not in "iub":
            raise ValueError(
                f"class indices must be integers, got {targets.dtype}; try targets.astype(int)"
            )
        last, targets = logits.shape[-1] - 1, targets.astype(np.intp)
        for wrong in targets[(targets < 0) | (targets > last)]:
            raise ValueError(
                f"class {wrong} is out of range: logits of shape {logits.shape} have 0 to {last}"
            )
        return logits, targets

    def _equations(self, y_hat, y):  # one softmax serves both
        z = np.subtract(
            y_hat, y_hat.max(axis=-1, keepdims=True), order="C"
        )  # so that its rows can be had as views
        p = np.exp(z)
        total = p.sum(axis=-1, keepdims=True)
        p /= total
        log_total = np.log(total[..., 0])
        if y.shape == y_hat.shape:
            return -np.sum(y * (z - log_total[..., None]), axis=-1), p - y
        rows = np.arange(y.size), y.ravel()
        true = z.reshape(-1, z.shape[-1])[rows].reshape(y.shape)
        p.reshape(-1, p.shape[-1])[rows] -= 1
        return log_total - true, p


class BinaryCrossEntropy(Loss, name="binary cross-entropy"):
    """Cross-entropy for yes or no: scores z, σ(z) the probability of yes, targets y from 0 to 1; exact at ±1e4.
        each = −y log σ(z) − (1 − y) log(1 − σ(z)) = max(z, 0) − zy + log(1 + exp(−|z|))
        gradient = (σ(z) − y) / N
    >>> binary_cross_entropy.each([0.0, 2.0], [1, 1]).round(3)
    array([0.693, 0.127])
    """

    def _check(self, y_hat, y):
        logits, targets = super()._check(y_hat, y)
        for wrong in targets[~((targets >= 0) & (targets <= 1))]:
            raise ValueError(
                f"targets must lie between 0 and 1, got {wrong}; labels of ±1: try (y + 1) / 2"
            )
        return logits, targets

    def _equations(self, y_hat, y):
        return np.maximum(y_hat, 0) - y_hat * y + np.log1p(np.exp(-np.abs(y_hat))), sigmoid(
            y_hat
        ) - y


mae, mse, huber = MeanAbsoluteError(), MeanSquaredError(), Huber()
cross_entropy, binary_cross_entropy = CrossEntropy(), BinaryCrossEntropy()


def entropy(p: Array) -> Array:
    """Entropy in nats of rows p (..., K): H(p) = −Σ p log p, from 0 (sure) to log K (no idea). Shannon (1948)
    >>> entropy([[0.5, 0.5], [1.0, 0.0]]).round(4)
    array([0.6931, 0.    ])
    """
    p = _distributions("p", p)
    return np.sum(-p * np.log(p, out=np.zeros_like(p), where=p > 0), axis=-1)


def kl_divergence(p: Array, q: Array) -> Array:
    """What believing q costs where p is true, both (..., K): KL(p‖q) = Σ p log(p / q) nats. Kullback, Leibler (1951)
    >>> kl_divergence([[0.5, 0.5], [0.9, 0.1]], [[0.9, 0.1], [0.5, 0.5]]).round(4)
    array([0.5108, 0.3681])
    """
    p, q = _distributions("p", p), _distributions("q", q)
    if p.shape != q.shape:
        raise ValueError(
            f"p has shape {p.shape} but q has shape {q.shape}; they must list the same classes"
        )
    with np.errstate(
        divide="ignore", invalid="ignore"
    ):  # 0 · log 0 = 0: such a term is left out below
        surprise = np.log(p) - np.log(q)
    terms = np.multiply(p, surprise, out=np.zeros_like(surprise), where=p > 0)
    return np.maximum(
        terms.sum(axis=-1), 0
    )  # rounding may leave −1e-17 where p and q are nearly the same


def _distributions(name: str, p: Array) -> Array:
    p = with_classes(name, p)
    if not (p >= 0).all():
        raise ValueError(
            f"{name} must be probabilities ≥ 0, got {p[~(p >= 0)][0]}; for scores call softmax first"
        )
    sums = p.sum(axis=-1)
    if not (np.abs(sums - 1) <= 1e-4).all():
        raise ValueError(
            f"each row of {name} must sum to 1, got sums from {sums.min():.6g} to {sums.max():.6g}"
        )
    return p
