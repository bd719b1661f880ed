"""How the figures of lesson 02 say a probability."""

from __future__ import annotations

from helpers.pictures.says import percent


def probability(p: float) -> str:
    """A probability in percent, with a digit more where it is small.

    >>> probability(0.9), probability(0.0005), probability(1e-9)
    ('90.0 %', '0.05 %', 'below 0.01 %')
    """
    if p < 0.0001:
        return "below 0.01 %"
    return percent(p, 1 if p > 0.001 else 2)
