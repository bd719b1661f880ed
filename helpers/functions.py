"""Softmax, its logarithm, and the sigmoid: exact for scores of any size."""

import numpy as np

from helpers.checks import Array, as_floats, with_classes


def softmax(logits: Array) -> Array:
    """Scores (..., K) into probabilities: pₖ = exp(zₖ) / Σⱼ exp(zⱼ), each z first lowered by the largest.
    >>> softmax([1000.0, 1000.0])
    array([0.5, 0.5])
    """
    logits = with_classes("logits", logits)
    p = np.exp(logits - logits.max(axis=-1, keepdims=True))
    p /= p.sum(axis=-1, keepdims=True)
    return p


def log_softmax(logits: Array) -> Array:
    """Logarithm of softmax, (..., K), without ever taking the log of 0: zₖ − log Σⱼ exp(zⱼ)."""
    logits = with_classes("logits", logits)
    shifted = logits - logits.max(axis=-1, keepdims=True)
    shifted -= np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return shifted


def sigmoid(z: Array) -> Array:
    """σ(z) = 1 / (1 + exp(−z)), in a form that is small, never rounded to 0, far on the left: exp(−700) at −700."""
    z = as_floats(z)
    return np.exp(np.minimum(z, 0)) / (1 + np.exp(-np.abs(z)))
