"""By which factor a step multiplies the error: on a quadratic loss the same at every step, 1 − αλ.

λ is the curvature along a direction, α the rate. The error contracts where |1 − αλ| < 1; the lesson
and its pictures call |1 − αλ| the shrink.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

Array = np.ndarray

ROUNDING = 1e-9  # what differs by less is the same number


class Contraction(NamedTuple):
    """The factors (D,) by which the first step multiplied the errors, and whether all others do.

    A factor is NaN where there was no error to begin with.
    """

    factors: Array
    is_constant: bool

    @property
    def grows(self) -> Array:
        """Along which of the D directions the error grows at every step: (D,) bool."""
        return self.is_constant & (np.abs(self.factors) > 1 + ROUNDING)


def contraction(errors: Array) -> Contraction:
    """What a walk did to its errors (T+1, D) along D directions, T ≥ 1.

    >>> contraction(np.array([[1.0, 4.0], [-0.5, 8.0], [0.25, 16.0]]))
    Contraction(factors=array([-0.5,  2. ]), is_constant=True)
    >>> contraction(np.array([[1.0], [0.5], [0.4]])).is_constant
    False
    """
    before = errors[:-1]
    after = errors[1:]
    size = np.abs(before)
    largest = size.max(axis=-1, keepdims=True)
    is_there = size[0] > ROUNDING * largest[0]  # else it is only rounding
    factors = np.full(errors.shape[1:], np.nan)
    np.divide(errors[1], errors[0], out=factors, where=is_there)
    noise = 1e-6 * size + 1e-12 * largest + 1e-100
    differs = np.abs(after - factors * before) > noise
    return Contraction(factors, is_constant=not differs.any())
