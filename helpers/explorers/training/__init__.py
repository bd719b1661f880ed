"""Lesson 05, train a network: batch sizes in one race, and a network in training to play with."""

from helpers.explorers.training.batch_size import batch_size
from helpers.explorers.training.playground import playground

__all__ = ["batch_size", "playground"]
