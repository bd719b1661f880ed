"""Lesson 06, optimizers: one rule taken apart, where rate and momentum converge, who is first."""

from helpers.explorers.optimizers.anatomy import anatomy
from helpers.explorers.optimizers.convergence import convergence
from helpers.explorers.optimizers.race import race

__all__ = ["anatomy", "convergence", "race"]
