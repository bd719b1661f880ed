"""Losses: how wrong a prediction is, and which way it should move. The numbers are PyTorch's."""

from abc import ABC, abstractmethod
from typing import Any, overload

import numpy as np

from helpers.autograd import Tensor
from helpers.checks import Array, as_floats, positive, with_classes
from helpers.engine import node
from helpers.functions import sigmoid


class Loss(ABC):
    """How wrong predictions ŷ are, beside the targets y: a number, and its gradient.

        loss(y_hat, y) = mean(each)        loss.gradient(y_hat, y) = slope / number of terms

    Given a Tensor y_hat, loss(y_hat, y) is a Tensor too: a single node of its graph. A subclass has
    a `name` and one method, `terms`, with the two equations. The loss, `each` and `gradient` raise
    what `checked` raises, and ValueError for an empty y_hat.
    """

    name: str

    @abstractmethod
    def terms(self, y_hat: Array, y: Array) -> tuple[Array, Array]:
        """(each, slope): the terms of the mean, and their derivatives by ŷ, shaped like ŷ."""

    def checked(self, y_hat: Any, y: Any) -> tuple[Array, Array]:
        """Predictions and targets as arrays of floats of one shape.

        Raises ValueError for different shapes: a column against a row would broadcast to a table.
        """
        y_hat = as_floats(y_hat)
        y = np.asarray(y, dtype=y_hat.dtype)
        if y_hat.shape != y.shape:
            hint = "each prediction needs one target"
            if y_hat.size == y.size:
                hint = f"try y.reshape({y_hat.shape})"
            raise ValueError(f"y_hat has shape {y_hat.shape} but y has shape {y.shape}; {hint}")
        return y_hat, y

    @overload
    def __call__(self, y_hat: Tensor, y: Any) -> Tensor: ...

    @overload
    def __call__(self, y_hat: Any, y: Any) -> float: ...

    def __call__(self, y_hat: Any, y: Any) -> Any:
        """The mean of the terms, added up in float64."""
        if not isinstance(y_hat, Tensor):
            return _mean(self.each(y_hat, y))
        each, slope, dtype = self._terms_of_checked(y_hat.data, y)

        mean = np.asarray(_mean(each), dtype)
        return node(self.name, mean, (y_hat, lambda grad: slope * (grad / each.size)))

    def each(self, y_hat: Any, y: Any) -> Array:
        """The terms of the mean, one by one: a loss curve, or a list of the worst mistakes."""
        each, _, dtype = self._terms_of_checked(y_hat, y)
        return np.asarray(each, dtype)

    def gradient(self, y_hat: Any, y: Any) -> Array:
        """The derivative of the mean by y_hat: of its shape, and of its dtype."""
        each, slope, dtype = self._terms_of_checked(y_hat, y)
        with np.errstate(under="ignore"):
            return np.asarray(slope / each.size, dtype)

    def _terms_of_checked(self, y_hat: Any, y: Any) -> tuple[Array, Array, np.dtype]:
        y_hat, y = self.checked(y_hat, y)
        if y_hat.size == 0:
            raise ValueError(
                f"y_hat is empty (shape {y_hat.shape}): the mean of nothing is not a number"
            )
        with np.errstate(under="ignore"):  # exp(−1000) is 0, and that is right
            each, slope = self.terms(y_hat, y)
        return each, slope, y_hat.dtype

    def __repr__(self) -> str:
        return f"<loss: {self.name}>"


def _mean(each: Array) -> float:
    return float(each.sum(dtype=float) / each.size)


class MeanAbsoluteError(Loss):
    """Mean absolute error: mean |ŷ − y|. The best constant is the median, so outliers count little.

    >>> mae([2.0, 6.0], [3.0, 3.0]), mae.gradient([2.0, 6.0], [3.0, 3.0])
    (2.0, array([-0.5,  0.5]))
    """

    name = "MAE"

    def terms(self, y_hat: Array, y: Array) -> tuple[Array, Array]:
        """|r| and sign(r), of the error r = ŷ − y."""
        r = y_hat - y
        return np.abs(r), np.sign(r)


class MeanSquaredError(Loss):
    """Mean squared error: mean (ŷ − y)² over all elements. The best constant is the mean.

    >>> mse([2.0, 6.0], [3.0, 3.0]), mse.gradient([2.0, 6.0], [3.0, 3.0])
    (5.0, array([-1.,  3.]))
    """

    name = "MSE"

    def terms(self, y_hat: Array, y: Array) -> tuple[Array, Array]:
        """r² and 2r, of the error r = ŷ − y."""
        r = y_hat - y
        return r**2, 2 * r


class Huber(Loss):
    """Huber's loss: squared where the error r = ŷ − y is small, straight where it is larger than δ.

        each = ½ r²  where |r| ≤ δ,   else  ½ δ² + δ (|r| − δ)        (Huber, 1964)

    Raises ValueError unless delta is a number above 0, in the unit of y.

    >>> huber([0.5, 3.0], [0.0, 0.0]), huber.with_delta(2.0).gradient([0.5, 3.0], [0.0, 0.0])
    (1.3125, array([0.25, 1.  ]))
    """

    def __init__(self, delta: float = 1.0):
        self.delta = positive("delta", delta, hint="it is where the curve turns straight")
        self.name = f"Huber (δ = {self.delta:g})"

    def with_delta(self, delta: float) -> "Huber":
        """The same loss with another border between squared and straight. Raises as Huber does."""
        return Huber(delta)

    def terms(self, y_hat: Array, y: Array) -> tuple[Array, Array]:
        """Both branches in one: of |r|, the part up to δ counts squared, the rest straight."""
        r = y_hat - y
        size = np.abs(r)
        within = np.minimum(size, self.delta)
        each = within**2 / 2 + self.delta * (size - within)
        return each, np.clip(r, -self.delta, self.delta)


class CrossEntropy(Loss):
    """Cross-entropy of logits z (..., K), not yet softmaxed, and the true class (Bridle, 1990).

        each = log Σₖ exp(zₖ) − z_true         targets: class indices 0 … K−1 (...)
        each = −Σₖ yₖ log softmax(z)ₖ          targets: probabilities (..., K), one-hot ones too
        gradient = (softmax(z) − y) / N

    Exact at logits of ±1e4; a logit of −∞, a class that cannot be, costs only where it was true.
    Raises ValueError for targets that are neither, and for classes out of range.

    >>> logits = np.log([[0.9, 0.1], [0.9, 0.1]])
    >>> cross_entropy.each(logits, [0, 1]).round(3)  # sure and right, sure and wrong
    array([0.105, 2.303])
    """

    name = "cross-entropy"

    def checked(self, y_hat: Any, y: Any) -> tuple[Array, Array]:
        """Logits as floats, and targets as indices or as probabilities of the logits' dtype.

        Raises ValueError where the targets are none.
        """
        logits = with_classes("logits", y_hat)
        targets = np.asarray(y)
        if targets.shape == logits.shape:
            return logits, _as_distributions("targets", targets).astype(logits.dtype, copy=False)
        if targets.shape != logits.shape[:-1]:
            raise ValueError(
                f"logits have shape {logits.shape} but targets {targets.shape}; expected indices "
                f"of shape {logits.shape[:-1]} or probabilities of shape {logits.shape}"
            )
        if targets.dtype.kind not in "iub":
            raise ValueError(
                f"class indices must be integers, got {targets.dtype}; try targets.astype(int)"
            )
        last = logits.shape[-1] - 1
        for wrong in targets[(targets < 0) | (targets > last)]:
            raise ValueError(
                f"class {wrong} is out of range: logits of shape {logits.shape} have 0 to {last}"
            )
        return logits, targets.astype(np.intp, copy=False)

    def terms(self, y_hat: Array, y: Array) -> tuple[Array, Array]:
        """−log p of the true class, and p − y, where p = softmax(z): one softmax serves both."""
        # the order "C" lets the rows below be views, into which the gradient is written
        z = np.subtract(y_hat, y_hat.max(axis=-1, keepdims=True), order="C")
        p = np.exp(z)
        total = p.sum(axis=-1, keepdims=True)
        p /= total
        log_total = np.log(total[..., 0])
        if y.shape == y_hat.shape:
            surprise = log_total[..., None] - z  # −log p
            return _weighted(y, surprise).sum(axis=-1), p - y
        classes = z.shape[-1]
        true = np.arange(y.size), y.ravel()
        z_true = z.reshape(-1, classes)[true].reshape(y.shape)
        p.reshape(-1, classes)[true] -= 1
        return log_total - z_true, p


class TokenCrossEntropy(CrossEntropy):
    """Cross-entropy over the words of sentences, in which a target of −100 counts for nothing.

    So is padding left out: logits (N, T, K), targets (N, T), and the mean is over the targets that
    count, whose terms `each` returns one after the other. −100 is PyTorch's `ignore_index`. Raises
    what `CrossEntropy` raises, and ValueError where no target counts or targets are probabilities.

    >>> logits = np.log([[0.9, 0.1], [0.5, 0.5]])
    >>> round(token_cross_entropy(logits, [0, -100]), 3), round(cross_entropy(logits, [0, 0]), 3)
    (0.105, 0.399)
    """

    name = "token cross-entropy"
    ignored = -100

    def checked(self, y_hat: Any, y: Any) -> tuple[Array, Array]:
        """Logits, and targets as indices. Raises ValueError where all targets are left out."""
        targets = np.asarray(y)
        if targets.ndim == np.ndim(y_hat):
            raise ValueError(
                f"targets of words are class indices, got shape {targets.shape} beside logits of "
                f"shape {np.shape(y_hat)}; try targets.argmax(-1)"
            )
        counts = targets != self.ignored
        if targets.size and not counts.any():
            raise ValueError(
                f"all targets are {self.ignored}, so none counts; see that sentences have words"
            )
        logits, targets = super().checked(y_hat, np.where(counts, targets, 0))
        return logits, np.where(counts, targets, self.ignored)

    def terms(self, y_hat: Array, y: Array) -> tuple[Array, Array]:
        """Those of the cross-entropy where a target counts; elsewhere no term, and a slope of 0."""
        counts = y != self.ignored
        each, slope_of_these = super().terms(y_hat[counts], y[counts])
        slope = np.zeros_like(y_hat)
        slope[counts] = slope_of_these
        return each, slope


class BinaryCrossEntropy(Loss):
    """Cross-entropy for yes or no: scores z, σ(z) the probability of yes, targets y from 0 to 1.

        each = −y log σ(z) − (1 − y) log(1 − σ(z))        gradient = (σ(z) − y) / N

    Exact at scores of ±1e4 and ±∞. Raises ValueError for targets outside 0 to 1.

    >>> binary_cross_entropy.each([0.0, 2.0], [1, 1]).round(3)
    array([0.693, 0.127])
    """

    name = "binary cross-entropy"

    def checked(self, y_hat: Any, y: Any) -> tuple[Array, Array]:
        """Scores and targets of one shape. Raises ValueError for targets outside 0 to 1."""
        logits, targets = super().checked(y_hat, y)
        for wrong in targets[~((targets >= 0) & (targets <= 1))]:
            raise ValueError(
                f"targets must lie between 0 and 1, got {wrong}; labels of ±1: try (y + 1) / 2"
            )
        return logits, targets

    def terms(self, y_hat: Array, y: Array) -> tuple[Array, Array]:
        """each = against · |z| + log(1 + exp(−|z|)), and the slope σ(z) − y.

        `against` is the weight of the answer that the sign of z denies: 1 − y where z > 0, else y.
        The definition takes this form with −log σ(z) = max(−z, 0) + log(1 + exp(−|z|)), in which
        no exponential is large.
        """
        size = np.abs(y_hat)
        against = np.where(y_hat > 0, 1 - y, y)
        return _weighted(against, size) + np.log1p(np.exp(-size)), sigmoid(y_hat) - y


mae = MeanAbsoluteError()
mse = MeanSquaredError()
huber = Huber()
cross_entropy = CrossEntropy()
token_cross_entropy = TokenCrossEntropy()
binary_cross_entropy = BinaryCrossEntropy()


def entropy(p: Any) -> Array:
    """Entropy in nats of rows p (..., K): H(p) = −Σ p log p, from 0 (sure) to log K (no idea).

    Raises ValueError unless the rows are probabilities that sum to 1. Shannon (1948).

    >>> entropy([[0.5, 0.5], [1.0, 0.0]]).round(4)
    array([0.6931, 0.    ])
    """
    p = _as_distributions("p", p)
    with np.errstate(divide="ignore", under="ignore"):  # 0 log 0 is left out
        terms = _weighted(p, -np.log(p))
    return terms.sum(axis=-1, dtype=float).astype(p.dtype)


def kl_divergence(p: Any, q: Any) -> Array:
    """What believing q costs where p is true, both (..., K): KL(p‖q) = Σ p log(p / q) nats.

    Infinite where q rules out what p allows. Raises ValueError unless the rows of both are
    probabilities that sum to 1, of the same shape. Kullback and Leibler (1951).

    >>> kl_divergence([[0.5, 0.5], [0.9, 0.1]], [[0.9, 0.1], [0.5, 0.5]]).round(4)
    array([0.5108, 0.3681])
    """
    p = _as_distributions("p", p)
    q = _as_distributions("q", q)
    if p.shape != q.shape:
        raise ValueError(
            f"p has shape {p.shape} but q has shape {q.shape}; they must list the same classes"
        )
    with np.errstate(divide="ignore", invalid="ignore", under="ignore"):  # 0 log 0 is left out
        terms = _weighted(p, np.log(p, dtype=float) - np.log(q, dtype=float))
    # rounding may leave −1e-17 where p and q are nearly the same
    return np.maximum(terms.sum(axis=-1), 0).astype(np.result_type(p, q))


def _weighted(weights: Array, values: Array) -> Array:
    """weights · values, in which a weight of 0 leaves out even an infinite value."""
    return weights * np.where(weights > 0, values, 0)


def _as_distributions(name: str, p: Any) -> Array:
    p = with_classes(name, p)
    if not (p >= 0).all():
        raise ValueError(
            f"{name} must be probabilities ≥ 0, got {p[~(p >= 0)][0]}; "
            "for scores call softmax first"
        )
    sums = p.sum(axis=-1, dtype=float)
    # 1e-4 is far more than rounding leaves, except in float16
    if not (np.abs(sums - 1) <= max(1e-4, np.finfo(p.dtype).eps)).all():
        raise ValueError(
            f"each row of {name} must sum to 1, got sums from {sums.min():.6g} to {sums.max():.6g}"
        )
    return p
