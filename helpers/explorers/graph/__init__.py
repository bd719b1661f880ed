"""The figures of lesson 04, backpropagation: a neuron as a graph, and a network that follows a curve drawn by hand."""

from helpers.explorers.graph.neuron import approximate, neuron

__all__ = ["neuron", "approximate"]
