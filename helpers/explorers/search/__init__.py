"""Search: where the points of a search lie, and which rates train a network at all."""

from helpers.explorers.search.trainability import trainability

__all__ = ["trainability"]
