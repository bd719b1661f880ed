"""The edge of stability: a network's loss on a plane through its weights."""

from helpers.explorers.edge.plane import plane

__all__ = ["plane"]
