"""Lesson 04, backpropagation: a neuron as a graph, and a network that follows a drawn curve."""

from helpers.explorers.graph.approximate import approximate
from helpers.explorers.graph.neuron import neuron

__all__ = ["approximate", "neuron"]
