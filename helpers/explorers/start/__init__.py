"""The figures of lesson 00: the whole course in one picture, and a walk downhill blindfold."""

from helpers.explorers.start.blindfold import blindfold
from helpers.explorers.start.loop import loop

__all__ = ["blindfold", "loop"]
