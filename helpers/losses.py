"""Losses: how wrong a prediction is, and which way the prediction should move.

Each loss is one object with two methods that are used everywhere: `loss(y_hat, y)` is the mean, a float, and
`loss.gradient(y_hat, y)` its derivative with respect to every number in `y_hat`. The numbers are PyTorch's.
"""

import numpy as np

from helpers.numerical import as_floats

Array = np.ndarray


class Loss:
    """What all losses share: they check the shapes, then average over what `each` returns.

        loss(y_hat, y) = mean(each)          loss.gradient(y_hat, y) = slope / number of terms in that mean

    A loss is its two equations, `_each` and `_slope`: the loss of each term, and its derivative by `y_hat`.
    """

    name: str

    def __repr__(self) -> str:
        return f"<loss: {self.name}>"

    def __call__(self, y_hat: Array, y: Array) -> float:
        return float(np.mean(self.each(y_hat, y)))

    def each(self, y_hat: Array, y: Array) -> Array:
        """The terms of the mean, one by one: what a loss curve draws, and where the worst mistakes are found."""
        y_hat, y = self._check(y_hat, y)
        return np.asarray(self._each(y_hat, y), dtype=y_hat.dtype)

    def gradient(self, y_hat: Array, y: Array) -> Array:
        """Derivative of the mean by y_hat: same shape, same dtype."""
        y_hat, y = self._check(y_hat, y)
        return np.asarray(self._slope(y_hat, y) / self._terms(y_hat), dtype=y_hat.dtype)

    def _check(self, y_hat: Array, y: Array) -> tuple[Array, Array]:
        y_hat = as_floats(y_hat)
        y = np.asarray(y, dtype=y_hat.dtype)
        if y_hat.shape != y.shape:
            hint = f"try y.reshape({y_hat.shape})" if y_hat.size == y.size else "each prediction needs one target"
            raise ValueError(f"y_hat has shape {y_hat.shape} but y has shape {y.shape}; {hint}")
        _refuse_empty(y_hat)
        return y_hat, y

    def _terms(self, y_hat: Array) -> int:
        return y_hat.size


def _refuse_empty(y_hat: Array) -> None:
    if y_hat.size == 0:
        raise ValueError(f"y_hat is empty (shape {y_hat.shape}): the mean of nothing is not a number")


class MeanAbsoluteError(Loss):
    """Mean absolute error: mean |ŷ − y|. Its best constant is the median; one far-off target cannot pull it far.

    y_hat and y have the same shape, any shape. The slope is the sign of ŷ − y, and 0 at 0.
    Raises ValueError where the shapes differ (both are named) or there is nothing to average.

    >>> mae([2.0, 6.0], [3.0, 3.0])
    2.0
    """

    name = "MAE"

    def _each(self, y_hat, y):
        return np.abs(y_hat - y)

    def _slope(self, y_hat, y):
        return np.sign(y_hat - y)


class MeanSquaredError(Loss):
    """Mean squared error: mean (ŷ − y)² over all elements. Its best constant is the mean.

    y_hat and y have the same shape, any shape.
    Raises ValueError where the shapes differ (both are named) or there is nothing to average.

    >>> mse([2.0, 6.0], [3.0, 3.0])
    5.0
    >>> mse.gradient([2.0, 6.0], [3.0, 3.0])
    array([-1.,  3.])
    """

    name = "MSE"

    def _each(self, y_hat, y):
        return (y_hat - y) ** 2

    def _slope(self, y_hat, y):
        return 2 * (y_hat - y)


class Huber(Loss):
    """Huber's loss: squared where the error is small, straight where it is large.

        each = ½r²  where |r| ≤ δ,  else  δ(|r| − ½δ),   with r = ŷ − y

    δ has the unit of y and is 1 unless said otherwise: `huber.with_delta(2.0)`. Both pieces are a(|r| − ½a) with
    a = min(|r|, δ). Same shapes, same errors as `mse`; with_delta raises ValueError unless δ is a number above 0.
    Huber (1964), Robust estimation of a location parameter.

    >>> huber([0.5, 3.0], [0.0, 0.0])
    1.3125
    >>> huber.with_delta(2.0).gradient([0.5, 3.0], [0.0, 0.0])
    array([0.25, 1.  ])
    """

    def __init__(self, delta: float = 1.0):
        if not 0 < delta < np.inf:
            raise ValueError(f"delta must be a number above 0, got {delta}; it is where the curve turns straight")
        self.delta = float(delta)
        self.name = f"Huber (δ = {self.delta:g})"

    def with_delta(self, delta: float) -> "Huber":
        """The same loss with another border between squared and straight."""
        return Huber(delta)

    def _each(self, y_hat, y):
        size = np.abs(y_hat - y)
        small = np.minimum(size, self.delta)
        return small * (size - small / 2)

    def _slope(self, y_hat, y):
        return np.clip(y_hat - y, -self.delta, self.delta)


class CrossEntropy(Loss):
    """Cross-entropy of scores against the true class: the mean over examples of −log p(true class).

        each = log Σₖ exp(zₖ) − z_true        (for class indices)
        each = −Σₖ yₖ log softmax(z)ₖ          (for one-hot or other probabilities)
        gradient = (softmax(z) − y) / N

    logits: (..., K), not yet softmaxed. targets: (...) integers from 0 to K − 1, or (..., K) rows that sum to 1.
    Exact at logits of ±1e4. Raises ValueError where the shapes do not fit (both are named), a class is out of range,
    a row is no probability distribution, or there are no examples.

    >>> cross_entropy.each(np.log([[0.9, 0.1], [0.9, 0.1]]), [0, 1]).round(3)  # sure and right, sure and wrong
    array([0.105, 2.303])
    """

    name = "cross-entropy"

    def _check(self, y_hat, y):
        logits, targets = _with_classes("logits", y_hat), np.asarray(y)
        _refuse_empty(logits)
        if targets.shape == logits.shape:
            return logits, _distributions("targets", targets).astype(logits.dtype, copy=False)
        if targets.shape != logits.shape[:-1]:
            raise ValueError(
                f"logits have shape {logits.shape} but targets have shape {targets.shape}; expected class indices of "
                f"shape {logits.shape[:-1]} or probabilities of shape {logits.shape}"
            )
        if targets.dtype.kind not in "iub":
            raise ValueError(f"class indices must be integers, got {targets.dtype}; try targets.astype(int)")
        classes, targets = logits.shape[-1], targets.astype(np.intp)
        wrong = targets[(targets < 0) | (targets >= classes)]
        if wrong.size:
            raise ValueError(
                f"class {wrong[0]} is out of range: logits of shape {logits.shape} have 0 to {classes - 1}"
            )
        return logits, targets

    def _terms(self, y_hat):
        return y_hat.size // y_hat.shape[-1]

    def _each(self, y_hat, y):
        log_p = log_softmax(y_hat)
        if y.shape == y_hat.shape:
            return -np.sum(y * log_p, axis=-1)
        return -np.take_along_axis(log_p, y[..., None], axis=-1)[..., 0]

    def _slope(self, y_hat, y):
        p = softmax(y_hat)
        if y.shape == y_hat.shape:
            return p - y
        true = y[..., None]
        np.put_along_axis(p, true, np.take_along_axis(p, true, axis=-1) - 1, axis=-1)
        return p


class BinaryCrossEntropy(Loss):
    """Cross-entropy for yes or no: scores z, σ(z) the probability of yes, mean over all elements.

        each = −y log σ(z) − (1 − y) log(1 − σ(z)) = max(z, 0) − zy + log(1 + exp(−|z|))
        gradient = (σ(z) − y) / N

    logits and targets have the same shape, any shape; targets lie in [0, 1]. Exact at logits of ±1e4.
    Raises ValueError where the shapes differ (both are named), a target is outside [0, 1], or there are none.

    >>> binary_cross_entropy.each([0.0, 2.0], [1, 1]).round(3)
    array([0.693, 0.127])
    """

    name = "binary cross-entropy"

    def _check(self, y_hat, y):
        logits, targets = super()._check(y_hat, y)
        wrong = targets[~((targets >= 0) & (targets <= 1))]
        if wrong.size:
            raise ValueError(f"targets must lie between 0 and 1, got {wrong[0]}; labels of ±1: try (y + 1) / 2")
        return logits, targets

    def _each(self, y_hat, y):
        return np.maximum(y_hat, 0) - y_hat * y + np.log1p(np.exp(-np.abs(y_hat)))

    def _slope(self, y_hat, y):
        return np.exp(-np.logaddexp(0, -y_hat)) - y  # σ(z) − y; this form of σ is small, never rounded to 0, far left


mae = MeanAbsoluteError()
mse = MeanSquaredError()
huber = Huber()
cross_entropy = CrossEntropy()
binary_cross_entropy = BinaryCrossEntropy()


def softmax(logits: Array) -> Array:
    """Scores into probabilities along the last axis: pₖ = exp(zₖ) / Σⱼ exp(zⱼ), each z first lowered by the largest.

    (..., K) → (..., K); every row sums to 1. Raises ValueError where there is no last axis to sum over.

    >>> softmax([1000.0, 1000.0])
    array([0.5, 0.5])
    """
    logits = _with_classes("logits", logits)
    p = np.exp(logits - logits.max(axis=-1, keepdims=True))
    p /= p.sum(axis=-1, keepdims=True)
    return p


def log_softmax(logits: Array) -> Array:
    """Logarithm of softmax along the last axis, without ever taking the log of 0: zₖ − log Σⱼ exp(zⱼ).

    (..., K) → (..., K). Raises ValueError where there is no last axis to sum over.

    >>> log_softmax([0.0, -10000.0])
    array([     0., -10000.])
    """
    logits = _with_classes("logits", logits)
    shifted = logits - logits.max(axis=-1, keepdims=True)
    shifted -= np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return shifted


def entropy(p: Array) -> Array:
    """Entropy in nats along the last axis: H(p) = −Σ p log p, with 0 · log 0 = 0. From 0 (sure) to log K (no idea).

    (..., K) → (...). Raises ValueError where a row has a negative number or does not sum to 1.
    Shannon (1948), A mathematical theory of communication.

    >>> entropy([[0.5, 0.5], [1.0, 0.0]]).round(4)
    array([0.6931, 0.    ])
    """
    p = _distributions("p", p)
    return np.sum(-p * _log(p, at_zero=0.0), axis=-1)


def kl_divergence(p: Array, q: Array) -> Array:
    """Kullback–Leibler divergence in nats along the last axis: KL(p‖q) = Σ p log(p / q) ≥ 0.

    What it costs to believe q where p is true; not symmetric; inf where q is 0 and p is not; 0 · log 0 = 0.
    (..., K), (..., K) → (...). Raises ValueError where the shapes differ or a row is no probability distribution.
    Kullback and Leibler (1951), On information and sufficiency.

    >>> kl_divergence([[0.5, 0.5], [0.9, 0.1]], [[0.9, 0.1], [0.5, 0.5]]).round(4)
    array([0.5108, 0.3681])
    """
    p, q = _distributions("p", p), _distributions("q", q)
    if p.shape != q.shape:
        raise ValueError(f"p has shape {p.shape} but q has shape {q.shape}; they must list the same classes")
    surprise = _log(p, at_zero=0.0) - _log(q, at_zero=-np.inf)
    terms = np.multiply(p, surprise, out=np.zeros_like(surprise), where=p > 0)
    return np.maximum(terms.sum(axis=-1), 0)  # rounding may leave −1e-17 where p and q are nearly the same


def _log(p: Array, at_zero: float) -> Array:
    return np.log(p, out=np.full_like(p, at_zero), where=p > 0)


def _with_classes(name: str, values: Array) -> Array:
    values = as_floats(values)
    if values.ndim == 0 or values.shape[-1] == 0:
        raise ValueError(f"{name} must have at least one class on the last axis, got shape {values.shape}")
    return values


def _distributions(name: str, p: Array) -> Array:
    p = _with_classes(name, p)
    if not (p >= 0).all():
        raise ValueError(f"{name} must be probabilities ≥ 0, got {p[~(p >= 0)][0]}; for scores call softmax first")
    sums = p.sum(axis=-1)
    if not (np.abs(sums - 1) <= 1e-4).all():
        raise ValueError(f"each row of {name} must sum to 1, got sums from {sums.min():.6g} to {sums.max():.6g}")
    return p
