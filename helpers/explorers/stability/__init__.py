"""Lesson 08, keep gradients alive: the depth of a network, and a cliff."""

from helpers.explorers.stability.cliff import cliff
from helpers.explorers.stability.depth import depth

__all__ = ["cliff", "depth"]
