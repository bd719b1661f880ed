"""The figures of lesson 01: what scaling does to a loss, what a split measures, what PCA keeps."""

from helpers.explorers.data.components import components
from helpers.explorers.data.scale import scale
from helpers.explorers.data.shadows import shadows
from helpers.explorers.data.split import split

__all__ = ["components", "scale", "shadows", "split"]
