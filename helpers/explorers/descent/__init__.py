"""The figures of lesson 03, gradient descent: guessing, one weight, two weights, many valleys."""

from helpers.explorers.descent.basins import basins
from helpers.explorers.descent.bowl import bowl
from helpers.explorers.descent.guessing import guessing
from helpers.explorers.descent.landscape import landscape
from helpers.explorers.descent.parabola import parabola

__all__ = ["basins", "bowl", "guessing", "landscape", "parabola"]
