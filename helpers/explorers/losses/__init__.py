"""The figures of lesson 02: what a loss charges for a mistake, and which way it pushes."""

from helpers.explorers.losses.divergence import divergence, softmax, tail
from helpers.explorers.losses.line import AXES, BEST, LOOK, LOSSES, ROOMS, line, surface

__all__ = [
    "AXES",
    "BEST",
    "LOOK",
    "LOSSES",
    "ROOMS",
    "divergence",
    "line",
    "softmax",
    "surface",
    "tail",
]
