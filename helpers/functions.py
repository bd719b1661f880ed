"""Softmax, its logarithm, and the sigmoid: exact for scores of any size, −∞ included."""

import numpy as np

from helpers.checks import Array, as_floats, with_classes


def softmax(logits: Array) -> Array:
    """Scores z (..., K) into probabilities, along the last axis: pₖ = exp(zₖ) / Σⱼ exp(zⱼ).

    Each z is first lowered by the largest, which changes no p and keeps exp from overflowing.
    Raises ValueError where the last axis is empty. Bridle (1990).

    >>> softmax([1000.0, 1000.0])
    array([0.5, 0.5])
    """
    logits = with_classes("logits", logits)
    with np.errstate(under="ignore"):  # a probability too small for a float is 0
        p = np.exp(logits - logits.max(axis=-1, keepdims=True))
        p /= p.sum(axis=-1, keepdims=True)
    return p


def log_softmax(logits: Array) -> Array:
    """The logarithm of softmax, (..., K), without ever taking the log of 0: zₖ − log Σⱼ exp(zⱼ).

    Raises ValueError where the last axis is empty.

    >>> log_softmax([0.0, -2000.0])
    array([    0., -2000.])
    """
    logits = with_classes("logits", logits)
    shifted = logits - logits.max(axis=-1, keepdims=True)
    with np.errstate(under="ignore"):
        shifted -= np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return shifted


def sigmoid(z: Array) -> Array:
    """σ(z) = 1 / (1 + exp(−z)), number by number.

    Computed as exp(min(z, 0)) / (1 + exp(−|z|)): nothing overflows, and far on the left it is small
    and not rounded to 0, exp(−700) at −700.

    >>> sigmoid([0.0, -700.0])
    array([5.00000000e-001, 9.85967654e-305])
    """
    z = as_floats(z)
    with np.errstate(under="ignore"):
        return np.exp(np.minimum(z, 0)) / (1 + np.exp(-np.abs(z)))
