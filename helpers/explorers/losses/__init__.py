"""The figures of lesson 02: what a loss charges for a mistake, and which way it pushes."""

from helpers.explorers.losses.divergence import divergence
from helpers.explorers.losses.likelihood import likelihood
from helpers.explorers.losses.line import line
from helpers.explorers.losses.softmax import softmax
from helpers.explorers.losses.surface import surface
from helpers.explorers.losses.tail import tail

__all__ = ["divergence", "likelihood", "line", "softmax", "surface", "tail"]
