"""The figures of lesson 05, train a network: a network in training to play with, and batch sizes in one race."""

from helpers.explorers.training.batch_size import batch_size
from helpers.explorers.training.playground import playground

__all__ = ["playground", "batch_size"]
