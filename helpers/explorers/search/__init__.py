"""Search: where the points of a search lie, and which rates train a network at all."""

from helpers.explorers.search.grid_or_random import grid_or_random
from helpers.explorers.search.trainability import trainability

__all__ = ["grid_or_random", "trainability"]
