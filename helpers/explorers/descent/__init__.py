"""The figures of lesson 03, gradient descent: guessing against descent, one weight, two weights, and many valleys."""

from helpers.explorers.descent.landscape import basins, landscape
from helpers.explorers.descent.parabola import bowl, guessing, parabola

__all__ = ["guessing", "parabola", "bowl", "landscape", "basins"]
